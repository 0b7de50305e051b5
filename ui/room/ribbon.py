"""The ribbon: which class this is, above every page. Without a class there is none.

A student's says the code and offers to leave, and shows where the class is when the teacher offers
that. Its browser asks every few seconds whether there is anything new (:func:`listen`), and only
then does the page run. The teacher's counts who is here, so it is drawn anew every few seconds; it
offers the present page to all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from classroom import drawings, leading, polling, tasks, votes
from classroom.classes import Teacher
from classroom.leading import Offer
from classroom.polling import Pulse
from classroom.students import Student
from classroom.trouble import Trouble
from ui import lessons, link
from ui.components.listener.listener import listener
from ui.plain import plain
from ui.remembered import Remembered
from ui.room import ballot, me
from ui.tours import progress as places

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

#: Seconds between two looks of the teacher's page.
EVERY = 3.0
#: Seconds, about, between two looks of a student's browser: thirty of them take one and a half per
#: cent of a core (``benchmarks.bench_ribbons``).
LISTENS = 4.0
_SEEN = Remembered("_room_news", 0)
_MARK = Remembered("_room_mark", "")
_DRAWINGS = Remembered("_room_drawings", False)
#: A student goes to where the class is; if it votes there, its guess is brought into sight.
_ARRIVES = Remembered("_room_arrives", False)
#: How often so far.
_ARRIVALS = Remembered("_room_arrivals", 0)
#: The page on which a student sees the class's drawings.
WALL = "join"


def begin(slug: str) -> None:
    """Before a page reads anything of the class: whatever changes from now on is news to it."""
    seat = me.student()
    made_with = None if seat is None else me.ask(lambda: polling.mark(seat, slug))
    _MARK.put(made_with or "")
    _DRAWINGS.put(False)
    ballot.begin()


def show(slug: str) -> None:
    """Draw it above the page of this slug."""
    now = me.pulse()
    if over := me.word():
        with st.container(key="room_ribbon"):
            st.markdown(over)
    if now is None:
        _task_alone()
        return
    leader, seat = me.teacher(), me.student()
    if leader is not None:
        _SEEN.put(now.news)
        _live(slug)
    elif seat is not None:
        _students(slug, seat, now)


def each_drawing() -> None:
    """This run of the page shows drawings of the class: one that comes or is hidden is news."""
    _DRAWINGS.put(True)


def listen() -> None:
    """Have a student's browser listen; once in a run, at its end."""
    if me.student() is not None:
        arrives = _ARRIVES.take()
        _ARRIVALS.put(_ARRIVALS.get() + arrives)
        listener(
            seat=me.seat(),
            page=link.page(),
            drawings=_DRAWINGS.get(),
            mark=_MARK.get(),
            every=LISTENS,
            show=ballot.asked_here() if arrives else "",
            asked=_ARRIVALS.get(),
        )


@st.fragment(run_every=EVERY)
def _live(slug: str) -> None:
    now, leader = me.pulse(), me.teacher()
    if now is None or leader is None or now.news != _SEEN.get():
        st.rerun()
        return
    with _frame():
        _teachers(slug, leader, now)


def _frame() -> DeltaGenerator:
    return st.container(key="room_ribbon", horizontal=True, vertical_alignment="center")


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
    with _frame():
        st.markdown(f"Class **{seat.code}**", width="content")
        st.button("leave", key="room_leave", type="tertiary", on_click=me.leave)
        offer = me.ask(lambda: leading.offered(seat))
        place = None if offer is None else places.at(offer.tour, offer.step)
        there = offer is not None and slug == offer.lesson and link.has(offer.settings)
        there = there and (place is None or place == places.present())
        if offer is not None and lessons.known(offer.lesson) and not there:
            said = plain(offer.said) or lessons.by_slug(offer.lesson).title
            if st.button(f"The class is at {said} → go", key="room_go"):
                if place is not None:
                    places.go(place)
                _ARRIVES.put(True)
                link.take(offer.lesson, offer.settings)
        if there:
            _to_the_guess(slug, seat)
        _given_task(slug, seat)
        _to_the_wall(slug, seat)
        if now.trouble:
            st.markdown(now.trouble)


def _to_the_guess(slug: str, seat: Student) -> None:
    """The way down to what the class votes on, for whoever is on its page already."""
    if me.ask(lambda: votes.any_open(seat, slug)):
        label = "The class votes on this page → look"
        st.button(label, key="room_vote_look", on_click=_ARRIVES.put, args=(True,))


def _to_the_wall(slug: str, seat: Student) -> None:
    """The way to the class's drawings, while they are shown."""
    shown = slug != WALL and me.ask(lambda: drawings.any_shown(seat))
    if shown and st.button("The class's drawings are shown → look", key="room_wall"):
        link.go(WALL)


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
