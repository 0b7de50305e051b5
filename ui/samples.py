"""Small inputs to slide a window over: matrices, a digit, a colour picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnn.arrays import Array
from cnn.data import handwriting
from ui.components.window_stage.shown import InputKind


@dataclass(frozen=True)
class Sample:
    """An input (C, H, W) and how it wants to be shown.

    ``kind`` is the window stage's ``input_kind``; ``editable`` where a student may type into it.
    """

    x: Array
    kind: InputKind
    editable: bool = False


def liveliness(x: Array, kernel: tuple[int, int]) -> Array:
    """(OH, OW): how much the input varies below each place of the window.

    Args:
        x: (C, H, W).
        kernel: (kh, kw).
    """
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
    varies: Array = windows.var(axis=(-2, -1)).sum(axis=0)
    return varies


def telling(x: Array, kernel: tuple[int, int]) -> Array:
    """(OH, OW): whether there is something to see below the window; nowhere if x is one colour."""
    varies = liveliness(x, kernel)
    lively: Array = (varies >= 0.25 * varies.max()) & (varies > 0)
    return lively


def first_cell(x: Array, kernel: tuple[int, int]) -> tuple[int, int]:
    """Where the window stands first: the corner, unless there is nothing but blank paper."""
    varies = liveliness(x, kernel)
    if varies[0, 0] > 0.05 * varies.max():
        return 0, 0
    lively = varies >= 0.6 * varies.max()
    row, column = np.unravel_index(int(lively.argmax()), varies.shape)
    return int(row), int(column)


def example() -> Sample:
    """The 3×3 matrix of many textbooks; under 1 1 / 0 1 it gives 9, 32, 14, 26."""
    return Sample(np.array([[[1.0, 7, 2], [11, 1, 23], [2, 2, 2]]]), "grey", editable=True)


def own(x: Array) -> Sample:
    """A matrix of the student's own, (C, H, W)."""
    return Sample(x, "activation" if x.min() < 0 else "grey", editable=True)


def binary() -> Sample:
    """The 5×5 picture of zeros and ones of many tutorials.

    Under 1 0 1 / 0 1 0 / 1 0 1 it gives 4 3 4 / 2 4 3 / 2 3 4.
    """
    rows = [[1.0, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    return Sample(np.array([rows]), "grey", editable=True)


def edge() -> Sample:
    """A 6×6 picture whose left half is bright: one vertical edge."""
    return Sample(np.repeat([[[10.0, 10, 10, 0, 0, 0]]], 6, axis=1), "photo", editable=True)


def integers(seed: int = 0, size: int = 7, channels: int = 1, top: int = 9) -> Sample:
    """Random whole numbers from 0 to ``top``."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, top + 1, (channels, size, size)).astype(float)
    return Sample(x, "grey", editable=True)


def feature_map(seed: int = 0, size: int = 8) -> Sample:
    """What a feature map looks like: signed, smooth here and there, one decimal."""
    rng = np.random.default_rng(seed)
    rough = rng.normal(0, 2.2, (size + 2, size + 2))
    smooth = sum(rough[i : i + size, j : j + size] for i in range(3) for j in range(3)) / 3
    return Sample(np.round(smooth, 1)[None], "activation", editable=True)


@lru_cache(maxsize=64)
def digit(label: int = 3, seed: int = 0) -> Sample:
    """A digit made of pen strokes, 28×28, ink from 0 to 1."""
    image = handwriting.generate(1, seed, labels=[label]).images[0]
    return Sample(np.round(image / 255.0, 2), "grey")


def picture(size: int = 12) -> Sample:
    """A house under a sun: a small picture in red, green and blue, from 0 to 1."""
    y, x = np.mgrid[0:size, 0:size] / size
    rgb = np.stack([0.55 + 0.1 * y, 0.75 + 0.05 * y, 0.95 - 0.1 * y])
    shapes = (
        ((x - 0.82) ** 2 + (y - 0.16) ** 2 < 0.016, (1.0, 0.85, 0.2)),
        (y > 0.72, (0.35, 0.62, 0.25)),
        ((abs(x - 0.42) < 0.26) & (y > 0.45) & (y < 0.86), (0.9, 0.8, 0.65)),
        (abs(x - 0.42) < (y - 0.15) * 1.05, (0.75, 0.25, 0.2)),
        ((abs(x - 0.4) < 0.09) & (y > 0.6) & (y < 0.86), (0.4, 0.25, 0.15)),
    )
    for number, (where, colour) in enumerate(shapes):
        where = where & (y < 0.47) if number == 3 else where
        rgb[:, where] = np.array(colour)[:, None]
    return Sample(np.round(rgb, 1), "rgb")


def blocks(seed: int = 0, size: int = 16) -> Sample:
    """A grey picture of bright rectangles on dark ground, for guesses about edges."""
    rng = np.random.default_rng(seed)
    x = np.zeros((size, size))
    for _ in range(4):
        top, left = rng.integers(1, size - 6, 2)
        height, width = rng.integers(3, 7, 2)
        x[top : top + height, left : left + width] = rng.choice([0.4, 0.7, 1.0])
    return Sample(x[None], "photo")
