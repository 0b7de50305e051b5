"""Scene 5: a network is invariant only if its head forgets the place."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.data.augment import shifted
from ui import guess, lesson, link, samples
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.components.slide_pad.slide_pad import slide_pad
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.pick_questions import PickQuestion, dealt
from ui.why import networks

MOST = 8


def kind(moved: bool) -> str:
    """What the networks were trained on, as their files are called."""
    return "moved" if moved else "plain"


def chart(moved: bool) -> Panel:
    """Share read right against the shift, for each network; measured when it was trained."""
    lines = []
    for i, (name, title) in enumerate(networks.SHORT.items()):
        found = networks.trained(f"{name}-{kind(moved)}").by_shift
        lines.append(Series(title, np.arange(len(found)), np.array(found), i, dashed=i == 1))
    return Panel("Unseen digits read right", lines, percent=True, floor=0.0, ceiling=1.0)


def in_words(moved: bool) -> str:
    """The same figures in a sentence."""
    parts = []
    for name, title in networks.SHORT.items():
        found = networks.trained(f"{name}-{kind(moved)}").by_shift
        parts.append(f"{title} {found[0]:.0%} → {found[4]:.0%} → {found[8]:.0%}")
    return f"In the middle, 4 and 8 pixels off: {'; '.join(parts)}."


@lru_cache(maxsize=64)
def islands(label: int, seed: int, moved: bool) -> dict[str, Array]:
    """Network → (17, 17) the probability of the digit, wherever it stands; the middle is 0, 0."""
    x = samples.digit(label, seed).x.astype(np.float32)
    offsets = range(-MOST, MOST + 1)
    images = np.stack([shifted(x, down, right) for down in offsets for right in offsets])
    side = len(offsets)
    return {
        name: networks.trained(f"{name}-{kind(moved)}").chances(images)[:, label].reshape(side, -1)
        for name in networks.READERS
    }


def everywhere(label: int, seed: int, down: int, right: int, moved: bool) -> Tiles:
    """For each network, in which places it would be read."""
    found = islands(label, seed, moved)
    captions = [
        f"{networks.SHORT[name]}: here {chances[down + MOST, right + MOST]:.0%}"
        for name, chances in found.items()
    ]
    title = f"Probability of {label} for every place, 8 pixels each way; middle: not moved"
    return Tiles(title, np.stack(list(found.values())), "grey", 1.0, captions)


def _moved(down: int, right: int) -> None:
    link.assign(wy_down=down, wy_right=right)


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        right = link.slider("Columns to the right", "wy_right", -MOST, MOST, 3)
        down = link.slider("Rows down", "wy_down", -MOST, MOST, 0)
        moved = link.toggle(
            "Trained with shifts",
            "wy_moved",
            help="Four times as many digits, each in another place, up to 6 pixels off.",
        )
        label = link.slider("Which digit", "wy_digit", 0, 9, 3)
        seed = link.number("Seed", "wy_seed", 0, 9999, 1)
    with stage:
        live_chart(
            "wy_shifts",
            [chart(moved)],
            x_label="pixels off, mean of four directions",
            here=float(max(abs(right), abs(down))) if 0 in (right, down) else None,
            summary=in_words(moved),
            height=190,
            projector=lesson.projector(),
        )
        st.markdown(in_words(moved))
        digit_place, places = st.columns([1, 3], gap="medium")
        big = lesson.projector()
        with digit_place:
            slide_pad(
                "wy_slide",
                samples.digit(label, seed).x[0],
                at=(down, right),
                rows=(-MOST, MOST),
                columns=(-MOST, MOST),
                on_move=_moved,
                title="Drag the digit",
                editable=not any(map(link.held, ("wy_right", "wy_down"))),
                projector=big,
            )
        with places:
            maps = everywhere(label, seed, down, right, moved)
            tile_grid("wy_islands", [maps], side=170, projector=big)
    lesson.text(
        """
**Invariant** means: if the picture moves, the answer *stays*. A convolution is not that: it is
equivariant, its maps move. A network becomes invariant only if its **head forgets the place**.

Without shifts, all three networks have seen 4,000 digits in the middle and none elsewhere.
**LeNet-5** ends in dense layers: a weight for each cell of its last maps, so it knows a digit where
it has seen it, and pooling forgives a pixel or two. The **all-convolutional** network takes the
*mean* of each last map, which is the same wherever something stands in it; its strides and the rim
are what it loses by.

Or show it every place: **trained with shifts**, each network learns what its layers do not give it.
The dense one has to spend its weights on it. (From 4 pixels on, ink begins to leave the picture.)
"""
    )
    asked = which_statement(guess.deal("wy_g7"))
    guess.pick("wy_g7", asked.words, asked.options, asked.answer, asked.explain)


def which_statement(rng: np.random.Generator) -> PickQuestion:
    """What a convolution gives, and what it does not."""
    by = int(rng.integers(4, 7))
    lenet, mean = (networks.trained(f"{name}-plain").by_shift for name in ("lenet", "allconv"))
    return dealt(
        rng,
        "A network with convolutions has seen digits in the middle only. Now they stand "
        f"{by} pixels off. What is true?",
        (
            "It depends on its head: a mean of each map forgets the place, dense layers do not",
            "It reads them as well as before, for convolutions do not mind where something is",
            "It reads none of them, whatever its layers are",
        ),
        f"LeNet-5, which ends in dense layers, falls from {lenet[0]:.0%} to {lenet[by]:.0%}; the "
        f"network that ends in means from {mean[0]:.0%} to {mean[by]:.0%}.",
    )
