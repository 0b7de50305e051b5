"""Activations: one function applied to every number on its own, and its derivative.

Functions work on arrays of any shape and layout, and ``f_backward(dy, x)`` takes the gradient
at the output to the gradient at the input. The layers below them work batch last.
"""

from __future__ import annotations

import math
import operator

import numpy as np

from cnn.arrays import Array, check_gradient, floats, numbers, real
from cnn.layers.error_function import erf
from cnn.layers.layer import SameShape


def relu(x: Array) -> Array:
    """max(x, 0); any shape to the same."""
    x = numbers(x, "x")
    # The same as np.maximum(x, 0), which does not use vector instructions when one side is a
    # single number and takes four times as long.
    return np.clip(x, 0, np.inf) if np.asarray(x).dtype.kind == "f" else np.maximum(x, 0)


def relu_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy where x > 0, shaped as x; the kink at 0 counts as flat, as in PyTorch."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    check_gradient(dy, x.shape)
    return (dy * (x > 0),)


def leaky_relu(x: Array, negative_slope: float = 0.01) -> Array:
    """x where x > 0, else negative_slope · x, shaped as x (Maas, Hannun and Ng, 2013)."""
    x = numbers(x, "x")
    real(negative_slope, "negative_slope")
    # Not np.where: its branch is mispredicted half of the time, which takes ten times as long.
    choose = np.maximum if negative_slope <= 1 else np.minimum
    return choose(x, negative_slope * x)


def leaky_relu_backward(dy: Array, x: Array, negative_slope: float = 0.01) -> tuple[Array]:
    """Gradient (dx,) of :func:`leaky_relu`."""
    dy = floats(dy, "dy")
    x = floats(x, "x")
    real(negative_slope, "negative_slope")
    check_gradient(dy, x.shape)
    slope = (x > 0) * x.dtype.type(1 - negative_slope)
    slope += negative_slope
    slope *= dy
    return (slope,)


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^−x); any shape to the same."""
    x = floats(x, "x")
    with np.errstate(over="ignore"):  # e^−x = ∞ gives the right answer, 0
        y = np.exp(-x)
    y += 1
    return 1 / y


def sigmoid_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy · y (1 − y), y the sigmoid of x."""
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (_sigmoid_slope(dy, sigmoid(x)),)


def _sigmoid_slope(dy: Array, y: Array) -> Array:
    slope = 1 - y
    slope *= y
    slope *= dy
    return slope


def tanh(x: Array) -> Array:
    """Hyperbolic tangent; any shape to the same."""
    x = floats(x, "x")
    return np.tanh(x)


def tanh_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy · (1 − y²), y the tanh of x."""
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (_tanh_slope(dy, np.tanh(x)),)


def _tanh_slope(dy: Array, y: Array) -> Array:
    slope = y * y
    np.subtract(1, slope, out=slope)
    slope *= dy
    return slope


def gelu(x: Array, approximate: str = "none") -> Array:
    """x · Φ(x), Φ the normal distribution's cumulative (Hendrycks and Gimpel, 2016).

    Args:
        x: Any shape.
        approximate: "none" uses erf; "tanh" the paper's
            ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).

    Raises:
        ValueError: ``approximate`` is neither.
    """
    x = floats(x, "x")
    return x * _gelu_gate(x, approximate)


def gelu_backward(dy: Array, x: Array, approximate: str = "none") -> tuple[Array]:
    """(dx,): dy · (gate + x · d gate / dx), the gate being Φ(x) or its approximation."""
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (_gelu_slope(dy, x, _gelu_gate(x, approximate), approximate),)


def _gelu_slope(dy: Array, x: Array, gate: Array, approximate: str) -> Array:
    if approximate == "none":
        slope = np.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))
    else:
        # gate = ½ (1 + tanh u), so its slope is ½ (1 − tanh² u) u' = 2 gate (1 − gate) u'.
        inner = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
        slope = 2 * gate * (1 - gate) * inner
    return dy * (gate + x * slope)


def _gelu_gate(x: Array, approximate: str) -> Array:
    """Share of x that passes: Φ(x), or the paper's approximation of it."""
    if _check_approximate(approximate) == "tanh":
        return 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    gate = erf(x * math.sqrt(0.5))
    gate += 1
    gate *= 0.5
    return gate


def _check_approximate(approximate: str) -> str:
    if approximate not in ("none", "tanh"):
        raise ValueError(f"approximate: got {approximate!r}, need 'none' or 'tanh'")
    return approximate


