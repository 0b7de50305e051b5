"""The run of this tab, found again after a reload, a restart of the server or of its process.

The tab keeps the key of its run (:mod:`ui.components.keepsake`) and nothing else. The server looks
for the run among those it has, then on the shelf where runs outlive it (:mod:`jobs.keeper`). A tab
that was duplicated holds the key of a run that another tab is busy with: it gets a copy, under a
key of its own, so that two tabs never share a run.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace

import streamlit as st

from cnn.learn.changes import asked_for
from ui import visitor
from ui.components.keepsake import keepsake
from ui.remembered import Remembered
from ui.train import session
from ui.train.session import Session

NAME = "run"
_KEY = re.compile(r"[0-9a-f]{32}")
_ANSWERED: Remembered[str | None] = Remembered("_run_answered", None)
_NOTE = "train_note"
MOST_DESKS = 300


@dataclass
class Desks:
    """Who has which session, on the whole server."""

    _held: OrderedDict[str, tuple[Session, str]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sit(self, mine: Session, me: str) -> bool:
        """This visitor works with that session; False if another one took it over meanwhile."""
        with self._lock:
            holder = self._held.get(mine.run_id, (mine, me))[1]
            if holder != me and visitor.connected(holder):
                return False
            self._held[mine.run_id] = mine, me
            self._held.move_to_end(mine.run_id)
            while len(self._held) > MOST_DESKS:
                self._held.popitem(last=False)
            return True

    def take(self, key: str, me: str) -> tuple[Session, bool]:
        """The session with that run and whether it is free; a free one is this visitor's now."""
        with self._lock:
            there, holder = self._held.get(key) or (Session(run_id=key), me)
            free = holder == me or not visitor.connected(holder)
            if free:
                self._held[key] = there, me
            return there, free

    def knows(self, key: str) -> bool:
        """Whether somebody had a session with that run lately."""
        return key in self._held


@st.cache_resource
def desks() -> Desks:
    """The server's."""
    return Desks()


def take_up() -> None:
    """Find this tab's run again, once it has said which; call it before anything asks for a run."""
    if not desks().sit(session.current(), visitor.me()):
        _copy(session.current())
        desks().sit(session.current(), visitor.me())
    key = keepsake.recalled(NAME)
    if key is None or _ANSWERED.get() == key:
        return
    _ANSWERED.put(key)
    view = session.look()
    busy = view is not None and (view.state.step > 0 or view.phase != "paused")
    if busy or key == session.current().run_id or not _KEY.fullmatch(key):
        return  # what the student has begun here counts more than what was
    outlived = session.runner().look(key) is None
    known = session.runner().find(key) or desks().knows(key)
    if not known and not session.kept_beside(key):
        session.current().note = _gone()
        return
    session.reset()  # of the run that this visit began with, before the tab had answered
    there, free = desks().take(key, visitor.me())
    if free:
        session.become(there)
    else:
        _copy(there)
        desks().sit(session.current(), visitor.me())
    _as_it_was(outlived)


def note() -> None:
    """Say how the run was found again, or that it was not; until the student goes on."""
    with st.container(key=_NOTE):
        if session.current().note:
            st.markdown(session.current().note)


def remember() -> None:
    """Let the tab keep the key of a run that has begun, and forget that of one that is no more."""
    mine, view = session.current(), session.look()
    begun = view is not None and (view.state.step > 0 or view.phase != "paused")
    if begun or mine.kept:
        _ANSWERED.put(mine.run_id)
        keepsake.keepsake(NAME, mine.run_id)
    else:
        keepsake.keepsake(NAME, "" if _ANSWERED.known else None)


def _copy(other: Session) -> None:
    """A session of this visitor's own, with a copy of the other's run and the runs it kept."""
    view = session.runner().look(other.run_id)
    note = "This tab has a copy of the run of its own; the tab that it was copied from keeps its."
    mine = replace(other, run_id=Session().run_id, kept=dict(other.kept), note=note)
    if view is not None:
        data = session.runner().data_of(other.run_id)
        session.runner().open(mine.run_id, view.state, data)
    session.become(mine)
    session.shelve(mine)


def _as_it_was(outlived: bool) -> None:
    """What the session should know of its run. Drawings come back by ``ui.collected``."""
    mine, view = session.current(), session.look()
    if outlived and not mine.kept:
        session.find_kept(mine)
    if view is None:
        if outlived and mine.kept:
            mine.note = "The server was started anew. What you kept is under *Compare runs*."
        return
    mine.config, mine.found = asked_for(view.state.config), view.state.step > 0
    mine.recipe = session.runner().data_of(mine.run_id)
    mine.first = view.state.first or mine.first
    if outlived:
        mine.note = (
            f"The server was started anew. This run was found again at step {view.state.step:,}; "
            "it goes on from there."
        )


def _gone() -> str:
    minutes = session.runner().kept_for / 60
    return (
        "The run that this tab trained is gone: a run is found again for "
        f"{minutes:.0f} minutes after it last moved."
    )
