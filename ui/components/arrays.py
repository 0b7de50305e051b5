"""Arrays on their way to the browser: float32, with their shape."""

from __future__ import annotations

from typing import Any

import numpy as np


def pack(array: np.ndarray) -> dict[str, Any]:
    """``{"shape": [...], "data": float32 in C order}``; see :mod:`ui.components.wire`."""
    values = np.ascontiguousarray(array, dtype=np.float32)
    return {"shape": list(values.shape), "data": values.reshape(-1)}


def as_bytes(image: np.ndarray) -> np.ndarray:
    """[0, 1] as one byte a pixel, flat uint8."""
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8).reshape(-1)
