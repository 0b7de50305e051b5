"""Interpolation: pictures larger or smaller, by nearest pixels or by mixing four.

Rows and columns are resized one after the other. Each output cell reads one or two input cells of
its axis with shares that add up to 1; the gradient goes back to them by the same shares.
Arrays are batch last, (C, H, W, N).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array

MODES = ("nearest", "bilinear")


@dataclass(frozen=True)
class Reads:
    """What the output cells of one axis read: ``low`` and ``high`` cells, ``share`` of the high."""

    low: Array
    high: Array
    share: Array


def reads(n: int, size: int, mode: str, align_corners: bool, scale: float | None) -> Reads:
    """Which of ``n`` cells each of ``size`` outputs reads, as PyTorch has it.

    Args:
        n: Input cells.
        size: Output cells.
        mode: One of :data:`MODES`.
        align_corners: The outer cells' centres lie on each other, not their rims ("bilinear").
        scale: Output cells for each input cell; size / n if None.
    """
    outputs = np.arange(size)
    step = 1 / scale if scale is not None else n / size
    if mode == "nearest":
        # PyTorch multiplies in single precision.
        cells = np.floor(outputs.astype(np.float32) * np.float32(step)).astype(np.int64)
        cells = outputs if n == size else np.minimum(cells, n - 1)
        return Reads(cells, cells, np.zeros(size))
    if align_corners:
        places = outputs * ((n - 1) / (size - 1) if size > 1 else 0.0)
    else:
        places = np.maximum((outputs + 0.5) * step - 0.5, 0)
    low = np.minimum(places.astype(np.int64), n - 1)
    return Reads(low, np.minimum(low + 1, n - 1), np.clip(places - low, 0, 1))


def resize(x: Array, rows: Reads, columns: Reads) -> Array:
    """(C, H, W, N) to (C, OH, OW, N): y = (1 − share) · x[low] + share · x[high], axis by axis.

    Args:
        x: (C, H, W, N).
        rows: Which two rows each output row is read from, and how much of the second.
        columns: Likewise.
    """
    for axis, read in ((1, rows), (2, columns)):
        low = x.take(read.low, axis)
        if read.share.any():
            share = _along(read.share, axis, x.dtype)
            low = low * (1 - share) + x.take(read.high, axis) * share
        x = low
    return x


def resize_backward(dy: Array, height: int, width: int, rows: Reads, columns: Reads) -> Array:
    """Gradient of :func:`resize`, (C, OH, OW, N) to (C, height, width, N).

    y = (1 − share) · x[low] + share · x[high] along an axis, so dy goes to the two cells by those
    shares; a cell that several outputs read gets the sum.

    Args:
        dy: (C, OH, OW, N).
        height: Rows of x.
        width: Its columns.
        rows: What the output's rows read.
        columns: What its columns read.
    """
    for axis, read, n in ((2, columns, width), (1, rows, height)):
        dx = np.zeros((*dy.shape[:axis], n, *dy.shape[axis + 1 :]), dy.dtype)
        share = _along(read.share, axis, dy.dtype)
        # Each with the axis in front: (n or outputs, …the other axes).
        into, low, high = (np.moveaxis(a, axis, 0) for a in (dx, dy * (1 - share), dy * share))
        for output, (first, second) in enumerate(zip(read.low, read.high, strict=True)):
            into[first] += low[output]
            into[second] += high[output]
        dy = dx
    return dy


def _along(share: Array, axis: int, dtype: np.dtype) -> Array:
    """Shares (outputs,) to go with (C, …, N) along ``axis``: (outputs, 1, …)."""
    return share.astype(dtype).reshape(-1, *(1,) * (3 - axis))
