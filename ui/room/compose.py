"""A page made into a task: what is to be done, what is locked, what is hidden.

It stands at the foot of every lesson of whoever leads a class. The lesson as it is set up at that
moment is the task; out comes a link, and the task can be given to the class.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from classroom import limits, tasks
from classroom.classes import Teacher
from classroom.tasks import Task
from classroom.trouble import Trouble
from ui import lessons, link
from ui.components.copy_link.copy_link import text_to_copy
from ui.plain import plain
from ui.remembered import Remembered
from ui.room import board, me, task

_WRONG = Remembered("_room_task_problem", "")


def panel(slug: str) -> None:
    """Draw it, for the teacher, below a lesson."""
    leader = me.teacher()
    if leader is None or lessons.by_slug(slug).group == lessons.TEACH:
        return
    names = link.controls()
    with st.expander("Make this page a task"):
        sentence = st.text_input(
            "What is to be done",
            key=f"room_task_sentence_{slug}",
            max_chars=limits.SENTENCE,
            placeholder="Find a padding that keeps the size.",
        )
        locked = _picked("Students cannot turn", f"room_task_locked_{slug}", names | link.owned())
        hidden = _picked("Students do not see", f"room_task_hidden_{slug}", names)
        seed = st.number_input(
            "Seed of the guesses",
            0,
            tasks.SEEDS,
            None,
            key=f"room_task_seed_{slug}",
            help="Another number deals other questions, the same to everybody. Empty: as usual.",
        )
        wanted = _task(slug, sentence, locked, hidden, seed)
        if wanted is None:
            return
        with st.container(horizontal=True):
            args = (leader, wanted)
            st.button("Give it to the class", key="room_task_give", on_click=_give, args=args)
            if me.ask(lambda: tasks.given(leader)) is not None:
                st.button("Take it back", key="room_task_back", on_click=_back, args=(leader,))
        if said := _WRONG.take():
            st.markdown(f"**{said}**")
        st.markdown("Or send this link:")
        text_to_copy("room_copy_task", _address(slug, wanted))


def _picked(label: str, key: str, names: dict[str, str]) -> list[str]:
    found: list[str] = st.multiselect(
        label, list(names), key=key, format_func=lambda name: names.get(name, name)
    )
    return found


def _task(
    slug: str, sentence: str, locked: list[str], hidden: list[str], seed: int | None
) -> Task | None:
    try:
        return Task(slug, link.standing(), frozenset(locked), frozenset(hidden), seed, sentence)
    except Trouble as trouble:
        st.markdown(f"**{plain(str(trouble))}**")
        return None


def _address(slug: str, wanted: Task) -> str:
    query = link.query_of({**wanted.settings, "task": task.CODEC.encode(wanted)})
    return f"{board.addresses()[0]}/{slug}?{query}"


def _give(leader: Teacher, wanted: Task) -> None:
    _tell(lambda: tasks.give(leader, wanted))


def _back(leader: Teacher) -> None:
    _tell(lambda: tasks.withdraw(leader))


def _tell(act: Callable[[], None]) -> None:
    try:
        act()
    except Trouble as trouble:
        _WRONG.put(getattr(trouble, "teacher", str(trouble)))
