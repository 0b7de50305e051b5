"""What a unit looks for, by example: the parts of real pictures that excite it most.

R. Girshick, J. Donahue, T. Darrell and J. Malik, "Rich feature hierarchies for accurate object
detection and semantic segmentation" (2014), and M. Zeiler and R. Fergus, "Visualizing and
Understanding Convolutional Networks" (2014): run many pictures through the network, and keep what
lies in the unit's receptive field where its answer is largest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, Shape
from cnn.explain.outputs import layer_outputs
from cnn.explain.path import Box, unit_field
from cnn.explain.sums import checked_index
from cnn.nets.container import Container
from cnn.settings import whole


@dataclass(frozen=True)
class Patch:
    """A part of a picture that excites a unit.

    Attributes:
        sample: Which picture it was cut out of.
        index: The unit there, (channel, row, column) or (unit,).
        value: Its answer.
        box: (row0, row1, col0, col1) of the picture, half open; it may reach over the rim.
        pixels: (C, h, w) what lies in it; ``fill`` beyond the rim.
    """

    sample: int
    index: tuple[int, ...]
    value: float
    box: Box
    pixels: Array


def most_exciting(
    net: Container, images: Array, name: str, channel: int, count: int = 9, fill: float = 0.0
) -> list[Patch]:
    """The patches that excite a map, or a unit, most: at most one of each picture.

    A picture that gives it no more than its least answer to any of them is left out: of a ReLU that
    is 0, and of a unit that answers alike to everything nothing remains.

    Args:
        net: The network.
        images: (N, C, H, W).
        name: Path of the layer, see :func:`cnn.explain.path_to`.
        channel: The map, or the unit of a layer without maps.
        count: How many at most.
        fill: What lies beyond a picture's rim.

    Returns:
        The most exciting first.

    Raises:
        ValueError: The images do not fit, there is no such layer or channel, or ``count`` is
            below 1.
    """
    whole(count, "count", 1)
    outputs = layer_outputs(net, images, [name])[name]  # (N, C, h, w) or (N, F)
    (channel,) = checked_index((channel,), outputs.shape[1:2])
    cells = np.nan_to_num(outputs[:, channel].reshape(len(outputs), -1), nan=-np.inf)
    best = cells.max(axis=1)  # (N,) the strongest answer in each picture
    order = np.argsort(-best, kind="stable")[:count]
    rows = outputs.shape[2:]  # () of a layer without maps
    return [
        _patch(net, images, name, (channel, *_place(cells[n], rows)), int(n), float(best[n]), fill)
        for n in order
        if best[n] > cells.min()
    ]


def _place(cells: Array, shape: Shape) -> tuple[int, ...]:
    """(row, column) of the strongest cell; () where there are no maps."""
    return tuple(int(i) for i in np.unravel_index(int(cells.argmax()), shape)) if shape else ()


def _patch(
    net: Container,
    images: Array,
    name: str,
    index: tuple[int, ...],
    sample: int,
    value: float,
    fill: float,
) -> Patch:
    box = field_box(net, name, index, images.shape[1:])
    return Patch(sample, index, value, box, cut_out(images[sample], box, fill))


def field_box(net: Container, name: str, index: tuple[int, ...], shape: Shape) -> Box:
    """The receptive field of a unit: of one in a map with what lies beyond the rim, so that all
    of the map are of one size; of one that sees everything, the picture.

    Args:
        net: The network.
        name: Path of the layer.
        index: (channel, row, column) or (unit,).
        shape: (C, H, W) of a picture.
    """
    field = unit_field(net, name, index, shape)
    top, bottom, left, right = field.unclipped
    covers = top <= 0 and left <= 0 and bottom >= shape[1] and right >= shape[2]
    return field.clipped if covers or len(index) == 1 else field.unclipped


def cut_out(image: Array, box: Box, fill: float = 0.0) -> Array:
    """What lies in a box of a picture, which may reach over its rim: (C, h, w).

    Args:
        image: (C, H, W).
        box: (row0, row1, col0, col1), half open.
        fill: What lies beyond the rim.
    """
    top, bottom, left, right = box
    patch = np.full((image.shape[0], bottom - top, right - left), fill, image.dtype)
    rows = slice(max(top, 0), min(bottom, image.shape[1]))
    columns = slice(max(left, 0), min(right, image.shape[2]))
    inside = image[:, rows, columns]
    down, across = rows.start - top, columns.start - left
    patch[:, down : down + inside.shape[1], across : across + inside.shape[2]] = inside
    return patch
