"""The little CSS that Streamlit's theme cannot say."""

from __future__ import annotations

import streamlit as st


def apply(projector: bool) -> None:
    """Lay the style over the page; once a run."""
    size = "20px" if projector else "16px"
    st.html(f"<style>:root {{ font-size: {size}; }}</style>")
