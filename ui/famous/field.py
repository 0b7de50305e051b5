"""What a cell of each layer sees of the picture: how far its windows reach, where it listens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from cnn.architectures import ARCHITECTURES
from cnn.arrays import Array, Shape
from cnn.nets.container import stack_of
from cnn.window.receptive_field import Field, receptive_field

#: The share of the gradient that the effective field holds.
MOST = 0.95

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Seen:
    """What the middle cell of a layer's maps sees.

    Attributes:
        layer: Its name.
        shape: (C, H, W) of the maps.
        cell: (row, column) of the cell in the middle.
        whole: (row0, row1, column0, column1) of the input, half open, padding counted as cells:
            it may lie partly outside of the picture.
        inside: The part of it that is picture.
    """

    layer: str
    shape: Shape
    cell: tuple[int, int]
    whole: Box
    inside: Box

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the field."""
        return self.whole[1] - self.whole[0], self.whole[3] - self.whole[2]


@cache
def fields(slug: str) -> tuple[Seen, ...]:
    """One for each module of the network in which the field grows, from the input on."""
    architecture = ARCHITECTURES[slug]
    network = architecture.build(init="zeros")
    shape = architecture.input_shape
    size = shape[1:]
    axes = (Field(), Field())
    found: list[Seen] = []
    for name, layer in network.children():
        steps = stack_of(layer, shape)
        shape = layer.output_shape(shape)
        if len(shape) < 3:
            break
        if not steps:
            continue
        axes = receptive_field(steps, axes)
        cell = (shape[1] // 2, shape[2] // 2)
        (top, bottom), (left, right) = (axis.cells(at) for axis, at in zip(axes, cell, strict=True))
        inside = (max(0, top), min(size[0], bottom), max(0, left), min(size[1], right))
        found.append(Seen(name, shape, cell, (top, bottom, left, right), inside))
    return tuple(found)


def effective(heat: Array, box: Box) -> Box:
    """The smallest square around the middle of ``box`` that holds :data:`MOST` of ``heat``.

    Args:
        heat: (H, W), the size of a cell's gradient.
        box: What the cell sees.
    """
    row, column = (box[0] + box[1] - 1) / 2, (box[2] + box[3] - 1) / 2
    rows, columns = np.mgrid[: heat.shape[0], : heat.shape[1]]
    away = np.maximum(abs(rows - row), abs(columns - column)).ravel()
    order = np.argsort(away)
    held = np.cumsum(heat.ravel()[order])
    last = int(np.searchsorted(held, MOST * held[-1]))
    half = float(away[order[min(last, len(order) - 1)]])
    return round(row - half), round(row + half) + 1, round(column - half), round(column + half) + 1
