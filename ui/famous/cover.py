"""Occlusion: a grey square over each place in turn, and what the chosen class loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnn.pretrained.classes import imagenet_classes
from jobs import large
from jobs.large import Covered, Seen
from ui import link
from ui.famous import asking, photo
from ui.famous.asking import Need
from ui.plain import plain

if TYPE_CHECKING:
    from ui.famous.sees import Shown

REFRESH = 0.3
_STARTED = "_fn_covering"


def show(shown: Shown, found: Seen) -> None:
    """The button, how far it is, and what came out."""
    side = found.picture.shape[0]
    size = link.slider("Side of the square, pixels", "fn_patch", 16, 128, 56, 8)
    places = len(range(0, side, size // 2)) ** 2
    key = ("cover", shown.choice.wanted, shown.picture.mark, found.target, size)
    need = Need(key, large.cover, (shown.choice.wanted, shown.picture.pixels, found.target, size))
    begun = st.session_state.get(_STARTED) == key or asking.known(key) is not None
    st.button(
        f"Cover {places} places", key="fn_cover_go", on_click=_start, args=(key,), disabled=begun
    )
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


def _start(key: tuple[object, ...]) -> None:
    st.session_state[_STARTED] = key
    asking.again()


def _result(of: Covered, found: Seen) -> None:
    name = imagenet_classes()[found.target]
    heat = of.drops / (float(np.abs(of.drops).max()) or 1)
    with st.container(horizontal=True, key="photos_fn_covered", gap="large"):
        photo.show(
            photo.heated(found.picture, heat),
            caption="Blue: the class loses when this is covered; orange: it gains",
            alt="What the class loses when a place is covered",
        )
        photo.show(of.picture, caption="Where it hurts most", alt="The picture with that square")
        with st.container(width=300):
            st.markdown(words(of, name))


def words(of: Covered, name: str) -> str:
    """What the worst square does."""
    before, after = f"{of.chance:.0%}", f"{max(0.0, of.least):.0%}"
    if of.chance - of.least < 0.05:
        return f"No single square takes much from **{plain(name)}**: at most {before} → {after}."
    return (
        f"**{plain(name)}** falls from {before} to **{after}** with the square where it hurts "
        "most. Grad-CAM is the network's own account of where it looked; this is an experiment. "
        "They need not agree."
    )
