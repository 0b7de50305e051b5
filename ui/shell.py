"""The shell around every page: page configuration, navigation.

``app.py`` calls :func:`show_app`; every page starts with :func:`ensure`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from ui import lessons
from ui.remembered import Remembered

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_FAVICON = Path(__file__).resolve().parent.parent / "assets" / "favicon.png"
_RUNNING = Remembered("_shell", False)


def show_app() -> None:
    """Set the app up and run the page that is asked for."""
    _RUNNING.put(True)
    page = _navigation()
    # A file of ours: a ":material/…" icon would be fetched from the internet.
    st.set_page_config(page_title=page.title, page_icon=str(_FAVICON), layout="wide")
    page.run()


def ensure() -> None:
    """Start again through ``app.py`` if this page was run without it.

    Where a folder is called ``pages``, Streamlit runs its files on their own until the app has
    called ``st.navigation`` once: so if the first visit to a fresh server is a deep link, there is
    a page and no app around it. Calling ``st.navigation`` here ends that for good.
    """
    if not _RUNNING.get():
        _RUNNING.put(True)
        _navigation()
        st.rerun()


def _navigation() -> StreamlitPage:
    home = st.Page(lessons.HOME.file, title="ConvScope", default=True)
    sections: dict[str, list[StreamlitPage]] = {"": [home]}
    for group in lessons.GROUPS:
        pages = [
            st.Page(lesson.file, title=lesson.title, url_path=lesson.slug, help=lesson.why)
            for lesson in lessons.in_group(group)
        ]
        if pages:
            sections[group] = pages
    return st.navigation(sections, position="top")
