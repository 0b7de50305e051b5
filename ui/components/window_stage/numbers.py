"""The numbers of a stage: everything it shows of one layer, worked out by ``cnn`` and sent once.

The browser adds up the one window it shows; what it shows elsewhere comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn import functional as F
from cnn.arrays import Array, Sides, batch_first, batch_last
from cnn.layers.activations import ACTIVATIONS
from cnn.layers.pooling import AvgPool2d, MaxPool2d, Pool2d, SumPool2d
from cnn.settings import PairLike
from cnn.window.geometry import Window
from cnn.window.padding import PAD_MODES, pad, pad_backward
from cnn.window.padding_asked import PaddingLike

KINDS = ("conv", "max", "avg", "sum")


@dataclass(frozen=True)
class Setting:
    """What the layer does: a kind, a window, and what lies around the input.

    Attributes:
        kind: ``conv``, ``max``, ``avg`` or ``sum``.
        window: Kernel size, stride, padding, dilation.
        fill: ``zeros``, ``reflect``, ``replicate``, ``circular``, or the number to pad with.
        activation: A name in ``cnn.layers.activations.ACTIVATIONS``, or None.
        count_include_pad: Whether a mean divides by padding's cells too.
    """

    kind: str
    window: Window
    fill: str | float = "zeros"
    activation: str | None = None
    count_include_pad: bool = True

    @classmethod
    def of_kernel(
        cls, weight: Array, *, padding: PaddingLike = 0, dilation: PairLike = 1
    ) -> Setting:
        """A convolution at stride 1 with this kernel, (C, kh, kw) or (kh, kw)."""
        return cls("conv", Window.of(weight.shape[-2:], 1, padding, dilation))


@dataclass(frozen=True)
class Numbers:
    """Arrays without a batch axis, float64.

    Attributes:
        padded: The input with what lies around it, (C, Hp, Wp); −∞ around a maximum.
        sides: Cells around the input (top, bottom, left, right), with what ``ceil_mode`` adds.
        partial: Each channel's share of the sum, (C, OH, OW); None for pooling.
        z: Before the activation, (K, OH, OW): K = 1 for a convolution, C for a pooling.
        y: After it.
        divisor: What each mean divides by, (OH, OW); None unless ``avg``.
        dz: Gradient at ``z``, (K, OH, OW), or None.
        dx: Gradient at the input, (C, H, W), or None.
    """

    padded: Array
    sides: Sides
    partial: Array | None
    z: Array
    y: Array
    divisor: Array | None = None
    dz: Array | None = None
    dx: Array | None = None


def work_out(
    x: Array,
    weight: Array | None,
    bias: float,
    setting: Setting,
    gradient: Array | None = None,
) -> Numbers:
    """All numbers of one layer on one sample.

    Args:
        x: (C, H, W).
        weight: (C, kh, kw) for a convolution, None for a pooling.
        bias: Added to every sum of a convolution.
        setting: What the layer does.
        gradient: d loss / d y, (K, OH, OW) or (OH, OW), to be routed back to the input.

    Raises:
        ValueError: From ``cnn``: the window does not fit, the fill cannot reach that far.
    """
    sample = np.asarray(x, dtype=np.float64)[None]
    if setting.kind == "conv":
        assert weight is not None
        return _convolution(sample, np.asarray(weight, np.float64)[None], bias, setting, gradient)
    return _pooling(sample, setting, gradient)


def _convolution(
    x: Array, weight: Array, bias: float, setting: Setting, gradient: Array | None
) -> Numbers:
    window = setting.window
    mode, value = _fill(setting.fill)
    padded = _padded(x, window.padding, mode, value)
    stride, dilation = window.stride, window.dilation
    each = weight.swapaxes(0, 1)  # one kernel a channel: the channels don't mix
    partial = F.conv2d(padded, each, None, stride, 0, dilation, groups=len(each))
    z = F.conv2d(padded, weight, np.array([bias]), stride, 0, dilation)
    y, dz = _activate(z, setting.activation, gradient)
    dx = None
    if dz is not None:
        wide = F.conv2d_backward(dz, padded, weight, None, stride, 0, dilation)[0]
        dx = pad_backward(batch_last(wide), window.padding, mode)[..., 0]
    return Numbers(
        padded[0],
        window.padding,
        partial[0],
        z[0],
        y[0],
        dz=None if dz is None else dz[0],
        dx=dx,
    )


def _pooling(x: Array, setting: Setting, gradient: Array | None) -> Numbers:
    window = setting.window
    layer = _pool_layer(setting)
    z = layer(x)
    y, dz = _activate(z, setting.activation, gradient)
    dx = None if dz is None else layer.backward(batch_last(dz))  # before the layer is used again
    height, width = x.shape[2:]
    rows, columns = window.axes(height, width)
    top, bottom, left, right = window.padding
    sides = (top, bottom + rows.overhang, left, right + columns.overhang)
    around = -np.inf if setting.kind == "max" else 0.0
    divisor = None
    if setting.kind == "avg":  # the sum of ones over their mean is what a mean divides by
        ones = np.ones((1, 1, height, width))
        total = F.sum_pool2d(ones, window.kernel, window.stride, window.padding, window.ceil_mode)
        divisor = np.rint(total / layer(ones))[0, 0]
    return Numbers(
        _padded(x, sides, "constant", around)[0],
        sides,
        None,
        z[0],
        y[0],
        divisor,
        None if dz is None else dz[0],
        None if dx is None else batch_first(dx)[0],
    )


def _pool_layer(setting: Setting) -> Pool2d:
    w = setting.window
    if setting.kind == "max":
        return MaxPool2d(w.kernel, w.stride, w.padding, w.dilation, w.ceil_mode)
    if setting.kind == "avg":
        return AvgPool2d(w.kernel, w.stride, w.padding, w.ceil_mode, setting.count_include_pad)
    return SumPool2d(w.kernel, w.stride, w.padding, w.ceil_mode)


def _activate(z: Array, name: str | None, gradient: Array | None) -> tuple[Array, Array | None]:
    """(y, d loss / d z) from z and d loss / d y."""
    dy = None if gradient is None else np.asarray(gradient, np.float64).reshape(z.shape)
    if name is None:
        return z, dy
    layer = ACTIVATIONS[name]()
    y = layer.forward(z)
    return y, None if dy is None else layer.backward(dy)


def _padded(x: Array, sides: Sides, mode: str, value: float) -> Array:
    """(1, C, H, W) with (top, bottom, left, right) more cells."""
    return batch_first(pad(batch_last(x), sides, mode, value))


def _fill(fill: str | float) -> tuple[str, float]:
    """The mode and the value by which :func:`cnn.window.padding.pad` fills."""
    if not isinstance(fill, str):
        return "constant", float(fill)
    if fill == "zeros":
        return "constant", 0.0
    if fill not in PAD_MODES:
        raise ValueError(
            f"padding_mode: got {fill!r}, need zeros, reflect, replicate, circular or a number"
        )
    return fill, 0.0
