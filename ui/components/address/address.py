"""Keeps the address bar in step with the page's settings; draws nothing."""

from __future__ import annotations

from ui.components.base import register
from ui.lessons import LESSONS

_mount = register("address")


def address(key: str, *, page: str, query: str) -> None:
    """Replace the query of the address by ``query`` while ``page`` (a slug, "" home) is shown."""
    pages = [lesson.slug for lesson in LESSONS]
    _mount(key=key, data={"page": page, "pages": pages, "query": query})
