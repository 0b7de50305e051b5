"""What a session remembers of its settings."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from streamlit.runtime.scriptrunner import get_script_run_ctx

from classroom.tasks import Task
from ui.remembered import Begun

#: Settings that belong to the whole lab: kept by every page's link, left alone by reset.
SHARED = ("projector", "tour")
#: The parameter in which a link carries a teacher's task.
TASK = "task"
#: What a setting may be called, and how long its text may be.
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
MAX_TEXT = 20_000


@dataclass
class Link:
    """All of it, in one place of the session's state."""

    chosen: dict[str, str] = field(default_factory=dict)  # name → text, for the whole session
    defaults: dict[str, str] = field(default_factory=dict)  # name → text, on this page
    ranges: dict[str, object] = field(default_factory=dict)  # name → what its widget allows
    arrived: set[str] = field(default_factory=set)  # given from elsewhere, not yet drawn
    former: dict[str, list[object]] = field(default_factory=dict)  # name → replaced, see outdated
    labels: dict[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)  # see changes
    owned: dict[str, str] = field(default_factory=dict)  # name → label, of a component's values
    hangs_on: dict[str, str] = field(default_factory=dict)  # name → what it is held with
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # page → name → default
    last: dict[str, str] = field(default_factory=dict)  # what the page's link last held
    shown: dict[str, object] = field(default_factory=dict)  # name → its widget's when it was drawn
    task: Task | None = None  # what holds some of the page's settings
    page: str | None = None
    epoch: int = 0
    begun: bool = False  # the page is running, and not all its settings are known yet
    whole: bool = False  # something was done that a part of the page cannot show
    fresh: bool = True  # the session's first run


_MINE = Begun("_link", Link)


@dataclass
class _Found(threading.local):
    """What this thread found last: a thread runs pages for one session only."""

    run: object = None
    link: Link | None = None


_FOUND = _Found()


def current() -> Link:
    """This session's.

    A page asks for it some hundred times, and a look into Streamlit's session state costs more
    than all else that is done with it here: a fifth of what a page with many controls took.
    """
    run = get_script_run_ctx()
    if run is None or _FOUND.run is not run or _FOUND.link is None:
        _FOUND.run, _FOUND.link = run, _MINE.get()
    return _FOUND.link


def page() -> str:
    """The slug of the present page."""
    return current().page or ""


def epoch() -> int:
    """Grows whenever values came from elsewhere than the controls (address, reset, assign).

    A component that keeps a value of its own sends it along as data and takes up the value
    given by Python when the epoch changes.
    """
    return current().epoch
