"""What a class loses when a patch covers each place of the picture in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.explain import occlusion
from jobs.large.network import HELD, NO_NUMBERS, Tell, Wanted, network


@dataclass(frozen=True)
class Covered:
    """What covering a patch takes away from a class.

    Attributes:
        chance: Probability of the class with nothing covered.
        drops: (side, side) what it loses with the patch over each place.
        least: The lowest probability.
        picture: (side, side, 3) uint8 with the patch where it hurts most.
    """

    chance: float
    drops: Array
    least: float
    picture: Array


def cover(tell: Tell, wanted: Wanted, picture: Array, target: int, size: int, step: int) -> Covered:
    """What a class loses when a grey patch covers each place of the picture in turn.

    Args:
        tell: Is told a :class:`Loaded`, then (places that are done, of how many).
        wanted: Which network.
        picture: (H, W, 3) uint8.
        target: The class.
        size: Side of the patch, in pixels of what the network sees.
        step: Pixels from one place to the next.

    Raises:
        ValueError: the picture or the file does not fit, or the answers are no numbers.
    """
    net, _ = network(tell, wanted)
    HELD.forget_pass()
    x = HELD.preprocessing.apply(picture)
    found = occlusion(net, x, size, stride=step, batch=1, report=lambda *done: tell(done))
    if not np.isfinite(found.values).all():
        raise ValueError(NO_NUMBERS)
    drops = found.drops[target]
    row, column = np.unravel_index(drops.argmax(), drops.shape)
    cropped = HELD.preprocessing.cropped(picture).copy()
    grey = np.multiply(HELD.preprocessing.mean, HELD.preprocessing.scale)  # what becomes 0
    cropped[found.patch(int(row), int(column))] = np.rint(grey)
    chance = float(found.values[target])
    return Covered(
        chance,
        found.heat(target, x.shape[1:]).astype(np.float32),
        chance - float(drops.max()),
        cropped,
    )
