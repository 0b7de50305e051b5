"""How the controls of the present page stand, for others to tell, to take or to compare."""

from __future__ import annotations

from collections.abc import Mapping

from ui.link.memory import SHARED, TASK, current


def settings() -> dict[str, str]:
    """What the present page's link holds, as it stands on the screen; for others to take."""
    return {name: text for name, text in current().last.items() if name not in (*SHARED, TASK)}


def controls() -> dict[str, str]:
    """The controls of the present page that have been drawn so far: name → what it is called."""
    link = current()
    return {n: link.labels[n][0] for n in link.defaults if n in link.labels and n not in SHARED}


def owned() -> dict[str, str]:
    """The same of what is changed in components: it can be locked, but not hidden."""
    link = current()
    return {n: link.owned[n] for n in link.defaults if n in link.owned}


def texts(prefix: str) -> dict[str, str]:
    """The present page's settings of that prefix that were drawn so far, as the link writes them.

    Given to :func:`assign` they are all as they were, the defaults too.
    """
    link = current()
    return {
        n: link.chosen.get(n, text) for n, text in link.defaults.items() if n.startswith(prefix)
    }


def changes(most: int = 3) -> list[str]:
    """The first few of these settings in words, where a control has some: "Stride = 2"."""
    link = current()
    found = [(link.labels[name], text) for name, text in settings().items() if name in link.labels]
    return [f"{label} = {options.get(text, text)}" for (label, options), text in found[:most]]


def has(wanted: Mapping[str, str]) -> bool:
    """Whether all these settings are as they are wanted."""
    link = current()
    usual = link.names.get(link.page or "", {})
    return all(link.chosen.get(n, usual.get(n)) == text for n, text in wanted.items())
