"""A toy data set: lines in four directions and four outlines. A small network learns it at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from cnn.arrays import Array
from cnn.data.datasets import Dataset
from cnn.data.strokes import rasterise
from cnn.settings import whole

CLASSES = (
    "horizontal line",
    "vertical line",
    "rising line",
    "falling line",
    "circle",
    "square",
    "triangle",
    "cross",
)
_SEGMENTS = 12


def shapes(count: int, seed: int = 0, *, size: int = 28, kinds: int = 8) -> Dataset:
    """Draw lines and outlines of random size, place and width.

    Args:
        count: How many images, at least 0.
        seed: Same seed, same images.
        size: Side of the images.
        kinds: How many of ``CLASSES``, from the first on: 4 gives the lines only.

    Returns:
        Images (count, 1, size, size) uint8, the classes equally often, in random order.

    Raises:
        ValueError: ``count`` is negative, ``size`` below 8 or ``kinds`` not 2 to 8.
    """
    count = whole(count, "count", 0)
    if size < 8:
        raise ValueError(f"size: got {size}, need 8 pixels or more")
    if not 2 <= kinds <= len(CLASSES):
        raise ValueError(f"kinds: got {kinds}, need 2 to {len(CLASSES)}")
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count, dtype=np.int64) % kinds)
    segments = _outlines()[labels]  # (count, segments, 4)
    turn = np.deg2rad(rng.uniform(-9, 9, count))
    cos, sin = np.cos(turn), np.sin(turn)
    x, y = segments[..., 0::2], segments[..., 1::2]  # (count, segments, 2): both ends
    x, y = (
        x * cos[:, None, None] - y * sin[:, None, None],
        x * sin[:, None, None] + y * cos[:, None, None],
    )
    radius = rng.uniform(0.22, 0.36, (count, 1, 1)) * size
    place = rng.uniform(-0.10, 0.10, (2, count, 1, 1)) * size + size / 2
    drawn = np.stack([x * radius + place[0], y * radius + place[1]], -1)
    drawn = drawn.reshape(count, -1, 4)  # (count, segments, 4): x₀, y₀, x₁, y₁
    width = rng.uniform(0.05, 0.11, (count, 1)) * size
    ink = rasterise(drawn, np.broadcast_to(width / 2, drawn.shape[:2]), size)
    images = np.rint(ink * 255).astype(np.uint8)[:, None]  # (count, 1, size, size)
    return Dataset(images, labels, CLASSES[:kinds], "lines and shapes")


def _outlines() -> Array:
    """(classes, segments, 4) x₀, y₀, x₁, y₁ around the origin, radius about 1."""
    d = np.sqrt(0.5)
    circle = np.linspace(0, 2 * np.pi, _SEGMENTS + 1)
    square = [(-d, -d), (d, -d), (d, d), (-d, d), (-d, -d)]
    triangle = [(0, -0.9), (0.9, 0.7), (-0.9, 0.7), (0, -0.9)]
    strokes = [
        [[(-1, 0), (1, 0)]],
        [[(0, -1), (0, 1)]],
        [[(-d, d), (d, -d)]],
        [[(-d, -d), (d, d)]],
        [list(zip(np.cos(circle), np.sin(circle), strict=True))],
        [square],
        [triangle],
        [[(-1, 0), (1, 0)], [(0, -1), (0, 1)]],
    ]
    return np.array([_repeated(kind) for kind in strokes])


def _repeated(strokes: list[list[tuple[float, float]]]) -> Array:
    """(_SEGMENTS, 4): the segments of some strokes, over again until there are enough."""
    ends = [[*a, *b] for stroke in strokes for a, b in pairwise(stroke)]
    return np.resize(np.array(ends), (_SEGMENTS, 4))
