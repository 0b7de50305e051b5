"""The ribbon: which class this is, above every page. Without a class there is none.

A student's says the code and offers to leave, and shows where the class is when the teacher offers
that. The teacher's counts who is here and offers the present page to all. It looks for news every
few seconds while the page is open; only when there are any does the page run again.
"""

from __future__ import annotations

import streamlit as st

from classroom import leading, tasks
from classroom.classes import Teacher
from classroom.leading import Offer
from classroom.polling import Pulse
from classroom.students import Student
from classroom.trouble import Trouble
from ui import lessons, link
from ui.plain import plain
from ui.room import me

#: Seconds between two looks.
EVERY = 3.0
_SEEN = "_room_news"


def show(slug: str) -> None:
    """Draw it above the page of this slug."""
    now = me.pulse()
    if over := me.word():
        with st.container(key="room_ribbon"):
            st.markdown(over)
    if now is None:
        _task_alone()
        return
    st.session_state[_SEEN] = now.news
    _live(slug)


@st.fragment(run_every=EVERY)
def _live(slug: str) -> None:
    now = me.pulse()
    leader, seat = me.teacher(), me.student()
    if now is None or now.news != st.session_state[_SEEN]:
        st.rerun()
        return
    with st.container(key="room_ribbon", horizontal=True, vertical_alignment="center"):
        if leader is not None:
            _teachers(slug, leader, now)
        elif seat is not None:
            _students(slug, seat, now)


def _teachers(slug: str, leader: Teacher, now: Pulse) -> None:
    here = f"{now.present} {'student' if now.present == 1 else 'students'} here"
    st.markdown(f"You lead class **{leader.code}** · {here}", width="content")
    if lessons.by_slug(slug).group != lessons.TEACH:
        st.button(
            "Bring everyone here",
            key=f"room_offer_{slug}",
            type="tertiary",
            on_click=_offer,
            args=(slug, leader),
            help="Students see a button that leads to this page as you have set it up.",
        )
    if now.trouble:
        st.markdown(f"**{now.trouble}**")


def _task_alone() -> None:
    """A task that came with a link, for whoever is in no class."""
    task = link.present_task()
    if task is not None and task.sentence:
        with st.container(key="room_ribbon"):
            st.markdown(f"**Task.** {plain(task.sentence)}")


def _students(slug: str, seat: Student, now: Pulse) -> None:
    me.ask(lambda: leading.at(seat, slug))
    st.markdown(f"Class **{seat.code}**", width="content")
    if st.button("leave", key="room_leave", type="tertiary"):
        me.leave()
        st.rerun()
    offer = me.ask(lambda: leading.offered(seat))
    there = offer is not None and slug == offer.lesson and link.has(offer.settings)
    if offer is not None and lessons.known(offer.lesson) and not there:
        said = plain(offer.said) or lessons.by_slug(offer.lesson).title
        if st.button(f"The class is at {said} → go", key="room_go"):
            link.take(offer.lesson, offer.settings)
    _given_task(slug, seat)
    if now.trouble:
        st.markdown(now.trouble)


def _given_task(slug: str, seat: Student) -> None:
    """What is to be done, and the way to where it is to be done."""
    task = me.ask(lambda: tasks.given(seat))
    if task is None or not lessons.known(task.lesson):
        return
    if slug == task.lesson and task.sentence:
        st.markdown(f"**Task.** {plain(task.sentence)}", width="content")
    if slug != task.lesson or not link.has(task.settings):
        there = slug == task.lesson
        title = lessons.by_slug(task.lesson).title
        label = "Start of the task" if there else f"Your task: {title} → go"
        if st.button(label, key="room_task_go", type="tertiary" if there else "secondary"):
            link.take(task.lesson, task.settings)


def _offer(slug: str, leader: Teacher) -> None:
    said = ", ".join([lessons.by_slug(slug).title, *link.changes()])
    try:
        leading.offer(leader, Offer(slug, link.settings(), said[:200]))
    except Trouble as trouble:
        st.toast(str(trouble))
