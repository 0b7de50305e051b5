"""What the teacher has posted to the class: one value in the class's row, which all in it read.

Of each kind there is one at a time: where the class is (:mod:`~classroom.leading`) and what it is
to do (:mod:`~classroom.tasks`). A new one takes the place of the one before.
"""

from __future__ import annotations

import json
from typing import Literal

from classroom import classes, limits, students
from classroom.classes import Teacher
from classroom.students import Student
from classroom.trouble import Refused

Kind = Literal["offer", "task"]
_WRITE: dict[Kind, str] = {
    "offer": "UPDATE class SET offer = ? WHERE id = ?",
    "task": "UPDATE class SET task = ? WHERE id = ?",
}
_READ: dict[Kind, str] = {
    "offer": "SELECT offer FROM class WHERE id = ?",
    "task": "SELECT task FROM class WHERE id = ?",
}


def post(teacher: Teacher, kind: Kind, value: object) -> None:
    """Post it; None takes down what is there.

    Args:
        teacher: Who posts.
        kind: What it is.
        value: What JSON can hold.

    Raises:
        Over: The class is over.
        Refused: It is too long.
        Unkept: The file does not take it.
    """
    text = None if value is None else json.dumps(value)
    if text is not None and len(text) > limits.MESSAGE_BYTES:
        raise Refused(f"This is too long: at most {limits.MESSAGE_BYTES // 1024} kB.")
    with teacher.store.writing() as desk:
        classes.require(desk, teacher.room)
        desk.run(_WRITE[kind], text, teacher.room)
        classes.news(desk, teacher.room)


def read(who: Teacher | Student, kind: Kind) -> object:
    """What is posted at present; None if nothing is.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    with who.store.reading() as desk:
        students.require(desk, who)
        row = desk.one(_READ[kind], who.room)
        return None if row is None or row[0] is None else json.loads(row[0])
