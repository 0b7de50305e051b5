"""A layer as a matrix that can be touched: its weights, its input, its output.

The browser draws, lights what belongs together, and takes changes of a weight; the output comes
from Python. Of a convolution the copies of one weight move together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ui.components import edits
from ui.components.arrays import pack
from ui.components.base import register

_MOUNT = register("weight_matrix")

STATES = ("kernel", "dense", "local")


def weight_matrix(
    key: str,
    *,
    weights: np.ndarray,
    taps: np.ndarray | None,
    x: np.ndarray,
    y: np.ndarray,
    state: str,
    edited: np.ndarray,
    summary: str,
    editable: bool = True,
    projector: bool = False,
) -> None:
    """Draw the layer y = W x.

    A change is kept by the component's state ``state`` and read with
    :func:`ui.edited.array` before the layer is drawn. With state "kernel" it is the kernel, (3, 3),
    whose weights stand in W where ``taps`` says; with the others it is a list (n, 3) of changed
    weights (row, column, value), the newest first, unused lines −1.

    Args:
        key: Streamlit key, unique on the page.
        weights: (m, n): a row for each output, a column for each input.
        taps: (m, n) which weight of the kernel stands there; where it is negative there is none,
            and nothing can be changed. None: every weight is there.
        x: (h, w) the input, n cells.
        y: (h', w') the output, m cells.
        state: What a change is called, one of :data:`STATES`.
        edited: The kernel or the changes in force.
        summary: What the matrix is, in a sentence, for those who cannot see it.
        editable: Whether weights can be changed.
        projector: Larger.

    Raises:
        ValueError: Shapes that do not fit each other.
    """
    rows, columns = weights.shape
    if (y.size, x.size) != (rows, columns) or (taps is not None and taps.shape != weights.shape):
        raise ValueError(f"weights: got shape {weights.shape}, need ({y.size}, {x.size}), taps too")
    data: dict[str, Any] = {
        "weights": pack(weights),
        "taps": None if taps is None else pack(taps),
        "x": pack(x),
        "y": pack(y),
        "state": state,
        "tied": state == "kernel",
        "edited": pack(edited),
        "sequence": edits.sequence(key, state),
        "mark": edits.mark(edited),
        "summary": summary,
        "editable": editable,
        "projector": projector,
    }
    _MOUNT(
        key=key,
        data=data,
        on_kernel_change=_nothing,
        on_dense_change=_nothing,
        on_local_change=_nothing,
    )


def _nothing() -> None:
    """Streamlit keeps a state only if something listens to it."""
