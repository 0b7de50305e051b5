"""Activations: one function applied to every number on its own, and its derivative.

Functions work on arrays of any shape and layout, and ``f_backward(dy, x)`` takes the gradient at
the output to the gradient at the input: (dx,) with dx = dy · dy/dx, number by number. All raise a
ValueError for what is no array of numbers. The layers below them work batch last.
"""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, check_gradient, floats, numbers
from cnn.layers.error_function import erf
from cnn.layers.layer import SameShape
from cnn.settings import choice, finite

#: How :func:`gelu` works out the normal distribution.
APPROXIMATIONS = ("none", "tanh")


def relu(x: Array) -> Array:
    """max(x, 0); any shape to the same."""
    x = numbers(x, "x")
    # The same as np.maximum(x, 0), which does not use vector instructions when one side is a
    # single number and takes four times as long.
    y: Array = np.clip(x, 0, np.inf) if x.dtype.kind == "f" else np.maximum(x, 0)
    return y


def relu_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy where x > 0, shaped as x.

    dy/dx is 1 above 0 and 0 below; the kink at 0 counts as flat and NaN as above, as in PyTorch.

    Raises:
        ValueError: dy has not the shape of x.
    """
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    check_gradient(dy, x.shape)
    return (let_through(dy, ~(x <= 0)),)


def let_through(dy: Array, where: Array) -> Array:
    """``dy`` where ``where`` is true, else 0: also in place of infinity and NaN."""
    with np.errstate(invalid="ignore", over="ignore"):
        dx: Array = dy * where  # a choice, branch by branch, takes many times as long
        if np.isfinite(np.vdot(dx, dx)):
            return dx
    return np.where(where, dy, np.zeros((), dy.dtype))  # ∞ · 0 is NaN


def leaky_relu(x: Array, negative_slope: float = 0.01) -> Array:
    """x where x > 0, else negative_slope · x, shaped as x (Maas, Hannun and Ng, 2013)."""
    x = numbers(x, "x")
    finite(negative_slope, "negative_slope")
    # Not np.where: its branch is mispredicted half of the time, which takes ten times as long.
    choose = np.maximum if negative_slope <= 1 else np.minimum
    # With a slope of 0 the other of the two would be ∞ · 0 where x is ∞: NaN.
    y: Array = choose(x, negative_slope * x) if negative_slope else x * (x > 0)
    return y


def leaky_relu_backward(dy: Array, x: Array, negative_slope: float = 0.01) -> tuple[Array]:
    """(dx,): dy where x > 0, else negative_slope · dy; shaped as x.

    Arguments as :func:`leaky_relu`'s.

    Raises:
        ValueError: dy has not the shape of x, or negative_slope is no number.
    """
    dy = floats(dy, "dy")
    x = floats(x, "x")
    finite(negative_slope, "negative_slope")
    check_gradient(dy, x.shape)
    dx = (x > 0) * x.dtype.type(1 - negative_slope)
    dx += negative_slope
    dx *= dy
    return (dx,)


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^−x); any shape to the same."""
    x = floats(x, "x")
    with np.errstate(over="ignore"):  # e^−x = ∞ gives the right answer, 0
        y: Array = np.exp(-x)
    y += 1
    return 1 / y


