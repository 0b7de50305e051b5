"""Exercise 6: softmax, cross-entropy, and the gradient of both together."""

import numpy as np


def softmax(z: np.ndarray) -> np.ndarray:
    """(N, K) scores to (N, K) positive numbers that add up to 1 in every row.

    Hint: e¹⁰⁰⁰ is too large for any number here. Subtract the largest score of the row first.
    """
    raise NotImplementedError


def cross_entropy(z: np.ndarray, target: np.ndarray) -> float:
    """The mean over the samples of −log softmax(z) at the right class.

    Args:
        z: (N, K) scores.
        target: (N,) class numbers.
    """
    raise NotImplementedError


def cross_entropy_gradient(z: np.ndarray, target: np.ndarray) -> np.ndarray:
    """∂(cross-entropy)/∂z, (N, K). It fits into one line."""
    raise NotImplementedError
