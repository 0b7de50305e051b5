"""Exercise 3: max pooling."""

import numpy as np


def max_pool2d(x: np.ndarray, kernel_size: int, stride: int) -> np.ndarray:
    """The largest number of each window of ``kernel_size`` × ``kernel_size`` cells.

    Args:
        x: (N, C, H, W). Every channel is pooled on its own.
        kernel_size: Side of the window.
        stride: Cells from one window to the next.

    Returns:
        (N, C, OH, OW).
    """
    raise NotImplementedError
