"""The file that all app processes of a machine share, and the two ways to work with it.

``writing()`` is one short transaction: all of it is kept, or nothing, and when the ``with`` ends it
is on the disk, whatever happens to the process a moment later. Writers wait for each other;
``reading()`` waits for nobody and sees one moment of the file. Both give a :class:`Desk`.

Whatever is wrong with the file becomes :class:`~classroom.trouble.Unkept`. SQLite's write-ahead
log does the rest: a process killed in the middle of a write leaves the file as it was before.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classroom import folder, limits
from classroom.clock import Instant, elapsed, instant
from classroom.tables import SCHEMA
from classroom.trouble import Unkept, held, unkept

#: Seconds that a writer waits for the others before it gives up.
PATIENCE = 5.0
#: Seconds after which the clock's moment is written anew; while a teacher's page is open, it is
#: also how soon a file that takes nothing more is noticed.
BEAT = 10.0
#: Seconds for which the teacher is told of something that could not be written.
SHOWN = 30.0
_CREATING = threading.Lock()  # nobody connects to a new file before it was closed
_IDLE = 8  # connections kept open between transactions


@dataclass(frozen=True)
class Desk:
    """A transaction: what can be done with the tables while it is open.

    Attributes:
        now: What the file's clock reads, in seconds. It never goes back.
    """

    db: sqlite3.Connection
    now: float

    def run(self, sql: str, *values: object) -> int:
        """Do it; the number of rows that it changed."""
        return self.db.execute(sql, values).rowcount

    def add(self, sql: str, *values: object) -> int:
        """Insert a row; its number."""
        return int(self.db.execute(sql, values).lastrowid or 0)

    def one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """The first row that it finds."""
        found: tuple[Any, ...] | None = self.db.execute(sql, values).fetchone()
        return found

    def all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """All rows that it finds."""
        return self.db.execute(sql, values).fetchall()

    def count(self, sql: str, *values: object) -> int:
        """The number in the first column of the first row."""
        return int(self.db.execute(sql, values).fetchone()[0])


class Store:
    """The class's file.

    Args:
        path: Of the file; its folder is made when it is first needed.
        patience: Seconds to wait for other writers.
        most_bytes: The file grows no larger than this.
        instant: The moment; tests give their own.
    """

    def __init__(
        self,
        path: Path,
        *,
        patience: float = PATIENCE,
        most_bytes: int = limits.FILE_BYTES,
        instant: Callable[[], Instant] = instant,
    ) -> None:
        self.path = path
        self._patience = patience
        self._most_bytes = most_bytes
        self._instant = instant
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._file: object = None  # which file the idle connections have open, and in what process
        self._trouble = ("", -math.inf)  # the sentence, and when
        self._tried = -math.inf

    @property
    def trouble(self) -> str:
        """The teacher's sentence, for a while after this process could not write something."""
        sentence, when = self._trouble
        return sentence if time.monotonic() - when < SHOWN else ""

    @contextlib.contextmanager
    def writing(self) -> Iterator[Desk]:
        """A transaction that writes. An exception inside undoes all of it.

        Raises:
            Unkept: The file does not take it.
        """
        try:
            with self._in_turn(), self._connected() as db:
                db.execute("BEGIN IMMEDIATE")
                with _undone_if_broken_off(db):
                    yield Desk(db, self._now(db, renew=True))
                    db.execute("COMMIT")
        except Unkept as error:
            self._trouble = (error.teacher, time.monotonic())
            raise

    @contextlib.contextmanager
    def reading(self) -> Iterator[Desk]:
        """A transaction that only reads; it waits for nobody.

        Raises:
            Unkept: The file cannot be read.
        """
        with self._connected() as db:
            db.execute("BEGIN")
            with _undone_if_broken_off(db):
                yield Desk(db, self._now(db, renew=False))
                db.execute("COMMIT")

    def beat(self) -> None:
        """Try whether the file still takes something, unless somebody did within ``BEAT`` seconds.

        The outcome is in :attr:`trouble`; nothing is raised.
        """
        if time.monotonic() - self._tried < BEAT:
            return
        self._tried = time.monotonic()
        with contextlib.suppress(Unkept):
            with self._connected() as db:
                found, moment = _clock(db), self._instant()
            if found is None or _old(found[0], moment):
                with self.writing():
                    pass

    def forget(self) -> None:
        """Let nothing that was deleted be found in the log beside the file.

        What is deleted in the file itself is overwritten there at once.
        """
        with contextlib.suppress(Unkept), self._connected() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with contextlib.suppress(OSError):
            for old in folder.others(self.path, limits.LIFETIME, time.time()):
                old.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file. It opens again by itself."""
        with self._lock:
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    @contextlib.contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Threads of this process queue here: SQLite only has those who wait look now and then.

        Thirty writers at the same moment wait a fifth of the time so.
        """
        if not self._turn.acquire(timeout=self._patience):
            raise held()
        try:
            yield
        finally:
            self._turn.release()

    def _now(self, db: sqlite3.Connection, *, renew: bool) -> float:
        """What the file's clock reads."""
        found, moment = _clock(db), self._instant()
        before, reading = found or (moment, 0.0)
        age = elapsed(before, moment)
        if renew and (found is None or _old(before, moment)):
            row = (moment.boot, moment.ticks, moment.wall, reading + age)
            db.execute("INSERT OR REPLACE INTO clock VALUES (1, ?, ?, ?, ?)", row)
        return reading + age

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction; whatever the file does becomes ``Unkept``."""
        try:
            db = self._take()
            sound = True
            try:
                yield db
            except (sqlite3.Error, OSError):
                sound = False
                raise
            finally:
                if sound and not db.in_transaction:
                    self._give(db)
                else:
                    db.close()
        except (sqlite3.Error, OSError) as error:
            found = unkept(error)
            if found is None:
                raise
            logging.getLogger(__name__).warning("%s: %s", self.path, error)
            raise found from error

    def _take(self) -> sqlite3.Connection:
        """An idle connection to the file that is there now, or a new one."""
        which = self._which()
        with self._lock:
            if which == self._file and which is not None and self._idle:
                return self._idle.pop()
            if which != self._file:
                # Another file lies there, or this is a fork: the old connections lead elsewhere.
                self._idle = []
        db = self._open()
        which = self._which()
        with self._lock:
            if which != self._file:
                self._file, self._idle = which, []
        return db

    def _give(self, db: sqlite3.Connection) -> None:
        with self._lock:
            if len(self._idle) < _IDLE and self._which() == self._file:
                self._idle.append(db)
                return
        db.close()

    def _which(self) -> object:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return (os.getpid(), state.st_dev, state.st_ino)

    def _open(self) -> sqlite3.Connection:
        folder.make(self.path.parent)
        _create(self.path)
        db = sqlite3.connect(
            self.path, timeout=self._patience, isolation_level=None, check_same_thread=False
        )
        try:
            _set_up(db, self._most_bytes, self._patience)
        except BaseException:
            db.close()
            raise
        return db


def from_environment() -> Store | None:
    """The file where the environment says; None if classes are switched off. Keep what it gives."""
    path = folder.named()
    return None if path is None else Store(path)


def _create(path: Path) -> None:
    """Make the file if it is not there; a new one is this user's alone from its first moment on.

    One that is there is not opened: closing it again would take from this process every lock that
    SQLite holds on it (POSIX has one set of locks for a file and a process). Another process that
    closed the file then took itself for the last, removed the log, and what was written here
    from then on was in a file without a name.
    """
    with _CREATING, contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _set_up(db: sqlite3.Connection, most_bytes: int, patience: float) -> None:
    page = int(db.execute("PRAGMA page_size").fetchone()[0])
    db.execute(f"PRAGMA max_page_count = {max(1, most_bytes // page)}")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA synchronous = FULL")  # kept means on the disk, even if the power fails
    if db.execute("PRAGMA journal_mode").fetchone()[0] == "wal" and _has_tables(db):
        return
    _log_ahead(db, patience)
    db.execute("BEGIN IMMEDIATE")
    with _undone_if_broken_off(db):
        for statement in SCHEMA.split(";\n"):
            db.execute(statement)
        db.execute("COMMIT")


def _has_tables(db: sqlite3.Connection) -> bool:
    found = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'drawing_ask'").fetchone()
    return found is not None


def _log_ahead(db: sqlite3.Connection, patience: float) -> None:
    """Switch the write-ahead log on. Two who do it at once get no chance to wait: try again."""
    until = time.monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _old(before: Instant, now: Instant) -> bool:
    """Whether the moment in the file is to be written anew."""
    return before.boot != now.boot or elapsed(before, now) >= BEAT


def _clock(db: sqlite3.Connection) -> tuple[Instant, float] | None:
    row = db.execute("SELECT boot, ticks, wall, reading FROM clock").fetchone()
    return None if row is None else (Instant(*row[:3]), row[3])


@contextlib.contextmanager
def _undone_if_broken_off(db: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if db.in_transaction:  # a full disk ends it by itself
            with contextlib.suppress(sqlite3.Error):
                db.execute("ROLLBACK")
        raise
