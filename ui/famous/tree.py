"""A network as the diagram shows it: a tree read off the network that its table builds.

Three levels open one into the next. On the first stand the *modules*: a block with branches or a
shortcut, or a layer with weights and what follows it (its batch norm, its ReLU). Equal modules in a
row are folded into one, "× 4". The second level is those modules one by one, the third the layers.
Nothing is drawn by hand: what is another table is another picture.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from cnn.architectures import ARCHITECTURES
from cnn.arrays import Pair, Shape
from cnn.layers.layer import Layer
from cnn.nets.container import Container, Row
from cnn.nets.network import Branches, Residual, Sequential

#: What a node is: it decides how it is drawn.
KINDS = {
    "Conv2d": "conv",
    "PartialConv2d": "conv",
    "Linear": "dense",
    "RadialBasis": "dense",
    "MaxPool2d": "pool",
    "AvgPool2d": "pool",
    "Subsample2d": "pool",
    "GlobalAvgPool2d": "pool",
    "Residual": "sum",
    "Branches": "stack",
}
#: A layer of these kinds begins a module; all others belong to the one before.
HEADS = ("conv", "dense", "pool")
#: What gives out no numbers of its own: a view of its input, or its input where nobody trains.
SILENT = ("Flatten", "Dropout")


@dataclass(frozen=True)
class Node:
    """A part of the network.

    Attributes:
        name: Its path; of several folded ones the first path to the last.
        title: What stands under it in the diagram.
        kind: "conv", "dense", "pool", "sum", "stack", "thin" (works on each number alone), or of
            what has parts "module", "run" (folded), "branch", and of the root "network".
        words: What kind of layer, in words.
        kernel: Its window, e.g. "3×3, stride 2"; of a dense layer its inputs and outputs.
        shape: (C, H, W) or (F,) after it.
        parameters: Of it and all its parts.
        multiply_adds: Likewise.
        cells: Numbers that it and its parts give out.
        field: Rows and columns of the input that one of its cells sees.
        layout: How its parts stand: "row", "branches" or "residual".
        parts: In the order of the data.
        times: How many equal modules are folded into it.
    """

    name: str
    title: str
    kind: str
    words: str
    kernel: str
    shape: Shape
    parameters: int
    multiply_adds: int
    cells: int
    field: tuple[int, ...]
    layout: str = ""
    parts: tuple[Node, ...] = ()
    times: int = 1

    @property
    def opens(self) -> bool:
        """Whether it can be shown closed: as one block, or as its parts."""
        return self.kind in ("module", "run")

    def walk(self) -> Iterator[Node]:
        """It and all below it, in the order of the table."""
        yield self
        for part in self.parts:
            yield from part.walk()


@cache
def tree_of(slug: str) -> Node:
    """The tree of one of :data:`cnn.architectures.ARCHITECTURES`."""
    architecture = ARCHITECTURES[slug]
    network = architecture.build(init="zeros")
    rows = {row.name: row for row in architecture.summary()}
    modules = _modules(network, rows, architecture.input_shape)
    return _joined("", architecture.name, "network", "the whole network", modules, "row")


def _modules(network: Sequential, rows: Mapping[str, Row], shape: Shape) -> list[Node]:
    """The network's modules, equal ones in a row folded."""
    groups: list[list[Node]] = []
    for name, layer in network.children():
        node = _node(name, layer, rows, shape)
        shape = layer.output_shape(shape)
        if groups and node.kind == "thin":
            groups[-1].append(node)
        else:
            groups.append([node])
    modules = [_module(group) for group in groups]
    return _folded(modules)


def _module(group: list[Node]) -> Node:
    """A layer and what follows it, as one; what stands alone or has parts stays as it is."""
    if len(group) == 1:
        return group[0]
    head = group[0]
    if head.kind == "module":  # a block, and a layer after it
        group = [*head.parts, *group[1:]]
    return _joined(head.name, head.title, "module", head.words, group, "row", kernel=head.kernel)


def _folded(modules: list[Node]) -> list[Node]:
    """Equal modules in a row become one."""
    runs: list[list[Node]] = []
    for module in modules:
        if runs and _alike(runs[-1][-1], module):
            runs[-1].append(module)
        else:
            runs.append([module])
    return [run[0] if len(run) == 1 else _run(run) for run in runs]


def _run(run: list[Node]) -> Node:
    first, last = run[0], run[-1]
    name = f"{first.name} – {last.name}"
    return _joined(name, _title_of(run), "run", first.words, run, "row", kernel=first.kernel)


def _title_of(run: Sequence[Node]) -> str:
    """What they are called together: conv1 for conv1_1 to conv1_3, else first to last."""
    first, last = run[0].title, run[-1].title
    pairs = zip(first, last, strict=False)
    shared = len(list(itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))
    whole = first[shared:] == "1" and "_" in first[:shared]
    return first[:shared].rstrip("_") if whole else f"{first}–{last[shared:]}"


def _alike(one: Node, other: Node) -> bool:
    """Whether two are built alike: the same layers with the same windows and outputs."""
    return (
        (one.kind, one.words, one.kernel, one.shape, one.layout)
        == (other.kind, other.words, other.kernel, other.shape, other.layout)
        and len(one.parts) == len(other.parts)
        and all(_alike(a, b) for a, b in zip(one.parts, other.parts, strict=True))
    )


