"""Questions of the training page."""

from __future__ import annotations

import numpy as np

from ui.questions import NumberQuestion, mistakes

#: The answers have three decimals at most and are at least 0.002 from the weight before the step.
TOLERANCE = 0.0005


def next_weight(rng: np.random.Generator) -> NumberQuestion:
    """Where a weight goes in one step of plain gradient descent."""
    weight = round(float(rng.uniform(-1, 1)), 1)
    gradient = round(float(rng.choice([-1, 1]) * rng.uniform(0.2, 2)), 1)
    lr = float(rng.choice([0.01, 0.1, 0.5]))
    answer = weight - lr * gradient
    words = (
        f"A weight is {_minus(weight)}, its gradient {_minus(gradient)}, the learning rate {lr:g}. "
        "Plain gradient descent takes one step. Where is the weight then?"
    )
    way = "down" if gradient > 0 else "up"
    explain = (
        f"w − η·g with η, the learning rate, and g, the gradient: {_minus(weight)} − "
        f"{lr:g}·({_minus(gradient)}) = {_minus(answer)}. The gradient is "
        f"{'positive' if gradient > 0 else 'negative'}, so the weight goes {way}."
    )
    known = mistakes(
        answer,
        (weight + lr * gradient, "the step taken uphill: the gradient added"),
        (weight - gradient, "the learning rate forgotten"),
        (weight - lr, "the gradient forgotten"),
        (-lr * gradient, "the step, not the weight after it"),
        (weight * (1 - lr * gradient), "the weight multiplied, too"),
        (weight, "the weight before the step"),
    )
    return NumberQuestion(words, answer, explain, known)


def _minus(value: float) -> str:
    return f"{round(value, 6):g}".replace("-", "−")
