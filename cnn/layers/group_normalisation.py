"""Group normalisation: each group of a sample's channels to mean 0 and variance 1.

Wu and He, "Group Normalization" (2018). The gradient of normalising is derived in
:func:`cnn.layers.normalised_rows.row_gradient`.
"""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, Shape, check_gradient, floats, given
from cnn.layers.layer import SameShape
from cnn.layers.normalised_rows import affine, normalised, row_gradient
from cnn.settings import check_room, float_type, not_negative, whole


def group_norm(
    x: Array,
    num_groups: int,
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> Array:
    """Each group of a sample's channels to mean 0 and variance 1, then weight · y + bias.

    Args:
        x: (N, C, …).
        num_groups: Divides C; 1 is all channels together, C each for itself. A group of a single
            number becomes 0; PyTorch refuses that if it has but one sample.
        weight: (C,) or None for 1.
        bias: (C,) or None for 0.
        eps: Keeps the root away from 0.

    Raises:
        ValueError: shapes do not fit, or the groups don't divide the channels.
    """
    x = floats(x, "x")
    weight, bias = given(weight, "weight"), given(bias, "bias")
    shape = _group_shape(x, num_groups, weight, bias)
    y, _ = normalised(x.reshape(shape), not_negative(eps, "eps"))  # (N, groups, numbers of a group)
    return affine(y.reshape(x.shape), *(_by_channel(array, x.ndim) for array in (weight, bias)))


def group_norm_backward(
    dy: Array,
    x: Array,
    num_groups: int,
    weight: Array | None = None,
    bias: Array | None = None,
    eps: float = 1e-5,
) -> tuple[Array, Array | None, Array | None]:
    """Gradients (dx, dweight, dbias) of :func:`group_norm`; None where the parameter is.

    Arguments as :func:`group_norm`'s after ``dy``, shaped as x. With ŷ the normalised x,
    dweight = Σ dy ŷ and dbias = Σ dy over all but the channels; dx as above, of dy · weight.

    Raises:
        ValueError: as :func:`group_norm`, or dy has not the shape of x.
    """
    dy, x = floats(dy, "dy"), floats(x, "x")
    weight, bias = given(weight, "weight"), given(bias, "bias")
    check_gradient(dy, x.shape)
    shape = _group_shape(x, num_groups, weight, bias)
    dx, dweight, dbias = _group_gradients(dy, x, shape, weight, not_negative(eps, "eps"))
    return dx, None if weight is None else dweight, None if bias is None else dbias


def _group_gradients(
    dy: Array, x: Array, shape: Shape, weight: Array | None, eps: float
) -> tuple[Array, Array, Array]:
    """(dx, dweight, dbias) of images (N, C, …) that are ``shape`` in groups."""
    y, inverse_std = normalised(x.reshape(shape), eps)  # (N, groups, numbers of a group)
    scaled = dy if weight is None else dy * _by_channel(weight, x.ndim)
    dx = row_gradient(scaled.reshape(shape), y, inverse_std)  # (N, groups, numbers of a group)
    axes = (0, *range(2, x.ndim))  # all but the channels
    dweight = (dy * y.reshape(x.shape)).sum(axis=axes)  # (C,)
    return dx.reshape(x.shape), dweight, dy.sum(axis=axes)


def _group_shape(
    x: Array, num_groups: int, weight: Array | None, bias: Array | None
) -> tuple[int, int, int]:
    """(N, groups, numbers of a group)."""
    if x.ndim < 2:
        raise ValueError(f"x: got shape {x.shape}, need (N, C, …)")
    channels = x.shape[1]
    if channels % whole(num_groups, "num_groups", 1):
        raise ValueError(f"num_groups: got {num_groups}, need a divisor of {channels} channels")
    for name, array in (("weight", weight), ("bias", bias)):
        if array is not None and array.shape != (channels,):
            raise ValueError(f"{name}: got shape {array.shape}, need ({channels},)")
    return len(x), num_groups, math.prod(x.shape[1:]) // num_groups


def _by_channel(array: Array | None, ndim: int) -> Array | None:
    """(C,) to (C, 1, …), to go with (N, C, …)."""
    return None if array is None else array.reshape(len(array), *(1,) * (ndim - 2))  # (C, 1, …)


class GroupNorm(SameShape):
    """:func:`group_norm`, batch last, on (C, H, W, N) or (C, N); PyTorch's ``nn.GroupNorm``.

    Args:
        num_groups: Divides the channels.
        num_channels: C.
        eps: Keeps the root away from 0.
        dtype: Of the parameters.

    Attributes:
        params: weight (C,) ones at first, bias (C,) zeros.

    Raises:
        ValueError: a number is below 1, or the groups don't divide the channels.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        *,
        dtype: type = np.float32,
    ) -> None:
        super().__init__()
        self.num_channels = whole(num_channels, "num_channels", 1)
        self.num_groups = whole(num_groups, "num_groups", 1)
        if num_channels % num_groups:
            raise ValueError(f"num_groups: got {num_groups}, need a divisor of {num_channels}")
        self.eps = not_negative(eps, "eps")
        dtype = float_type(dtype)
        check_room((num_channels,), "num_channels")
        self.params["weight"] = np.ones(num_channels, dtype)
        self.params["bias"] = np.zeros(num_channels, dtype)

    def forward(self, x: Array) -> Array:
        """Shaped as x: by each sample's own statistics."""
        x = floats(x, "x")
        self.output_shape(x.shape)
        weight, bias = self.params["weight"], self.params["bias"]
        self.x = x
        x_first = np.moveaxis(x, -1, 0)  # (N, C, …)
        y = group_norm(x_first, self.num_groups, weight, bias, self.eps)
        self.y = np.moveaxis(y, 0, -1)  # back to (C, …, N)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """Shaped as x; fills ``grads``."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy = dy
        dy_first, x_first = (np.moveaxis(array, -1, 0) for array in (dy, x))  # (N, C, …)
        shape = _group_shape(x_first, self.num_groups, None, None)
        dx, self.grads["weight"], self.grads["bias"] = _group_gradients(
            dy_first, x_first, shape, self.params["weight"], self.eps
        )
        self.dx = np.moveaxis(dx, 0, -1) if need_dx else None  # back to (C, …, N)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """``shape`` itself; a ValueError if it has another number of channels."""
        if not shape or shape[0] != self.num_channels:
            raise ValueError(f"num_channels: got {self.num_channels}, need that of {shape}")
        return shape
