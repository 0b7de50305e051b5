"""Where tours lie: those that come with the app, and a folder of the teacher's own.

``CONVSCOPE_TOURS`` names the folder; it is set by whoever starts the app, never by a link. What is
asked for by name is looked up in what was read, and is never a path. The files are read again when
one of them has changed.
"""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from ui import lessons
from ui.tours import reading
from ui.tours.reading import Problem, Tour

#: In the environment: a folder of ``*.md`` files.
VARIABLE = "CONVSCOPE_TOURS"
SHIPPED = lessons.ROOT / "assets" / "tours"
#: Bytes of one file, and files of a folder: a tour is a page or two.
LARGEST, MOST = 64 * 1024, 60

_Print = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Shelf:
    """All tours, by name: the shipped ones first, the shortest of them first.

    Attributes:
        tours: name → tour.
        problems: What cannot be read in their files.
        own: Names of those that the teacher's own folder gave.
    """

    tours: dict[str, Tour]
    problems: tuple[Problem, ...] = ()
    own: frozenset[str] = frozenset()


_LOCK = threading.Lock()
_KEPT: dict[str, tuple[_Print, Shelf]] = {}


def shelf() -> Shelf:
    """All tours as their files are now."""
    with _LOCK:
        now = _print()
        known = _KEPT.get("")
        if known is None or known[0] != now:
            known = _KEPT[""] = (now, _read())
        return known[1]


def own_folder() -> Path | None:
    """The folder of the teacher's own tours, if one is named."""
    said = os.environ.get(VARIABLE, "").strip()
    return Path(said).expanduser() if said else None


def _print() -> _Print:
    """What tells whether a file has changed."""
    found = []
    for path in [*_files(SHIPPED), *_files(own_folder())]:
        try:
            state = path.stat()
        except OSError:
            continue
        found.append((str(path), state.st_mtime_ns, state.st_size))
    return tuple(found)


def _files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return sorted(p for p in folder.iterdir() if p.suffix == ".md" and p.name[0] != ".")
    except OSError:
        return []


def _read() -> Shelf:
    tours: dict[str, Tour] = {}
    problems: list[Problem] = []
    own: set[str] = set()
    folder = own_folder()
    if folder is not None and not folder.is_dir():
        problems.append(Problem(VARIABLE, 0, f"There is no folder {folder}."))
    for place in (SHIPPED, folder):
        files = _files(place)
        if len(files) > MOST:
            problems.append(Problem(str(place), 0, f"Only the first {MOST} tours are read."))
        for path in files[:MOST]:
            tour, found = _one(path, tours)
            problems += found
            if tour is not None:
                tours[tour.name] = tour
                own |= {tour.name} if place == folder else set()
    in_order = sorted(tours.values(), key=lambda tour: (tour.name in own, tour.minutes, tour.title))
    return Shelf({tour.name: tour for tour in in_order}, tuple(problems), frozenset(own))


def _one(path: Path, before: dict[str, Tour]) -> tuple[Tour | None, list[Problem]]:
    def not_read(words: str) -> tuple[None, list[Problem]]:
        return None, [Problem(path.name, 0, words)]

    name = called(path.stem)
    if name in before:
        return not_read(f"There is another tour of this name, {before[name].file}.")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError:
        return not_read("This file cannot be opened.")
    if len(content) > LARGEST:
        return not_read(f"A tour has at most {LARGEST // 1024} kB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return not_read("This is no text in UTF-8; save it as that.")
    return reading.read(text, name, path.name)


def called(stem: str) -> str:
    """A file's name as the link writes it."""
    plain = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    return (plain if plain[:1].isalpha() else f"tour_{plain}".strip("_"))[:32]
