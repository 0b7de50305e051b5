"""Registers a component from the files beside its Python: shared helpers first, then its own.

A component's folder holds ``<name>.js`` and ``<name>.css`` (and ``<name>.html`` if it has a
skeleton), and more ``.js`` files if one would be too long. Streamlit takes them as inline text,
so the shared JavaScript is put in front of the component's own, in one module scope with
``<name>.js`` last; nothing is fetched at run time.

Everything that a component is given passes one gate here. JSON knows no NaN and no infinity, and
a browser refuses the whole message for one of them: such a float travels as a mark,
``{"number": "nan"}``, which the script turns back before the component sees its data.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from ui import palette

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
SHARED = HERE / "shared"

#: A name that a line without indentation gives to the module.
_TOP_LEVEL = re.compile(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)
_WORD = re.compile(r"\w+")
#: The line with which a component's main function begins, and what it does first.
_MAIN = re.compile(r"^export default function \w*\s?\(component\) \{$", re.MULTILINE)
_FIRST = "component = { ...component, data: withNumbers(component.data) };"


def register(name: str) -> ComponentRenderer:
    """Register ``ui/components/<name>/`` and return its mount function.

    Call it once, at import. ``<name>.js`` must end in ``export default function (component)``.
    """
    folder = HERE / name
    skeleton = folder / f"{name}.html"
    mount = st.components.v2.component(
        f"convscope_{name}",
        html=skeleton.read_text("utf-8") if skeleton.exists() else "<div class='root'>\n</div>",
        css=_styles(folder / f"{name}.css"),
        js=_script(folder, name),
    )

    def gated(*, data: Any = None, **rest: Any) -> Any:
        return mount(data=marked(data), **rest)

    return cast("ComponentRenderer", gated)


def marked(data: Any) -> Any:
    """``data`` with a mark, ``{"number": "nan" | "inf" | "-inf"}``, for each float that is none.

    Arrays travel packed (:mod:`ui.components.arrays`), where such floats have a place of their own.
    """
    if isinstance(data, float):
        return data if math.isfinite(data) else {"number": str(float(data))}
    if isinstance(data, Mapping):
        return {key: marked(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [marked(value) for value in data]
    return data


def _styles(own: Path) -> str:
    return "\n".join(p.read_text("utf-8") for p in [*sorted(SHARED.glob("*.css")), own])


def _script(folder: Path, name: str) -> str:
    """One module: the shared helpers that are used, the component's parts, its main file."""
    main = folder / f"{name}.js"
    parts = [p for p in sorted(folder.glob("*.js")) if p != main]
    own = "\n".join(_slim(p.read_text("utf-8")) for p in [*parts, main])
    own = _MAIN.sub(lambda line: f"{line[0]}\n{_FIRST}", own)
    return f"{_shared_for(own)}\n{own}"


def _shared_for(own: str) -> str:
    """Those shared files that ``own`` calls, and those that they call, in sorted order."""
    files = {"": f"const PALETTE = {json.dumps(palette.as_json())};"}
    files |= {p.name: p.read_text("utf-8") for p in sorted(SHARED.glob("*.js"))}
    gives = {name: set(_TOP_LEVEL.findall(text)) for name, text in files.items()}
    files = {name: _slim(text) for name, text in files.items()}
    used: dict[str, str] = {}
    asked = set(_WORD.findall(own))
    while found := [n for n in files if n not in used and gives[n] & asked]:
        used |= {name: files[name] for name in found}
        asked = {word for name in found for word in _WORD.findall(files[name])}
    return "\n".join(used[name] for name in files if name in used)


def _slim(script: str) -> str:
    """Without indentation and whole-line comments: Streamlit sends the script with every update.

    No line of ours lies inside a text that runs over several lines, where this would change it; a
    test holds that.
    """
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
