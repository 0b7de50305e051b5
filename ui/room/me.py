"""Who this visitor is: in no class, a student of one, its teacher.

The session holds it; the browser keeps the keys (:mod:`ui.components.badge.badge`) and brings them
along, so that a reload, another tab, or another app process of this machine finds the same seat.
Whatever goes wrong with the class is a sentence here, and the page goes on without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from classroom import classes, codes, polling, students
from classroom.classes import Teacher
from classroom.polling import Pulse
from classroom.students import Student
from classroom.trouble import Over, Trouble, Unkept
from ui import visitor
from ui.components.badge.badge import badge
from ui.remembered import Begun
from ui.room import file

T = TypeVar("T")
SEAT, LEAD = "convscope_seat", "convscope_lead"
_SEAT = re.compile(r"([A-Z0-9]{0,8})\.([A-Za-z0-9_-]{22,64})")


@dataclass
class _Me:
    student: Student | None = None
    teacher: Teacher | None = None
    device: str = ""  # this browser's key
    key: str = ""  # the teacher's
    told: bool = False  # whether the browser has been told anything that it is to keep
    asked: bool = False  # whether what the browser brought along has been looked at
    word: str = ""  # to be said once


_STATE = Begun("_room", _Me)


def student() -> Student | None:
    """The seat of this visitor; None for whoever is in no class, or leads one."""
    me = _me()
    return me.student if me.teacher is None else None


def teacher() -> Teacher | None:
    """This visitor as the one who leads a class."""
    return _me().teacher


def seat() -> str:
    """What this browser shows for its seat, and nobody else has; "" if it never had one."""
    me = _me()
    code = me.student.code if me.student is not None else ""
    return f"{code}.{me.device}" if me.device else ""


def join(code: str) -> str:
    """Take a seat in the class of this code; "", or one sentence why not."""
    me = _me()
    device = me.device or codes.new_key()

    def sit() -> None:
        me.student = students.join(file.store(), code, device, visitor.address())
        me.device, me.told = device, True

    return _tried(sit)


def leave() -> None:
    """Be in no class. The browser keeps its key: back in the class it has the same seat."""
    me = _me()
    if me.student is not None:
        seat = me.student
        _tried(lambda: students.leave(seat))
        me.student, me.told = None, True


def start() -> str:
    """Begin a class and lead it; "", or one sentence why not."""

    def begin() -> None:
        me = _me()
        begun = classes.start(file.store())
        me.teacher, me.key, me.told = classes.lead(file.store(), begun.key), begun.key, True

    return _tried(begin)


def lead(key: str) -> str:
    """Lead the class whose key this is; "", or one sentence why not."""

    def take() -> None:
        me = _me()
        me.teacher, me.key, me.told = classes.lead(file.store(), key), key, True

    return _tried(take)


def key() -> str:
    """The key of the class that this visitor leads; "" for all others."""
    return _me().key if _me().teacher is not None else ""


def end() -> str:
    """End the class that this visitor leads; "", or one sentence why not."""
    me = _me()
    if me.teacher is None:
        return ""
    leader = me.teacher
    sentence = _tried(lambda: classes.end(leader))
    if not sentence:
        me.teacher, me.key = None, ""
    return sentence


def pulse() -> Pulse | None:
    """How far the class is; None for whoever is in none, or in one that is over by now."""
    me = _me()
    who = me.teacher or me.student
    if who is None:
        return None
    try:
        return polling.look(who)
    except Over as over:
        me.word, me.told = str(over), True
        me.teacher, me.student, me.key = None, None, ""
    except Unkept as trouble:
        return Pulse(0, 0, trouble=trouble.teacher if me.teacher is not None else str(trouble))
    return None


def ask(question: Callable[[], T]) -> T | None:
    """What the class answers; None where it is over, or where its file cannot be read just now."""
    try:
        return question()
    except Trouble:
        return None


def word() -> str:
    """What is to be said once: that the class is over."""
    me = _me()
    said, me.word = me.word, ""
    return said


def remember() -> None:
    """Have the browser keep what it needs to come back; once in a run."""
    me = _me()
    if not me.told:
        return
    badge({SEAT: seat(), LEAD: me.key})


def _me() -> _Me:
    me = _STATE.get()
    if not me.asked:
        _come_back(me)
    return me


def _come_back(me: _Me) -> None:
    """Take the seat that the browser remembers."""
    seat, key = _SEAT.fullmatch(visitor.cookie(SEAT)), visitor.cookie(LEAD)
    if not file.possible() or not (seat or key):
        me.asked = True
        return
    try:
        if seat:
            me.device = seat[2]
            me.student = students.known(file.store(), seat[1], seat[2])
        if key:
            me.teacher, me.key = classes.lead(file.store(), key), key
    except Over:
        me.told = True  # nothing to keep any more
    except Unkept:
        return  # the next run asks again
    me.asked = True


def _tried(act: Callable[[], None]) -> str:
    try:
        act()
    except Unkept as trouble:
        return trouble.teacher if _me().teacher is not None else str(trouble)
    except Trouble as trouble:
        return str(trouble)
    return ""
