"""Scene 6: what a convolution assumes is not always true: where it is the wrong tool."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from cnn.arrays import Array
from ui import figures, guess, lesson, link, samples
from ui.components.slide_pad.slide_pad import slide_pad
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.pick_questions import PickQuestion, dealt
from ui.why import dots, networks

LAST = dots.SIDE - dots.DOT


@lru_cache(maxsize=4)
def everywhere(name: str) -> Array:
    """(27, 27) the probability of "right" that a network gives, for every place of the dot."""
    spots = range(LAST + 1)
    images = np.stack([dots.dot(row, column) for row in spots for column in spots])
    return networks.trained(f"dot-{name}").chances(images)[:, 1].reshape(LAST + 1, LAST + 1)


def maps() -> Tiles:
    """What each network says of every place: 1 right, −1 left."""
    captions = [
        f"{title}: {networks.trained(f'dot-{name}').accuracy:.0%} right"
        for name, title in networks.SHORT_DOTS.items()
    ]
    found = np.stack([2 * everywhere(name) - 1 for name in networks.DOTS])
    return Tiles("What each says, for every place of the dot", found, "activation", 1.0, captions)


def said(row: int, column: int) -> list[dict[str, str]]:
    """The logits of the three networks for this dot: a table."""
    rows = []
    for name, title in networks.SHORT_DOTS.items():
        left, right = networks.trained(f"dot-{name}").logits(dots.dot(row, column)[None])[0]
        chance = everywhere(name)[row, column]
        rows.append(
            {
                "network": title,
                "logit: left": figures.minus(float(left), 5),
                "logit: right": figures.minus(float(right), 5),
                "says right": f"{chance:.1%}",
            }
        )
    return rows


def turned(label: int, seed: int, turns: int) -> Tiles:
    """A digit turned by quarters, and what LeNet-5 reads in it."""
    image = np.rot90(samples.digit(label, seed).x, turns, (1, 2)).astype(np.float32)
    chances = networks.trained("lenet-plain").chances(image[None])[0]
    return Tiles(f"LeNet-5 {networks.says(chances)}", image, "grey", 1.0)


def half_turn_words() -> str:
    """What half a turn does to sixes and nines, measured when LeNet-5 was trained."""
    found = networks.trained("lenet-plain").facts["turned"]
    return (
        f"Turned by 180°, {found['six_as_nine']:.0%} of unseen sixes are read as nines and "
        f"{found['nine_as_six']:.0%} of nines as sixes. That is as it should be: a "
        "turned 6 *is* a 9."
    )


def _moved(row: int, column: int) -> None:
    link.assign(wy_row=row, wy_col=column)


def show() -> None:
    """The scene."""
    stage, side = lesson.stage()
    with side:
        st.markdown("**Six or nine?**")
        label = int(link.choice("Digit", "wy_69", ("6", "9"), "6"))
        turns = {"0": "0°", "1": "90°", "2": "180°", "3": "270°"}
        turn = int(link.choice("Turned by", "wy_turn", turns, "2"))
        digit_place = st.container()
        with lesson.more():
            row = link.slider("The dot's row", "wy_row", 0, LAST, 12)
            column = link.slider("The dot's column", "wy_col", 0, LAST, 6)
            seed = link.number("Seed", "wy_seed", 0, 9999, 1)
    with digit_place:
        _digit(turned(label, seed, turn))
    with stage:
        st.markdown(
            "**Is the dot left or right?** Three networks were trained on half of the places. "
            "Blue: says right. Orange: says left. No colour: does not know."
        )
        _dot(row, column)
        st.dataframe(said(row, column), hide_index=True, key="wy_said")
    lesson.text(
        """
**A mean forgets the place, and here the place is the answer.** Two layers of 3×3 with stride 1,
then the mean of each map: as long as the dot stays farther from the rim than the layers see, the
same numbers stand in the maps, only elsewhere, and their mean is the same. Drag it from left to
right: both logits of this network stay *the same*. No training can change that. A dense layer has a
weight for every place and learns it.

**A surprise:** the all-convolutional network with strides learns it too, though it ends in a mean.
Its strides are not quite equivariant (see before), and the zeros around the picture are a mark at
the rim that its wide windows see from far inside. Padding tells a network where it is.

**Turning** is no shift. A filter does not turn with the picture, and a network that did not care
about turns could not tell 6 from 9. What to be blind to is a choice, made for the task.
"""
    )
    asked = who_knows(guess.deal("wy_g8"))
    guess.pick("wy_g8", asked.words, asked.options, asked.answer, asked.explain)


def _digit(shown: Tiles) -> None:
    tile_grid("wy_turned", [shown], side=140, legend=False, projector=lesson.projector())
    st.markdown(half_turn_words())


def _dot(row: int, column: int) -> None:
    """The dot to drag, and what the three networks say of every place."""
    dot_place, maps_place = st.columns([4, 13], gap="medium")
    big = lesson.projector()
    with dot_place:
        slide_pad(
            "wy_dot",
            dots.dot(0, 0)[0],
            at=(row, column),
            rows=(0, LAST),
            columns=(0, LAST),
            on_move=_moved,
            title="Drag the dot",
            editable=not any(map(link.held, ("wy_row", "wy_col"))),
            side=162,
            projector=big,
        )
    with maps_place:
        tile_grid("wy_dots", [maps()], side=162, legend=False, projector=big)


def who_knows(rng: np.random.Generator) -> PickQuestion:
    """Which network cannot learn left from right, and why."""
    found = {name: networks.trained(f"dot-{name}").accuracy for name in networks.DOTS}
    return dealt(
        rng,
        "A dot on blank paper, left or right: what can a network of convolutions with stride 1 and "
        "a mean at the end learn about it, if the dot stays away from the rim?",
        (
            "nothing: it gives the same numbers wherever the dot is",
            "everything, for convolutions find the dot wherever it is",
            "everything, if it is trained for longer",
        ),
        "Its maps move with the dot, and their mean does not. It is right for "
        f"{found['mean']:.0%} of the places, a dense network for {found['dense']:.0%}.",
    )
