"""Where the link and a widget differ, which of them counts. Two things hold on a slow network:

* Streamlit sends a value that was set through the session once, with the run that set it, and the
  program of a widget's kind may arrive later: a widget that mounts then starts at the default of
  its own call and reports that as chosen. So every run hands every widget its present value as its
  default. The identity of a widget with a key does not depend on it.
* The browser sends every widget's value with every message. One that was sent before the browser
  had taken up a reset or a preset holds the former values, which must not come back. Each message
  also holds the address as the browser has it: where that lacks the new setting, the former value
  is not the student's word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import streamlit as st

from ui import browser_state
from ui.codecs import Codec
from ui.link.holding import held
from ui.link.memory import current
from ui.link.values import read

T = TypeVar("T")


def seed(name: str, default: T, codec: Codec[T], fit: Callable[[T], T], allows: object = None) -> T:
    """The value that the widget ``name`` shall have, to be given to it as its own default.

    Where the browser shows another one it is also set, for the browser to take up: after a reset,
    a preset, an address, and where the range has changed. (A widget whose range changes is a new
    widget to Streamlit; it gets its former value, moved into the new range.)
    """
    link = current()
    link.defaults[name] = codec.encode(default)
    before, link.ranges[name] = link.ranges.get(name, allows), allows
    if held(name):
        link.arrived.add(name)  # whatever the browser says
    kept = fit(read(name, default, codec))
    if not browser_state.known(name):
        link.former.pop(name, None)
        if name in link.arrived:
            browser_state.give(name, kept)
        return kept
    present = browser_state.value(name)
    if name in link.arrived:
        if present != kept:
            link.former.setdefault(name, []).append(present)
        browser_state.give(name, kept)
    elif outdated(name):
        browser_state.give(name, kept)
    else:
        kept = fit(present)
        if kept != present or before != allows:
            browser_state.give(name, kept)
    return kept


def keep(name: str, value: T, codec: Codec[T]) -> T:
    """Write down in the link what the widget has, once it is drawn."""
    link = current()
    link.arrived.discard(name)  # only now: the run may have been stopped while it was drawn
    link.chosen[name] = codec.encode(value)
    return value


def outdated(name: str) -> bool:
    """Whether the widget's value was sent by a browser that has not seen it replaced yet."""
    link = current()
    if name not in link.former:
        return False
    text, default = link.chosen.get(name), link.defaults.get(name)
    seen = st.query_params.get(name) == (None if text == default else text)
    if not seen and browser_state.value(name) in link.former[name]:
        return True
    del link.former[name]
    return False


def heard(name: str, on_change: Callable[[], None] | None) -> Callable[[], None] | None:
    """``on_change``, deaf to a value that was sent before the browser had seen it replaced."""
    if on_change is None:
        return None

    def changed() -> None:
        if not outdated(name):
            on_change()

    return changed


def now(name: str, default: T, codec: Codec[T]) -> T:
    """The value that the widget ``name`` will have when it is drawn, further down the page."""
    there = browser_state.known(name) and name not in current().arrived and not held(name)
    if there and not outdated(name):
        return cast("T", browser_state.value(name))
    return read(name, default, codec)
