"""Cross-correlation and its two gradients: the arithmetic under every convolution.

Batch last, (C, H, W, N). In all of them the cells under each window become a column of a matrix
(see :mod:`cnn.window.gather`), and the sums a matrix product. Three ways lead there, whichever is
fastest for the shape at hand; tests hold them to be the same:

- row by row of the output, where rows are long (large batches) or kernels small: only columns are
  lined up, a kh-th of the copying, and what a product reads is still in the cache;
- all at once, where rows are short: one large product;
- Winograd's (:mod:`cnn.layers.convolving.winograd`), for 3×3 kernels between many channels.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnn.arrays import Array
from cnn.layers.convolving import winograd
from cnn.window.gather import gather, gather_rows, patch_shape, scatter, scatter_columns, scratch
from cnn.window.geometry import Window

#: Entries of the weight gradients of single rows that are held before they are summed.
SUM_AT_ONCE = 1 << 18
#: A product takes an output row at a time if rows are this long, or kernels this small.
LONG_ROW, SMALL_KERNEL = 96, 256
#: Weight gradients of so few output channels take two output rows at a time.
FEW_OUTPUTS = 8


def correlate(
    x: Array, weight: Array, bias: Array | None, window: Window, groups: int = 1
) -> Array:
    """Cross-correlation of ``x`` (C, H, W, N) with ``weight`` (O, C/groups, kh, kw).

    Args:
        x: The input.
        weight: One kernel for each output channel.
        bias: (O,) or None.
        window: The geometry.
        groups: Input and output channels fall into that many groups that don't mix.

    Returns:
        (O, OH, OW, N).
    """
    size = window.output_size(x.shape[1], x.shape[2])
    if x.shape[3] == 0:
        return np.zeros((len(weight), *size, 0), np.result_type(x, weight))
    if winograd.suits(x, weight, window, groups):
        y = winograd.convolve(x, weight, window.padding)
    else:
        y = np.empty((len(weight), *size, x.shape[3]), np.result_type(x, weight))
        patches, by_rows = _patches(x, window, groups)
        kernels = weight.swapaxes(1, 2) if by_rows else weight
        kernels = kernels.reshape(groups, 1, len(weight) // groups, -1)
        np.matmul(kernels, patches, out=_matrices(y, patches))
    if bias is not None:
        y += bias[:, None, None, None]
    return y


def correlate_weight_gradient(dy: Array, x: Array, window: Window, groups: int = 1) -> Array:
    """d loss / d weight, (O, C/groups, kh, kw), from ``dy`` (O, OH, OW, N)."""
    if x.shape[3] == 0:
        shape = len(dy), len(x) // groups, *window.kernel
        return np.zeros(shape, np.result_type(x, dy))
    patches, by_rows = _patches(x, window, groups)
    slopes = _matrices(dy, patches)
    if by_rows and slopes.shape[2] <= FEW_OUTPUTS and slopes.shape[1] % 2 == 0:
        sums = _sum_two_rows_at_once(patches, slopes)
    else:
        sums = _sum_of_products(patches, slopes)
    (kh, kw), outputs = window.kernel, slopes.shape[2]
    if by_rows:
        sums = sums.reshape(groups, kh, -1, kw, outputs).swapaxes(1, 2)
    return sums.reshape(groups, -1, outputs).swapaxes(1, 2).reshape(len(dy), -1, kh, kw)


def _sum_of_products(patches: Array, slopes: Array) -> Array:
    """Σ over rows of patches · slopesᵀ: (groups, cells of a window, O/groups)."""
    groups, rows, cells, _ = patches.shape
    sums = np.zeros((groups, cells, slopes.shape[2]), np.result_type(patches, slopes))
    step = max(1, SUM_AT_ONCE // sums[0].size)
    for row in range(0, rows, step):
        some = slice(row, row + step)
        sums += np.matmul(patches[:, some], slopes[:, some].swapaxes(2, 3)).sum(axis=1)
    return sums


def _sum_two_rows_at_once(patches: Array, slopes: Array) -> Array:
    """The same for few outputs, whose products are too thin to be fast.

    The windows of two neighbouring rows overlap: together they have but a few more cells. A
    product of those with the slopes of both rows holds both rows' products, a few cells apart.
    """
    groups, rows, cells, length = patches.shape
    group, row, cell, item = patches.strides
    shift, outputs = row // cell, slopes.shape[2]
    both = as_strided(
        patches, (groups, rows // 2, cells + shift, length), (group, 2 * row, cell, item)
    )
    pairs = scratch("slopes", (groups, rows, outputs, length), slopes.dtype)
    pairs[...] = slopes
    sums = _sum_of_products(both, pairs.reshape(groups, rows // 2, 2 * outputs, length))
    return sums[:, :cells, :outputs] + sums[:, shift:, outputs:]


def correlate_input_gradient(
    dy: Array, weight: Array, height: int, width: int, window: Window, groups: int = 1
) -> Array:
    """d loss / d x, (C, height, width, N): also the transposed convolution of ``dy``."""
    if dy.shape[3] == 0:
        shape = weight.shape[1] * groups, height, width, 0
        return np.zeros(shape, np.result_type(dy, weight))
    mirrored = _mirrored(window)
    if winograd.suits(dy, weight, mirrored, groups):
        return winograd.convolve(dy, weight.swapaxes(0, 1)[:, :, ::-1, ::-1], mirrored.padding)
    thin = 2 * weight.shape[1] * window.kernel[1] < len(weight) // groups
    by_rows = _by_rows(window, weight.shape[1], dy.shape[2] * dy.shape[3])
    if by_rows and window.stride[0] == 1 and not thin:
        return _input_gradient_by_rows(dy, weight, height, width, window, groups)
    kernels = weight.reshape(groups, len(weight) // groups, -1).swapaxes(1, 2)
    slopes = dy.reshape(groups, len(dy) // groups, -1)
    shape = (weight.shape[1] * groups, height, width, dy.shape[3])
    if _is_pointwise(window):
        return np.matmul(kernels, slopes).reshape(shape)
    patches = scratch("patches", patch_shape(shape, window), np.result_type(dy, weight))
    np.matmul(kernels, slopes, out=patches.reshape(groups, -1, slopes.shape[2]))
    return scatter(patches, height, width, window)


def _input_gradient_by_rows(
    dy: Array, weight: Array, height: int, width: int, window: Window, groups: int
) -> Array:
    """The same at a row stride of 1: one product an input row sums what reads it.

    From one of those output rows to the next the tap that reads falls by one. So with the kernel's
    rows turned, the weights lie side by side in the order of the output rows, and no row of zeros
    is ever multiplied.
    """
    outputs, channels, kh, kw = weight.shape
    outputs //= groups
    rows, columns = window.axes(height, width)
    dtype, length = np.result_type(dy, weight), columns.size * dy.shape[3]
    turned = weight.reshape(groups, outputs, channels, kh, kw)[:, :, :, ::-1]
    kernels = turned.transpose(0, 2, 4, 3, 1).reshape(groups, channels * kw, kh * outputs)
    slopes = scratch("slopes", (groups, rows.size, outputs, length), dtype)
    slopes[...] = dy.reshape(groups, outputs, rows.size, length).swapaxes(1, 2)
    slopes = slopes.reshape(groups, rows.size * outputs, length)
    lined = scratch("lined", (groups, height, channels * kw, length), dtype)
    for row in range(height):
        lowest = row + rows.before - kh + 1  # the output row that reads this one with its last tap
        first, past = max(0, lowest), min(rows.size, lowest + kh)
        if first < past:
            near = kernels[:, :, (first - lowest) * outputs : (past - lowest) * outputs]
            np.matmul(near, slopes[:, first * outputs : past * outputs], out=lined[:, row])
        else:
            lined[:, row] = 0
    lined = lined.reshape(groups, height, channels, kw, columns.size, dy.shape[3])
    return scatter_columns(lined, columns)


def bias_gradient(dy: Array) -> Array:
    """d loss / d bias: each channel's sum."""
    flat = dy.reshape(len(dy), -1)
    return flat @ np.ones(flat.shape[1], dy.dtype)  # BLAS sums twice as fast as sum does


