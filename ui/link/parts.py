"""A part of a page that runs by itself, and when the whole page has to."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from ui import browser_state
from ui.link.address import sync
from ui.link.memory import current

P = ParamSpec("P")
R = TypeVar("R")


def fragment(
    function: Callable[P, R] | None = None,
    *,
    run_every: float | None = None,
    key: str | None = None,
) -> Callable[..., Any]:
    """``st.fragment`` that also keeps the address up to date: ``@link.fragment``.

    What several controls say within one moment the browser sends as one message, and asks for the
    part of the page that the first of them stands in. Where others have changed, too, the whole
    page runs after it: else a key pressed while the drawing pad speaks would be lost.
    """
    if function is None:
        return functools.partial(fragment, run_every=run_every, key=key)

    @functools.wraps(function)
    def synced(*args: P.args, **kwargs: P.kwargs) -> R:
        result = function(*args, **kwargs)
        # While the page runs, settings further down are not known yet: an address written now
        # would lack them, and the browser may take it up last.
        if not current().begun:
            if _concerns_more():
                st.rerun()
            sync(function.__name__)
        return result

    return st.fragment(synced, run_every=run_every, key=key)


def need_whole_page() -> None:
    """What happens now is more than a part of the page can show; in a callback."""
    current().whole = True


def _concerns_more() -> bool:
    """Whether there is news of controls that stand in no part that has just been drawn."""
    link = current()
    return link.whole or any(
        browser_state.known(name) and browser_state.value(name) != value
        for name, value in link.shown.items()
    )


def note_shown(name: str, value: Any) -> Any:
    """What the widget has, noted for :func:`_concerns_more`."""
    current().shown[name] = value
    return value
