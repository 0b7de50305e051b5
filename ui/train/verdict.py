"""What a run came to, in words, and beside it what the experiments before came to."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cnn.learn.state import RunState
from ui.train import claims, session
from ui.train.claims import training_accuracy
from ui.train.experiments import EXPERIMENTS, present

#: A loss this much above its lowest value has turned up; less is a wobble.
TURNED = 0.05


def show(state: RunState) -> None:
    """How far training and validation came apart; the other experiments of this tab."""
    recipe = session.current().recipe
    said = words(state, recipe.wrong_labels if recipe is not None else 0.0)
    now = present()
    kept = session.current().kept
    runs = {n: kept[e.title].state for n, e in EXPERIMENTS.items() if e.title in kept}
    if now is not None and state.step:
        runs.pop(now, None)  # the present one is the last
        runs[now] = state
        ends = {name: claims.end(run) for name, run in runs.items()}
        there = {name: one for name, one in ends.items() if one is not None}
        said += f" {claims.words(now, there)}"
    st.markdown(said)
    if len(runs) > 1:
        shown = {EXPERIMENTS[name].title: run for name, run in runs.items()}
        st.dataframe(table(shown), hide_index=True, key="tr_outcomes", height="content")


def words(state: RunState, wrong_labels: float = 0.0) -> str:
    """How the run stands, in a few sentences with its own numbers.

    Args:
        state: The run.
        wrong_labels: Share of its training labels that are wrong.
    """
    history = state.history
    best = history.best_check
    if state.stopped:
        return "The run stopped over its numbers: it came to nothing that could be compared."
    if not state.step or best is None:
        return "Not trained yet."
    if not history.check_step[-1]:
        return (
            "The validation images have not been looked at since the first step: train on until "
            "they are."
        )
    training, validation = training_accuracy(state), history.check_accuracy[-1]
    apart = 100 * (training - validation)
    wrong = f", measured by labels of which {wrong_labels:.0%} are wrong" if wrong_labels else ""
    found = (
        f"Training **{training:.1%}**{wrong}; validation **{validation:.1%}**: "
        f"**{abs(apart):.1f} points** {'lower' if apart > 0 else 'higher'}. "
    )
    lowest, last = min(history.check_loss), history.check_loss[-1]
    top = max(history.check_accuracy)
    if last > (1 + TURNED) * lowest:
        found += (
            f"The validation loss was lowest, {lowest:.2f}, at step {best:,}; now it is "
            f"**{last:.2f}**: it has turned up. "
        )
    else:
        found += f"The validation loss is {last:.2f} and has not turned up. "
    if top - validation >= 0.02:
        found += f"On the way validation accuracy had been {top:.1%}."
    return found


def table(runs: Mapping[str, RunState]) -> dict[str, list[str]]:
    """One row an experiment."""
    losses = {name: state.history.check_loss for name, state in runs.items()}
    return {
        "experiment": list(runs),
        "steps": [f"{state.step:,}" for state in runs.values()],
        "training": [f"{training_accuracy(state):.1%}" for state in runs.values()],
        "validation": [_last(state) for state in runs.values()],
        "lowest validation loss": [_number(min(v, default=None)) for v in losses.values()],
        "at the end": [_number(v[-1] if v else None) for v in losses.values()],
    }


def _last(state: RunState) -> str:
    seen = state.history.check_accuracy
    return f"{seen[-1]:.1%}" if seen else "none yet"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