def sigmoid_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy · y (1 − y), y the sigmoid of x; shaped as x.

    y = 1/(1 + e^−x) has the derivative e^−x/(1 + e^−x)², and e^−x/(1 + e^−x) is 1 − y.

    Raises:
        ValueError: dy has not the shape of x.
    """
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (_sigmoid_gradient(dy, sigmoid(x)),)


def _sigmoid_gradient(dy: Array, y: Array) -> Array:
    """dx = dy · y (1 − y)."""
    dx: Array = 1 - y
    dx *= y
    dx *= dy
    return dx


def tanh(x: Array) -> Array:
    """Hyperbolic tangent; any shape to the same."""
    y: Array = np.tanh(floats(x, "x"))
    return y


def tanh_backward(dy: Array, x: Array) -> tuple[Array]:
    """(dx,): dy · (1 − y²), y the tanh of x; shaped as x.

    tanh = sinh/cosh has the derivative (cosh² − sinh²)/cosh² = 1 − tanh².

    Raises:
        ValueError: dy has not the shape of x.
    """
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (_tanh_gradient(dy, np.tanh(x)),)


def _tanh_gradient(dy: Array, y: Array) -> Array:
    """dx = dy · (1 − y²)."""
    dx: Array = 1 - y * y
    dx *= dy
    return dx


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
    y: Array = x * _gelu_gate(x, approximate)
    return y


def gelu_backward(dy: Array, x: Array, approximate: str = "none") -> tuple[Array]:
    """(dx,): dy · (gate + x · d gate/dx), the gate being Φ(x) or its approximation.

    That is the product rule on y = x · gate; d Φ/dx is the normal distribution's density. Shaped as
    x; ``approximate`` as for :func:`gelu`.

    Raises:
        ValueError: dy has not the shape of x, or ``approximate`` is not known.
    """
    dy = floats(dy, "dy")
    x = floats(x, "x")
    check_gradient(dy, x.shape)
    return (_gelu_gradient(dy, x, _gelu_gate(x, approximate), approximate),)


def _gelu_gradient(dy: Array, x: Array, gate: Array, approximate: str) -> Array:
    """dx = dy · (gate + x · d gate/dx)."""
    if approximate == "none":  # d Φ/dx = e^(−x²/2) / √(2π)
        dgate = np.exp(-0.5 * x * x) * (1 / math.sqrt(2 * math.pi))
    else:
        # gate = ½ (1 + tanh u), so d gate/dx = ½ (1 − tanh² u) · du/dx = 2 gate (1 − gate) · du/dx,
        # and u = √(2/π) (x + 0.044715 x³).
        du = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x)
        dgate = 2 * gate * (1 - gate) * du
    dx: Array = dy * (gate + x * dgate)
    return dx


def _gelu_gate(x: Array, approximate: str) -> Array:
    """Share of x that passes: Φ(x) = ½ (1 + erf(x/√2)), or the paper's approximation of it."""
    if choice(approximate, "approximate", APPROXIMATIONS) == "tanh":
        gate: Array = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))
    else:
        gate = erf(x * math.sqrt(0.5))
    gate += 1
    gate *= 0.5
    return gate


class Activation(SameShape):
    """Base: keeps x and y, and asks the subclass for the function and for its gradient."""

    def forward(self, x: Array) -> Array:
        """The function of every number of ``x``, in an array of its own."""
        x = numbers(x, "x")
        self.x, self.y = x, self._value(x)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """dy times the derivative at x, shaped as both."""
        dy = self.upstream(dy)
        x, y = self.passed()
        self.dy, self.dx = dy, self._gradient(dy, x, y)
        return self.dx

    def _value(self, x: Array) -> Array:
        """y, shaped as x."""
        raise NotImplementedError

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        """dx, shaped as x, from the gradient at y and what the last forward pass took and gave."""
        raise NotImplementedError


class ReLU(Activation):
    """max(x, 0), PyTorch's ``nn.ReLU``."""

    def _value(self, x: Array) -> Array:
        return relu(x)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return relu_backward(dy, x)[0]


class LeakyReLU(Activation):
    """x where x > 0, else negative_slope · x; PyTorch's ``nn.LeakyReLU``."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = finite(negative_slope, "negative_slope")

    def _value(self, x: Array) -> Array:
        return leaky_relu(x, self.negative_slope)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return leaky_relu_backward(dy, x, self.negative_slope)[0]


class Sigmoid(Activation):
    """1 / (1 + e^−x)."""

    def _value(self, x: Array) -> Array:
        return sigmoid(x)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return _sigmoid_gradient(dy, y)


class Tanh(Activation):
    """Hyperbolic tangent."""

    def _value(self, x: Array) -> Array:
        return tanh(x)

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return _tanh_gradient(dy, y)


class GELU(Activation):
    """x · Φ(x), PyTorch's ``nn.GELU``; ``approximate`` as for :func:`gelu`."""

    passing = (*Activation.passing, "_gate")
    _gate: Array

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = choice(approximate, "approximate", APPROXIMATIONS)

    def _value(self, x: Array) -> Array:
        self._gate = _gelu_gate(x, self.approximate)
        y: Array = x * self._gate
        return y

    def _gradient(self, dy: Array, x: Array, y: Array) -> Array:
        return _gelu_gradient(dy, x, self._gate, self.approximate)


ACTIVATIONS: dict[str, type[Activation]] = {
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "gelu": GELU,
}
