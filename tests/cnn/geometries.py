"""Random geometries for property tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from cnn.arrays import Pair, Sides
from cnn.window.geometry import Window


@dataclass(frozen=True)
class Setting:
    """A window and an input (C, H, W, N) that it fits."""

    shape: tuple[int, int, int, int]
    window: Window
    seed: int

    def normal(self, *shape: int) -> np.ndarray:
        """Float64 numbers that belong to this setting."""
        return np.random.default_rng(self.seed).standard_normal(shape)

    @property
    def public_shape(self) -> tuple[int, int, int, int]:
        """(N, C, H, W)."""
        channels, height, width, samples = self.shape
        return samples, channels, height, width


def pairs(low: int, high: int) -> st.SearchStrategy[Pair]:
    """(rows, columns)."""
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def settings(
    draw: st.DrawFn, *, pool: bool = False, dilated: bool = True, channels: int = 3
) -> Setting:
    """Windows of all kinds; with ``pool`` at most half a window of padding, and ceil_mode."""
    kernel, stride = draw(pairs(1, 4)), draw(pairs(1, 3))
    dilation = draw(pairs(1, 3)) if dilated else (1, 1)
    span = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    limits = [s // 2 if pool else s + 1 for s in span for _ in range(2)]
    padding: Sides = tuple(draw(st.integers(0, limit)) for limit in limits)  # type: ignore[assignment]
    size = draw(pairs(1, 9))
    top, bottom, left, right = padding
    assume(size[0] + top + bottom >= span[0] and size[1] + left + right >= span[1])
    window = Window(kernel, stride, padding, dilation, pool and draw(st.booleans()))
    shape = (draw(st.integers(1, channels)), *size, draw(st.integers(1, 3)))
    return Setting(shape, window, draw(st.integers(0, 99)))
