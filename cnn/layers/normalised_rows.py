"""The arithmetic of all normalisation within a sample: rows to mean 0 and variance 1.

Batch norm takes mean and variance over the batch; group, layer and instance norm take them over a
part of one sample, so that they are the same in training and afterwards, and for a batch of one.
Wu and He, "Group Normalization" (2018) has all of them in one picture. Here such a part is a row.
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array


def normalised(rows: Array, eps: float) -> tuple[Array, Array]:
    """Rows along the last axis to mean 0 and variance 1; and 1 / √(variance + eps)."""
    centred = rows - rows.mean(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + eps)
    return centred * inverse_std, inverse_std


def row_gradient(dy: Array, y: Array, inverse_std: Array) -> Array:
    """dx = (dy − mean(dy) − y · mean(dy y)) / √(variance + eps), row by row.

    Moving x_i moves the row's mean μ by 1/M and its σ = √(variance + eps) by y_i/M. So with
    y_j = (x_j − μ)/σ it is ∂y_j/∂x_i = (1{i = j} − 1/M − y_j y_i/M)/σ, and Σ_j dy_j ∂y_j/∂x_i takes
    dy's mean and its part along y away.

    Args:
        dy: (…, M).
        y: The normalised rows, (…, M).
        inverse_std: 1/σ, (…, 1).
    """
    along = (dy * y).mean(axis=-1, keepdims=True)
    dx: Array = (dy - dy.mean(axis=-1, keepdims=True) - y * along) * inverse_std
    return dx


def affine(y: Array, weight: Array | None, bias: Array | None) -> Array:
    """weight · y + bias, of those that there are; they spread over y.

    Args:
        y: (rows, …), normalised.
        weight: Spreads over y; None for 1.
        bias: Likewise; None for 0.
    """
    y = y if weight is None else y * weight
    return y if bias is None else y + bias
