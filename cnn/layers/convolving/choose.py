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
from cnn.layers.convolving import by_rows, depthwise, plain, pointwise, winograd
from cnn.window.geometry import Window

Forward = Callable[[Array, Array, Window, int], Array]
WeightGradient = Callable[[Array, Array, Window, int], Array]
InputGradient = Callable[[Array, Array, Pair, Window, int], Array]

#: A product takes an output row at a time if rows are this long, or kernels this small.
LONG_ROW, SMALL_KERNEL = 56, 256
#: For the weight's gradient rows must be longer: the products of all rows have to be added up.
LONG_ROW_TO_ADD_UP = 192
#: Depthwise, the channels come last if they are so many and a row of the output is no longer than
#: this; the way back of a stride is dear in any other, so there rows may be longer, or any.
MANY_CHANNELS, SHORT_ROW, SHORT_ROW_BACK, SHORT_ROW_STRIDED = 96, 16, 32, 112
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


@lru_cache(maxsize=1024)
def forward(case: Case) -> Forward:
    """The way for :func:`cnn.layers.convolving.correlate.correlate`."""
    if pointwise.possible(case.window):
        return pointwise.forward
    if _depthwise(case) and case.row <= SHORT_ROW:
        return depthwise.forward
    if _winograd_pays(case, case.window, case.window.output_size(*case.size)):
        return winograd.forward
    return by_rows.forward if _rows_pay(case) else plain.forward


@lru_cache(maxsize=1024)
def weight_gradient(case: Case) -> WeightGradient:
    """The way for :func:`cnn.layers.convolving.correlate.correlate_weight_gradient`."""
    if pointwise.possible(case.window):
        return pointwise.weight_gradient
    strided = max(case.window.stride) > 1
    if _depthwise(case) and case.row <= (SHORT_ROW_STRIDED if strided else SHORT_ROW_BACK):
        return depthwise.weight_gradient
    by_row = _rows_pay(case, LONG_ROW_TO_ADD_UP)
    if case.filters == 1:  # a product for each channel by itself is thin, however small the kernel
        by_row = by_row and case.row >= LONG_ROW_TO_ADD_UP
    return by_rows.weight_gradient if by_row else plain.weight_gradient


@lru_cache(maxsize=1024)
def input_gradient(case: Case) -> InputGradient:
    """The way for :func:`cnn.layers.convolving.correlate.correlate_input_gradient`."""
    if pointwise.possible(case.window):
        return pointwise.input_gradient
    if _depthwise(case) and (max(case.window.stride) > 1 or case.row <= SHORT_ROW_BACK):
        return depthwise.input_gradient
    if _winograd_pays(case, winograd.mirrored(case.window), case.size):
        return winograd.input_gradient
    thin = 2 * case.channels * case.window.kernel[1] < case.filters
    by_row = by_rows.possible_input_gradient(case.window) and not thin and _rows_pay(case)
    return by_rows.input_gradient if by_row else plain.input_gradient


def _depthwise(case: Case) -> bool:
    """Whether many channels have a filter each."""
    return depthwise.possible(case.channels, case.filters) and case.groups >= MANY_CHANNELS


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
