"""Occlusion: a grey square over each place in turn, and what the chosen class loses."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnn.architectures.architecture import Architecture
from cnn.arrays import Array
from cnn.pretrained.classes import imagenet_classes
from jobs.large.answering import Seen
from jobs.large.covering import Covered, cover
from ui import link
from ui.famous import asking, photo
from ui.famous.asking import Need
from ui.plain import plain
from ui.remembered import Remembered

if TYPE_CHECKING:
    from ui.famous.sees import Shown

REFRESH = 0.3
#: Multiply–adds of one covering at most, about half a minute: meanwhile all others wait.
MOST_WORK = 10**12
#: A class that loses less of its probability than this has lost next to nothing.
LEAST = 0.05
_STARTED: Remembered[tuple[object, ...] | None] = Remembered("_fn_covering", None)


def show(shown: Shown, found: Seen | None) -> None:
    """The button, how far it is, and what came out.

    Args:
        shown: The network and the picture.
        found: What it says; None until it has said it.
    """
    side = shown.choice.preprocessing.side
    with st.container(width=420):
        size = link.slider("Side of the square, pixels", "fn_patch", 16, 128, 56, 8)
    if found is None:
        return
    of = shown.choice.architecture
    step = step_of(side, size, of)
    places = len(range(0, side, step)) ** 2
    key = ("cover", shown.choice.wanted, shown.picture.mark, found.target, size)
    asked = (shown.choice.wanted, shown.picture.pixels, found.target, size, step)
    need = Need(key, cover, asked)
    begun = _STARTED.get() == key or asking.known(key) is not None
    st.button(
        f"Cover {places} places", key="fn_cover_go", on_click=_start, args=(key,), disabled=begun
    )
    if step > size // 2:
        st.caption(coarse(size, step, of))
    if not begun:
        return
    pending = asking.standing([shown.need, need]).pending

    @link.fragment(run_every=REFRESH if pending else None, key="fn_covering")
    def follow() -> None:
        now = asking.standing([shown.need, need])
        if pending and not now.pending:
            st.rerun()
        with st.container(key="fn_cover_waits"):
            asking.show(now)
        answer = now.answers.get(key)
        if answer is not None:
            _result(answer, found)

    follow()


def step_of(side: int, size: int, of: Architecture) -> int:
    """Pixels from one place to the next: half the square, or more where each place takes long.

    Args:
        side: Of what the network sees.
        size: Of the square.
        of: The network.
    """
    most = max(1, math.isqrt(MOST_WORK // of.multiply_adds))  # places along a side
    return max(size // 2, -(-side // most))


def coarse(size: int, step: int, of: Architecture) -> str:
    """Why the square does not move by half its side."""
    said = (
        f"{of.name} does {of.multiply_adds / 1e9:.1f} G multiply–adds for each place, and others "
        f"wait meanwhile. So the square moves by {step} pixels, not by {size // 2}"
    )
    missed = step - size
    return said + (f", and strips of {missed} pixels are never covered." if missed > 0 else ".")


def _start(key: tuple[object, ...]) -> None:
    _STARTED.put(key)
    asking.again()


def _result(of: Covered, found: Seen) -> None:
    name = imagenet_classes()[found.target]
    with st.container(horizontal=True, key="photos_fn_covered", gap="large"):
        photo.show(
            photo.heated(found.picture, heat(of)),
            caption="Blue: the class loses when this is covered; orange: it gains",
            alt="What the class loses when a place is covered",
        )
        photo.show(of.picture, caption="Where it hurts most", alt="The picture with that square")
        with st.container(width=300):
            st.markdown(words(of, name))


def heat(of: Covered) -> Array:
    """(H, W) from −1 to 1: what the class loses, on a scale that makes nothing of next to none."""
    scaled: Array = of.drops / max(float(np.abs(of.drops).max()), LEAST)
    return scaled


def words(of: Covered, name: str) -> str:
    """What the worst square does."""
    before, after = f"{of.chance:.0%}", f"{max(0.0, of.least):.0%}"
    if of.chance - of.least < LEAST:
        return f"No single square takes much from **{plain(name)}**: at most {before} → {after}."
    return (
        f"**{plain(name)}** falls from {before} to **{after}** with the square where it hurts "
        "most. Grad-CAM is the network's own account of where it looked; this is an experiment. "
        "They need not agree."
    )
