"""The student's set of drawings, kept by the browser's tab over a reload of the page."""

from __future__ import annotations

import base64
import binascii

from ui import collection
from ui.collection import Collection, CollectionError
from ui.components.keepsake import keepsake

NAME = "drawings"
#: Characters; a tab has room for about five million in all.
LONGEST = 2_000_000


def collected() -> Collection:
    """This session's set; before it has one, what the tab remembers. See :func:`keep_in_tab`."""
    if not collection.begun():
        found = _unpacked(keepsake.recalled(NAME, LONGEST) or "")
        if found is not None:
            collection.keep(found)
    return collection.current()


def keep_in_tab() -> None:
    """Give the set to the tab, or ask for what it has; once in a run, below what shows the set."""
    keepsake.keepsake(NAME, _packed(collection.current()) if collection.begun() else None)


def _packed(mine: Collection) -> str:
    """As text; none if there is nothing to keep, or more than there is room for."""
    text = base64.b64encode(mine.to_bytes()).decode() if len(mine) else ""
    return text if len(text) <= LONGEST else ""


def _unpacked(text: str) -> Collection | None:
    """The set; None if there is none, or it cannot be read any more."""
    try:
        return collection.from_bytes(base64.b64decode(text, validate=True)) if text else None
    except (CollectionError, binascii.Error, ValueError):
        return None
