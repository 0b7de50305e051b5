"""What a cell of each layer sees of the picture: how far its windows reach, and where it listens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np

from cnn.architectures import ARCHITECTURES
from cnn.arrays import Array, Shape
from cnn.nets.container import Container, stack_of
from cnn.nets.spec import Block, Spec, build
from cnn.window.receptive_field import Field, receptive_field

#: Channels that a layer keeps in the narrow copy of a network.
NARROW = 6
#: How often the copy's weights are drawn.
DRAWS = 4
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
        (top, bottom), (left, right) = (
            axis.cells(at) for axis, at in zip(axes, cell, strict=True)
        )
        inside = (max(0, top), min(size[0], bottom), max(0, left), min(size[1], right))
        found.append(Seen(name, shape, cell, (top, bottom, left, right), inside))
    return tuple(found)


def narrow(spec: Spec, most: int = NARROW) -> Spec:
    """The same table with at most ``most`` channels in a layer: every window stays as it is."""
    return [_narrow(block, most) for block in spec]


def _narrow(block: Block, most: int) -> Block:
    found: dict[str, Any] = dict(block)
    for name in ("body", "shortcut", "layers"):
        if block.get(name):
            found[name] = narrow(block[name], most)
    if "bodies" in block:
        found["bodies"] = [narrow(body, most) for body in block["bodies"]]
    if "out_channels" in block:
        found["out_channels"] = min(most, block["out_channels"])
    if block.get("groups", 1) > 1:  # depthwise stays depthwise
        depthwise = block["groups"] == block["out_channels"]
        found["groups"] = found["out_channels"] if depthwise else 1
    if "inputs" in block:
        found = {"kind": "conv", "out_channels": most, "kernel_size": block["kernel_size"]}
        found |= {"name": block["name"]} if "name" in block else {}
    return found


@lru_cache(maxsize=64)
def effective(slug: str, layer: str) -> Array:
    """(H, W) float32: how strongly the middle cell of a layer hangs on each pixel, at most 1.

    The size of the gradient of the cell with respect to the picture, in a narrow copy of the
    network with random weights, the mean over :data:`DRAWS` draws of them.
    """
    architecture = ARCHITECTURES[slug]
    names = [name for name, _ in architecture.build(init="zeros").children()]
    rows = narrow(_until(architecture.spec, names.index(layer)))
    total = np.zeros(architecture.input_shape[1:], np.float64)
    for seed in range(DRAWS):
        total += np.abs(_gradient(rows, architecture.input_shape, seed)).mean(axis=0)
    found: Array = (total / (total.max() or 1.0)).astype(np.float32)
    found.flags.writeable = False
    return found


def _until(spec: Spec, last: int) -> Spec:
    return list(spec[: last + 1])


def _gradient(rows: Spec, shape: Shape, seed: int) -> Array:
    """(C, H, W): of the middle cell, its channels added up with random signs."""
    rng = np.random.default_rng(seed)
    network = build(rows, shape, rng=rng, init="kaiming_normal")
    network.eval()
    y = network(rng.standard_normal((1, *shape)).astype(np.float32))
    dy = np.zeros_like(np.moveaxis(y, 0, -1))
    dy[:, dy.shape[1] // 2, dy.shape[2] // 2, 0] = rng.choice([-1.0, 1.0], len(dy))
    return _back(network, dy)


def _back(network: Container, dy: Array) -> Array:
    gradient: Array = network.input_gradient(dy)[..., 0]
    return gradient


def reach(heat: Array) -> float:
    """The side of the smallest square around the middle that holds :data:`MOST` of the gradient."""
    height, width = heat.shape
    rows, columns = np.mgrid[:height, :width]
    away = np.maximum(abs(rows - (height - 1) / 2), abs(columns - (width - 1) / 2))
    order = np.argsort(away, axis=None)
    share = np.cumsum(heat.ravel()[order]) / (heat.sum() or 1.0)
    at = int(np.searchsorted(share, MOST))
    return float(2 * away.ravel()[order[min(at, len(order) - 1)]] + 1)
