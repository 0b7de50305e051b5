"""Pooling: every output cell sums up its window of one channel, by maximum, mean or sum.

A window's maximum is the maximum of its rows' maxima, and the same holds for sums. So each pooling
runs along one axis and then along the other: kh + kw slices instead of kh·kw.
Arrays are batch last, (C, H, W, N).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnn.arrays import Array, Shape, numbers
from cnn.layers.layer import Layer
from cnn.window.geometry import (
    AxisGeometry,
    PaddingLike,
    PairLike,
    Window,
    adaptive_bounds,
    pair,
    whole,
)

COLUMNS, ROWS = 2, 1  # axes of (C, H, W, N)


def along(axis: int, cells: slice) -> tuple[slice, ...]:
    """Index of ``cells`` along ``axis``."""
    return (slice(None),) * axis + (cells,)


def resized(x: Array, size: int, axis: int) -> tuple[int, ...]:
    """Shape of ``x`` with ``size`` cells along ``axis``."""
    return (*x.shape[:axis], size, *x.shape[axis + 1 :])


def lowest(dtype: np.dtype) -> float:
    """What padding holds for a maximum: −∞, or the least integer."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def slide(x: Array, geometry: AxisGeometry, axis: int, combine: np.ufunc, empty: float) -> Array:
    """``combine`` the taps of a window sliding along ``axis``; ``empty`` is what padding holds."""
    taps = geometry.taps
    if geometry.inside and len(taps) > 1:
        y = combine(x[along(axis, taps[0].inputs)], x[along(axis, taps[1].inputs)])
        taps = taps[2:]
    else:
        y = np.full(resized(x, geometry.size, axis), empty, x.dtype)
    for tap in taps:
        target = y[along(axis, tap.outputs)]
        combine(target, x[along(axis, tap.inputs)], out=target)
    return y


def blank(shape: tuple[int, ...], dtype: np.dtype, geometry: AxisGeometry) -> Array:
    """Where a gradient is written: zeros, unless side-by-side windows write every cell anyway."""
    every = geometry.tiles and not geometry.dropped
    return np.empty(shape, dtype) if every else np.zeros(shape, dtype)


def max_along(x: Array, geometry: AxisGeometry, axis: int) -> Array:
    """Maximum of each window along one axis."""
    return slide(x, geometry, axis, np.maximum, lowest(x.dtype))


def needs_care(y: Array, dy: Array) -> bool:
    """Whether a maximum is NaN or a gradient not finite, which :func:`max_along_backward` minds.

    One product tells: it is not finite then. (Nor if a maximum is infinite: no harm.)
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return not np.isfinite(np.dot(y.reshape(y.size), dy.reshape(dy.size)))


def max_along_backward(dy: Array, x: Array, y: Array, geometry: AxisGeometry, axis: int) -> Array:
    """Gradient of :func:`max_along`: the first cell that equals the maximum gets all of it."""
    dx = blank(x.shape, x.dtype, geometry)
    if geometry.tiles:
        # What no tap has claimed yet waits in the last tap's place.
        *leading, last = (dx[along(axis, tap.inputs)] for tap in geometry.taps)
        rest = dy
        if not leading:
            last[...] = dy
        for tap, share in zip(geometry.taps, leading, strict=False):
            np.multiply(rest, x[along(axis, tap.inputs)] == y, out=share)
            rest = np.subtract(rest, share, out=last)
        return dx
    rest = dy.copy()
    for tap in geometry.taps:
        outputs, inputs = along(axis, tap.outputs), along(axis, tap.inputs)
        share = rest[outputs] * (x[inputs] == y[outputs])
        dx[inputs] += share
        rest[outputs] -= share
    return dx


def max_along_backward_with_care(
    dy: Array, x: Array, y: Array, geometry: AxisGeometry, axis: int
) -> Array:
    """The same where NaN or infinity is about: ∞ · 0 is NaN, so nothing is multiplied.

    A window with a NaN has that as its maximum: the last NaN gets the gradient, as in PyTorch.
    """
    dx = np.zeros(x.shape, x.dtype)
    lost = np.isnan(y)
    for rest, taps in (
        (np.where(lost, 0, dy), geometry.taps),
        (np.where(lost, dy, 0), geometry.taps[::-1]),
    ):
        for tap in taps:
            outputs, inputs = along(axis, tap.outputs), along(axis, tap.inputs)
            wins = (x[inputs] == y[outputs]) | (np.isnan(x[inputs]) & lost[outputs])
            dx[inputs] += np.where(wins, rest[outputs], 0)
            rest[outputs] = np.where(wins, 0, rest[outputs])
    return dx


def sum_along(x: Array, geometry: AxisGeometry, axis: int) -> Array:
    """Sum of each window along one axis."""
    return slide(x, geometry, axis, np.add, 0)


def sum_along_backward(dy: Array, geometry: AxisGeometry, axis: int) -> Array:
    """Gradient of :func:`sum_along`: every cell gets the gradients of all windows that read it."""
    dx = blank(resized(dy, geometry.n, axis), dy.dtype, geometry)
    for tap in geometry.taps:
        target = dx[along(axis, tap.inputs)]
        if geometry.tiles:
            target[...] = dy
        else:
            target += dy[along(axis, tap.outputs)]
    return dx


def argmax_along(x: Array, y: Array, geometry: AxisGeometry, axis: int) -> Array:
    """Which cell along ``axis`` holds each window's maximum ``y``: the first one; the last NaN."""
    found = np.zeros(y.shape, np.int64)
    for hits, taps in (
        (np.equal, reversed(geometry.taps)),
        (lambda cells, _: np.isnan(cells), geometry.taps),
    ):
        for tap in taps:
            target = found[along(axis, tap.outputs)]
            cells = np.arange(geometry.n)[tap.inputs]
            cells = cells.reshape(-1, *(1,) * (x.ndim - axis - 1))
            hit = hits(x[along(axis, tap.inputs)], y[along(axis, tap.outputs)])
            np.copyto(target, cells, where=hit)
    return found


