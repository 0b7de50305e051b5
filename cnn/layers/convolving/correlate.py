"""Cross-correlation and its gradients: the arithmetic under every convolution.

Batch last, (C, H, W, N). What is computed is defined in :mod:`cnn.definitions`, how in
:mod:`cnn.layers.convolving.plain` or whatever :mod:`cnn.layers.convolving.choose` finds faster.
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, Pair
from cnn.layers.convolving import choose
from cnn.layers.convolving.choose import Case
from cnn.layers.convolving.first_product import ready
from cnn.window.geometry import Window


def correlate(
    x: Array, weight: Array, bias: Array | None, window: Window, groups: int = 1
) -> Array:
    """y[o, r, q] = b[o] + Σ_c Σ_i Σ_j w[o, c, i, j] · x[c, r·s + i·d, q·s + j·d], for each sample.

    Args:
        x: (C, H, W, N).
        weight: (O, C/groups, kh, kw), one kernel for each output channel.
        bias: (O,) or None.
        window: The geometry: stride s, dilation d, padding.
        groups: Input and output channels fall into that many groups that don't mix.

    Returns:
        (O, OH, OW, N).

    Raises:
        ValueError: the window does not fit into x.
    """
    ready()
    way = choose.forward(Case.of(x, weight, x.shape[1:3], window, groups))
    y = way(x, weight, window, groups)
    if bias is not None:
        y += bias[:, None, None, None]  # (O, 1, 1, 1)
    return y


def correlate_weight_gradient(dy: Array, x: Array, window: Window, groups: int = 1) -> Array:
    """d loss / d weight, (O, C/groups, kh, kw), from ``dy`` (O, OH, OW, N).

    dw[o, c, i, j] = Σ_r Σ_q dy[o, r, q] · x[c, r·s + i·d, q·s + j·d], summed over the samples: the
    input correlated with dy. Arguments as :func:`correlate`'s.
    """
    ready()
    filters, channels = len(dy) // groups, len(x) // groups
    dtype = np.result_type(x, dy)
    case = Case(x.shape[1:3], x.shape[3], channels, filters, groups, window, dtype)
    way = choose.weight_gradient(case)
    return way(dy, x, window, groups)


def correlate_input_gradient(
    dy: Array, weight: Array, size: Pair, window: Window, groups: int = 1
) -> Array:
    """d loss / d x, (C, H, W, N): also the transposed convolution of ``dy``.

    dx[c, u, v] = Σ dy[o, r, q] · w[o, c, i, j] over all with r·s + i·d = u and q·s + j·d = v. At
    stride 1 that is dy correlated with the kernel turned by 180°.

    Args:
        dy: (O, OH, OW, N).
        weight: (O, C/groups, kh, kw).
        size: (H, W) of x.
        window: And the rest as :func:`correlate`'s.
        groups: As there.
    """
    ready()
    way = choose.input_gradient(Case.of(dy, weight, size, window, groups))
    return way(dy, weight, size, window, groups)


def bias_gradient(dy: Array) -> Array:
    """d loss / d bias, (O,): the bias was added everywhere, so it gets each channel's sum."""
    flat = dy.reshape(len(dy), dy[:1].size)  # (O, OH·OW·N)
    total: Array = flat @ np.ones(flat.shape[1], dy.dtype)  # BLAS sums twice as fast as sum does
    return total
