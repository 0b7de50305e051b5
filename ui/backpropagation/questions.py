"""The guesses of the lesson, dealt from a generator, answered by ``cnn``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.functional import (
    avg_pool2d_backward,
    max_pool2d_backward,
    mse_loss_backward,
    sigmoid,
    sigmoid_backward,
)
from cnn.window.geometry import output_size
from ui.backpropagation.titles import TITLES
from ui.numerals import words as number
from ui.questions import Mistake, NumberQuestion, mistakes

#: What can be hidden on the graph, and what would give it away.
HIDDEN = {"dw": ("dw",), "db": ("db",), "df": ("df",), "dz1": ("dz1", "df", "dx")}
SIGNS = {"plus": "Positive", "minus": "Negative", "zero": "Exactly 0"}
HOW = {
    "dw": "∂E/∂Z₂ times the cell of a that the weight multiplied",
    "db": "∂E/∂Z₂ times 1",
    "df": "the sum of four cells of X times the four of ∂E/∂Z₁",
    "dz1": "∂E/∂A₁ times A₁ (1 − A₁) of the same cell",
}


@dataclass(frozen=True)
class Factor:
    """A number on the graph that is hidden until it has been guessed."""

    name: str
    cell: int
    value: float

    @property
    def title(self) -> str:
        """E.g. "∂E/∂W[2]"."""
        places = {"dw": f"[{self.cell}]", "db": ""}
        row, column = divmod(self.cell, 2)
        return TITLES[self.name] + places.get(self.name, f"[{row}, {column}]")

    @property
    def sign(self) -> str:
        """A key of :data:`SIGNS`."""
        return "zero" if self.value == 0 else "plus" if self.value > 0 else "minus"

    @property
    def explain(self) -> str:
        """The reason, and the number."""
        return f"{self.title} is {HOW[self.name]}: {number(self.value)}."

    @property
    def known(self) -> tuple[Mistake, ...]:
        """Wrong answers, with what leads to them."""
        return mistakes(
            self.value,
            (-self.value, "the sign turned"),
            (2 * self.value, "doubled: the ½ before the square forgotten"),
        )

    @property
    def tolerance(self) -> float:
        """Two per cent: two significant digits are enough."""
        return max(0.02 * abs(self.value), 1e-12)


def factor(rng: np.random.Generator, numbers: dict[str, Array]) -> Factor:
    """Which number is hidden."""
    name = str(rng.choice(list(HIDDEN)))
    cell = int(rng.integers(numbers[name].size))
    return Factor(name, cell, float(numbers[name].flat[cell]))


def bias_gradient(rng: np.random.Generator) -> NumberQuestion:
    """∂E/∂b for another Z₂ and y: what the tutorial leaves to the reader."""
    z = float(rng.integers(-20, 21)) / 10
    y = float(rng.integers(0, 2))
    output = float(sigmoid(np.array([z]))[0])
    arriving = mse_loss_backward(0.5, np.array([output]), np.array([y]), "sum")[0]
    answer = float(sigmoid_backward(arriving, np.array([z]))[0][0])
    words = (
        f"In another network O = {number(output, 3)} and y = {y:g}. What is ∂E/∂b, the gradient of "
        "the bias before the last sigmoid? (Three decimals.)"
    )
    explain = (
        "∂Z₂/∂b = 1, so the bias gets what arrives at Z₂: ∂E/∂b = (O − y) · O (1 − O) = "
        f"({number(output, 4)} − {y:g}) · {number(output, 4)} · {number(1 - output, 4)} = "
        f"{number(round(answer, 4))}."
    )
    slope = output * (1 - output)
    known = mistakes(
        answer,
        (-answer, "y − O in place of O − y"),
        (output - y, "the sigmoid's slope forgotten"),
        (slope, "the error forgotten"),
        (2 * answer, "the ½ before the square forgotten"),
        (answer * z, "multiplied by Z₂, too"),
        (0.0, "a bias taken for a constant"),
        (1.0, "∂Z₂/∂b alone"),
    )
    return NumberQuestion(words, answer, explain, known)


def places(rng: np.random.Generator) -> NumberQuestion:
    """Over how many places a weight's gradient is a sum."""
    n, f, s = int(rng.integers(6, 30)), int(rng.choice([2, 3, 5])), int(rng.integers(1, 3))
    side = output_size(n, f, s)
    words = (
        f"An input of {n}×{n}, a filter of {f}×{f}, stride {s}, no padding. The gradient of one of "
        "its weights is a sum over how many products?"
    )
    explain = (
        f"One for each output cell, for the weight was used once for each: there are {side}×{side} "
        f"= {side * side} of them."
    )
    known = mistakes(
        side * side,
        (side, "one direction only"),
        (f * f, "the weights counted"),
        (n * n, "the cells of the input counted"),
        (output_size(n, f, 1) ** 2, "the stride forgotten"),
        (side * side * f * f, "the products of all weights"),
        (1, "a weight taken for used once"),
    )
    return NumberQuestion(words, side * side, explain, known)


