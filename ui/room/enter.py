"""The page on which a student joins a class."""

from __future__ import annotations

import streamlit as st

from classroom import codes
from classroom.students import Student
from ui import codecs, lesson, lessons, link
from ui.remembered import Remembered
from ui.room import me, secure

_CODE = codecs.text(16)
_WRONG = Remembered("_room_join_problem", "")


def form() -> None:
    """A field for the code, filled in by the link, and the button that joins."""
    came = link.get("class", "", _CODE)
    with st.form("room_join", border=False), st.container(horizontal=True):
        typed = st.text_input(
            "Code of the class",
            value=came,
            max_chars=16,
            placeholder="KQ7XM",
            label_visibility="collapsed",
            width=160,
        )
        if st.form_submit_button("Join", key="room_join_go", type="primary"):
            _WRONG.put(me.join(typed))
            st.rerun()
    if sentence := _WRONG.take():
        lesson.problem(sentence)
    meant = codes.read_code(came)
    secure.offer(f"join?class={meant}" if meant else "join")


def welcome(seat: Student) -> None:
    """Where to go from here."""
    st.markdown(
        f"You are in class **{seat.code}**. Go wherever you like; when your teacher leads "
        "somewhere, a button above the page takes you there."
    )
    st.page_link(lessons.HOME.file, label="To the lessons →")
    secure.offer(f"join?class={seat.code}")
