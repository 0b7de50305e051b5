"""The plain fast way: the cells under each window become a column, and one product sums them all.

With the filters as the rows of W (O, C·kh·kw) and what lies under each window as the columns of P
(C·kh·kw, OH·OW·N), every output is a row times a column:

y = W · P

That is all. And so are the gradients of a product: dW = dy · Pᵀ, and dP = Wᵀ · dy, which goes back
to the cells that were copied to P, summed where windows overlap (scatter). As convolutions: dW
correlates the input with dy, dx correlates dy, zeros around it, with the kernel turned by 180°.

With groups there is one such product for each group: (G, O/G, …) · (G, …, OH·OW·N).
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, Pair
from cnn.window.gather import gather, patch_shape, scatter, scratch
from cnn.window.geometry import Window


def forward(x: Array, weight: Array, window: Window, groups: int = 1) -> Array:
    """y: (C, H, W, N) and (O, C/groups, kh, kw) to (O, OH, OW, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate`'s.
    """
    patches = _patches(x, window, groups)  # (G, C/G·kh·kw, OH·OW·N)
    filters = weight.reshape(groups, len(weight) // groups, patches.shape[1])  # (G, O/G, C/G·kh·kw)
    y: Array = filters @ patches  # (G, O/G, OH·OW·N)
    return y.reshape(len(weight), *window.output_size(*x.shape[1:3]), x.shape[3])


def weight_gradient(dy: Array, x: Array, window: Window, groups: int = 1) -> Array:
    """dW: (O, OH, OW, N) and (C, H, W, N) to (O, C/groups, kh, kw).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_weight_gradient`'s.
    """
    patches = _patches(x, window, groups)  # (G, C/G·kh·kw, OH·OW·N)
    gradients = dy.reshape(groups, len(dy) // groups, patches.shape[2])  # (G, O/G, OH·OW·N)
    # In this order of the two the product is faster where outputs are few, as they are early on.
    dweight: Array = patches @ gradients.swapaxes(1, 2)  # (G, C/G·kh·kw, O/G)
    return dweight.swapaxes(1, 2).reshape(len(dy), len(x) // groups, *window.kernel)


def input_gradient(dy: Array, weight: Array, size: Pair, window: Window, groups: int = 1) -> Array:
    """dx: (O, OH, OW, N) and (O, C/groups, kh, kw) to (C, H, W, N) for ``size`` (H, W).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_input_gradient`'s.
    """
    outputs, channels, kh, kw = weight.shape
    shape = channels * groups, *size, dy.shape[3]  # (C, H, W, N)
    filters = weight.reshape(groups, outputs // groups, channels * kh * kw)
    gradients = dy.reshape(groups, outputs // groups, dy[0].size)  # (G, O/G, OH·OW·N)
    patches = scratch("patches", patch_shape(shape, window), np.result_type(dy, weight))
    into = patches.reshape(groups, channels * kh * kw, dy[0].size)  # (G, C/G·kh·kw, OH·OW·N)
    np.matmul(filters.swapaxes(1, 2), gradients, out=into)
    return scatter(patches, *size, window)


def _patches(x: Array, window: Window, groups: int) -> Array:
    """What lies under each window, as columns (groups, C/groups·kh·kw, OH·OW·N)."""
    patches = gather(x, window, scratch("patches", patch_shape(x.shape, window), x.dtype))
    channels, kh, kw = patches.shape[:3]
    return patches.reshape(groups, channels // groups * kh * kw, patches[0, 0, 0].size)
