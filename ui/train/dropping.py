"""Scene: dropout on the last hidden layer of the run: who is left out, and the mean over many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.datasets import Split
from cnn.explain import snapshot
from cnn.functional import linear
from cnn.layers.dense import Linear
from cnn.layers.dropout import dropout
from cnn.layers.softmax import softmax
from cnn.learn.state import RunState
from cnn.learn.training import network_of
from ui import lesson, link
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.plain import plain

#: Passes that are drawn unit by unit, and all that the mean is taken over.
DRAWN, PASSES = 6, 400
COLUMNS = 12


@dataclass(frozen=True)
class Passes:
    """The last layer, many times, with units of the layer before left out.

    Attributes:
        hidden: (F,) the units as they are at test time.
        kept: (PASSES, F) what is left of them in each pass: 0, or divided by 1 − p.
        scores: (PASSES, K) of each pass.
        whole: (K,) at test time.
    """

    hidden: Array
    kept: Array
    scores: Array
    whole: Array

    @property
    def away(self) -> Array:
        """(PASSES,) how far the mean of the first n passes is from the scores at test time."""
        sums = np.cumsum(self.scores, axis=0, dtype=np.float64)
        so_far = sums / np.arange(1, len(self.scores) + 1)[:, None]
        away: Array = np.abs(so_far - self.whole).max(axis=1)
        return away


def show(state: RunState, data: Split) -> None:
    """Units that drop out, pass by pass, and what their mean comes to."""
    st.markdown("**Who drops out, and the mean over all that do**")
    left, right = st.columns(2)
    with left:
        p = link.slider("Share dropped", "tr_drop_p", 0.1, 0.9, 0.5, 0.1)
    with right:
        seed = link.number("Another draw", "tr_drop_seed", 0, 9999, 0)
    image = data.validation.floats(slice(0, 1))[0]
    found = passes(state, image, p, seed)
    if found is None:
        st.markdown("This network has no dense layer behind hidden units: choose LeNet-5.")
        return
    if not (np.isfinite(found.scores).all() and np.isfinite(found.whole).all()):
        st.markdown("Its numbers are no numbers any more. Start again to look at it.")
        return
    if not found.hidden.any():
        st.markdown("All hidden units say 0 to this image: there is nothing to leave out.")
        return
    truth = int(data.validation.labels[0])
    _units(found, truth, data.validation.classes)
    live_chart(
        "tr_drop_mean",
        [
            Panel(
                "How far the mean of the passes is from the scores at test time",
                [Series("", np.arange(1, PASSES + 1), found.away, 0)],
                log=True,
            )
        ],
        x_label="passes",
        summary=f"After one pass {found.away[0]:.2f}, after {PASSES} {found.away[-1]:.2f}.",
        height=150,
        projector=lesson.projector(),
    )
    st.markdown(words(found, p))


def passes(state: RunState, image: Array, p: float, seed: int) -> Passes | None:
    """The last dense layer of a run's network with dropout before it; None if there is none.

    Args:
        state: The run.
        image: (C, H, W).
        p: Share dropped.
        seed: Of who is dropped.
    """
    net = network_of(state)
    layers = list(net.named_layers())
    last = next((i for i in reversed(range(len(layers))) if isinstance(layers[i][1], Linear)), 0)
    layer = layers[last][1]
    if not isinstance(layer, Linear) or not last:
        return None
    before = snapshot(net, image).views[layers[last - 1][0]].y
    hidden = np.asarray(before, np.float32).ravel()  # (F,)
    kept = dropout(np.repeat(hidden[None], PASSES, axis=0), p, seed=seed)
    return Passes(
        hidden,
        kept,
        linear(kept, **layer.params),
        linear(hidden[None], **layer.params)[0],
    )


def _units(found: Passes, truth: int, classes: tuple[str, ...]) -> None:
    """The hidden units of a few passes and at test time, as small maps; what each says."""
    rows = [*found.kept[:DRAWN], found.hidden]
    scores = [*found.scores[:DRAWN], found.whole]
    names = [f"pass {n}" for n in range(1, DRAWN + 1)] + ["test time"]
    said = [_said(score, classes) for score in scores]
    captions = [f"{name}: says {found}" for name, found in zip(names, said, strict=True)]
    label = plain(classes[truth]) if truth < len(classes) else ""
    tile_grid(
        "tr_drop_units",
        [
            Tiles(
                f"The {found.hidden.size} hidden units before the last layer, for an image of "
                f"{label}",
                np.stack([_block(row) for row in rows]),
                "activation",
                captions=captions,
            )
        ],
        side=118,
        projector=lesson.projector(),
    )


def _said(scores: Array, classes: tuple[str, ...]) -> str:
    if len(scores) != len(classes):
        return f"{scores[0]:.2f}"
    chances = softmax(scores[None], 1)[0]
    best = int(chances.argmax())
    return f"{classes[best]}, {chances[best]:.0%}"


def _block(units: Array) -> Array:
    """(rows, 12) of a row of units; what is left over at the end is 0."""
    columns = min(COLUMNS, units.size)
    rows = -(-units.size // columns)
    block = np.zeros(rows * columns, np.float32)
    block[: units.size] = units
    return block.reshape(rows, columns)


def words(found: Passes, p: float) -> str:
    """What is seen, with its numbers."""
    alive = (found.hidden != 0).mean()
    return (
        f"In training each unit is left out with p = {p:g} (of these, {alive:.0%} say "
        "anything at all), "
        f"and those that stay are divided by 1 − p = {1 - p:g}, so that the sum is right *on "
        f"average*. One pass is **{found.away[0]:.2f}** off in its scores, the mean of {PASSES} "
        f"only **{found.away[-1]:.2f}**. At **test time** nobody is left out: one pass stands for "
        "the mean over all the thinned networks. No unit could rely on a certain other one, which "
        "is what learning by heart needs."
    )
