"""Projector mode. The little CSS that Streamlit's theme cannot say is a file, ``style.css``, which
the browser fetches with the page (:mod:`ui.serving.front`)."""

from __future__ import annotations

import streamlit as st

#: Everything in the sheet and in Streamlit is in rem, so that this one number scales it all.
_PROJECTOR = "html { font-size: 20px; } .stApp { --hair: 2px; }"


def projector(on: bool) -> None:
    """Larger type for the back row."""
    # As Markdown, not st.html: the browser loads that part of Streamlit later than the first
    # words of a page, which would stand there unstyled for a moment.
    css = _PROJECTOR if on else ""
    st.markdown(f"<style>{css}</style>", unsafe_allow_html=True)
