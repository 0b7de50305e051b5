"""The bar of a tour, at the foot of the window: which step this is, what it says, the way on.

Its keys are those of a presenter's remote control, too: Page Up and Page Down, and the arrows to
left and right where nothing that uses them has the focus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ui.browser_state import state_of
from ui.components.base import register

_MOUNT = register("tour_bar")
_KEY = "tour"


@dataclass(frozen=True)
class Stop:
    """What the bar shows. All of it is text.

    Attributes:
        tour: Title of the tour.
        mark: The place in the tour, as the link has it.
        number: Of the step, from 1.
        count: How many there are.
        title: Of the step.
        sentence: What it says.
        here: Whether the page is the step's own.
        settings: name → text, as the link has them at the step.
        guess: Key of a guess on the page; "" without one.
    """

    tour: str
    mark: str
    number: int
    count: int
    title: str
    sentence: str
    here: bool
    settings: Mapping[str, str]
    guess: str


def tour_bar(
    stop: Stop,
    *,
    on_go: Callable[[int], None],
    on_end: Callable[[], None],
    on_bring: Callable[[], None] | None,
    projector: bool = False,
) -> None:
    """Draw the bar; callbacks run before the next run of the page.

    Args:
        stop: Where the visitor is.
        on_go: With the number of the step to go to, its own for "back to the step".
        on_end: The tour is left.
        on_bring: The class is to be offered this step; None for whoever leads none.
        projector: Larger type.
    """
    data = {
        "tour": stop.tour,
        "mark": stop.mark,
        "number": stop.number,
        "count": stop.count,
        "title": stop.title,
        "sentence": stop.sentence,
        "here": stop.here,
        "settings": dict(stop.settings),
        "guess": stop.guess,
        "leads": on_bring is not None,
        "projector": projector,
    }

    def gone() -> None:
        number = _said("go")
        if isinstance(number, int | float) and 1 <= number <= stop.count:
            on_go(int(number))

    def brought() -> None:
        if on_bring is not None:
            on_bring()

    _MOUNT(
        key=_KEY,
        data=data,
        on_go_change=gone,
        on_end_change=on_end,
        on_bring_change=brought,
    )


def _said(name: str) -> object:
    return state_of(_KEY).get(name)
