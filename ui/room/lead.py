"""The teacher's page: begin a class, see who is there, end it."""

from __future__ import annotations

import streamlit as st

from classroom import leading as places
from classroom import takeaway, votes
from classroom.classes import Teacher
from ui import codecs, lesson, lessons, link
from ui.plain import plain
from ui.remembered import Remembered
from ui.room import ballot, me

_KEY = codecs.text(80)
_WRONG = Remembered("_room_lead_problem", "")


def take_key() -> None:
    """Lead the class whose key came with the link; the key does not stay in the address."""
    key = link.get("key", "", _KEY)
    if key:
        link.put("key", "", _KEY)
        _WRONG.put(me.lead(key))
        st.rerun()  # the ribbon above knows nothing of it yet


def leading() -> Teacher | None:
    """Whoever leads a class sees this page differently; says what went wrong, once."""
    if sentence := _WRONG.take():
        lesson.problem(sentence)
    return me.teacher()


def begin() -> None:
    """The button that starts a class."""
    if st.button("Start a class", key="room_start", type="primary"):
        _WRONG.put(me.start())
        st.rerun()


def overview(leader: Teacher) -> None:
    """How many are on which lesson."""
    where = me.ask(lambda: places.where(leader)) or {}
    found = {slug: count for slug, count in where.items() if lessons.known(slug)}
    with st.container(key="room_overview"):
        if not found:
            st.markdown("Nobody is here yet.")
            return
        rows = [f"{lessons.by_slug(slug).title}: **{n}**" for slug, n in found.items()]
        st.markdown("Where they are: " + " · ".join(rows))


def votes_taken(leader: Teacher) -> None:
    """The votes of the class, the newest first, and all answers as a table to take home."""
    found = me.ask(lambda: votes.results(leader)) or []
    if not found:
        return
    st.markdown("## Votes")
    for one in found:
        title = lessons.by_slug(one.question.lesson).title
        state = "revealed" if one.revealed else "open"
        count = max(one.answered)
        with st.expander(f"{title}: {count} {'answer' if count == 1 else 'answers'}, {state}"):
            st.markdown(plain(one.question.words))
            ballot.shares(one.groups)
    rows = me.ask(lambda: takeaway.answers(leader)) or []
    st.download_button(
        "All answers as CSV",
        takeaway.as_csv(rows),
        file_name=f"class-{leader.code}.csv",
        mime="text/csv",
        on_click="ignore",
    )


def finish(leader: Teacher) -> None:
    """The button that ends the class, behind a second one."""
    with st.popover("End the class"):
        st.markdown(f"Class {leader.code} and everything handed in will be deleted, for good.")
        if st.button("End and delete", key="room_end", type="primary"):
            _WRONG.put(me.end())
            st.rerun()
