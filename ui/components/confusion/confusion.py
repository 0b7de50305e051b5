"""A confusion matrix: every cell a button, recall at the end of its row, precision below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ui import codecs, link
from ui.browser_state import state_of
from ui.components.base import register

_MOUNT = register("confusion")

Cell = tuple[int, int]


def confusion(
    key: str,
    counts: np.ndarray,
    classes: Sequence[str],
    *,
    precision: np.ndarray,
    recall: np.ndarray,
    projector: bool = False,
) -> Cell | None:
    """Draw the matrix; the cell chosen in it is in the link, under ``key``.

    Args:
        key: Streamlit key and the link's name, unique over all pages.
        counts: (K, K) whole numbers; rows are the truth, columns what the network says.
        classes: K names.
        precision: (K,) of each column, NaN where there is none.
        recall: (K,) of each row.
        projector: Larger.

    Returns:
        (row, column) that is chosen, or None.

    Raises:
        ValueError: ``counts`` is not (K, K) for K classes.
    """
    size = len(classes)
    if counts.shape != (size, size):
        raise ValueError(f"counts: got shape {counts.shape}, need ({size}, {size})")
    read = link.get(key, [], codecs.ints(2, 0, 999), label="Cell of the confusion matrix")
    chosen = (read[0], read[1]) if len(read) == 2 and max(read) < size else None
    data: dict[str, Any] = {
        "counts": [[int(n) for n in row] for row in counts],
        "classes": list(classes),
        "precision": [_share(v) for v in precision],
        "recall": [_share(v) for v in recall],
        "chosen": list(chosen) if chosen else None,
        "projector": projector,
    }
    _MOUNT(key=f"{key}_matrix", data=data, on_cell_change=_keep(key))
    return chosen


def _keep(key: str) -> Any:
    def changed() -> None:
        cell = state_of(f"{key}_matrix").get("cell")
        whole = isinstance(cell, Sequence) and all(isinstance(n, int) and n >= 0 for n in cell)
        link.put(key, list(cell)[:2] if whole and cell else [], codecs.ints(2, 0, 999))

    return changed


def _share(value: float) -> str:
    return f"{100 * value:.0f}" if np.isfinite(value) else "–"
