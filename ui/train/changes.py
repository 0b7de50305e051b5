"""What was changed while a run went on: in words, as marks in its curves, as lines below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from string import ascii_lowercase
from typing import Any

import streamlit as st

from cnn.learn.changes import Change, changes_of
from cnn.learn.state import RunState
from ui.components.live_chart.live_chart import Mark
from ui.numerals import words as in_words
from ui.plain import plain
from ui.train.setup import OPTIMIZERS, SCHEDULES

NAMES = {
    "lr": "learning rate",
    "momentum": "momentum",
    "weight_decay": "weight decay",
    "batch_size": "batch size",
    "epochs": "epochs",
    "optimizer": "optimizer",
    "schedule": "schedule",
    "shift": "shift of the images (pixels)",
    "rotate": "rotation of the images (degrees)",
    "elastic": "warp of the images (pixels)",
    "patience": "patience (epochs)",
}
_TITLES = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}


def told(changes: Sequence[Change]) -> str:
    """These changes of one step in words: "learning rate 0.002 → 0.0005, batch size 64 → 32"."""
    return ", ".join(
        f"{NAMES.get(c.name, c.name)} {_value(c.name, c.before)} → {_value(c.name, c.after)}"
        for c in changes
    )


def by_step(state: RunState) -> list[tuple[int, str]]:
    """The steps after which something changed, and what, oldest first."""
    grouped = groupby(changes_of(state), key=lambda change: change.step)
    return [(step, told(list(changes))) for step, changes in grouped]


def marks(state: RunState) -> list[Mark]:
    """The same in the curves, by number."""
    return [Mark(step, str(i), words) for i, (step, words) in enumerate(by_step(state), start=1)]


def marks_of_all(runs: Mapping[str, RunState]) -> list[Mark]:
    """Those of several runs over the same steps; by letter, as each has its own by number."""
    at: dict[int, list[str]] = {}
    for name, state in runs.items():
        for step, words in by_step(state):
            at.setdefault(step, []).append(f"{name}: {words}")
    found = enumerate(sorted(at.items()))
    return [Mark(step, _letter(i), "; ".join(words)) for i, (step, words) in found]


def _letter(place: int) -> str:
    """a, b, …, z, a2, b2, …"""
    again, letter = divmod(place, len(ascii_lowercase))
    return ascii_lowercase[letter] + (str(again + 1) if again else "")


def tell(marks: Sequence[Mark]) -> None:
    """What the marks of several runs stand for, a line each."""
    if marks:
        told = [f"{m.name}: after step {m.x:,.0f}, {plain(m.words)}" for m in marks]
        st.caption("  \n".join(told))


def lines(state: RunState) -> None:
    """The same as lines below the status, where there is anything to say; first what a run from
    the weights of a file began with.
    """
    found = [f"{i}: after step {n:,}, {words}" for i, (n, words) in enumerate(by_step(state), 1)]
    if state.first is not None:
        name = plain(state.first.name)
        found.insert(0, f"Its first weights are those of the file “{name}”; all else began anew.")
    if found:
        st.caption("  \n".join(found))


def _value(name: str, value: Any) -> str:
    if name in _TITLES:
        return _TITLES[name].get(value, str(value))
    return in_words(value) if isinstance(value, float) else str(value)
