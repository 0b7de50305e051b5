"""Functions that move or copy pixels: interpolate, unfold and fold, in PyTorch's names and NCHW."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array, batch_first, batch_last, check_gradient, floats, numbers
from cnn.settings import PairLike, check_room, choice, flag, pair, real, whole
from cnn.window.gather import gather, scatter
from cnn.window.geometry import Window
from cnn.window.resize import MODES, Reads, reads, resize, resize_backward


def interpolate(
    x: Array,
    size: PairLike | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Array:
    """``x`` resized.

    Args:
        x: (N, C, H, W).
        size: (rows, columns) of the result; or
        scale_factor: how many times larger, one number or (rows, columns).
        mode: "nearest" or "bilinear".
        align_corners: For "bilinear": the outer cells' centres lie on each other.

    Returns:
        (N, C, OH, OW), OH = ⌊H · scale_factor⌋.

    Raises:
        ValueError: neither or both of size and scale_factor, an unknown mode, or no cell is left.
    """
    x = floats(x, "x")
    rows, columns = _reads(x, size, scale_factor, mode, align_corners)
    return batch_first(resize(batch_last(x), rows, columns))


def interpolate_backward(
    dy: Array,
    x: Array,
    size: PairLike | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> tuple[Array]:
    """Gradient (dx,) of :func:`interpolate`, shaped as x.

    Each output is a sum of shares of one to four cells, and dy goes back by the same shares.
    Arguments after ``dy`` and errors as :func:`interpolate`'s.
    """
    dy, x = floats(dy, "dy"), floats(x, "x")
    rows, columns = _reads(x, size, scale_factor, mode, align_corners)
    check_gradient(dy, (*x.shape[:2], len(rows.low), len(columns.low)))
    return (batch_first(resize_backward(batch_last(dy), x.shape[2], x.shape[3], rows, columns)),)


def _reads(
    x: Array,
    size: PairLike | None,
    scale_factor: float | Sequence[float] | None,
    mode: str,
    align_corners: bool | None,
) -> tuple[Reads, Reads]:
    """What the output's rows and its columns read; a ValueError unless the settings fit."""
    if x.ndim != 4 or 0 in x.shape[2:]:
        raise ValueError(f"x: got shape {x.shape}, need (N, C, H, W)")
    choice(mode, "mode", MODES)
    if mode == "nearest" and align_corners is not None:
        raise ValueError("align_corners: got a value, need None for 'nearest'")
    if (size is None) == (scale_factor is None):
        raise ValueError("size: got neither or both, need either size or scale_factor")
    scales: tuple[float | None, float | None] = (None, None)
    if size is not None:
        sizes = pair(size, "size")
    else:
        scales = _scales(scale_factor)
        sizes = int(x.shape[2] * (scales[0] or 0)), int(x.shape[3] * (scales[1] or 0))
        if min(sizes) < 1:
            raise ValueError(f"scale_factor: got {scale_factor}, no cell of {x.shape} is left")
    check_room(sizes, "size" if scale_factor is None else "scale_factor")
    aligned = align_corners is not None and flag(align_corners, "align_corners")
    rows, columns = (
        reads(n, count, mode, aligned, scale)
        for n, count, scale in zip(x.shape[2:], sizes, scales, strict=True)
    )
    return rows, columns


def _scales(scale_factor: float | Sequence[float] | None) -> tuple[float, float]:
    """(rows, columns), each above 0."""
    both = scale_factor if isinstance(scale_factor, Sequence) else (scale_factor, scale_factor)
    if len(both) != 2 or isinstance(both, str):
        raise ValueError(f"scale_factor: got {scale_factor!r}, need one number or a pair")
    rows, columns = (float(real(scale, "scale_factor")) for scale in both)
    if not (0 < rows < np.inf and 0 < columns < np.inf):
        raise ValueError(f"scale_factor: got {scale_factor}, need numbers above 0")
    return rows, columns


