"""What a teacher takes home: the answers as a table, with nothing that leads to a person."""

from __future__ import annotations

import csv
import io
import json
import secrets

from classroom import classes, question
from classroom.classes import Teacher
from classroom.question import Answer

COLUMNS = ("vote", "lesson", "question", "turn", "asked", "round", "student", "answer", "right")
Row = tuple[int, str, str, int, str, int, int, Answer, int]
#: What a formula begins with, in East Asian spreadsheets also at full width.
_FORMULA = tuple("=+-@＝＋－＠")


def answers(teacher: Teacher) -> list[Row]:
    """One row an answer, in the order of ``COLUMNS``.

    Students are numbered anew and by lot each time, the same number throughout one table.
    ``right`` is 1 or 0.

    Raises:
        Over: The class is over.
        Unkept: The file cannot be read.
    """
    with teacher.store.reading() as desk:
        classes.require(desk, teacher.room)
        sql = "SELECT id, question FROM vote WHERE class = ? ORDER BY id"
        votes = desk.all(sql, teacher.room)
        sql = "SELECT id FROM student WHERE class = ?"
        numbers = _by_lot([number for (number,) in desk.all(sql, teacher.room)])
        sql = "SELECT round, student, value FROM answer WHERE vote = ?"
        found = {vote: desk.all(sql, vote) for vote, _ in votes}
    rows: list[Row] = []
    for place, (vote, text) in enumerate(votes, 1):
        asked = question.from_json(json.loads(text))
        for round_, student, value in found[vote]:
            given: Answer = json.loads(value)
            right = int(asked.same(given, asked.right))
            head = (place, asked.lesson, asked.name, asked.turn, asked.words)
            rows.append((*head, round_, numbers[student], given, right))
    return sorted(rows, key=lambda row: (row[0], row[5], row[6]))


def as_csv(rows: list[Row]) -> bytes:
    """The table as a file that spreadsheets open, with a line of headings.

    Text that a spreadsheet would take for a formula gets an apostrophe before it. The file is
    UTF-8 and begins with its mark: without one Excel takes × and ⌊ for other signs.
    """
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for row in rows:
        table.writerow([cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig")


def cell(value: object) -> object:
    """A value as a spreadsheet is to take it: numbers are numbers, and no text is a formula."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    formula = isinstance(value, str) and value.lstrip().startswith(_FORMULA)
    return f"'{value}" if formula else value


def _by_lot(students: list[int]) -> dict[int, int]:
    shuffled = list(range(1, len(students) + 1))
    secrets.SystemRandom().shuffle(shuffled)
    return dict(zip(students, shuffled, strict=True))
