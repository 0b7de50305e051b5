"""Fully connected layers: every output is a weighted sum of every input.

Batch last, a layer is one matrix product: (out, in) · (in, N) + bias.
"""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, Shape, given, numbers
from cnn.layers import initialisation as initial
from cnn.layers.layer import Layer
from cnn.settings import flag, generator, whole


def linear(x: Array, weight: Array, bias: Array | None = None) -> Array:
    """x · weightᵀ + bias over the last axis.

    Args:
        x: (…, in features).
        weight: (out features, in features).
        bias: (out features,) or none.

    Returns:
        (…, out features).

    Raises:
        ValueError: the shapes do not fit.
    """
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    _check(x, weight, bias)
    y: Array = x @ weight.T
    return y if bias is None else y + bias


def _check(x: Array, weight: Array, bias: Array | None) -> None:
    """Raise a ValueError unless the shapes fit."""
    if weight.ndim != 2 or x.ndim == 0 or x.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"weight: got {weight.shape}, need (out features, in features) with the last axis of "
            f"x {x.shape} as in features"
        )
    if bias is not None and bias.shape != (weight.shape[0],):
        raise ValueError(f"bias: got {bias.shape}, need ({weight.shape[0]},)")


def linear_backward(
    dy: Array, x: Array, weight: Array, bias: Array | None = None
) -> tuple[Array, Array, Array | None]:
    """Gradients (dx, dweight, dbias) of :func:`linear`; dbias is None where bias is.

    y_o = Σ_i w_oi x_i + b_o for each row. So ∂y_o/∂x_i = w_oi gives dx = dy · w; a weight is used
    once in each row, and its gradient sums over them: dweight = dyᵀ · x, dbias = Σ dy.

    Args:
        dy: (…, out features).
        x: And the rest as :func:`linear`'s.
        weight: As there.
        bias: As there.

    Raises:
        ValueError: dy has not the shape of the output, or the others do not fit.
    """
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    _check(x, weight, bias)
    if dy.shape != (*x.shape[:-1], len(weight)):
        raise ValueError(f"dy: got {dy.shape}, need the output's {(*x.shape[:-1], len(weight))}")
    rows = dy.reshape(-1, dy.shape[-1])  # (M, out): all leading axes as one
    dweight = rows.T @ x.reshape(-1, x.shape[-1])  # (out, M) · (M, in)
    return dy @ weight, dweight, None if bias is None else rows.sum(axis=0)


class Linear(Layer):
    """y = weight · x + bias, from (in_features, N) to (out_features, N).

    Args:
        in_features: Numbers in a sample.
        out_features: Units, each with a weight for every number, and a bias.
        bias: Whether there is one.
        rng: Draws the first weights: a generator or a seed; unseeded if not given.
        dtype: Of the parameters.
        init: One of :data:`cnn.layers.initialisation.SCHEMES`.

    Raises:
        ValueError: a size is below 1, or the scheme is not known.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator | int | None = None,
        dtype: type = np.float32,
        init: str = initial.DEFAULT,
    ) -> None:
        super().__init__()
        self.in_features = whole(in_features, "in_features", 1)
        self.out_features = whole(out_features, "out_features", 1)
        shape = (out_features, in_features)
        rng = generator(rng, "rng")
        self.params["weight"] = initial.weight(shape, init, rng, dtype)
        if flag(bias, "bias"):
            self.params["bias"] = initial.bias(shape, out_features, init, rng, dtype)

    def forward(self, x: Array) -> Array:
        """(in_features, N) to (out_features, N); a ValueError for any other shape."""
        x = numbers(x, "x")
        if x.ndim != 2 or x.shape[0] != self.in_features:
            raise ValueError(
                f"x: got shape {x.shape}, need ({self.in_features}, N); maps go through a "
                f"Flatten first"
            )
        self.x = x
        self.y = self.params["weight"] @ x
        if "bias" in self.params:
            self.y += self.params["bias"][:, None]  # (out, 1) over the batch
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(out_features, N) to (in_features, N): dx = weightᵀ · dy.

        Fills ``grads``: dweight = dy · xᵀ, dbias = Σ dy over the batch; derived at
        :func:`linear_backward`.
        """
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy = dy
        if not self.frozen:
            # Written into last step's array, if there is one: AlexNet's first is 150 MB.
            self.grads["weight"] = np.matmul(dy, x.T, out=self.grads.get("weight"))  # (out, in)
            if "bias" in self.params:
                self.grads["bias"] = dy.sum(axis=1)
        self.dx = self.params["weight"].T @ dy if need_dx else None
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(out_features,); a ValueError unless ``shape`` is (in_features,)."""
        if shape != (self.in_features,):
            raise ValueError(f"shape: got {shape}, need ({self.in_features},)")
        return (self.out_features,)

    def multiply_adds(self, shape: Shape) -> int:
        """in_features · out_features."""
        return self.in_features * self.out_features


class Flatten(Layer):
    """(C, H, W, N) to (C·H·W, N), in the order of PyTorch's: width runs fastest."""

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C·H·W, N), another view of them; a ValueError for single numbers."""
        x = numbers(x, "x")
        if x.ndim < 2:
            raise ValueError(f"x: got shape {x.shape}, need (C, H, W, N)")
        self.x, self.y = x, x.reshape(math.prod(x.shape[:-1]), x.shape[-1])  # (C·H·W, N)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C·H·W, N) back to (C, H, W, N)."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy, self.dx = dy, dy.reshape(x.shape)  # (C, H, W, N), another view
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(C·H·W,)."""
        return (math.prod(shape),)
