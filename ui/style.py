"""The little CSS that Streamlit's theme cannot say, and projector mode."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_SHEET = Path(__file__).with_name("style.css")
#: Everything in the sheet and in Streamlit is in rem, so that this one number scales it all.
_PROJECTOR = "html { font-size: 20px; } .stApp { --hair: 2px; }"


def sheet() -> None:
    """Lay the house's style over the app; once a run, before the page."""
    st.html(_SHEET)


def projector(on: bool) -> None:
    """Larger type for the back row."""
    st.html(f"<style>{_PROJECTOR if on else ''}</style>")
