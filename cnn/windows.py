"""Gather and scatter: all index arithmetic over arrays, shared by convolution and pooling.

``gather`` lines up, for every output cell, the cells under its window: (C, H, W, N) becomes
patches of shape (C, kh, kw, OH, OW, N). ``scatter`` is its adjoint: it adds every patch cell back
to where it came from. Seen as matrices, patches are (C·kh·kw, OH·OW·N), so a convolution is one
matrix product with the weight as (O, C·kh·kw) ("im2col": Chellapilla, Puri and Simard, 2006), and
its gradient is the transposed product and a scatter.

Padding is never stored with the input: a :class:`~cnn.geometry.Tap` knows which outputs read
which real cells; the rest of the patches is filled with the padding's value.
"""

from __future__ import annotations

import numpy as np

from cnn.geometry import AxisGeometry, Window

Array = np.ndarray


class Buffer:
    """Memory that is kept from one training step to the next.

    Large fresh arrays cost more in page faults than in filling them. A buffer grows when it has
    to and is otherwise handed out again, so whatever was in it is gone at the next ``array``.
    """

    def __init__(self) -> None:
        self._flat: Array | None = None

    def array(self, shape: tuple[int, ...], dtype: np.dtype) -> Array:
        """An uninitialised C-contiguous array."""
        count = int(np.prod(shape))
        if self._flat is None or self._flat.dtype != dtype or self._flat.size < count:
            self._flat = np.empty(count, dtype)
        return self._flat[:count].reshape(shape)

    def __reduce__(self) -> tuple[type[Buffer], tuple[()]]:
        """A pickled or copied buffer is a fresh one."""
        return Buffer, ()


def patch_shape(x: Array, window: Window) -> tuple[int, ...]:
    """(C, kh, kw, OH, OW, N) for ``x`` (C, H, W, N)."""
    channels, height, width, samples = x.shape
    return (channels, *window.kernel, *window.output_size(height, width), samples)


def gather(x: Array, window: Window, buffer: Buffer | None = None, fill: float = 0) -> Array:
    """(C, H, W, N) to patches (C, kh, kw, OH, OW, N); ``fill`` is the padding's value."""
    rows, columns = window.axes(*x.shape[1:3])
    shape = patch_shape(x, window)
    patches = np.empty(shape, x.dtype) if buffer is None else buffer.array(shape, x.dtype)
    for i, row in enumerate(rows.taps):
        for j, column in enumerate(columns.taps):
            patch = patches[:, i, j]
            patch[:, row.outputs, column.outputs] = x[:, row.inputs, column.inputs]
            _fill_rim(patch, row.outputs, column.outputs, fill)
    return patches


def _fill_rim(patch: Array, rows: slice, columns: slice, fill: float) -> None:
    """Fill what lies outside of ``rows`` × ``columns``."""
    patch[:, : rows.start] = fill
    patch[:, rows.stop :] = fill
    patch[:, rows, : columns.start] = fill
    patch[:, rows, columns.stop :] = fill


def scatter(patches: Array, height: int, width: int, window: Window) -> Array:
    """Patches (C, kh, kw, OH, OW, N) to (C, height, width, N): the adjoint of :func:`gather`.

    Every cell gets the sum of all patch cells that were read from it.
    """
    rows, columns = window.axes(height, width)
    x = np.zeros((patches.shape[0], height, width, patches.shape[-1]), patches.dtype)
    for i, row in enumerate(rows.taps):
        for j, column in enumerate(columns.taps):
            x[:, row.inputs, column.inputs] += patches[:, i, j, row.outputs, column.outputs]
    return x


def axes_of(x: Array, window: Window) -> tuple[AxisGeometry, AxisGeometry]:
    """Rows and columns of ``window`` over ``x`` (C, H, W, N)."""
    return window.axes(x.shape[1], x.shape[2])
