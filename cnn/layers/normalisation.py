"""Normalisation: keep the numbers inside a network at a common scale.

The kernels work on (C, M): one row a channel, all its pixels of all samples side by side. Batch
last, that is a view of (C, H, W, N).
"""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, Shape, check_gradient, floats, given, numbers, real
from cnn.layers.layer import SameShape
from cnn.window.geometry import whole


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
        ValueError: shapes do not fit, or a channel has a single value to take a variance of.
    """
    x = floats(x, "x")
    running_mean = given(running_mean, "running_mean")
    running_var = given(running_var, "running_var")
    weight = given(weight, "weight")
    bias = given(bias, "bias")
    real(eps, "eps")
    real(momentum, "momentum")
    rows = _rows(x)
    arrays = running_mean, running_var, weight, bias
    _check(len(rows), training, *arrays)
    if training:
        mean, var = _moments(rows)
        _update_running(running_mean, running_var, mean, var, rows.shape[1], momentum)
    else:
        assert running_mean is not None and running_var is not None
        mean, var = running_mean, running_var
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
    """Gradients (dx, dweight, dbias) of :func:`batch_norm`; None where the parameter is."""
    dy = floats(dy, "dy")
    x = floats(x, "x")
    real(eps, "eps")
    real(momentum, "momentum")
    running_mean = given(running_mean, "running_mean")
    running_var = given(running_var, "running_var")
    weight = given(weight, "weight")
    bias = given(bias, "bias")
    if dy.shape != x.shape:
        raise ValueError(f"dy: got shape {dy.shape}, need that of x, {x.shape}")
    rows, drows = _rows(x), _rows(dy)
    _check(len(rows), training, running_mean, running_var, weight, bias)
    if training:
        mean, var = _moments(rows)
    else:
        assert running_mean is not None and running_var is not None
        mean, var = running_mean, running_var
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


def _check(channels: int, training: bool, *arrays: Array | None) -> None:
    names = ("running_mean", "running_var", "weight", "bias")
    for name, array in zip(names, arrays, strict=True):
        if array is not None and array.shape != (channels,):
            raise ValueError(f"{name}: got shape {array.shape}, need ({channels},)")
    if not training and (arrays[0] is None or arrays[1] is None):
        raise ValueError(
            "running_mean, running_var: got None, need both unless training takes the batch's own"
        )


def _rows(x: Array) -> Array:
    """(N, C, …) to (C, M)."""
    if x.ndim < 2:
        raise ValueError(f"x: got shape {x.shape}, need (N, C) or (N, C, H, W)")
    return np.moveaxis(x, 1, 0).reshape(x.shape[1], math.prod(x.shape) // max(1, x.shape[1]))


def _unrows(rows: Array, x: Array) -> Array:
    """(C, M) to the (N, C, …) of x."""
    shape = x.shape[1], x.shape[0], *x.shape[2:]
    return np.ascontiguousarray(np.moveaxis(rows.reshape(shape), 0, 1))


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
    if count == 0:
        return
    for running, new in ((running_mean, mean), (running_var, var * (count / (count - 1)))):
        if running is not None:
            running += momentum * (new - running)


def _inverse_std(var: Array, eps: float) -> Array:
    return 1 / np.sqrt(var + eps)


def _normalised(rows: Array, mean: Array, inverse_std: Array) -> Array:
    y = rows - mean[:, None]
    y *= inverse_std[:, None]
    return y


def _affine(rows: Array, weight: Array | None, bias: Array | None) -> Array:
    y = rows if weight is None else rows * weight[:, None]
    return y if bias is None else y + bias[:, None]


def _affine_gradients(dy: Array, normalised: Array) -> tuple[Array, Array]:
    return (dy * normalised).sum(axis=1), dy.sum(axis=1)


def _input_gradient(
    dy: Array, normalised: Array, scale: Array, dweight: Array, dbias: Array, training: bool
) -> Array:
    """Through the normalisation; in training also through the mean and the variance.

    Changing one x moves the mean of its channel and its variance, and so every other output: that
    takes dy's mean and its part along ``normalised`` away.
    """
    if not training:
        return dy * scale[:, None]
    count = max(1, dy.shape[1])
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
        buffers: running_mean (C,) zeros at first, running_var (C,) ones.
    """

    passing = (*SameShape.passing, "_normalised", "_inverse_std")

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
        self.eps = eps
        self.momentum = momentum
        self.params["weight"] = np.ones(num_features, dtype)
        self.params["bias"] = np.zeros(num_features, dtype)
        self.bufs["running_mean"] = np.zeros(num_features, dtype)
        self.bufs["running_var"] = np.ones(num_features, dtype)
        # What backward needs of the last forward pass in training.
        self._normalised: Array | None = None
        self._inverse_std: Array | None = None

    def forward(self, x: Array) -> Array:
        """Shaped as x: by the batch's statistics in training, by the running ones otherwise."""
        x = numbers(x, "x")
        self._check_channels(x.shape)
        rows = x.reshape(len(x), x[0].size)
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
        self.x, self.y = x, y.reshape(x.shape)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """Shaped as x; through the batch's statistics if the forward pass used them."""
        dy = self.upstream(dy)
        assert self.x is not None and self._inverse_std is not None
        self.dy = dy
        rows = dy.reshape(len(dy), dy[0].size)
        by_batch = self._normalised is not None
        normalised = self._normalised
        if normalised is None:
            mean = self.bufs["running_mean"]
            normalised = _normalised(self.x.reshape(rows.shape), mean, self._inverse_std)
        dweight, dbias = _affine_gradients(rows, normalised)
        self.grads["weight"], self.grads["bias"] = dweight, dbias
        self.dx = None
        if need_dx:
            scale = self._inverse_std * self.params["weight"]
            dx = _input_gradient(rows, normalised, scale, dweight, dbias, by_batch)
            self.dx = dx.reshape(dy.shape)
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


