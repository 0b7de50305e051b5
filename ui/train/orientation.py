"""Which way up a file's digits stand: LeNet-5, which comes with the app, is asked.

EMNIST's images, and tables made of them, have rows and columns exchanged; nothing in a file says
so. Where some of the classes are digits, the network that reads MNIST tells.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnn.data.brought.found import Found
from cnn.data.brought.meant import Meaning, images_of
from cnn.data.datasets import DIGITS
from ui import readers

#: Digits that are read both ways, and how much better one way must be.
_ASKED, _BETTER = 200, 0.15


def seems_turned(found: Found, guess: Meaning) -> bool:
    """Whether rows and columns are exchanged; the guess stays where the network cannot tell."""
    if found.shape[1:] != (28, 28) or "lenet" not in readers.available():
        return guess.turned
    digit = [name in DIGITS for name in guess.names]
    rows = np.flatnonzero(np.array(digit)[found.labels])[:: max(1, len(found) // _ASKED)][:_ASKED]
    if len(rows) < 20:
        return guess.turned
    truth = np.array([DIGITS.index(guess.names[label]) for label in found.labels[rows]])
    right = [
        _right(found, replace(guess, turned=turned, grey=True), rows, truth)
        for turned in (False, True)
    ]
    return right[1] > right[0] if abs(right[0] - right[1]) > _BETTER else guess.turned


def _right(found: Found, meaning: Meaning, rows: np.ndarray, truth: np.ndarray) -> float:
    images = images_of(found.images[rows], found, meaning)[:, 0] / np.float32(255)
    return float((readers.network("lenet").scores(images).argmax(1) == truth).mean())
