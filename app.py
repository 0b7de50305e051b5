"""The entry: page configuration and navigation. Start it with ``streamlit run app.py``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import lessons

FAVICON = Path(__file__).parent / "assets" / "favicon.png"


def main() -> None:
    """Set the page up and run the one that is asked for."""
    st.set_page_config(
        page_title="ConvScope",
        page_icon=str(FAVICON) if FAVICON.exists() else None,
        layout="wide",
        initial_sidebar_state="collapsed",
    )
    sections: dict[str, list[st.Page]] = {
        "": [st.Page(lessons.HOME.file, title="ConvScope", default=True)]
    }
    for group in lessons.GROUPS:
        pages = [
            st.Page(lesson.file, title=lesson.title, url_path=lesson.slug)
            for lesson in lessons.shown()
            if lesson.group == group
        ]
        if pages:
            sections[group] = pages
    st.navigation(sections, position="top").run()


# A process pool that spawns its workers imports this file again; only the app itself runs it.
if __name__ == "__main__":
    main()
