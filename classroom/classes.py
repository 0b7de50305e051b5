"""A class from its start to its end, and who leads it.

To start one gives a code, for everybody, and a key, for the teacher alone. Whoever shows the key
gets a :class:`Teacher`, and only with one of those can a class be led; the code makes nobody one.
A class ends when its teacher ends it, or after ``limits.LIFETIME``: then everything in it is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from classroom import codes, limits, pace
from classroom.store import Desk, Store
from classroom.trouble import Over, Refused

_TRIES = 50


@dataclass(frozen=True)
class Started:
    """A class that has just begun.

    Attributes:
        code: What students type.
        key: The teacher's secret: the file does not have it, so nobody can tell it again.
    """

    code: str
    key: str


@dataclass(frozen=True)
class Teacher:
    """Who leads a class, and may do everything in it. See :func:`lead`.

    Attributes:
        store: The file.
        room: The number of the class.
        code: Its code.
    """

    store: Store
    room: int
    code: str


def start(store: Store, new_code: Callable[[], str] = codes.new_code) -> Started:
    """Begin a class.

    Args:
        store: The file.
        new_code: Deals codes; one that a class has already is dealt again.

    Raises:
        Refused: Too many classes at once.
        Unkept: The file does not take it.
    """
    tidy(store)
    key = codes.new_key()
    with store.writing() as desk:
        if not pace.allowed(desk, "starts", limits.STARTS, limits.MINUTE):
            raise Refused("Too many classes were started just now; please wait a minute.")
        _make_room(desk)
        for _ in range(_TRIES):
            code = new_code()
            if desk.one("SELECT 1 FROM class WHERE code = ?", code) is None:
                break
        else:
            raise Refused("No free code was found; please start the class again.")
        sql = "INSERT INTO class (code, teacher, begun) VALUES (?, ?, ?)"
        desk.add(sql, code, codes.digest(key), desk.now)
    return Started(code, key)


def lead(store: Store, key: object) -> Teacher:
    """The teacher whose key this is.

    Raises:
        Over: It is no class's key, or not any more.
        Unkept: The file cannot be read.
    """
    with store.reading() as desk:
        sql = "SELECT id, code, begun FROM class WHERE teacher = ?"
        row = desk.one(sql, codes.digest(key))
        if row is None or _expired(desk, row[2]):
            raise Over("There is no class to this link, or it is over.")
        return Teacher(store, row[0], row[1])


def end(teacher: Teacher) -> None:
    """End the class: everything in it is deleted, for good.

    Raises:
        Unkept: The file does not take it; the class goes on.
    """
    with teacher.store.writing() as desk:
        desk.run("DELETE FROM class WHERE id = ?", teacher.room)
    teacher.store.forget()


def tidy(store: Store) -> None:
    """Delete what is over. The server does this now and then; :func:`start` does it too.

    Raises:
        Unkept: The file does not take it.
    """
    with store.writing() as desk:
        gone = desk.run("DELETE FROM class WHERE begun <= ?", desk.now - limits.LIFETIME)
        pace.tidy(desk)
    if gone:
        store.forget()


# --- for the other chapters ---------------------------------------------------------------------


def find(desk: Desk, code: str) -> int | None:
    """The number of the class that has this code, if it is not over."""
    row = desk.one("SELECT id, begun FROM class WHERE code = ?", code)
    return None if row is None or _expired(desk, row[1]) else int(row[0])


def require(desk: Desk, room: int) -> float:
    """The reading at which the class began.

    Raises:
        Over: The class is over.
    """
    row = desk.one("SELECT begun FROM class WHERE id = ?", room)
    if row is None or _expired(desk, row[0]):
        raise Over("The class is over.")
    return float(row[0])


def news(desk: Desk, room: int) -> None:
    """There is something new for everybody in the class."""
    desk.run("UPDATE class SET news = news + 1, work = work + 1 WHERE id = ?", room)


def work(desk: Desk, room: int) -> None:
    """There is something new for the teacher."""
    desk.run("UPDATE class SET work = work + 1 WHERE id = ?", room)


def _expired(desk: Desk, begun: float) -> bool:
    return desk.now >= begun + limits.LIFETIME


def _make_room(desk: Desk) -> None:
    """Where there are too many, the oldest class goes that nobody has joined."""
    if desk.count("SELECT count(*) FROM class") < limits.CLASSES:
        return
    sql = (
        "DELETE FROM class WHERE id = (SELECT min(id) FROM class"
        " WHERE NOT EXISTS (SELECT 1 FROM student WHERE student.class = class.id))"
    )
    if not desk.run(sql):
        raise Refused(f"This machine holds {limits.CLASSES} classes already; end one of them.")
