"""Convolution: every output cell is the weighted sum of the input cells under its window.

As in all of deep learning the kernel is not turned by 180°: strictly this is cross-correlation.
How it is computed is in :mod:`cnn.layers.convolving.correlate`; here are the layers.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from cnn.arrays import Array, Shape, numbers
from cnn.layers import initialisation as initial
from cnn.layers.convolving.correlate import (
    bias_gradient,
    correlate,
    correlate_input_gradient,
    correlate_weight_gradient,
)
from cnn.layers.layer import Layer
from cnn.settings import PairLike, choice, flag, generator, pair, whole
from cnn.window.geometry import Window
from cnn.window.padding import check_fits, pad, pad_backward
from cnn.window.padding_asked import PaddingLike
from cnn.window.receptive_field import Transposed

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class Conv2d(Layer):
    """2-D convolution (cross-correlation), PyTorch's ``nn.Conv2d``.

    Args:
        in_channels: C.
        out_channels: O, the number of filters.
        kernel_size: Taps, one number or (rows, columns).
        stride: One number or (rows, columns).
        padding: One number, (rows, columns), (top, bottom, left, right), or a name as in
            :func:`cnn.window.padding_asked.resolve_padding`.
        dilation: One number or (rows, columns).
        groups: Input and output channels fall into that many groups that don't mix.
        bias: Add one number per output channel.
        padding_mode: ``zeros``, ``reflect``, ``replicate`` or ``circular``.
        rng: Draws the first weights: a generator or a seed; a fresh one by default.
        dtype: Of the parameters.
        init: A name in :data:`cnn.layers.initialisation.SCHEMES`.

    Attributes:
        window: The geometry.
        params: ``weight`` (O, C/groups, kh, kw) and ``bias`` (O,).

    Raises:
        ValueError: a number is out of its range, the groups don't divide the channels, or a name
            is not known.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PairLike,
        stride: PairLike = 1,
        padding: PaddingLike = 0,
        dilation: PairLike = 1,
        groups: int = 1,
        bias: bool = True,
        *,
        padding_mode: str = "zeros",
        rng: np.random.Generator | int | None = None,
        dtype: type = np.float32,
        init: str = initial.DEFAULT,
    ) -> None:
        super().__init__()
        self.in_channels = whole(in_channels, "in_channels", 1)
        self.out_channels = whole(out_channels, "out_channels", 1)
        self.groups = check_groups(in_channels, out_channels, groups)
        self.window = Window.of(kernel_size, stride, padding, dilation)
        self.padding_mode = choice(padding_mode, "padding_mode", PADDING_MODES)
        shape = (out_channels, in_channels // groups, *self.window.kernel)
        rng = generator(rng, "rng")
        self.params["weight"] = initial.weight(shape, init, rng, dtype)
        if flag(bias, "bias"):
            self.params["bias"] = initial.bias(shape, out_channels, init, rng, dtype)

    @property
    def weight(self) -> Array:
        """(O, C/groups, kh, kw)."""
        return self.params["weight"]

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (O, OH, OW, N); a ValueError for any other shape.

        Each output is a sum of products and a bias; see :func:`cnn.definitions.conv2d` for the
        equation, and :mod:`cnn.layers.convolving.plain` for one matrix product that does it.
        :func:`correlate` calls that, or a faster way for this shape with the same numbers.
        """
        x = numbers(x, "x")
        check_channels(x, self.in_channels)
        self.x = x
        inner, window = self._padded(x)
        self.y = correlate(inner, self.weight, self.params.get("bias"), window, self.groups)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(O, OH, OW, N) to (C, H, W, N); fills ``grads``.

        Every product w · x of the forward pass passes dy on to both: times x to the weight, times w
        to the input. So dw is the input correlated with dy, dx is dy correlated with the turned
        kernel, and the bias, which was added everywhere, gets the sum.
        """
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy = dy
        inner, window = self._padded(x)
        if not self.frozen:
            self.grads["weight"] = correlate_weight_gradient(dy, inner, window, self.groups)
            if "bias" in self.params:
                self.grads["bias"] = bias_gradient(dy)
        self.dx = None
        if need_dx:
            size = inner.shape[1:3]
            dx = correlate_input_gradient(dy, self.weight, size, window, self.groups)
            self.dx = self._unpadded(dx)
        return self.dx

    def _padded(self, x: Array) -> tuple[Array, Window]:
        """The input as the window meets it, and the window over that."""
        if self.padding_mode == "zeros":
            return x, self.window
        bare = Window(self.window.kernel, self.window.stride, dilation=self.window.dilation)
        return pad(x, self.window.padding, self.padding_mode), bare

    def _unpadded(self, dx: Array) -> Array:
        """Gradient of :meth:`_padded`."""
        if self.padding_mode == "zeros":
            return dx
        return pad_backward(dx, self.window.padding, self.padding_mode)

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (O, OH, OW)."""
        check_maps(shape, self.in_channels)
        if self.padding_mode != "zeros":
            top, bottom, left, right = self.window.padding
            check_fits(shape[1], top, bottom, self.padding_mode)
            check_fits(shape[2], left, right, self.padding_mode)
        return self.out_channels, *self.window.output_size(shape[1], shape[2])

    def receptive_step(self, shape: Shape) -> Window:
        """The window."""
        return self.window

    def multiply_adds(self, shape: Shape) -> int:
        """One per weight and output cell; the bias is not counted."""
        _, rows, columns = self.output_shape(shape)
        return self.weight.size * rows * columns


class ConvTranspose2d(Layer):
    """Transposed convolution: the input gradient of a convolution, used forward.

    Each input cell writes its value times the kernel onto the output. It brings sizes back that a
    :class:`Conv2d` with the same settings took away; it is not its inverse. PyTorch's
    ``nn.ConvTranspose2d``; Dumoulin and Visin (2016), chapter 4.

    Args:
        in_channels: C.
        out_channels: O.
        kernel_size: Taps, one number or (rows, columns).
        stride: One number or (rows, columns).
        padding: Cells *removed* from the output; one number, (rows, columns) or four sides.
        output_padding: Rows and columns added at the bottom and right, where several input sizes
            of the convolution share one output size.
        groups: Input and output channels fall into that many groups that don't mix.
        bias: Add one number per output channel.
        dilation: One number or (rows, columns).
        rng: Draws the first weights: a generator or a seed; a fresh one by default.
        dtype: Of the parameters.
        init: A name in :data:`cnn.layers.initialisation.SCHEMES`.

    Attributes:
        step: The geometry.
        window: The geometry of the convolution whose gradient this is, from output to input.
        params: ``weight`` (C, O/groups, kh, kw) and ``bias`` (O,).

    Raises:
        ValueError: a number is out of its range, or the groups don't divide the channels.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: PairLike,
        stride: PairLike = 1,
        padding: PaddingLike = 0,
        output_padding: PairLike = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: PairLike = 1,
        *,
        rng: np.random.Generator | int | None = None,
        dtype: type = np.float32,
        init: str = initial.DEFAULT,
    ) -> None:
        super().__init__()
        self.in_channels = whole(in_channels, "in_channels", 1)
        self.out_channels = whole(out_channels, "out_channels", 1)
        self.groups = check_groups(in_channels, out_channels, groups)
        self.step, self.window = transposed_geometry(
            kernel_size, stride, padding, output_padding, dilation
        )
        shape = (in_channels, out_channels // groups, *self.window.kernel)
        rng = generator(rng, "rng")
        self.params["weight"] = initial.weight(shape, init, rng, dtype)
        if flag(bias, "bias"):
            self.params["bias"] = initial.bias(shape, out_channels, init, rng, dtype)

    @property
    def weight(self) -> Array:
        """(C, O/groups, kh, kw)."""
        return self.params["weight"]

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (O, OH, OW, N); a ValueError for any other shape."""
        x = numbers(x, "x")
        check_channels(x, self.in_channels)
        self.x = x
        size = self.step.output_size(x.shape[1], x.shape[2])
        self.y = correlate_input_gradient(x, self.weight, size, self.window, self.groups)
        if "bias" in self.params:
            self.y += self.params["bias"][:, None, None, None]  # (O, 1, 1, 1)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(O, OH, OW, N) to (C, H, W, N); fills ``grads``.

        Forward was a convolution's input gradient, so backward is that convolution; and in its
        weight gradient x and dy change places.
        """
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy = dy
        if not self.frozen:
            self.grads["weight"] = correlate_weight_gradient(x, dy, self.window, self.groups)
            if "bias" in self.params:
                self.grads["bias"] = bias_gradient(dy)
        self.dx = None
        if need_dx:
            self.dx = correlate(dy, self.weight, None, self.window, self.groups)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (O, OH, OW)."""
        check_maps(shape, self.in_channels)
        return self.out_channels, *self.step.output_size(shape[1], shape[2])

    def receptive_step(self, shape: Shape) -> Transposed:
        """The geometry."""
        return self.step

    def multiply_adds(self, shape: Shape) -> int:
        """One per weight and input cell."""
        return self.weight.size * shape[1] * shape[2]


def transposed_geometry(
    kernel_size: PairLike,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    output_padding: PairLike = 0,
    dilation: PairLike = 1,
) -> tuple[Transposed, Window]:
    """A transposed convolution's geometry, and the one of the convolution that it transposes.

    Output padding is padding that the convolution doesn't have: it goes off bottom and right.
    Arguments as :class:`ConvTranspose2d`'s.

    Raises:
        ValueError: a number is out of its range.
    """
    window = Window.of(kernel_size, stride, padding, dilation)
    rows, columns = pair(output_padding, "output_padding", 0)
    step = Transposed(
        window.kernel, window.stride, window.padding, window.dilation, (rows, columns)
    )
    top, bottom, left, right = window.padding
    return step, replace(window, padding=(top, bottom - rows, left, right - columns))


def check_channels(x: Array, channels: int) -> None:
    """Raise a ValueError unless ``x`` is (``channels``, H, W, N)."""
    if x.ndim != 4 or len(x) != channels:
        raise ValueError(f"x: got shape {x.shape} (C, H, W, N), need C = {channels} channels")


def check_maps(shape: Shape, channels: int) -> None:
    """Raise a ValueError unless ``shape`` of one sample is (``channels``, H, W)."""
    if len(shape) != 3 or shape[0] != channels:
        raise ValueError(f"shape: got {tuple(shape)}, need ({channels}, H, W)")


def check_groups(in_channels: int, out_channels: int, groups: int) -> int:
    """``groups`` if it divides both numbers of channels; a ValueError otherwise.

    Args:
        in_channels: C.
        out_channels: O.
        groups: Divides both.

    Raises:
        ValueError: it does not, or there is no channel.
    """
    whole(groups, "groups", 1)
    if in_channels == 0 or out_channels == 0:
        got = f"{in_channels} in_channels and {out_channels} out_channels"
        raise ValueError(f"channels: got {got}, need at least one of each")
    if in_channels % groups or out_channels % groups:
        common = math.gcd(in_channels, out_channels)
        fits = ", ".join(str(g) for g in range(1, common + 1) if common % g == 0)
        raise ValueError(
            f"groups: got {groups}, need a number that divides both {in_channels} in_channels "
            f"and {out_channels} out_channels: {fits}"
        )
    return groups
