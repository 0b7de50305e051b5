"""A file that this app wrote and a student brings again: its field, and what is wrong with it.

One sentence stands below the field as long as what was dropped, or asked of it, cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import streamlit as st

from cnn.nets.storage import FileError
from ui import lesson
from ui.plain import plain, printable

#: Megabytes of a file: the largest network here, what its optimizer remembers, some moments.
MOST_MB = 48
Read = TypeVar("Read")


def field(label: str, key: str, on_change: Callable[[], None]) -> None:
    """A place for the file; what was told of it.

    Args:
        label: What may be dropped.
        key: Of the field.
        on_change: Called when a file was dropped or taken away; it calls :func:`read`.
    """
    st.file_uploader(label, key=key, max_upload_size=MOST_MB, on_change=on_change)
    if said := st.session_state.get(_said(key)):
        lesson.problem(plain(said))


def read(key: str, reader: Callable[[bytes], Read]) -> tuple[str, Read] | None:
    """The name, without its ending, and what ``reader`` finds in the file; None if there is none.

    Where the reader raises a :class:`~cnn.nets.storage.FileError`, its sentence is told.
    """
    tell(key, None)
    given = st.session_state.get(key)
    if given is None:
        return None
    try:
        found = reader(given.getvalue())
    except FileError as wrong:
        tell(key, _sentence(wrong))
        return None
    return printable(Path(given.name).stem)[:40] or "file", found


def tell(key: str, said: str | None) -> None:
    """Have this sentence below the field, or none."""
    st.session_state[_said(key)] = said


def _said(key: str) -> str:
    return f"_{key}_said"


def _sentence(wrong: FileError) -> str:
    text = printable(str(wrong).removeprefix("file: ")).rstrip(".")[:300]
    return f"This file cannot be used: {text}."
