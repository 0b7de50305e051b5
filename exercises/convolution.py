"""Exercise 1: convolution (cross-correlation), stride 1, no padding."""

import numpy as np


def conv2d(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """y[n, o, r, q] = bias[o] + the sum of weight[o] times the window of x at (r, q).

    Args:
        x: (N, C, H, W).
        weight: (O, C, kh, kw): O filters, each with one kernel for every channel.
        bias: (O,).

    Returns:
        (N, O, H − kh + 1, W − kw + 1).

    Hint: one window is ``x[n, :, r:r + kh, q:q + kw]``, with the shape of ``weight[o]``.
    """
    raise NotImplementedError
