"""Which cell of each window is the largest, and a gradient's way back to it.

What is kept of the winner is its step: how many cells of the map, row by row, it lies after the
first cell of its window. That is a byte for each output, or two on maps wider than a hundred cells.
So the way back reads bytes, where comparing the input with the maxima once more would read both of
them for each cell of the window. Arrays are batch last, (C, H, W, N).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product

import numpy as np

from cnn.arrays import Array, Pair
from cnn.layers.pooling_by_axis import lowest, written
from cnn.window.gather import scratch
from cnn.window.geometry import AxisGeometry, Window


def winners(x: Array, window: Window) -> tuple[Array, Array]:
    """The maximum of each window, and the step to the cell that holds it.

    Among equals the first wins; of several NaN, which win over all numbers, the last (as in
    PyTorch). Padding never wins; where a window sees nothing else, the step means nothing.

    Args:
        x: (C, H, W, N).
        window: That slides.

    Returns:
        y (C, OH, OW, N), and the steps, shaped alike.
    """
    y, won = _running(x, window, nan=False)
    flat = y.reshape(y.size)
    with np.errstate(over="ignore"):
        lost = y.dtype.kind == "f" and np.isnan(np.dot(flat, flat))  # one NaN is enough
    return _running(x, window, nan=True) if lost else (y, won)


def _running(x: Array, window: Window, nan: bool) -> tuple[Array, Array]:
    """:func:`winners`, by the largest so far: cell by cell, whoever is larger takes over.

    Each cell of all windows is copied side by side first: compared where they lie, some cells
    apart, they would take longer than the copy and all that follows. Steps only grow in reading
    order, so that who takes over is a maximum, too.
    """
    axes = window.axes(x.shape[1], x.shape[2])
    padded = _padded(x, axes)
    shape = len(x), axes[0].size, axes[1].size, x.shape[3]
    steps = _steps(*axes)
    won = np.zeros(shape, steps.dtype)
    if padded is not x:
        won += steps[_first_inside(axes)][:, :, None]  # (OH, OW, 1)
    y = np.empty(shape, x.dtype)
    cells, better = scratch("cells", shape, x.dtype), scratch("better", shape, np.dtype(bool))
    over = scratch("over", shape, won.dtype)
    for row, column in _cells(window):
        at = (slice(None), axes[0].under(row), axes[1].under(column))
        if row == column == 0:
            y[...] = padded[at]
            continue
        cells[...] = padded[at]  # (C, OH, OW, N)
        np.greater(cells, y, out=better)
        if nan:
            better |= np.isnan(cells)
        np.multiply(better.view(np.uint8), steps[row, column], out=over)
        np.maximum(won, over, out=won)
        np.maximum(y, cells, out=y)
    return y, won


def _cells(window: Window) -> Iterable[Pair]:
    """(row, column) of each cell of a window in reading order.

    Not np.ndindex: what it leaves behind in each call waits for the garbage collector.
    """
    return product(range(window.kernel[0]), range(window.kernel[1]))


def _padded(x: Array, axes: tuple[AxisGeometry, AxisGeometry]) -> Array:
    """``x`` (C, H, W, N) with padding that never wins around it, if any window covers some."""
    rows, columns = axes
    if rows.inside and columns.inside:
        return x
    shape = len(x), rows.covered, columns.covered, x.shape[3]
    padded = scratch("padded", shape, x.dtype)
    padded[...] = lowest(x.dtype)
    padded[:, rows.inner, columns.inner] = x
    return padded


@lru_cache(maxsize=256)
def _steps(rows: AxisGeometry, columns: AxisGeometry) -> Array:
    """(kh, kw): how far each cell of a window lies after the first, in as few bytes as hold it."""
    row, column = (np.arange(axis.kernel) * axis.dilation for axis in (rows, columns))
    found: Array = np.add.outer(row * columns.n, column)
    return found.astype(np.min_scalar_type(found[-1, -1]))


def _first_inside(axes: tuple[AxisGeometry, AxisGeometry]) -> tuple[Array, Array]:
    """(row, column), for (OH, OW), of each window's first cell of input: it wins among equals."""
    first_row, first_column = (np.zeros(axis.size, int) for axis in axes)
    for axis, first in zip(axes, (first_row, first_column), strict=True):
        for number, tap in reversed(list(enumerate(axis.taps))):
            first[tap.outputs] = number
    return first_row[:, None], first_column[None]  # (OH, 1) and (1, OW)


