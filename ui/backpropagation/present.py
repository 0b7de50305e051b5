"""The running example as the student has left it on the graph."""

from __future__ import annotations

from cnn.arrays import Array
from ui import codecs, edited, link
from ui.backpropagation.example import BIAS, FILTER, PICTURE, STRENGTH, TARGET, WEIGHTS, Example

#: Key of the graph, on which it is changed.
GRAPH = "bp_graph"
STRENGTH_LABEL, TARGET_LABEL = "Strength of the picture", "Target y"
#: Name of a grid of the graph → its name in the link, and what it is called.
EDITED = {
    "p": ("bp_p", "The picture"),
    "f": ("bp_f", "The filter f"),
    "w": ("bp_w", "The weights W"),
    "b": ("bp_b", "The bias b"),
}


def example(target: float | None = None) -> Example:
    """As the link has it; with another target where one is given."""
    # Sliders of another scene: here they can be locked all the same.
    strength = link.get("bp_x", STRENGTH, codecs.real(0.1, 1.0), label=STRENGTH_LABEL)
    if target is None:
        target = link.get("bp_y", TARGET, codecs.real(0.0, 1.0), label=TARGET_LABEL)
    return with_edits(strength, target)


def with_edits(strength: float, target: float) -> Example:
    """What was changed on the graph, with this strength and target."""

    def kept_array(grid: str, given: Array) -> Array:
        name, label = EDITED[grid]
        return edited.array(name, GRAPH, grid, given, "own", label)

    return Example(
        kept_array("p", PICTURE),
        kept_array("f", FILTER),
        kept_array("w", WEIGHTS),
        kept_array("b", BIAS),
        target,
        strength,
    )


def free() -> set[str]:
    """The grids that the student may change: those that no task holds."""
    return {grid for grid, (name, _) in EDITED.items() if not link.held(name)}
