"""Normalisation within each sample: by groups of channels, by layer, by channel.

Batch norm takes mean and variance over the batch; these take them over a part of one sample, so
that they are the same in training and afterwards, and for a batch of one. Wu and He, "Group
Normalization" (2018) has all of them in one picture.

All are one arithmetic on rows: y = (x − mean) / √(variance + eps). With ŷ the normalised row of M
numbers, moving one x moves the row's mean and variance, which takes dy's mean and its part along
ŷ away: dx = (dy − mean(dy) − ŷ · mean(dy ŷ)) / √(variance + eps).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array, Shape, check_gradient, floats, given, numbers, real
from cnn.layers.batch_normalisation import batch_norm, batch_norm_backward
from cnn.layers.layer import SameShape
from cnn.window.geometry import whole


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
        num_groups: Divides C; 1 is all channels together, C each for itself.
        weight: (C,) or None for 1.
        bias: (C,) or None for 0.
        eps: Keeps the root away from 0.

    Raises:
        ValueError: shapes do not fit, or the groups don't divide the channels.
    """
    x = floats(x, "x")
    weight, bias = given(weight, "weight"), given(bias, "bias")
    shape = _group_shape(x, num_groups, weight, bias)
    y, _ = _normalised(x.reshape(shape), real(eps, "eps"))  # (N, groups, numbers of a group)
    return _affine(y.reshape(x.shape), *(_by_channel(array, x.ndim) for array in (weight, bias)))


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
    dx, dweight, dbias = _group_gradients(dy, x, shape, weight, real(eps, "eps"))
    return dx, None if weight is None else dweight, None if bias is None else dbias


def _group_gradients(
    dy: Array, x: Array, shape: Shape, weight: Array | None, eps: float
) -> tuple[Array, Array, Array]:
    """(dx, dweight, dbias) of images (N, C, …) that are ``shape`` in groups."""
    y, inverse_std = _normalised(x.reshape(shape), eps)  # (N, groups, numbers of a group)
    scaled = dy if weight is None else dy * _by_channel(weight, x.ndim)
    dx = _gradient(scaled.reshape(shape), y, inverse_std).reshape(x.shape)
    axes = (0, *range(2, x.ndim))  # all but the channels
    return dx, (dy * y.reshape(x.shape)).sum(axis=axes), dy.sum(axis=axes)


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
    y, _ = _normalised(rows, real(eps, "eps"))  # (M, numbers normalised together)
    return _affine(y.reshape(x.shape), weight, bias)


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
    y, inverse_std = _normalised(rows, real(eps, "eps"))
    scaled = dy if weight is None else dy * weight
    dx = _gradient(scaled.reshape(rows.shape), y, inverse_std).reshape(x.shape)  # rows and back
    return (
        dx,
        None if weight is None else _leading_sum(dy * y.reshape(x.shape), weight.shape),
        None if bias is None else _leading_sum(dy, bias.shape),
    )


def instance_norm(
    x: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    bias: Array | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """Each channel of each sample to mean 0 and variance 1 (Ulyanov, Vedaldi and Lempitsky, 2016).

    Arguments as :func:`cnn.layers.batch_normalisation.batch_norm`'s; ``use_input_stats`` is its
    ``training``. The running statistics move towards the mean of the samples' own.

    Raises:
        ValueError: shapes do not fit, or a channel has a single pixel to take a variance of.
    """
    x = floats(x, "x")
    weight, bias = given(weight, "weight"), given(bias, "bias")
    if not use_input_stats:
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    pixels = _pixels(x)
    for name, running in (("running_mean", running_mean), ("running_var", running_var)):
        if running is not None and numbers(running, name).shape != (x.shape[1],):
            raise ValueError(f"{name}: got shape {np.shape(running)}, need ({x.shape[1]},)")
    for running, moments in (
        (running_mean, x.mean(axis=pixels)),
        (running_var, x.var(axis=pixels) * _unbiased(x)),
    ):
        if running is not None and len(x):
            running += real(momentum, "momentum") * (moments.mean(axis=0) - running)
    return group_norm(x, x.shape[1], weight, bias, eps)


def instance_norm_backward(
    dy: Array,
    x: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    bias: Array | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array | None, Array | None]:
    """Gradients (dx, dweight, dbias) of :func:`instance_norm`; None where the parameter is.

    Arguments and errors as :func:`instance_norm`'s; dy is shaped as x. Each channel is a group of
    its own, so the gradient is :func:`group_norm_backward`'s.
    """
    x = floats(x, "x")
    if not use_input_stats:
        return batch_norm_backward(
            dy, x, running_mean, running_var, weight, bias, False, momentum, eps
        )
    _pixels(x)
    return group_norm_backward(dy, x, x.shape[1], weight, bias, eps)


def _pixels(x: Array) -> tuple[int, ...]:
    """The axes of a channel's pixels, if it has several."""
    if x.ndim < 3 or math.prod(x.shape[2:]) < 2:
        raise ValueError(f"x: got shape {x.shape}, need (N, C, H, W) with 2 or more pixels")
    return tuple(range(2, x.ndim))


def _unbiased(x: Array) -> float:
    count = math.prod(x.shape[2:])
    return count / (count - 1)


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


def _last_axes(
    x: Array, normalized_shape: int | Sequence[int], weight: Array | None, bias: Array | None
) -> Array:
    """``x`` as rows (M, numbers that are normalised together)."""
    sizes = normalized_shape if isinstance(normalized_shape, Sequence) else (normalized_shape,)
    shape = tuple(whole(n, "normalized_shape", 1) for n in sizes)
    if not shape or x.shape[-len(shape) :] != shape:
        raise ValueError(f"normalized_shape: got {shape}, need the last axes of x {x.shape}")
    for name, array in (("weight", weight), ("bias", bias)):
        if array is not None and array.shape != shape:
            raise ValueError(f"{name}: got shape {array.shape}, need {shape}")
    rows = math.prod(x.shape[: -len(shape)])
    return x.reshape(rows, math.prod(shape))  # (M, numbers normalised together)


def _by_channel(array: Array | None, ndim: int) -> Array | None:
    """(C,) to (C, 1, …), to go with (N, C, …)."""
    return None if array is None else array.reshape(len(array), *(1,) * (ndim - 2))  # (C, 1, …)


def _leading_sum(values: Array, shape: Shape) -> Array:
    """``values`` (…, *shape) summed to ``shape``."""
    total: Array = values.sum(axis=tuple(range(values.ndim - len(shape))))
    return total


def _affine(y: Array, weight: Array | None, bias: Array | None) -> Array:
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def _normalised(rows: Array, eps: float) -> tuple[Array, Array]:
    """Rows along the last axis to mean 0 and variance 1; and 1 / √(variance + eps)."""
    centred = rows - rows.mean(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + eps)
    return centred * inverse_std, inverse_std


def _gradient(dy: Array, y: Array, inverse_std: Array) -> Array:
    """dx = (dy − mean(dy) − y · mean(dy y)) / √(variance + eps), row by row."""
    along = (dy * y).mean(axis=-1, keepdims=True)
    dx: Array = (dy - dy.mean(axis=-1, keepdims=True) - y * along) * inverse_std
    return dx


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
        self.eps = real(eps, "eps")
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
        """``shape`` itself, if it has the right number of channels."""
        if not shape or shape[0] != self.num_channels:
            raise ValueError(f"num_channels: got {self.num_channels}, need that of {shape}")
        return shape
