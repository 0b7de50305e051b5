"""Filters on a colour picture: one, several side by side, one kernel for each channel."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array
from cnn.functional import conv2d
from cnn.window import named_kernels
from ui.components.tile_grid.tile_grid import Tiles

COLOURS = ("red", "green", "blue")
KERNELS = {
    "edges": "Vertical edges in every channel",
    "red": "Red only",
    "opponent": "Red against green",
    "blue": "Outlines in blue",
    "grey": "Blurred grey",
}


def kernel(name: str) -> Array:
    """A filter (3, 3, 3) of :data:`KERNELS`: a kernel for each colour."""
    nothing = np.zeros((3, 3))
    middle = named_kernels.identity()
    return {
        "edges": np.stack([named_kernels.sobel_x()] * 3),
        "red": np.stack([middle, nothing, nothing]),
        "opponent": np.stack([middle, -middle, nothing]),
        "blue": np.stack([nothing, nothing, named_kernels.outline()]),
        "grey": np.stack([named_kernels.box() / 3] * 3),
    }[name]


def bank(count: int) -> tuple[list[str], Array]:
    """Names and weights (count, 3, 3, 3) of the first ``count`` of eight filters."""
    nothing, middle = np.zeros((3, 3)), named_kernels.identity()
    table = {
        "vertical edges": np.stack([named_kernels.sobel_x()] * 3),
        "horizontal edges": np.stack([named_kernels.sobel_y()] * 3),
        "red − green": 4 * np.stack([middle, -middle, nothing]),
        "blue − red": 4 * np.stack([-middle, nothing, middle]),
        "outlines": np.stack([named_kernels.outline()] * 3),
        "blur": 2 * np.stack([named_kernels.box()] * 3),
        "red edges": np.stack([named_kernels.sobel_x(), nothing, nothing]),
        "emboss": np.stack([named_kernels.emboss()] * 3),
    }
    names = list(table)[:count]
    return names, np.stack([table[name] for name in names])


def feature_maps(x: Array, weight: Array, stride: int = 1, padding: int = 0) -> Array:
    """(F, OH, OW) of one picture (3, H, W) under F filters."""
    result: Array = conv2d(x[None], weight, stride=stride, padding=padding)[0]
    return result


#: Rows are outputs R, G, B; columns are inputs R, G, B.


def shape(name: str, maps: Array) -> str:
    """A title with its shape: "picture, 3 × 40 × 40"."""
    return f"{name}, {' × '.join(map(str, maps.shape))}"


def depthwise_kernels() -> Array:
    """(3, 3, 3): one kernel for each colour."""
    return np.stack([named_kernels.sobel_x(), named_kernels.sobel_y(), named_kernels.outline()])


def depthwise(x: Array) -> tuple[Array, Array]:
    """One kernel a channel: (3, OH, OW), each from its own channel; and their 1×1 sum (1, …)."""
    maps: Array = conv2d(x[None], depthwise_kernels()[:, None], groups=3)[0]
    return maps, maps.sum(axis=0, keepdims=True)


def depthwise_steps(x: Array) -> list[Tiles]:
    """From left to right: the channels, their kernels, what each makes of its own, the sum."""
    maps, total = depthwise(x)
    names = ("R", "G", "B")
    return [
        Tiles(shape("channels", x), apart(x), kind="rgb", limit=1.0, captions=names),
        Tiles("one kernel each", depthwise_kernels(), kind="weight", captions=names),
        Tiles(shape("depthwise", maps), maps, captions=names),
        Tiles("1×1 sum", total),
    ]


def apart(x: Array) -> Array:
    """(3, 3, H, W): each channel of a picture in its own colour."""
    return np.stack([np.where(np.arange(3)[:, None, None] == i, x, 0.0) for i in range(3)])
