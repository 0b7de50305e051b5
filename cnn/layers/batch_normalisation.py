"""Batch normalisation: every channel of a batch at mean 0 and variance 1.

The kernels work on (C, M): one row a channel, all its pixels of all samples side by side. Batch
last, that is a view of (C, H, W, N).
"""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, Shape, floats, given, numbers
from cnn.layers.layer import SameShape
from cnn.settings import check_room, flag, float_type, not_negative, share, whole


def batch_norm(
    x: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Array:
    """(x − mean) / √(variance + eps) · weight + bias for every channel.

    Ioffe and Szegedy, "Batch Normalization" (2015).

    Args:
        x: (N, C, H, W) or (N, C).
        running_mean: (C,). Used if not training; while training it moves towards the batch's
            by ``momentum``, in place. May be None while training.
        running_var: (C,), as the mean. It takes in the unbiased variance, with M − 1.
        weight: (C,) or None for 1.
        bias: (C,) or None for 0.
        training: Take mean and variance from the batch itself.
        momentum: Share of the new value in the running ones.
        eps: Keeps the root away from 0.

    Raises:
        ValueError: shapes do not fit, a channel has a single value to take a variance of, or the
            running statistics are not given and it is not training.
    """
    x = floats(x, "x")
    running_mean = given(running_mean, "running_mean")
    running_var = given(running_var, "running_var")
    weight = given(weight, "weight")
    bias = given(bias, "bias")
    not_negative(eps, "eps")
    share(momentum, "momentum")
    training = flag(training, "training")
    rows = _rows(x)
    _check(len(rows), running_mean, running_var, weight, bias)
    mean, var = _statistics(rows, running_mean, running_var, training)
    if training:
        _update_running(running_mean, running_var, mean, var, rows.shape[1], momentum)
    y = _normalised(rows, mean, _inverse_std(var, eps))
    return _unrows(_affine(y, weight, bias), x)


def batch_norm_backward(
    dy: Array,
    x: Array,
    running_mean: Array | None,
    running_var: Array | None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array | None, Array | None]:
    """Gradients (dx, dweight, dbias) of :func:`batch_norm`; None where the parameter is.

    Arguments as :func:`batch_norm`'s after ``dy``, which is shaped as x; the running statistics
    are not moved. Over the M values of each channel, with x̂ the normalised x:

    dweight = Σ dy x̂,   dbias = Σ dy,   dx as :func:`_input_gradient` derives it.

    Raises:
        ValueError: as :func:`batch_norm`, or dy has not the shape of x.
    """
    dy = floats(dy, "dy")
    x = floats(x, "x")
    not_negative(eps, "eps")
    share(momentum, "momentum")
    training = flag(training, "training")
    running_mean = given(running_mean, "running_mean")
    running_var = given(running_var, "running_var")
    weight = given(weight, "weight")
    bias = given(bias, "bias")
    if dy.shape != x.shape:
        raise ValueError(f"dy: got shape {dy.shape}, need that of x, {x.shape}")
    rows, drows = _rows(x), _rows(dy)
    _check(len(rows), running_mean, running_var, weight, bias)
    mean, var = _statistics(rows, running_mean, running_var, training)
    inverse_std = _inverse_std(var, eps)
    normalised = _normalised(rows, mean, inverse_std)
    dweight, dbias = _affine_gradients(drows, normalised)
    scale = inverse_std if weight is None else inverse_std * weight
    dx = _input_gradient(drows, normalised, scale, dweight, dbias, training)
    return (
        _unrows(dx, x),
        None if weight is None else dweight,
        None if bias is None else dbias,
    )


def _check(channels: int, *arrays: Array | None) -> None:
    """Raise a ValueError unless each array that is given is (``channels``,)."""
    names = ("running_mean", "running_var", "weight", "bias")
    for name, array in zip(names, arrays, strict=True):
        if array is not None and array.shape != (channels,):
            raise ValueError(f"{name}: got shape {array.shape}, need ({channels},)")


def _statistics(
    rows: Array, running_mean: Array | None, running_var: Array | None, training: bool
) -> tuple[Array, Array]:
    """Mean and variance (C,) to normalise by: the batch's own in training, else the running ones.

    Raises:
        ValueError: there is only one value a channel, or the running ones are not given.
    """
    if training:
        return _moments(rows)
    if running_mean is None or running_var is None:
        raise ValueError(
            "running_mean, running_var: got None, need both unless training takes the batch's own"
        )
    return running_mean, running_var


def _rows(x: Array) -> Array:
    """(N, C, …) to (C, M)."""
    if x.ndim < 2:
        raise ValueError(f"x: got shape {x.shape}, need (N, C) or (N, C, H, W)")
    values = math.prod(x.shape) // max(1, x.shape[1])
    return np.moveaxis(x, 1, 0).reshape(x.shape[1], values)  # (C, N·H·W)


def _unrows(rows: Array, x: Array) -> Array:
    """(C, M) to the (N, C, …) of x."""
    channels_first = rows.reshape(x.shape[1], x.shape[0], *x.shape[2:])  # (C, N, …)
    return np.ascontiguousarray(np.moveaxis(channels_first, 0, 1))  # (N, C, …)


def _moments(rows: Array) -> tuple[Array, Array]:
    """Mean and (biased) variance of each row."""
    if rows.shape[1] == 0:  # an empty batch has an empty answer, and moves no running statistics
        return np.zeros(len(rows), rows.dtype), np.ones(len(rows), rows.dtype)
    if rows.shape[1] < 2:
        raise ValueError(
            f"x: got {rows.shape[1]} value a channel, need 2 or more to take a variance in training"
        )
    mean = rows.mean(axis=1)
    return mean, np.square(rows - mean[:, None]).mean(axis=1)


def _update_running(
    running_mean: Array | None,
    running_var: Array | None,
    mean: Array,
    var: Array,
    count: int,
    momentum: float,
) -> None:
    """Move the running ones, in place, towards those of ``count`` values a channel."""
    if count == 0:
        return
    for running, new in ((running_mean, mean), (running_var, var * (count / (count - 1)))):
        if running is not None:
            running += momentum * (new - running)


def _inverse_std(var: Array, eps: float) -> Array:
    """1 / √(variance + eps), (C,)."""
    inverse: Array = 1 / np.sqrt(var + eps)
    return inverse


def _normalised(rows: Array, mean: Array, inverse_std: Array) -> Array:
    """x̂ = (x − mean) / √(variance + eps), (C, M)."""
    y: Array = rows - mean[:, None]  # (C, 1) over the M values
    y *= inverse_std[:, None]
    return y


def _affine(rows: Array, weight: Array | None, bias: Array | None) -> Array:
    """weight · x̂ + bias, (C, M)."""
    y = rows if weight is None else rows * weight[:, None]
    return y if bias is None else y + bias[:, None]


def _affine_gradients(dy: Array, normalised: Array) -> tuple[Array, Array]:
    """dweight = Σ dy x̂ and dbias = Σ dy over the M values, (C,) each."""
    return (dy * normalised).sum(axis=1), dy.sum(axis=1)


def _input_gradient(
    dy: Array, normalised: Array, scale: Array, dweight: Array, dbias: Array, training: bool
) -> Array:
    """dx (C, M): through the normalisation, in training also through the mean and the variance.

    In evaluation both are constants: dx = dy · scale, where scale = weight/√(variance + eps).

    In training x̂_j = (x_j − μ)/σ, and moving x_i moves μ by 1/M and σ by x̂_i/M. So
    ∂x̂_j/∂x_i = (1{i = j} − 1/M − x̂_j x̂_i/M)/σ, and summing dy_j over j gives

    dx_i = scale · (dy_i − Σ dy/M − x̂_i · Σ dy x̂/M) = scale · (dy_i − dbias/M − x̂_i · dweight/M)
    """
    if not training:
        dx: Array = dy * scale[:, None]
        return dx
    count = max(1, dy.shape[1])  # M
    dx = normalised * (dweight / -count)[:, None]
    dx += dy
    dx -= (dbias / count)[:, None]
    dx *= scale[:, None]
    return dx


class BatchNorm2d(SameShape):
    """Every channel to mean 0 and variance 1 over the batch, then scaled and shifted.

    (C, H, W, N) or (C, N), batch last. In evaluation the running mean and variance are used.

    Args:
        num_features: C.
        eps: Keeps the root away from 0.
        momentum: Share of the batch's mean and variance in the running ones.
        dtype: Of parameters and buffers.

    Attributes:
        params: weight (C,) ones at first, bias (C,) zeros.
        bufs: running_mean (C,) zeros at first, running_var (C,) ones.

    Raises:
        ValueError: num_features is below 1.
    """

    passing = (*SameShape.passing, "_normalised", "_inverse_std")
    _inverse_std: Array  # (C,), what the last forward pass scaled by

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        *,
        dtype: type = np.float32,
    ) -> None:
        super().__init__()
        self.num_features = whole(num_features, "num_features", 1)
        self.eps, self.momentum = not_negative(eps, "eps"), share(momentum, "momentum")
        dtype = float_type(dtype)
        check_room((num_features,), "num_features")
        self.params["weight"] = np.ones(num_features, dtype)
        self.params["bias"] = np.zeros(num_features, dtype)
        self.bufs["running_mean"] = np.zeros(num_features, dtype)
        self.bufs["running_var"] = np.ones(num_features, dtype)
        self._normalised: Array | None = None  # x̂ of the last forward pass, if in training

    def forward(self, x: Array) -> Array:
        """Shaped as x: by the batch's statistics in training, by the running ones otherwise."""
        x = numbers(x, "x")
        self._check_channels(x.shape)
        rows = x.reshape(len(x), x[0].size)  # (C, H·W·N)
        weight, bias = self.params["weight"], self.params["bias"]
        if self.training:
            mean, var = _moments(rows)
            running = self.bufs["running_mean"], self.bufs["running_var"]
            _update_running(*running, mean, var, rows.shape[1], self.momentum)
            self._inverse_std = _inverse_std(var, self.eps)
            self._normalised = _normalised(rows, mean, self._inverse_std)
            y = self._normalised * weight[:, None]
            y += bias[:, None]
        else:
            self._normalised = None
            self._inverse_std = _inverse_std(self.bufs["running_var"], self.eps)
            # Two passes instead of four: (x − mean)·s·w + b = x·(s·w) + (b − mean·s·w).
            scale = self._inverse_std * weight
            y = rows * scale[:, None]
            y += (bias - self.bufs["running_mean"] * scale)[:, None]
        self.x, self.y = x, y.reshape(x.shape)  # back to (C, H, W, N)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """Shaped as x; through the batch's statistics if the forward pass used them."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy = dy
        rows = dy.reshape(len(dy), dy[0].size)  # (C, H·W·N)
        by_batch = self._normalised is not None
        if self.frozen and not by_batch:
            scale = self._inverse_std * self.params["weight"]
            scaled = rows * scale[:, None]  # (C, H·W·N)
            self.dx = scaled.reshape(dy.shape) if need_dx else None
            return self.dx
        normalised = self._normalised
        if normalised is None:
            mean = self.bufs["running_mean"]
            normalised = _normalised(x.reshape(rows.shape), mean, self._inverse_std)  # (C, H·W·N)
        dweight, dbias = _affine_gradients(rows, normalised)
        self.grads["weight"], self.grads["bias"] = dweight, dbias
        self.dx = None
        if need_dx:
            scale = self._inverse_std * self.params["weight"]
            dx = _input_gradient(rows, normalised, scale, dweight, dbias, by_batch)
            self.dx = dx.reshape(dy.shape)  # back to (C, H, W, N)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """``shape`` itself, if it has the right number of channels."""
        self._check_channels(shape)
        return shape

    def _check_channels(self, shape: Shape) -> None:
        if shape[0] != self.num_features:
            raise ValueError(
                f"num_features: got {self.num_features}, need {shape[0]}, the input's channels"
            )
