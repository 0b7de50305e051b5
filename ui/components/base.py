"""Registers a component from the files beside its Python: shared helpers first, then its own.

A component's folder holds ``<name>.js`` and ``<name>.css`` (and ``<name>.html`` if it has a
skeleton), and more ``.js`` files if one would be too long. Streamlit takes them as inline text,
so the shared JavaScript is put in front of the component's own, in one module scope with
``<name>.js`` last; nothing is fetched at run time.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ui import palette

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
SHARED = HERE / "shared"


def register(name: str) -> ComponentRenderer:
    """Register ``ui/components/<name>/`` and return its mount function.

    Call it once, at import. ``<name>.js`` must end in ``export default function (component)``.
    """
    folder = HERE / name
    skeleton = folder / f"{name}.html"
    return st.components.v2.component(
        f"convscope_{name}",
        html=skeleton.read_text("utf-8") if skeleton.exists() else "<div class='root'>\n</div>",
        css=_styles(folder / f"{name}.css"),
        js=_script(folder, name),
    )


def _styles(own: Path) -> str:
    return "\n".join(p.read_text("utf-8") for p in [*sorted(SHARED.glob("*.css")), own])


def _script(folder: Path, name: str) -> str:
    """One module: the palette, the shared helpers, the component's parts, its main file."""
    constants = f"const PALETTE = {json.dumps(palette.as_json())};\n"
    main = folder / f"{name}.js"
    parts = [p for p in sorted(folder.glob("*.js")) if p != main]
    files = [*sorted(SHARED.glob("*.js")), *parts, main]
    return "\n".join([constants, *(_slim(p.read_text("utf-8")) for p in files)])


def _slim(script: str) -> str:
    """Without indentation and whole-line comments: Streamlit sends the script with every update.

    No line of ours lies inside a text that runs over several lines, where this would change it; a
    test holds that.
    """
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
