"""What a trained network has learned: confusion, precision and recall, its worst mistakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.datasets import DIGITS, Dataset, Split
from cnn.layers.softmax import softmax
from cnn.learn.answers import NO_ANSWER, confusion_matrix
from cnn.learn.losses import make_loss
from cnn.learn.state import Moment, RunState
from cnn.learn.training import network_of
from ui import lesson, link, trained_net
from ui.components.confusion.confusion import confusion
from ui.components.tile_grid.tile_grid import tile_grid
from ui.plain import plain
from ui.train import heavy
from ui.train.tiles import picture_tiles
from ui.trained_net import Taken

MOST_EXAMPLES = 24


@dataclass(frozen=True)
class Answers:
    """What a network says of a data set.

    Attributes:
        labels: (N,) the truth.
        guesses: (N,) the class it says; ``NO_ANSWER`` where its scores are no numbers.
        right: (N,) the probability it gives to the truth; NaN where it answers nothing.
    """

    labels: Array
    guesses: Array
    right: Array

    def confusion(self, classes: int) -> Array:
        """(K, K) counts; rows are the truth."""
        return confusion_matrix(self.labels, self.guesses, classes)

    @property
    def unanswered(self) -> int:
        """Images for which its scores are no numbers."""
        return int((self.guesses == NO_ANSWER).sum())


def answers(state: RunState, split: Split, moment: Moment | None) -> Answers:
    """The answers on the validation set of the run now, or at a stored moment."""
    data, scores = split.validation, heavy.scores(state, split, moment)
    chances = chances_of(state, scores)
    right = chances[np.arange(len(data)), data.labels]
    return Answers(data.labels, make_loss(state.config.loss).said(scores.T), right)


def chances_of(state: RunState, scores: Array) -> Array:
    """(N, K) probabilities; of a network that ends in sigmoids, what they say.

    A single sigmoid says the probability of the second of two classes.
    """
    if state.config.blocks[-1]["kind"] != "sigmoid":
        return softmax(scores, 1)
    return np.hstack([1 - scores, scores]) if scores.shape[1] == 1 else scores


def rates(confusion: Array, images: Array | None = None) -> tuple[Array, Array]:
    """(precision, recall) of each class; NaN where there is nothing to divide by.

    Args:
        confusion: (K, K) counts; rows are the truth.
        images: (K,) images of each class, where some have no answer; else the sums of the rows.
    """
    hits = np.diag(confusion).astype(float)
    images = confusion.sum(axis=1) if images is None else images
    with np.errstate(invalid="ignore", divide="ignore"):
        return hits / confusion.sum(axis=0), hits / images


def confusion_and_examples(state: RunState, data: Split, moment: Moment | None) -> None:
    """The confusion matrix, its cells to click, and the images behind a cell."""
    validation = data.validation
    found = answers(state, data, moment)
    counts = found.confusion(len(validation.classes))
    precision, recall = rates(counts, validation.counts())
    if found.unanswered:
        lesson.problem(
            f"For {found.unanswered} of {_images(len(found.labels))} the network says nothing: its "
            "scores are no numbers any more. As it was at an earlier moment it may still answer."
        )
    left, right = st.columns([11, 10], gap="medium")
    with left:
        st.markdown("**Confusion.** Row: what it is. Column: what the network says. Click a cell.")
        cell = confusion(
            "tr_cell",
            counts,
            validation.classes,
            precision=precision,
            recall=recall,
            projector=lesson.projector(),
        )
        st.caption(
            "**Recall**: of what is a 3, how much it finds. **Precision**: of what it calls a 3, "
            "how much is one."
            if validation.classes == DIGITS
            else "**Recall**: of each class, how much it finds. **Precision**: of what it calls "
            "so, how much is so."
        )
    with right:
        _examples(found, validation, cell)


def _examples(found: Answers, data: Dataset, cell: tuple[int, int] | None) -> None:
    if cell is None:
        answered = found.guesses != NO_ANSWER
        wrong = np.flatnonzero(answered & (found.guesses != found.labels))
        mistakes = _images(len(wrong), "mistake")
        title = f"The most wrong of {mistakes} in {len(found.labels):,} images"
    else:
        row, column = cell
        wrong = np.flatnonzero((found.labels == row) & (found.guesses == column))
        title = (
            f"{data.classes[row]}, rightly so called: the least sure of {_images(len(wrong))}"
            if row == column
            else f"{data.classes[row]}, said to be {data.classes[column]}: {_images(len(wrong))}"
        )
    worst = wrong[np.argsort(found.right[wrong])][:MOST_EXAMPLES]
    if not len(worst):
        if cell or not found.unanswered:
            st.markdown(f"**{plain(title)}.**" if cell else "**No mistake on the validation set.**")
        return
    captions = [
        f"{data.classes[found.labels[i]]} → {data.classes[found.guesses[i]]}, {found.right[i]:.0%}"
        if cell is None
        else f"{found.right[i]:.0%}"
        for i in worst
    ]
    tile_grid(
        "tr_worst",
        [picture_tiles(title, data.floats(worst), captions)],
        side=56,
        legend=False,
        projector=lesson.projector(),
    )
    st.caption("Percent: the probability it gave to what the image is.")


def _images(count: int, word: str = "image") -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def to_drawing_page(state: RunState, data: Split, moment: Moment | None) -> None:
    """Let this network answer on the drawing page, where it reads 28×28 images."""
    if state.config.input_shape != (1, 28, 28):
        return
    st.button(
        "Take it to the drawing page",
        key="tr_take",
        type="primary",
        on_click=_take,
        args=(state, data.train.classes, moment),
        help="Draw, and it answers; every layer opens there."
        + ("" if moment is None else f" As it was at step {moment.step}."),
    )


def _take(state: RunState, classes: tuple[str, ...], moment: Moment | None) -> None:
    net = trained_net.scoring(network_of(state, moment))
    trained_net.keep(Taken(net, classes, _accuracy(state, moment)))
    link.go("draw", d_net=trained_net.NAME)


def _accuracy(state: RunState, moment: Moment | None) -> float | None:
    """On the validation set; None where the run has not looked at it yet, or at other weights."""
    history = state.history
    if not history.check_step or (moment is None and state.stopped):
        return None
    step = history.check_step[-1] if moment is None else moment.step
    return history.check_accuracy[history.check_step.index(step)]
