"""What a large network is given of a picture."""

from __future__ import annotations

import numpy as np

from cnn.architectures import ARCHITECTURES
from cnn.arrays import Array
from cnn.pretrained import Preprocessing
from cnn.pretrained.preprocessing import TORCHVISION


def usual(slug: str) -> Preprocessing:
    """For random weights, to which no preparation belongs: the usual one, at the table's size."""
    side = ARCHITECTURES[slug].input_shape[1]
    known = TORCHVISION
    shorter = side * known.shorter // known.side
    return Preprocessing(shorter, side, known.method, known.scale, known.mean, known.deviation)


def part(preparation: Preprocessing, slug: str, picture: Array) -> Array:
    """(side, side, 3) uint8: what a network is given of a picture; grey if it reads one map.

    Args:
        preparation: Of the network's weights.
        slug: Of the architecture.
        picture: (H, W, 3) uint8.
    """
    found = preparation.cropped(picture)
    if ARCHITECTURES[slug].input_shape[0] == 1:
        grey = np.rint(found.mean(axis=2, keepdims=True)).astype(np.uint8)
        found = np.repeat(grey, 3, axis=2)
    return found


def as_read(preparation: Preprocessing, slug: str, picture: Array) -> Array:
    """(3, side, side) as the network reads it, or (1, side, side): the mean of the colours.

    Arguments as :func:`part`'s.
    """
    x = preparation.apply(picture)
    return x.mean(axis=0, keepdims=True) if ARCHITECTURES[slug].input_shape[0] == 1 else x
