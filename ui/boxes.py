"""Containers that are named by what they hold: a formula, a text, a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import streamlit as st
from streamlit.errors import StreamlitDuplicateElementKey

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def box(kind: str, content: str) -> DeltaGenerator:
    """A container for ``content``, which is its only name.

    Args:
        kind: What the style sheet knows it by: its key begins so.
        content: What it will hold. Where a page says the same twice there are two containers.
    """
    key = f"{kind}_{crc32(content.encode())}"
    while True:
        try:
            return st.container(key=key)
        except StreamlitDuplicateElementKey:
            key += "_again"
