"""https beside plain http, where the app is served by both (``make class``).

Plain http is what a class joins by: it asks nothing of a browser. Whoever wants more takes the same
page by https, and is told before what the browser will say to it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from ui import visitor
from ui.serving import life

#: Hosts under which only this machine finds itself; browsers trust it without https.
ITSELF = ("", "localhost", "127.0.0.1", "[::1]", "::1")
#: What is gained by https, and what the browser will say: one sentence.
GAIN = (
    "camera and clipboard work as well; the browser will first warn of a certificate that it does "
    "not know, because this class's own machine has made it."
)


def address() -> str:
    """Where this visitor finds the app by https; "" for who needs none, or where there is none."""
    used = urlsplit(visitor.url())
    if used.scheme == "https" or (used.hostname or "") in ITSELF:
        return ""
    offered = [one for one in life.for_others() if one.startswith("https:")]
    same = [one for one in offered if urlsplit(one).hostname == used.hostname]
    return next(iter([*same, *offered]), "")


def offer(page: str) -> None:
    """One sentence with the link to this page by https, where that is something to be had.

    Args:
        page: Its slug, perhaps with a query; it becomes part of a link, so it must be ours.
    """
    if there := address():
        st.markdown(f"By [https]({there}/{page}) {GAIN}")
