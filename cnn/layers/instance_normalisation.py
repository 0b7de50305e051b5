"""Instance normalisation: each channel of each sample to mean 0 and variance 1.

Ulyanov, Vedaldi and Lempitsky, "Instance Normalization" (2016).
"""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, Shape, floats, given, numbers
from cnn.layers.batch_normalisation import batch_norm, batch_norm_backward
from cnn.layers.group_normalisation import group_norm, group_norm_backward
from cnn.layers.layer import SameShape
from cnn.settings import check_room, flag, float_type, not_negative, share, whole


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
    momentum = share(momentum, "momentum")
    if not flag(use_input_stats, "use_input_stats"):
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    pixels = _pixels(x)
    _check_running(x, running_mean, running_var)
    for running, moments in (
        (running_mean, x.mean(axis=pixels)),
        (running_var, x.var(axis=pixels) * _unbiased(x)),
    ):
        if running is not None and len(x):
            running += momentum * (moments.mean(axis=0) - running)
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
    if not flag(use_input_stats, "use_input_stats"):
        return batch_norm_backward(
            dy, x, running_mean, running_var, weight, bias, False, momentum, eps
        )
    share(momentum, "momentum")
    _pixels(x)
    _check_running(x, running_mean, running_var)
    return group_norm_backward(dy, x, x.shape[1], weight, bias, eps)


def _pixels(x: Array) -> tuple[int, ...]:
    """The axes of a channel's pixels, if it has several."""
    if x.ndim < 3 or math.prod(x.shape[2:]) < 2:
        raise ValueError(f"x: got shape {x.shape}, need (N, C, H, W) with 2 or more pixels")
    return tuple(range(2, x.ndim))


def _check_running(x: Array, running_mean: Array | None, running_var: Array | None) -> None:
    """Raise a ValueError unless those that are given have one number a channel of ``x``."""
    for name, running in (("running_mean", running_mean), ("running_var", running_var)):
        if running is not None and numbers(running, name).shape != (x.shape[1],):
            raise ValueError(f"{name}: got shape {np.shape(running)}, need ({x.shape[1]},)")


def _unbiased(x: Array) -> float:
    count = math.prod(x.shape[2:])
    return count / (count - 1)


class InstanceNorm2d(SameShape):
    """:func:`instance_norm`, batch last, on (C, H, W, N); PyTorch's ``nn.InstanceNorm2d``.

    Args:
        num_features: C.
        eps: Keeps the root away from 0.
        momentum: Share of the new value in the running statistics.
        affine: Scale and shift each channel by parameters.
        track_running_stats: Keep running statistics, and use them in evaluation.
        dtype: Of parameters and buffers.

    Attributes:
        params: weight (C,) ones at first and bias (C,) zeros, if ``affine``.
        bufs: running_mean (C,) zeros at first, running_var (C,) ones, if tracked.

    Raises:
        ValueError: num_features is below 1, or a number is none.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        dtype: type = np.float32,
    ) -> None:
        super().__init__()
        self.num_features = whole(num_features, "num_features", 1)
        self.eps, self.momentum = not_negative(eps, "eps"), share(momentum, "momentum")
        self.affine, self.track_running_stats = (
            flag(affine, "affine"),
            flag(track_running_stats, "track_running_stats"),
        )
        self._by_own = True  # whether the last forward pass took each sample's own statistics
        dtype = float_type(dtype)
        check_room((num_features,), "num_features")
        if affine:
            self.params["weight"] = np.ones(num_features, dtype)
            self.params["bias"] = np.zeros(num_features, dtype)
        if track_running_stats:
            self.bufs["running_mean"] = np.zeros(num_features, dtype)
            self.bufs["running_var"] = np.ones(num_features, dtype)

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to the same: by each sample's own statistics, or the running ones."""
        x = floats(x, "x")
        self.output_shape(x.shape[:-1])
        self._by_own = self.training or not self.track_running_stats
        self.x = x
        y = instance_norm(np.moveaxis(x, -1, 0), *self._settings())  # of (N, C, H, W)
        self.y = np.moveaxis(y, 0, -1)  # back to (C, H, W, N)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, H, W, N) to the same; fills ``grads``."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy = dy
        dy_first, x_first = (np.moveaxis(array, -1, 0) for array in (dy, x))  # (N, C, H, W)
        dx, *grads = instance_norm_backward(dy_first, x_first, *self._settings())
        for name, grad in zip(("weight", "bias"), grads, strict=True):
            if grad is not None:
                self.grads[name] = grad
        self.dx = np.moveaxis(dx, 0, -1) if need_dx else None  # back to (C, H, W, N)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """``shape`` (C, H, W); a ValueError for other channels or a single pixel."""
        if len(shape) != 3 or shape[0] != self.num_features or math.prod(shape[1:]) < 2:
            raise ValueError(
                f"num_features: got {self.num_features}, need the C of (C, H, W) with 2 or more "
                f"pixels, not {tuple(shape)}"
            )
        return shape

    def _settings(
        self,
    ) -> tuple[Array | None, Array | None, Array | None, Array | None, bool, float, float]:
        """The arguments of :func:`instance_norm` after x."""
        running = self.bufs.get("running_mean"), self.bufs.get("running_var")
        learned = self.params.get("weight"), self.params.get("bias")
        return *running, *learned, self._by_own, self.momentum, self.eps
