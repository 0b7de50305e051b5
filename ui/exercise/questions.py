"""The exercises of a sheet as guesses: one cell of the output, or its height."""

from __future__ import annotations

import numpy as np

from ui.exercise import dealing, working
from ui.exercise.exercise import Exercise
from ui.matrix import writing
from ui.questions import NumberQuestion


def question(exercise: Exercise, kind: str, place: int) -> NumberQuestion:
    """What is asked of one exercise.

    Args:
        exercise: One of the sheet.
        kind: One of :data:`ui.exercise.dealing.KINDS`.
        place: Its number on the sheet, counted from 1; also says which cell is asked.
    """
    words = f"Exercise {place}. {dealing.task(exercise, kind)}"
    if kind == "size":
        rows, columns = exercise.setting.window.axes(*exercise.x.shape[1:])
        lines = "; ".join(working.sizes(exercise))
        total = rows.size * columns.size
        asked = f"{words} (How many cells has it in all?)"
        why = f"{lines}; {rows.size}·{columns.size} = {total} cells."
        return NumberQuestion(asked, float(total), why)
    cells = list(np.ndindex(exercise.y.shape))
    channel, row, column = cells[place % len(cells)]
    index = (channel, row, column)
    name = working.name(exercise, index)
    why = f"{name} = {working.terms(exercise, exercise.cell(index))}."
    return NumberQuestion(
        f"{words} Which number is {name}?\n\n{formula(exercise)}", float(exercise.y[index]), why
    )


def formula(exercise: Exercise) -> str:
    """Input and kernel as a formula of their own, in Markdown."""
    parts = [f"x = {_one_line(exercise.x)}"]
    if exercise.weight is not None:
        parts.append(f"w = {_one_line(exercise.weight)}")
    return "\n$$\n" + r" \qquad ".join(parts) + "\n$$"


def _one_line(values: np.ndarray) -> str:
    return " ".join(writing.latex(values, working.DIGITS).split("\n"))
