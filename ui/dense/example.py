"""A dense layer on small maps: flatten, weights, logits, softmax or sigmoid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.functional import linear, sigmoid, softmax

SIZE = 2  # a map is 2×2
ENDS = {"softmax": "Softmax", "sigmoid": "Sigmoid"}
#: More maps than that do not fit on a screen.
MOST_MAPS = 2


@dataclass(frozen=True)
class Dense:
    """A dense layer on flattened maps, with what follows from it.

    Attributes:
        maps: (2 C, 2) the C maps one under another.
        order: (F,) which cell of the maps stands at each place of x; F = 4 C.
        w: (F, K) the rows in that order.
        b: (K, 1).
        x: (F, 1) the cells in that order.
        z: (K, 1) logits.
        p: (K, 1) probabilities.
        end: A key of :data:`ENDS`; K is 2 for softmax and 1 for sigmoid.
    """

    maps: Array
    order: Array
    w: Array
    b: Array
    x: Array
    z: Array
    p: Array
    end: str

    @property
    def learned(self) -> int:
        """How many numbers the layer learns."""
        return self.w.size + self.b.size


def maps(count: int, seed: int) -> Array:
    """(2 C, 2) small maps to begin with, one under another, one decimal."""
    values: Array = np.random.default_rng(seed).integers(-10, 21, (count * SIZE, SIZE)) / 10
    return values


def weights(features: int, outputs: int, seed: int) -> tuple[Array, Array]:
    """(F, K) and (K, 1) to begin with, one decimal."""
    rng = np.random.default_rng([seed, 1])
    return rng.integers(-9, 10, (features, outputs)) / 10, rng.integers(-3, 4, (outputs, 1)) / 10


def outputs_of(end: str) -> int:
    """Two logits for a softmax, one for a sigmoid: both tell two classes apart."""
    return 2 if end == "softmax" else 1


def order(features: int, seed: int, shuffled: bool) -> Array:
    """Which cell comes at each place: as PyTorch flattens, row by row; or shuffled."""
    if not shuffled:
        return np.arange(features)
    rng = np.random.default_rng([seed, 2])
    found = rng.permutation(features)
    return np.roll(found, 1) if (found == np.arange(features)).all() else found


def dense(maps: Array, order: Array, w: Array, b: Array, end: str) -> Dense:
    """Flatten ``maps`` in ``order``, and the layer with its rows of ``w`` in that order.

    Args:
        maps: (2 C, 2).
        order: (F,), see :class:`Dense`.
        w: (F, K), the rows in the order of the cells of the maps.
        b: (K, 1).
        end: A key of :data:`ENDS`.
    """
    x, rows = maps.reshape(-1)[order], w[order]
    z = linear(x[None], rows.T, b[:, 0])[0]
    p = softmax(z, 0) if end == "softmax" else sigmoid(z)
    return Dense(maps, order, rows, b, x[:, None], z[:, None], p[:, None], end)
