"""Layer normalisation: the last axes of each sample to mean 0 and variance 1.

Ba, Kiros and Hinton, "Layer Normalization" (2016). The gradient of normalising is derived in
:func:`cnn.layers.normalised_rows.row_gradient`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array, Shape, check_gradient, floats, given
from cnn.layers.layer import SameShape
from cnn.layers.normalised_rows import affine, normalised, row_gradient
from cnn.settings import check_room, flag, float_type, not_negative, whole


def layer_norm(
    x: Array,
    normalized_shape: int | Sequence[int],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """The last axes to mean 0 and variance 1 (Ba, Kiros and Hinton, 2016).

    Args:
        x: (…, *normalized_shape).
        normalized_shape: Of the axes that are normalised together.
        weight: Of that shape, or None for 1.
        bias: Of that shape, or None for 0.
        eps: Keeps the root away from 0.

    Raises:
        ValueError: shapes do not fit.
    """
    x = floats(x, "x")
    weight, bias = given(weight, "weight"), given(bias, "bias")
    rows = _last_axes(x, normalized_shape, weight, bias)
    y, _ = normalised(rows, not_negative(eps, "eps"))  # (M, numbers normalised together)
    return affine(y.reshape(x.shape), weight, bias)


def layer_norm_backward(
    dy: Array,
    x: Array,
    normalized_shape: int | Sequence[int],
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> tuple[Array, Array | None, Array | None]:
    """Gradients (dx, dweight, dbias) of :func:`layer_norm`; None where the parameter is.

    Arguments and errors as :func:`layer_norm`'s; dy is shaped as x. dweight = Σ dy ŷ and
    dbias = Σ dy over the leading axes; dx as above, of dy · weight.
    """
    dy, x = floats(dy, "dy"), floats(x, "x")
    weight, bias = given(weight, "weight"), given(bias, "bias")
    check_gradient(dy, x.shape)
    rows = _last_axes(x, normalized_shape, weight, bias)
    y, inverse_std = normalised(rows, not_negative(eps, "eps"))
    scaled = dy if weight is None else dy * weight
    dx = row_gradient(scaled.reshape(rows.shape), y, inverse_std).reshape(x.shape)  # rows and back
    return (
        dx,
        None if weight is None else _leading_sum(dy * y.reshape(x.shape), weight.shape),
        None if bias is None else _leading_sum(dy, bias.shape),
    )


def _last_axes(
    x: Array, normalized_shape: int | Sequence[int], weight: Array | None, bias: Array | None
) -> Array:
    """``x`` as rows (M, numbers that are normalised together)."""
    shape = _sizes(normalized_shape)
    if x.shape[-len(shape) :] != shape:
        raise ValueError(f"normalized_shape: got {shape}, need the last axes of x {x.shape}")
    for name, array in (("weight", weight), ("bias", bias)):
        if array is not None and array.shape != shape:
            raise ValueError(f"{name}: got shape {array.shape}, need {shape}")
    rows = math.prod(x.shape[: -len(shape)])
    return x.reshape(rows, math.prod(shape))  # (M, numbers normalised together)


def _sizes(normalized_shape: int | Sequence[int]) -> Shape:
    """One number or several as a tuple; a ValueError unless there is one, and all are sizes."""
    sizes = normalized_shape if isinstance(normalized_shape, list | tuple) else (normalized_shape,)
    if not len(sizes):
        raise ValueError("normalized_shape: got (), need one axis or more")
    return tuple(whole(n, "normalized_shape", 1) for n in sizes)


def _leading_sum(values: Array, shape: Shape) -> Array:
    """``values`` (…, *shape) summed to ``shape``."""
    total: Array = values.sum(axis=tuple(range(values.ndim - len(shape))))
    return total


class LayerNorm(SameShape):
    """:func:`layer_norm` of each sample, batch last; PyTorch's ``nn.LayerNorm``.

    Args:
        normalized_shape: The last axes of a sample: (F,) of features, (C, H, W) of whole maps.
        eps: Keeps the root away from 0.
        elementwise_affine: Scale and shift each number by parameters of its own.
        dtype: Of the parameters.

    Attributes:
        params: weight and bias of ``normalized_shape``, ones and zeros at first, if there are any.

    Raises:
        ValueError: a size is below 1, or there is none.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        *,
        dtype: type = np.float32,
    ) -> None:
        super().__init__()
        self.normalized_shape = _sizes(normalized_shape)
        self.eps = not_negative(eps, "eps")
        self.elementwise_affine = flag(elementwise_affine, "elementwise_affine")
        if self.elementwise_affine:
            dtype = float_type(dtype)
            check_room(self.normalized_shape, "normalized_shape")
            self.params["weight"] = np.ones(self.normalized_shape, dtype)
            self.params["bias"] = np.zeros(self.normalized_shape, dtype)

    def forward(self, x: Array) -> Array:
        """Shaped as x: by each sample's own statistics."""
        x = floats(x, "x")
        self.output_shape(x.shape[:-1])
        self.x = x
        y = layer_norm(np.moveaxis(x, -1, 0), *self._settings())  # of (N, …)
        self.y = np.moveaxis(y, 0, -1)  # back to (…, N)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """Shaped as x; fills ``grads``."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy = dy
        dy_first, x_first = (np.moveaxis(array, -1, 0) for array in (dy, x))  # (N, …)
        dx, *grads = layer_norm_backward(dy_first, x_first, *self._settings())
        for name, grad in zip(("weight", "bias"), grads, strict=True):
            if grad is not None:
                self.grads[name] = grad
        self.dx = np.moveaxis(dx, 0, -1) if need_dx else None  # back to (…, N)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """``shape`` itself; a ValueError unless it ends as ``normalized_shape``."""
        if tuple(shape[-len(self.normalized_shape) :]) != self.normalized_shape:
            raise ValueError(
                f"normalized_shape: got {self.normalized_shape}, need the last axes of {shape}"
            )
        return shape

    def _settings(self) -> tuple[Shape, Array | None, Array | None, float]:
        """The arguments of :func:`layer_norm` after x."""
        weight, bias = self.params.get("weight"), self.params.get("bias")
        return self.normalized_shape, weight, bias, self.eps
