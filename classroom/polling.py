"""Looking whether there is anything new, so cheaply that it can be done all the time.

Two numbers of the class grow: ``news`` with whatever students are to see, ``work`` with whatever
the teacher is to see besides. A page remembers what it has shown and looks further only when its
number has grown.

A student's browser looks by itself, without its page (:func:`hear`). It is told a short text, the
mark of all that this student's page is to show of the class: only when that is another one than
the page was made with (:func:`mark`) is there anything to do. So what is news to others disturbs
nobody, and thirty that look every few seconds read a few rows each.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass

from classroom import checks, codes, limits, students
from classroom.classes import Teacher
from classroom.store import Desk, Store
from classroom.students import GONE, Student
from classroom.trouble import Over, Trouble


@dataclass(frozen=True)
class Pulse:
    """How far a class is.

    Attributes:
        news: Grows with what students see: an offer, a task, a vote opened or revealed, a drawing
            asked for or hidden.
        work: Grows with that, and with every answer, drawing and seat taken.
        present: Students who gave a sign lately; for the teacher, else 0.
        trouble: One sentence for the teacher if something could not be kept, else "".
    """

    news: int
    work: int
    present: int = 0
    trouble: str = ""


def look(who: Teacher | Student) -> Pulse:
    """How far the class is. The teacher's look also finds out whether the file takes anything.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    teaching = isinstance(who, Teacher)
    if teaching:
        who.store.beat()
    with who.store.reading() as desk:
        students.require(desk, who)
        row = desk.one("SELECT news, work FROM class WHERE id = ?", who.room) or (0, 0)
        present = students.count_present(desk, who.room) if teaching else 0
    return Pulse(row[0], row[1], present, who.store.trouble if teaching else "")


def mark(student: Student, lesson: str) -> str:
    """The mark of what a page is to show this student of the class; another one if it changes.

    It has two parts with a dot between them: the second is of the drawings that are shown, for
    pages that show them; the first of all the rest, and of whether any are shown.

    Args:
        student: Who looks.
        lesson: The page's slug: its votes count.

    Raises:
        Over: The class is over, or the student has left it.
        Refused: That is no lesson's name.
        Unkept: The file cannot be read.
    """
    checks.slug(lesson)
    with student.store.reading() as desk:
        students.require(desk, student)
        return _mark(desk, student.room, lesson)


def hear(store: Store, code: object, device: object, lesson: str) -> str:
    """What :func:`mark` gives, for whoever brings a device's key; also its sign of being there.

    Raises:
        Over: There is no such class, or this device has no seat in it.
        Refused: That is no lesson's name.
        Unkept: The file cannot be read.
    """
    checks.slug(lesson)
    meant, key = codes.read_code(code), codes.digest(device)
    if not meant or key is None:
        raise Over(GONE)
    with store.reading() as desk:
        found = students.seat_of(store, desk, meant, key)
        if found is None:
            raise Over(GONE)
        student, seen = found
        heard = _mark(desk, student.room, lesson)
        late = desk.now - seen >= limits.FRESH
    if late:
        with contextlib.suppress(Trouble):  # what there is to see is told all the same
            students.sign(student)
    return heard


def _mark(desk: Desk, room: int, lesson: str) -> str:
    posted = desk.one("SELECT offer, task, ask, covered FROM class WHERE id = ?", room)
    sql = "SELECT id, round, revealed FROM vote WHERE class = ? AND lesson = ? ORDER BY id"
    votes = desk.all(sql, room, lesson)
    drawings = []
    if posted is not None and not posted[3]:
        sql = "SELECT id FROM drawing WHERE class = ? AND NOT hidden ORDER BY id"
        drawings = desk.all(sql, room)
    return f"{_short(posted, votes, bool(drawings))}.{_short(drawings)}"


def _short(*seen: object) -> str:
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]
