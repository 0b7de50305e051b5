"""The way from a network's input to a layer anywhere inside, and what one unit there sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, Shape
from cnn.explain.sums import checked_index
from cnn.layers.dense import Flatten
from cnn.layers.layer import Layer, SameShape
from cnn.layers.softmax import Softmax
from cnn.nets.container import Container, stack_of
from cnn.nets.network import Branches, Residual, Sequential
from cnn.window.receptive_field import Field, Step, receptive_field, unit_window

Box = tuple[int, int, int, int]


def path_to(net: Container, name: str) -> list[Layer]:
    """The layers that the data passes from the input to layer ``name``, that one included.

    One after another they compute the layer's output; a Residual or Branches that lies before it
    counts as one layer. The activation inside a Residual gives what the Residual gives, so the
    Residual stands for it.

    Raises:
        ValueError: There is no layer of that name.
    """
    if not isinstance(name, str):
        raise ValueError(f"name: got {name!r}, need the name of a layer")
    path: list[Layer] = []
    inside: Layer = net
    for part in name.split("."):
        layers = dict(inside.children())
        if part not in layers:
            known = ", ".join(layers) or "no layers"
            raise ValueError(f"name: got {name!r}, but where {part!r} should be there are {known}")
        if isinstance(inside, Residual) and layers[part] is inside.activation:
            return [*path, inside]
        if isinstance(inside, Sequential):
            path += list(layers.values())[: list(layers).index(part)]
        inside = layers[part]
    return [*path, inside]


def shapes_along(path: Sequence[Layer], shape: Shape) -> list[Shape]:
    """Shapes of one sample before the first layer of ``path`` and after each."""
    shapes = [tuple(shape)]
    for layer in path:
        shapes.append(layer.output_shape(shapes[-1]))
    return shapes


@dataclass(frozen=True)
class UnitField:
    """What one unit sees of the input: (row0, row1, col0, col1), half open.

    Attributes:
        clipped: The outermost input cells that can change the unit.
        unclipped: The same with padding counted as cells, so partly outside of the input.
    """

    clipped: Box
    unclipped: Box

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the unclipped field."""
        row0, row1, col0, col1 = self.unclipped
        return row1 - row0, col1 - col0


def unit_field(
    net: Container, name: str, index: Sequence[int], input_shape: Shape | None = None
) -> UnitField:
    """The receptive field on the input of one unit of layer ``name``.

    Args:
        net: The network.
        name: Path of the layer, e.g. ``"conv2"`` or ``"conv3_1.body.conv2"``.
        index: The unit, (channel, row, column) or (unit,).
        input_shape: (C, H, W) of one sample, where the network does not know it.

    Raises:
        ValueError: No such layer or unit, or the input is no image.
    """
    shape = input_shape or net.input_shape
    if shape is None or len(shape) != 3:
        raise ValueError(f"input_shape: got {shape}, need (C, H, W) of one sample")
    path = path_to(net, name)
    shapes = shapes_along(path, shape)
    place = checked_index(index, shapes[-1])
    return _field(path, shapes, place)


def _field(path: list[Layer], shapes: list[Shape], place: tuple[int, ...]) -> UnitField:
    """Back through the features to the maps, then through the maps to the input."""
    spot: tuple[int, ...] | None = place  # None: every unit of the layer
    at = len(path)
    while len(shapes[at]) < 3:
        spot = _before(path[at - 1], spot, shapes[at - 1])
        at -= 1
    last = path[at - 1] if at else None
    if spot is None:
        stack, ends = _stack(path[:at], shapes), [(0, 0, 0), tuple(n - 1 for n in shapes[at])]
    elif isinstance(last, Branches):
        stack = _stack(path[: at - 1], shapes) + _one_branch(last, spot[0], shapes[at - 1])
        ends = [spot]
    else:
        stack, ends = _stack(path[:at], shapes), [spot]
    size = shapes[0][1:]
    boxes = [
        [unit_window(stack, end[1], end[2], size, clip) for end in ends] for clip in (True, False)
    ]
    return UnitField(_around(boxes[0]), _around(boxes[1]))


def _before(layer: Layer, spot: tuple[int, ...] | None, shape: Shape) -> tuple[int, ...] | None:
    """The one unit that ``spot`` was made from, or None for all."""
    if spot is None or isinstance(layer, Softmax):
        return None
    if isinstance(layer, Flatten):
        return tuple(int(i) for i in np.unravel_index(spot[0], shape))
    return spot if isinstance(layer, SameShape) else None


def _stack(path: Sequence[Layer], shapes: Sequence[Shape]) -> list[Step]:
    return [
        step for layer, shape in zip(path, shapes, strict=False) for step in stack_of(layer, shape)
    ]


def _one_branch(branches: Branches, channel: int, shape: Shape) -> list[Step]:
    """The stack of the branch that makes ``channel``: its field may be smaller than the others'."""
    body, channel = branch_of(branches, channel, shape)
    inner = list(body) if isinstance(body, Sequential) else [body]
    if not inner or not isinstance(inner[-1], Branches):
        return stack_of(body, shape)
    shapes = shapes_along(inner, shape)
    return _stack(inner[:-1], shapes) + _one_branch(inner[-1], channel, shapes[-2])


def branch_of(branches: Branches, channel: int, shape: Shape) -> tuple[Layer, int]:
    """The branch that makes ``channel`` of the output, and which of its own channels that is.

    Args:
        branches: Bodies side by side.
        channel: Of their stacked output.
        shape: Of one sample before them, (C, H, W).

    Raises:
        ValueError: there are not so many channels.
    """
    for body in branches:
        count = body.output_shape(shape)[0]
        if channel < count:
            return body, channel
        channel -= count
    raise ValueError(f"channel: got one {channel + 1} beyond the last, need one of the branches'")


def _around(boxes: list[Box]) -> Box:
    """The smallest box that holds all of ``boxes``."""
    row0, row1, col0, col1 = zip(*boxes, strict=True)
    return min(row0), max(row1), min(col0), max(col1)


def centres(path: Sequence[Layer], input_shape: Shape) -> tuple[Array, Array]:
    """Where the units of a map lie on the input: rows and columns of their fields' middles.

    Args:
        path: Layers from the input to the map, as :func:`path_to` gives them.
        input_shape: (C, H, W).

    Returns:
        (OH,) and (OW,) in cells of the input, 0 being the middle of the first cell.
    """
    shapes = shapes_along(path, input_shape)
    fields: tuple[Field, Field] = receptive_field(_stack(path, shapes))
    rows, columns = (
        field.centre + float(field.jump) * np.arange(n)
        for field, n in zip(fields, shapes[-1][1:], strict=True)
    )
    return rows, columns
