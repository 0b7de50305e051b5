"""Pooling: every output cell sums up its window of one channel, by maximum, mean or sum.

How a window slides along an axis is in :mod:`cnn.layers.pooling_by_axis`; here are the layers.
Arrays are batch last, (C, H, W, N).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from cnn.arrays import Array, Shape, numbers
from cnn.layers.layer import Layer
from cnn.layers.pooling_by_axis import (
    COLUMNS,
    ROWS,
    dtype_of_gradient,
    max_along,
    sum_along,
    sum_along_backward,
    window_counts,
)
from cnn.layers.winners import winners, winners_gradient
from cnn.settings import PairLike, flag, whole
from cnn.window.geometry import AxisGeometry, Window
from cnn.window.padding_asked import PaddingLike

#: Bytes of the input whose gradient a pooling works out in one go.
AT_ONCE = 1 << 20


class Pool2d(Layer):
    """What the pooling layers share: the window.

    Args:
        kernel_size: Cells, one number or (rows, columns).
        stride: One number or (rows, columns); the kernel's size by default.
        padding: Cells around the input that windows may cover, at most half of the window.
        dilation: One number or (rows, columns).
        ceil_mode: Let the last window stick out.

    Raises:
        ValueError: a number is out of its range, or there is more padding than half of the window.
    """

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
        """The window along the rows and the columns of ``x``; a ValueError if it does not fit."""
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
    """A pooling's window; arguments as :class:`Pool2d`'s.

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
    Arguments and errors as :class:`Pool2d`'s.
    """

    passing = (*Layer.passing, "_won")
    _won: Array | None = None  # (C, OH, OW, N), the step to the cell that holds the maximum

    def forward(self, x: Array) -> Array:
        """(C, H, W, N) to (C, OH, OW, N)."""
        x = numbers(x, "x")
        rows, columns = self._axes(x)
        self.x, self._won = x, None
        if self.training:
            self.y, self._won = self._winners(x)
        else:  # the maxima alone take less
            self.y = max_along(max_along(x, rows, ROWS), columns, COLUMNS)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, OH, OW, N) to (C, H, W, N): to the cell that won, for each window it won."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        self.dy, self.dx = dy, None
        if need_dx:
            won = self._winners(x)[1] if self._won is None else self._won
            self.dx = np.empty(x.shape, dtype_of_gradient(dy, x))
            for some in _channels_at_once(x):
                winners_gradient(dy[some], won[some], self.window, self.dx[some])
        return self.dx

    def _winners(self, x: Array) -> tuple[Array, Array]:
        """:func:`cnn.layers.winners.winners`, some channels at a time."""
        found = [winners(x[some], self.window) for some in _channels_at_once(x)]
        if len(found) == 1:
            return found[0]
        y, won = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return y, won


def _channels_at_once(x: Array) -> Iterator[slice]:
    """Channels few enough that what one pass over them writes is still cached for the next."""
    step = max(1, AT_ONCE // max(1, x[:1].nbytes))
    if x.nbytes <= 2 * AT_ONCE:  # it is cached anyway, and one pass has less to set up
        step = max(1, len(x))
    return (slice(first, first + step) for first in range(0, len(x), step))


class AvgPool2d(Pool2d):
    """Mean of each window, PyTorch's ``nn.AvgPool2d``.

    Args:
        kernel_size: Cells, one number or (rows, columns).
        stride: One number or (rows, columns); the kernel's size by default.
        padding: Zeros around the input, at most half of the window.
        ceil_mode: Let the last window stick out.
        count_include_pad: Divide by the padding's cells too.
        divisor_override: Divide by this instead of by the number of cells.

    Raises:
        ValueError: as :class:`Pool2d`, or the divisor is 0 or no whole number.
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
        self.count_include_pad = flag(count_include_pad, "count_include_pad")
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
        self.y = self._divided(self.y, x)
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """(C, OH, OW, N) to (C, H, W, N): dy over the count to every cell of its window."""
        dy = self.upstream(dy)
        x, _ = self.passed()
        rows, columns = self._axes(x)
        self.dy, self.dx = dy, None
        if need_dx:
            between = sum_along_backward(self._divided(dy, x), columns, COLUMNS)  # (C, OH, W, N)
            self.dx = sum_along_backward(between, rows, ROWS)
        return self.dx

    def _divided(self, y: Array, x: Array) -> Array:
        """``y`` (C, OH, OW, N) divided by the number of cells of ``x`` in each window."""
        if self.divisor_override == 1:
            return y
        if self.divisor_override:
            return y * (1 / self.divisor_override)
        shares = _shares(*self._axes(x), self.count_include_pad)
        kind = np.result_type(y, np.float16)
        mean: Array = y * (shares if isinstance(shares, float) else shares.astype(kind))
        return mean


@lru_cache(maxsize=256)
def _shares(rows: AxisGeometry, columns: AxisGeometry, include_pad: bool) -> Array | float:
    """1 over the number of cells of each window, (OH, OW, 1); one number if all have as many.

    Args:
        rows: Geometry of the rows.
        columns: Of the columns.
        include_pad: As :func:`cnn.layers.pooling_by_axis.window_counts`'s.
    """
    cells = np.outer(*(window_counts(axis, include_pad) for axis in (rows, columns)))[:, :, None]
    return 1 / int(cells.max()) if cells.min() == cells.max() else 1 / cells


class SumPool2d(AvgPool2d):
    """Sum of each window: a mean that is not divided. Arguments as :class:`AvgPool2d`'s."""

    def __init__(
        self,
        kernel_size: PairLike,
        stride: PairLike | None = None,
        padding: PaddingLike = 0,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, divisor_override=1)
