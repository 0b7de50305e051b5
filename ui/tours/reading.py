"""A tour as it is written: a text file that a teacher reads at a glance.

::

    # How a filter sees

    Goal: To say what a filter looks for, and to work out one number of its answer by hand.
    Minutes: 20
    Misconception: Convolution is there to shrink. Shrinking is what stride and pooling do.
    Exit question: What does a filter whose weights sum to 0 answer on a white wall?

    ## One window
    /convolution?cv_in=binary&cv_k=cross
    Press Play: the window stops on nine cells at a time, and each stop writes one number.
    Guess: cv_g1
    Teacher: Let somebody add up the nine products aloud.
    Minutes: 3

The grammar. A blank line ends what stands above it; any other line that begins nothing new goes on
with it.

========================= ==========================================================================
``# ...``                 the title, first
``Goal:``                 what the class can do afterwards
``Minutes:``              a whole number: of the tour above the first step, of a step within it
``Misconception:``        what students believe, and what is so; as many lines as there are
``Exit question:``        what to ask at the end
``## ...``                a step begins, with a few words that say what it is
``/lesson?setting=value`` where it leads: the link as the address bar has it, once a step; with the
                          machine's name before it, too
any other line            the sentence of the bar
``Guess:``                the name of the guess that belongs to it, as it stands in the link
``Teacher:``              what only the lesson plan says
========================= ==========================================================================

What cannot be read is told with its line, and the rest of the file goes on working: a step without
a lesson is left out, a tour without a step is none. All of it is text, wherever it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import parse_qsl, urlsplit

from ui import lessons

#: Characters of the title of a tour or of a step, of what the bar says, of all the rest.
TITLE, SENTENCE, WORDS = 60, 260, 600
#: Steps of a tour; minutes of one.
STEPS, MINUTES = 60, 600
#: Settings that come along when a link is copied, and say nothing of a step.
_LEFT_OUT = ("projector", "tour")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LINK = re.compile(r"https?://\S+|/\S*")
_WORD = re.compile(r"([A-Z][a-z]+(?: [a-z]+)?):(?:\s+(.*))?")
_OF_TOUR = ("Goal", "Minutes", "Misconception", "Exit question")
_OF_STEP = ("Guess", "Teacher", "Minutes")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file, for whoever wrote it.

    Attributes:
        file: Its name.
        line: From 1; 0 where it is the file as a whole.
        words: The sentence.
    """

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{where}: {self.words}"


@dataclass(frozen=True)
class Step:
    """One stop: a lesson as it is set up, and what to look at.

    Attributes:
        title: A few words.
        lesson: Its slug; "" is the home page.
        settings: name → text, as the link has them.
        sentence: What the bar says.
        guess: The name of a guess of the page; "" without one.
        teacher: What only the lesson plan says.
        minutes: 0 where it does not say.
        line: Of its link, in the file.
        guess_line: Of its guess.
    """

    title: str
    lesson: str
    settings: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    guess: str = ""
    teacher: str = ""
    minutes: int = 0
    line: int = 0
    guess_line: int = 0


@dataclass(frozen=True)
class Tour:
    """A tour.

    Attributes:
        name: As the link has it: small letters, digits, underscores.
        file: The name of the file that it was read from.
        title: Its title.
        goal: What the class can do afterwards.
        minutes: 0 where neither the tour nor its steps say.
        misconceptions: One line each.
        exit_question: What to ask at the end.
        steps: At least one.
    """

    name: str
    file: str
    title: str
    goal: str
    minutes: int
    misconceptions: tuple[str, ...]
    exit_question: str
    steps: tuple[Step, ...]


@dataclass
class _Entry:
    """A line of the file with those that go on with it."""

    kind: str  # "#", "##", "link", "text", or the word before the colon
    words: str
    line: int


