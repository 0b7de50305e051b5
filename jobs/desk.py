"""One process beside the server, for what must not be held twice: a network of a gigabyte.

All sessions share it. It does one thing at a time; whoever asks meanwhile waits in line, and what
somebody asks anew takes the place of what she asked before. The process starts with the first
question and ends when nobody has asked for a while: pages that only stand open cost nothing. Where
the server itself is several processes, their desks take turns with what is large
(:mod:`jobs.turn`).
"""

from __future__ import annotations

import atexit
import itertools
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from jobs.executors import BLAS_VARIABLES, begin
from jobs.turn import Turn

#: Does the work in the other process; its first argument tells how far it is.
Work = Callable[..., Any]
Phase = Literal["waiting", "running", "done", "failed"]

#: Whoever has not looked for so many seconds has left.
FORGOTTEN_AFTER = 12.0
#: What was answered is kept so long for somebody who does not look.
KEPT_FOR = 120.0
#: Without a question for so long the process ends, and its memory is free.
IDLE = 300.0
#: How often the line is looked through, in seconds.
TICK = 0.05
DIED = (
    "The process that runs large networks ended over this, perhaps for want of memory. "
    "Try again, or choose a smaller network."
)


class Stopped(Exception):
    """Nobody waits for this any more; raised where the work tells how far it is."""


@dataclass(frozen=True)
class Look:
    """What a page may know of what it asked.

    Attributes:
        ticket: Of the question; every one has another.
        phase: How far it is.
        before: How many are worked on or wait before it.
        told: What the work has told so far.
        answer: What it gave, once it is done.
        error: Why it failed, in a sentence.
    """

    ticket: int
    phase: Phase
    before: int = 0
    told: tuple[Any, ...] = ()
    answer: Any = None
    error: str = ""


@dataclass(eq=False)
class _Question:
    owner: str
    ticket: int
    work: Work
    args: tuple[Any, ...]
    large: bool
    seen: float
    phase: Phase = "waiting"
    told: list[Any] = field(default_factory=list)
    answer: Any = None
    error: str = ""
    stop: bool = False


