"""The public face: functions with PyTorch's names, arguments and (N, C, H, W) arrays.

Whoever knows ``torch.nn.functional`` knows these. Each is thin over the kernels that the layers of
a network use. The gradient of ``f(x, …)`` is ``f_backward(dy, x, …)`` with the same arguments after
``dy``, the gradient at the output; it gives a tuple with one gradient for each array that ``f``
takes, None for an array that was not given.

One number or a (rows, columns) pair is accepted wherever PyTorch accepts both. Padding may also be
(top, bottom, left, right), or a name: see :func:`cnn.window.geometry.resolve_padding`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array, Sides, batch_first, batch_last, given, numbers, real
from cnn.layers.activations import (
    gelu,
    gelu_backward,
    leaky_relu,
    leaky_relu_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    tanh,
    tanh_backward,
)
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d
from cnn.layers.batch_normalisation import batch_norm, batch_norm_backward
from cnn.layers.convolution import check_groups, transposed_geometry
from cnn.layers.convolving.correlate import (
    bias_gradient,
    correlate,
    correlate_input_gradient,
    correlate_weight_gradient,
)
from cnn.layers.dense import linear, linear_backward
from cnn.layers.dropout import dropout, dropout_backward
from cnn.layers.group_normalisation import group_norm, group_norm_backward
from cnn.layers.instance_normalisation import instance_norm, instance_norm_backward
from cnn.layers.layer import Layer
from cnn.layers.layer_normalisation import layer_norm, layer_norm_backward
from cnn.layers.local_response import local_response_norm, local_response_norm_backward
from cnn.layers.more_activations import (
    elu,
    elu_backward,
    hardswish,
    hardswish_backward,
    relu6,
    relu6_backward,
    silu,
    silu_backward,
    softplus,
    softplus_backward,
)
from cnn.layers.pooling import AvgPool2d, MaxPool2d, SumPool2d
from cnn.layers.pooling_by_axis import max_indices
from cnn.layers.reshaping import (
    fold,
    fold_backward,
    interpolate,
    interpolate_backward,
    unfold,
    unfold_backward,
)
from cnn.layers.softmax import log_softmax, log_softmax_backward, softmax, softmax_backward
from cnn.learn.cross_entropy import cross_entropy, cross_entropy_backward
from cnn.learn.elementwise_losses import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    mse_loss,
    mse_loss_backward,
)
from cnn.learn.triplet import triplet_margin_loss, triplet_margin_loss_backward
from cnn.window import padding as padded
from cnn.window.geometry import PaddingLike, PairLike, Window, whole

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_avg_pool2d_backward",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_backward",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "convolve2d_true",
    "convolve2d_true_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "dropout",
    "dropout_backward",
    "elu",
    "elu_backward",
    "fold",
    "fold_backward",
    "gelu",
    "gelu_backward",
    "group_norm",
    "group_norm_backward",
    "hardswish",
    "hardswish_backward",
    "instance_norm",
    "instance_norm_backward",
    "interpolate",
    "interpolate_backward",
    "layer_norm",
    "layer_norm_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "linear",
    "linear_backward",
    "local_response_norm",
    "local_response_norm_backward",
    "log_softmax",
    "log_softmax_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "mse_loss",
    "mse_loss_backward",
    "pad",
    "pad_backward",
    "relu",
    "relu6",
    "relu6_backward",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "silu",
    "silu_backward",
    "softmax",
    "softmax_backward",
    "softplus",
    "softplus_backward",
    "sum_pool2d",
    "sum_pool2d_backward",
    "tanh",
    "tanh_backward",
    "triplet_margin_loss",
    "triplet_margin_loss_backward",
    "unfold",
    "unfold_backward",
]


def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlation, which deep learning calls convolution.

    Args:
        x: (N, C, H, W).
        weight: (O, C/groups, kh, kw).
        bias: (O,) or None.
        stride: Cells from one window to the next.
        padding: Zeros around the input.
        dilation: Cells from one tap of the kernel to the next.
        groups: Input and output channels fall into that many groups that don't mix.

    Returns:
        (N, O, OH, OW).

    Raises:
        ValueError: A shape doesn't fit; the message names the argument.
    """
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    window = _conv_window(x, weight, stride, padding, dilation, groups)
    _check_bias(bias, len(weight))
    return batch_first(correlate(batch_last(x), weight, bias, window, groups))


def conv2d_backward(
    dy: Array,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    groups: int = 1,
) -> tuple[Array, Array, Array | None]:
    """Gradients (dx, dweight, dbias) of :func:`conv2d`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    window = _conv_window(x, weight, stride, padding, dilation, groups)
    _check_dy(dy, (len(x), len(weight), *window.output_size(x.shape[2], x.shape[3])))
    inner, gradient = batch_last(x), batch_last(dy)  # (C, H, W, N) and (O, OH, OW, N)
    dweight = correlate_weight_gradient(gradient, inner, window, groups)
    dx = correlate_input_gradient(gradient, weight, inner.shape[1:3], window, groups)
    return batch_first(dx), dweight, None if bias is None else bias_gradient(gradient)


def convolve2d_true(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    groups: int = 1,
) -> Array:
    """Convolution as mathematics has it: :func:`conv2d` with the kernel turned by 180°."""
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    return conv2d(x, _turned(weight), bias, stride, padding, dilation, groups)


def convolve2d_true_backward(
    dy: Array,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    groups: int = 1,
) -> tuple[Array, Array, Array | None]:
    """Gradients (dx, dweight, dbias) of :func:`convolve2d_true`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    dx, dweight, dbias = conv2d_backward(
        dy, x, _turned(weight), bias, stride, padding, dilation, groups
    )
    return dx, _turned(dweight), dbias


