"""The whole working of an exercise, written down: its formula, every sum, the answer.

As plain text, for a spreadsheet, in LaTeX and in Markdown; programs that print the same numbers
are in :mod:`ui.exercise.programs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.explain import WindowSum
from ui.exercise.exercise import Exercise
from ui.exercise.programs import numpy_program, torch_program
from ui.matrix import writing
from ui.matrix.writing import number

#: Digits of a number that is written for a reader.
DIGITS = 8
#: More products than these are not written out: nobody reads them, and every page would be slow.
MOST_PRODUCTS = 6000
FORMS = {
    "plain": "Plain text",
    "tabs": "Spreadsheet",
    "numpy": "NumPy",
    "torch": "PyTorch",
    "latex": "LaTeX",
    "markdown": "Markdown",
}
#: What an activation is called.
_CALLED = {"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh"}
_ACTIVATIONS = {"relu": "max(0, ·)", "sigmoid": "σ(·)", "tanh": "tanh(·)"}


@dataclass(frozen=True)
class Sum:
    """One cell of the answer: where it is, its terms, what they add up to."""

    index: tuple[int, int, int]
    taken: WindowSum


def output(exercise: Exercise, form: str) -> str:
    """The answer alone, in one of :data:`FORMS`."""
    if form == "torch":
        return f"torch.tensor({writing.python(exercise.y, DIGITS)})"
    return writing.FORMS[form](exercise.y, DIGITS)


def working(exercise: Exercise, form: str) -> str:
    """Formula, sizes, sums and answer, in one of :data:`FORMS`; a program where it is one."""
    written: dict[str, Callable[[Exercise], str]] = {
        "plain": _plain,
        "tabs": _tabs,
        "numpy": numpy_program,
        "torch": torch_program,
        "latex": _latex,
        "markdown": _markdown,
    }
    return written[form](exercise)


def sums(exercise: Exercise) -> Iterator[Sum]:
    """The sums of all cells, row by row, as far as they are written out."""
    each = int(np.prod(exercise.setting.window.kernel)) * (1 if exercise.pools else len(exercise.x))
    most = max(1, MOST_PRODUCTS // each)
    for place, index in enumerate(np.ndindex(exercise.y.shape)):
        if place == most:
            return
        channel, row, column = index
        yield Sum((channel, row, column), exercise.cell((channel, row, column)))


def left_out(exercise: Exercise) -> int:
    """How many sums are not written out."""
    return exercise.y.size - sum(1 for _ in sums(exercise))


def terms(exercise: Exercise, taken: WindowSum, times: str = "·", minus: str = "−") -> str:
    """The sum of one cell: "2·2 + 3·(−1) + … + 0.5 = 1", with what follows it."""

    def write(value: float, brackets: bool = False) -> str:
        text = number(value, DIGITS)
        text = text.replace("-", minus)
        return f"({text})" if brackets and value < 0 else text

    y = write(taken.y)
    kind = exercise.setting.kind
    if kind == "max":
        inside = taken.x[np.isfinite(taken.x)]
        return f"max({', '.join(write(v) for v in inside)}) = {y}"
    if exercise.pools:
        added = " + ".join(write(v, True) for v in taken.x.flat)
        if kind == "sum":
            return f"{added} = {y}"
        return f"({added}) / {write(round(1 / taken.weight.flat[0]))} = {y}"
    parts = [
        f"{write(x, True)}{times}{write(w, True)}"
        for x, w in zip(taken.x.flat, taken.weight.flat, strict=True)
    ]
    if exercise.bias:
        parts.append(write(exercise.bias, True))
    total = f"{' + '.join(parts)} = {write(taken.z)}"
    name = exercise.setting.activation
    return total if name is None else f"{total}; {_CALLED[name]}: {y}"


def name(exercise: Exercise, index: tuple[int, int, int]) -> str:
    """What a cell of the answer is called: y[1, 2], or y[0, 1, 2] where there are channels."""
    place = index if len(exercise.y) > 1 else index[1:]
    return f"y[{', '.join(map(str, place))}]"


def formula(exercise: Exercise) -> str:
    """How a cell is worked out, in one line of plain text."""
    if exercise.pools:
        what = {"max": "max", "avg": "mean", "sum": "Σ"}[exercise.setting.kind]
        return f"y[i, j] = {what} over u, v of x[{_place(exercise, 0)}, {_place(exercise, 1)}]"
    c = "c, " if len(exercise.x) > 1 else ""
    f = "f, " if exercise.several else ""
    over = "Σ over c, u, v of" if c else "Σ over u, v of"
    inner = f"{over} x[{c}{_place(exercise, 0)}, {_place(exercise, 1)}] · w[{f}{c}u, v]"
    inner += f" + {number(exercise.bias, DIGITS)}" if exercise.bias else ""
    activation = exercise.setting.activation
    outer = _ACTIVATIONS.get(activation or "", f"{activation}(·)" if activation else "·")
    return f"y[{f}i, j] = {outer.replace('·', inner)}"


def _indexed(letter: str) -> str:
    """w[0] of the name that LaTeX writes with an index."""
    name, _, index = letter.partition("_")
    return f"{name}[{index}]" if index else name


def _place(exercise: Exercise, axis: int) -> str:
    """The row or column that a tap reads: i·2 + u − 1."""
    window = exercise.setting.window
    at, tap = ("i", "u") if axis == 0 else ("j", "v")
    stride, dilation = window.stride[axis], window.dilation[axis]
    before = window.padding[2 * axis]
    start = at if stride == 1 else f"{stride}·{at}"
    step = tap if dilation == 1 else f"{dilation}·{tap}"
    return f"{start} + {step}" + (f" − {before}" if before else "")


def sizes(exercise: Exercise) -> list[str]:
    """The size of the answer, a line for rows and one for columns."""
    axes = exercise.setting.window.axes(*exercise.x.shape[1:])
    return [
        f"{words}: ⌊({a.n} + {a.before + a.after} − {a.dilation}·({a.kernel} − 1) − 1) / "
        f"{a.stride}⌋ + 1 = {a.size}"
        for words, a in zip(("rows", "columns"), axes, strict=True)
    ]


def _given(exercise: Exercise) -> list[tuple[str, str, Array]]:
    """(title, letter, numbers) of what there is at first."""
    found = [("input", "x", exercise.x)]
    if exercise.several:
        filters = enumerate(exercise.weight if exercise.weight is not None else ())
        return [*found, *((f"filter {f}", f"w_{f}", weight) for f, weight in filters)]
    return found if exercise.weight is None else [*found, ("kernel", "w", exercise.weight)]


def _rest(exercise: Exercise) -> list[str]:
    count = left_out(exercise)
    return [f"… and {count} more sums."] if count else []


def _plain(exercise: Exercise) -> str:
    lines = []
    for title, letter, values in _given(exercise):
        lines += [f"{title} {_indexed(letter)}:", writing.plain(values, DIGITS), ""]
    lines += [formula(exercise), *sizes(exercise), ""]
    lines += [f"{name(exercise, s.index)} = {terms(exercise, s.taken)}" for s in sums(exercise)]
    return "\n".join([*lines, *_rest(exercise), "", "output y:", writing.plain(exercise.y, DIGITS)])


def _tabs(exercise: Exercise) -> str:
    """A row for each sum: where, its products (or the window's cells), bias, sum, answer."""
    first = next(sums(exercise)).taken
    count = first.products.size
    what = "x" if exercise.pools else "x·w"
    head = [
        "filter" if exercise.several else "channel",
        "row",
        "column",
        *(f"{what} {t}" for t in range(count)),
    ]
    lines = ["\t".join([*head, "bias", "sum", "y"])]
    for one in sums(exercise):
        cells = one.taken.x if exercise.pools else one.taken.products
        numbers = [*cells.flat, one.taken.bias, one.taken.z, one.taken.y]
        texts = [number(v, DIGITS) if np.isfinite(v) else "" for v in numbers]
        lines.append("\t".join([*map(str, one.index), *texts]))
    return "\n".join([*lines, *_rest(exercise), "", writing.tabs(exercise.y, DIGITS)])


def _latex(exercise: Exercise) -> str:
    given = r" \qquad ".join(
        rf"{letter} = {_one_line(values)}" for _, letter, values in _given(exercise)
    )
    lines = [rf"\[ {given} \]", r"\begin{align*}"]
    for one in sums(exercise):
        text = terms(exercise, one.taken, r" \cdot ", "-").replace("max(", r"\max(")
        place = ",".join(map(str, one.index if len(exercise.y) > 1 else one.index[1:]))
        activation = exercise.setting.activation
        if activation:
            called = _CALLED[activation]
            total, _, y = text.partition(f"; {called}: ")
            text = rf"{total}, \quad \mathrm{{{called}}}: {y}"
        lines.append(rf"y_{{{place}}} &= {text} \\")
    lines += [r"\end{align*}", *(f"% {line}" for line in _rest(exercise))]
    return "\n".join([*lines, rf"\[ y = {_one_line(exercise.y)} \]"])


def _one_line(values: Array) -> str:
    return " ".join(writing.latex(values, DIGITS).split("\n"))


def _markdown(exercise: Exercise) -> str:
    lines = []
    for title, letter, values in _given(exercise):
        title = f"{title} {_indexed(letter)}"
        lines += [f"**{title}**", "", writing.markdown(values, DIGITS), ""]
    lines += [f"`{formula(exercise)}`", "", *(f"- {line}" for line in sizes(exercise)), ""]
    lines += ["| cell | sum |", "| --- | --- |"]
    lines += [
        f"| `{name(exercise, s.index)}` | {terms(exercise, s.taken)} |" for s in sums(exercise)
    ]
    rest = ["", *_rest(exercise)] if _rest(exercise) else []
    return "\n".join([*lines, *rest, "", "**output y**", "", writing.markdown(exercise.y, DIGITS)])
