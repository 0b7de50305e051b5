"""This session's run: opened with the runner, taken up again after another page, kept by name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import cast

import streamlit as st

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe
from cnn.learn.state import RunConfig, RunState
from cnn.learn.training import extended, start
from jobs.runner import Runner, View
from ui import link
from ui.train import setup

_STATE = "_training"
MOST_KEPT = 8
#: What a finished run may be given on top.
MORE_EPOCHS = 5


@dataclass(frozen=True)
class Kept:
    """A run that the student named, and its data; without what only going on would need."""

    state: RunState
    recipe: Recipe


@dataclass
class Session:
    """What one student trains."""

    run_id: str
    config: RunConfig | None = None
    recipe: Recipe | None = None
    kept: dict[str, Kept] = field(default_factory=dict)


@st.cache_resource
def runner() -> Runner:
    """The one runner of this server; its workers start at once, so that nobody waits for them."""
    made = Runner()
    made.warm()
    return made


def current() -> Session:
    """This session's."""
    if _STATE not in st.session_state:
        st.session_state[_STATE] = Session(run_id=uuid.uuid4().hex)
    return cast("Session", st.session_state[_STATE])


def ensure(config: RunConfig, recipe: Recipe, data: Split) -> View:
    """The view of the run with these settings; a new run where the settings are new."""
    session = current()
    view = runner().look(session.run_id)
    if view is None or session.config != config or session.recipe != recipe:
        if session.recipe != recipe:
            runner().prepare(recipe)
        session.config, session.recipe = config, recipe
        runner().open(session.run_id, start(config, data), recipe)
        view = runner().look(session.run_id)
    assert view is not None
    return view


def look() -> View | None:
    """The run as it is now; also tells the runner that somebody is watching."""
    return runner().look(current().run_id)


def train() -> None:
    """To the end."""
    runner().play(current().run_id)


def one_step() -> None:
    """One batch."""
    runner().play(current().run_id, steps=1)


def one_epoch() -> None:
    """One pass over the data."""
    view = look()
    if view is not None:
        runner().play(current().run_id, steps=view.state.config.steps_per_epoch)


def pause() -> None:
    """Send no further slice."""
    runner().pause(current().run_id)


def reset() -> None:
    """Forget the run: the next look opens it anew."""
    session = current()
    runner().close(session.run_id)
    session.config = None


def longer() -> int | None:
    """Epochs that a finished run may go on to; None if it may not."""
    view = look()
    if view is None or view.state.stopped or view.state.config.schedule != "constant":
        return None
    more = min(setup.MOST_EPOCHS, view.state.config.epochs + MORE_EPOCHS)
    return more if more > view.state.config.epochs else None


def train_on() -> None:
    """Some epochs more than was planned."""
    session, view, epochs = current(), look(), longer()
    if view is None or session.config is None or session.recipe is None or epochs is None:
        return
    link.assign(tr_epochs=epochs)
    session.config = replace(session.config, epochs=epochs)
    runner().open(session.run_id, extended(view.state, epochs), session.recipe)
    runner().play(session.run_id)


def keep(name: str) -> str | None:
    """Keep the run as it is now, by name; a sentence if that cannot be."""
    session, view = current(), look()
    name = name.strip()[:40]
    if view is None or session.recipe is None or view.state.step == 0:
        return "There is nothing to keep yet: train first."
    name = name or next_name()
    if name not in session.kept and len(session.kept) >= MOST_KEPT:
        return f"At most {MOST_KEPT} runs are kept; drop one first."
    session.kept[name] = Kept(replace(view.state, moments=(), optimizer={}), session.recipe)
    return None


def next_name() -> str:
    """For a run that is given none."""
    taken = current().kept
    return next(n for i in range(len(taken) + 1) if (n := f"Run {i + 1}") not in taken)


def runs_to_compare(view: View) -> dict[str, Kept]:
    """Those that were kept, and the present one if it is none of them."""
    session = current()
    runs = dict(session.kept)
    same = any(kept.state.history is view.state.history for kept in runs.values())
    if session.recipe is not None and view.state.step and not same:
        runs["now"] = Kept(view.state, session.recipe)
    return runs


def drop(name: str) -> None:
    """Let a kept run go."""
    current().kept.pop(name, None)
