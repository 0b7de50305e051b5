"""The tours on the teacher's page: to begin one, to print its lesson plan, and what is wrong."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ui import lesson
from ui.plain import plain
from ui.room import board, me
from ui.tours import checking, contents, plan
from ui.tours.shelf import shelf

#: Mistakes that are shown; the console has all of them.
_SHOWN = 5


def show() -> None:
    """Draw it, for everybody but a class's students: the plans have the answers."""
    tours = shelf().tours.values()
    if me.student() is not None or not tours:
        return
    st.markdown("## Tours and lesson plans")
    st.markdown(
        "A tour leads through a few steps in a bar at the foot of the page, by its buttons, the "
        "keys Page Up and Page Down, or a presenter's remote control. In a class *Bring everyone "
        "here* offers the step to all. The lesson plan is a page to print: links and QR codes, "
        "misconceptions, and the answers on a sheet of their own."
    )
    for tour in tours:
        with st.container(key=f"tour_desk_{tour.name}"):
            st.markdown(f"**{plain(tour.title)}** · {contents.time(tour)}{plain(tour.goal)}")
            with st.container(horizontal=True):
                contents.start(tour, "Begin")
                st.download_button(
                    "Lesson plan",
                    partial(plan.file, tour, board.addresses()[0]),
                    file_name=f"lesson-plan-{tour.name.replace('_', '-')}.html",
                    mime="text/html",
                    on_click="ignore",
                    type="tertiary",
                    key=f"tour_plan_{tour.name}",
                )
    _wrong()


def _wrong() -> None:
    found = checking.problems()
    for problem in found[:_SHOWN]:
        lesson.problem(str(problem), "Tour")
    if len(found) > _SHOWN:
        st.markdown(f"And {len(found) - _SHOWN} more, on the console of the app.")
