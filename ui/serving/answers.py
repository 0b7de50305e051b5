"""What answers with files have in common: their types, how long they are kept, where they begin."""

from __future__ import annotations

import gzip

import streamlit as st

#: The scripts and styles of a browser, by the end of their names.
SCRIPTS_AND_STYLES = {".js": "text/javascript", ".css": "text/css"}
#: For addresses that name a content: another content has another address.
FOR_GOOD = "public, max-age=31536000, immutable"
LEVEL = 7  # of 9: the last per cent costs three times the time


def base_path() -> str:
    """``server.baseUrlPath`` with a slash before it, "" if there is none: put it before routes."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def packed(body: bytes) -> bytes:
    """``body`` compressed; the same bytes every time."""
    return gzip.compress(body, LEVEL, mtime=0)
