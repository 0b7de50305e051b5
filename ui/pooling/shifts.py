"""What a pooling's output makes of an input that moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.data.augment import shifted
from cnn.settings import PairLike
from ui.components.panels.panels import Cells
from ui.pooling.kinds import pooled


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


def shift_panels(effects: list[Shifted]) -> list[Cells]:
    """Each kind before and after the shift, and by how much it differs."""
    found = []
    for effect in effects:
        limit = float(effect.before.max(initial=0.0)) or None
        found.append(Cells(EFFECTS[effect.kind], effect.before, "grey", limit))
        change = change_words(effect)
        found.append(Cells("after", effect.after, "grey", limit, caption=change))
    return found