def routed(rng: np.random.Generator) -> NumberQuestion:
    """What the first cell of a pooling window gets back."""
    x = rng.integers(-4, 6, (1, 1, 2, 2)).astype(float)
    dy = float(rng.choice([-6, -4, 4, 8]))
    name = str(rng.choice(["Max", "Average"]))
    backward = max_pool2d_backward if name == "Max" else avg_pool2d_backward
    answer = float(backward(np.full((1, 1, 1, 1), dy), x, 2)[0][0, 0, 0, 0]) + 0.0  # no −0
    cells = ", ".join(number(v) for v in x.ravel())
    words = (
        f"**{name}** pooling of a window that holds {cells} (row by row). The gradient "
        f"{number(dy)} arrives. How much of it does the first cell get?"
    )
    reason = {
        "Average": f"a quarter of {number(dy)}, as each of the four does",
        "Max": f"all of {number(dy)}, for it won"
        if answer
        else "nothing: the largest is another cell, and that gets all",
    }[name]
    known = mistakes(
        answer,
        (dy / 4, "shared out, as an average does"),
        (dy, "all of it" if name == "Average" else "all of it, though another cell won"),
        (0.0, "nothing, as if another cell had won" if answer else "nothing"),
        (float(x.flat[0]), "the cell's own value"),
        (dy * float(x.flat[0]), "multiplied by the cell's value"),
    )
    return NumberQuestion(words, answer, f"It gets {number(answer)}: {reason}.", known)


def how_much_better(rng: np.random.Generator) -> NumberQuestion:
    """By what the error of a central difference falls with its step."""
    factor = int(rng.choice([2, 3, 4, 5, 10]))
    words = (
        "On the right side of the valley, where rounding does not matter yet, ε is made "
        f"{factor} times smaller. How many times smaller does the error become?"
    )
    explain = (
        f"What a central difference leaves out grows with ε²: {factor}·{factor} = {factor**2} "
        "times smaller."
    )
    known = mistakes(
        factor**2,
        (factor, "as if it grew with ε, not with ε²"),
        (2 * factor, "doubled, not squared"),
        (factor**3, "as if it grew with ε³"),
        (2**factor, "exponentially"),
    )
    return NumberQuestion(words, factor**2, explain, known)


def where_to(rng: np.random.Generator) -> NumberQuestion:
    """Where one step takes a weight."""
    w, slope = (int(rng.integers(lo, hi)) / 10 for lo, hi in ((-20, 21), (1, 10)))
    slope *= int(rng.choice([-1, 1]))
    rate = float(rng.choice([0.5, 1, 2, 5]))
    answer = w - rate * slope
    shown = f"({number(slope)})" if slope < 0 else number(slope)
    rises, way = ("falls", "right") if slope < 0 else ("rises", "left")
    words = (
        f"A weight is {number(w)}, the slope of E there is {number(slope)}, η is {number(rate)}. "
        "Where is the weight after one step?"
    )
    explain = f"E {rises} to the right, so the step goes {way}: {number(w)} − "
    explain += f"{number(rate)}·{shown} = {number(round(answer, 6))}."
    known = mistakes(
        answer,
        (w + rate * slope, "the step taken uphill: the slope added"),
        (w - slope, "η forgotten"),
        (-rate * slope, "the step, not the weight after it"),
        (w, "the weight before the step"),
    )
    return NumberQuestion(words, answer, explain, known)


WHY = {
    "saturated": "The sigmoids are saturated",
    "rate": "The learning rate is too small",
    "wrong": "The answer is right already",
    "cancel": "Positive and negative gradients cancel",
}


def why_so_small(numbers: dict[str, Array]) -> str:
    """The reason, with the numbers at full strength."""
    z1 = ", ".join(number(v) for v in numbers["z1"].ravel())
    largest = number(float(np.abs(numbers["df"]).max()), 3)
    slope = number(float(numbers["s1"].max()), 2)
    return (
        f"Z₁ is {z1}: there the sigmoid is flat, its slope A₁ (1 − A₁) is {slope} at most, and "
        f"every gradient behind it is multiplied by that. The largest of ∂E/∂f is {largest}. The "
        "learning rate does not enter a gradient."
    )


@dataclass(frozen=True)
class Challenge:
    """Something to build on the graph, and whether it stands there."""

    words: str
    done: bool


def challenges(numbers: dict[str, Array]) -> list[Challenge]:
    """What a student is asked to construct."""
    df = numbers["df"].ravel()
    limit = 1e-12
    # A blank picture, slopes of 0 or an answer that is right stop the gradient too.
    arrives = all(numbers[name].any() for name in ("x", "s1", "dz2"))
    alike = any(
        abs(a - b) <= limit and abs(a) > limit for i, a in enumerate(df) for b in df[i + 1 :]
    )
    return [
        Challenge(
            "Choose W so that ∂E/∂f is zero.",
            bool(arrives and (np.abs(df) <= limit).all()),
        ),
        Challenge("Find a picture for which two weights of f get the same gradient.", alike),
    ]


def saturated(numbers: dict[str, Array]) -> str | None:
    """A sentence where nothing can be learned any more: every slope of a layer is 0."""
    if not numbers["s1"].any() or not numbers["s2"].any():
        return (
            "Every sigmoid here is saturated: its slope is exactly 0 in float64, so every gradient "
            "before it is 0. Make the picture or the weights smaller."
        )
    return None
