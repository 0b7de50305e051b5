"""Check mine: the student's own output, cell by cell, and what went wrong in it."""

from __future__ import annotations

import re

import numpy as np
import streamlit as st

from cnn.arrays import Array
from ui import lesson
from ui.boxes import box
from ui.components.matrix_field.matrix_field import Note, heard, matrix_field
from ui.exercise import several, slips, working
from ui.exercise.exercise import Exercise, right
from ui.matrix.reading import size
from ui.matrix.writing import number
from ui.plain import plain
from ui.remembered import Remembered

#: Rows and columns of the largest output: an input of 16 with all the padding there is.
OUTPUT = (40, 40)
#: Channels of a pooled output at most.
CHANNELS = 3
#: Wrong cells that are explained; more are counted.
MOST_NOTES = 12
SECRET = (
    "What you typed is kept. Right and wrong are shown once the guess above is answered, or your "
    "teacher has revealed the vote."
)
_SIZE = re.compile(
    r"(?:torch\.Size)?[(\[ ]*(\d{1,4}(?: ?(?:[x×*,;]| |by) ?\d{1,4}){0,3})[)\] ]*", re.ASCII
)

#: What the student gave as the output, (C, H, W), NaN where nothing is typed yet.
_MINE: Remembered[Array | None] = Remembered("_exercise_mine", None)


def panel(name: str, exercise: Exercise, secret: bool) -> None:
    """Draw it.

    Args:
        name: Prefix of its keys.
        exercise: With its right answer.
        secret: Whether right and wrong must not be told yet.
    """
    _size_asked(name, exercise, secret)
    key, mine = f"{name}_mine_field", _MINE.of(name)
    # Of several filters also a map for each kernel can be typed: not to add them is a slip.
    most = (max(CHANNELS, len(exercise.filters) * len(exercise.x)), *OUTPUT)
    arrived = heard(key, most, gaps=True)
    if arrived is not None:
        mine.put(arrived)
    given = mine.get()
    marks = None if secret or given is None else _marks(exercise, given)
    matrix_field(
        key,
        given,
        title="Your output",
        most=most,
        kind="activation",
        gaps=True,
        each=1 if exercise.several else 0,
        right=marks,
        notes=[] if marks is None or given is None else notes(exercise, given, marks),
        projector=lesson.projector(),
    )
    if given is not None:
        _verdict("wrong" if secret or not _all(marks) else "right", _said(exercise, given, secret))


def _marks(exercise: Exercise, given: Array) -> Array | None:
    return right(given, exercise.y) if given.shape == exercise.y.shape else None


def _all(marks: Array | None) -> bool:
    return marks is not None and bool(marks.all())


def _said(exercise: Exercise, given: Array, secret: bool) -> str:
    return SECRET if secret else verdict(exercise, given)


def verdict(exercise: Exercise, given: Array) -> str:
    """How many cells are right, and which slip it is (Markdown)."""
    said = [_count(exercise, given)]
    found = several.named(exercise, given)
    said += found[:2]
    if not found and given.shape != exercise.y.shape and not np.isnan(given).any():
        rows, columns = exercise.setting.window.axes(*exercise.x.shape[1:])
        said += slips.of_size(rows, columns, (given.shape[1], given.shape[2]))[:1]
    return " ".join(said)


def _count(exercise: Exercise, given: Array) -> str:
    marks, empty = _marks(exercise, given), int(np.isnan(given).sum())
    if empty:
        return _so_far(given.size - empty, marks, empty)
    if marks is None:
        return (
            f"**Not {size(given.shape)}.** The output is {size(exercise.y.shape)}: "
            f"{'; '.join(working.sizes(exercise))}."
        )
    if marks.all():
        one = marks.size == 1
        return "**Yes.** The one cell is right." if one else f"**Yes.** All {marks.size} are right."
    return f"**Not yet.** {int(marks.sum())} of {marks.size} cells are right."


def _so_far(filled: int, marks: Array | None, empty: int) -> str:
    """Of an answer that is not all there: its size may still change, and is not judged."""
    rest = "1 cell is empty." if empty == 1 else f"{empty} cells are empty."
    if not filled:
        return "**Nothing typed yet.** Make it as large as yours is, and fill its cells."
    if marks is None:
        return f"**Not all there:** {rest} Its size is judged when all are filled."
    right_ = int(marks.sum())
    head = "So far so good." if right_ == filled else "Not yet."
    return f"**{head}** {right_} of {filled} cells are right; {rest}"


def notes(exercise: Exercise, given: Array, marks: Array) -> list[Note]:
    """For each wrong cell its sum, and what went wrong in it where that can be told."""
    found = []
    wrong = [(int(c), int(r), int(q)) for c, r, q in np.argwhere(~marks & ~np.isnan(given))]
    for index in wrong[:MOST_NOTES]:
        value = float(given[index])
        shown = number(value, working.DIGITS).replace("-", "−")
        title = working.name(exercise, index)
        why = slips.in_cell(exercise, index, value)
        more = f"{title}: {working.terms(exercise, exercise.cell(index))}"
        found.append(Note(index, f"✗ {title}: you have {shown}", f"{more}. {why}".strip()))
    if len(wrong) > MOST_NOTES:
        rest = len(wrong) - MOST_NOTES
        found.append(Note(wrong[MOST_NOTES], f"✗ and {rest} more", "Mend these first."))
    return found


def _size_asked(name: str, exercise: Exercise, secret: bool) -> None:
    """The output's size by itself."""
    typed = st.text_input(
        "Its size: rows × columns", key=f"{name}_mine_size", placeholder="3 × 3", width=220
    )
    if not typed.strip():
        return
    maps = len(exercise.y)
    given, before = parse_size(typed, maps), (_whole(typed) or [])[:-2]
    if given is None and before and exercise.several and not secret:
        _verdict("wrong", f"**Not {before[-1]} maps.** Each of the {maps} filters gives one.")
    elif given is None:
        st.markdown(f"“{plain(typed[:20])}” is not a size; write one like 3 × 4.")
    elif secret:
        st.markdown(SECRET)
    else:
        axes = exercise.setting.window.axes(*exercise.x.shape[1:])
        good = given == (axes[0].size, axes[1].size)
        why = " ".join(slips.of_size(*axes, given)[:1])
        lines = "; ".join(working.sizes(exercise))
        head = "**Yes.**" if good else f"**Not {given[0]} × {given[1]}.** {why}"
        _verdict("right" if good else "wrong", f"{head} {lines}.")


def parse_size(text: str, maps: int = 1) -> tuple[int, int] | None:
    """ "3 × 4", "3x4", "(3, 4)", "[1, 3, 4]" or "3" as (rows, columns); None where it is none.

    Before them ``maps`` may stand, and a batch of 1.
    """
    found = _whole(text)
    if found is None or found[:-2] not in ([], [1], [1, 1], [maps], [1, maps]):
        return None
    return found[-2:][0], found[-1]


def _whole(text: str) -> list[int] | None:
    """The numbers of a size, as many as there are."""
    found = _SIZE.fullmatch(" ".join(text.split()).replace("X", "x"))
    return None if found is None else [int(number) for number in re.findall(r"\d+", found[1])]


def _verdict(kind: str, words: str) -> None:
    """Set off like the verdict of a guess."""
    with box(f"verdict_{kind}_mine", words):
        st.markdown(words)
