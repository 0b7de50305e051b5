"""What becomes of a run when settings change: it goes on with them, or another one begins.

What can change on the way (:mod:`cnn.learn.changes`) goes on from the present step. What cannot
(network, data, loss, first weights, seed) is another run; so is anything new after a finished one.
A run that took more than a few seconds is not thrown away without a question.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import streamlit as st

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe
from cnn.learn.changes import asked_for, may_become
from cnn.learn.state import RunConfig, RunState
from jobs.runner import View
from ui import lesson, link
from ui.train import data, first_weights, session, setup
from ui.train.outcome import portable
from ui.train.session import Session

#: Seconds of work that are not thrown away without a question.
ASK_AFTER = 10.0
Course = Literal["as it is", "change", "ask", "anew"]


def ensure(config: RunConfig, recipe: Recipe) -> View:
    """The view of the run with these settings, or of the one that a question is asked about.

    Nothing is computed here: a worker looks at the untrained network, when the run is played.
    """
    mine = session.current()
    _take_up_arrival(mine, config, recipe)
    config = first_weights.under(config)
    view = session.find()
    course = _course(mine, view, config, recipe)
    mine.wanted = (config, recipe) if course == "ask" else None
    if course == "change":
        session.runner().change(mine.run_id, config)
        mine.config = config
    elif course == "anew":
        _begin_anew(mine, view, config, recipe)
    if course != "ask":
        mine.settings, mine.agreed = link.texts("tr_"), None
    mine.found = False
    now = session.look()
    assert now is not None
    return now


def _take_up_arrival(mine: Session, config: RunConfig, recipe: Recipe) -> None:
    """What comes from a file and has its settings on the page now; else the former ones again."""
    arriving, mine.arriving = mine.arriving, None
    if arriving is None:
        return
    if isinstance(arriving[0], RunState):
        refused = _take_up_run(mine, arriving[0], arriving[1], config, recipe)
    else:
        refused = first_weights.take_up(arriving[0], arriving[1], config, recipe)
    if refused:
        mine.note = refused
        link.assign(**mine.settings)
        st.rerun()


def _take_up_run(
    mine: Session, state: RunState, wanted: Recipe, config: RunConfig, recipe: Recipe
) -> str:
    """The run goes on here; a sentence if it cannot."""
    its = asked_for(state.config)
    if its != replace(config, weights=its.weights) or portable(wanted) != portable(recipe):
        return (
            "The run from the file has settings or data that this page cannot be set to, so it "
            "cannot go on here. It can be compared with."
        )
    session.runner().prepare(recipe)
    session.runner().open(mine.run_id, state, recipe)
    mine.config, mine.recipe, mine.found, mine.first = its, recipe, False, state.first
    mine.note = f"This run comes from a file; it goes on from step {state.step:,}."
    return ""


def _course(mine: Session, view: View | None, config: RunConfig, recipe: Recipe) -> Course:
    if view is None or mine.config is None:
        return "anew"
    if mine.config == config and mine.recipe == recipe:
        return "as it is"
    if mine.found or mine.agreed == (config, recipe) or not view.state.step or view.state.stopped:
        return "anew"  # the former run is kept; what stopped over its numbers cannot go on
    if mine.recipe == recipe and may_become(view.state.config, config):
        # A finished run goes on if it is made longer; other settings are for a run of their own.
        longer = replace(config, epochs=mine.config.epochs) == mine.config
        if view.phase != "finished" or (longer and config.epochs > mine.config.epochs):
            return "change"
    return "ask" if is_worth_asking(view) else "anew"


def is_worth_asking(view: View) -> bool:
    """Whether so much work is in the run that it is not thrown away without a question.

    Of a finished run that is kept nothing is lost.
    """
    if view.phase == "finished" and session.is_kept(view):
        return False
    return view.state.step > 0 and view.state.seconds > ASK_AFTER


def _begin_anew(mine: Session, view: View | None, config: RunConfig, recipe: Recipe) -> None:
    if mine.found and session.keep(session.EARLIER) is None:
        mine.note = (
            "This tab trained a run with other settings before. It is kept under *Compare "
            f"runs*, as “{session.EARLIER}”."
        )
    elif view is not None and mine.config is not None and is_worth_asking(view):
        session.keep_former()
    if mine.first is not None and not config.weights:
        mine.note = first_weights.unused(mine.first)
    session.open_run(config, recipe)


def question(view: View) -> None:
    """Ask before a run is thrown away, where the settings on the page need another one."""
    mine = session.current()
    if mine.wanted is None or mine.config is None or mine.recipe is None:
        return
    config, recipe = mine.wanted
    done = f"step {view.state.step:,}, {view.state.seconds:.0f} s of work"
    with st.container(key="tr_question", border=True):
        if may_go_further(view, config, recipe):
            st.markdown(
                f"The run is finished ({done}). **Begin a new run** with the changed settings? "
                "The finished one stays under *Compare runs*."
            )
        else:
            st.markdown(
                f"**{_what(mine, config, recipe)}** cannot change on the way: that is another run. "
                f"Below still is the one that you trained ({done}). Begin a new one? This one "
                "stays under *Compare runs*."
            )
        with st.container(horizontal=True):
            st.button("Begin a new run", key="tr_anew", on_click=agree, type="primary")
            if may_go_further(view, config, recipe):
                st.button(
                    f"Train on with them, to {further(config)} epochs",
                    key="tr_further",
                    on_click=go_further,
                    disabled=further(config) <= view.state.config.epochs,
                )
            st.button("Back to this run's settings", key="tr_back", on_click=back)
        if mine.refused:
            lesson.problem(mine.refused)


def may_go_further(view: View, config: RunConfig, recipe: Recipe) -> bool:
    """Whether a finished run could go on with these settings, if it were made longer."""
    same = recipe == session.current().recipe
    return same and view.phase == "finished" and may_become(view.state.config, config)


def further(config: RunConfig) -> int:
    """Epochs that a finished run is trained on to; no more than it has where a task holds them."""
    if link.held("tr_epochs"):
        return config.epochs
    return min(setup.MOST_EPOCHS, config.epochs + session.MORE_EPOCHS)


def agree() -> None:
    """Begin the new run; the former one is kept, or it is said why it cannot be."""
    mine = session.current()
    mine.refused = session.keep_former() or ""
    if not mine.refused:
        mine.agreed, mine.config = mine.wanted, None


def go_further() -> None:
    """Train the finished run on with the new settings."""
    mine, view = session.current(), session.look()
    if mine.wanted is None or view is None or link.held("tr_epochs"):
        return
    config = replace(mine.wanted[0], epochs=further(mine.wanted[0]))
    link.assign(tr_epochs=config.epochs)
    session.runner().change(mine.run_id, config)
    mine.config, mine.wanted = config, None
    session.train()


def start_again() -> None:
    """The same settings from the first step; a run of more than a few seconds is kept."""
    mine, view = session.current(), session.look()
    said = session.keep_former() if view is not None and is_worth_asking(view) else None
    note = said or mine.note
    session.reset()
    mine.note = note


def back() -> None:
    """The settings of the run on the page again, and its file where it has one."""
    mine = session.current()
    if mine.recipe is not None:
        data.take_back(mine.recipe)
    if (view := session.look()) is not None:
        mine.first = view.state.first or mine.first
    link.assign(**mine.settings)


def shown(split: Split) -> Split:
    """The data of the run that is shown: the former one's while a question is asked."""
    mine = session.current()
    if mine.wanted is None or mine.recipe is None or mine.recipe == mine.wanted[1]:
        return split
    found = data.load(data.Chosen(mine.recipe))
    return split if isinstance(found, str) else found


def _what(mine: Session, config: RunConfig, recipe: Recipe) -> str:
    """Which settings are another run's, in words."""
    assert mine.config is not None
    names = {
        "The data": recipe != mine.recipe,
        "The network": not may_become(mine.config, replace(mine.config, blocks=config.blocks)),
        "The loss": config.loss != mine.config.loss,
        "The first weights": (config.init, config.weights)
        != (mine.config.init, mine.config.weights),
        "The seed": config.seed != mine.config.seed,
    }
    found = [name for name, differs in names.items() if differs]
    first, *more = found or ["The data"]
    return " and ".join([first, *(f"{n[0].lower()}{n[1:]}" for n in more)])
