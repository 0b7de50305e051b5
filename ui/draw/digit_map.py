"""A map of digits: each a dot, and the drawing a dot among them that moves while the pen moves."""

from __future__ import annotations

import streamlit as st

from ui import codecs, guess, lesson, link
from ui.components.dot_map.dot_map import dot_map
from ui.draw import digits, planes, questions
from ui.draw.planes import Plane
from ui.plain import plain
from ui.readers import SAYS_NOTHING, Network, Reading, percent

KEY = "d_map"
GUESS = "d_g5"
_PICKED = codecs.integer(-1, digits.COUNT - 1)


def beside_the_pad(reading: Reading) -> None:
    """The map, in the place of the network, and what it is."""
    of = reading.network
    found = planes.planes(of)
    titles = {name: plane.title for name, plane in found.items()}
    chosen = link.choice("Numbers of", "d_layer", titles, planes.default(of), kind="pills")
    plane = found[chosen]
    # Nothing is said of a blank sheet, and of what the network has no numbers for.
    here = None if reading.state.empty else plane.here(reading)
    picked = link.get("d_dot", -1, _PICKED, label="Dot that is picked")
    dot_map(
        KEY,
        of=planes.samples(of),
        at=plane.at,
        answers=planes.answers(of),
        axes=plane.axes,
        label=f"A map of {digits.WORDS}, by the numbers of {titles[chosen]}.",
        here=here,
        near=[] if here is None else plane.near(here),
        sequence=reading.state.sequence,
        picked=None if picked < 0 else picked,
        on_pick=_picked,
        epoch=link.epoch(),
        fixed=link.held("d_dot"),
        held=reading.state.held,
        projector=lesson.projector(),
    )
    st.caption(_words(plane))


def _picked(number: int | None) -> None:
    link.put("d_dot", -1 if number is None else number, _PICKED)


def _words(plane: Plane) -> str:
    """What share has a neighbour of its class, unless the class votes on that just now."""
    if guess.secret(GUESS):
        return "Lines lead from your drawing to the dots next to it."
    return (
        f"The nearest dot is of the same class for **{percent(plane.same)}** of the digits in this "
        "plane. Lines lead from your drawing to the dots next to it."
    )


def _apart(of: Network) -> str:
    """Whether this network's classes come apart from the pixels to its last hidden layer."""
    found = list(planes.planes(of).values())
    if planes.planes(of)[planes.default(of)].same > found[0].same:
        return (
            "the classes come apart, because each layer keeps what tells them apart and drops "
            "what does not."
        )
    return (
        "in this network the classes do not come apart, as they do in one that has learned to "
        "tell them."
    )


def show(reading: Reading) -> None:
    """Below, in the tab: how to read it, and the guess."""
    of = reading.network
    if not reading.answered:
        st.markdown(SAYS_NOTHING)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "**The map stands next to the pad, in place of the network: draw slowly and watch your "
            f"dot.** The others are {digits.WORDS}. A layer gives each of them more numbers than "
            "can be drawn; the map shows them from the side where they differ most (their first "
            "two **principal components**). Point at a dot to see its digit and what the network "
            "says to it."
        )
        st.markdown(
            f"Go through the layers from the pixels on: {_apart(of)} What lies together on a flat "
            "map may still be far apart in the layer."
        )
        if not of.knows_digits:
            names = ", ".join(plain(name) for name in of.classes)
            st.markdown(f"Your network was not trained on digits but on {names}.")
    with right:
        asked = questions.neighbours(guess.deal(GUESS))
        guess.number(
            GUESS, asked.words, asked.answer, asked.explain, tolerance=5, known=asked.known
        )
