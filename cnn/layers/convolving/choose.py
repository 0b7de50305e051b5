"""Which way a convolution is computed: whichever is fastest for its shape.

The borders were measured. ``python -m benchmarks.calibrate_convolution`` times every way that is
possible on many shapes and shows where this choice is not the best on the machine at hand; tests
hold all ways to give the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnn.arrays import Array, Pair
from cnn.layers.convolving import by_rows, depthwise, plain, pointwise, shifted, winograd
from cnn.window.geometry import Window

Forward = Callable[[Array, Array, Window, int], Array]
WeightGradient = Callable[[Array, Array, Window, int], Array]
InputGradient = Callable[[Array, Array, Pair, Window, int], Array]

#: A product takes an output row at a time if rows are this long, or kernels this small.
LONG_ROW, SMALL_KERNEL = 56, 256
#: For the weight's gradient rows must be longer: the products of all rows have to be added up.
LONG_ROW_TO_ADD_UP = 192
#: A filter for each channel: the channels come last if they are so many and a map of the output, of
#: all samples, is no larger than this; with a stride any map, if they are many.
MANY_CHANNELS, SMALL_MAP, SMALL_MAP_WEIGHT_GRADIENT = 64, 800, 300
#: Winograd's way needs so many channels, or its transforms of the images cost more than is saved,
#: and so many tiles, or those of the kernels do.
MIN_CHANNELS, MIN_TILES = 48, 40


@dataclass(frozen=True)
class Case:
    """What the choice depends on.

    Attributes:
        size: (H, W) of the input.
        samples: N.
        channels: Of the input that one filter sees, C/groups.
        filters: Of one group, O/groups.
        groups: Input and output channels fall into that many groups that don't mix.
        window: The geometry.
        dtype: Of the result.
    """

    size: Pair
    samples: int
    channels: int
    filters: int
    groups: int
    window: Window
    dtype: np.dtype

    @classmethod
    def of(cls, x: Array, weight: Array, size: Pair, window: Window, groups: int = 1) -> Case:
        """Of ``weight`` (O, C/groups, kh, kw), an input of ``size``, and x, or dy, (…, N).

        Args:
            x: (C, H, W, N), or dy (O, OH, OW, N): the samples are the last axis.
            weight: (O, C/groups, kh, kw).
            size: (H, W) of the input.
            window: Of the convolution.
            groups: Input and output channels fall into that many groups that don't mix.
        """
        filters, channels = len(weight) // groups, weight.shape[1]
        dtype = np.result_type(x, weight)
        return cls(size, x.shape[-1], channels, filters, groups, window, dtype)

    @property
    def row(self) -> int:
        """Numbers in a row of the output, of all samples."""
        return self.window.output_size(*self.size)[1] * self.samples

    @property
    def outputs(self) -> int:
        """Numbers in a channel of the output, of all samples."""
        return self.window.output_size(*self.size)[0] * self.row


@lru_cache(maxsize=1024)
def forward(case: Case) -> Forward:
    """The way for :func:`cnn.layers.convolving.correlate.correlate`."""
    if pointwise.possible(case.window):
        return pointwise.forward
    if _channels_last_pay(case, SMALL_MAP):
        return depthwise.forward
    if _shifts_pay(case, case.window, SMALL_MAP):
        return shifted.forward
    if _winograd_pays(case, case.window, case.window.output_size(*case.size)):
        return winograd.forward
    return by_rows.forward if _rows_pay(case) else plain.forward


@lru_cache(maxsize=1024)
def weight_gradient(case: Case) -> WeightGradient:
    """The way for :func:`cnn.layers.convolving.correlate.correlate_weight_gradient`."""
    if pointwise.possible(case.window):
        return pointwise.weight_gradient
    if _channels_last_pay(case, SMALL_MAP_WEIGHT_GRADIENT):
        return depthwise.weight_gradient
    if _shifts_pay(case, case.window, SMALL_MAP_WEIGHT_GRADIENT):
        return shifted.weight_gradient
    by_row = _rows_pay(case, LONG_ROW_TO_ADD_UP)
    if case.filters == 1:  # a product for each channel by itself is thin, however small the kernel
        by_row = by_row and case.row >= LONG_ROW_TO_ADD_UP
    return by_rows.weight_gradient if by_row else plain.weight_gradient


@lru_cache(maxsize=1024)
def input_gradient(case: Case) -> InputGradient:
    """The way for :func:`cnn.layers.convolving.correlate.correlate_input_gradient`."""
    if pointwise.possible(case.window):
        return pointwise.input_gradient
    turned = winograd.mirrored(case.window)
    if _channels_last_pay(case, SMALL_MAP):
        return depthwise.input_gradient
    if _shifts_pay(case, turned, SMALL_MAP):
        return shifted.input_gradient
    if _winograd_pays(case, turned, case.size):
        return winograd.input_gradient
    thin = 2 * case.channels * case.window.kernel[1] < case.filters
    by_row = by_rows.possible_input_gradient(case.window) and not thin and _rows_pay(case)
    return by_rows.input_gradient if by_row else plain.input_gradient


def _channels_last_pay(case: Case, small: int) -> bool:
    """Whether many channels have a filter each, with a stride or on maps of ``small`` outputs."""
    alone = depthwise.possible(case.channels, case.filters, case.dtype)
    short = max(case.window.stride) > 1 or case.outputs <= small
    return alone and case.groups >= MANY_CHANNELS and short


def _shifts_pay(case: Case, window: Window, small: int) -> bool:
    """Whether channels have a filter each on larger maps; ``window`` slides over what is read."""
    alone = shifted.possible(window, case.channels, case.filters, case.dtype)
    return alone and case.groups > 1 and case.outputs > small


def _rows_pay(case: Case, long_row: int = LONG_ROW) -> bool:
    """Whether a product for each row of the output is large enough; an empty one never is."""
    kh, kw = case.window.kernel
    small = case.channels * kh * kw <= SMALL_KERNEL
    return by_rows.possible(case.window) and (case.row >= long_row or (small and case.row > 0))


def _winograd_pays(case: Case, window: Window, size: Pair) -> bool:
    """Whether Winograd's way saves more than its transforms cost, for an output of ``size``."""
    if not winograd.possible(window, case.groups, case.dtype):
        return False
    tiles = size[0] * size[1] * case.samples / winograd.BLOCK**2
    return min(case.channels, case.filters) >= MIN_CHANNELS and tiles >= MIN_TILES
