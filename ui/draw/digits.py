"""The digits that a drawing is compared with: made of strokes, as on the pad.

MNIST is not part of the app; these are (:mod:`cnn.data.handwriting`), and everybody has the same.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from cnn.data.datasets import DIGITS, Dataset
from cnn.data.handwriting import PAD, generate
from ui.readers import Network

COUNT = 300
#: What they are called in a sentence.
WORDS = f"{COUNT} digits made of strokes, as on the pad"
_SEED = 7


def for_network(of: Network) -> Dataset:
    """The digits among the network's classes; all ten where its classes are no digits."""
    known = of.classes if of.knows_digits else DIGITS
    return _made(tuple(sorted({DIGITS.index(name) for name in known})))


def forget() -> None:
    """Draw them anew when they are asked for next; for measurements."""
    _made.cache_clear()


@lru_cache(maxsize=16)
def _made(known: tuple[int, ...]) -> Dataset:
    return generate(COUNT, _SEED, labels=np.resize(np.array(known), COUNT), style=PAD)
