"""Where a visitor is in which tour: a setting of the link, kept from page to page.

``tour=how_a_filter_sees.3`` is the third step of that tour. Going to a step opens its lesson as
the step has it; in between everything can be turned freely, and the place stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from ui import link
from ui.codecs import Codec
from ui.remembered import Remembered
from ui.tours.reading import Step, Tour
from ui.tours.shelf import shelf

#: In the link; :data:`ui.link.SHARED` has it, so that every page keeps it.
NAME = "tour"
_WANTED: Remembered[Place | None] = Remembered("_tour_wanted", None)


@dataclass(frozen=True)
class Place:
    """A step of a tour, counted from 1."""

    tour: Tour
    number: int

    @property
    def step(self) -> Step:
        """The step itself."""
        return self.tour.steps[self.number - 1]


def _encode(place: Place | None) -> str:
    return "" if place is None else f"{place.tour.name}.{place.number}"


def _decode(text: str) -> Place | None:
    if not text:
        return None
    name, _, number = text.partition(".")
    found = at(name, int(number) if number.isdecimal() and len(number) < 4 else 0)
    if found is None:
        raise ValueError("no step of a tour")
    return found


CODEC: Codec[Place | None] = Codec(_encode, _decode)


def at(name: str, number: int) -> Place | None:
    """That step of that tour; None if there is none."""
    tour = shelf().tours.get(name)
    return Place(tour, number) if tour is not None and 1 <= number <= len(tour.steps) else None


def present() -> Place | None:
    """Where this visitor is; None for whoever is on no tour."""
    return link.get(NAME, None, CODEC)


def want(place: Place | None) -> None:
    """Go to that step, or end the tour, when the next run begins; in a callback."""
    _WANTED.put(place)
    link.need_whole_page()


def follow() -> None:
    """Carry out what was wanted; it may open another page."""
    if not _WANTED.known:
        return
    place = _WANTED.take()
    if place is None:
        link.put(NAME, None, CODEC)
    else:
        go(place)


def go(place: Place) -> None:
    """Open the step's lesson as the step has it."""
    link.put(NAME, place, CODEC)
    link.take(place.step.lesson, place.step.settings)


def link_to(place: Place) -> str:
    """Its link, from the slash on."""
    return f"/{place.step.lesson}?{link.query_of({**place.step.settings, NAME: _encode(place)})}"