def _turned(weight: Array) -> Array:
    return np.ascontiguousarray(weight[:, :, ::-1, ::-1])


def conv_transpose2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    output_padding: PairLike = 0,
    groups: int = 1,
    dilation: PairLike = 1,
) -> Array:
    """Transposed convolution: the input gradient of a convolution, used forward.

    Args:
        x: (N, C, H, W).
        weight: (C, O/groups, kh, kw).
        bias: (O,) or None.
        stride: Output cells from one input cell's stamp to the next.
        padding: Cells removed from the output's rim.
        output_padding: Rows and columns added at the bottom and right.
        groups: Input and output channels fall into that many groups that don't mix.
        dilation: Cells from one tap of the kernel to the next.

    Returns:
        (N, O, OH, OW) with OH as :func:`cnn.window.geometry.transposed_output_size` has it.
    """
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    size, window = _transposed_window(x, weight, stride, padding, output_padding, groups, dilation)
    _check_bias(bias, weight.shape[1] * groups)
    y = batch_first(correlate_input_gradient(batch_last(x), weight, size, window, groups))
    return y if bias is None else y + bias[:, None, None]


def conv_transpose2d_backward(
    dy: Array,
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    output_padding: PairLike = 0,
    groups: int = 1,
    dilation: PairLike = 1,
) -> tuple[Array, Array, Array | None]:
    """Gradients (dx, dweight, dbias) of :func:`conv_transpose2d`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    size, window = _transposed_window(x, weight, stride, padding, output_padding, groups, dilation)
    _check_dy(dy, (len(x), weight.shape[1] * groups, *size))
    gradient = batch_last(dy)  # (O, OH, OW, N)
    dx = correlate(gradient, weight, None, window, groups)
    dweight = correlate_weight_gradient(batch_last(x), gradient, window, groups)
    return batch_first(dx), dweight, None if bias is None else bias_gradient(gradient)


def max_pool2d(
    x: Array,
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Array | tuple[Array, Array]:
    """Maximum of each window of ``x``, (N, C, H, W) to (N, C, OH, OW).

    The stride is the kernel's size unless given. With ``return_indices`` also where each maximum
    lies, the same shape: row·W + column within its channel.

    Raises:
        ValueError: The window does not fit, or the padding is more than half of it.
    """
    x = numbers(x, "x")
    layer = MaxPool2d(kernel_size, stride, padding, dilation, ceil_mode)
    y = layer(_images(x))
    return (y, batch_first(max_indices(batch_last(x), layer.window))) if return_indices else y


def max_pool2d_backward(
    dy: Array,
    x: Array,
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
) -> tuple[Array]:
    """Gradient (dx,) of :func:`max_pool2d`: all to the first cell that holds the maximum."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    return _through(MaxPool2d(kernel_size, stride, padding, dilation, ceil_mode), dy, x)


