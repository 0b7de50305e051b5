"""A curve that jumps from batch to batch, made smooth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def smoothed(values: Sequence[float], weight: float) -> np.ndarray:
    """Exponential moving average; 0 leaves the values, towards 1 they get smoother."""
    result = np.array(values, dtype=np.float64)
    held = 0.0
    for i, value in enumerate(values):
        held = weight * held + (1 - weight) * value if np.isfinite(value) else np.nan
        # Without this the curve would start too low: it began at 0.
        result[i] = held / (1 - weight ** (i + 1))
    return result
