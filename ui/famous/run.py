"""Run it: a large network on a picture, layer by layer, with what each layer makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.architectures.architecture import Architecture
from jobs.large.network import Layer
from jobs.large.passing import look
from jobs.large.preparing import part
from ui import guess, lesson, link
from ui.famous import asking, layer_maps, layer_times, opened_map, photo, picture, timed, weights
from ui.famous.asking import Need
from ui.famous.side import millions
from ui.famous.weights import Choice
from ui.questions import NumberQuestion, mistakes
from ui.remembered import Remembered

#: Seconds between two looks at a network that runs.
REFRESH = 0.3
#: Name of the network that was asked to run last.
_RAN = Remembered("_fn_ran", "")
UNTRAINED = (
    "With **random weights** the maps are real: edges and spots come through, for a random kernel "
    "is a filter, too. But what the network would *say* is noise, so no names are shown."
)
TRAINED = (
    "These weights are **trained**: among the first layer's filters you find edges and colours, "
    "which nobody put there. What the network says of the picture stands under *What does it see?*"
)
JOINS = ("Residual", "Branches")


def show() -> None:
    """The scene."""
    choices = weights.untrained() | weights.trained()
    stage, side = lesson.stage()
    with side:
        names = {name: choice.label for name, choice in choices.items()}
        chosen = choices[link.choice("Network", "fn_net", names, "alexnet_single", kind="select")]
        shown = picture.choose()
        layers = layer_names(chosen.architecture)
        layer = link.choice(
            "Layer",
            f"fn_layer_{short(chosen)}",
            layers,
            layers[0],
            kind="select",
            on_change=layer_maps.forget_map,
        )
    with stage:
        begun = shown is not None and start(chosen)
        if shown is None:
            st.markdown(picture.NONE_YET)
    if not begun:
        asking.stop()  # nobody is to wait for what nobody waits for
    if shown is not None:
        the_run = Run(chosen, shown, layer)
        pending = begun and asking.standing(the_run.needs()).pending
        with stage:
            if begun:
                passing(the_run, pending)
            if not begun or asking.known(the_run.first.key) is None:
                awaited(chosen, shown)
                layer_maps.keep_in_link()
                opened_map.keep_in_link()
        if begun:
            below(the_run, pending)
    classes = chosen.architecture.summary()[-1].output_shape[0]
    lesson.text(
        f"""
A **forward pass**: the picture goes in on the left, each layer works on what the one before it has
made, and the last one gives a number for each of {classes:,} classes. Early layers have few large
maps, late ones many small ones. Most of the *time* goes into convolutions; most of AlexNet's and
VGG's *weights* lie in the dense layers at the end, where everything is connected with everything.
"""
    )
    lesson.text(TRAINED if chosen.wanted.trained else UNTRAINED)
    asked = cells(guess.deal("fn_q6"))
    guess.number("fn_q6", asked.words, asked.answer, asked.explain, known=asked.known)


def short(choice: Choice) -> str:
    """The name of a network's own setting in the link: each has layers of its own."""
    return choice.architecture.slug


def layer_names(of: Architecture) -> list[str]:
    """Paths of the layers, in the order of the data."""
    return [row.name for row in of.summary() if row.kind not in JOINS]


@dataclass(frozen=True)
class Run:
    """A network, a picture, and the layer that is looked at."""

    choice: Choice
    picture: picture.Picture
    layer: str

    @property
    def first(self) -> Need:
        """The pass, and the maps of the layer with the strongest whole."""
        return self._need(None)

    def _need(self, channel: int | None) -> Need:
        key = ("look", self.choice.wanted, self.picture.mark, self.layer, channel)
        return Need(key, look, (self.choice.wanted, self.picture.pixels, self.layer, channel))

    def needs(self) -> list[Need]:
        """The pass; once it is there, also the map that was clicked."""
        found = asking.known(self.first.key)
        if found is None or len(found.maps.shape) < 3:
            return [self.first]
        layer_maps.take_click(found.maps)
        channel = layer_maps.present_map(found.maps)
        strongest = channel == found.maps.opened
        return [self.first] if strongest else [self.first, self._need(channel)]


