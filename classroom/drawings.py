"""Drawings handed in: "Everyone draw a 4".

The teacher asks; a student hands in what is on the pad, by a button and never silently. A drawing
is 28×28 numbers and nothing else. What the grid on the projector shows starts covered, and any
drawing can be hidden before or after it is shown: :func:`shown` is all that a student ever sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classroom import checks, classes, limits, students
from classroom.classes import Teacher
from classroom.store import Desk
from classroom.students import Student
from classroom.trouble import Refused

SIDE = 28
DIGITS = 10


@dataclass(frozen=True)
class Ask:
    """What the class is to draw.

    Attributes:
        number: Of this asking.
        label: The digit; None for any, and then the student says which it is.
    """

    number: int
    label: int | None


@dataclass(frozen=True)
class Batch:
    """Drawings, in the order in which they came.

    Attributes:
        ids: (N,) int64, the number of each.
        images: (N, 28, 28) uint8, 0 = paper.
        labels: (N,) int64, the digit that it is meant to be.
        students: (N,) int64, whose it is, as a number without meaning.
        asks: (N,) int64, the asking that it answers.
        hidden: (N,) bool, not to be shown.
    """

    ids: NDArray[np.int64]
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    students: NDArray[np.int64]
    asks: NDArray[np.int64]
    hidden: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, which: NDArray[np.int64]) -> Batch:
        """Some of them, by index."""
        return Batch(
            self.ids[which],
            self.images[which],
            self.labels[which],
            self.students[which],
            self.asks[which],
            self.hidden[which],
        )


# --- the teacher --------------------------------------------------------------------------------


def ask(teacher: Teacher, label: int | None = None) -> Ask:
    """Ask the class to draw; the grid is covered until :func:`cover` says otherwise.

    Args:
        teacher: Who asks.
        label: The digit to draw; None for any.

    Raises:
        Over: The class is over.
        Refused: There is no such digit, or it was asked too often.
        Unkept: The file does not take it.
    """
    if label is not None:
        checks.whole(label, "The digit", hi=DIGITS - 1)
    with teacher.store.writing() as desk:
        classes.require(desk, teacher.room)
        if desk.count("SELECT count(*) FROM ask WHERE class = ?", teacher.room) >= limits.ASKS:
            raise Refused(f"A class is asked at most {limits.ASKS} times.")
        number = desk.add("INSERT INTO ask (class, label) VALUES (?, ?)", teacher.room, label)
        desk.run("UPDATE class SET ask = ?, covered = 1 WHERE id = ?", number, teacher.room)
        classes.news(desk, teacher.room)
    return Ask(number, label)


def stop(teacher: Teacher) -> None:
    """Take no more drawings; those that came stay.

    Raises:
        Over: The class is over.
        Unkept: The file does not take it.
    """
    with teacher.store.writing() as desk:
        classes.require(desk, teacher.room)
        desk.run("UPDATE class SET ask = NULL WHERE id = ?", teacher.room)
        classes.news(desk, teacher.room)


def handed_in(teacher: Teacher, after: int = 0) -> Batch:
    """All drawings of the class, hidden ones too.

    Args:
        teacher: Who looks.
        after: Only those with a higher number: what came since.

    Raises:
        Over: The class is over.
        Unkept: The file cannot be read.
    """
    with teacher.store.reading() as desk:
        classes.require(desk, teacher.room)
        sql = (
            "SELECT id, image, label, student, ask, hidden FROM drawing"
            " WHERE class = ? AND id > ? ORDER BY id"
        )
        after = checks.whole(after, "The number")
        return _batch(desk.all(sql, teacher.room, after))


def hide(teacher: Teacher, drawing: int, hidden: bool = True) -> None:
    """Hide one from every screen, or show it again.

    Raises:
        Over: The class is over.
        Refused: There is no such drawing.
        Unkept: The file does not take it.
    """
    with teacher.store.writing() as desk:
        classes.require(desk, teacher.room)
        sql = "UPDATE drawing SET hidden = ? WHERE id = ? AND class = ?"
        number = checks.whole(drawing, "The drawing")
        if not desk.run(sql, bool(hidden), number, teacher.room):
            raise Refused("There is no such drawing, or not any more.")
        classes.news(desk, teacher.room)


def cover(teacher: Teacher, covered: bool = True) -> None:
    """Cover the grid, or show it.

    Raises:
        Over: The class is over.
        Unkept: The file does not take it.
    """
    with teacher.store.writing() as desk:
        classes.require(desk, teacher.room)
        desk.run("UPDATE class SET covered = ? WHERE id = ?", bool(covered), teacher.room)
        classes.news(desk, teacher.room)


def covered(teacher: Teacher) -> bool:
    """Whether the grid is covered.

    Raises:
        Over: The class is over.
        Unkept: The file cannot be read.
    """
    with teacher.store.reading() as desk:
        classes.require(desk, teacher.room)
        return bool(desk.count("SELECT covered FROM class WHERE id = ?", teacher.room))


# --- everybody ----------------------------------------------------------------------------------


def asked(who: Teacher | Student) -> Ask | None:
    """What the class is to draw at present.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    with who.store.reading() as desk:
        students.require(desk, who)
        return _asked(desk, who.room)


def shown(who: Teacher | Student) -> Batch:
    """What every screen may show: nothing while the grid is covered, and never a hidden one.

    Whose they are is not in it.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    with who.store.reading() as desk:
        students.require(desk, who)
        sql = (
            "SELECT drawing.id, image, label, 0, drawing.ask, 0 FROM drawing"
            " JOIN class ON class.id = drawing.class"
            " WHERE class.id = ? AND NOT covered AND NOT hidden ORDER BY drawing.id"
        )
        return _batch(desk.all(sql, who.room))


def any_shown(who: Teacher | Student) -> bool:
    """Whether :func:`shown` gives any.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    with who.store.reading() as desk:
        students.require(desk, who)
        sql = (
            "SELECT 1 FROM drawing JOIN class ON class.id = drawing.class"
            " WHERE class.id = ? AND NOT covered AND NOT hidden LIMIT 1"
        )
        return desk.one(sql, who.room) is not None


