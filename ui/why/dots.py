"""Dots on blank paper, left or right: the question that a mean over the map cannot answer."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array

SIDE, DOT = 28, 2
#: The dot's first row or column, so that it stays two pixels from the rim.
FIRST, LAST = 2, 24
#: A dot here is half left and half right.
MIDDLE = (SIDE - DOT) // 2
LABELS = ("left", "right")


def dot(row: int, column: int) -> Array:
    """(1, 28, 28) paper with a 2×2 dot whose upper left pixel is there."""
    image = np.zeros((1, SIDE, SIDE), np.float32)
    image[0, row : row + DOT, column : column + DOT] = 1
    return image


def places() -> tuple[Array, Array]:
    """Every place that is left or right, (N, 1, 28, 28) and its label (N,): 0 left, 1 right."""
    columns = [c for c in range(FIRST, LAST + 1) if c != MIDDLE]
    spots = [(row, column) for row in range(FIRST, LAST + 1) for column in columns]
    labels = np.array([column > MIDDLE for _, column in spots], np.int64)
    return np.stack([dot(*spot) for spot in spots]), labels