def local_response_norm(
    x: Array, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Array:
    """x / (k + alpha · mean of x² over ``size`` neighbouring channels)^beta.

    Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural
    networks" (2012). As in PyTorch alpha multiplies the mean, where the paper's multiplies the
    sum: PyTorch's alpha is ``size`` times the paper's. Channels outside count as 0.

    Args:
        x: (N, C, …).
        size: Channels in a neighbourhood, 1 or more.
        alpha: How much the neighbours count.
        beta: Exponent.
        k: Keeps the denominator away from 0.

    Raises:
        ValueError: size is below 1, or x has no channels.
    """
    x = floats(x, "x")
    for name, value in (("alpha", alpha), ("beta", beta), ("k", k)):
        real(value, name)
    if x.ndim < 2:
        raise ValueError(f"x: got shape {x.shape}, need (N, C, …)")
    return np.moveaxis(_respond(np.moveaxis(x, 1, 0), size, alpha, beta, k)[0], 0, 1)


def local_response_norm_backward(
    dy: Array, x: Array, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> tuple[Array]:
    """Gradient (dx,) of :func:`local_response_norm`, shaped as x."""
    dy = floats(dy, "dy")
    x = floats(x, "x")
    for name, value in (("alpha", alpha), ("beta", beta), ("k", k)):
        real(value, name)
    check_gradient(dy, x.shape)
    dy, x = np.moveaxis(dy, 1, 0), np.moveaxis(x, 1, 0)
    y, base = _respond(x, size, alpha, beta, k)
    return (np.moveaxis(_response_gradient(dy, x, y, base, size, alpha, beta), 0, 1),)


def _respond(x: Array, size: int, alpha: float, beta: float, k: float) -> tuple[Array, Array]:
    """y, and the base of its denominator, for channels-first x."""
    whole(size, "size", 1)
    base = _channel_sums(np.square(x), size, size // 2)
    base *= alpha / size
    base += k
    return x * _power(base, beta), base


def _response_gradient(
    dy: Array, x: Array, y: Array, base: Array, size: int, alpha: float, beta: float
) -> Array:
    """Each x acts on its own y, and through the squares on its neighbours' denominators."""
    dx = dy * _power(base, beta)
    # d base_j / d x_i = 2·alpha/size · x_i for j in the neighbourhood, seen from the other side.
    through = _channel_sums(dy * y / base, size, (size - 1) // 2)
    through *= x
    through *= 2 * alpha * beta / size
    dx -= through
    return dx


def _channel_sums(x: Array, size: int, before: int) -> Array:
    """Sum over channels c − before … c − before + size − 1, of those that exist."""
    channels = len(x)
    sums = np.zeros_like(x)
    for offset in range(-before, size - before):
        first, past = max(0, -offset), min(channels, channels - offset)
        if first < past:
            sums[first:past] += x[first + offset : past + offset]
    return sums


def _power(base: Array, beta: float) -> Array:
    """base^−beta; AlexNet's ¾ by two roots, several times faster than a power."""
    if beta == 0.75:
        root = np.sqrt(base)
        root *= np.sqrt(root)
        return 1 / root
    return base**-beta


class LocalResponseNorm(SameShape):
    """:func:`local_response_norm`, batch last, on (C, H, W, N)."""

    passing = (*SameShape.passing, "_base")

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = whole(size, "size", 1)
        self.alpha = alpha
        self.beta = beta
        self.k = k
        self._base: Array | None = None

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to the same: divided by the activity of the neighbouring channels."""
        x = numbers(x, "x")
        self.x = x
        self.y, self._base = _respond(x, self.size, self.alpha, self.beta, self.k)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, H, W, N) to the same: through the numerator and the denominator."""
        dy = self.upstream(dy)
        assert self.x is not None and self.y is not None and self._base is not None
        self.dy, self.dx = dy, None
        if need_dx:
            self.dx = _response_gradient(
                dy, self.x, self.y, self._base, self.size, self.alpha, self.beta
            )
        return self.dx
