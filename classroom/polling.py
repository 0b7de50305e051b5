"""Looking whether there is anything new, so cheaply that it can be done all the time.

Two numbers of the class grow: ``news`` with whatever students are to see, ``work`` with whatever
the teacher is to see besides. A page remembers what it has shown and looks further only when its
number has grown. Thirty ribbons that look every few seconds read one row each.
"""

from __future__ import annotations

from dataclasses import dataclass

from classroom import classes, students
from classroom.classes import Teacher
from classroom.students import Student


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
        if isinstance(who, Student):
            students.require(desk, who)
        classes.require(desk, who.room)
        row = desk.one("SELECT news, work FROM class WHERE id = ?", who.room) or (0, 0)
        present = students.count_present(desk, who.room) if teaching else 0
    return Pulse(row[0], row[1], present, who.store.trouble if teaching else "")
