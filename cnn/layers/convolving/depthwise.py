"""One filter for each channel on small maps: the channels come last, and no product is needed.

Where every channel is a group of its own, a product for each has a single row and a handful of
columns, and most of the time goes into calling it. With the channels along the last axis a tap is
one number for each of them: the images under it are scaled and added to the sum, in loops as long
as there are channels. ``einsum`` does both in one pass over the images, where a product and a sum
by themselves would be two. That pays for the many channels of small maps which end a network, and
wherever a stride leaves gaps. On large maps turning the images over costs more than it saves: they
go the way of :mod:`cnn.layers.convolving.shifted`.

The arithmetic is that of :mod:`cnn.definitions.convolution`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnn.arrays import Array, Pair
from cnn.layers.convolving import plain
from cnn.window.geometry import AxisGeometry, Window

EXACT_ENOUGH = (np.float32, np.float64)  # in half precision every single sum would be rounded


def possible(channels: int, filters: int, dtype: np.dtype) -> bool:
    """Whether a group has one channel and one filter, and sums are exact enough.

    Args:
        channels: Of a group.
        filters: Of a group.
        dtype: Of the result.
    """
    return channels == filters == 1 and dtype in EXACT_ENOUGH


def forward(x: Array, weight: Array, window: Window, groups: int = 1) -> Array:
    """y = Σ_ij w_ij · x, shifted by (i, j): (C, H, W, N) and (C, 1, kh, kw) to (C, OH, OW, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate`'s; ``groups`` is C.
    """
    axes = window.axes(*x.shape[1:3])
    windows = _windows(_padded(x, axes), _slides(axes))  # (OH, OW, N, kh, kw, C)
    return _channels_first(np.einsum("rqnijc,ijc->rqnc", windows, _taps(weight)))


def weight_gradient(dy: Array, x: Array, window: Window, groups: int = 1) -> Array:
    """dw_ij = Σ dy · x, shifted by (i, j): (C, OH, OW, N) and (C, H, W, N) to (C, 1, kh, kw).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_weight_gradient`'s.
    """
    axes = window.axes(*x.shape[1:3])
    windows = _windows(_padded(x, axes), _slides(axes))  # (OH, OW, N, kh, kw, C)
    dweight = np.einsum("rqnijc,rqnc->ijc", windows, _channels_last(dy))
    return np.ascontiguousarray(dweight.transpose(2, 0, 1))[:, None]  # (C, 1, kh, kw)


def input_gradient(dy: Array, weight: Array, size: Pair, window: Window, groups: int = 1) -> Array:
    """dx: w_ij · dy goes back to where tap (i, j) read; (C, OH, OW, N) to (C, H, W, N).

    With a stride of s the taps i, i + s, i + 2s, … read the same cells, every s-th: those are the
    correlation of dy, zeros around it, with these taps alone, the last one first.
    Arguments as :func:`cnn.layers.convolving.correlate.correlate_input_gradient`'s.
    """
    if not np.isfinite(weight).all():  # such a weight times the zeros around dy is NaN
        return plain.input_gradient(dy, weight, size, window, groups)
    axes = rows, columns = window.axes(*size)
    ahead, shape = [_ahead(axis) for axis in axes], dy.shape[1:3]
    inner = tuple(slice(a, a + n) for a, n in zip(ahead, shape, strict=True))
    room = [a + max(n, axis.covered) for a, n, axis in zip(ahead, shape, axes, strict=True)]
    gradients = np.zeros((*room, dy.shape[3], len(dy)), dy.dtype)
    gradients[inner] = dy.transpose(1, 2, 3, 0)  # (OH, OW, N, C)
    taps, covered = _taps(weight), (rows.covered, columns.covered)
    dx = np.zeros((*covered, dy.shape[3], len(dy)), np.result_type(dy, weight))
    for row in _returns(rows):
        for column in _returns(columns):
            windows = _windows(gradients, (row.slide, column.slide))
            some = taps[row.taps, column.taps][::-1, ::-1]
            np.einsum("rqnijc,ijc->rqnc", windows, some, out=dx[row.cells, column.cells])
    return _channels_first(dx[rows.inner, columns.inner])


@dataclass(frozen=True)
class Slide:
    """Windows along one axis of an array: window o reads, with tap t, first + o·stride + t·step."""

    first: int
    count: int
    stride: int
    taps: int
    step: int


@dataclass(frozen=True)
class Return:
    """The ``taps`` that read the same ``cells``, and how they slide over dy on the way back."""

    taps: slice
    cells: slice
    slide: Slide


def _slides(axes: tuple[AxisGeometry, AxisGeometry]) -> tuple[Slide, Slide]:
    """How the window slides over the rows and over the columns, the padding counted."""
    rows, columns = (Slide(0, a.size, a.stride, a.kernel, a.dilation) for a in axes)
    return rows, columns


def _ahead(axis: AxisGeometry) -> int:
    """Zeros before dy: outputs by which the last tap lies further back than the first."""
    return (axis.kernel - 1) * axis.dilation // axis.stride


def _returns(axis: AxisGeometry) -> Iterator[Return]:
    """All taps of an axis, those that read the same cells together.

    Output o read cell o·stride + t·dilation with tap t. So cell a + m·stride was read, with t, by
    output m − (t·dilation − a) / stride, for the taps t for which that is a whole number.
    """
    common = math.gcd(axis.stride, axis.dilation)
    every = axis.stride // common  # from one tap to the next that read the same cells
    for first in range(min(every, axis.kernel)):
        taps = slice(first, axis.kernel, every)
        count = len(range(*taps.indices(axis.kernel)))
        back, start = divmod(first * axis.dilation, axis.stride)
        cells = slice(start, axis.covered, axis.stride)
        step = axis.dilation // common
        least = _ahead(axis) - back - (count - 1) * step
        yield Return(taps, cells, Slide(least, len(range(axis.covered)[cells]), 1, count, step))


def _windows(cells: Array, slides: tuple[Slide, Slide]) -> Array:
    """(rows, columns, N, C) as (OH, OW, N, kh, kw, C): a view in which windows overlap."""
    rows, columns = slides
    row, column, sample, channel = cells.strides
    steps = row * rows.stride, column * columns.stride
    return as_strided(
        cells[rows.first :, columns.first :],
        (rows.count, columns.count, cells.shape[2], rows.taps, columns.taps, cells.shape[3]),
        (*steps, sample, row * rows.step, column * columns.step, channel),
        writeable=False,
    )


def _padded(x: Array, axes: tuple[AxisGeometry, AxisGeometry]) -> Array:
    """(C, H, W, N) to (rows, columns, N, C), zeros around it."""
    cells = np.zeros((*(axis.covered for axis in axes), x.shape[3], len(x)), x.dtype)
    cells[axes[0].inner, axes[1].inner] = x.transpose(1, 2, 3, 0)
    return cells


def _channels_last(x: Array) -> Array:
    """(C, H, W, N) to a contiguous (H, W, N, C)."""
    return np.ascontiguousarray(x.transpose(1, 2, 3, 0))


def _taps(weight: Array) -> Array:
    """(C, 1, kh, kw) to a contiguous (kh, kw, C)."""
    return np.ascontiguousarray(weight[:, 0].transpose(1, 2, 0))


def _channels_first(y: Array) -> Array:
    """(H, W, N, C) back to a contiguous (C, H, W, N)."""
    return np.ascontiguousarray(y.transpose(3, 0, 1, 2))
