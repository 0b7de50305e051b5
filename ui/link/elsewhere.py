"""Settings that come from elsewhere than the controls: a button, a preset, another page."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui import codecs
from ui.link.memory import NAME, SHARED, current
from ui.link.parts import need_whole_page


def reset(prefix: str = "") -> None:
    """Back to the defaults: every setting of this page whose name starts with ``prefix``.

    Call it in a callback (``on_click=link.reset``), before the widgets are drawn.
    """
    link = current()
    for name in [n for n in link.defaults if n.startswith(prefix) and n not in SHARED]:
        link.chosen.pop(name, None)
        link.arrived.add(name)
    link.epoch += 1
    need_whole_page()


def assign(**values: object) -> None:
    """Set widgets by name, in a callback: ``on_click=link.assign, kwargs={"cv_k": 5}``.

    Values are what the widget would return; one that does not fit becomes the default.
    """
    link = current()
    for name, value in values.items():
        link.chosen[name] = text_of(value)
        link.arrived.add(name)
    link.epoch += 1


def go(page: str, **values: object) -> None:
    """Open another lesson with these settings: ``link.go("pooling", po_k=3)``."""
    from ui import lessons

    assign(**values)
    st.switch_page(lessons.by_slug(page).file)


def take(page: str, wanted: Mapping[str, str]) -> None:
    """Open a page exactly as somebody else had set it up; see :func:`settings`."""
    from ui import lessons

    link = current()
    for name in link.names.get(page, {}).keys() - set(SHARED):
        link.chosen.pop(name, None)
        link.arrived.add(name)
    for name, text in wanted.items():
        if NAME.fullmatch(name) and name not in SHARED:
            link.chosen[name] = text
            link.arrived.add(name)
    link.epoch += 1
    st.switch_page(lessons.by_slug(page).file)


def text_of(value: object) -> str:
    """What stands in the link for the value of a widget."""
    if isinstance(value, bool):
        return codecs.BOOL.encode(value)
    if isinstance(value, int):
        return codecs.INT.encode(value)
    if isinstance(value, float):
        return codecs.FLOAT.encode(value)
    return str(value)
