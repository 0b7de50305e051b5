"""Arrays on their way to the browser, with their shape: as they are, or to what is seen of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def pack(array: np.ndarray) -> dict[str, Any]:
    """``{"shape": [...], "data": float32 in C order}``; see :mod:`ui.components.wire`."""
    values = np.ascontiguousarray(array, dtype=np.float32)
    return {"shape": list(values.shape), "data": values.reshape(-1)}


#: Steps from 0 to the end of a colour scale: a colour is off by half a step at most.
SHADES = 128


def pack_seen(array: np.ndarray, limit: float) -> dict[str, Any]:
    """As :func:`pack`, but only what is seen of the numbers, as int16 (``shared/seen.js``).

    ``{"shape": [...], "data": n, "parts": p}``: a number lies between n/p and (n + 1)/p, likewise
    below zero, and the browser takes the middle; where n is 0, it takes 0. Since p is a multiple of
    200 nothing that is rounded to at most two decimals is lost, whichever side it falls.

    Args:
        array: (C, H, W) maps or (F,) units.
        limit: The end of their colour scale.
    """
    parts = 200 * max(1, math.ceil(SHADES / (200 * limit))) if limit > 0 else 200
    counted = np.trunc(np.asarray(array, np.float64) * parts)
    fits = bool((np.abs(counted) < 2**15).all())  # and is finite
    if not fits or _round(np.asarray(array)):
        return pack(array)
    return {
        "shape": list(array.shape),
        "data": counted.astype(np.int16).reshape(-1),
        "parts": parts,
    }


def _round(array: np.ndarray) -> bool:
    """Whether some map has only whole numbers or tenths: fewer decimals are printed there."""
    maps = array.reshape(len(array), -1) if array.ndim == 3 else array.reshape(1, -1)
    tenths = 10.0 * maps
    known = (np.abs(tenths - np.rint(tenths)) <= 1e-5).all(axis=1)
    return bool((known & maps.any(axis=1)).any())


def as_bytes(image: np.ndarray) -> np.ndarray:
    """[0, 1] as one byte a pixel, flat uint8."""
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).reshape(-1)
