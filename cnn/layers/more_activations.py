"""Activations of the networks after 2010: smoother than ReLU, or bounded for small machines.

As in :mod:`cnn.layers.activations`: ``f_backward(dy, x)`` takes the gradient at the output to the
gradient at the input, (dx,); arrays of any shape. All raise a ValueError for what is no array of
numbers, and backwards for a dy that is not shaped as x.
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, check_gradient, floats
from cnn.layers.activations import Activation, let_through, sigmoid
from cnn.settings import finite


def silu(x: Array) -> Array:
    """x · sigmoid(x), also called swish (Ramachandran, Zoph and Le, 2017)."""
    x = floats(x, "x")
    y: Array = x * sigmoid(x)
    return y


def silu_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy · s (1 + x (1 − s)), s the sigmoid of x.

    By the product rule d(x s)/dx = s + x · ds/dx, and ds/dx = s (1 − s).
    """
    dy, x = _both(dy, x)
    gate = sigmoid(x)
    return (dy * gate * (1 + x * (1 - gate)),)


def hardswish(x: Array) -> Array:
    """x · min(max(x + 3, 0), 6) / 6: silu without an exponential (MobileNetV3, 2019)."""
    x = floats(x, "x")
    y: Array = x * np.clip(x + 3, 0, 6) / 6
    return y


def hardswish_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy · (x/3 + ½) between −3 and 3; nothing passes below, all of it above.

    Between them y = (x² + 3x)/6, and its derivative is x/3 + ½.
    """
    dy, x = _both(dy, x)
    derivative = np.where(x >= 3, 1, np.clip(x / 3 + 0.5, *np.array((-0.5, 1.5), x.dtype)))
    return (let_through(dy * derivative, ~(x <= -3)),)


def relu6(x: Array) -> Array:
    """min(max(x, 0), 6) (MobileNet, 2017)."""
    y: Array = np.clip(floats(x, "x"), 0, 6)
    return y


def relu6_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy where 0 < x < 6."""
    dy, x = _both(dy, x)
    return (let_through(dy, ~((x <= 0) | (x >= 6))),)


def elu(x: Array, alpha: float = 1.0) -> Array:
    """x where x > 0, else alpha · (e^x − 1) (Clevert, Unterthiner and Hochreiter, 2015)."""
    x, alpha = floats(x, "x"), finite(alpha, "alpha")
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_backward(dy: Array, x: Array, alpha: float = 1.0) -> tuple[Array]:
    """(dx,): dy where x > 0, else dy · alpha · e^x.

    Arguments as :func:`elu`'s.
    """
    dy, x = _both(dy, x)
    alpha = finite(alpha, "alpha")
    return (dy * np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0))),)


def softplus(x: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """log(1 + e^(beta·x)) / beta, a smooth ReLU; x itself where beta·x is above ``threshold``.

    Args:
        x: Any shape.
        beta: How sharply it bends; the larger, the nearer to ReLU.
        threshold: Of beta·x; above it the two differ by less than can be told.

    Raises:
        ValueError: ``beta`` is 0, or no number.
    """
    x, scaled = floats(x, "x"), _scaled(x, beta, threshold)
    soft = np.log1p(np.exp(-np.abs(scaled))) + np.maximum(scaled, 0)
    return np.where(scaled > threshold, x, soft / beta)


def softplus_backward(
    dy: Array, x: Array, beta: float = 1.0, threshold: float = 20.0
) -> tuple[Array]:
    """(dx,): dy · sigmoid(beta·x), and dy itself above the threshold.

    The derivative of log(1 + e^z) is e^z/(1 + e^z), the sigmoid; 1/beta cancels dz/dx = beta.

    Arguments as :func:`softplus`'s.
    """
    dy, x = _both(dy, x)
    scaled = _scaled(x, beta, threshold)
    return (dy * np.where(scaled > threshold, 1, sigmoid(scaled)),)


def _scaled(x: Array, beta: float, threshold: float) -> Array:
    finite(threshold, "threshold")
    if finite(beta, "beta") == 0:
        raise ValueError("beta: got 0, need another number")
    return beta * floats(x, "x")


def _both(dy: Array, x: Array) -> tuple[Array, Array]:
    """The gradient at the output and the input, if they fit."""
    dy, x = floats(dy, "dy"), floats(x, "x")
    check_gradient(dy, x.shape)
    return dy, x


class SiLU(Activation):
    """x · sigmoid(x)."""

    def _value(self, x: Array) -> Array:
        return silu(x)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return silu_backward(dy, x)[0]


class Hardswish(Activation):
    """x · min(max(x + 3, 0), 6) / 6."""

    def _value(self, x: Array) -> Array:
        return hardswish(x)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return hardswish_backward(dy, x)[0]


class ReLU6(Activation):
    """min(max(x, 0), 6)."""

    def _value(self, x: Array) -> Array:
        return relu6(x)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return relu6_backward(dy, x)[0]


class ELU(Activation):
    """x where x > 0, else alpha · (e^x − 1)."""

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = finite(alpha, "alpha")

    def _value(self, x: Array) -> Array:
        return elu(x, self.alpha)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return elu_backward(dy, x, self.alpha)[0]


class Softplus(Activation):
    """log(1 + e^(beta·x)) / beta; x itself where beta·x is above ``threshold``."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = finite(beta, "beta"), finite(threshold, "threshold")
        if beta == 0:
            raise ValueError("beta: got 0, need another number")

    def _value(self, x: Array) -> Array:
        return softplus(x, self.beta, self.threshold)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return softplus_backward(dy, x, self.beta, self.threshold)[0]


MORE_ACTIVATIONS: dict[str, type[Activation]] = {
    "silu": SiLU,
    "hardswish": Hardswish,
    "relu6": ReLU6,
    "elu": ELU,
    "softplus": Softplus,
}
