"""What the lesson on dense layers shows: flatten, weights, sums, logits, softmax or sigmoid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.functional import linear, sigmoid, softmax
from ui.components.graph_stage.graph_stage import Grid, Node, Reason
from ui.numerals import factor, latex, words
from ui.questions import NumberQuestion, mistakes

SIZE = 2  # a map is 2×2
ENDS = {"softmax": "Softmax", "sigmoid": "Sigmoid"}
#: More maps than that do not fit on a screen.
MOST_MAPS = 2
INDEX = "₁₂₃₄₅₆₇₈"


@dataclass(frozen=True)
class Dense:
    """A dense layer on flattened maps, with what follows from it.

    Attributes:
        maps: (2 C, 2) the C maps one under another.
        order: (F,) which cell of the maps stands at each place of x; F = 4 C.
        w: (F, K) the rows in that order.
        b: (K, 1).
        x: (F, 1) the cells in that order.
        z: (K, 1) logits.
        p: (K, 1) probabilities.
        end: A key of :data:`ENDS`; K is 2 for softmax and 1 for sigmoid.
    """

    maps: Array
    order: Array
    w: Array
    b: Array
    x: Array
    z: Array
    p: Array
    end: str

    @property
    def learned(self) -> int:
        """How many numbers the layer learns."""
        return self.w.size + self.b.size


def maps(count: int, seed: int) -> Array:
    """(2 C, 2) small maps to begin with, one under another, one decimal."""
    values: Array = np.random.default_rng(seed).integers(-10, 21, (count * SIZE, SIZE)) / 10
    return values


def weights(features: int, outputs: int, seed: int) -> tuple[Array, Array]:
    """(F, K) and (K, 1) to begin with, one decimal."""
    rng = np.random.default_rng([seed, 1])
    return rng.integers(-9, 10, (features, outputs)) / 10, rng.integers(-3, 4, (outputs, 1)) / 10


def outputs_of(end: str) -> int:
    """Two logits for a softmax, one for a sigmoid: both tell two classes apart."""
    return 2 if end == "softmax" else 1


def order(features: int, seed: int, shuffled: bool) -> Array:
    """Which cell comes at each place: as PyTorch flattens, row by row; or shuffled."""
    if not shuffled:
        return np.arange(features)
    rng = np.random.default_rng([seed, 2])
    found = rng.permutation(features)
    return np.roll(found, 1) if (found == np.arange(features)).all() else found


def dense(maps: Array, order: Array, w: Array, b: Array, end: str) -> Dense:
    """Flatten ``maps`` in ``order``, and the layer with its rows of ``w`` in that order.

    Args:
        maps: (2 C, 2).
        order: (F,), see :class:`Dense`.
        w: (F, K), the rows in the order of the cells of the maps.
        b: (K, 1).
        end: A key of :data:`ENDS`.
    """
    x, rows = maps.reshape(-1)[order], w[order]
    z = linear(x[None], rows.T, b[:, 0])[0]
    p = softmax(z, 0) if end == "softmax" else sigmoid(z)
    return Dense(maps, order, rows, b, x[:, None], z[:, None], p[:, None], end)


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
        f"{_factor(layer.w[i, k])}·{_factor(layer.x[i, 0])} to z{INDEX[k]}" for k in range(outputs)
    )
    lit = {"m": [int(layer.order[i])], "w": row, "z": range(outputs)}
    return Reason(f"{name} = {words(float(layer.x[i, 0]))} gives {products}.", lit)


def _weight(layer: Dense, i: int, k: int) -> Reason:
    product = float(layer.w[i, k] * layer.x[i, 0])
    said = (
        f"w[{i + 1}, {k + 1}]·x{INDEX[i]} = {_factor(layer.w[i, k])}·{_factor(layer.x[i, 0])} = "
        f"{words(product)}: from x{INDEX[i]} to z{INDEX[k]}."
    )
    return Reason(said, {"x": [i], "z": [k]})


def _logit(layer: Dense, k: int) -> Reason:
    features, outputs = layer.w.shape
    lit = {"x": range(features), "w": [i * outputs + k for i in range(features)], "b": [k]}
    return Reason(logit_sum(layer, k), lit)


def logit_sum(layer: Dense, k: int) -> str:
    """z_k, its sum written out."""
    terms = " + ".join(
        f"{_factor(w)}·{_factor(x)}" for w, x in zip(layer.w[:, k], layer.x[:, 0], strict=True)
    )
    total = words(float(layer.z[k, 0]))
    return f"z{INDEX[k]} = {terms} + {_factor(layer.b[k, 0])} = {total}"


def share(layer: Dense, k: int) -> str:
    """p_k with its numbers."""
    z, p = layer.z[:, 0], words(float(layer.p[k, 0]))
    if layer.end == "sigmoid":
        return f"p = 1/(1 + e^(−z)) with z = {words(float(z[0]))}: {p}"
    powers = " + ".join(f"e^{_factor(v)}" for v in z)
    return f"p{INDEX[k]} = e^{_factor(z[k])} / ({powers}) = {p}"


def formula(layer: Dense) -> str:
    """Logits and probabilities in LaTeX, the letters and the numbers."""
    z, p = layer.z[:, 0], layer.p[:, 0]
    first = rf"z = W^\top x + b = ({', '.join(_latex(v) for v in z)})"
    if layer.end == "sigmoid":
        return (
            rf"{first} \qquad p = \sigma(z) = \frac{{1}}{{1 + e^{{-z}}}} = "
            rf"\frac{{1}}{{1 + e^{{-{factor(float(z[0]))}}}}} = {_latex(p[0])}"
        )
    below = " + ".join(rf"e^{{{_latex(v)}}}" for v in z)
    return (
        rf"{first} \qquad p_k = \frac{{e^{{z_k}}}}{{\sum_j e^{{z_j}}}}, \quad "
        rf"p_1 = \frac{{e^{{{_latex(z[0])}}}}}{{{below}}} = {_latex(p[0])}"
    )


def learned_words(layer: Dense) -> str:
    """How many numbers the layer learns, counted."""
    features, outputs = layer.w.shape
    biases = "1 bias" if outputs == 1 else f"{outputs} biases"
    return (
        f"This layer learns {features}·{outputs} weights and {biases}: **{layer.learned}** numbers."
    )


def _latex(value: float) -> str:
    return latex(float(value))


def _factor(value: float) -> str:
    shown = words(float(value))
    return f"({shown})" if value < 0 else shown


def how_many(rng: np.random.Generator) -> NumberQuestion:
    """How many numbers a dense layer learns, on maps of some size."""
    channels, side = int(rng.integers(1, 9)), int(rng.integers(2, 8))
    outputs = int(rng.choice([2, 3, 5, 10]))
    features = channels * side * side
    answer = features * outputs + outputs
    question = (
        f"{channels} map{'s' if channels > 1 else ''} of {side}×{side} "
        f"{'are' if channels > 1 else 'is'} flattened; a dense layer with {outputs} outputs "
        "follows. How many numbers does it learn?"
    )
    explain = (
        f"Flattened there are {channels}·{side}·{side} = {features} numbers. Each output has a "
        f"weight for each of them, and a bias: {features}·{outputs} + {outputs} = {answer:,}."
    )
    known = mistakes(
        answer,
        (features * outputs, "the biases forgotten"),
        (side * side * outputs + outputs, "one map only"),
        (features * outputs + features, "a bias for each input"),
        (features * outputs + 1, "one bias for all outputs"),
        (features + outputs, "added, not multiplied"),
        (features, "the inputs counted"),
    )
    return NumberQuestion(question, answer, explain, known)


LOSES = {
    "place": "Which cells are neighbours",
    "values": "The values of the cells",
    "count": "How many cells there are",
    "nothing": "Nothing",
}
LOST = (
    "The values are all there, but the layer does not know which cells lie side by side. Shuffle "
    "the cells and the rows of W alike (the switch above): every logit stays the same, because a "
    "sum does not care about its order. A convolution would care."
)
