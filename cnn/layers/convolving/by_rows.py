"""One product for each row of the output, of windows of which only the columns are lined up.

Lined up in columns, a window's kh rows are neighbours in memory already, and the next output row's
window starts ``stride`` rows further on (:func:`cnn.window.gather.gather_rows`). What is saved is
all but a kh-th of the copying, and what one product reads is still in the cache. It pays where a
row's product is large enough by itself: long rows (large batches), or small kernels.

The arithmetic is that of :mod:`cnn.layers.convolving.plain`, with a window's cells in the order
(kh, C, kw) and each output row by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnn.arrays import Array, Pair
from cnn.window.gather import gather_rows, scatter_columns, scratch
from cnn.window.geometry import Window

#: Entries of the weight gradients of single rows that are held before they are summed.
SUM_AT_ONCE = 1 << 18
#: Weight gradients of so few output channels take two output rows at a time.
FEW_OUTPUTS = 8


def possible(window: Window) -> bool:
    """Whether a window's rows are neighbours in the input."""
    return window.dilation[0] == 1


def possible_input_gradient(window: Window) -> bool:
    """Whether from one output row to the next windows move by one row."""
    return window.dilation[0] == 1 and window.stride[0] == 1


def forward(x: Array, weight: Array, window: Window, groups: int = 1) -> Array:
    """y: (C, H, W, N) and (O, C/groups, kh, kw) to (O, OH, OW, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate`'s.
    """
    patches = gather_rows(x, window, groups)  # (G, OH, kh·C/G·kw, OW·N)
    filters = weight.swapaxes(1, 2)  # (O, kh, C/G, kw)
    filters = filters.reshape(groups, 1, len(weight) // groups, patches.shape[2])
    size = window.output_size(*x.shape[1:3])
    y = np.empty((len(weight), *size, x.shape[3]), np.result_type(x, weight))
    np.matmul(filters, patches, out=_rows_first(y, groups))  # (G, OH, O/G, OW·N)
    return y


def weight_gradient(dy: Array, x: Array, window: Window, groups: int = 1) -> Array:
    """dW: (O, OH, OW, N) and (C, H, W, N) to (O, C/groups, kh, kw).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_weight_gradient`'s.
    """
    patches = gather_rows(x, window, groups)  # (G, OH, kh·C/G·kw, OW·N)
    gradients = _rows_first(dy, groups)  # (G, OH, O/G, OW·N)
    _, rows, outputs, _ = gradients.shape
    if outputs <= FEW_OUTPUTS and rows % 2 == 0:
        sums = _sum_two_rows_at_once(patches, gradients)
    else:
        sums = _sum_of_products(patches, gradients)
    (kh, kw), channels = window.kernel, len(x) // groups
    sums = sums.reshape(groups, kh, channels, kw, outputs)
    return sums.transpose(0, 4, 2, 1, 3).reshape(len(dy), channels, kh, kw)


def _sum_of_products(patches: Array, gradients: Array) -> Array:
    """Σ over rows of patches · gradientsᵀ: (groups, cells of a window, O/groups)."""
    groups, rows, cells, _ = patches.shape
    sums = np.zeros((groups, cells, gradients.shape[2]), np.result_type(patches, gradients))
    step = max(1, SUM_AT_ONCE // sums[0].size)
    for row in range(0, rows, step):
        some = slice(row, row + step)
        transposed = gradients[:, some].swapaxes(2, 3)  # (G, rows, OW·N, O/G)
        sums += np.matmul(patches[:, some], transposed).sum(axis=1)
    return sums


def _sum_two_rows_at_once(patches: Array, gradients: Array) -> Array:
    """The same for few outputs, whose products are too thin to be fast.

    The windows of two neighbouring rows overlap: together they have but a few more cells. A
    product of those with the gradients of both rows holds both rows' products, a few cells apart.
    """
    groups, rows, cells, length = patches.shape
    group, row, cell, item = patches.strides
    shift, outputs = row // cell, gradients.shape[2]
    both = as_strided(  # (G, OH/2, cells of both windows, OW·N)
        patches, (groups, rows // 2, cells + shift, length), (group, 2 * row, cell, item)
    )
    pairs = scratch("gradients", (groups, rows, outputs, length), gradients.dtype)
    pairs[...] = gradients
    pairs = pairs.reshape(groups, rows // 2, 2 * outputs, length)  # (G, OH/2, 2·O/G, OW·N)
    sums = _sum_of_products(both, pairs)
    first, second = sums[:, :cells, :outputs], sums[:, shift:, outputs:]
    total: Array = first + second
    return total


def input_gradient(dy: Array, weight: Array, size: Pair, window: Window, groups: int = 1) -> Array:
    """dx at a row stride of 1: one product an input row sums what reads it.

    From one of those output rows to the next the tap that reads falls by one. So with the kernel's
    rows turned, the weights lie side by side in the order of the output rows, and no row of zeros
    is ever multiplied. (O, OH, OW, N) and (O, C/groups, kh, kw) to (C, H, W, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_input_gradient`'s.
    """
    _, channels, kh, kw = weight.shape
    outputs, height = len(weight) // groups, size[0]
    rows, columns = window.axes(*size)
    dtype, length = np.result_type(dy, weight), columns.size * dy.shape[3]
    turned = weight.reshape(groups, outputs, channels, kh, kw)[:, :, :, ::-1]
    filters = turned.transpose(0, 2, 4, 3, 1)  # (G, C/G, kw, kh, O/G)
    filters = filters.reshape(groups, channels * kw, kh * outputs)
    gradients = scratch("gradients", (groups, rows.size, outputs, length), dtype)
    gradients[...] = _rows_first(dy, groups)
    gradients = gradients.reshape(groups, rows.size * outputs, length)  # (G, OH·O/G, OW·N)
    lined = scratch("lined", (groups, height, channels * kw, length), dtype)
    for row in range(height):
        lowest = row + rows.before - kh + 1  # the output row that reads this one with its last tap
        first, past = max(0, lowest), min(rows.size, lowest + kh)
        if first < past:
            near = filters[:, :, (first - lowest) * outputs : (past - lowest) * outputs]
            np.matmul(near, gradients[:, first * outputs : past * outputs], out=lined[:, row])
        else:
            lined[:, row] = 0
    lined = lined.reshape(groups, height, channels, kw, columns.size, dy.shape[3])
    return scatter_columns(lined, columns)


def _rows_first(y: Array, groups: int) -> Array:
    """``y`` (O, OH, OW, N) seen as (groups, OH, O/groups, OW·N), each output row by itself."""
    outputs, rows, columns, samples = y.shape
    return y.reshape(groups, outputs // groups, rows, columns * samples).swapaxes(1, 2)
