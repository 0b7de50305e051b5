"""Exercise 2: padding, stride, and how large the output gets."""

import numpy as np


def zero_pad(x: np.ndarray, padding: int) -> np.ndarray:
    """``x`` (N, C, H, W) with ``padding`` rows and columns of zeros on every side.

    Returns:
        (N, C, H + 2·padding, W + 2·padding).
    """
    raise NotImplementedError


def output_size(n: int, kernel_size: int, stride: int, padding: int) -> int:
    """How many windows of ``kernel_size`` cells fit along an axis of ``n`` cells.

    Hint: the last window must end inside. What does not fit any more is dropped.
    """
    raise NotImplementedError


def conv2d(x: np.ndarray, weight: np.ndarray, stride: int, padding: int) -> np.ndarray:
    """As in exercise 1, without bias, with windows ``stride`` cells apart on the padded input.

    Args:
        x: (N, C, H, W).
        weight: (O, C, k, k).
        stride: Cells from one window to the next, along both axes.
        padding: Zeros on every side.
    """
    raise NotImplementedError