def softmax(x: Array, dim: int) -> Array:
    """e^x / Σ e^x along axis ``dim``, shaped as x.

    The largest x is taken off first so that nothing overflows.
    """
    x = floats(x, "x")
    _check_dim(x, dim)
    if not x.size:
        return x.copy()
    y = x - x.max(axis=dim, keepdims=True)
    np.exp(y, out=y)
    y /= y.sum(axis=dim, keepdims=True)
    return y


def softmax_backward(dy: Array, x: Array, dim: int) -> tuple[Array]:
    """(dx,): y · (dy − Σ dy y), the sum along ``dim``."""
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (_softmax_slope(dy, softmax(x, dim), dim),)


def _softmax_slope(dy: Array, y: Array, dim: int) -> Array:
    return y * (dy - (dy * y).sum(axis=dim, keepdims=True))


def log_softmax(x: Array, dim: int) -> Array:
    """log of :func:`softmax`, without ever taking the log of a number that rounds to 0."""
    x = floats(x, "x")
    _check_dim(x, dim)
    if not x.size:
        return x.copy()
    y = x - x.max(axis=dim, keepdims=True)
    y -= np.log(np.exp(y).sum(axis=dim, keepdims=True))
    return y


def log_softmax_backward(dy: Array, x: Array, dim: int) -> tuple[Array]:
    """(dx,): dy − softmax(x) · Σ dy, the sum along ``dim``."""
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (dy - softmax(x, dim) * dy.sum(axis=dim, keepdims=True),)


def _axis_number(dim: int) -> int:
    try:
        return operator.index(dim)
    except TypeError:
        raise ValueError(f"dim: got {dim!r}, need a whole number") from None


def _check_dim(x: Array, dim: int) -> None:
    if not -x.ndim <= _axis_number(dim) < x.ndim:
        raise ValueError(f"dim: got {dim}, need {-x.ndim} to {x.ndim - 1} for {x.ndim} axes")


class Activation(SameShape):
    """Base: keeps x and y, and asks the subclass for the function and for its slope."""

    def forward(self, x: Array) -> Array:
        """The function of every number of ``x``, in an array of its own."""
        x = numbers(x, "x")
        self.x, self.y = x, self._value(x)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """dy times the slope at x, shaped as both."""
        dy = self.upstream(dy)
        assert self.x is not None and self.y is not None
        self.dy, self.dx = dy, self._slope(dy, self.x, self.y)
        return self.dx

    def _value(self, x: Array) -> Array:
        raise NotImplementedError

    def _slope(self, dy: Array, x: Array, y: Array) -> Array:
        raise NotImplementedError


class ReLU(Activation):
    """max(x, 0)."""

    def _value(self, x: Array) -> Array:
        return relu(x)

    def _slope(self, dy: Array, x: Array, y: Array) -> Array:
        return relu_backward(dy, x)[0]


class LeakyReLU(Activation):
    """x where x > 0, else negative_slope · x."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = negative_slope

    def _value(self, x: Array) -> Array:
        return leaky_relu(x, self.negative_slope)

    def _slope(self, dy: Array, x: Array, y: Array) -> Array:
        return leaky_relu_backward(dy, x, self.negative_slope)[0]


class Sigmoid(Activation):
    """1 / (1 + e^−x)."""

    def _value(self, x: Array) -> Array:
        return sigmoid(x)

    def _slope(self, dy: Array, x: Array, y: Array) -> Array:
        return _sigmoid_slope(dy, y)


class Tanh(Activation):
    """Hyperbolic tangent."""

    def _value(self, x: Array) -> Array:
        return tanh(x)

    def _slope(self, dy: Array, x: Array, y: Array) -> Array:
        return _tanh_slope(dy, y)


class GELU(Activation):
    """x · Φ(x)."""

    passing = (*Activation.passing, "_gate")

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = _check_approximate(approximate)

    def _value(self, x: Array) -> Array:
        self._gate = _gelu_gate(x, self.approximate)
        return x * self._gate

    def _slope(self, dy: Array, x: Array, y: Array) -> Array:
        return _gelu_slope(dy, x, self._gate, self.approximate)


class Softmax(Activation):
    """Softmax over the features, or over the channels of each pixel (PyTorch's ``dim=1``)."""

    def _value(self, x: Array) -> Array:
        return softmax(x, 0)

    def _slope(self, dy: Array, x: Array, y: Array) -> Array:
        return _softmax_slope(dy, y, 0)


ACTIVATIONS: dict[str, type[Activation]] = {
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "gelu": GELU,
}
