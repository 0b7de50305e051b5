"""Below the pad, for a student whose teacher has asked for drawings: the button that hands one in.

Nothing is handed in without it. What goes is what the network sees: 28×28 numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from classroom import drawings
from classroom.drawings import Ask
from classroom.students import Student
from classroom.trouble import Trouble
from ui.draw import live
from ui.readers import Reading
from ui.remembered import Remembered
from ui.room import me

_SAID = Remembered("_room_drawing_said", "")


def hand_in(reading: Reading) -> None:
    """Draw it, where drawings are asked for."""
    seat = me.student()
    asked = None if seat is None else me.ask(lambda: drawings.asked(seat))
    if seat is None or asked is None:
        return
    with st.container(key="room_hand_in"):
        any_digit = asked.label is None
        what = "a digit. Which one is it?" if any_digit else f"a **{asked.label}**."
        st.markdown(f"Your class draws {what}")
        label = asked.label if asked.label is not None else _which()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Hand this drawing in",
                key="room_drawing",
                type="primary",
                disabled=reading.state.empty or label is None,
                on_click=_send,
                args=(seat, reading, label),
            )
            _mine(seat, asked)
        if said := _SAID.take():
            st.markdown(f"**{said}**")


def _which() -> int | None:
    picked: int | None = st.pills(
        "The digit",
        list(range(drawings.DIGITS)),
        key="room_drawing_label",
        label_visibility="collapsed",
        wrap=True,
    )
    return picked


def _mine(seat: Student, asked: Ask) -> None:
    mine = me.ask(lambda: drawings.mine(seat))
    here = [] if mine is None else mine.ids[mine.asks == asked.number].tolist()
    if here:
        st.markdown(f"Handed in: {len(here)}.", width="content")
        st.button(
            "Take the last one back",
            key="room_drawing_back",
            type="tertiary",
            on_click=_tell,
            args=(lambda: drawings.take_back(seat, here[-1]),),
        )


def _send(seat: Student, before: Reading, label: int | None) -> None:
    reading = live.newest(before)
    if reading.state.empty:
        _SAID.put("There is nothing on the paper.")
        return
    _tell(lambda: drawings.hand_in(seat, reading.image.clip(0, 1), label))


def _tell(act: Callable[[], object]) -> None:
    try:
        act()
    except Trouble as trouble:
        _SAID.put(str(trouble))
