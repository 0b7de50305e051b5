"""The button that copies the link to what is on screen, or another text.

It works on plain http under an address too, as a class opens a page; Streamlit's own, in the corner
of what ``st.code`` shows, does nothing there (``ui/style.css`` hides it).
"""

from __future__ import annotations

import streamlit as st

from ui.components.base import register

_mount = register("copy_link")


def copy_link(key: str, *, projector: bool = False) -> None:
    """A quiet button; it copies the whole address and says so."""
    _mount(key=key, data={"projector": projector}, width="content", height="content")


def text_to_copy(key: str, text: str, *, projector: bool = False) -> None:
    """A text as it stands (an address, say), and the button that copies it."""
    st.code(text, language=None, wrap_lines=True)
    _mount(key=key, data={"projector": projector, "text": text}, width="content", height="content")