def places(won: Array, window: Window, size: Pair, out: Array | None = None) -> Array:
    """Where each winner lies in its map, as row · W + column; 0 where a window sees none.

    Args:
        won: (C, OH, OW, N), of :func:`winners`.
        window: As there.
        size: (H, W) of the input.
        out: Memory for the result, shaped as won; new memory if not given.
    """
    rows, columns = window.axes(*size)
    found: Array = np.empty(won.shape, np.int64) if out is None else out
    row, column = (np.arange(a.size) * a.stride - a.before for a in (rows, columns))
    first = np.add.outer(row * size[1], column)  # (OH, OW)
    np.add(won, first[:, :, None], out=found)
    if not (_sees(rows).all() and _sees(columns).all()):
        found *= np.outer(_sees(rows), _sees(columns))[:, :, None]
    return found


def _sees(axis: AxisGeometry) -> Array:
    """Whether each window has a cell of input; with dilation all may lie in the padding."""
    sees = np.zeros(axis.size, bool)
    for tap in axis.taps:
        sees[tap.outputs] = True
    return sees


def winners_gradient(dy: Array, won: Array, window: Window, out: Array) -> Array:
    """dx: the output *is* the cell that won, which gets dy of each window that it won.

    ∂y/∂x is 1 for that cell, and 0 for every other one of the window.

    Args:
        dy: (C, OH, OW, N).
        won: As :func:`winners` gave it.
        window: As there.
        out: (C, H, W, N) in one piece; the result is written here.
    """
    rows, columns = window.axes(out.shape[1], out.shape[2])
    dy = dy.astype(out.dtype, copy=False)
    if all(axis.stride >= axis.effective_kernel for axis in (rows, columns)):
        return _to_cells_of_one_window(dy, won, window, out)
    if not (_sees(rows).all() and _sees(columns).all()):
        dy = dy * np.outer(_sees(rows), _sees(columns))[:, :, None]  # padding alone: no winner
    memory = scratch("places", won.shape, np.dtype(np.int64))
    found = places(won, window, out.shape[1:3], memory)
    if (samples := out.shape[3]) > 1:
        found *= samples
        found += np.arange(samples)
    starts = np.arange(len(out)) * out[:1].size
    found += starts[:, None, None, None]  # (C, 1, 1, 1)
    out[...] = 0
    np.add.at(out.reshape(out.size), found.reshape(dy.size), dy.reshape(dy.size))
    return out


def _to_cells_of_one_window(dy: Array, won: Array, window: Window, out: Array) -> Array:
    """:func:`winners_gradient` where no cell lies in two windows: one stretched write a cell."""
    rows, columns = window.axes(out.shape[1], out.shape[2])
    if not (written(rows) and written(columns)):
        out[...] = 0
    flat = dy.reshape(dy.size)
    with np.errstate(over="ignore", invalid="ignore"):
        finite = np.isfinite(np.dot(flat, flat))
    steps = _steps(rows, columns)
    for i, j in _cells(window):
        row, column = rows.taps[i], columns.taps[j]
        outputs = (slice(None), row.outputs, column.outputs)
        hit, cells = won[outputs] == steps[i, j], out[:, row.inputs, column.inputs]
        if finite:
            np.multiply(dy[outputs], hit, out=cells)
        else:
            cells[...] = np.where(hit, dy[outputs], 0)  # ∞ · 0 is NaN
    return out
