"""The class's own drawings as training data, and what a network says of them that never saw them.

Only what the teacher has shown to all is used, and nothing that is hidden. What is validated on is
handwriting of students that the network has not seen. A run goes on with the drawings that it began
with while more come in; where one of those is hidden or taken back, it ends and begins without it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from classroom import drawings
from classroom.drawings import Batch
from classroom.training import split_by_student
from classroom.trouble import Trouble
from cnn.data.datasets import DIGITS, Split
from cnn.data.recipes import Recipe
from cnn.learn.answers import answers
from cnn.learn.state import RunState
from ui import codecs, link, readers
from ui.remembered import Remembered
from ui.room import me, ribbon
from ui.train import session

SOURCE = "class"
TITLE = "Our class's drawings"
_TAKEN: Remembered[tuple[int, ...]] = Remembered("_train_ours", ())


@dataclass(frozen=True)
class Ours:
    """Drawings of the class, divided.

    Attributes:
        recipe: Of the data.
        people: How many students they are trained on, and how many validated on.
        more: How many have come since.
    """

    recipe: Recipe
    people: tuple[int, int]
    more: int = 0


def offered(setting: str) -> bool:
    """Whether they stand among the data: in a class, or where the link asks for them."""
    member = me.teacher() is not None or me.student() is not None
    return member or link.now(setting, "", codecs.text(20)) == SOURCE


def drawn(recipe: Recipe) -> Ours | str:
    """The class's drawings as data, set up as ``recipe``; or one sentence why there are none."""
    who = me.teacher() or me.student()
    if who is None:
        return "These are a class's own drawings: join the class, and choose them again."
    ribbon.each_drawing()
    found = me.ask(lambda: drawings.to_train(who))
    if found is None:
        return "The class's drawings cannot be read just now; please try again in a moment."
    if not len(found):
        return (
            "There are no drawings to train on yet: the teacher asks the class for some, and shows "
            "them to all."
        )
    batch = _taken(found)
    try:
        train, held = split_by_student(batch.students, recipe.validation, recipe.seed)
    except Trouble as trouble:
        return str(trouble)
    if len(np.unique(batch.labels[train])) < 2:
        return "Too few drawings: to tell digits apart, a network needs at least two to train on."
    people = len(np.unique(batch.students[train])), len(np.unique(batch.students[held]))
    return Ours(_recipe(recipe, batch, held), people, len(found) - len(batch))


def _recipe(recipe: Recipe, batch: Batch, held: np.ndarray) -> Recipe:
    return Recipe(
        source=SOURCE,
        count=len(batch),
        validation=recipe.validation,
        noise=recipe.noise,
        wrong_labels=recipe.wrong_labels,
        seed=recipe.seed,
        drawings=batch.images.tobytes(),
        labels=tuple(batch.labels.tolist()),
        held_out=tuple(held.tolist()),
    )


def _taken(found: Batch) -> Batch:
    """Those that the run began with, if it has begun and all of them are still shown."""
    kept = _TAKEN.get()
    view = session.look()
    begun = view is not None and (view.state.step > 0 or view.phase != "paused")
    if begun and kept and set(kept) <= set(found.ids.tolist()):
        return found.take(np.flatnonzero(np.isin(found.ids, kept)))
    _TAKEN.put(tuple(found.ids.tolist()))
    return found


def more(ours: Ours) -> None:
    """The button that takes in what has come since the run began."""
    if ours.more:
        drawings_ = "drawing that has" if ours.more == 1 else "drawings that have"
        st.button(
            f"Take in {ours.more} {drawings_} come since",
            key="tr_ours_more",
            on_click=_TAKEN.put,
            args=((),),
            help="The run begins anew.",
        )


def beside(ours: Ours, split: Split) -> Callable[[RunState], None]:
    """What is said of a run at each look: how it reads unseen hands, and how LeNet-5 does."""
    lenet = theirs(split)

    def say(state: RunState) -> None:
        checks = state.history.check_accuracy
        mine = f"{checks[-1]:.1%}" if checks and not state.stopped else "nothing yet"
        st.markdown(
            f"Trained on {_of(len(split.train), ours.people[0])}, looked at on "
            f"{_of(len(split.validation), ours.people[1])} whose hands it never sees. "
            f"**This network** reads {mine} of these, **LeNet-5**, which saw only MNIST's digits, "
            f"{lenet:.1%}{_among(split)}."
        )

    return say


def theirs(split: Split) -> float:
    """The share of the same validation images that the shipped LeNet-5 reads right.

    It chooses among the digits that the data have, as the other network does.
    """
    held = split.validation
    among = [DIGITS.index(name) for name in held.classes]
    scores = readers.network("lenet").scores(held.floats()[:, 0])[:, among]
    return float((answers(scores, 1) == held.labels).mean())


def _of(count: int, people: int) -> str:
    drawings_ = f"{count} drawing{'' if count == 1 else 's'}"
    return f"{drawings_} by {people} student{'' if people == 1 else 's'}"


def _among(split: Split) -> str:
    names = split.train.classes
    return "" if names == DIGITS else f" (both choose among {', '.join(names)})"
