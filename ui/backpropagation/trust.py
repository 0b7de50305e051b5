"""Scene 4: any gradient can be checked with two forward passes; how small should the step be?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.explain import central_difference
from cnn.functional import max_pool2d_backward, relu, relu_backward
from cnn.layers.pooling import MaxPool2d
from ui import guess, lesson, link
from ui.backpropagation import example as running
from ui.backpropagation import present, questions
from ui.backpropagation.example import Example
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.numerals import words as number
from ui.remembered import Remembered

WHERE = {"example": "The example", "kink": "ReLU at exactly 0", "tie": "A tie in a maximum"}
#: log10 of the steps that are tried.
POWERS = np.linspace(-12, -1, 45)
EPS = 1e-6
#: The last step that was one.
_GOOD = Remembered("_bp_step", EPS)
DTYPES: dict[str, type] = {"float64": np.float64, "float32": np.float32}


def step_of(text: str) -> float | str:
    """The ε that was typed, or a sentence that says why it is none."""
    value = guess.parse(text)
    if value is None:
        return "ε is a number such as 1e-6 or 0.001."
    if value == 0:
        return "With an ε of 0 nothing moves, and the difference is 0/0: it says nothing."
    if not 1e-12 <= value <= 0.1:
        return "ε goes from 1e-12 to 0.1."
    return value


@dataclass(frozen=True)
class Check:
    """A gradient by backpropagation, and a way to its central difference.

    Attributes:
        name: What is moved, e.g. "f[0, 1]".
        gradient: By the backward pass.
        difference: (ε, dtype) → central difference.
    """

    name: str
    gradient: float
    difference: Callable[[float, type], float]

    def error(self, eps: float, dtype: type) -> float:
        """|difference − gradient|."""
        return abs(self.difference(eps, dtype) - self.gradient)


def of_example(example: Example, name: str, cell: int) -> Check:
    """For one number of the running example; ``cell`` is flat."""
    gradient = running.both_passes(example)[f"d{name}"]
    row, column = (int(i) for i in np.unravel_index(cell, gradient.shape))
    return Check(
        f"{name if name != 'x' else 'X'}[{row}, {column}]",
        float(gradient[row, column]),
        lambda eps, dtype: running.difference(example, name, (row, column), eps, dtype),
    )


def cells_of(name: str) -> int:
    """How many numbers there are of that name."""
    return {"f": 4, "w": 4, "b": 1, "x": 9}[name]


def at_a_kink() -> Check:
    """E = ReLU(x) at x = 0: slope 0 to the left, 1 to the right."""
    x = np.zeros(1)
    gradient = float(relu_backward(np.ones(1), x)[0][0])
    return Check("x", gradient, _moving(x, (0,), relu))


def at_a_tie() -> Check:
    """E = max of 2 2 / 1 0 when its first number moves: up it wins alone, down it loses."""
    x = np.array([[[[2.0, 2], [1, 0]]]])
    gradient = float(max_pool2d_backward(np.ones((1, 1, 1, 1)), x, 2)[0][0, 0, 0, 0])
    return Check("x[0, 0]", gradient, _moving(x, (0, 0, 0, 0), MaxPool2d(2)))


def _moving(
    x: Array, index: tuple[int, ...], f: Callable[[Array], Array]
) -> Callable[[float, type], float]:
    def difference(eps: float, dtype: type) -> float:
        moved: Array = x.astype(dtype)
        return central_difference(lambda: float(f(moved).sum()), moved, index, eps)

    return difference


def chart(check: Check) -> Panel:
    """The error against log10 ε, for both kinds of floats."""
    series = [
        Series(title, POWERS, [check.error(10.0**p, dtype) for p in POWERS], i, dashed=i == 1)
        for i, (title, dtype) in enumerate(DTYPES.items())
    ]
    return Panel("|difference − gradient|", series, log=True)


def verdict(check: Check, eps: float) -> str:
    """Both numbers, and by how much they differ."""
    d64, d32 = (check.difference(eps, dtype) for dtype in DTYPES.values())
    return (
        f"∂E/∂{check.name} by backpropagation: **{number(check.gradient)}**. Central difference "
        f"with ε = {number(eps)}: **{number(d64)}** in float64 (off by "
        f"{number(abs(d64 - check.gradient), 2)}), {number(d32)} in float32 (off by "
        f"{number(abs(d32 - check.gradient), 2)})."
    )


def best(check: Check) -> str:
    """Where the V has its foot."""
    found = []
    for title, dtype in DTYPES.items():
        errors = [check.error(10.0**p, dtype) for p in POWERS]
        found.append(f"{number(10.0 ** POWERS[int(np.argmin(errors))], 2)} in {title}")
    return f"Smallest error at ε ≈ {' and '.join(found)}."


def mark(eps: float) -> float:
    """Where ε stands on the chart's axis."""
    return math.log10(eps)


def show() -> None:
    """The scene."""
    stage, controls = lesson.stage()
    with controls:
        where = link.choice("Where", "bp_where", WHERE, "example", kind="radio")
        name = link.choice(
            "Which number", "bp_d", running.MOVABLE, "f", kind="select", disabled=where != "example"
        )
        most = cells_of(name) - 1
        cell = link.slider("Which of them", "bp_dc", 0, most, 0, disabled=where != "example")
        eps = _chosen_step()
    check = {
        "example": lambda: of_example(present.example(), name, cell),
        "kink": at_a_kink,
        "tie": at_a_tie,
    }[where]()
    with stage:
        st.markdown(verdict(check, eps))
        live_chart(
            "bp_v",
            [chart(check)],
            x_label="log₁₀ ε",
            x_end=0,
            here=mark(eps),
            summary=best(check),
            height=320,
            projector=lesson.projector(),
        )
        st.markdown(best(check))
    lesson.formula(
        r"\frac{\partial E}{\partial w} \approx \frac{E(w + \varepsilon) - E(w - \varepsilon)}"
        r"{2\,\varepsilon}"
    )
    lesson.text(
        """
Two forward passes and a subtraction: nobody needs to believe a backward pass. From the right the
error falls with ε²: what the straight line between two points leaves out. Then it rises again: the
two values of E agree in more and more digits, and what is left of the difference is rounding.
float32 has seven digits, float64 sixteen, so their valleys lie at different ε.

At a **kink** there is no slope to find. The difference takes the mean of both sides;
backpropagation takes one of them, by convention. Both are honest; they answer different questions.
"""
    )
    asked = questions.how_much_better(guess.deal("bp_g8"))
    guess.number("bp_g8", asked.words, asked.answer, asked.explain, known=asked.known)


def _chosen_step() -> float:
    """The ε that is typed; the last good one where it is none, and one sentence why."""
    eps = step_of(link.text("Step ε, from 0.1 to 1e-12", "bp_eps", "1e-6", max_chars=20))
    if isinstance(eps, str):
        lesson.problem(eps)
        eps = _GOOD.get()
    _GOOD.put(eps)
    return eps
