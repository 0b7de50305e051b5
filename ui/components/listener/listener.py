"""The ear of a student's ribbon: the browser asks whether the class has anything new for its page.

It asks a route of ours (:mod:`ui.serving.news`), not the page; only when the answer is another mark
than the page was made with (:func:`classroom.polling.mark`) does the page run again.
"""

from __future__ import annotations

from ui.components.base import register

_MOUNT = register("listener")


def listener(
    *, seat: str, page: str, drawings: bool, mark: str, every: float, show: str = "", asked: int = 0
) -> None:
    """Listen; it draws nothing.

    Args:
        seat: What the route is asked with: the class's code and this device's key.
        page: Its slug.
        drawings: Whether the page shows the class's drawings.
        mark: What the page has been made with.
        every: Seconds between two looks, about.
        show: Name of a guess to bring into sight, in this run alone.
        asked: How often that was asked for: who asks again is taken there again.
    """
    _MOUNT(
        key="listener",
        data={
            "seat": seat,
            "at": page,
            "drawings": drawings,
            "mark": mark,
            "every": round(1000 * every),
            "show": show,
            "asked": asked,
        },
        on_heard_change=_nothing,
    )


def _nothing() -> None:
    """Something was heard: the page runs anyway."""
