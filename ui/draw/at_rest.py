"""Below the network: what takes longer to work out, done once the pen rests."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui import link, readers
from ui.draw import (
    digit_map,
    fooling,
    live,
    looks_for,
    no_digit,
    own_drawings,
    rivals,
    solid,
    what_if,
    why,
)
from ui.readers import Reading
from ui.room.hand_in import hand_in

SECTIONS: dict[str, tuple[str, Callable[[Reading], None]]] = {
    "why": ("Why this answer", why.show),
    live.LOOKS: ("What it looks for", looks_for.show),
    "fool": ("Fool it", fooling.show),
    live.MAP: ("Map of digits", digit_map.show),
    "if": ("What if", what_if.show),
    "none": ("No digit at all", no_digit.show),
    "two": ("Compare networks", rivals.show),
    "solid": ("In 3-D", solid.show),
    "own": ("My own data", own_drawings.show),
}


@link.fragment(key=live.SLOW)
def more(name: str, prepared: bool) -> None:
    """The section that is open, for the drawing as it is now."""
    titles = {section: title for section, (title, _) in SECTIONS.items()}
    with st.container(key="draw_further"):
        reading = readers.read(readers.network(name), live.drawing(), prepared)
        hand_in(reading)
        chosen = link.choice(
            "Look further", live.TAB, titles, "why", kind="segmented", on_change=live.all_anew
        )
        if reading.answered or chosen in ("own", live.MAP):
            SECTIONS[chosen][1](reading)
        else:
            st.markdown(
                f"{readers.SAYS_NOTHING} There is nothing to explain. Choose another network."
            )