def _node(path: str, layer: Layer, rows: Mapping[str, Row], shape: Shape) -> Node:
    """A layer with all that is inside; ``shape`` is that of its input."""
    title = path.rsplit(".", 1)[-1]
    if isinstance(layer, Residual):
        parts = [_node(f"{path}.body", layer.body, rows, shape)]
        if layer.shortcut is not None:
            parts.append(_node(f"{path}.shortcut", layer.shortcut, rows, shape))
        parts.append(_leaf(path, "+", layer, rows[path], shape))
        return _joined(path, title, "module", "residual block", parts, "residual")
    if isinstance(layer, Branches):
        parts = [_node(f"{path}.{name}", body, rows, shape) for name, body in layer.children()]
        parts = [_as_branch(part) for part in parts]
        parts.append(_leaf(path, "stack", layer, rows[path], shape))
        kind = "module" if "." not in path else "fork"
        return _joined(path, title, kind, "branches", parts, "branches")
    if isinstance(layer, Container):
        inner = []
        for name, part in layer.children():
            inner.append(_node(f"{path}.{name}", part, rows, shape))
            shape = part.output_shape(shape)
        kind = "module" if "." not in path else "branch"
        return _joined(path, title, kind, f"{len(inner)} layers in a row", inner, "row")
    return _leaf(path, title, layer, rows[path], shape)


def _as_branch(node: Node) -> Node:
    """A branch of one layer is a row of one, too."""
    if node.kind == "branch":
        return node
    return _joined(node.name, node.title, "branch", "one layer", [node], "row")


def _leaf(path: str, title: str, layer: Layer, row: Row, shape: Shape) -> Node:
    kind = KINDS.get(row.kind, "thin")
    cells = 0 if row.kind in SILENT else math.prod(row.output_shape)
    return Node(
        path if kind not in ("sum", "stack") else f"{path}.{kind}",
        title,
        kind,
        _words(layer, row),
        _kernel(layer, shape, row.output_shape),
        row.output_shape,
        row.parameters,
        row.multiply_adds,
        cells,
        row.receptive_field,
    )


def _joined(
    name: str,
    title: str,
    kind: str,
    words: str,
    parts: Sequence[Node],
    layout: str,
    kernel: str = "",
) -> Node:
    """A node of several: numbers added, shape and field of the last that works something out."""
    last = next((part for part in reversed(parts) if part.cells), parts[-1])
    return Node(
        name,
        title,
        kind,
        words,
        kernel,
        last.shape,
        sum(part.parameters for part in parts),
        sum(part.multiply_adds for part in parts),
        sum(part.cells for part in parts),
        last.field,
        layout,
        tuple(parts),
        len(parts) if kind == "run" else 1,
    )


_NAMES = {
    "Conv2d": "convolution",
    "PartialConv2d": "convolution, each map of some inputs",
    "Linear": "dense layer",
    "RadialBasis": "distances to drawn codes",
    "MaxPool2d": "max pool",
    "AvgPool2d": "average pool",
    "Subsample2d": "sum with a weight and a bias",
    "GlobalAvgPool2d": "mean of each map",
    "BatchNorm2d": "batch norm",
    "LocalResponseNorm": "response norm",
    "ScaledTanh": "1.7159 tanh(⅔ a)",
    "Residual": "sum of body and shortcut",
    "Branches": "maps of all branches, stacked",
}


def _words(layer: Layer, row: Row) -> str:
    groups = getattr(layer, "groups", 1)
    if groups > 1:
        return "depthwise convolution" if groups == row.output_shape[0] else f"{groups} groups"
    shouted = sum(letter.isupper() for letter in row.kind) > 1  # ReLU6
    return _NAMES.get(row.kind, row.kind if shouted else row.kind.lower())


def _kernel(layer: Layer, shape: Shape, after: Shape) -> str:
    window = getattr(layer, "window", None)
    if window is None:
        dense = KINDS.get(type(layer).__name__) == "dense"
        return f"{math.prod(shape):,} → {after[0]:,}" if dense else ""
    step = f", stride {_pair(window.stride)}" if window.stride != (1, 1) else ""
    return f"{window.kernel[0]}×{window.kernel[1]}{step}"


def _pair(value: Pair) -> str:
    return str(value[0]) if value[0] == value[1] else f"{value[0]}×{value[1]}"


def table_of(root: Node) -> dict[str, list[Any]]:
    """The tree as columns, for the browser: each node after the one it is part of.

    ``parent`` is the place of that one, −1 for the network itself.
    """
    nodes = list(root.walk())
    place = {id(node): i for i, node in enumerate(nodes)}
    parents = [-1] * len(nodes)
    for i, node in enumerate(nodes):
        for part in node.parts:
            parents[place[id(part)]] = i
    return {
        "parent": parents,
        "name": [n.name for n in nodes],
        "title": [n.title for n in nodes],
        "kind": [n.kind for n in nodes],
        "words": [n.words for n in nodes],
        "kernel": [n.kernel for n in nodes],
        "layout": [n.layout for n in nodes],
        "shape": [list(n.shape) for n in nodes],
        "field": [list(n.field) for n in nodes],
        "parameters": [n.parameters for n in nodes],
        "multiplyAdds": [n.multiply_adds for n in nodes],
        "cells": [n.cells for n in nodes],
        "times": [n.times for n in nodes],
        "opens": [n.opens for n in nodes],
    }
