"""Images of the data as tiles: in colour where they have three channels, else grey."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ui.components.tile_grid.tile_grid import Tiles


def picture_tiles(title: str, images: np.ndarray, captions: Sequence[str] = ()) -> Tiles:
    """A row of images (K, C, H, W), values 0 to 1, under one title."""
    if images.shape[1] == 3:
        return Tiles(title, images, "rgb", 1.0, captions)
    return Tiles(title, images[:, 0], "grey", 1.0, captions)
