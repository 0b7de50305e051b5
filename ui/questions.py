"""The questions that lessons ask: dealt from a generator, answered by ``cnn``, with the reason.

A question knows its words, its answer and its reason; :mod:`ui.guess` asks it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.functional import conv2d
from cnn.window import named_kernels
from cnn.window.geometry import output_size
from ui import samples

Number = float | np.integer | np.floating
#: A wrong answer, and what leads to it.
Mistake = tuple[float, str]


@dataclass(frozen=True)
class NumberQuestion:
    """A question whose answer is a number.

    Attributes:
        words: What is asked.
        answer: The right one.
        explain: Why.
        known: Wrong answers that are often given, the most telling first; :func:`mistakes` makes
            them.
    """

    words: str
    answer: float
    explain: str
    known: tuple[Mistake, ...] = ()


def mistakes(right: float, *found: Mistake) -> tuple[Mistake, ...]:
    """Wrong answers with what leads to each, for a class's histogram.

    What comes out right all the same is left out, and of equal ones all but the first.
    """
    kept: list[Mistake] = []
    for value, why in found:
        number = float(value)
        others = [right, *(value for value, _ in kept)]
        if np.isfinite(number) and not np.isclose(number, others, rtol=1e-3, atol=1e-9).any():
            kept.append((number, why))
    return tuple(kept)


@dataclass(frozen=True)
class PictureQuestion:
    """A question with one picture (H, W) for each option.

    Attributes:
        words: What is asked.
        options: Name → label.
        answer: The name of the right one.
        explain: Why.
        pictures: Of the options.
        known: Name of a wrong option → what it is.
    """

    words: str
    options: dict[str, str]
    answer: str
    explain: str
    pictures: list[Array]
    known: dict[str, str]


def next_cell(rng: np.random.Generator) -> NumberQuestion:
    """The value of one output cell of a small convolution."""
    x = rng.integers(0, 6, (4, 4))
    weight = rng.integers(-1, 3, (2, 2))
    row, column = (int(v) for v in rng.integers(0, 3, 2))
    window = x[row : row + 2, column : column + 2]
    answer = conv2d(x[None, None].astype(float), weight[None, None].astype(float))[
        0, 0, row, column
    ]
    terms = " + ".join(
        f"{v}·{_bracketed(w)}" for v, w in zip(window.flat, weight.flat, strict=True)
    )
    words = (
        f"The kernel slides over the input one cell at a time. Which number is y[{row}, {column}]? "
        "(Row and column of the output, counted from 0.)" + _shown(input=x, kernel=weight)
    )
    explain = f"The window there holds {_listed(window)} (row by row): {terms} = {_plain(answer)}."
    known = mistakes(
        float(answer),
        (float((window * weight[::-1, ::-1]).sum()), "the kernel turned by 180°"),
        (_at(x, weight, column, row), "row and column exchanged"),
        (_at(x, weight, row - 1, column - 1), "counted from 1, not from 0"),
        (float((window * weight.T).sum()), "the kernel read column by column"),
        (float(window.sum()), "the window added up without the weights"),
    )
    return NumberQuestion(words, float(answer), explain, known)


def _at(x: Array, weight: Array, row: int, column: int) -> float:
    """One output cell; NaN where there is none."""
    y = conv2d(x[None, None].astype(float), weight[None, None].astype(float))[0, 0]
    inside = 0 <= row < y.shape[0] and 0 <= column < y.shape[1]
    return float(y[row, column]) if inside else np.nan


_DETECTORS = {
    "sobel_x": "differences from left to right, so vertical edges light up, in both signs",
    "sobel_y": "differences from top to bottom, so horizontal edges light up, in both signs",
    "box": "the mean of the window, so every edge is softened and nothing is negative",
    "outline": "how far a cell stands out from its neighbours, so thin lines run along every edge",
}


def which_output(rng: np.random.Generator) -> PictureQuestion:
    """Which of four outputs belongs to a kernel."""
    x = samples.blocks(int(rng.integers(1 << 30))).x
    names = [str(n) for n in rng.permutation(list(_DETECTORS))]
    answer = str(rng.choice(names))
    weight = named_kernels.PRESETS[answer]()
    outputs = {n: conv2d(x[None], named_kernels.PRESETS[n]()[None, None])[0, 0] for n in names}
    letters = dict(zip(names, "ABCD", strict=True))
    words = "The same picture under four kernels. Which output belongs to this one?" + _shown(
        kernel=weight
    )
    explain = f"It is {letters[answer]}: this kernel measures {_DETECTORS[answer]}."
    known = {n: f"it shows {_DETECTORS[n].partition(',')[0]}" for n in names if n != answer}
    return PictureQuestion(words, letters, answer, explain, list(outputs.values()), known)


def size_after(rng: np.random.Generator) -> NumberQuestion:
    """The output size for given n, f, p, s and d."""
    n = int(rng.integers(7, 33))
    f = int(rng.choice([2, 3, 3, 4, 5, 5, 7]))
    p = int(rng.integers(0, 4))
    s = int(rng.integers(1, 4))
    d = int(rng.choice([1, 1, 1, 2])) if n > 2 * f else 1
    answer = output_size(n, f, s, p, d)
    reach = d * (f - 1) + 1
    spread = f", dilation {d}" if d > 1 else ""
    words = (
        f"An input {n} cells wide, a kernel {f} wide{spread}, padding {p} on each side, "
        f"stride {s}. How wide is the output?"
    )
    rest = (n + 2 * p - reach) % s
    floor = f" The floor drops {rest} cell{'s' if rest > 1 else ''} at the far rim." if rest else ""
    covers = f"The dilated kernel covers {reach} cells. " if d > 1 else ""
    explain = (
        f"{covers}⌊({n} + 2·{p} − {reach})/{s}⌋ + 1 = ⌊{n + 2 * p - reach}/{s}⌋ + 1 = {answer}."
        f"{floor}"
    )
    places = n + 2 * p - reach  # the last place of the window, at stride 1
    known = mistakes(
        answer,
        (output_size(n, f, s, p, 1), "the dilation forgotten"),
        (places // s, "the 1 at the end forgotten"),
        ((n - reach) // s + 1, "the padding forgotten"),
        ((n + p - reach) // s + 1, "the padding counted on one side only"),
        (places + 1, "the stride forgotten"),
        (-(-places // s) + 1, "rounded up, not down"),
        ((n + 2 * p) // s, "the kernel forgotten"),
        (n, "as wide as the input"),
    )
    return NumberQuestion(words, answer, explain, known)


def pooled_cell(rng: np.random.Generator) -> NumberQuestion:
    """One output cell of a max or an average pooling."""
    x = rng.integers(-9, 10, (4, 4))
    row, column = (int(v) for v in rng.integers(0, 2, 2))
    window = x[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
    place = f"y[{row}, {column}]"
    if rng.random() < 0.5:
        name, answer = "Max", float(window.max())
        explain = f"The window holds {_listed(window)}; the largest is {_plain(answer)}."
    else:
        name, answer = "Average", float(window.mean())
        terms = " + ".join(_bracketed(v) for v in window.flat)
        explain = f"({terms})/4 = {_plain(answer)}."
    words = (
        f"**{name}** pooling, window 2, stride 2. Which number is {place}? "
        "(Row and column of the output, counted from 0.)" + _shown(input=x)
    )

    def pool(at: Array) -> float:
        return float(at.max() if name == "Max" else at.mean())

    swapped = x[2 * column : 2 * column + 2, 2 * row : 2 * row + 2]
    known = mistakes(
        answer,
        (pool(x[row : row + 2, column : column + 2]), "the stride forgotten"),
        (pool(swapped), "row and column exchanged"),
        (float(window.sum()), "added up, not pooled" if name == "Max" else "not divided by 4"),
        (float(window.mean()), "the average taken"),
        (float(window.max()), "the largest taken"),
        (float(np.abs(window).max()), "the largest in size, whatever its sign"),
        (float(x.max()), "the largest of the whole input"),
    )
    return NumberQuestion(words, answer, explain, known)


@dataclass(frozen=True)
class CellQuestion:
    """An output cell of the stage, hidden until the student has answered."""

    cell: tuple[int, int]
    words: str
    answer: float
    explain: str
    tolerance: float


def stage_cell(rng: np.random.Generator, y: Array, lively: Array) -> CellQuestion:
    """One output cell of what is on the stage, where there is something to see.

    Args:
        rng: Deals it.
        y: (OH, OW), the output.
        lively: (OH, OW) bool, where there is something to see below the window.
    """
    places = np.argwhere(lively if lively.any() else np.ones_like(lively))
    row, column = (int(v) for v in places[int(rng.integers(len(places)))])
    answer = float(y[row, column])
    words = f"The window stands at the cell marked “?”. Which number is y[{row}, {column}]?"
    explain = (
        f"y[{row}, {column}] = {_plain(round(answer, 3))}; above, every product of it is shown now."
    )
    # One per cent, but never so much that the next whole number counts as right too.
    tolerance = max(0.01, min(0.4, 0.01 * abs(answer)))
    return CellQuestion((row, column), words, answer, explain, tolerance)


def _shown(**matrices: Array) -> str:
    """The matrices in a line of their own, each with its name."""
    parts = (rf"{{\text{{{name}}} = {_matrix(values)}}}" for name, values in matrices.items())
    return "\n\n$$\n" + r" \qquad ".join(parts) + "\n$$"


def _listed(values: Array) -> str:
    return ", ".join(_plain(v) for v in values.flat)


def _matrix(values: Array) -> str:
    rows = r" \\ ".join(" & ".join(f"{v:g}" for v in row) for row in values)
    return rf"\begin{{bmatrix}}{rows}\end{{bmatrix}}"


def _plain(value: Number) -> str:
    return f"{value:g}".replace("-", "−")


def _bracketed(value: Number) -> str:
    return f"({_plain(value)})" if value < 0 else _plain(value)