def avg_pool2d(
    x: Array,
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """Mean of each window, (N, C, H, W) to (N, C, OH, OW).

    The arguments are those of :class:`cnn.layers.pooling.AvgPool2d`.
    """
    x = numbers(x, "x")
    return AvgPool2d(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)(
        _images(x)
    )


def avg_pool2d_backward(
    dy: Array,
    x: Array,
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> tuple[Array]:
    """Gradient (dx,) of :func:`avg_pool2d`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    layer = AvgPool2d(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
    return _through(layer, dy, x)


def sum_pool2d(
    x: Array,
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    ceil_mode: bool = False,
) -> Array:
    """Sum of each window of ``x``, (N, C, H, W) to (N, C, OH, OW)."""
    x = numbers(x, "x")
    return SumPool2d(kernel_size, stride, padding, ceil_mode)(_images(x))


def sum_pool2d_backward(
    dy: Array,
    x: Array,
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    ceil_mode: bool = False,
) -> tuple[Array]:
    """Gradient (dx,) of :func:`sum_pool2d`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    return _through(SumPool2d(kernel_size, stride, padding, ceil_mode), dy, x)


def adaptive_avg_pool2d(x: Array, output_size: PairLike) -> Array:
    """Means over stretches that divide ``x``: (N, C, H, W) to (N, C, *output_size)."""
    x = numbers(x, "x")
    return AdaptiveAvgPool2d(output_size)(_images(x))


def adaptive_avg_pool2d_backward(dy: Array, x: Array, output_size: PairLike) -> tuple[Array]:
    """Gradient (dx,) of :func:`adaptive_avg_pool2d`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    return _through(AdaptiveAvgPool2d(output_size), dy, x)


def adaptive_max_pool2d(x: Array, output_size: PairLike) -> Array:
    """Maxima over stretches that divide ``x``: (N, C, H, W) to (N, C, *output_size)."""
    x = numbers(x, "x")
    return AdaptiveMaxPool2d(output_size)(_images(x))


def adaptive_max_pool2d_backward(dy: Array, x: Array, output_size: PairLike) -> tuple[Array]:
    """Gradient (dx,) of :func:`adaptive_max_pool2d`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    return _through(AdaptiveMaxPool2d(output_size), dy, x)


def pad(x: Array, pad: Sequence[int], mode: str = "constant", value: float = 0) -> Array:
    """``x`` with a rim.

    Args:
        x: (N, C, H, W).
        pad: (left, right) or (left, right, top, bottom): PyTorch names the last axis first.
        mode: ``constant``, ``reflect`` (mirrored, the edge not repeated), ``replicate`` (the edge
            repeated) or ``circular`` (from the other side).
        value: Of a constant rim.

    Returns:
        (N, C, H + top + bottom, W + left + right).

    Raises:
        ValueError: ``pad`` is none of these, or the mode cannot add that many cells.
    """
    x = numbers(x, "x")
    sides = _sides(pad, _images(x), mode)
    return batch_first(padded.pad(batch_last(_images(x)), sides, mode, real(value, "value")))


def pad_backward(
    dy: Array, x: Array, pad: Sequence[int], mode: str = "constant", value: float = 0
) -> tuple[Array]:
    """Gradient (dx,) of :func:`pad`: every copy's gradient goes to where it was copied from."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    sides = _sides(pad, _images(x), mode)
    top, bottom, left, right = sides
    count, channels, height, width = _images(x).shape
    _check_dy(dy, (count, channels, top + height + bottom, left + width + right))
    return (batch_first(padded.pad_backward(batch_last(dy), sides, mode)),)


def _sides(pad: Sequence[int], x: Array, mode: str) -> Sides:
    if not isinstance(pad, Sequence | np.ndarray) or len(pad) not in (2, 4):
        raise ValueError(f"pad: got {pad}, need (left, right) or (left, right, top, bottom)")
    cells = tuple(whole(side, "pad", 0) for side in pad)
    left, right, top, bottom = cells if len(cells) == 4 else (*cells, 0, 0)
    padded.check_fits(x.shape[2], top, bottom, mode)
    padded.check_fits(x.shape[3], left, right, mode)
    if len(cells) == 2 and mode != "constant":
        raise ValueError(f"pad: got {pad}, need (left, right, top, bottom) for {mode!r}")
    return top, bottom, left, right


def _through(layer: Layer, dy: Array, x: Array) -> tuple[Array]:
    """The input gradient of a layer without parameters."""
    _check_dy(dy, layer(_images(x)).shape)
    return (batch_first(layer.input_gradient(batch_last(dy))),)


def _images(x: Array) -> Array:
    if np.ndim(x) != 4:
        raise ValueError(f"x: got shape {np.shape(x)}, need (N, C, H, W)")
    return x


def _conv_window(
    x: Array,
    weight: Array,
    stride: PairLike,
    padding: PaddingLike,
    dilation: PairLike,
    groups: int,
) -> Window:
    """The window of a convolution; raises unless ``x`` and ``weight`` fit."""
    _images(x)
    if np.ndim(weight) != 4:
        raise ValueError(f"weight: got shape {np.shape(weight)}, need (O, C/groups, kh, kw)")
    check_groups(x.shape[1], len(weight), groups)
    if weight.shape[1] * groups != x.shape[1]:
        raise ValueError(
            f"weight: got shape {weight.shape}, need {x.shape[1] // groups} input channels "
            f"(x has {x.shape[1]}, groups {groups})"
        )
    return Window.of(weight.shape[2:], stride, padding, dilation, input_size=x.shape[2:])


def _transposed_window(
    x: Array,
    weight: Array,
    stride: PairLike,
    padding: PaddingLike,
    output_padding: PairLike,
    groups: int,
    dilation: PairLike,
) -> tuple[tuple[int, int], Window]:
    """Output size of a transposed convolution, and the window of the convolution it transposes."""
    _images(x)
    whole(groups, "groups", 1)
    if np.ndim(weight) != 4 or len(weight) != x.shape[1]:
        raise ValueError(
            f"weight: got shape {np.shape(weight)}, need ({x.shape[1]}, O/groups, kh, kw)"
        )
    check_groups(x.shape[1], weight.shape[1] * groups, groups)
    step, window = transposed_geometry(weight.shape[2:], stride, padding, output_padding, dilation)
    return step.output_size(x.shape[2], x.shape[3]), window


def _check_bias(bias: Array | None, channels: int) -> None:
    if bias is not None and np.shape(bias) != (channels,):
        raise ValueError(f"bias: got shape {np.shape(bias)}, need ({channels},) or None")


def _check_dy(dy: Array, shape: tuple[int, ...]) -> None:
    if np.shape(dy) != shape:
        raise ValueError(f"dy: got shape {np.shape(dy)}, need the output's {shape}")
