"""One filter for each channel on small maps: the channels come last, and no product is needed.

Where every channel is a group of its own, a product for each has a single row and a handful of
columns, and most of the time goes into calling it. With the channels along the last axis a tap is
one number for each of them: kh·kw times the images, shifted, are scaled and added up, in loops as
long as there are channels. Forward that pays for the many channels of small maps which end a
network; on the way back also where a stride leaves gaps. On large maps turning the images over
costs more than it saves.

The arithmetic is that of :mod:`cnn.definitions.convolution`, a tap at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnn.arrays import Array, Pair
from cnn.window.geometry import AxisGeometry, Window


def possible(channels: int, filters: int) -> bool:
    """Whether a group has one channel and one filter."""
    return channels == filters == 1


def forward(x: Array, weight: Array, window: Window, groups: int = 1) -> Array:
    """y = Σ_ij w_ij · x, shifted by (i, j): (C, H, W, N) and (C, 1, kh, kw) to (C, OH, OW, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate`'s; ``groups`` is C.
    """
    axes = window.axes(*x.shape[1:3])
    cells, taps = _padded(x, axes), _taps(weight)
    y = np.zeros((axes[0].size, axes[1].size, *cells.shape[2:]), np.result_type(x, weight))
    product = np.empty_like(y)
    for place, under in _shifts(axes):
        np.multiply(cells[under], taps[place], out=product)  # (OH, OW, N, C)
        y += product
    return _channels_first(y)


def weight_gradient(dy: Array, x: Array, window: Window, groups: int = 1) -> Array:
    """dw_ij = Σ dy · x, shifted by (i, j): (C, OH, OW, N) and (C, H, W, N) to (C, 1, kh, kw).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_weight_gradient`'s.
    """
    axes = window.axes(*x.shape[1:3])
    cells, gradients = _padded(x, axes), _channels_last(dy)
    dweight = np.empty((*window.kernel, len(x)), np.result_type(x, dy))
    product = np.empty(gradients.shape, dweight.dtype)
    for place, under in _shifts(axes):
        np.multiply(cells[under], gradients, out=product)  # (OH, OW, N, C)
        dweight[place] = product.sum(axis=(0, 1, 2))
    return np.ascontiguousarray(dweight.transpose(2, 0, 1))[:, None]  # (C, 1, kh, kw)


def input_gradient(dy: Array, weight: Array, size: Pair, window: Window, groups: int = 1) -> Array:
    """dx: w_ij · dy goes back to where tap (i, j) read; (C, OH, OW, N) to (C, H, W, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_input_gradient`'s.
    """
    axes = window.axes(*size)
    gradients, taps = _channels_last(dy), _taps(weight)
    dtype = np.result_type(dy, weight)
    dx = np.zeros((*(axis.covered for axis in axes), *gradients.shape[2:]), dtype)
    product = np.empty(gradients.shape, dtype)
    for place, under in _shifts(axes):
        np.multiply(gradients, taps[place], out=product)  # (OH, OW, N, C)
        dx[under] += product
    return _channels_first(dx[axes[0].inner, axes[1].inner])


def _shifts(axes: tuple[AxisGeometry, AxisGeometry]) -> Iterator[tuple[Pair, tuple[slice, slice]]]:
    """Each tap (i, j), and what lies under it of padded rows and columns in all windows."""
    rows, columns = axes
    for i in range(rows.kernel):
        for j in range(columns.kernel):
            yield (i, j), (rows.under(i), columns.under(j))


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
