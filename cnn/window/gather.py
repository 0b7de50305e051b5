"""Gather and scatter: all index arithmetic over arrays that convolution needs.

``gather`` lines up, for every output cell, the cells under its window: (C, H, W, N) becomes
patches of shape (C, kh, kw, OH, OW, N). ``scatter`` is its adjoint: it adds every patch cell back
to where it came from. Seen as matrices, patches are (C·kh·kw, OH·OW·N), so a convolution is one
matrix product with the weight as (O, C·kh·kw) ("im2col": Chellapilla, Puri and Simard, 2006), and
its gradient is the transposed product and a scatter.

``gather_rows`` makes the same patches with kh times less copying: it lines up columns only, and
the kh rows of a window then are neighbours in memory already. ``scatter_columns`` goes back.

Padding is never stored with the input: a :class:`~cnn.window.geometry.Tap` knows which outputs read
which real cells; the rest of the patches is zero.
"""

from __future__ import annotations

import math
import threading

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnn.arrays import Array
from cnn.window.geometry import AxisGeometry, Window


class _Scratch(threading.local):
    """Memory for large arrays that live no longer than one call, kept from call to call.

    Fresh large arrays cost more in page faults than in filling them. One set for each thread, so
    that two networks may run side by side.
    """

    def __init__(self) -> None:
        self.flat: dict[tuple[str, np.dtype], Array] = {}

    def __call__(self, name: str, shape: tuple[int, ...], dtype: np.dtype) -> Array:
        """An uninitialised array; overwrites the one last given out as ``name``."""
        count = math.prod(shape)
        flat = self.flat.get((name, dtype))
        if flat is None or flat.size < count:
            flat = self.flat[name, dtype] = np.empty(count, dtype)
        return flat[:count].reshape(shape)


scratch = _Scratch()


def patch_shape(shape: tuple[int, ...], window: Window) -> tuple[int, ...]:
    """(C, kh, kw, OH, OW, N) for an input of ``shape`` (C, H, W, N)."""
    channels, height, width, samples = shape
    return (channels, *window.kernel, *window.output_size(height, width), samples)


def gather(x: Array, window: Window, out: Array | None = None) -> Array:
    """(C, H, W, N) to patches (C, kh, kw, OH, OW, N), written to ``out`` if given.

    patches[c, i, j, r, q] = x[c, r·stride + i·dilation, q·stride + j·dilation], 0 on padding.

    Args:
        x: (C, H, W, N).
        window: That slides.
        out: Memory for the patches; new memory if not given.
    """
    patches = np.empty(patch_shape(x.shape, window), x.dtype) if out is None else out
    rows, columns = window.axes(x.shape[1], x.shape[2])
    for i, row in enumerate(rows.taps):
        for j, column in enumerate(columns.taps):
            patch = patches[:, i, j]  # (C, OH, OW, N), a view
            patch[:, row.outputs, column.outputs] = x[:, row.inputs, column.inputs]
            _clear_rim(patch[:, row.outputs], column.outputs, axis=2)
            _clear_rim(patch, row.outputs, axis=1)
    return patches


def scatter(patches: Array, height: int, width: int, window: Window) -> Array:
    """Patches (C, kh, kw, OH, OW, N) to (C, height, width, N): the adjoint of :func:`gather`.

    Every cell gets the sum of all patch cells that were read from it.
    """
    rows, columns = window.axes(height, width)
    x = np.zeros((len(patches), height, width, patches.shape[-1]), patches.dtype)
    for i, row in enumerate(rows.taps):
        for j, column in enumerate(columns.taps):
            x[:, row.inputs, column.inputs] += patches[:, i, j, row.outputs, column.outputs]
    return x


def gather_rows(x: Array, window: Window, groups: int = 1) -> Array:
    """(C, H, W, N) to patches (groups, OH, kh·C/groups·kw, OW·N), row by row of the output.

    Only the columns are lined up, as (rows, C, kw, OW, N). There kh consecutive rows are one
    matrix (kh·C·kw, OW·N), and the next output row's matrix starts ``stride`` rows further on:
    the result is a view in which those matrices overlap. Needs a row dilation of 1. The view is
    of scratch memory, valid until the next call.

    Args:
        x: (C, H, W, N).
        window: That slides.
        groups: Divides C.
    """
    channels, height, width, samples = x.shape
    rows, columns = window.axes(height, width)
    depth = channels // groups * columns.kernel
    shape = (groups, rows.reach, channels // groups, columns.kernel, columns.size, samples)
    lined = scratch("rows", shape, x.dtype)
    given = slice(rows.before, rows.before + min(height, rows.reach - rows.before))
    source = x.reshape(groups, -1, height, width, samples)  # (G, C/G, H, W, N)
    source = source.swapaxes(1, 2)  # (G, H, C/G, W, N)
    for j, column in enumerate(columns.taps):
        target = lined[:, given, :, j]  # (G, H, C/G, OW, N), a view
        target[:, :, :, column.outputs] = source[:, : target.shape[1], :, column.inputs]
        _clear_rim(target, column.outputs, axis=3)
    _clear_rim(lined, given, axis=1)
    group, row, _, _, _, item = lined.strides
    return as_strided(  # (G, OH, kh·C/G·kw, OW·N), overlapping
        lined,
        (groups, rows.size, rows.kernel * depth, columns.size * samples),
        (group, rows.stride * row, row // depth, item),
    )


def scatter_columns(lined: Array, columns: AxisGeometry) -> Array:
    """Columns lined up as (groups, H, C/groups, kw, OW, N) back to (C, H, W, N), summed.

    The adjoint of lining them up in :func:`gather_rows`.
    """
    groups, height, channels, _, _, samples = lined.shape
    x = np.zeros((groups, channels, height, columns.n, samples), lined.dtype)
    rows_first = x.swapaxes(1, 2)  # (G, H, C/G, W, N), a view
    for j, column in enumerate(columns.taps):
        rows_first[:, :, :, column.inputs] += lined[:, :, :, j, column.outputs]
    return x.reshape(groups * channels, height, columns.n, samples)  # (C, H, W, N)


def _clear_rim(array: Array, kept: slice, axis: int) -> None:
    """Zero what lies before and after ``kept`` along ``axis``."""
    ahead = (slice(None),) * axis
    if kept.start > 0:
        array[(*ahead, slice(kept.start))] = 0
    if kept.stop < array.shape[axis]:
        array[(*ahead, slice(kept.stop, None))] = 0
