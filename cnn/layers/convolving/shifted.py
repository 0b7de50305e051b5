"""One filter for each channel on large maps, at stride 1: a tap reads the whole map, shifted.

Every row of a map, with the zeros around it, follows the one before in memory. So what tap (i, j)
reads in *all* windows of a channel lies in one stretch of memory, i rows and j cells further on;
only what a window reads past the end of a row means nothing, and is left out of the result.
``einsum`` scales such a stretch and adds it to the sum in one pass. What is saved is a product of
one row by a handful of columns for each row of the output, and all copies but one. As many channels
are worked out in one go as stay in the second-level cache.

The arithmetic is that of :mod:`cnn.definitions.convolution`. For small maps, where a stretch is too
short, there is :mod:`cnn.layers.convolving.depthwise`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnn.arrays import Array, Pair
from cnn.layers.convolving import depthwise, plain
from cnn.layers.convolving.winograd import mirrored
from cnn.window.gather import scratch
from cnn.window.geometry import AxisGeometry, Window

#: Bytes of the maps of a few channels, and of their outputs.
AT_ONCE = 1 << 19

Axes = tuple[AxisGeometry, AxisGeometry]


def possible(window: Window, channels: int, filters: int, dtype: np.dtype) -> bool:
    """Whether windows move by one cell, and each channel has a filter.

    Args:
        window: Of the convolution.
        channels: Of a group.
        filters: Of a group.
        dtype: Of the result.
    """
    fits = window.stride == (1, 1) and min(window.padding) >= 0
    return fits and depthwise.possible(channels, filters, dtype)


def forward(x: Array, weight: Array, window: Window, groups: int = 1) -> Array:
    """y = Σ_ij w_ij · x, shifted by (i, j): (C, H, W, N) and (C, 1, kh, kw) to (C, OH, OW, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate`'s; ``groups`` is C.
    """
    axes = rows, columns = window.axes(*x.shape[1:3])
    dtype = np.result_type(x, weight)
    y = np.empty((len(x), rows.size, columns.size, x.shape[3]), dtype)
    for some in _channels_at_once(x, axes):
        stretches = _stretches(x[some], axes)  # (C, kh, kw, L)
        shape = len(stretches), rows.size, columns.covered, x.shape[3]
        sums = scratch("sums", shape, dtype)
        flat = sums.reshape(len(sums), sums[0].size)[:, : stretches.shape[3]]  # (C, L)
        # In this order the loop over a stretch is the innermost one, the taps' the outermost.
        stretches, taps = stretches.transpose(3, 0, 1, 2), weight[some, 0]
        np.einsum("pcij,cij->pc", stretches, taps, out=flat.T, order="F")
        y[some] = sums[:, :, : columns.size]
    return y


def weight_gradient(dy: Array, x: Array, window: Window, groups: int = 1) -> Array:
    """dw_ij = Σ dy · x, shifted by (i, j): (C, OH, OW, N) and (C, H, W, N) to (C, 1, kh, kw).

    Past the end of a row dy is 0, so that what is read there adds nothing, if it is finite.
    Arguments as :func:`cnn.layers.convolving.correlate.correlate_weight_gradient`'s.
    """
    axes = rows, columns = window.axes(*x.shape[1:3])
    dweight = np.empty((len(x), 1, *window.kernel), np.result_type(x, dy))
    for some in _channels_at_once(x, axes):
        if not _finite(x[some]):
            dweight[some] = plain.weight_gradient(dy[some], x[some], window, len(x[some]))
            continue
        stretches = _stretches(x[some], axes)  # (C, kh, kw, L)
        shape = len(stretches), rows.size, columns.covered, x.shape[3]
        gradients = scratch("gradients", shape, dy.dtype)
        gradients[:, :, : columns.size] = dy[some]
        gradients[:, :, columns.size :] = 0
        flat = gradients.reshape(len(gradients), 1, 1, gradients[0].size)  # (C, 1, 1, OH·…)
        np.vecdot(stretches, flat[..., : stretches.shape[3]], out=dweight[some, 0])
    return dweight


def input_gradient(dy: Array, weight: Array, size: Pair, window: Window, groups: int = 1) -> Array:
    """dx: dy, zeros around it, correlated with the turned kernels; to (C, H, W, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_input_gradient`'s.
    """
    if not np.isfinite(weight).all():  # such a weight times the zeros around dy is NaN
        return plain.input_gradient(dy, weight, size, window, groups)
    return forward(dy, weight[:, :, ::-1, ::-1], mirrored(window), groups)


def _finite(x: Array) -> bool:
    """Whether all numbers are finite, and not so large that their squares are not."""
    with np.errstate(over="ignore", invalid="ignore"):
        flat = x.reshape(x.size)
        return bool(np.isfinite(np.dot(flat, flat)))


def _channels_at_once(x: Array, axes: Axes) -> Iterator[slice]:
    """Channels few enough that their maps and outputs stay in the cache."""
    rows, columns = axes
    cells = (rows.covered + rows.size) * columns.covered * x.shape[3]
    step = max(1, AT_ONCE // max(1, cells * x.itemsize))
    return (slice(first, first + step) for first in range(0, len(x), step))


def _stretches(x: Array, axes: Axes) -> Array:
    """What each tap reads, (C, kh, kw, L): a view in which L cells from each start overlap.

    L reaches from the first window to the last, over whole rows with the zeros around them. The
    view is of scratch memory, valid until the next call. ``x`` is (C, H, W, N).
    """
    rows, columns = axes
    channels, _, _, samples = x.shape
    maps = scratch("maps", (channels, rows.covered, columns.covered, samples), x.dtype)
    maps[...] = 0
    maps[:, rows.inner, columns.inner] = x
    length = ((rows.size - 1) * columns.covered + columns.size) * samples
    channel, row, column, item = maps.strides
    return as_strided(
        maps,
        (channels, rows.kernel, columns.kernel, length),
        (channel, row * rows.dilation, column * columns.dilation, item),
        writeable=False,
    )
