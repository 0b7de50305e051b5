"""What is sent of a layer: its strongest maps small, one of them whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, Shape

#: Maps of a layer that are sent.
MOST_MAPS = 64
#: Rows and columns of a map that is sent small.
MOST_CELLS = 64


@dataclass(frozen=True)
class Maps:
    """Maps of a layer, the strongest first.

    Attributes:
        layer: Its path.
        shape: Of all that it gave, (C, H, W) or (F,).
        channels: (K,) which of its maps.
        small: (K, h, w) float32, in at most :data:`MOST_CELLS` rows and columns.
        opened: Which of its maps is whole.
        whole: (H, W) that one; of a layer without maps all units in rows, padded with NaN.
    """

    layer: str
    shape: Shape
    channels: Array
    small: Array
    opened: int
    whole: Array


def strongest(name: str, y: Array, channel: int | None) -> Maps:
    """The maps of a layer whose mean |value| is largest.

    Args:
        name: Of the layer.
        y: (C, H, W), or (F,), which becomes one map as square as may be.
        channel: Which one is wanted whole; None for the strongest.
    """
    if y.ndim == 1:
        columns = int(np.ceil(np.sqrt(len(y))))
        whole = np.full(columns * -(-len(y) // columns), np.nan, np.float32)
        whole[: len(y)] = y
        one = whole.reshape(-1, columns)
        return Maps(name, y.shape, np.array([0]), one[None], 0, one)
    strength = np.abs(y).mean(axis=(1, 2))
    best = np.argsort(-strength, kind="stable")[:MOST_MAPS]
    opened = int(best[0]) if channel is None or not 0 <= channel < len(y) else channel
    return Maps(name, y.shape, best, smaller(y[best]), opened, y[opened].astype(np.float32))


def smaller(values: Array) -> Array:
    """(K, h, w) in few cells: of each block of cells the one that is farthest from 0."""
    factor = -(-max(values.shape[1:]) // MOST_CELLS)
    if factor == 1:
        return values.astype(np.float32)
    height, width = (n // factor for n in values.shape[1:])
    blocks = values[:, : height * factor, : width * factor].reshape(
        len(values), height, factor, width, factor
    )
    high, low = blocks.max(axis=(2, 4)), blocks.min(axis=(2, 4))
    farthest: Array = np.where(high >= -low, high, low)
    return farthest.astype(np.float32)
