"""Photographs on the page: as they are, with a heat over them, with a frame on them."""

from __future__ import annotations

import io

import numpy as np
import streamlit as st
from PIL import Image

from cnn.arrays import Array
from ui import figures

#: How much of the heat's colour lies over a place that is hottest.
_STRENGTH = 0.75
#: First row, end, first column, end.
Box = tuple[int, int, int, int]
#: Pixels of a frame, at least.
_LEAST = 11


def show(pixels: Array, *, caption: str, alt: str, width: int = 224) -> None:
    """A photograph; not kept, for a camera's are many.

    Args:
        pixels: (H, W, 3) uint8.
        caption: Below it; Markdown.
        alt: What it shows, for those who cannot see it.
        width: On the screen, in pixels.
    """
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(out, "JPEG", quality=92)
    st.image(out.getvalue(), caption=caption, width=width, alt=alt, output_format="JPEG")


def heated(pixels: Array, heat: Array) -> Array:
    """The photograph (H, W, 3), grey and paled, under a heat (H, W) from −1 to 1."""
    grey = pixels.astype(np.float32).mean(axis=2, keepdims=True).repeat(3, axis=2)
    colours = figures.picture(heat, "activation", limit=1.0).astype(np.float32)
    share = _STRENGTH * np.minimum(np.abs(heat), 1)[..., None]
    return np.rint(grey * (1 - share) + colours * share).astype(np.uint8)


def enlarged(pixels: Array, box: Box, least: int) -> tuple[Array, Box]:
    """A picture of few pixels, each drawn several times, so that a frame does not hide them.

    Args:
        pixels: (H, W, 3).
        box: Rows and columns (first, end, first, end) in it.
        least: Rows that are enough.

    Returns:
        The picture, and the box in it.
    """
    times = max(1, least // pixels.shape[0])
    row0, row1, col0, col1 = (times * edge for edge in box)
    return pixels.repeat(times, axis=0).repeat(times, axis=1), (row0, row1, col0, col1)


def framed(pixels: Array, box: Box, width: int = 2) -> Array:
    """A copy with a frame in the accent colour around rows and columns (first, end, first, end).

    Around a few pixels it stands a little further out, so that it is seen and they are.
    """
    found = np.ascontiguousarray(pixels).copy()
    height, across = found.shape[:2]
    out = max(0, _LEAST - min(box[1] - box[0], box[3] - box[2])) // 2
    row0, row1, col0, col1 = box[0] - out, box[1] + out, box[2] - out, box[3] + out
    rows = max(0, min(row0, height - width)), max(width, min(row1, height))
    columns = max(0, min(col0, across - width)), max(width, min(col1, across))
    figures.frame(found, *rows, *columns, width)
    return found
