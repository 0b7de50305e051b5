"""What all of cnn calls an array and a shape, and the two layouts of a batch."""

from __future__ import annotations

import numpy as np

Array = np.ndarray
Shape = tuple[int, ...]


def batch_last(x: Array) -> Array:
    """(N, …) to a contiguous (…, N)."""
    return np.ascontiguousarray(np.moveaxis(x, 0, -1))


def batch_first(x: Array) -> Array:
    """(…, N) to a contiguous (N, …)."""
    return np.ascontiguousarray(np.moveaxis(x, -1, 0))
