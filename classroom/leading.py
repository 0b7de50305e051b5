"""Leading: the teacher offers a place, and sees where everybody is.

An offer is a button on the students' pages ("The class is at Padding, n = 7 → go"). It never takes
a page away from under a pen: whoever does not press it stays. A step of a tour is offered likewise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from classroom import checks, classes, limits, pace, posted, students
from classroom.classes import Teacher
from classroom.students import Student


@dataclass(frozen=True)
class Offer:
    """A place to go to.

    Attributes:
        lesson: Its slug.
        settings: name → text, as the link has them.
        said: What the button says of it: "Padding, n = 7".
        tour: The name of a tour; "" for a place of the teacher's own.
        step: Of the tour, from 1; 0 without one.

    Raises:
        Refused: Something in it is not what it should be.
    """

    lesson: str
    settings: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    tour: str = ""
    step: int = 0

    def __post_init__(self) -> None:
        checks.slug(self.lesson)
        object.__setattr__(self, "settings", checks.settings(self.settings))
        line = checks.text(self.said, "The button's text", limits.LABEL)
        object.__setattr__(self, "said", line)
        if self.tour:
            checks.name(self.tour, "The tour")
        checks.whole(self.step, "The step", hi=999)


def offer(teacher: Teacher, place: Offer) -> None:
    """Offer a place, in place of the one before.

    Raises:
        Over: The class is over.
        Refused: It is too long.
        Unkept: The file does not take it.
    """
    plain = {
        "lesson": place.lesson,
        "settings": dict(place.settings),
        "said": place.said,
        "tour": place.tour,
        "step": place.step,
    }
    posted.post(teacher, "offer", plain)


def withdraw(teacher: Teacher) -> None:
    """Offer nothing any more.

    Raises:
        Over: The class is over.
        Unkept: The file does not take it.
    """
    posted.post(teacher, "offer", None)


def offered(who: Teacher | Student) -> Offer | None:
    """What is offered at present.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    found = posted.read(who, "offer")
    return Offer(**found) if isinstance(found, dict) else None


def at(student: Student, lesson: str) -> None:
    """The student is at this lesson. Call it with every page: mostly it only reads.

    Raises:
        Over: The class is over, or the student has left it.
        Refused: That is no lesson's name.
        Unkept: The file does not take it.
    """
    checks.slug(lesson)
    with student.store.reading() as desk:
        students.require(desk, student)
        sql = "SELECT lesson, seen FROM student WHERE id = ?"
        row = desk.one(sql, student.number)
        if row is not None and row[0] == lesson and desk.now - row[1] < limits.FRESH:
            return
    with student.store.writing() as desk:
        students.require(desk, student)
        who = f"place of {student.number}"
        # Who leafs through faster than that is counted where the last page is that was.
        if not pace.allowed(desk, who, limits.MESSAGES, limits.MESSAGES_WITHIN):
            return
        sql = "UPDATE student SET lesson = ?, seen = ? WHERE id = ?"
        desk.run(sql, lesson, desk.now, student.number)
        if row is None or row[0] != lesson:
            classes.work(desk, student.room)


def where(teacher: Teacher) -> dict[str, int]:
    """How many of those present are at which lesson, the fullest first.

    Raises:
        Over: The class is over.
        Unkept: The file cannot be read.
    """
    with teacher.store.reading() as desk:
        classes.require(desk, teacher.room)
        sql = (
            "SELECT lesson, count(*) FROM student WHERE class = ? AND seen > ?"
            " GROUP BY lesson ORDER BY count(*) DESC, lesson"
        )
        return dict(desk.all(sql, teacher.room, desk.now - limits.PRESENT))
