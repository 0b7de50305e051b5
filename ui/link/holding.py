"""What a teacher's task (:mod:`ui.room.task`) holds of a page's settings.

Then nothing sets them, neither the address nor a message nor a preset, and the widget is disabled
or not drawn. They are held where settings are read (:mod:`ui.link.values`).
"""

from __future__ import annotations

from classroom.tasks import Task
from ui.link.memory import TASK, current, page
from ui.room import task


def present_task() -> Task | None:
    """The task that holds on the present page."""
    return current().task


def dealt_from() -> int | None:
    """A task's seed of the present page's guesses, where it has one."""
    return task.seed(page(), current().task)


def held(name: str) -> bool:
    """Whether a task says what this setting is, so that nobody here can set it."""
    link = current()
    names = {name, link.hangs_on.get(name, name)}
    return link.task is not None and any(link.task.holds(link.page or "", n) for n in names)


def hang(name: str, on: str) -> None:
    """``name`` is held whenever ``on`` is: a matrix with the control that chooses it."""
    current().hangs_on[name] = on


def hidden(name: str) -> bool:
    """Whether a task wants this control not to be drawn."""
    link = current()
    return link.task is not None and not link.task.shows(link.page or "", name)


def carried_task() -> Task | None:
    """The task that came with the link."""
    text = current().chosen.get(TASK)
    if text is None:
        return None
    try:
        return task.CODEC.decode(text)
    except ValueError:
        del current().chosen[TASK]
        return None
