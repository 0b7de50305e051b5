"""Local response normalisation: a strong channel quietens its neighbours at the same pixel.

AlexNet's; later networks have batch normalisation in its place.
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, check_gradient, floats
from cnn.layers.layer import SameShape
from cnn.settings import finite, not_negative, whole


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
    x = _maps(x)
    _check(alpha, beta, k)
    channels_first = np.moveaxis(x, 1, 0)  # (C, N, …)
    return np.moveaxis(_respond(channels_first, size, alpha, beta, k)[0], 0, 1)  # (N, C, …)


def local_response_norm_backward(
    dy: Array, x: Array, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> tuple[Array]:
    """Gradient (dx,) of :func:`local_response_norm`, shaped as x; arguments and errors as there."""
    dy = floats(dy, "dy")
    x = _maps(x)
    _check(alpha, beta, k)
    check_gradient(dy, x.shape)
    dy, x = np.moveaxis(dy, 1, 0), np.moveaxis(x, 1, 0)  # (C, N, …)
    y, base = _respond(x, size, alpha, beta, k)
    dx = _response_gradient(dy, x, y, base, size, alpha, beta)
    return (np.moveaxis(dx, 0, 1),)  # (N, C, …)


def _maps(x: Array) -> Array:
    """``x`` as floats, if it has channels; a ValueError otherwise."""
    x = floats(x, "x")
    if x.ndim < 2:
        raise ValueError(f"x: got shape {x.shape}, need (N, C, …)")
    return x


def _check(alpha: float, beta: float, k: float) -> None:
    """Raise a ValueError unless these can be arguments of :func:`local_response_norm`."""
    not_negative(alpha, "alpha")
    finite(beta, "beta")
    not_negative(k, "k")


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
    """Each x acts on its own y, and through the squares on its neighbours' denominators.

    y_j = x_j · base_j^−β with base_j = k + alpha/size · Σ x_i² over j's neighbourhood. So
    ∂y_j/∂x_i = 1{i = j} · base_j^−β − β · x_j · base_j^(−β−1) · 2·alpha/size · x_i, and with
    x_j · base_j^−β = y_j

    dx_i = dy_i · base_i^−β − 2·alpha·β/size · x_i · Σ dy_j y_j / base_j over the j that see i.
    """
    dx: Array = dy * _power(base, beta)
    # The j that see i are i's neighbourhood from the other side.
    through = _channel_sums(dy * y / base, size, (size - 1) // 2)
    through *= x
    through *= 2 * alpha * beta / size
    dx -= through
    return dx


def _channel_sums(x: Array, size: int, before: int) -> Array:
    """Sum over channels c − before … c − before + size − 1, of those that exist."""
    channels = len(x)
    sums = np.zeros_like(x)
    for offset in range(max(-before, 1 - channels), min(size - before, channels)):
        first, past = max(0, -offset), min(channels, channels - offset)
        sums[first:past] += x[first + offset : past + offset]
    return sums


def _power(base: Array, beta: float) -> Array:
    """base^−beta; AlexNet's ¾ by two roots, several times faster than a power."""
    if beta == 0.75:
        root = np.sqrt(base)
        root *= np.sqrt(root)
        power: Array = 1 / root
        return power
    power = base**-beta
    return power


class LocalResponseNorm(SameShape):
    """:func:`local_response_norm`, batch last, on (C, H, W, N); arguments and errors as there."""

    passing = (*SameShape.passing, "_base")
    _base: Array  # (C, H, W, N), what the last forward pass divided by, to the power beta

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = whole(size, "size", 1)
        _check(alpha, beta, k)
        self.alpha, self.beta, self.k = alpha, beta, k

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to the same: divided by the activity of the neighbouring channels."""
        x = floats(x, "x")
        self.x = x
        self.y, self._base = _respond(x, self.size, self.alpha, self.beta, self.k)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, H, W, N) to the same: through the numerator and the denominator."""
        dy = self.upstream(dy)
        x, y = self.passed()
        self.dy, self.dx = dy, None
        if need_dx:
            self.dx = _response_gradient(dy, x, y, self._base, self.size, self.alpha, self.beta)
        return self.dx
