"""A matrix to type cell by cell, or to paste whole in any form, which Python reads.

What is pasted or typed goes to Python as text while it is being typed; :func:`heard` reads it, and
the field shows how it was read or what is wrong with it. The last good matrix stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnn.arrays import Array
from ui import link
from ui.browser_state import state_of
from ui.components import edits
from ui.components.base import register
from ui.matrix.reading import Trouble, read, size
from ui.palette import Kind
from ui.remembered import Remembered

_MOUNT = register("matrix_field")

STAYS = "The last good matrix stays."
Most = tuple[int, int, int]


@dataclass(frozen=True)
class Note:
    """What is said of one cell, below the matrix: a line, and what it opens."""

    cell: tuple[int, int, int]
    line: str
    more: str


@dataclass(frozen=True)
class _Heard:
    """The newest thing that the browser said, and what came of it."""

    sequence: float
    values: Array | None = None
    said: str = ""
    wrong: bool = False
    epoch: int = 0


_HEARD: Remembered[_Heard | None] = Remembered("_matrix_field", None)


def heard(key: str, most: Most, gaps: bool = False) -> Array | None:
    """The matrix that has just arrived from the browser, (C, H, W); None if nothing new has.

    Args:
        key: The component's key.
        most: Channels, rows and columns that fit.
        gaps: Whether cells may be empty; they are NaN then.
    """
    last, edit = _HEARD.of(key), state_of(key).get("edit")
    sequence, before = edits.number_of(edit), last.get()
    if before is None:  # a browser that has found a new server: the link has what was shown
        last.put(_Heard(sequence))
        return None
    if sequence <= before.sequence or not isinstance(edit, Mapping):
        return None
    now = _understood(edit, sequence, most, gaps)
    last.put(now)
    return now.values


def _understood(edit: Mapping[str, Any], sequence: float, most: Most, gaps: bool) -> _Heard:
    text, epoch = edit.get("text"), link.epoch()
    if isinstance(text, str):
        if not text.strip():
            return _Heard(sequence, epoch=epoch)
        try:
            found = read(text, most, gaps)
        except Trouble as trouble:
            return _Heard(sequence, None, str(trouble), True, epoch)
        return _Heard(sequence, found.values, f"Read as {found.words}.", False, epoch)
    return _Heard(sequence, _cells(edit, most, gaps), epoch=epoch)


def _cells(edit: Mapping[str, Any], most: Most, gaps: bool) -> Array | None:
    """What was typed cell by cell, if it is what it should be; an empty cell arrives as None."""
    try:
        shape = tuple(int(n) for n in edit["size"])
        values = np.asarray(edit["values"], dtype=np.float64).reshape(shape)
    except (KeyError, TypeError, ValueError):
        return None
    fits = len(shape) == 3 and all(0 < n <= top for n, top in zip(shape, most, strict=True))
    if not fits or np.isinf(values).any() or (np.isnan(values).any() and not gaps):
        return None
    return np.clip(values, -edits.LIMIT, edits.LIMIT) + 0.0


def matrix_field(
    key: str,
    values: Array | None,
    *,
    title: str,
    most: Most,
    kind: Kind | str = "grey",
    editable: bool = True,
    gaps: bool = False,
    each: int = 0,
    right: Array | None = None,
    notes: Sequence[Note] = (),
    projector: bool = False,
) -> None:
    """Draw it.

    Args:
        key: Streamlit key, unique on the page; the same as given to :func:`heard`.
        values: (C, H, W), NaN where a cell is empty; None as long as there is no matrix yet.
        title: What it is: "input", "kernel", "your output".
        most: Channels, rows and columns that fit.
        kind: What the numbers are, which decides their colours.
        editable: Whether it can be changed.
        gaps: Whether cells may be empty.
        each: Channels of a filter, where there are several filters: then the channels of ``values``
            are theirs, one filter after the other.
        right: (C, H, W) bool: a mark in each filled cell tells whether it is right; None: no
            marks.
        notes: Said of single cells below the matrix.
        projector: Larger cells and type.
    """
    said, wrong = _said(key, values)
    data: dict[str, Any] = {
        "title": title,
        "size": None if values is None else list(values.shape),
        "values": None if values is None else np.asarray(values, np.float64).reshape(-1),
        "words": "" if values is None else size(values.shape),
        "most": list(most),
        "kind": kind,
        "editable": editable,
        "gaps": gaps,
        "each": each,
        "said": f"{said} {STAYS}" if wrong and values is not None else said,
        "wrong": wrong,
        "right": None if right is None or values is None else _marks(values, right),
        "notes": [{"cell": list(n.cell), "line": n.line, "more": n.more} for n in notes],
        "sequence": _sequence(key),
        "epoch": link.epoch(),
        "projector": projector,
    }
    _MOUNT(key=key, data=data, on_edit_change=_nothing)


def _marks(values: Array, right: Array) -> list[bool | None]:
    """Cell by cell; None for what is empty."""
    pairs = zip(values.flat, right.flat, strict=True)
    return [None if np.isnan(value) else bool(good) for value, good in pairs]


def _said(key: str, values: Array | None) -> tuple[str, bool]:
    """What there is to say of the text, as long as it holds for what is shown."""
    now = _HEARD.of(key).get()
    if now is None or now.epoch != link.epoch():
        return "", False
    if now.values is not None and (
        values is None or not np.array_equal(now.values, values, equal_nan=True)
    ):
        return "", False
    return now.said, now.wrong


def _sequence(key: str) -> float:
    now = _HEARD.of(key).get()
    return 0.0 if now is None else now.sequence


def _nothing() -> None:
    """Streamlit keeps a state only if something listens to it."""
