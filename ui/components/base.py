"""Registers a component: a stub of a few lines, which imports the files beside its Python.

A component's folder holds ``<name>.js``, an ES module whose default export mounts it, the modules
that this one imports, ``<name>.css``, and ``<name>.html`` if it has a skeleton. The browser
fetches scripts and styles as files and keeps them (:mod:`ui.serving.files`); a message of
Streamlit's carries the stub and the data.

Everything that a component is given passes one gate here, which packs it
(:mod:`ui.components.wire`); ``shared/mount.js`` unpacks it before the component sees its data.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from ui.components.wire import to_wire
from ui.serving.files import COMPONENTS, FILES

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

#: Until its styles have come a skeleton is not seen; ``shared/base.css`` shows it.
UNSEEN = ".root { visibility: hidden }"


def register(name: str) -> ComponentRenderer:
    """Register ``ui/components/<name>/`` and return its mount function.

    Call it once, at import.
    """
    known = FILES.version
    mount = _mount(name, known)

    def gated(*, data: Any = None, **rest: Any) -> Any:
        nonlocal known, mount
        if FILES.version != known:  # somebody works on the files
            known = FILES.version
            mount = _mount(name, known)
        return mount(data=to_wire(data), **rest)

    return cast("ComponentRenderer", gated)


def _mount(name: str, version: str) -> ComponentRenderer:
    skeleton = COMPONENTS / name / f"{name}.html"
    return st.components.v2.component(
        f"convscope_{name}",
        html=skeleton.read_text("utf-8") if skeleton.exists() else "<div class='root'>\n</div>",
        css=UNSEEN,
        js=stub(name, version),
    )


def stub(name: str, version: str) -> str:
    """``stub.js`` for one component, without what no browser reads: it is sent with every update.

    No text of its code runs over several lines.
    """
    script = (COMPONENTS / "stub.js").read_text("utf-8")
    styles = json.dumps(FILES.styles(name))
    for placeholder, value in (("VERSION", version), ("NAME", name), ("STYLES", styles)):
        script = script.replace(placeholder, value)
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
