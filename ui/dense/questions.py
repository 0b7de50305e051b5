"""What is guessed in the lesson on dense layers."""

from __future__ import annotations

import numpy as np

from ui.questions import NumberQuestion, mistakes


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
