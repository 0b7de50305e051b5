"""What it looks for: the patches of digits that excite a map or a unit most, and a picture grown
from noise that excites it more than any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.explain import Growth, Patch, cut_out, field_box, grow, most_exciting
from ui import codecs, figures, guess, lesson, link
from ui.components.film.film import Line, Strip, film
from ui.components.network_view.network_view import selected
from ui.draw import digits, live, questions
from ui.draw.asked import Unit, unit
from ui.draw.recent import remembered
from ui.plain import plain
from ui.readers import Network, Reading, number, percent

STEPS = 40
#: Blur and shift of the second picture; a small field would only be smeared by more.
BLUR, SHIFT = 0.1, 2
#: Cells of a field from which on it is moved by :data:`SHIFT`.
LARGE = 12
GUESS = "d_g3"
_PATCHES = 9
_SIDE = 72  # of a patch on the screen, in pixels
_FRAME = codecs.integer(0, STEPS)


@dataclass(frozen=True)
class Grown:
    """Two ways of growing a picture for a unit, cut to what it sees.

    Attributes:
        freely: Nothing but the ascent.
        smoothly: With blur and, where its field is not small, shifts.
        shifted: Whether there were any.
        seen: (2, T, h, w) its field of both, after each step.
    """

    freely: Growth
    smoothly: Growth
    shifted: bool
    seen: Array


def show(reading: Reading) -> None:
    """The patches, the growing pictures, and what to think of them."""
    of = reading.network
    asked = unit(reading, selected(live.VIEW, live.linked_selection()))
    found, grown = patches(of, asked), growth(of, asked)
    st.markdown(_head(asked))
    left, right = st.columns([4, 11], gap="large")
    with left:
        st.markdown("**What excites it most**")
        _patches(found, asked)
    with right:
        _film(of, asked, found, grown)
    words, question = st.columns(2, gap="large")
    with words:
        st.markdown(_sober(of, asked, grown))
    with question:
        guess.picture(GUESS, questions.grown_for(guess.deal(GUESS)))


def _head(asked: Unit) -> str:
    what = f"**{plain(asked.title)}**"
    if asked.class_name is not None:
        what += f", the one for {plain(asked.class_name)}"
    if asked.cell is not None:
        what += f", its cell at row {asked.cell[0]}, column {asked.cell[1]}"
    return (
        f"{what}. Open another map or unit in the network above, and it is asked about here. "
        "What does it look for?"
    )


def patches(of: Network, asked: Unit) -> list[Patch]:
    """The parts of the digits that excite it most."""

    def made() -> list[Patch]:
        with np.errstate(all="ignore"):
            images = digits.for_network(of).floats()
            return most_exciting(of.net, images, asked.layer, asked.channel, _PATCHES)

    return remembered(of, ("patches", asked.layer, asked.channel), made)


def growth(of: Network, asked: Unit) -> Grown:
    """Its two grown pictures."""

    def made() -> Grown:
        with np.errstate(all="ignore"):
            return grow_both(of, asked)

    return remembered(of, ("grown", asked.layer, asked.index), made)


def grow_both(of: Network, asked: Unit) -> Grown:
    """The same, made anew."""
    index = asked.index
    box = field_box(of.net, asked.layer, index, (1, 28, 28))
    small = min(box[1] - box[0], box[3] - box[2]) < LARGE
    freely = grow(of.net, asked.layer, index, steps=STEPS)
    smoothly = grow(
        of.net,
        asked.layer,
        index,
        steps=STEPS,
        blur=BLUR / 2 if small else BLUR,
        shift=0 if small else SHIFT,
    )
    seen = [[cut_out(image, box)[0] for image in one.images] for one in (freely, smoothly)]
    return Grown(freely, smoothly, not small, np.array(seen))


def _patches(found: list[Patch], asked: Unit) -> None:
    if not found:
        st.markdown(
            "No digit excites it: it answers alike to all of them. A unit that has fallen silent "
            "is called **dead**."
        )
        return
    with st.container(key="draw_patches", horizontal=True, gap="small"):
        for patch in found:
            figures.image(
                figures.picture(patch.pixels[0], None, limit=1.0),
                caption=number(patch.value),
                width=_SIDE,
                alt=f"Part of a digit to which {asked.title} answers {number(patch.value)}",
            )
    rows, columns = found[0].pixels.shape[1:]
    st.caption(
        f"Out of {digits.WORDS}: what it sees there, {rows}×{columns} pixels, and its answer, the "
        "strongest first."
    )


def _film(of: Network, asked: Unit, found: list[Patch], grown: Grown) -> None:
    steps = np.arange(STEPS + 1)
    lines = [
        Line("freely", grown.freely.values),
        Line("blurred", grown.smoothly.values),
    ]
    if found:
        best = np.full(len(steps), found[0].value)
        lines.append(Line("best digit", best, dashed=True))
    film(
        "d_grown",
        [
            Strip("Grown freely", grown.seen[0], _captions(of, asked, grown.freely)),
            Strip(
                "Blurred and shifted" if grown.shifted else "Blurred",
                grown.seen[1],
                _captions(of, asked, grown.smoothly),
            ),
        ],
        label=f"Pictures grown from noise to excite {asked.title}.",
        readouts=[f"step {step} of {STEPS}" for step in steps],
        words=("step", "step of the growth"),
        lines=lines,
        x=steps,
        axes=("step", "its answer"),
        at=link.get("d_step", STEPS, _FRAME, label="Step of the growth"),
        on_move=lambda step: link.put("d_step", step, _FRAME),
        epoch=link.epoch(),
        plays=True,
        fixed=link.held("d_step"),
        side=150,
        projector=lesson.projector(),
    )


def _captions(of: Network, asked: Unit, one: Growth) -> list[str]:
    """Its answer at every frame; of a class's unit its probability, too."""
    said = [f"answer {number(float(value))}" for value in one.values]
    if asked.class_name is None:
        return said
    with np.errstate(all="ignore"):
        chances = of.chances(one.images[:, 0])[:, of.classes.index(asked.class_name)]
    return [f"{text}; {percent(float(p))}" for text, p in zip(said, chances, strict=True)]


def _sober(of: Network, asked: Unit, grown: Grown) -> str:
    """What the pictures are worth, with this network's numbers."""
    shifts = " and small random shifts" if grown.shifted else ""
    how = (
        "The pictures begin as noise. At each step every pixel moves along the gradient of the "
        "unit's answer (**gradient ascent**). Left to itself that tends to end in fine grain; a "
        f"little blur{shifts} after each step leave{'' if shifts else 's'} what a pen could draw."
    )
    if not grown.freely.risen:
        return f"{how}\n\nFrom this noise nothing led upwards: nothing wakes this unit."
    if asked.class_name is None:
        return (
            f"{how}\n\nIf patches and picture agree, you may say what it looks for. Often they do "
            "not: a unit may answer to several things."
        )
    name = plain(asked.class_name)
    with np.errstate(all="ignore"):
        chance = of.chances(grown.freely.images[-1:, 0])[0, of.classes.index(asked.class_name)]
    return (
        f"{how}\n\n**The sober point:** {of.title} reads the picture on the left as {name} with "
        f"{percent(float(chance))}. Would you? What excites a class most need not look like it: "
        f"the network has only ever seen its {len(of.classes)} classes, and must call everything "
        "else one of them, too."
    )
