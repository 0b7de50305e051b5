"""A tour gone through without a browser: what each page makes of a step, and what it asks there.

The pages are run as they are, each with the settings of its step, in a process of its own: what
they do with a setting, and which questions they deal, only they know. So a step's mistakes are
found before the lesson, and the answers of a lesson plan are the pages' own.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from classroom import folder
from jobs import shelf as runs
from jobs.politeness import stand_back
from ui import lessons

#: Seconds for one page on a busy machine, and for the process to begin.
EACH, BEGIN = 30, 60
#: A whole rehearsal is behind whatever a visitor waits for.
_NICE = 15


@dataclass(frozen=True)
class Visit:
    """A page to be run."""

    lesson: str
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """A guess that a page asks.

    Attributes:
        words: The question, as :mod:`ui.guess` was given it (Markdown).
        answer: The right answer, as it is shown.
        explain: The reason (Markdown).
        options: What there is to choose from; none where a number is typed.
    """

    words: str
    answer: str
    explain: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What a page made of a visit.

    Attributes:
        settings: name → text of what differs from the defaults, as the address would have it.
        defaults: name → text, of all settings that the page has there.
        words: name → how a setting stands, for those that a control shows: "Stride = 2".
        asked: name → the guess.
        trouble: Why it could not be run; "" if it could.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, Asked] = field(default_factory=dict)
    trouble: str = ""


def rehearse(visits: Sequence[Visit]) -> list[Seen]:
    """Run all these pages; it takes a few seconds, in another process.

    Raises:
        OSError: There is no other process to be had, or it took too long or broke off.
    """
    if not visits:
        return []
    env = {**os.environ, folder.VARIABLE: "off", runs.VARIABLE: "off"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            input=json.dumps([asdict(visit) for visit in visits]),
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=lessons.ROOT,
            env={**env, "PYTHONUTF8": "1"},
            timeout=BEGIN + EACH * len(visits),
            check=True,
        )
        found = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError) as error:
        raise OSError("The tours could not be gone through.") from error
    return [_seen(one) for one in found]


def _seen(plain: Mapping[str, Any]) -> Seen:
    asked = {
        name: Asked(one["words"], one["answer"], one["explain"], tuple(one["options"]))
        for name, one in plain["asked"].items()
    }
    return Seen(plain["settings"], plain["defaults"], plain["words"], asked, plain["trouble"])


# --- in the other process -----------------------------------------------------------------------


def run(visits: Sequence[Visit]) -> Iterator[Seen]:
    """Run the pages here. It stands in for a server: never in a process that is one."""
    from ui import guess

    for visit in visits:
        heard: dict[str, Asked] = {}

        def hear(
            name: str,
            words: str,
            answer: str,
            explain: str,
            options: Sequence[str],
            heard: dict[str, Asked] = heard,
        ) -> None:
            heard[name] = Asked(words, answer, explain, tuple(options))

        guess.listener = hear
        try:
            yield _run(visit, heard)
        finally:
            guess.listener = None


def _run(visit: Visit, heard: dict[str, Asked]) -> Seen:
    from streamlit.testing.v1 import AppTest

    _look_once()
    at = AppTest.from_file(str(lessons.ROOT / "app.py"), default_timeout=EACH)
    for name, text in visit.settings.items():
        at.query_params[name] = text
    try:
        at.switch_page(lessons.by_slug(visit.lesson).file).run()
    except (RuntimeError, KeyError) as error:
        return Seen(trouble=str(error) or type(error).__name__)
    if at.exception:
        return Seen(trouble=str(at.exception[0].message))
    link = at.session_state["_link"]
    words = {
        name: f"{label} = {options.get(link.chosen.get(name, ''), link.chosen.get(name, ''))}"
        for name, (label, options) in link.labels.items()
        if name in link.defaults
    }
    return Seen(dict(link.last), dict(link.defaults), words, heard)


def _look_once() -> None:
    """Every AppTest would look through all installed packages for components, 0.15 s each time."""
    from streamlit.components.v2 import manifest_scanner

    look = manifest_scanner.scan_component_manifests
    if not hasattr(look, "cache_info"):
        manifest_scanner.scan_component_manifests = functools.cache(look)


def main() -> None:
    """Read visits as JSON, write what was seen as one line of it."""
    stand_back(_NICE)
    visits = [Visit(one["lesson"], one["settings"]) for one in json.load(sys.stdin)]
    print(json.dumps([asdict(seen) for seen in run(visits)]))


if __name__ == "__main__":
    main()