def unfold(
    x: Array,
    kernel_size: PairLike,
    dilation: PairLike = 1,
    padding: PairLike = 0,
    stride: PairLike = 1,
) -> Array:
    """The cells under each window, lined up as columns ("im2col").

    Args:
        x: (N, C, H, W).
        kernel_size: Of the window, one number or (rows, columns).
        dilation: Cells from one tap to the next.
        padding: Zeros around the input.
        stride: Cells from one window to the next.

    Returns:
        (N, C·kh·kw, OH·OW): a convolution is weight.reshape(O, −1) @ unfold(x).

    Raises:
        ValueError: The window does not fit.
    """
    x = numbers(x, "x")
    if x.ndim != 4:
        raise ValueError(f"x: got shape {x.shape}, need (N, C, H, W)")
    window = _window(kernel_size, dilation, padding, stride)
    patches = np.moveaxis(gather(batch_last(x), window), -1, 0)  # (N, C, kh, kw, OH, OW)
    cells, places = _column_shape(x.shape[1], x.shape[2:], window)
    return np.ascontiguousarray(patches).reshape(len(x), cells, places)  # (N, C·kh·kw, OH·OW)


def unfold_backward(
    dy: Array,
    x: Array,
    kernel_size: PairLike,
    dilation: PairLike = 1,
    padding: PairLike = 0,
    stride: PairLike = 1,
) -> tuple[Array]:
    """Gradient (dx,) of :func:`unfold`: the columns folded back.

    Each cell was copied to every window it lies in, so it gets the sum of what came back there;
    arguments after ``dy`` and errors as :func:`unfold`'s.
    """
    dy, x = numbers(dy, "dy"), numbers(x, "x")
    check_gradient(dy, unfold(x, kernel_size, dilation, padding, stride).shape)
    return (fold(dy, x.shape[2:], kernel_size, dilation, padding, stride),)


def fold(
    x: Array,
    output_size: PairLike,
    kernel_size: PairLike,
    dilation: PairLike = 1,
    padding: PairLike = 0,
    stride: PairLike = 1,
) -> Array:
    """Columns put back where :func:`unfold` took them from; where windows overlap they add up.

    Args:
        x: (N, C·kh·kw, OH·OW).
        output_size: (H, W).
        kernel_size: And the rest as in :func:`unfold`.
        dilation: As there.
        padding: As there.
        stride: As there.

    Returns:
        (N, C, H, W).

    Raises:
        ValueError: The columns are not those of such windows.
    """
    x = numbers(x, "x")
    window = _window(kernel_size, dilation, padding, stride)
    height, width = pair(output_size, "output_size")
    taps = window.kernel[0] * window.kernel[1]
    channels = x.shape[1] // taps if x.ndim == 3 else 0
    shape = _column_shape(channels, (height, width), window)
    if x.ndim != 3 or x.shape[1:] != shape:
        raise ValueError(f"x: got shape {x.shape}, need (N, C·{taps}, {shape[1]})")
    rows, columns = window.output_size(height, width)
    patches = x.reshape(len(x), channels, *window.kernel, rows, columns)  # (N, C, kh, kw, OH, OW)
    return batch_first(scatter(batch_last(patches), height, width, window))


def fold_backward(
    dy: Array,
    x: Array,
    output_size: PairLike,
    kernel_size: PairLike,
    dilation: PairLike = 1,
    padding: PairLike = 0,
    stride: PairLike = 1,
) -> tuple[Array]:
    """Gradient (dx,) of :func:`fold`: the gradient unfolded.

    Each number was added to one cell and hears from that one; arguments after ``dy`` and errors as
    :func:`fold`'s.
    """
    dy, x = numbers(dy, "dy"), numbers(x, "x")
    check_gradient(dy, fold(x, output_size, kernel_size, dilation, padding, stride).shape)
    return (unfold(dy, kernel_size, dilation, padding, stride),)


def _window(
    kernel_size: PairLike, dilation: PairLike, padding: PairLike, stride: PairLike
) -> Window:
    """From PyTorch's arguments, in the order of its ``unfold``."""
    return Window.of(kernel_size, stride, pair(padding, "padding", 0), dilation)


def _column_shape(channels: int, size: Sequence[int], window: Window) -> tuple[int, int]:
    """(C·kh·kw, OH·OW)."""
    rows, columns = window.output_size(whole(size[0], "size", 1), whole(size[1], "size", 1))
    return channels * window.kernel[0] * window.kernel[1], rows * columns
