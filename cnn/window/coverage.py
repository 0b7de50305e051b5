"""How many outputs each input cell feeds: why cells at the rim count for less without padding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnn.settings import PairLike
from cnn.window.geometry import AxisGeometry, Window, output_geometry
from cnn.window.padding_asked import PaddingLike


def coverage(
    n: int,
    kernel: int,
    stride: int = 1,
    padding: PairLike = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """How many outputs each of the ``n`` input cells feeds: an int array of shape (n,).

    Arguments as :func:`cnn.window.geometry.output_geometry`'s.
    """
    return _counts(output_geometry(n, kernel, stride, padding, dilation, ceil_mode))


def coverage_2d(
    size: Sequence[int],
    kernel_size: PairLike,
    stride: PairLike = 1,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    ceil_mode: bool = False,
) -> np.ndarray:
    """How many outputs each cell of an (H, W) input feeds: rows and columns multiply.

    Arguments as :func:`cnn.window.padding_asked.resolve_padding`'s.
    """
    window = Window.of(kernel_size, stride, padding, dilation, ceil_mode, input_size=size)
    rows, columns = window.axes(*size)
    return np.outer(_counts(rows), _counts(columns))


def _counts(axis: AxisGeometry) -> np.ndarray:
    """(n,) outputs that each input cell of an axis feeds."""
    counts = np.zeros(axis.n, dtype=np.int64)
    for tap in axis.taps:
        counts[tap.inputs] += 1
    return counts
