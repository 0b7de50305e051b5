"""Keeps the address bar in step with the page's settings; draws nothing."""

from __future__ import annotations

from ui.components.base import register
from ui.lessons import LESSONS

_mount = register("address")


def address(key: str, *, page: str, query: str, whole: bool) -> None:
    """Replace the query of the address by ``query`` while ``page`` (a slug, "" home) is shown.

    Args:
        key: Streamlit key, unique on the page.
        page: The lesson's slug.
        query: Without the question mark.
        whole: It stands in the page itself, not in a fragment: it runs the page again when the
            browser has found its server again.
    """
    data = {
        "page": page,
        "pages": [lesson.slug for lesson in LESSONS],
        "query": query,
        "whole": whole,
    }
    _mount(key=key, data=data, on_again_change=_nothing)


def _nothing() -> None:
    """A run is all that is wanted."""
