"""A page's link: read from the address when the page is entered, written to it when it has run.

The tiny component ``address`` writes it. Why not Streamlit's own ``bind="query-params"``: measured
on 1.67, going back to a page pushes one entry of browser history for each restored parameter,
under the address of the page just left, so that Back walks through addresses that never existed;
values that components own cannot be bound; and only the widgets of the present run are kept. Here
the address is replaced, never pushed: Back is the page before.

A browser that connects again finds a server that knows nothing. The address that comes with its
first message is the present one (Streamlit by itself would send that of the page's load, so
:func:`sync` tells it every change), and where a widget's own value comes along, that counts: it
may be newer.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

from ui.components.address.address import address
from ui.link.holding import carried_task
from ui.link.leaving import leave_the_page_before
from ui.link.memory import MAX_TEXT, NAME, SHARED, TASK, current
from ui.room import task


def begin(page: str) -> None:
    """Start a run of ``page`` (its slug). On entering it, what the address says wins."""
    link = current()
    link.defaults, link.shown = {}, {}
    link.begun, link.whole = True, False
    if link.page != page:
        link.fresh = link.page is None
        link.page = page
        link.epoch += 1
        for name, value in st.query_params.items():
            if NAME.fullmatch(name) and len(value) <= MAX_TEXT:
                link.chosen[name] = value
                # In a session's first run no widget can have another value, unless the browser
                # has connected again: then its own is at least as new as the address.
                if not link.fresh:
                    link.arrived.add(name)
        if not link.fresh:
            leave_the_page_before()
    before, link.task = link.task, task.present(page, carried_task(), link.task)
    if link.task != before:
        link.epoch += 1


def query() -> str:
    """The present page's settings that differ from their defaults, as a query string."""
    return query_of(pairs())


def query_of(pairs: Mapping[str, str]) -> str:
    """These settings as a query string."""
    return urlencode(pairs, safe=",;!:")


def standing() -> dict[str, str]:
    """What the present page's link holds, at the end of a run of the page."""
    return {name: text for name, text in pairs().items() if name not in (*SHARED, TASK)}


def pairs() -> dict[str, str]:
    """The present page's settings that differ from their defaults, as texts."""
    link = current()
    carried = carried_task()
    pairs = {TASK: link.chosen[TASK]} if carried and carried.lesson == link.page else {}
    return pairs | {
        name: link.chosen[name]
        for name, default in link.defaults.items()
        if link.chosen.get(name, default) != default
    }


def sync(key: str = "page") -> None:
    """Write the settings to the address bar; :func:`ui.lesson.close` does it for a page.

    Inside a fragment use :func:`fragment`, which calls this after each of its runs.
    """
    link = current()
    page = link.page or ""
    # Streamlit keeps "__" in a component's key for itself.
    name = f"link-{page or 'home'}-{key}".replace("__", "-")
    link.last = pairs()
    link.names.setdefault(page, {}).update(link.defaults)
    address(name, page=page, query=query(), whole=key == "page")
    # Streamlit's own idea of the address goes with every message. It would push an entry of the
    # browser's history; the component above sees to it that none is, once it is there, which in
    # the first run it is not. The address of that run is the one that Streamlit has.
    if not link.fresh:
        st.query_params.from_dict(pairs())
    if key == "page":
        link.begun = link.fresh = False
