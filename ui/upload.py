"""A field for a file of one's own, which asks for it again where the file is gone.

Streamlit holds a file in the memory of the process that was given it. A browser that comes back
after a restart, or to another process, still lists it. Then the field is emptied, and one sentence
says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from ui import browser_state, lesson
from ui.remembered import Remembered

GONE = "The file that was here went with the server that had it; please choose it again."
#: How often a field was emptied, and how often that was made good by another file.
_EMPTIED = Remembered("_upload_emptied", 0)
_TOLD = Remembered("_upload_told", 0)


def upload(
    label: str,
    key: str,
    *,
    type: str | Sequence[str] | None = None,
    most_mb: int | None = None,
    help: str | None = None,
    on_change: Callable[[], None] | None = None,
) -> UploadedFile | None:
    """A place for one file, and what was put there.

    Args:
        label: What may be dropped.
        key: Of the field; in a callback :func:`uploaded` gives its file.
        type: Endings of names that are taken; all of them by default.
        most_mb: Megabytes at most; by default what the server allows.
        help: Shown on hovering over a question mark.
        on_change: Called when a file was dropped or taken away.
    """
    place = st.empty()

    def field() -> UploadedFile | None:
        return place.file_uploader(
            label,
            type,
            key=_name(key),
            max_upload_size=most_mb,
            help=help,
            on_change=on_change,
        )

    found = field()
    if found is None and browser_state.value(_name(key)) is not None:
        _EMPTIED.of(key).put(_EMPTIED.of(key).get() + 1)  # another name is another field
        found = field()
    if found is not None:
        _TOLD.of(key).put(_EMPTIED.of(key).get())
    elif _TOLD.of(key).get() < _EMPTIED.of(key).get():
        lesson.problem(GONE)
    return found


def uploaded(key: str) -> UploadedFile | None:
    """What is in the field of that key; for a callback."""
    found = browser_state.value(_name(key))
    return found if isinstance(found, UploadedFile) else None  # or what is left of one


def _name(key: str) -> str:
    times = _EMPTIED.of(key).get()
    return f"{key}_{times}" if times else key
