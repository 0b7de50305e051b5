"""Arrays on their way to the browser: float32, base64, with their shape."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np


def pack(array: np.ndarray) -> dict[str, Any]:
    """``{"shape": [...], "data": base64 of little-endian float32}``; C order."""
    values = np.ascontiguousarray(array, dtype="<f4")
    return {"shape": list(values.shape), "data": base64.b64encode(values.tobytes()).decode()}
