"""Pictures made smaller or larger as photo programs do it: every pixel of the old one counts.

A pixel of the new picture is the weighted mean of the old ones around its place, with a filter
that is as much wider as the picture gets smaller ("antialias"): without that, fine lines would come
and go with the pixels they happen to fall on. Columns are done first, rounded to grey levels, then
rows: the order of Pillow, by which the makers of trained networks prepared their pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from cnn.arrays import Array
from cnn.settings import choice


def _triangle(x: Array) -> Array:
    """1 at 0, falling to 0 at ±1."""
    y: Array = np.maximum(1 - np.abs(x), 0)
    return y


def _cubic(x: Array) -> Array:
    """Keys' cubic convolution with a = −½: rounder, and below 0 beyond ±1."""
    x = np.abs(x)
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x < 1, near, np.where(x < 2, far, 0.0))


#: By name: the filter, and how far it reaches.
FILTERS: dict[str, tuple[Callable[[Array], Array], float]] = {
    "bilinear": (_triangle, 1.0),
    "bicubic": (_cubic, 2.0),
}


def resample(
    picture: Array,
    size: tuple[int, int],
    method: str = "bilinear",
    rows: range | None = None,
    columns: range | None = None,
) -> Array:
    """(H, W, C) in grey levels to ``size``, or to a part of that.

    Args:
        picture: (H, W, C) uint8.
        size: (rows, columns) of the whole new picture.
        method: One of :data:`FILTERS`.
        rows: Of the new picture, those that are wanted, None for all: only they are worked out.
        columns: Likewise.

    Returns:
        uint8.

    Raises:
        ValueError: there is no such method.
    """
    choice(method, "method", FILTERS)
    height, width = picture.shape[:2]
    across = _along(picture, 1, *_shares(width, size[1], method, columns))
    return _along(across, 0, *_shares(height, size[0], method, rows))


@lru_cache(maxsize=64)
def _shares(n: int, size: int, method: str, wanted: range | None) -> tuple[Array, Array]:
    """Which of ``n`` pixels each of the new ones reads, and their shares: (new, taps) both."""
    shape, reach = FILTERS[method]
    scale = n / size
    wide = max(scale, 1.0)
    cells = np.array(range(size) if wanted is None else wanted)
    places = (cells + 0.5) * scale  # of the new pixels' middles
    first = np.maximum((places - reach * wide + 0.5).astype(np.int64), 0)
    past = np.minimum((places + reach * wide + 0.5).astype(np.int64), n)
    taps = int((past - first).max(initial=1))
    pixels = first[:, None] + np.arange(taps)
    shares = shape((pixels - places[:, None] + 0.5) / wide)
    shares[pixels >= past[:, None]] = 0
    shares /= shares.sum(axis=1, keepdims=True)
    return np.minimum(pixels, n - 1), shares.astype(np.float32)


def _along(picture: Array, axis: int, pixels: Array, shares: Array) -> Array:
    """The weighted means along one axis, rounded."""
    shape = [1, 1, 1]
    shape[axis] = len(pixels)
    total: Array = np.full((), 0.5, np.float32)  # what is cut off below rounds
    for tap in range(pixels.shape[1]):
        total = total + picture.take(pixels[:, tap], axis) * shares[:, tap].reshape(shape)
    levels: Array = np.clip(np.floor(total), 0, 255).astype(np.uint8)
    return levels
