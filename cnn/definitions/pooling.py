"""The largest and the mean of each window, and their gradients, as loops."""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, Pair, Sides


def windows(
    size: Pair,
    kernel_size: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> list[list[list[Pair]]]:
    """For each output row and column the cells (row, column) under its window, padding too.

    Cells of the padding have a negative row or column, or one of at least ``size`` (H, W).

    Arguments as :func:`max_pool2d`'s.
    """
    starts = []
    for axis in (0, 1):
        n, (before, after) = size[axis], padding[2 * axis : 2 * axis + 2]
        reach = dilation[axis] * (kernel_size[axis] - 1) + 1
        found, at = [], -before
        while at + reach <= n + after:
            found.append(at)
            at += stride[axis]
        # With ceil_mode one more window may stick out, if it starts in the input or before it.
        if ceil_mode and at - stride[axis] + reach < n + after and at < n:
            found.append(at)
        starts.append(found)
    taps = [(i * dilation[0], j * dilation[1]) for i, j in np.ndindex(kernel_size)]
    return [[[(row + i, column + j) for i, j in taps] for column in starts[1]] for row in starts[0]]


def max_pool2d(
    x: Array,
    kernel_size: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    dilation: Pair = (1, 1),
    ceil_mode: bool = False,
) -> tuple[Array, Array]:
    """y[n, c, r, q] = the largest x[n, c, ·, ·] under the window at (r, q); padding never wins.

    Of equal cells the first in reading order wins. A NaN wins over all numbers, and of several the
    last (as in PyTorch): what went wrong is not to be overlooked.

    Args:
        x: (N, C, H, W).
        kernel_size: The window.
        stride: Cells from one window to the next.
        padding: Rows and columns around x that windows may cover.
        dilation: Cells from one tap to the next.
        ceil_mode: One more window may stick out at the end.

    Returns:
        The maxima (N, C, OH, OW), −∞ where a window sees padding only; and the place of each in
        its map, as row · W + column.
    """
    height, width = x.shape[2:]
    places = windows((height, width), kernel_size, stride, padding, dilation, ceil_mode)
    y = np.full((*x.shape[:2], len(places), len(places[0])), -np.inf)
    indices = np.zeros(y.shape, np.int64)
    for n, c, r, q in np.ndindex(y.shape):
        seen = [(i, j) for i, j in places[r][q] if 0 <= i < height and 0 <= j < width]
        for row, column in seen:
            value = x[n, c, row, column]
            first = (row, column) == seen[0]
            if first or value > y[n, c, r, q] or math.isnan(value):
                y[n, c, r, q] = value
                indices[n, c, r, q] = row * width + column
    return y, indices


def max_pool2d_gradient(dy: Array, indices: Array, size: Pair) -> Array:
    """∂L/∂x, (N, C, H, W): ∂L/∂y goes to the cell that won its window, and to no other.

    ∂y/∂x is 1 for the winner: the output *is* that cell. A little more or less of any other cell
    changes nothing. A cell that wins several windows gets the sum.

    Args:
        dy: (N, C, OH, OW).
        indices: As :func:`max_pool2d` gives them.
        size: (H, W) of the input.
    """
    dx = np.zeros((*dy.shape[:2], *size))
    for n, c, r, q in np.ndindex(dy.shape):
        row, column = divmod(int(indices[n, c, r, q]), size[1])
        dx[n, c, row, column] += dy[n, c, r, q]
    return dx


def avg_pool2d(
    x: Array,
    kernel_size: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """y[n, c, r, q] = Σ of x[n, c, ·, ·] under the window at (r, q), divided by a count.

    The count is :func:`divisor`. Arguments and shapes as :func:`max_pool2d`.
    """
    height, width = x.shape[2:]
    places = windows((height, width), kernel_size, stride, padding, ceil_mode=ceil_mode)
    y = np.zeros((*x.shape[:2], len(places), len(places[0])))
    for n, c, r, q in np.ndindex(y.shape):
        for row, column in places[r][q]:
            if 0 <= row < height and 0 <= column < width:
                y[n, c, r, q] += x[n, c, row, column]
        y[n, c, r, q] /= divisor_override or divisor(
            places[r][q], (height, width), padding, count_include_pad
        )
    return y


def divisor(places: list[Pair], size: Pair, padding: Sides, count_include_pad: bool) -> int:
    """How many cells of a window count: those of the input, and with ``count_include_pad`` those
    of the padding. What ``ceil_mode`` lets stick out beyond it never counts.

    Args:
        places: (row, column) of every cell of the window; the input begins at (0, 0).
        size: (H, W) of the input.
        padding: (top, bottom, left, right).
        count_include_pad: Whether the padding counts.
    """
    (height, width), (top, bottom, left, right) = size, padding
    if count_include_pad:
        return sum(
            -top <= row < height + bottom and -left <= column < width + right
            for row, column in places
        )
    return sum(0 <= row < height and 0 <= column < width for row, column in places)


def avg_pool2d_gradient(
    dy: Array,
    size: Pair,
    kernel_size: Pair,
    stride: Pair,
    padding: Sides = (0, 0, 0, 0),
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """∂L/∂x, (N, C, H, W): every cell of a window gets the same share, ∂L/∂y over the count.

    Arguments as :func:`avg_pool2d`'s.
    """
    height, width = size
    places = windows(size, kernel_size, stride, padding, ceil_mode=ceil_mode)
    dx = np.zeros((*dy.shape[:2], height, width))
    for n, c, r, q in np.ndindex(dy.shape):
        count = divisor_override or divisor(places[r][q], size, padding, count_include_pad)
        for row, column in places[r][q]:
            if 0 <= row < height and 0 <= column < width:
                dx[n, c, row, column] += dy[n, c, r, q] / count
    return dx
