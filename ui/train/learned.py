"""What a trained network has learned: confusion, precision and recall, its worst mistakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn import storage
from cnn.activations import softmax
from cnn.datasets import Dataset
from cnn.export import to_numpy, to_pytorch
from cnn.layer import Array
from cnn.network import Sequential
from cnn.training import History, Moment, RunState, Split, network_of
from ui import lesson
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.train import session

MOST_EXAMPLES = 24


@dataclass(frozen=True)
class Answers:
    """What a network says of a data set.

    Attributes:
        labels: (N,) the truth.
        guesses: (N,) the class it says.
        right: (N,) the probability it gives to the truth.
    """

    labels: Array
    guesses: Array
    right: Array

    def confusion(self, classes: int) -> Array:
        """(K, K) counts; rows are the truth."""
        counts = np.zeros((classes, classes), np.int64)
        np.add.at(counts, (self.labels, self.guesses), 1)
        return counts


def answers(state: RunState, data: Dataset, moment: Moment | None) -> Answers:
    """The answers on ``data`` of the run now, or at a stored moment."""
    scores = predicted(network_of(state, moment), data.floats())
    chances = softmax(scores, 1)
    right = chances[np.arange(len(data)), data.labels]
    return Answers(data.labels, scores.argmax(axis=1), right)


def predicted(net: Sequential, images: Array) -> Array:
    """Logits (N, K) in pieces that fit in memory."""
    return np.concatenate([net(images[i : i + 256]) for i in range(0, len(images), 256)])


def rates(confusion: Array) -> tuple[Array, Array]:
    """(precision, recall) of each class; NaN where there is nothing to divide by."""
    hits = np.diag(confusion).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return hits / confusion.sum(axis=0), hits / confusion.sum(axis=1)


def confusion_and_examples(state: RunState, data: Split, moment: Moment | None) -> None:
    """The confusion matrix, its cells to click, and the images behind a cell."""
    validation = data.validation
    found = answers(state, validation, moment)
    counts = found.confusion(len(validation.classes))
    left, right = st.columns([6, 5], gap="medium")
    with left:
        st.markdown("**Confusion.** Row: what it is. Column: what the network says. Click a cell.")
        cell = _matrix(counts, validation.classes)
    with right:
        _examples(found, validation, cell)
    _rate_table(counts, validation.classes)


def _matrix(confusion: Array, classes: tuple[str, ...]) -> tuple[int, int] | None:
    """The matrix as a table whose cells can be chosen."""
    table = {name: [int(n) for n in confusion[:, column]] for column, name in enumerate(classes)}
    names = np.array(classes, object)
    event = st.dataframe(
        {"it is ↓ says →": names, **table},
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        key="tr_confusion",
        height="content",
        column_config={name: st.column_config.NumberColumn(width=40) for name in classes},
    )
    cells = event["selection"]["cells"] if event else []
    if not cells:
        return None
    row, column = cells[0]
    return (row, classes.index(column)) if column in classes else None


def _examples(found: Answers, data: Dataset, cell: tuple[int, int] | None) -> None:
    if cell is None:
        wrong = np.flatnonzero(found.guesses != found.labels)
        title = f"The most wrong of {len(wrong)} mistakes in {len(found.labels)} images"
    else:
        row, column = cell
        wrong = np.flatnonzero((found.labels == row) & (found.guesses == column))
        word = "right" if row == column else "as mistaken as it gets first"
        title = (
            f"{data.classes[row]}, said to be {data.classes[column]}: {len(wrong)} images, {word}"
        )
    worst = wrong[np.argsort(found.right[wrong])][:MOST_EXAMPLES]
    if not len(worst):
        st.markdown(f"**{title}.**" if cell else "**No mistake on the validation set.**")
        return
    captions = [
        f"{data.classes[found.labels[i]]} → {data.classes[found.guesses[i]]}" for i in worst
    ]
    tile_grid(
        "tr_worst",
        [Tiles(title, data.floats(worst)[:, 0], kind="grey", limit=1.0, captions=captions)],
        side=56,
        legend=False,
        projector=lesson.projector(),
    )


def _rate_table(confusion: Array, classes: tuple[str, ...]) -> None:
    precision, recall = rates(confusion)
    st.markdown(
        "**Precision** (of what it calls so, how much is) and **recall** (of what is so, how much "
        "it finds)."
    )
    st.dataframe(
        {
            "class": list(classes),
            "precision": [_share(v) for v in precision],
            "recall": [_share(v) for v in recall],
            "images": [int(n) for n in confusion.sum(axis=1)],
        },
        hide_index=True,
    )


def _share(value: float) -> str:
    return "–" if not np.isfinite(value) else f"{value:.1%}"


def downloads(state: RunState) -> None:
    """Weights, history, and the network as a program in NumPy and in PyTorch."""
    net = network_of(state)
    with st.container(horizontal=True):
        st.download_button(
            "Weights (.npz)",
            storage.to_bytes(net, steps=state.step, seed=state.config.seed),
            "weights.npz",
            key="tr_get_weights",
            on_click="ignore",
        )
        st.download_button(
            "History (.csv)",
            history_csv(state.history),
            "history.csv",
            "text/csv",
            key="tr_get_history",
            on_click="ignore",
        )
        st.download_button(
            "NumPy script",
            to_numpy(net),
            "model.py",
            "text/x-python",
            key="tr_get_numpy",
            on_click="ignore",
        )
        st.download_button(
            "PyTorch code",
            to_pytorch(net),
            "model_torch.py",
            "text/x-python",
            key="tr_get_torch",
            on_click="ignore",
        )


def history_csv(history: History) -> str:
    """One line a step: step, loss, accuracy, lr, and the validation's where there was a check."""
    checks = {
        step: (loss, accuracy)
        for step, loss, accuracy in zip(
            history.check_step, history.check_loss, history.check_accuracy, strict=True
        )
    }
    lines = ["step,loss,accuracy,lr,validation_loss,validation_accuracy"]
    for step, loss, accuracy, lr in zip(
        history.step, history.loss, history.accuracy, history.lr, strict=True
    ):
        check = checks.get(step)
        extra = f"{check[0]:.6g},{check[1]:.6g}" if check else ","
        lines.append(f"{step},{loss:.6g},{accuracy:.6g},{lr:.6g},{extra}")
    return "\n".join(lines) + "\n"


def to_drawing_page(state: RunState, data: Split) -> None:
    """Let this network answer on the drawing page, where it reads 28×28 digits."""
    if state.config.input_shape != (1, 28, 28):
        return
    if st.button("Take it to the drawing page", key="tr_take", type="primary"):
        session.take(network_of(state), data.train.classes)
        st.switch_page("pages/draw.py")
