"""The layer on the graph stage: its grids, and what each of their cells is made of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from cnn.arrays import Array
from ui.components.graph_stage.graph_stage import Grid, Node, Reason
from ui.dense.example import ENDS, SIZE, Dense
from ui.dense.words import INDEX, logit_sum, number, share
from ui.numerals import words


def nodes(layer: Dense, free: Collection[str] = "mwb") -> list[Node]:
    """Maps → x → z → p; each cell keeps its colour.

    Args:
        layer: With its numbers.
        free: Which of the grids m, w, b can be changed; W only while its rows are in order.
    """
    features, outputs = layer.w.shape
    cells = range(features)
    row = (layer.order.tolist(), features)
    spread = (np.repeat(layer.order, outputs).tolist(), features)
    count = len(layer.maps) // SIZE
    shuffled = (layer.order != np.arange(features)).any()
    shape = f"({count}, {SIZE}, {SIZE})"
    title = "map" if count == 1 else f"{count} maps"

    def grid(name: str, title: str, values: Array, kind: str, **more: Any) -> Grid:
        editable = name in free and not (name == "w" and shuffled)
        return Grid(name, title, values, kind, editable=editable, step=0.1, limit=99, **more)

    w = grid("w", "W", layer.w, "weight", hues=spread)
    m = grid("m", title, layer.maps, "activation", hues=(cells, features))
    return [
        Node(title, shape, m),
        Node("x", f"({features},)", Grid("x", "x", layer.x, hues=row), "flatten"),
        Node("W", f"({features}, {outputs})", w, "each row with its x", "×"),
        Node("b", f"({outputs},)", grid("b", "b", layer.b, "weight"), "columns", "+"),
        Node("z", f"({outputs},) logits", Grid("z", "z", layer.z), sign="="),
        Node("p", f"({outputs},)", Grid("p", "p", layer.p), ENDS[layer.end].lower()),
    ]


def reasons(layer: Dense) -> dict[str, list[Reason]]:
    """For each cell: what it is made from, or where it goes, with its numbers."""
    features, outputs = layer.w.shape
    at = {int(cell): place for place, cell in enumerate(layer.order)}
    found: dict[str, list[Reason]] = {
        "m": [
            Reason(
                f"This cell becomes x{INDEX[at[c]]} = {words(float(layer.maps.flat[c]))}.",
                {"x": [at[c]]},
            )
            for c in range(features)
        ],
        "x": [_input(layer, i) for i in range(features)],
        "w": [_weight(layer, i, k) for i in range(features) for k in range(outputs)],
        "b": [
            Reason(f"b{INDEX[k]} = {words(float(layer.b[k, 0]))} is added to z{INDEX[k]}.",
                   {"z": [k]})
            for k in range(outputs)
        ],
        "z": [_logit(layer, k) for k in range(outputs)],
        "p": [Reason(share(layer, k), {"z": range(outputs)}) for k in range(outputs)],
    }  # fmt: skip
    return found


def _input(layer: Dense, i: int) -> Reason:
    outputs = layer.w.shape[1]
    row = [i * outputs + k for k in range(outputs)]
    name = f"x{INDEX[i]}"
    products = ", ".join(
        f"{number(layer.w[i, k])}·{number(layer.x[i, 0])} to z{INDEX[k]}" for k in range(outputs)
    )
    lit = {"m": [int(layer.order[i])], "w": row, "z": range(outputs)}
    return Reason(f"{name} = {words(float(layer.x[i, 0]))} gives {products}.", lit)


def _weight(layer: Dense, i: int, k: int) -> Reason:
    product = float(layer.w[i, k] * layer.x[i, 0])
    said = (
        f"w[{i + 1}, {k + 1}]·x{INDEX[i]} = {number(layer.w[i, k])}·{number(layer.x[i, 0])} = "
        f"{words(product)}: from x{INDEX[i]} to z{INDEX[k]}."
    )
    return Reason(said, {"x": [i], "z": [k]})


def _logit(layer: Dense, k: int) -> Reason:
    features, outputs = layer.w.shape
    lit = {"x": range(features), "w": [i * outputs + k for i in range(features)], "b": [k]}
    return Reason(logit_sum(layer, k), lit)
