"""A picture whose content is pushed about by whole pixels; the page follows.

The browser moves the ink at once and tells Python where it is as quickly as Python answers. What
leaves the picture is lost, and what comes in is paper, as :func:`cnn.data.augment.shifted` has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ui.browser_state import state_of
from ui.components.arrays import pack
from ui.components.base import register

_MOUNT = register("slide_pad")

Span = tuple[int, int]


def slide_pad(
    key: str,
    picture: np.ndarray,
    *,
    at: tuple[int, int],
    rows: Span,
    columns: Span,
    on_move: Callable[[int, int], None],
    title: str,
    side: int = 168,
    editable: bool = True,
    projector: bool = False,
) -> None:
    """Draw the picture.

    Args:
        key: Streamlit key, unique on the page.
        picture: (H, W) ink from 0 to 1, not moved.
        at: Rows down and columns to the right by which it is moved.
        rows: Least and most of the first.
        columns: Least and most of the second.
        on_move: Called with both before the next run, when the student has moved it.
        title: Above it.
        side: Pixels of its longer side, about: whole pixels a cell.
        editable: Whether it can be moved.
        projector: Larger.

    Raises:
        ValueError: ``picture`` is no matrix.
    """
    if np.ndim(picture) != 2 or 0 in np.shape(picture):
        raise ValueError(f"picture: got shape {np.shape(picture)}, need (H, W)")
    data: dict[str, Any] = {
        "picture": pack(picture),
        "at": list(at),
        "sequence": _sequence(key),
        "spans": [list(rows), list(columns)],
        "title": title,
        "editable": editable,
        "side": round(side * 1.25) if projector else side,
        "projector": projector,
    }

    def moved() -> None:
        found = place(_said(key).get("place"), (rows, columns))
        if found is not None:
            on_move(*found)

    _MOUNT(key=key, data=data, on_at_change=moved)


def _said(key: str) -> Mapping[str, Any]:
    """What the browser said last."""
    value = state_of(key).get("at")
    return value if isinstance(value, Mapping) else {}


def _sequence(key: str) -> float:
    """The number of that, for the browser to know what Python has heard; 0 before the first."""
    number = _said(key).get("sequence")
    return float(number) if isinstance(number, int | float) and np.isfinite(number) else 0.0


def place(value: object, spans: Sequence[Span]) -> tuple[int, int] | None:
    """What a browser calls a place, moved within ``spans``; None if it is none."""
    if not isinstance(value, Sequence) or len(value) != 2:
        return None
    if not all(isinstance(v, int) and not isinstance(v, bool) for v in value):
        return None
    down, right = (min(max(v, lo), hi) for v, (lo, hi) in zip(value, spans, strict=True))
    return down, right
