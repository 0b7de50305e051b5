"""Convolutions as functions, in PyTorch's names, arguments and (N, C, H, W) arrays.

Each transposes to batch last, asks :mod:`cnn.layers.convolving.correlate` and transposes back.
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import (
    Array,
    batch_first,
    batch_last,
    check_gradient,
    given,
    images,
    numbers,
)
from cnn.layers.convolution import check_groups, transposed_geometry
from cnn.layers.convolving.correlate import (
    bias_gradient,
    correlate,
    correlate_input_gradient,
    correlate_weight_gradient,
)
from cnn.settings import PairLike, whole
from cnn.window.geometry import Window
from cnn.window.padding_asked import PaddingLike


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
    """Gradients (dx, dweight, dbias) of :func:`conv2d`; arguments after ``dy`` and errors as there.

    Every product w · x passes dy on to both: times w to x, times x to w; derived at
    :func:`cnn.definitions.conv2d_input_gradient` and its neighbours.
    """
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    window = _conv_window(x, weight, stride, padding, dilation, groups)
    check_gradient(dy, (len(x), len(weight), *window.output_size(x.shape[2], x.shape[3])))
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
    """Convolution as mathematics has it: :func:`conv2d` with the kernel turned by 180°.

    Arguments and errors as there.
    """
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
    """Gradients (dx, dweight, dbias) of :func:`convolve2d_true`; arguments and errors as there.

    Those of :func:`conv2d` with the kernel turned, and its gradient turned back.
    """
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    dx, dweight, dbias = conv2d_backward(
        dy, x, _turned(weight), bias, stride, padding, dilation, groups
    )
    return dx, _turned(dweight), dbias


def _turned(weight: Array) -> Array:
    """(O, C, kh, kw) with rows and columns backwards; a ValueError for any other shape."""
    if weight.ndim != 4:
        raise ValueError(f"weight: got shape {weight.shape}, need (O, C/groups, kh, kw)")
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
    return y if bias is None else y + bias[:, None, None]  # (O, 1, 1)


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
    """Gradients (dx, dweight, dbias) of :func:`conv_transpose2d`; arguments and errors as there.

    Forward was a convolution's input gradient, so dx is that convolution of dy, and in its weight
    gradient x and dy change places.
    """
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    weight = numbers(weight, "weight")
    bias = given(bias, "bias")
    size, window = _transposed_window(x, weight, stride, padding, output_padding, groups, dilation)
    check_gradient(dy, (len(x), weight.shape[1] * groups, *size))
    gradient = batch_last(dy)  # (O, OH, OW, N)
    dx = correlate(gradient, weight, None, window, groups)
    dweight = correlate_weight_gradient(batch_last(x), gradient, window, groups)
    return batch_first(dx), dweight, None if bias is None else bias_gradient(gradient)


def _conv_window(
    x: Array,
    weight: Array,
    stride: PairLike,
    padding: PaddingLike,
    dilation: PairLike,
    groups: int,
) -> Window:
    """The window of a convolution; raises unless ``x`` and ``weight`` fit."""
    images(x)
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
    images(x)
    whole(groups, "groups", 1)
    if np.ndim(weight) != 4 or len(weight) != x.shape[1]:
        raise ValueError(
            f"weight: got shape {np.shape(weight)}, need ({x.shape[1]}, O/groups, kh, kw)"
        )
    check_groups(x.shape[1], weight.shape[1] * groups, groups)
    step, window = transposed_geometry(weight.shape[2:], stride, padding, output_padding, dilation)
    return step.output_size(x.shape[2], x.shape[3]), window


def _check_bias(bias: Array | None, channels: int) -> None:
    """Raise a ValueError unless there is none, or one number a channel."""
    if bias is not None and np.shape(bias) != (channels,):
        raise ValueError(f"bias: got shape {np.shape(bias)}, need ({channels},) or None")