def max_indices(x: Array, window: Window) -> Array:
    """Where each maximum lies: row·W + column within its channel, as PyTorch's indices."""
    rows, columns = window.axes(x.shape[1], x.shape[2])
    widest = max_along(x, columns, COLUMNS)
    column = argmax_along(x, widest, columns, COLUMNS)
    row = argmax_along(widest, max_along(widest, rows, ROWS), rows, ROWS)
    return row * x.shape[2] + np.take_along_axis(column, row, axis=ROWS)


def window_counts(geometry: AxisGeometry, include_pad: bool) -> Array:
    """Cells of each window along one axis.

    With ``include_pad`` padding counts as cells, but not what lies beyond it (``ceil_mode``).
    """
    if include_pad:
        geometry = replace(geometry, n=geometry.padded, before=0, after=0)
    counts = np.zeros(geometry.size, np.int64)
    for tap in geometry.taps:
        counts[tap.outputs] += 1
    return counts


class Pool2d(Layer):
    """What the pooling layers share: the window."""

    def __init__(
        self,
        kernel_size: PairLike,
        stride: PairLike | None = None,
        padding: PaddingLike = 0,
        dilation: PairLike = 1,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.window = pool_window(kernel_size, stride, padding, dilation, ceil_mode)

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (C, OH, OW)."""
        check_maps(shape)
        return shape[0], *self.window.output_size(shape[1], shape[2])

    def receptive_step(self, shape: Shape) -> Window:
        """The window."""
        return self.window

    def _axes(self, x: Array) -> tuple[AxisGeometry, AxisGeometry]:
        check_images(x)
        return self.window.axes(x.shape[1], x.shape[2])


def check_images(x: Array) -> None:
    """Raise a ValueError unless ``x`` is (C, H, W, N)."""
    if x.ndim != 4:
        raise ValueError(f"x: got shape {x.shape}, need images (C, H, W, N)")


def check_maps(shape: Shape) -> None:
    """Raise a ValueError unless ``shape`` of one sample is (C, H, W)."""
    if len(shape) != 3:
        raise ValueError(f"shape: got {tuple(shape)}, need maps (C, H, W)")


def pool_window(
    kernel_size: PairLike,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
) -> Window:
    """A pooling's window; the stride is the kernel's size unless given.

    Raises:
        ValueError: More padding than half of the window: some windows would see nothing else.
    """
    stride = kernel_size if stride is None else stride
    window = Window.of(kernel_size, stride, padding, dilation, ceil_mode)
    for axis, name in enumerate(("rows", "columns")):
        span = window.dilation[axis] * (window.kernel[axis] - 1) + 1
        sides = window.padding[2 * axis : 2 * axis + 2]
        if max(sides) > span // 2:
            raise ValueError(
                f"padding: got {sides[0]} + {sides[1]} {name}, need at most half of the window, "
                f"{span // 2}"
            )
    return window


class MaxPool2d(Pool2d):
    """Maximum of each window, PyTorch's ``nn.MaxPool2d``. Padding never wins.

    The gradient goes to the cell that won; among equals to the first, rows before columns.
    """

    passing = (*Layer.passing, "_widest")
    _widest: Array | None = None  # maxima of each window's rows

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C, OH, OW, N)."""
        x = numbers(x, "x")
        rows, columns = self._axes(x)
        self.x = x
        if self.training:
            self._widest = max_along(x, columns, COLUMNS)
            self.y = max_along(self._widest, rows, ROWS)
        else:  # whole rows are longer stretches of memory; backward needs the other order
            self._widest = None
            self.y = max_along(max_along(x, rows, ROWS), columns, COLUMNS)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, OH, OW, N) to (C, H, W, N)."""
        dy = self.upstream(dy)
        assert self.x is not None and self.y is not None
        rows, columns = self._axes(self.x)
        self.dy, self.dx = dy, None
        if need_dx:
            widest = self._widest
            if widest is None:
                widest = max_along(self.x, columns, COLUMNS)
            careful = needs_care(self.y, dy)
            back = max_along_backward_with_care if careful else max_along_backward
            slopes = back(dy, widest, self.y, rows, ROWS)
            self.dx = back(slopes, self.x, widest, columns, COLUMNS)
        return self.dx


class AvgPool2d(Pool2d):
    """Mean of each window, PyTorch's ``nn.AvgPool2d``.

    Args:
        kernel_size: Cells, one number or (rows, columns).
        stride: One number or (rows, columns); the kernel's size by default.
        padding: Zeros around the input, at most half of the window.
        ceil_mode: Let the last window stick out.
        count_include_pad: Divide by the padding's cells too.
        divisor_override: Divide by this instead of by the number of cells.
    """

    def __init__(
        self,
        kernel_size: PairLike,
        stride: PairLike | None = None,
        padding: PaddingLike = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode=ceil_mode)
        self.count_include_pad = bool(count_include_pad)
        self.divisor_override = divisor_override
        if divisor_override is not None:
            whole(divisor_override, "divisor_override", -(2**31))
        if divisor_override == 0:
            raise ValueError("divisor_override: got 0, need another number or None")

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C, OH, OW, N)."""
        x = numbers(x, "x")
        rows, columns = self._axes(x)
        self.x = x
        self.y = sum_along(sum_along(x, rows, ROWS), columns, COLUMNS)
        self.y = self._divided(self.y)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, OH, OW, N) to (C, H, W, N)."""
        dy = self.upstream(dy)
        assert self.x is not None
        rows, columns = self._axes(self.x)
        self.dy, self.dx = dy, None
        if need_dx:
            slopes = sum_along_backward(self._divided(dy), columns, COLUMNS)
            self.dx = sum_along_backward(slopes, rows, ROWS)
        return self.dx

    def _divided(self, y: Array) -> Array:
        """``y`` (C, OH, OW, N) divided by the number of cells in each window."""
        assert self.x is not None
        if self.divisor_override == 1:
            return y
        if self.divisor_override:
            return y * (1 / self.divisor_override)
        rows, columns = (window_counts(axis, self.count_include_pad) for axis in self._axes(self.x))
        cells = np.outer(rows, columns)[:, :, None]
        if cells.min() == cells.max():
            return y * (1 / int(cells.max()))
        return y * (1 / cells).astype(np.result_type(y, np.float16))


class SumPool2d(AvgPool2d):
    """Sum of each window: a mean that is not divided."""

    def __init__(
        self,
        kernel_size: PairLike,
        stride: PairLike | None = None,
        padding: PaddingLike = 0,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, divisor_override=1)


class AdaptiveAvgPool2d(Layer):
    """Mean over stretches that divide any input into ``output_size``; ``nn.AdaptiveAvgPool2d``."""

    def __init__(self, output_size: PairLike) -> None:
        super().__init__()
        self.output_size = pair(output_size, "output_size")

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C, *output_size, N)."""
        x = numbers(x, "x")
        check_images(x)
        rows, columns = self.output_size
        self.x = x
        self.y = mean_along(mean_along(x, rows, ROWS), columns, COLUMNS)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, *output_size, N) to (C, H, W, N)."""
        dy = self.upstream(dy)
        assert self.x is not None
        _, height, width, _ = self.x.shape
        self.dy, self.dx = dy, None
        if need_dx:
            slopes = mean_along_backward(dy, width, COLUMNS)
            self.dx = mean_along_backward(slopes, height, ROWS)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (C, *output_size)."""
        check_maps(shape)
        return shape[0], *self.output_size

    def receptive_step(self, shape: Shape) -> Window:
        """The longest stretch; all are alike where ``output_size`` divides the input."""
        lengths, strides = [], []
        for n, size in zip(shape[1:], self.output_size, strict=True):
            bounds = adaptive_bounds(n, size)
            lengths.append(max(past - first for first, past in bounds))
            strides.append(max(1, n // size))
        return Window((lengths[0], lengths[1]), (strides[0], strides[1]))


class GlobalAvgPool2d(AdaptiveAvgPool2d):
    """Mean of each channel: (C, H, W, N) to (C, 1, 1, N)."""

    def __init__(self) -> None:
        super().__init__(1)


def mean_along(x: Array, size: int, axis: int) -> Array:
    """Means along one axis of the stretches of :func:`cnn.window.geometry.adaptive_bounds`."""
    if size == x.shape[axis]:
        return x
    bounds = adaptive_bounds(x.shape[axis], size)
    means = [x[along(axis, slice(*ends))].mean(axis=axis) for ends in bounds]
    return np.stack(means, axis=axis)


def mean_along_backward(dy: Array, n: int, axis: int) -> Array:
    """Gradient of :func:`mean_along` over ``n`` cells."""
    size = dy.shape[axis]
    if size == n:
        return dy
    dx = np.zeros(resized(dy, n, axis), dy.dtype)
    for index, (first, past) in enumerate(adaptive_bounds(n, size)):
        share = dy[along(axis, slice(index, index + 1))] / (past - first)
        dx[along(axis, slice(first, past))] += share
    return dx


class AdaptiveMaxPool2d(Layer):
    """Maximum over stretches that divide any input; PyTorch's ``nn.AdaptiveMaxPool2d``.

    The gradient goes to the cell that won, as in :class:`MaxPool2d`.
    """

    passing = (*Layer.passing, "_widest")
    _widest: Array | None = None

    def __init__(self, output_size: PairLike) -> None:
        super().__init__()
        self.output_size = pair(output_size, "output_size")

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C, *output_size, N)."""
        x = numbers(x, "x")
        check_images(x)
        rows, columns = self.output_size
        self.x = x
        self._widest = largest_along(x, columns, COLUMNS)
        self.y = largest_along(self._widest, rows, ROWS)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, *output_size, N) to (C, H, W, N)."""
        dy = self.upstream(dy)
        assert self.x is not None and self.y is not None and self._widest is not None
        self.dy, self.dx = dy, None
        if need_dx:
            gradient = largest_along_backward(dy, self._widest, self.y, ROWS)
            self.dx = largest_along_backward(gradient, self.x, self._widest, COLUMNS)
        return self.dx

    def output_shape(self, shape: Shape) -> Shape:
        """(C, H, W) to (C, *output_size)."""
        check_maps(shape)
        return shape[0], *self.output_size

    def receptive_step(self, shape: Shape) -> Window:
        """As that of the means."""
        return AdaptiveAvgPool2d(self.output_size).receptive_step(shape)


class GlobalMaxPool2d(AdaptiveMaxPool2d):
    """Maximum of each channel: (C, H, W, N) to (C, 1, 1, N)."""

    def __init__(self) -> None:
        super().__init__(1)


def largest_along(x: Array, size: int, axis: int) -> Array:
    """Maxima of the ``size`` stretches of :func:`adaptive_bounds` along one axis."""
    bounds = adaptive_bounds(x.shape[axis], size)
    return np.stack([x[along(axis, slice(*ends))].max(axis=axis) for ends in bounds], axis=axis)


def largest_along_backward(dy: Array, x: Array, y: Array, axis: int) -> Array:
    """Gradient of :func:`largest_along`: each stretch is a window of its own."""
    dx = np.zeros(x.shape, dy.dtype)
    careful = needs_care(y, dy)
    back = max_along_backward_with_care if careful else max_along_backward
    for index, ends in enumerate(adaptive_bounds(x.shape[axis], dy.shape[axis])):
        cells, one = along(axis, slice(*ends)), along(axis, slice(index, index + 1))
        count = ends[1] - ends[0]
        stretch = AxisGeometry(count, count, 1, 0, 0, 1, 1)
        dx[cells] += back(dy[one], x[cells], y[one], stretch, axis)
    return dx