def _run(name: str) -> None:
    _RAN.put(name)
    asking.again()


def start(chosen: Choice) -> bool:
    """The button, and what the network will take; whether it was pressed."""
    ran = _RAN.get() == chosen.name
    with st.container(key="fn_run_tools", horizontal=True, vertical_alignment="center"):
        st.button(
            "Run it", key="fn_run", type="primary", width=110, on_click=_run, args=(chosen.name,),
            disabled=ran,
        )  # fmt: skip
        st.markdown(size_words(chosen), width="content")
    return ran


def passing(of: Run, pending: bool) -> None:
    """What is under way, and what each layer took; looks again while there is more to come."""

    @link.fragment(run_every=REFRESH if pending else None, key="fn_running")
    def follow() -> None:
        now = asking.standing(of.needs())
        if pending and not now.pending:
            st.rerun()  # the whole page: what came out stands below
        with st.container(key="fn_progress"):
            asking.show(now)
        found = now.answers.get(of.first.key)
        told = now.look.told if now.look is not None else ()
        passed = found.layers if found else [one for one in told if isinstance(one, Layer)]
        with st.container(key="fn_times"):
            if passed:
                layer_times.times(passed)

    follow()


def below(of: Run, pending: bool) -> None:
    """The maps, one of them opened, and the first kernels, once they are there."""
    if asking.known(of.first.key) is None:
        return

    @link.fragment(key="fn_below")
    def shown() -> None:
        wanted = of.needs()
        now = asking.standing(wanted)
        if now.pending and not pending:
            st.rerun()  # a tile was clicked whose map is not here
        found = now.answers.get(of.first.key)
        if found is not None:
            timed.keep(of.choice.architecture.slug, found.layers)
            with st.container(key="fn_looked"):
                layer_maps.looked(of.choice, found, now.answers.get(wanted[-1].key))

    shown()


def awaited(chosen: Choice, shown: picture.Picture) -> None:
    """What the network will be given, and what there will be to see."""
    with st.container(horizontal=True, key="photos_fn_given", gap="large"):
        photo.show(
            part(chosen.preprocessing, chosen.architecture.slug, shown.pixels),
            caption="What the network will be given",
            alt=f"The picture: {shown.words}",
        )
        with st.container(width=300):
            st.markdown(
                f"**Run it** sends this picture through {len(layer_names(chosen.architecture))} "
                "layers, one after another. Then you see how long each took, the maps of the layer "
                "you choose, and how much of the picture one unit of them sees."
            )


def size_words(chosen: Choice) -> str:
    """What it will take."""
    of = chosen.architecture
    work = sum(row.multiply_adds for row in of.summary())
    drawn = "trained" if chosen.wanted.trained else "drawn at random"
    return (
        f"{counted(of.parameters)} parameters, {drawn}, {asking.megabytes(4 * of.parameters)}; "
        f"{counted(work)} multiply–adds; "
        f"{of.input_shape[1]}×{of.input_shape[2]} pixels"
    )


def counted(count: int) -> str:
    """A count in the unit that fits: 61,706; 138 M; 15.5 G."""
    if count >= 1e9:
        return f"{count / 1e9:.3g} G"
    return millions(count) if count >= 1e6 else f"{count:,}"


def cells(rng: np.random.Generator) -> NumberQuestion:
    """How many numbers a layer gives."""
    channels, side = int(rng.choice([64, 96, 128, 256])), int(rng.choice([28, 55, 56, 112]))
    answer = channels * side * side
    return NumberQuestion(
        f"A layer gives {channels} maps of {side}×{side}. How many numbers is that?",
        answer,
        f"{channels} · {side} · {side} = {answer:,}, which take {4 * answer / 1e6:.1f} MB.",
        mistakes(
            answer,
            (channels * side, "the map's area forgotten"),
            (side * side, "one map only"),
            (4 * answer, "bytes, not numbers"),
        ),
    )
