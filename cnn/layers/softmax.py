"""Softmax: scores become positive numbers that add up to 1.

Unlike the other activations each output depends on all inputs along an axis. ``f_backward(dy, x,
dim)`` takes the gradient at the output to the gradient at the input.
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, check_gradient, floats
from cnn.layers.activations import Activation
from cnn.settings import whole


def softmax(x: Array, dim: int) -> Array:
    """e^x / Σ e^x along axis ``dim``, shaped as x.

    The largest x is taken off first so that nothing overflows.

    Raises:
        ValueError: x has no axis ``dim``.
    """
    x = floats(x, "x")
    _check_dim(x, dim)
    if not x.size:
        return x.copy()
    y: Array = x - x.max(axis=dim, keepdims=True)
    np.exp(y, out=y)
    y /= y.sum(axis=dim, keepdims=True)
    return y


def softmax_backward(dy: Array, x: Array, dim: int) -> tuple[Array]:
    """(dx,): y · (dy − Σ dy y), the sum along ``dim``; shaped as x.

    With y_j = e^{x_j}/Σ e^x, moving x_k moves the numerator of y_k and everybody's denominator:
    ∂y_j/∂x_k = y_j (1{j = k} − y_k). So dx_k = Σ_j dy_j ∂y_j/∂x_k = y_k (dy_k − Σ_j dy_j y_j).

    Arguments as :func:`softmax`'s.

    Raises:
        ValueError: dy has not the shape of x, or x no axis ``dim``.
    """
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (_softmax_gradient(dy, softmax(x, dim), dim),)


def _softmax_gradient(dy: Array, y: Array, dim: int) -> Array:
    """dx = y · (dy − Σ dy y)."""
    dx: Array = y * (dy - (dy * y).sum(axis=dim, keepdims=True))
    return dx


def log_softmax(x: Array, dim: int) -> Array:
    """x − log Σ e^x, the log of :func:`softmax`, and never the log of a number that rounds to 0.

    Shaped as x, which has its largest along ``dim`` taken off first.

    Raises:
        ValueError: x has no axis ``dim``.
    """
    x = floats(x, "x")
    _check_dim(x, dim)
    if not x.size:
        return x.copy()
    y: Array = x - x.max(axis=dim, keepdims=True)
    y -= np.log(np.exp(y).sum(axis=dim, keepdims=True))
    return y


def log_softmax_backward(dy: Array, x: Array, dim: int) -> tuple[Array]:
    """(dx,): dy − softmax(x) · Σ dy, the sum along ``dim``; shaped as x.

    Moving x_k moves its own y by 1 and everybody's log Σ e^x by softmax(x)_k.

    Arguments as :func:`log_softmax`'s.

    Raises:
        ValueError: dy has not the shape of x, or x no axis ``dim``.
    """
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (dy - softmax(x, dim) * dy.sum(axis=dim, keepdims=True),)


def _check_dim(x: Array, dim: int) -> None:
    if not whole(dim, "dim", -x.ndim) < x.ndim:
        raise ValueError(f"dim: got {dim}, need {-x.ndim} to {x.ndim - 1} for {x.ndim} axes")


class Softmax(Activation):
    """Softmax over the features, or over the channels of each pixel (PyTorch's ``dim=1``)."""

    def _value(self, x: Array) -> Array:
        return softmax(x, 0)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return _softmax_gradient(dy, y, 0)
