"""An editable kernel (or another small matrix) alone, with the look of the window stage."""

from __future__ import annotations

import numpy as np

from ui.components import edits
from ui.components.arrays import pack
from ui.components.base import register
from ui.palette import Kind

_MOUNT = register("kernel_grid")

LARGEST = 11


def kernel_grid(
    key: str,
    weight: np.ndarray,
    *,
    editable: bool = True,
    title: str = "kernel",
    kind: Kind = "weight",
    step: float | None = None,
    projector: bool = False,
) -> np.ndarray:
    """Draw the kernel and return it as the student left it.

    Cells take typing (click, Enter or a digit; Escape takes it back), a vertical drag, and
    PageUp and PageDown. An edit holds until the page passes another kernel than the edited one;
    :func:`ui.components.edits.edited` gives it before the grid is drawn, with name ``"kernel"``.

    Args:
        key: Streamlit key, unique on the page.
        weight: (kh, kw), at most 11 × 11.
        editable: Whether cells can be changed.
        title: Its accessible name.
        kind: What the numbers are, which decides their colours.
        step: A drag's step; 1 for whole numbers, else 0.1 by default.
        projector: Larger cells and type.

    Returns:
        (kh, kw) float64.

    Raises:
        ValueError: Not a matrix, or too large.
    """
    values = np.asarray(weight, dtype=np.float64)
    if values.ndim != 2 or 0 in values.shape or max(values.shape) > LARGEST:
        raise ValueError(
            f"weight: got shape {np.shape(weight)}, need (kh, kw) of at most {LARGEST} × {LARGEST}"
        )
    mark = edits.mark(values)
    values = edits.edited(key, "kernel", values)
    data = {
        "weight": pack(values),
        "size": list(values.shape),
        "editable": editable and not edits.is_fixed(key, "kernel"),
        "title": title,
        "kind": kind,
        "step": step,
        "projector": projector,
        "sequence": edits.sequence(key, "kernel"),
        "mark": mark,
    }
    _MOUNT(key=key, data=data, on_kernel_change=_nothing)
    return values


def _nothing() -> None:
    """Streamlit keeps a state only if something listens to it."""
