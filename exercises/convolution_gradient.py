"""Exercise 5: the gradients of a convolution, stride 1, no padding."""

import numpy as np


def weight_gradient(dy: np.ndarray, x: np.ndarray, kernel_size: int) -> np.ndarray:
    """∂L/∂weight, (O, C, k, k), from ∂L/∂y.

    Args:
        dy: (N, O, OH, OW).
        x: (N, C, H, W).
        kernel_size: k.

    Hint: in how many products of the forward pass did one weight occur? It gets a part from each.
    """
    raise NotImplementedError


def input_gradient(dy: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """∂L/∂x, (N, C, OH + k − 1, OW + k − 1), from ∂L/∂y.

    Args:
        dy: (N, O, OH, OW).
        weight: (O, C, k, k).

    Hint: every output adds its ∂L/∂y times the kernel to the gradient of its window.
    """
    raise NotImplementedError
