"""The little CSS that Streamlit's theme cannot say, and projector mode."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st

_SHEET = Path(__file__).with_name("style.css")
#: Everything in the sheet and in Streamlit is in rem, so that this one number scales it all.
_PROJECTOR = "html { font-size: 20px; } .stApp { --hair: 2px; }"


def sheet() -> None:
    """Lay the house's style over the app; once a run, before the page."""
    _apply(_read(_SHEET.stat().st_mtime_ns))


def projector(on: bool) -> None:
    """Larger type for the back row."""
    _apply(_PROJECTOR if on else "")


@lru_cache(maxsize=1)
def _read(_: int) -> str:
    """The sheet, read again when it was changed."""
    return _SHEET.read_text("utf-8")


def _apply(css: str) -> None:
    # As Markdown, not st.html: the browser loads that part of Streamlit later than the first
    # words of a page, which would stand there unstyled for a moment.
    st.markdown(f"<style>{css}</style>", unsafe_allow_html=True)
