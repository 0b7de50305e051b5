"""Exercise 4: the gradient of max pooling."""

import numpy as np


def max_pool2d_gradient(dy: np.ndarray, x: np.ndarray, kernel_size: int, stride: int) -> np.ndarray:
    """∂L/∂x from ∂L/∂y: each number goes to the cell that won its window.

    Args:
        dy: (N, C, OH, OW), ∂L/∂y.
        x: (N, C, H, W), what the forward pass was given.
        kernel_size: Side of the window.
        stride: Cells from one window to the next.

    Returns:
        (N, C, H, W). Where two cells are equally large the first in reading order wins. Windows
        overlap if the stride is smaller than the window: what a cell gets from each is added.

    Hint: ``np.unravel_index(window.argmax(), window.shape)``.
    """
    raise NotImplementedError
