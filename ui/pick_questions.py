"""A question that is answered by picking one of a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PickQuestion:
    """What is asked, name → label, which name is right, and why."""

    words: str
    options: dict[str, str]
    answer: str
    explain: str


def dealt(
    rng: np.random.Generator, words: str, statements: Sequence[str], explain: str
) -> PickQuestion:
    """Which of a few statements is true? They stand in the question, each under a letter.

    Args:
        rng: Deals their order.
        words: The question.
        statements: The true one first.
        explain: Shown after the answer.
    """
    order = rng.permutation(len(statements)).tolist()
    letters = "ABCDE"[: len(order)]
    listed = "  \n".join(
        f"**{letter}** {statements[place]}" for letter, place in zip(letters, order, strict=True)
    )
    right = letters[order.index(0)]
    return PickQuestion(
        f"{words}\n\n{listed}",
        dict(zip(letters, letters, strict=True)),
        right,
        f"{right} is right. {explain}",
    )
