"""Scene 3: layers without weights only switch: ReLU masks, a maximum routes, a mean shares out."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array
from cnn.layers.activations import ReLU
from ui import pooling
from ui.components.panels.panels import Cells

KINDS = {"relu": "ReLU", "max": "Max pooling", "avg": "Average pooling"}
WORDS = {
    "relu": "ReLU multiplies the gradient by a **mask**: 1 where the input was positive, 0 where "
    "it was not (at exactly 0 too, by convention). Where the mask is 0 nothing comes back, so "
    "nothing before it learns from this image.",
    "max": "A maximum **routes**: the whole gradient goes to the cell that won, the others get 0. "
    "Where two cells tie the first wins, row by row: a convention, for there is no slope there.",
    "avg": "A mean **shares out**: each of the four cells gets a quarter of the gradient.",
}


def numbers(seed: int) -> Array:
    """(1, 4, 4) small whole numbers of both signs; some tie."""
    values: Array = np.random.default_rng(seed).integers(-3, 5, (1, 4, 4)).astype(float)
    return values


def arriving(kind: str) -> Array:
    """(1, h, w) a gradient at the output, each cell known from the others."""
    return pooling.gradients((4, 4) if kind == "relu" else (2, 2))


def masked(x: Array, dy: Array) -> tuple[Array, Array]:
    """(mask, dx) of a ReLU, both (1, 4, 4): what its backward pass makes of ones, and of ``dy``."""
    relu = ReLU()
    relu.forward(x)
    return relu.input_gradient(np.ones_like(x)), relu.input_gradient(dy)


def mask_panels(x: Array) -> list[Cells]:
    """x, its mask, the gradient that arrives, and their product."""
    dy = arriving("relu")
    mask, dx = masked(x, dy)
    return [
        Cells("x, the input", x[0]),
        Cells("mask: x > 0", mask[0], "grey", limit=1.0),
        Cells("∂E/∂y arrives", dy[0], "gradient"),
        Cells("∂E/∂x = mask · ∂E/∂y", dx[0], "gradient", limit=float(np.abs(dy).max())),
    ]


def ties(x: Array) -> int:
    """How many of the four 2×2 windows have their largest number twice or more."""
    windows = x[0].reshape(2, 2, 2, 2).swapaxes(1, 2).reshape(4, 4)
    return int(((windows == windows.max(axis=1, keepdims=True)).sum(axis=1) > 1).sum())
