"""Poolings as functions, in PyTorch's names, arguments and (N, C, H, W) arrays.

Each makes the layer of that name and lets it work.
"""

from __future__ import annotations

from cnn.arrays import Array, batch_first, batch_last, check_gradient, images, numbers
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d
from cnn.layers.layer import Layer
from cnn.layers.pooling import AvgPool2d, MaxPool2d, SumPool2d
from cnn.layers.winners import places, winners
from cnn.settings import PairLike, flag
from cnn.window.padding_asked import PaddingLike


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

    Args:
        x: (N, C, H, W).
        kernel_size: Of the window.
        stride: The kernel's size unless given.
        padding: Cells that no maximum comes from, at most half the window.
        dilation: Distance between the window's cells.
        ceil_mode: A last window may stick out at the end.
        return_indices: Also give where each maximum lies.

    Raises:
        ValueError: The window does not fit, or the padding is more than half of it.
    """
    x = numbers(x, "x")
    layer = MaxPool2d(kernel_size, stride, padding, dilation, ceil_mode)
    if not flag(return_indices, "return_indices"):
        return layer(images(x))
    y, won = winners(batch_last(images(x)), layer.window)
    return batch_first(y), batch_first(places(won, layer.window, x.shape[2:]))


def max_pool2d_backward(
    dy: Array,
    x: Array,
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
) -> tuple[Array]:
    """Gradient (dx,) of :func:`max_pool2d`: all to the first cell that holds the maximum.

    Arguments after ``dy`` and errors as there.
    """
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
        images(x)
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
    """Gradient (dx,) of :func:`avg_pool2d`; arguments after ``dy`` and errors as there."""
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
    """Sum of each window of ``x``, (N, C, H, W) to (N, C, OH, OW).

    The arguments are those of :class:`cnn.layers.pooling.SumPool2d`.
    """
    x = numbers(x, "x")
    return SumPool2d(kernel_size, stride, padding, ceil_mode)(images(x))


def sum_pool2d_backward(
    dy: Array,
    x: Array,
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    ceil_mode: bool = False,
) -> tuple[Array]:
    """Gradient (dx,) of :func:`sum_pool2d`; arguments after ``dy`` and errors as there."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    return _through(SumPool2d(kernel_size, stride, padding, ceil_mode), dy, x)


def adaptive_avg_pool2d(x: Array, output_size: PairLike) -> Array:
    """Means over stretches that divide ``x``: (N, C, H, W) to (N, C, *output_size)."""
    x = numbers(x, "x")
    return AdaptiveAvgPool2d(output_size)(images(x))


def adaptive_avg_pool2d_backward(dy: Array, x: Array, output_size: PairLike) -> tuple[Array]:
    """Gradient (dx,) of :func:`adaptive_avg_pool2d`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    return _through(AdaptiveAvgPool2d(output_size), dy, x)


def adaptive_max_pool2d(x: Array, output_size: PairLike) -> Array:
    """Maxima over stretches that divide ``x``: (N, C, H, W) to (N, C, *output_size)."""
    x = numbers(x, "x")
    return AdaptiveMaxPool2d(output_size)(images(x))


def adaptive_max_pool2d_backward(dy: Array, x: Array, output_size: PairLike) -> tuple[Array]:
    """Gradient (dx,) of :func:`adaptive_max_pool2d`."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    return _through(AdaptiveMaxPool2d(output_size), dy, x)


def _through(layer: Layer, dy: Array, x: Array) -> tuple[Array]:
    """The input gradient of a layer without parameters."""
    check_gradient(dy, layer(images(x)).shape)
    return (batch_first(layer.input_gradient(batch_last(dy))),)
