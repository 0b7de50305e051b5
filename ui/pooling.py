"""What the pooling lesson shows beside its stage: all three kinds, gradients, and shifts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnn.arrays import Array, Pair
from cnn.data.augment import shifted
from cnn.functional import avg_pool2d, max_pool2d, sum_pool2d
from cnn.settings import PairLike
from cnn.window.geometry import AxisGeometry, Window
from ui import link, samples
from ui.components.panels.panels import Cells

KINDS = {"max": "Maximum", "avg": "Average", "sum": "Sum"}
#: What the padding does to the numbers of each kind.
PADDED = {
    "max": "The padding counts as −∞ here: it never wins, however negative a map is.",
    "avg": "The padding counts as zeros that belong to the window, so the means at the rim are "
    "pulled towards 0. (PyTorch's `count_include_pad`; some libraries divide by the cells inside "
    "only.)",
    "sum": "The padding counts as zeros: the sums at the rim have fewer cells to add.",
}


def axis(name: str, words: str, n: int) -> tuple[int, int, int]:
    """(window, stride, padding) of one axis; none can be set so that the window does not fit.

    Args:
        name: Of the settings in the link: ``po_k`` and so on, or ``po_kw`` for the width.
        words: After their labels.
        n: Cells of the input.
    """
    size = link.slider(f"Window{words}", f"po_k{name}", 2, 4, 2)
    stride = link.slider(f"Stride{words}", f"po_s{name}", 1, 4, 2)
    least = max(0, -(-(size - n) // 2))
    padding = link.slider(
        f"Padding{words}",
        f"po_p{name}",
        least,
        size // 2,
        least,
        help="At most half the window, as in PyTorch.",
    )
    return int(size), int(stride), int(padding)


def lines(window: Window, size: tuple[int, ...]) -> list[tuple[str, AxisGeometry]]:
    """Rows and columns of an input (H, W), each with LaTeX that names it; one if they agree."""
    rows, columns = window.axes(*size)
    if rows == columns:
        return [("", rows)]
    return [(r"\text{rows: }", rows), (r"\text{columns: }", columns)]


def pooled(x: Array, kind: str, size: PairLike, stride: PairLike, padding: PairLike) -> Array:
    """(H, W) to (OH, OW) under the pooling of that kind."""
    functions: dict[str, Callable[..., Any]]
    functions = {"max": max_pool2d, "avg": avg_pool2d, "sum": sum_pool2d}
    result: Array = functions[kind](x[None, None], size, stride, padding)[0, 0]
    return result


def first_cell(
    x: Array, shape: tuple[int, ...], size: Pair, stride: Pair, padding: Pair
) -> tuple[int, int]:
    """The output cell (row, column) where the window stands first: not on blank paper."""
    places = samples.first_cell(x, size)
    row, column = (
        min((at + p) // s, length - 1)
        for at, p, s, length in zip(places, padding, stride, shape, strict=True)
    )
    return row, column


def gradients(shape: tuple[int, ...]) -> Array:
    """A made-up d loss / d output: 1, −2, 3, −1, 2, … so that each cell is known.

    Args:
        shape: (OH, OW), or (C, OH, OW).

    Returns:
        (C, OH, OW), C = 1 where there are no channels.
    """
    values = np.array([1.0, -2, 3, -1, 2, -3])
    return np.resize(values, shape if len(shape) == 3 else (1, *shape))


@dataclass(frozen=True)
class Shifted:
    """One pooling before and after the input moves."""

    kind: str
    before: Array
    after: Array

    @property
    def changed(self) -> float:
        """Share of the output cells that changed."""
        return float((~np.isclose(self.before, self.after)).mean())

    @property
    def by(self) -> float:
        """Mean |change|, as a share of the mean |output|."""
        level = float(np.abs(self.before).mean())
        return float(np.abs(self.after - self.before).mean()) / level if level else 0.0


def shift_effects(image: Array, columns: int, size: PairLike, stride: PairLike) -> list[Shifted]:
    """What a shift of the input does to each kind of pooling, and to no pooling at all."""
    moved = shifted(image, 0, columns)
    return [
        Shifted("none", image, moved),
        *(
            Shifted(
                kind, pooled(image, kind, size, stride, 0), pooled(moved, kind, size, stride, 0)
            )
            for kind in ("max", "avg")
        ),
    ]


EFFECTS = {
    "none": "No pooling",
    "max": "Maximum",
    "avg": "Average",
}


def change_words(effect: Shifted) -> str:
    """By how much a shift changes the answer, and of what that is a share."""
    return f"changed by {effect.by:.0%} of its mean"


def side_by_side(outputs: dict[str, Array]) -> list[Cells]:
    """The same map under each kind; maximum and average share one scale."""
    limit = max(float(np.abs(outputs[kind]).max()) for kind in ("max", "avg"))
    return [
        Cells(KINDS[kind], output, limit=None if kind == "sum" else limit, decimals=1)
        for kind, output in outputs.items()
    ]


def shift_panels(effects: list[Shifted]) -> list[Cells]:
    """Each kind before and after the shift, and by how much it differs."""
    found = []
    for effect in effects:
        limit = float(effect.before.max(initial=0.0)) or None
        found.append(Cells(EFFECTS[effect.kind], effect.before, "grey", limit))
        change = change_words(effect)
        found.append(Cells("after", effect.after, "grey", limit, caption=change))
    return found
