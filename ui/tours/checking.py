"""What is wrong in the tours: as they are read, and as the pages take their steps.

What can be told from the files alone is told at once. How the pages take the teacher's own steps is
looked at in another process (:mod:`ui.tours.rehearsal`); the shipped ones are held by the tests.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from ui import lessons
from ui.tours import rehearsal
from ui.tours.reading import Problem, Step, Tour
from ui.tours.rehearsal import Seen, Visit
from ui.tours.shelf import Shelf, shelf

_LOCK = threading.Lock()
#: The shelf that was rehearsed last, and what was found; [] while it is under way.
_DONE: dict[int, tuple[Shelf, list[Problem]]] = {}


def problems() -> list[Problem]:
    """Everything that is known to be wrong by now; begins a rehearsal where the files are new."""
    now = shelf()
    with _LOCK:
        known = _DONE.get(0)
        if known is None or known[0] is not now:
            known = _DONE[0] = (now, [])
            threading.Thread(target=_rehearse, args=known, daemon=True).start()
        return [*now.problems, *known[1]]


def begin() -> None:
    """Check all tours, and say on the console what is wrong; it goes on in the background."""
    for problem in problems():
        print(f"  {problem}", flush=True)


def _rehearse(now: Shelf, found: list[Problem]) -> None:
    own = [tour for name, tour in now.tours.items() if name in now.own]
    try:
        new = check(own)
    except OSError as error:
        new = [Problem("tours", 0, str(error))] if own else []
    for problem in new:
        print(f"  {problem}", flush=True)
    found += new


def check(tours: Iterable[Tour]) -> list[Problem]:
    """How the pages take every step of these tours; a few seconds.

    Raises:
        OSError: They could not be gone through.
    """
    steps = [(tour, step) for tour in tours for step in tour.steps]
    seen = rehearsal.rehearse([Visit(step.lesson, step.settings) for _, step in steps])
    return [
        Problem(tour.file, line, words)
        for (tour, step), page in zip(steps, seen, strict=True)
        for line, words in _wrong(step, page)
    ]


def _wrong(step: Step, page: Seen) -> Iterator[tuple[int, str]]:
    title = lessons.by_slug(step.lesson).title
    if page.trouble:
        yield step.line, f"{title} cannot be shown with these settings."
        return
    for name, text in step.settings.items():
        if words := _of_setting(name, text, page, title):
            yield step.line, words
    if step.guess and step.guess not in page.asked:
        known = ", ".join(page.asked) or "none"
        yield (
            step.guess_line,
            f"{title} asks no guess “{step.guess}” here; it asks {known}.",
        )


def _of_setting(name: str, text: str, page: Seen, title: str) -> str:
    """What is wrong with one setting; "" if nothing is."""
    if name not in page.defaults:
        return f"{title} has no setting “{name}” here{_near(name, page.defaults)}"
    taken = page.settings.get(name, page.defaults[name])
    if taken != text:
        shown = page.words.get(name, taken)
        return f"{title} does not take {name}={text}; it shows {shown}."
    if name not in page.settings:
        return f"{title} shows {name}={text} anyway; leave it out."
    return ""


def _near(name: str, known: Mapping[str, str]) -> str:
    near = get_close_matches(name, known, 1, 0.6)
    return f"; is “{near[0]}” meant?" if near else "."
