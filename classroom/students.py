"""Joining a class: a code and a device, no account and no name.

A device holds a key that this module's caller made for it (:func:`classroom.codes.new_key`) and
that the browser brings along again, so it counts once, also after a reload, and nobody can speak
for another. Students are numbers; no word of one is ever shown to another.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from classroom import classes, codes, limits, pace
from classroom.classes import Teacher
from classroom.store import Desk, Store
from classroom.trouble import Over, Refused

GONE = "This device is not in the class any more."


@dataclass(frozen=True)
class Student:
    """A device in a class.

    Attributes:
        store: The file.
        room: The number of the class.
        code: Its code.
        number: The student's own, unlike any other's of the file.
    """

    store: Store
    room: int
    code: str
    number: int


def join(store: Store, code: object, device: object, source: str = "") -> Student:
    """Take a seat, or the one that this device has already.

    Args:
        store: The file.
        code: As it was typed, or came with a link.
        device: The device's key.
        source: From where it comes, the network's address say: wrong codes are counted by it.

    Raises:
        Refused: There is no such class, the class is full, or too many wrong codes were tried.
        Unkept: The file does not take it.
    """
    meant, key = codes.read_code(code), codes.digest(device)
    if key is None:
        raise Refused("This device could not be told from others; please reload the page.")
    if not meant:
        raise Refused("A code has five letters and digits, such as KQ7XM.")
    with store.writing() as desk:
        if _guessing(desk, source):
            raise Refused("Too many wrong codes were tried; please wait a minute.")
        room = classes.find(desk, meant)
        if room is None:
            _count_wrong(desk, source)
        else:
            return Student(store, room, meant, _seat(desk, room, key))
    raise Refused("There is no class with this code; look at it again, or ask for it.")


def known(store: Store, code: object, device: object) -> Student | None:
    """The student that this device is already, after a reload say; None if it is not in the class.

    It tells nothing to whoever guesses codes: a device gets a seat by :func:`join` alone.

    Raises:
        Unkept: The file cannot be read.
    """
    meant, key = codes.read_code(code), codes.digest(device)
    if not meant or key is None:
        return None
    with store.reading() as desk:
        found = seat_of(store, desk, meant, key)
    return None if found is None else found[0]


def leave(student: Student) -> None:
    """Get up. What was handed in stays with the class; who handed in nothing leaves no trace.

    Raises:
        Unkept: The file does not take it.
    """
    with student.store.writing() as desk:
        if not _remove_if_empty(desk, student.number):
            gone = desk.now - 2 * limits.PRESENT
            desk.run("UPDATE student SET seen = ? WHERE id = ?", gone, student.number)
        classes.work(desk, student.room)


def sign(student: Student) -> None:
    """Say that the student is there.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file does not take it.
    """
    with student.store.writing() as desk:
        require(desk, student)
        desk.run("UPDATE student SET seen = ? WHERE id = ?", desk.now, student.number)


def present(teacher: Teacher) -> int:
    """How many gave a sign within ``limits.PRESENT`` seconds.

    Raises:
        Over: The class is over.
        Unkept: The file cannot be read.
    """
    with teacher.store.reading() as desk:
        classes.require(desk, teacher.room)
        return count_present(desk, teacher.room)


# --- for the other chapters ---------------------------------------------------------------------


@contextlib.contextmanager
def message(student: Student) -> Iterator[Desk]:
    """A transaction for something that a student sends: counted, and a sign of being there.

    Raises:
        Over: The class is over, or the student has left it.
        Refused: Too much was sent at once.
        Unkept: The file does not take it.
    """
    with student.store.writing() as desk:
        require(desk, student)
        who = f"student {student.number}"
        if not pace.allowed(desk, who, limits.MESSAGES, limits.MESSAGES_WITHIN):
            raise Refused("That was a lot at once; please wait a few seconds.")
        desk.run("UPDATE student SET seen = ? WHERE id = ?", desk.now, student.number)
        yield desk


def require(desk: Desk, who: Teacher | Student) -> None:
    """See that the class goes on, and that a student still has a seat in it.

    Raises:
        Over: The class is over, or the student has left it.
    """
    classes.require(desk, who.room)
    if isinstance(who, Student):
        sql = "SELECT 1 FROM student WHERE id = ? AND class = ?"
        if desk.one(sql, who.number, who.room) is None:
            raise Over(GONE)


def seat_of(store: Store, desk: Desk, code: str, key: bytes) -> tuple[Student, float] | None:
    """The student with that device, and when it last gave a sign; None if it has no seat there."""
    room = classes.find(desk, code)
    sql = "SELECT id, seen FROM student WHERE class = ? AND device = ?"
    row = None if room is None else desk.one(sql, room, key)
    if room is None or row is None:
        return None
    return Student(store, room, code, int(row[0])), float(row[1])


def count_present(desk: Desk, room: int) -> int:
    """How many of the class gave a sign lately."""
    since = desk.now - limits.PRESENT
    return desk.count("SELECT count(*) FROM student WHERE class = ? AND seen > ?", room, since)


def _guessing(desk: Desk, source: str) -> bool:
    return pace.full(desk, f"codes from {source}", limits.WRONG_CODES, limits.MINUTE) or pace.full(
        desk, "codes", limits.WRONG_CODES_IN_ALL, limits.MINUTE
    )


def _count_wrong(desk: Desk, source: str) -> None:
    pace.allowed(desk, f"codes from {source}", limits.WRONG_CODES, limits.MINUTE)
    pace.allowed(desk, "codes", limits.WRONG_CODES_IN_ALL, limits.MINUTE)


def _seat(desk: Desk, room: int, key: bytes) -> int:
    row = desk.one("SELECT id FROM student WHERE class = ? AND device = ?", room, key)
    if row is not None:
        desk.run("UPDATE student SET seen = ? WHERE id = ?", desk.now, row[0])
        return int(row[0])
    if desk.count("SELECT count(*) FROM student WHERE class = ?", room) >= limits.STUDENTS:
        _make_room(desk, room)
    classes.work(desk, room)
    sql = "INSERT INTO student (class, device, seen) VALUES (?, ?, ?)"
    return desk.add(sql, room, key, desk.now)


def _make_room(desk: Desk, room: int) -> None:
    """A seat that was left long ago, and from which nothing was handed in, is free."""
    sql = "SELECT id FROM student WHERE class = ? AND seen < ? ORDER BY seen"
    left = desk.all(sql, room, desk.now - limits.EMPTY_SEAT)
    if not any(_remove_if_empty(desk, number) for (number,) in left):
        raise Refused(f"The class is full: {limits.STUDENTS} devices are in it.")


def _remove_if_empty(desk: Desk, number: int) -> bool:
    sql = (
        "DELETE FROM student WHERE id = ?"
        " AND NOT EXISTS (SELECT 1 FROM answer WHERE answer.student = student.id)"
        " AND NOT EXISTS (SELECT 1 FROM drawing WHERE drawing.student = student.id)"
    )
    return desk.run(sql, number) > 0
