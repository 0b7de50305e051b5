"""One permutation for all pictures: what a network loses that counts on neighbours."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array

#: Of the permutation that the networks were trained with.
SEED = 5


def shuffle(images: Array, seed: int = SEED) -> Array:
    """Every picture (…, H, W) with its pixels in the same new order, the same for all of them."""
    flat = images.reshape(*images.shape[:-2], -1)
    order = np.random.default_rng(seed).permutation(flat.shape[-1])
    mixed: Array = flat[..., order].reshape(images.shape)
    return mixed
