"""The definitions, as loops: slow, plain, and what the fast kernels are held against.

Arrays are (N, C, H, W). Padding is (top, bottom, left, right).
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array

Pair = tuple[int, int]
Sides = tuple[int, int, int, int]
ONE: Pair = (1, 1)
NONE: Sides = (0, 0, 0, 0)


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = ONE,
    padding: Sides = NONE,
    dilation: Pair = ONE,
    groups: int = 1,
) -> Array:
    """y[n, o, r, q] = bias[o] + Σ over c, i, j of weight[o, c, i, j] · x[n, c, …]."""
    outputs, depth, kh, kw = weight.shape
    x = zero_padded(x, padding)
    rows = (x.shape[2] - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    columns = (x.shape[3] - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    y = np.zeros((len(x), outputs, rows, columns))
    for n, o, r, q in np.ndindex(y.shape):
        first_channel = o // (outputs // groups) * depth
        for c, i, j in np.ndindex(depth, kh, kw):
            row, column = r * stride[0] + i * dilation[0], q * stride[1] + j * dilation[1]
            y[n, o, r, q] += weight[o, c, i, j] * x[n, first_channel + c, row, column]
        if bias is not None:
            y[n, o, r, q] += bias[o]
    return y


def conv_transpose2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Pair = ONE,
    padding: Sides = NONE,
    output_padding: Pair = (0, 0),
    groups: int = 1,
    dilation: Pair = ONE,
) -> Array:
    """Every input cell stamps its value times the kernel; then the padding is cut off."""
    samples, channels, height, width = x.shape
    _, depth, kh, kw = weight.shape
    rows = stride[0] * (height - 1) + dilation[0] * (kh - 1) + 1 + output_padding[0]
    columns = stride[1] * (width - 1) + dilation[1] * (kw - 1) + 1 + output_padding[1]
    y = np.zeros((samples, depth * groups, rows, columns))
    for n, c, r, q in np.ndindex(x.shape):
        first_output = c // (channels // groups) * depth
        for o, i, j in np.ndindex(depth, kh, kw):
            row, column = r * stride[0] + i * dilation[0], q * stride[1] + j * dilation[1]
            y[n, first_output + o, row, column] += weight[c, o, i, j] * x[n, c, r, q]
    top, bottom, left, right = padding
    y = y[:, :, top : max(top, rows - bottom), left : max(left, columns - right)]
    return y if bias is None else y + bias[:, None, None]


def windows(
    x: Array, kernel: Pair, stride: Pair, padding: Sides, dilation: Pair, ceil_mode: bool
) -> list[list[list[tuple[int, int]]]]:
    """For each output row and column, the cells (row, column) under its window, padding too."""
    starts = []
    for axis in (0, 1):
        n, (before, after) = x.shape[2 + axis], padding[2 * axis : 2 * axis + 2]
        reach = dilation[axis] * (kernel[axis] - 1) + 1
        found, at = [], -before
        while at + reach <= n + after:
            found.append(at)
            at += stride[axis]
        # One more window may stick out, if it starts in the input or the padding before it.
        if ceil_mode and at - stride[axis] + reach < n + after and at < n:
            found.append(at)
        starts.append(found)
    return [
        [
            [
                (row + i * dilation[0], column + j * dilation[1])
                for i in range(kernel[0])
                for j in range(kernel[1])
            ]
            for column in starts[1]
        ]
        for row in starts[0]
    ]


def max_pool2d(
    x: Array,
    kernel: Pair,
    stride: Pair,
    padding: Sides = NONE,
    dilation: Pair = ONE,
    ceil_mode: bool = False,
) -> tuple[Array, Array]:
    """Maxima over the real cells of each window, and row·W + column of the first one."""
    height, width = x.shape[2:]
    places = windows(x, kernel, stride, padding, dilation, ceil_mode)
    y = np.full((*x.shape[:2], len(places), len(places[0])), -np.inf)
    indices = np.zeros(y.shape, np.int64)
    for n, c, r, q in np.ndindex(y.shape):
        for row, column in places[r][q]:
            inside = 0 <= row < height and 0 <= column < width
            if inside and x[n, c, row, column] > y[n, c, r, q]:
                y[n, c, r, q] = x[n, c, row, column]
                indices[n, c, r, q] = row * width + column
    return y, indices


def avg_pool2d(
    x: Array,
    kernel: Pair,
    stride: Pair,
    padding: Sides = NONE,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor: int | None = None,
) -> Array:
    """Sums over each window, divided by its cells; beyond the padding nothing counts."""
    height, width = x.shape[2:]
    top, bottom, left, right = padding
    places = windows(x, kernel, stride, padding, ONE, ceil_mode)
    y = np.zeros((*x.shape[:2], len(places), len(places[0])))
    for n, c, r, q in np.ndindex(y.shape):
        count = 0
        for row, column in places[r][q]:
            inside = 0 <= row < height and 0 <= column < width
            padded = -top <= row < height + bottom and -left <= column < width + right
            count += padded if count_include_pad else inside
            y[n, c, r, q] += x[n, c, row, column] if inside else 0
        y[n, c, r, q] /= divisor or count
    return y


def zero_padded(x: Array, padding: Sides) -> Array:
    """``x`` with zeros around it."""
    top, bottom, left, right = padding
    return np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
