"""Mixes of the colours of a picture: a 1×1 convolution."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array
from cnn.functional import conv2d

MIXES = {
    "grey": "Grey",
    "sepia": "Sepia",
    "swap": "Swap red and blue",
    "same": "Leave it",
    "negative": "Warm against cold",
}
_MIX = {
    "grey": [[0.3, 0.59, 0.11]] * 3,  # ITU-R BT.601 luma, rounded
    "sepia": [[0.39, 0.77, 0.19], [0.35, 0.69, 0.17], [0.27, 0.53, 0.13]],
    "swap": [[0, 0, 1], [0, 1, 0], [1, 0, 0]],
    "same": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "negative": [[1, 0, -0.5], [0, 1, 0], [-0.5, 0, 1]],
}


def mix(name: str) -> Array:
    """The 1×1 kernel (3, 3) of a mix."""
    return np.array(_MIX[name], dtype=float)


def mixed(x: Array, weights: Array) -> Array:
    """(3, H, W) after a 1×1 convolution with ``weights`` (3, 3)."""
    result: Array = conv2d(x[None], weights[:, :, None, None])[0]
    return result


def pair(x: Array, weights: Array) -> Array:
    """(2, 3, H, W): a picture before and after its mix."""
    return np.stack([x, mixed(x, weights)])