def read(text: str, name: str, file: str) -> tuple[Tour | None, list[Problem]]:
    """The tour that a file holds, as far as it can be read, and what cannot.

    Args:
        text: The file's content.
        name: What the tour is called in the link.
        file: What the file is called where something is wrong in it.
    """
    problems: list[Problem] = []

    def wrong(line: int, words: str) -> None:
        problems.append(Problem(file, line, words))

    entries = _entries(text, wrong)
    begins = [at for at, entry in enumerate(entries) if entry.kind == "##"]
    head = entries[: begins[0]] if begins else entries
    ends = [*begins[1:], len(entries)]
    parts = [entries[a:b] for a, b in zip(begins, ends, strict=False)]
    steps = [step for part in parts if (step := _step(part, wrong)) is not None]
    if len(steps) > STEPS:
        wrong(steps[STEPS].line, f"A tour has at most {STEPS} steps; the others are left out.")
        steps = steps[:STEPS]
    tour = _tour(head, tuple(steps), name, file, wrong)
    if not steps:
        wrong(0, "There is no step in it: “## A few words”, and below it a link.")
    problems.sort(key=lambda problem: problem.line)
    return (tour if steps else None), problems


_Wrong = Callable[[int, str], None]


def _entries(text: str, wrong: _Wrong) -> list[_Entry]:
    entries: list[_Entry] = []
    goes_on: _Entry | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = " ".join("".join(c if c.isprintable() else " " for c in raw).split())
        begun = _begun(line, number, wrong)
        if begun is not None:
            entries.append(begun)
            goes_on = None if begun.kind in ("#", "##", "link", "Guess", "Minutes") else begun
        elif not line or line.startswith("#") or _nearly(line):
            goes_on = None  # blank, or told to be wrong
        elif goes_on is not None:
            goes_on.words = f"{goes_on.words} {line}".strip()
        else:
            goes_on = _Entry("text", line, number)
            entries.append(goes_on)
    return entries


def _begun(line: str, number: int, wrong: _Wrong) -> _Entry | None:
    """What begins with this line; None if nothing does, or if it is wrong."""
    if found := re.fullmatch(r"(#+)\s*(.*)", line):
        marks, words = found[1], found[2]
        if marks in ("#", "##") and words:
            return _Entry(marks, words, number)
        wrong(number, "A title is “# …”, a step is “## …”, with its words behind it.")
        return None
    if _LINK.fullmatch(line):
        return _Entry("link", line, number)
    if found := _WORD.fullmatch(line):
        if found[1] in (*_OF_TOUR, *_OF_STEP):
            return _Entry(found[1], found[2] or "", number)
        if meant := _nearly(line):
            wrong(number, f"“{found[1]}:” means nothing here; is “{meant}:” meant?")
    return None


def _nearly(line: str) -> str:
    """The word that is probably meant by the one before the colon; "" if it is a sentence's."""
    found = _WORD.fullmatch(line)
    near = get_close_matches(found[1], (*_OF_TOUR, *_OF_STEP), 1, 0.75) if found else []
    return near[0] if near else ""


def _tour(head: list[_Entry], steps: tuple[Step, ...], name: str, file: str, wrong: _Wrong) -> Tour:
    found = _sorted_out(head, ("#", *_OF_TOUR), "before the first step", wrong)
    title = _words(found, "#", TITLE, wrong)
    if not title:
        wrong(0, "It has no title: “# …” in its first line.")
    goal = _words(found, "Goal", WORDS, wrong)
    if not goal:
        wrong(0, "It says no goal: “Goal: …” before the first step.")
    in_steps = sum(step.minutes for step in steps)
    minutes = _minutes(found, wrong)
    if minutes and in_steps > minutes:
        line = found["Minutes"][0].line
        wrong(line, f"The steps take {in_steps} minutes together, the tour {minutes}.")
    myths = tuple(
        _bounded(entry, WORDS, wrong) for entry in found.get("Misconception", []) if entry.words
    )
    question = _words(found, "Exit question", WORDS, wrong)
    return Tour(name, file, title or file, goal, max(minutes, in_steps), myths, question, steps)