def _patches(x: Array, window: Window, groups: int) -> tuple[Array, bool]:
    """The cells under each window, as matrices (groups, rows, cells of a window, windows).

    Either all output rows in one matrix, with a window's cells in the order (C, kh, kw), or each
    output row in its own, with cells (kh, C, kw): then the second result is True.
    """
    channels, height, width, samples = x.shape
    if _is_pointwise(window):
        return x.reshape(groups, 1, channels // groups, -1), False
    columns = window.output_size(height, width)[1]
    if _by_rows(window, channels // groups, columns * samples):
        return gather_rows(x, window, groups), True
    patches = gather(x, window, scratch("patches", patch_shape(x.shape, window), x.dtype))
    return patches.reshape(groups, 1, -1, patches[0, 0, 0].size), False


def _by_rows(window: Window, channels: int, row: int) -> bool:
    """Whether to take a product for each output row of ``row`` numbers, or one for all."""
    if window.dilation[0] != 1 or _is_pointwise(window):
        return False
    return row >= LONG_ROW or channels * window.kernel[0] * window.kernel[1] <= SMALL_KERNEL


def _matrices(y: Array, patches: Array) -> Array:
    """``y`` (O, OH, OW, N) seen as (groups, rows, O/groups, windows), to match ``patches``."""
    groups, rows, _, windows = patches.shape
    return y.reshape(groups, len(y) // groups, rows, windows).swapaxes(1, 2)


def _is_pointwise(window: Window) -> bool:
    """Whether each output cell reads the one input cell in its own place."""
    return window.kernel == (1, 1) and window.stride == (1, 1) and not any(window.padding)


def _mirrored(window: Window) -> Window:
    """At stride 1, the window of the convolution that takes dy to dx, with the kernel turned."""
    kh, kw = window.kernel
    (dh, dw), (top, bottom, left, right) = window.dilation, window.padding
    rows, columns = dh * (kh - 1), dw * (kw - 1)
    sides = (rows - top, rows - bottom, columns - left, columns - right)
    return replace(window, padding=sides)
