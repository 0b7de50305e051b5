"""What this session asks the one process that runs large networks, and what it has answered.

A page says all that it needs, in order; what it has been told is kept in the session, the first of
what is missing is asked. So a student has one question in line, and the newest one wins.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import streamlit as st

from cnn.architectures import ARCHITECTURES
from jobs import turn
from jobs.desk import Desk, Look, Work
from jobs.large.network import Layer, Loaded, Wanted
from ui import lesson
from ui.remembered import Begun

#: Answers that a session keeps, and the server for all; one has about a megabyte.
MOST_KEPT, MOST_SHARED = 6, 32
#: Parameters (40 MB): each process of a server may hold a network of so many.
MOST_SMALL = 10_000_000

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Need:
    """A question.

    Attributes:
        key: What decides the answer.
        work: A function of :mod:`jobs.large`.
        args: Its arguments, the network first.
    """

    key: Key
    work: Work
    args: tuple[Any, ...]

    @property
    def large(self) -> bool:
        """Whether its network is one of those that a machine can hold once."""
        return ARCHITECTURES[self.wanted.slug].parameters > MOST_SMALL

    @property
    def wanted(self) -> Wanted:
        """The network that is asked."""
        return cast("Wanted", self.args[0])


@dataclass
class Asked:
    """What one student asks."""

    owner: str = field(default_factory=lambda: secrets.token_hex(16))
    key: Key | None = None  #: of the question under way
    answers: OrderedDict[Key, Any] = field(default_factory=OrderedDict)
    errors: dict[Key, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """How far it is.

    Attributes:
        answers: By key, of what is needed; what is missing is not in it.
        look: At the question under way, if there is one.
        error: Why the first that is missing will not come, in a sentence.
    """

    answers: dict[Key, Any]
    look: Look | None = None
    error: str = ""

    @property
    def pending(self) -> bool:
        """Whether something is still worked on."""
        return self.look is not None


@st.cache_resource
def desk() -> Desk:
    """The one desk of this server process; nothing runs before somebody asks."""
    return Desk(turn=turn.from_environment())


@st.cache_resource
def shared() -> OrderedDict[Key, Any]:
    """What was answered lately to anybody: a class that opens one page asks one question."""
    return OrderedDict()


_MINE = Begun("_fn_asked", Asked)


def current() -> Asked:
    """This session's."""
    return _MINE.get()


def standing(needs: Sequence[Need]) -> Standing:
    """How far these questions are; asks the first that nobody has answered yet."""
    mine = current()
    _collect(mine)
    for need in needs:
        if need.key not in mine.answers and (found := shared().get(need.key)) is not None:
            _keep(mine.answers, need.key, found, MOST_KEPT)
    if mine.key in mine.answers:  # somebody else's answer came first: her place in line is free
        stop()
    answers = {need.key: mine.answers[need.key] for need in needs if need.key in mine.answers}
    for need in needs:
        if need.key in answers:
            mine.answers.move_to_end(need.key)
            continue
        if need.key in mine.errors:
            return Standing(answers, error=mine.errors[need.key])
        if mine.key != need.key or desk().look(mine.owner) is None:
            mine.key = need.key
            desk().ask(mine.owner, need.work, *need.args, large=need.large)
        return Standing(answers, desk().look(mine.owner))
    return Standing(answers)


def known(key: Key) -> Any:
    """The answer to a question that was asked before; None if it is not kept."""
    mine = current()
    _collect(mine)
    return mine.answers.get(key)


def again() -> None:
    """Errors are forgotten, so that what failed is asked once more."""
    current().errors.clear()


def stop() -> None:
    """Nothing is waited for any more."""
    mine = current()
    if mine.key is not None:
        desk().leave(mine.owner)
        mine.key = None


def _collect(mine: Asked) -> None:
    """Take over what has been answered."""
    look = desk().look(mine.owner) if mine.key is not None else None
    if look is None or mine.key is None:
        return
    if look.phase == "done":
        _keep(mine.answers, mine.key, look.answer, MOST_KEPT)
        _keep(shared(), mine.key, look.answer, MOST_SHARED)
    elif look.phase == "failed":
        mine.errors[mine.key] = look.error
    else:
        return
    stop()


def _keep(answers: OrderedDict[Key, Any], key: Key, answer: Any, most: int) -> None:
    """Add the newest; the oldest goes where there are too many."""
    answers[key] = answer
    while len(answers) > most:
        answers.pop(next(iter(answers)), None)


def show(of: Standing) -> None:
    """One line and a bar: what is waited for, or why there is nothing to wait for."""
    if of.error:
        lesson.problem(of.error[0].upper() + of.error[1:])
        st.button("Try again", key="fn_retry", on_click=again)
    elif of.look is not None:
        share, words = progress(of.look)
        st.progress(share, text=words)


def progress(look: Look) -> tuple[float, str]:
    """How far a question is, from 0 to 1, and in words."""
    if look.phase == "waiting":
        return 0.0, waiting(look.before)
    if not look.told:
        return 0.0, "The network is being loaded."
    last = look.told[-1]
    if isinstance(last, Loaded):
        return 0.02, f"{last.name} is there: {megabytes(last.bytes)} of weights."
    if isinstance(last, Layer):
        layers = [one for one in look.told if isinstance(one, Layer)]
        held = sum(one.bytes for one in layers)
        weights = sum(one.bytes for one in look.told if isinstance(one, Loaded))
        spent = sum(one.seconds for one in layers)
        return len(layers) / last.total, (
            f"Layer {len(layers)} of {last.total}: {last.name} · {spent:.2f} s · "
            f"{megabytes(weights)} of weights and {megabytes(held)} of maps in memory"
        )
    if isinstance(last, tuple):
        done, total = last
        return done / total, f"Place {done} of {total} is covered."
    return 0.5, "Where is it? The gradient is on its way back."


def waiting(before: int) -> str:
    """How many are before somebody who waits."""
    if before <= 0:
        return "You are next."
    return f"Large networks run one at a time: {before} before you."


def megabytes(size: int) -> str:
    """Bytes in the usual unit."""
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"
