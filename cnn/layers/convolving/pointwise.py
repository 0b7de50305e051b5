"""1×1 kernels: each output cell reads the one input cell in its own place, from all channels.

So the images are the columns already. What is saved is the copy of :mod:`plain
<cnn.layers.convolving.plain>` and, on the way back, the scatter: three bare products.
"""

from __future__ import annotations

from cnn.arrays import Array, Pair
from cnn.window.geometry import Window


def possible(window: Window) -> bool:
    """Whether windows are single cells, none left out, none outside."""
    return window.kernel == (1, 1) and window.stride == (1, 1) and not any(window.padding)


def forward(x: Array, weight: Array, window: Window, groups: int = 1) -> Array:
    """y = W · x: (C, H, W, N) and (O, C/groups, 1, 1) to (O, H, W, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate`'s.
    """
    y: Array = _filters(weight, groups) @ _flat(x, groups)  # (G, O/G, H·W·N)
    return y.reshape(len(weight), *x.shape[1:])


def weight_gradient(dy: Array, x: Array, window: Window, groups: int = 1) -> Array:
    """dW = dy · xᵀ: (O, H, W, N) and (C, H, W, N) to (O, C/groups, 1, 1).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_weight_gradient`'s.
    """
    dweight: Array = _flat(x, groups) @ _flat(dy, groups).swapaxes(1, 2)  # (G, C/G, O/G)
    return dweight.swapaxes(1, 2).reshape(len(dy), len(x) // groups, 1, 1)


def input_gradient(dy: Array, weight: Array, size: Pair, window: Window, groups: int = 1) -> Array:
    """dx = Wᵀ · dy: (O, H, W, N) and (O, C/groups, 1, 1) to (C, H, W, N).

    Arguments as :func:`cnn.layers.convolving.correlate.correlate_input_gradient`'s.
    """
    dx: Array = _filters(weight, groups).swapaxes(1, 2) @ _flat(dy, groups)  # (G, C/G, H·W·N)
    return dx.reshape(weight.shape[1] * groups, *dy.shape[1:])


def _flat(x: Array, groups: int) -> Array:
    """(C, H, W, N) as (groups, C/groups, H·W·N)."""
    return x.reshape(groups, len(x) // groups, x[0].size)


def _filters(weight: Array, groups: int) -> Array:
    """(O, C/groups, 1, 1) as (groups, O/groups, C/groups)."""
    return weight.reshape(groups, len(weight) // groups, weight.shape[1])
