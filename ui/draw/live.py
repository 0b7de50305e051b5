"""The part of "Draw a digit" that moves with the pen: the pad and the whole network."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.errors import StreamlitAPIException

from ui import codecs, lesson, link, presets, readers
from ui.components.draw_pad import draw_pad
from ui.components.network_view.network_view import network_view, selected
from ui.components.network_view.views import Selection
from ui.draw import digit_map
from ui.network_unit import cell_stage, unit_weights
from ui.readers import Reading
from ui.remembered import Remembered

PAD = "d_pad"
VIEW = "d_view"
#: Fragment that works out what takes longer, once the pen rests.
SLOW = "draw_more"
LIVE = "draw_live"
#: The setting that says which of its sections is open, and the one that stands beside the pad.
TAB, MAP = "d_more", "map"
#: The one that asks about what is open in the network.
LOOKS = "looks"
#: In the link: an own drawing, which is not in it; the tab remembers it.
OWN = "own"
FIRST = "3"
#: A picture that is to come to the pad, under its name.
_LOAD: Remembered[tuple[str, readers.Array] | None] = Remembered("_draw_load", None)
#: The link's, when the network was drawn last.
_EPOCH: Remembered[int | None] = Remembered("_draw_epoch", None)
_OPEN, _WHAT = "d_sel", "What is open"


def drawing() -> draw_pad.DrawPadState:
    """What is on the pad now."""
    return draw_pad.read(PAD, presets.all_presets(), _start(), fixed=is_fixed())


def newest(reading: Reading) -> Reading:
    """The drawing as it is now, read as ``reading`` was; in a callback.

    What stands below the network is drawn anew only once the pen rests, and its buttons may be
    pressed before.
    """
    return readers.read(reading.network, drawing(), reading.prepared)


def _start() -> str:
    names = [preset.id for preset in presets.all_presets()]
    return link.get("d_pre", FIRST, codecs.one_of([*names, OWN]), label="Drawing")


def _of_this_link(state: draw_pad.DrawPadState) -> bool:
    """Whether the drawing is not one that left the pad before a new link or a reset came to it."""
    return state.epoch in (None, link.epoch())


def is_fixed() -> bool:
    """Whether a task holds the drawing; one of the student's own cannot be in it."""
    return link.held("d_pre") and _start() != OWN


@link.fragment(key=LIVE)
def live(name: str, prepared: bool) -> None:
    """Pad and network; only this runs while the pen moves."""
    start = _start()
    reading = readers.read(readers.network(name), drawing(), prepared)
    with st.container(key="draw_stage"):
        left, right = st.columns([5, 12], gap="medium")
    map_open = _open_section() == MAP
    with right:
        if map_open:
            linked_selection()  # what was open stays in the link
            with st.container(key="draw_map"):
                digit_map.beside_the_pad(reading)
        else:
            _network(reading)
    # Last, because it answers the browser: see draw_pad.
    with left:
        draw_pad.draw_pad(
            PAD,
            fit=reading.shown(),
            text=reading.sentence,
            glance=reading.at_a_glance(maps=not map_open),  # the map itself is near
            presets=presets.all_presets(),
            start=start,
            load=_LOAD.get(),
            recall=start == OWN,
            epoch=link.epoch(),
            fixed=is_fixed(),
            on_rest=_rested,
            side=320,
            projector=lesson.projector(),
        )
    if _of_this_link(reading.state):
        link.put("d_pre", reading.state.preset or OWN, codecs.text(40))


def put_ink(name: str, ink: readers.Array) -> None:
    """Bring a picture to the pad, once for each ``name``."""
    _LOAD.put((name, ink))


def brought() -> tuple[str, ...]:
    """Names of what is on the pad by :func:`put_ink`, or is on its way there."""
    coming = _LOAD.get()
    names = (drawing().loaded, None if coming is None else coming[0])
    return tuple(name for name in names if name is not None)


def take_away(name: str) -> None:
    """Empty the pad of what :func:`put_ink` brought under this name; nobody is sent it any more."""
    draw_pad.withdraw(PAD, name)
    put_ink(f"without {name}", np.zeros((draw_pad.SIDE, draw_pad.SIDE), np.float32))


def linked_selection() -> Selection:
    """What the link says is open in the network."""
    return Selection.from_text(link.get(_OPEN, "", codecs.text(40), label=_WHAT))


def _open_section() -> str:
    return link.now(TAB, "", codecs.text(20))


def _opened() -> None:
    """Something else is open in the network: the section that asks about it says so."""
    if _open_section() == LOOKS:
        _run(LIVE, SLOW)


def all_anew() -> None:
    """Another section is open: one of them takes the network's place beside the pad."""
    _run(LIVE, SLOW)


def _rested() -> None:
    _run(SLOW)


def _run(*parts: str) -> None:
    """Have only these parts of the page run; in a callback."""
    try:
        st.rerun(list(parts))
    except StreamlitAPIException:  # said by a page that was left meanwhile: they are not there yet
        link.need_whole_page()


def _network(reading: Reading) -> None:
    view = reading.view
    wanted = linked_selection()
    # After a reset or a link the selection is the link's; else what the student opened.
    anew = _EPOCH.get() != link.epoch() or link.held(_OPEN)
    picked = wanted if anew else selected(VIEW, wanted)
    _EPOCH.put(link.epoch())
    if picked.layer not in view.places:
        picked = Selection()
    typical = readers.typical(reading.network)
    picked = network_view(
        VIEW,
        layers=view.layers(picked, typical.scales, typical.even, bare=True),
        probabilities=reading.probabilities,
        logits=reading.snap.scores,
        classes=reading.network.classes,
        sequence=reading.state.sequence,
        selection=picked,
        weights_of_selected=unit_weights(view, picked),
        field_target=PAD,
        projector=lesson.projector(),
        constants=readers.constants(reading.network),
        held=reading.state.held,
        on_select=_opened,
    )
    link.put(_OPEN, picked.to_text(), codecs.text(40))
    cell_stage("d_cell", view, picked, projector=lesson.projector())
