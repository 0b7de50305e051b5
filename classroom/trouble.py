"""What can go wrong, each as one sentence that a page shows as it stands.

A page catches :class:`Trouble` around what it does with the class, shows the sentence where it
happened, and goes on: nobody loses a page because of the class. The sentences quote nothing that
came from outside.
"""

from __future__ import annotations

import sqlite3


class Trouble(ValueError):
    """Why something was not done; ``str()`` is one sentence for whoever wanted it."""


class Refused(Trouble):
    """What was sent cannot be taken: it makes no sense here, or there is too much of it."""


class Over(Trouble):
    """There is no such class, or not any more; a page goes on as if it had never been in one."""


class Unkept(Trouble):
    """The class's file does not take it; what was kept before is kept.

    Attributes:
        teacher: The sentence for the teacher, who can do something about it.
    """

    def __init__(self, teacher: str) -> None:
        super().__init__("The class cannot keep this just now; please try again in a moment.")
        self.teacher = teacher


_FULL = "The class can take nothing more: there is no room left on the disk or in its file."
_BUSY = "The class's file is being held by another program, so nothing can be handed in just now."
_CLOSED = "The class's file cannot be written; is its folder there, and may the app write in it?"
_BROKEN = "The class's file is damaged; the terminal says which it is: move it away and start anew."
_FAILED = "The disk failed while the class's file was being read or written."
#: The primary result codes of SQLite that are the world's doing, and not a fault of ours.
_SENTENCES = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_PROTOCOL: _BUSY,
    sqlite3.SQLITE_READONLY: _CLOSED,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_PERM: _CLOSED,
    sqlite3.SQLITE_AUTH: _CLOSED,
    sqlite3.SQLITE_CORRUPT: _BROKEN,
    sqlite3.SQLITE_NOTADB: _BROKEN,
    sqlite3.SQLITE_IOERR: _FAILED,
    sqlite3.SQLITE_NOMEM: _FAILED,
}


def held() -> Unkept:
    """The trouble of a file that others write to for too long."""
    return Unkept(_BUSY)


def unkept(error: sqlite3.Error | OSError) -> Unkept | None:
    """The trouble that an error of the file stands for; None if it is a fault in the program."""
    if isinstance(error, OSError):
        return Unkept(_CLOSED)
    code = getattr(error, "sqlite_errorcode", None)
    sentence = None if code is None else _SENTENCES.get(code & 0xFF)
    return None if sentence is None else Unkept(sentence)