def _step(part: list[_Entry], wrong: _Wrong) -> Step | None:
    """The step, or None where it leads nowhere."""
    head, rest = part[0], part[1:]
    found = _sorted_out(rest, ("link", "text", *_OF_STEP), "in a step", wrong)
    title = _bounded(head, TITLE, wrong)
    links = found.get("link", [])
    if not links:
        wrong(head.line, f"The step “{title}” has no link, and is left out.")
        return None
    for extra in links[1:]:
        wrong(extra.line, "A step has one link; this one is left out.")
    place = _place(links[0], wrong)
    if place is None:
        return None
    texts = found.get("text", [])
    sentence = _Entry("text", " ".join(one.words for one in texts), texts[0].line if texts else 0)
    if not sentence.words:
        wrong(head.line, f"The step “{title}” says nothing.")
    guess = found["Guess"][0] if "Guess" in found else None
    return Step(
        title,
        *place,
        sentence=_bounded(sentence, SENTENCE, wrong),
        guess=_guess(guess, wrong),
        teacher=_words(found, "Teacher", WORDS, wrong),
        minutes=_minutes(found, wrong),
        line=links[0].line,
        guess_line=guess.line if guess is not None else 0,
    )


def _sorted_out(
    entries: list[_Entry], wanted: tuple[str, ...], where: str, wrong: _Wrong
) -> dict[str, list[_Entry]]:
    """The entries by their kind, those that belong here; the others are told."""
    found: dict[str, list[_Entry]] = {}
    for entry in entries:
        if entry.kind in wanted:
            found.setdefault(entry.kind, []).append(entry)
        else:
            said = {"text": "This line", "link": "A link", "#": "The title"}
            what = said.get(entry.kind, f"“{entry.kind}:”")
            wrong(entry.line, f"{what} does not belong {where}.")
    return found


def _place(entry: _Entry, wrong: _Wrong) -> tuple[str, dict[str, str]] | None:
    """The lesson and its settings; None if there is no such lesson."""
    try:
        parts = urlsplit(entry.words)
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        wrong(entry.line, "This is no link as the address bar has it; the step is left out.")
        return None
    slug = parts.path.rstrip("/").rpartition("/")[2]
    lesson = next((one for one in (lessons.HOME, *lessons.shown()) if one.slug == slug), None)
    if lesson is None or lesson.group == lessons.TEACH:
        wrong(entry.line, f"There is no lesson “{slug}”; the step is left out.")
        return None
    settings: dict[str, str] = {}
    for name, value in pairs:
        if name in _LEFT_OUT or name.startswith("embed"):
            continue
        if not _NAME.fullmatch(name) or not value.isprintable() or name == "task":
            wrong(entry.line, f"“{name}” is no setting that a step can have.")
        elif name in settings:
            wrong(entry.line, f"“{name}” stands there twice; the first one counts.")
        else:
            settings[name] = value
    return slug, settings


def _guess(entry: _Entry | None, wrong: _Wrong) -> str:
    if entry is None:
        return ""
    if not _NAME.fullmatch(entry.words):
        wrong(entry.line, "A guess is called as it is in the link, like pa_g1.")
        return ""
    return entry.words


def _minutes(found: Mapping[str, list[_Entry]], wrong: _Wrong) -> int:
    for entry in found.get("Minutes", [])[:1]:
        if re.fullmatch(r"\d{1,3}", entry.words) and 1 <= int(entry.words) <= MINUTES:
            return int(entry.words)
        wrong(entry.line, f"Minutes are a whole number from 1 to {MINUTES}.")
    return 0


def _words(found: Mapping[str, list[_Entry]], kind: str, most: int, wrong: _Wrong) -> str:
    entries = found.get(kind, [])
    for extra in entries[1:]:
        name = "A title" if kind == "#" else f"“{kind}:”"
        wrong(extra.line, f"{name} stands there once; the first one counts.")
    return _bounded(entries[0], most, wrong) if entries else ""


def _bounded(entry: _Entry, most: int, wrong: _Wrong) -> str:
    if len(entry.words) > most:
        wrong(entry.line, f"This has {len(entry.words)} characters; {most} are shown.")
        return entry.words[: most - 1].rstrip() + "…"
    return entry.words
