"""What a session remembers of one thing: under one name, of one type.

Who remembers something says so where its module begins, and of which type it is by what holds
before anything is known::

    _WRONG = Remembered("_room_lead_wrong", "")

    _WRONG.put(me.start())               # in one run
    if sentence := _WRONG.take():        # in the next: said once
        lesson.problem(sentence)

Names begin with "_" and the folder or module. Several values that belong together are one object,
a :class:`Begun`; one value for each of several things, a component or a question, is :meth:`of`
each. Settings are in the link (:mod:`ui.link`), and what the browser says of a widget or a
component is Streamlit's own, read through :mod:`ui.browser_state`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

import streamlit as st

T = TypeVar("T")


class Remembered(Generic[T]):
    """One thing.

    Args:
        name: Unique in the app.
        before: What holds as long as nothing was put.
    """

    def __init__(self, name: str, before: T) -> None:
        self.name = name
        self.before = before

    def of(self, thing: str) -> Remembered[T]:
        """The same of one thing among several, by the name that it has in the app."""
        return Remembered(f"{self.name}_{thing}", self.before)

    @property
    def known(self) -> bool:
        """Whether anything was put."""
        return self.name in st.session_state

    def get(self) -> T:
        """What was put last."""
        return cast("T", st.session_state.get(self.name, self.before))

    def put(self, value: T) -> None:
        """Remember ``value`` from now on."""
        st.session_state[self.name] = value

    def take(self) -> T:
        """As :meth:`get`; and forget it."""
        return cast("T", st.session_state.pop(self.name, self.before))


class Begun(Generic[T]):
    """An object that a session has one of, from the first time that it is asked for.

    Args:
        name: Unique in the app.
        make: Begins it.
    """

    def __init__(self, name: str, make: Callable[[], T]) -> None:
        self.name = name
        self.make = make

    def get(self) -> T:
        """This session's."""
        if self.name not in st.session_state:
            st.session_state[self.name] = self.make()
        return cast("T", st.session_state[self.name])

    def put(self, one: T) -> None:
        """Go on with ``one`` in place of that."""
        st.session_state[self.name] = one
