"""The class's file as this process has it: one :class:`~classroom.store.Store` for all pages."""

from __future__ import annotations

import functools
from pathlib import Path

from classroom import folder
from classroom.store import Store
from classroom.trouble import Over


def possible() -> bool:
    """Whether this app has classes at all."""
    return folder.named() is not None


def store() -> Store:
    """The file that the environment names.

    Raises:
        Over: This app has no classes.
    """
    path = folder.named()
    if path is None:
        raise Over("There are no classes here.")
    return at(path)


@functools.lru_cache(maxsize=8)
def at(path: Path) -> Store:
    """One for the whole process."""
    return Store(path)
