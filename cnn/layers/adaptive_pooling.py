"""Adaptive and global pooling: the output's size is given, and the windows follow from it.

Means and maxima run along one axis and then along the other. Arrays are batch last, (C, H, W, N).
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, Pair, Shape, numbers
from cnn.layers.layer import Layer
from cnn.layers.pooling import check_images, check_maps
from cnn.layers.pooling_by_axis import (
    COLUMNS,
    ROWS,
    along,
    dtype_of_gradient,
    max_along_backward,
    max_along_backward_with_care,
    needs_care,
    resized,
)
from cnn.settings import PairLike, pair
from cnn.window.geometry import AxisGeometry, Window, adaptive_bounds

#: Stretches along an axis; each is worked out by itself.
MOST_STRETCHES = 2**14


def adaptive_size(output_size: PairLike) -> Pair:
    """(rows, columns) as an adaptive pooling may be asked for them; a ValueError otherwise."""
    rows, columns = pair(output_size, "output_size")
    if max(rows, columns) > MOST_STRETCHES:
        raise ValueError(f"output_size: got {rows} × {columns}, need at most {MOST_STRETCHES:,}")
    return rows, columns


class AdaptiveAvgPool2d(Layer):
    """Mean over stretches that divide any input into ``output_size``; ``nn.AdaptiveAvgPool2d``.

    Args:
        output_size: One number or (rows, columns); the stretches are those of
            :func:`cnn.window.geometry.adaptive_bounds`.

    Raises:
        ValueError: a number is below 1, or above :data:`MOST_STRETCHES`.
    """

    def __init__(self, output_size: PairLike) -> None:
        super().__init__()
        self.output_size = adaptive_size(output_size)

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C, *output_size, N)."""
        x = numbers(x, "x")
        check_images(x)
        rows, columns = self.output_size
        self.x = x
        self.y = mean_along(mean_along(x, rows, ROWS), columns, COLUMNS)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, *output_size, N) to (C, H, W, N)."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        _, height, width, _ = x.shape
        self.dy, self.dx = dy, None
        if need_dx:
            between = mean_along_backward(dy, width, COLUMNS)  # (C, rows, W, N)
            self.dx = mean_along_backward(between, height, ROWS)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (C, *output_size)."""
        check_maps(shape)
        return shape[0], *self.output_size

    def receptive_step(self, shape: Shape) -> Window:
        """The longest stretch; all are alike where ``output_size`` divides the input."""
        lengths, strides = [], []
        for n, size in zip(shape[1:], self.output_size, strict=True):
            bounds = adaptive_bounds(n, size)
            lengths.append(max(past - first for first, past in bounds))
            strides.append(max(1, n // size))
        return Window((lengths[0], lengths[1]), (strides[0], strides[1]))


class GlobalAvgPool2d(AdaptiveAvgPool2d):
    """Mean of each channel: (C, H, W, N) to (C, 1, 1, N)."""

    def __init__(self) -> None:
        super().__init__(1)


def mean_along(x: Array, size: int, axis: int) -> Array:
    """Means along one axis of the stretches of :func:`cnn.window.geometry.adaptive_bounds`."""
    if size == x.shape[axis]:
        return x
    bounds = adaptive_bounds(x.shape[axis], size)
    means = [x[along(axis, slice(*ends))].mean(axis=axis) for ends in bounds]
    return np.stack(means, axis=axis)


def mean_along_backward(dy: Array, n: int, axis: int) -> Array:
    """Gradient of :func:`mean_along` over ``n`` cells: ∂y/∂x is 1/length of the stretch."""
    size = dy.shape[axis]
    if size == n:
        return dy
    dx = np.zeros(resized(dy, n, axis), dy.dtype)
    for index, (first, past) in enumerate(adaptive_bounds(n, size)):
        share = dy[along(axis, slice(index, index + 1))] / (past - first)
        dx[along(axis, slice(first, past))] += share
    return dx


class AdaptiveMaxPool2d(Layer):
    """Maximum over stretches that divide any input; PyTorch's ``nn.AdaptiveMaxPool2d``.

    The gradient goes to the cell that won, as in :class:`cnn.layers.pooling.MaxPool2d`. Arguments
    and errors as :class:`AdaptiveAvgPool2d`'s.
    """

    passing = (*Layer.passing, "_widest")
    _widest: Array  # (C, H, columns, N), maxima along each row of the last forward pass

    def __init__(self, output_size: PairLike) -> None:
        super().__init__()
        self.output_size = adaptive_size(output_size)

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C, *output_size, N)."""
        x = numbers(x, "x")
        check_images(x)
        rows, columns = self.output_size
        self.x = x
        self._widest = largest_along(x, columns, COLUMNS)
        self.y = largest_along(self._widest, rows, ROWS)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, *output_size, N) to (C, H, W, N)."""
        dy = self.upstream(dy)
        x, y = self.passed()
        self.dy, self.dx = dy, None
        if need_dx:
            between = largest_along_backward(dy, self._widest, y, ROWS)  # (C, H, columns, N)
            self.dx = largest_along_backward(between, x, self._widest, COLUMNS)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (C, *output_size)."""
        check_maps(shape)
        return shape[0], *self.output_size

    def receptive_step(self, shape: Shape) -> Window:
        """As that of the means."""
        return AdaptiveAvgPool2d(self.output_size).receptive_step(shape)


class GlobalMaxPool2d(AdaptiveMaxPool2d):
    """Maximum of each channel: (C, H, W, N) to (C, 1, 1, N)."""

    def __init__(self) -> None:
        super().__init__(1)


def largest_along(x: Array, size: int, axis: int) -> Array:
    """Maxima of the ``size`` stretches of :func:`adaptive_bounds` along one axis."""
    bounds = adaptive_bounds(x.shape[axis], size)
    return np.stack([x[along(axis, slice(*ends))].max(axis=axis) for ends in bounds], axis=axis)


def largest_along_backward(dy: Array, x: Array, y: Array, axis: int) -> Array:
    """Gradient of :func:`largest_along`: each stretch is a window of its own."""
    dx, kept = np.zeros(x.shape, dy.dtype), dtype_of_gradient(dy, x)
    back = max_along_backward_with_care if needs_care(y, dy) else max_along_backward
    for index, ends in enumerate(adaptive_bounds(x.shape[axis], dy.shape[axis])):
        cells, one = along(axis, slice(*ends)), along(axis, slice(index, index + 1))
        count = ends[1] - ends[0]
        stretch = AxisGeometry(count, count, 1, 0, 0, 1, 1)
        dx[cells] += back(dy[one], x[cells], y[one], stretch, axis, np.empty_like(x[cells], kept))
    return dx
