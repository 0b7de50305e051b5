"""What is guessed in the lesson on channels."""

from __future__ import annotations

import numpy as np

from ui.questions import NumberQuestion, mistakes


def how_many_weights(rng: np.random.Generator) -> NumberQuestion:
    """Weights and biases of a convolution layer."""
    c = int(rng.choice([1, 3, 6, 8, 16]))
    f = int(rng.choice([4, 6, 8, 10, 16]))
    k = int(rng.choice([1, 3, 5]))
    words = (
        f"{c} map{'s' if c > 1 else ''} go in, {f} filters of {k}×{k} with a bias each. How many "
        "numbers does the layer learn?"
    )
    answer = f * (k * k * c + 1)
    explain = (
        f"Each filter has {k}·{k} weights for every one of the {c} maps that go in, and one bias: "
        f"{k}·{k}·{c} + 1 = {k * k * c + 1:,}. Times {f} filters is {answer:,}. The size of the "
        "picture does not matter."
    )
    known = mistakes(
        answer,
        (f * k * k * c, "the biases forgotten"),
        (f * (k * k + 1), "one kernel a filter: the depth forgotten"),
        (f * c * (k * k + 1), "a bias for each kernel"),
        (f * k * k * c + 1, "one bias for all filters"),
        (k * k * c + 1, "one filter only"),
        (f * (k * c + 1), "the kernel's side, not its area"),
    )
    return NumberQuestion(words, answer, explain, known)