def to_train(who: Teacher | Student) -> Batch:
    """What a network of the class may be trained on: what is shown, with whose it is.

    The numbers of students say only which drawings are of one hand.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    with who.store.reading() as desk:
        students.require(desk, who)
        sql = (
            "SELECT drawing.id, image, label, drawing.student, drawing.ask, 0 FROM drawing"
            " JOIN class ON class.id = drawing.class"
            " WHERE class.id = ? AND NOT covered AND NOT hidden ORDER BY drawing.id"
        )
        return _batch(desk.all(sql, who.room))


# --- a student ----------------------------------------------------------------------------------


def hand_in(student: Student, image: object, label: object = None) -> int:
    """Hand a drawing in; its number. The same one twice is one.

    Args:
        student: Whose it is.
        image: (28, 28) numbers in [0, 1], 0 = paper.
        label: The digit that it is meant to be, where the teacher asked for any.

    Raises:
        Over: The class is over, or the student has left it.
        Refused: Nothing is asked for, it is no drawing, or there are too many.
        Unkept: The file does not take it.
    """
    pixels = picture(image).tobytes()
    with students.message(student) as desk:
        now = _asked(desk, student.room)
        if now is None:
            raise Refused("No drawings are being collected just now.")
        digit = checks.whole(label, "The digit", hi=9) if now.label is None else now.label
        sql = "SELECT id FROM drawing WHERE student = ? AND ask = ? AND image = ?"
        same = desk.one(sql, student.number, now.number, pixels)
        if same is not None:
            return int(same[0])
        sql = "SELECT count(*) FROM drawing WHERE student = ?"
        if desk.count(sql, student.number) >= limits.DRAWINGS:
            raise Refused(f"You have handed in {limits.DRAWINGS} drawings; more are not taken.")
        _came(desk, student.room)
        sql = "INSERT INTO drawing (class, student, ask, label, image) VALUES (?, ?, ?, ?, ?)"
        return desk.add(sql, student.room, student.number, now.number, digit, pixels)


def mine(student: Student) -> Batch:
    """What this student has handed in.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    with student.store.reading() as desk:
        students.require(desk, student)
        sql = "SELECT id, image, label, student, ask, 0 FROM drawing WHERE student = ? ORDER BY id"
        return _batch(desk.all(sql, student.number))


def take_back(student: Student, drawing: int) -> None:
    """Take back a drawing of one's own; it is deleted.

    Raises:
        Over: The class is over, or the student has left it.
        Refused: There is no such drawing of this student.
        Unkept: The file does not take it.
    """
    with students.message(student) as desk:
        sql = "DELETE FROM drawing WHERE id = ? AND student = ?"
        if not desk.run(sql, checks.whole(drawing, "The drawing"), student.number):
            raise Refused("There is no such drawing of yours.")
        classes.news(desk, student.room)


def picture(image: object) -> NDArray[np.uint8]:
    """(28, 28) uint8 of what was sent as numbers in [0, 1].

    Raises:
        Refused: It is not 28×28 finite numbers in [0, 1].
    """
    if not _is_square(image):
        raise Refused(f"A drawing has {SIDE}×{SIDE} numbers.")
    try:
        values = np.asarray(image)
    except (ValueError, TypeError, OverflowError) as error:
        raise Refused(f"A drawing has {SIDE}×{SIDE} numbers.") from error
    if values.shape != (SIDE, SIDE) or values.dtype.kind not in "fiub":
        raise Refused(f"A drawing has {SIDE}×{SIDE} numbers.")
    values = values.astype(np.float64)
    if not ((values >= 0) & (values <= 1)).all():  # not a number is in no range
        raise Refused("A drawing's numbers are from 0 to 1.")
    grey: NDArray[np.uint8] = np.rint(values * 255).astype(np.uint8)
    return grey


# --- inside -------------------------------------------------------------------------------------


def _is_square(image: object) -> bool:
    """Whether it is worth looking at: rows and columns are counted before anything is copied."""
    if isinstance(image, np.ndarray):
        return bool(image.shape == (SIDE, SIDE))
    if not isinstance(image, list | tuple) or len(image) != SIDE:
        return False
    return all(
        isinstance(row, list | tuple)
        and len(row) == SIDE
        and all(isinstance(value, int | float) for value in row)
        for row in image
    )


def _asked(desk: Desk, room: int) -> Ask | None:
    sql = "SELECT ask.id, label FROM ask JOIN class ON class.ask = ask.id WHERE class.id = ?"
    row = desk.one(sql, room)
    return None if row is None else Ask(int(row[0]), row[1])


def _came(desk: Desk, room: int) -> None:
    """A drawing has come: news for everybody where the grid is not covered."""
    if desk.count("SELECT covered FROM class WHERE id = ?", room):
        classes.work(desk, room)
    else:
        classes.news(desk, room)


def _batch(rows: Sequence[tuple[int, bytes, int, int, int, int]]) -> Batch:
    ids, images, labels, owners, asks, hidden = zip(*rows, strict=True) if rows else ((),) * 6
    pixels = np.frombuffer(b"".join(images), np.uint8).reshape(-1, SIDE, SIDE)
    whole = [np.array(column, np.int64) for column in (ids, labels, owners, asks)]
    return Batch(whole[0], pixels, whole[1], whole[2], whole[3], np.array(hidden, np.bool_))
