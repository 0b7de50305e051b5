"""The graph stage: a small network as nodes in a row, with every number of both passes.

Each node shows its matrix; above it what else goes in (weights), below it what comes back. Python
works out all numbers and all sentences once and sends them; playing, stepping, scrubbing, pointing
happen in the browser without a message. What comes back is what the student changed, and, where
the page asks for it, the step at which the walk has come to rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnn.arrays import Array
from ui import numerals
from ui.browser_state import state_of
from ui.components import edits
from ui.components.base import register

_MOUNT = register("graph_stage")

KINDS = ("grey", "activation", "weight", "gradient")
#: What the place of the walk is called among the component's states.
_STEP = "walk"
#: Digits after the point: of numbers as they are, and of those with a power of ten taken out.
DECIMALS, WITH_POWER = 3, 2
#: Pixels of the smallest numbers.
LEAST = 14


@dataclass(frozen=True)
class Grid:
    """A matrix of a node.

    Attributes:
        name: Short, unique in the graph; of lower-case letters and digits.
        title: Above it, e.g. "∂E/∂Z₁".
        values: (h, w).
        kind: Its colours: grey (ink), activation, weight or gradient.
        editable: Its cells take typing and dragging.
        step: A drag's step.
        limit: No cell goes beyond ± this.
        hues: One colour a cell, as (which, of how many): cells that belong together share one.
        hidden: Shown as "?": to be guessed first.
    """

    name: str
    title: str
    values: Array = field(repr=False)
    kind: str = "activation"
    editable: bool = False
    step: float | None = None
    limit: float = 9999
    hues: tuple[Sequence[int], int] | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Node:
    """A place in the row.

    Attributes:
        title: Its letter.
        shape: Under the letter, e.g. "(1, 2, 2)".
        value: What the forward pass leaves here.
        arrow: What leads here from the node before, e.g. "∗ f"; nothing for the first.
        sign: What stands between the two: an arrow, or "+" and the like.
        given: What else goes in, above.
        back: What the backward pass brings, below: rows from top to bottom.
    """

    title: str
    shape: str
    value: Grid
    arrow: str = ""
    sign: str = "→"
    given: Sequence[Grid] = ()
    back: Sequence[Sequence[Grid]] = ()

    @property
    def grids(self) -> list[Grid]:
        """All of them."""
        return [*self.given, self.value, *(grid for row in self.back for grid in row)]


@dataclass(frozen=True)
class Step:
    """A moment of the walk.

    Attributes:
        words: What happens, with its numbers.
        fills: Names of grids whose numbers appear now; grids that no step fills are always there.
        lit: Name → cells (flat) that are marked.
        lines: Lines of the program, from 0, that do it.
        back: Whether it belongs to the way back.
    """

    words: str
    fills: Sequence[str] = ()
    lit: Mapping[str, Sequence[int]] = field(default_factory=dict)
    lines: Sequence[int] = ()
    back: bool = False


@dataclass(frozen=True)
class Reason:
    """Where the number of one cell comes from, or goes to."""

    words: str
    lit: Mapping[str, Sequence[int]] = field(default_factory=dict)


def graph_stage(
    key: str,
    nodes: Sequence[Node],
    *,
    title: str,
    steps: Sequence[Step] = (),
    at: int = 0,
    on_step: Callable[[int], None] | None = None,
    epoch: int = 0,
    fixed: bool = False,
    reasons: Mapping[str, Sequence[Reason]] | None = None,
    code: Sequence[str] = (),
    hint: str = "",
    font: int = LEAST,
    first: int = 0,
    projector: bool = False,
) -> None:
    """Draw the graph.

    Args:
        key: Streamlit key, unique on the page.
        nodes: From left to right; from top to bottom where there is no room.
        title: What it is, for those who cannot see it.
        steps: The walk; without any, everything is shown.
        at: The step that is shown first.
        on_step: Called before the next run with the step at which the walk has come to rest.
        epoch: Where it changes, the walk goes to ``at``: it was set from elsewhere.
        fixed: The walk stays at ``at``: a task holds it.
        reasons: Name of a grid → one for each of its cells.
        code: Lines of a program that does the same.
        hint: What is said while there is nothing else to say.
        font: Pixels of the numbers where there is room; down to :data:`LEAST` where there is not.
        first: Rows and columns are counted from 0 or from 1, as the reasons count them.
        projector: Larger type, thicker lines.

    Raises:
        ValueError: A kind that is not known, values that are no matrix, a name used twice, or a
            step or reason that speaks of a grid that is not there.
    """
    grids = [grid for node in nodes for grid in node.grids]
    _check(grids, steps, reasons or {})
    data: dict[str, Any] = {
        "title": title,
        "hint": hint,
        "fonts": [size + 4 if projector else size for size in (font, min(font, LEAST))],
        "nodes": [
            {
                "title": node.title,
                "shape": node.shape,
                "arrow": node.arrow,
                "sign": node.sign,
                "given": [grid.name for grid in node.given],
                "value": node.value.name,
                "back": [[grid.name for grid in row] for row in node.back],
            }
            for node in nodes
        ],
        "grids": {
            grid.name: _grid(key, grid) | {"named": grid.title != node.title}
            for node in nodes
            for grid in node.grids
        },
        "steps": [
            {
                "words": step.words,
                "fills": list(step.fills),
                "lit": _lit(step.lit),
                "lines": list(step.lines),
                "back": step.back,
            }
            for step in steps
        ],
        "at": at,
        "epoch": epoch,
        "fixed": fixed,
        "reasons": {
            name: [{"words": r.words, "lit": _lit(r.lit)} for r in of_cells]
            for name, of_cells in (reasons or {}).items()
        },
        "code": list(code),
        "first": first,
        "projector": projector,
    }
    listeners: dict[str, Any] = {
        f"on_{grid.name}_change": _nothing for grid in grids if grid.editable
    }

    def rested() -> None:
        step = None if fixed or on_step is None else _step(key, len(steps))
        if on_step is not None and step is not None:
            on_step(step)

    listeners[f"on_{_STEP}_change"] = rested
    _MOUNT(key=key, data=data, **listeners)


def _step(key: str, count: int) -> int | None:
    """The step that the browser says the walk stands at; None if it says none of them."""
    step = state_of(key).get(_STEP)
    if isinstance(step, bool) or not isinstance(step, int):
        return None
    return step if 0 <= step < count else None


def _nothing() -> None:
    """Streamlit keeps a state only if something listens to it."""


def _lit(lit: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    return {name: [int(cell) for cell in cells] for name, cells in lit.items()}


def _grid(key: str, grid: Grid) -> dict[str, Any]:
    values = np.asarray(grid.values, np.float64)
    sizes = np.abs(values[np.isfinite(values)])
    largest = float(sizes.max(initial=0.0))
    exponent = 0 if grid.editable else numerals.exponent(largest)
    return {
        "title": grid.title,
        "size": list(values.shape),
        # Not packed as float32: there are few, and a test reads all their digits.
        "values": values.ravel().tolist(),
        "exponent": exponent,
        "power": numerals.power(exponent),
        "decimals": _decimals(values, exponent, grid.editable),
        "largest": largest or 1.0,
        "kind": grid.kind,
        "editable": grid.editable and not edits.is_fixed(key, grid.name),
        "step": grid.step,
        "limit": grid.limit,
        "hues": None if grid.hues is None else {"of": list(grid.hues[0]), "count": grid.hues[1]},
        "hidden": grid.hidden,
        "sequence": edits.sequence(key, grid.name) if grid.editable else 0,
        "mark": edits.mark(values) if grid.editable else 0,
    }


def _decimals(values: Array, exponent: int, editable: bool) -> int:
    """As few as show every number; no more than there is room for."""
    most = WITH_POWER if exponent else 2 if editable else DECIMALS
    shown = values[np.isfinite(values)] / 10.0**exponent
    return next((d for d in range(most) if np.allclose(shown, np.round(shown, d), atol=1e-9)), most)


def _check(
    grids: Sequence[Grid], steps: Sequence[Step], reasons: Mapping[str, Sequence[Reason]]
) -> None:
    sizes: dict[str, int] = {}
    for grid in grids:
        if grid.kind not in KINDS:
            raise ValueError(f"kind: got {grid.kind!r}, need one of {', '.join(KINDS)}")
        if np.ndim(grid.values) != 2 or 0 in np.shape(grid.values):
            raise ValueError(f"{grid.name}: got shape {np.shape(grid.values)}, need (h, w)")
        if grid.name in sizes:
            raise ValueError(f"{grid.name}: got two grids of that name, need one")
        sizes[grid.name] = int(np.size(grid.values))
    spoken = [step.lit for step in steps] + [r.lit for of in reasons.values() for r in of]
    named = {name for lit in spoken for name in lit} | set(reasons)
    named |= {name for step in steps for name in step.fills}
    if missing := named - sizes.keys():
        raise ValueError(f"{', '.join(sorted(missing))}: not among the grids {', '.join(sizes)}")
    for name, of_cells in reasons.items():
        if len(of_cells) != sizes[name]:
            raise ValueError(f"{name}: got {len(of_cells)} reasons, need {sizes[name]}")
