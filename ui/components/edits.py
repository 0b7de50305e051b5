"""What a student typed or dragged in a component, against what the page asks for.

A page passes a kernel; the student changes a cell in the browser; which of the two counts? The
newest: an edit holds until the page passes another kernel than the one that was edited. The page
may take the edit over (put it into the link and pass it from then on) or leave it to the component.

The browser says with each edit what it was made on (:func:`mark`). One that was made on what the
page has replaced since, by a reset or a preset that the browser had not seen yet, does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from ui.browser_state import state_of
from ui.remembered import Remembered

#: No cell goes beyond this, whatever arrives.
LIMIT = 1e6


@dataclass
class _Edit:
    """The edit in force: its sequence number, what it was made on, what it made."""

    sequence: float
    base: bytes
    values: np.ndarray
    marks: set[int] = field(default_factory=set)  # of what it was made on, first and since


#: By component and state: the edit in force, and whether a task holds the value.
_HELD: Remembered[_Edit | None] = Remembered("_edit", None)
_FIXED = Remembered("_edit_fixed", False)


def edited(key: str, name: str, given: np.ndarray) -> np.ndarray:
    """The array that counts: ``given``, or the student's edit of it if that is newer.

    Args:
        key: The component's key.
        name: Its state, ``"kernel"`` or ``"input"``.
        given: What the page passes, any shape; edits of another shape are dropped.
    """
    if is_fixed(key, name):
        return given
    held = _HELD.of(_slot(key, name)).get()
    fresh = _arrived(key, name, given.shape)
    token = _token(given)
    if held is not None and not _in_force(held, given, token):
        # The page asks for something else: the edit is over, its number still counts.
        held.base, held.values, held.marks = b"", np.empty(0), set()
    if fresh is not None and (held is None or fresh.sequence > held.sequence):
        marks = {crc32(token)} | (held.marks if held is not None else set())
        if fresh.mark is None or fresh.mark in marks:
            held = _Edit(fresh.sequence, token, fresh.values.astype(given.dtype), marks)
        elif held is not None:
            held.sequence = fresh.sequence
        else:
            held = _Edit(fresh.sequence, b"", np.empty(0))
        _HELD.of(_slot(key, name)).put(held)
    return held.values if held is not None and held.base == token else given


def _in_force(held: _Edit, given: np.ndarray, token: bytes) -> bool:
    """Whether the page still passes what was edited, or what came of it."""
    if held.values.shape != given.shape:
        return False
    if token != held.base and np.array_equal(given, held.values):
        held.base = token  # the page took the edit over
        held.marks.add(crc32(token))
    return token == held.base


def adopt(key: str, name: str) -> None:
    """From the start of a session the page's own value counts, not what the browser still holds.

    For a page that keeps edits in its link, before :func:`edited`: a browser that has found a new
    server sends its last edit, which may have been undone since; the link has what was shown.
    """
    held = _HELD.of(_slot(key, name))
    if not held.known:
        held.put(_Edit(number_of(state_of(key).get(name)), b"", np.empty(0)))


def fix(key: str, name: str, fixed: bool) -> None:
    """Whether what the page passes counts, whatever the browser says: a task holds it."""
    _FIXED.of(_slot(key, name)).put(fixed)


def is_fixed(key: str, name: str) -> bool:
    """Whether :func:`fix` said so: then the component takes no edits."""
    return _FIXED.of(_slot(key, name)).get()


def mark(given: np.ndarray) -> int:
    """What a component gives to the browser, for it to say what an edit was made on."""
    return crc32(_token(given))


def sequence(key: str, name: str) -> float:
    """Number of the newest edit that Python has seen; the browser keeps what is newer."""
    held = _HELD.of(_slot(key, name)).get()
    return held.sequence if held is not None else 0.0


def forget(key: str, name: str = "kernel") -> None:
    """Drop the student's edit: what the page passes counts again (for a reset button)."""
    held = _HELD.of(_slot(key, name)).get()
    if held is not None:
        held.base, held.values, held.marks = b"", np.empty(0), set()


def _slot(key: str, name: str) -> str:
    return f"{key}:{name}"


@dataclass(frozen=True)
class _Arrived:
    """What the component's state says."""

    sequence: float
    values: np.ndarray
    mark: int | None


def _arrived(key: str, name: str, shape: tuple[int, ...]) -> _Arrived | None:
    """The edit in the component's state, if it is what it should be."""
    edit = state_of(key).get(name)
    number = number_of(edit)
    if not isinstance(edit, Mapping) or not number:
        return None
    try:
        values = np.asarray(edit["values"], dtype=np.float64)
    except (KeyError, TypeError, ValueError):
        return None
    if values.shape != shape or not np.isfinite(values).all():
        return None
    made_on = edit.get("on")
    return _Arrived(
        number, np.clip(values, -LIMIT, LIMIT), made_on if isinstance(made_on, int) else None
    )


def number_of(edit: object) -> float:
    """The sequence number of an edit; 0 if it is none."""
    number = edit.get("sequence") if isinstance(edit, Mapping) else None
    if isinstance(number, bool) or not isinstance(number, int | float) or not np.isfinite(number):
        return 0.0
    return float(number)


def _token(array: np.ndarray) -> bytes:
    return repr(array.shape).encode() + np.asarray(array, dtype=np.float64).tobytes()
