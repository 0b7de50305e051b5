"""The bundled pictures, and any picture as pixels that a kernel can be laid over."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from ui.images import ImageResult, open_image

HERE = Path(__file__).resolve().parent.parent / "assets" / "pictures"

#: name → what it shows. All of them are computed: see ``assets/pictures.md``.
BUNDLED = {
    "house": "House",
    "spheres": "Spheres",
    "lake": "Lake",
    "face": "Portrait",
    "page": "Printed page",
    "chart": "Test chart",
}


@lru_cache(maxsize=len(BUNDLED))
def bundled(name: str) -> ImageResult:
    """One of :data:`BUNDLED`."""
    return open_image((HERE / f"{name}.png").read_bytes())


def pixels(picture: ImageResult, coloured: bool) -> np.ndarray:
    """(1 or 3, H, W) float32 in 0 to 255, whole numbers wherever the file has 8 bits.

    Brightness is rounded to whole numbers too, as every program does that makes a picture grey.
    """
    if coloured:
        return _whole(picture.rgb * np.float32(255))
    grey = picture.grey[None] * np.float32(255)
    return np.rint(grey) if picture.coloured else _whole(grey)


def _whole(values: np.ndarray) -> np.ndarray:
    rounded: np.ndarray = np.rint(values)
    return rounded if np.abs(values - rounded).max() < 1e-3 else values