@dataclass
class Desk:
    """Takes questions for the one process; safe to call from any thread.

    Attributes:
        clock: Seconds.
        forgotten_after: See :data:`FORGOTTEN_AFTER`.
        idle: See :data:`IDLE`.
        turn: Among the desks of this machine.
    """

    clock: Callable[[], float] = time.monotonic
    forgotten_after: float = FORGOTTEN_AFTER
    idle: float = IDLE
    turn: Turn = field(default_factory=Turn)
    _questions: dict[str, _Question] = field(default_factory=dict)
    _line: list[_Question] = field(default_factory=list)
    _running: _Question | None = None
    _tickets: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _process: _Process | None = None
    _closed: bool = False

    # ----------------------------------------------------------------- what a page calls

    def ask(self, owner: str, work: Work, *args: Any, large: bool = False) -> int:
        """Have ``work(tell, *args)`` done; what this owner asked before is over.

        One that waits already keeps its place in line.

        Args:
            owner: Who asks; nobody else can guess it.
            work: A function of a module, for another process is to find it.
            *args: What it is given; plain data.
            large: It holds more in memory than a machine can have several times.

        Returns:
            The question's ticket.
        """
        with self._changed:
            new = _Question(owner, next(self._tickets), work, args, large, self.clock())
            old = self._questions.get(owner)
            self._questions[owner] = new
            if old is not None and old in self._line:
                self._line[self._line.index(old)] = new
            else:
                if old is not None:
                    old.stop = True
                self._line.append(new)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="desk", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return new.ticket

    def look(self, owner: str) -> Look | None:
        """How far the owner's question is; also says that she is still there."""
        with self._changed:
            found = self._questions.get(owner)
            if found is None:
                return None
            found.seen = self.clock()
            before = 0
            if found in self._line:
                before = self._line.index(found) + (self._running is not None)
            return Look(
                found.ticket, found.phase, before, tuple(found.told), found.answer, found.error
            )

    def leave(self, owner: str) -> None:
        """The owner waits for nothing any more."""
        with self._changed:
            found = self._questions.pop(owner, None)
            if found is not None:
                found.stop = True
                if found in self._line:
                    self._line.remove(found)
            self._changed.notify_all()

    @property
    def awake(self) -> bool:
        """Whether the process is there."""
        return self._process is not None

    def close(self) -> None:
        """End the process, and take no more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(5)

    # ------------------------------------------------------------------------ the thread

    def _serve(self) -> None:
        while (question := self._next()) is not None:
            try:
                if not question.large or self._has_turn(question):
                    self._work_on(question)
                if self.turn.wanted:
                    self._let_go()
                elif not question.large:  # it has taken the place of what was large
                    self.turn.give()
            except (EOFError, OSError):  # the process is gone
                self._let_go()
                self._finish(question, "failed", error=DIED)
            except Exception:  # one question must not end the desk
                logging.getLogger(__name__).exception("a question could not be sent")
                self._let_go()
                self._finish(question, "failed", error="This could not be worked out.")
        self._let_go()

    def _next(self) -> _Question | None:
        """The next in line that somebody still waits for; None when the desk is closed."""
        rested = self.clock()
        with self._changed:
            while not self._closed:
                self._forget()
                if self._line:
                    self._running = self._line.pop(0)
                    if not self._running.large:  # which waits for its turn first
                        self._running.phase = "running"
                    return self._running
                rests = self.clock() - rested > self.idle
                if self._process is not None and (rests or self.turn.wanted):
                    self._let_go()
                self._changed.wait(1.0 if self._questions or self._process else None)
        return None

    def _forget(self) -> None:
        """Let go of what nobody looks at."""
        now = self.clock()
        for owner, question in list(self._questions.items()):
            unseen = now - question.seen
            waits = question.phase in ("waiting", "running")
            if unseen > (self.forgotten_after if waits else KEPT_FOR):
                del self._questions[owner]
                question.stop = True
        self._line = [question for question in self._line if not question.stop]

    def _has_turn(self, question: _Question) -> bool:
        """Wait until no other desk has a network in memory; False if nobody waits any more."""

        def given_up() -> bool:
            with self._changed:
                self._forget()
                return question.stop or self._closed

        if not self.turn.take(given_up):
            self._finish(question, "failed", error="It was stopped.")
            return False
        question.phase = "running"
        return True

    def _work_on(self, question: _Question) -> None:
        if self._process is not None and not self._process.alive:  # killed while it rested
            self._end_process()
        if self._process is None:
            self._process = _Process()
        pipe = self._process.connection
        pipe.send(("work", question.work, question.args))
        told_to_stop = False
        while True:
            if pipe.poll(TICK):
                kind, value = pipe.recv()
                if kind != "told":
                    break
                with self._changed:
                    question.told.append(value)
            with self._changed:
                self._forget()
                stop = question.stop or self._closed
            if stop and not told_to_stop:
                pipe.send(("stop", None, None))
                told_to_stop = True
        if kind == "answer":
            self._finish(question, "done", answer=value)
        else:
            self._finish(question, "failed", error=value)

    def _finish(
        self, question: _Question, phase: Phase, answer: Any = None, error: str = ""
    ) -> None:
        with self._changed:
            question.phase, question.answer, question.error = phase, answer, error
            self._running = None
            self._changed.notify_all()

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _let_go(self) -> None:
        """End the process, and let another desk have its turn."""
        self._end_process()
        self.turn.give()


class _Process:
    """The other process, and the pipe to it."""

    def __init__(self) -> None:
        for name in BLAS_VARIABLES:
            # Read when NumPy is imported: the server has done that, its children have not.
            os.environ[name] = "1"
        # Not fork: the server has threads, and a forked copy of a held lock never opens.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=answer_all, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()  # else nothing would tell that the process has ended
        atexit.register(self.end)

    @property
    def alive(self) -> bool:
        """Whether it has not ended by itself, or been ended by the system."""
        return self.process.is_alive()

    def end(self) -> None:
        """End it now, whatever it does."""
        atexit.unregister(self.end)
        self.connection.close()
        self.process.terminate()
        self.process.join(2)


def answer_all(pipe: Any) -> None:
    """What the process does until its pipe is closed: one question after another.

    Args:
        pipe: A :class:`multiprocessing.connection.Connection`.
    """
    begin(polite=True)

    def tell(value: Any) -> None:
        pipe.send(("told", value))
        if pipe.poll():
            pipe.recv()  # while it works it is sent nothing but that it is to stop
            raise Stopped

    while True:
        try:
            kind, work, args = pipe.recv()
        except EOFError:
            return
        if kind == "work":  # else it was to stop what it had just finished
            pipe.send(_answered(work, tell, args))


def _answered(work: Work, tell: Callable[[Any], None], args: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "answer", work(tell, *args)
    except Stopped:
        return "stopped", "It was stopped."
    except MemoryError:
        return "failed", "There is not enough memory for this network. Choose a smaller one."
    except ValueError as error:  # it says in a sentence what is wrong
        return "failed", str(error)
    except OSError as error:  # the server's folders are none of a student's business
        return "failed", f"The file cannot be read: {error.strerror or error}."
    except Exception:
        logging.getLogger(__name__).exception("a question was not answered")
        return "failed", "This could not be worked out."
