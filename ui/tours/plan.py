"""The lesson plan of a tour: one file of HTML to print, with nothing that is not in it.

All but the answers comes from the tour's file, as text. The answers are the pages' own: each page
with a guess is run (:mod:`ui.tours.rehearsal`), as its step has it and for the next few questions
that "Another" deals, and says what it asks and what is right.
"""

from __future__ import annotations

import html
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from ui import lessons
from ui.room.board import qr
from ui.tours import progress
from ui.tours.progress import Place
from ui.tours.reading import Step, Tour
from ui.tours.rehearsal import Asked, Seen, Visit, rehearse
from ui.tours.words import as_html

#: Questions of each guess in the plan: the step's own, and what "Another" deals after it.
QUESTIONS = 4
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Dealt:
    """A question that a guess deals, and the number that it is dealt from."""

    number: int
    asked: Asked


@dataclass(frozen=True)
class Answers:
    """The questions of one step's guess."""

    number: int
    step: Step
    dealt: tuple[Dealt, ...]


#: By the tour's name: its steps, and what they ask. As many as there are tours.
_KNOWN: dict[str, tuple[tuple[Step, ...], tuple[Answers, ...]]] = {}


def file(tour: Tour, address: str) -> bytes:
    """The lesson plan as a file; a few seconds, the first time.

    Args:
        tour: Whose.
        address: Under which students open the app, without a slash at its end.
    """
    try:
        found = answers(tour)
    except OSError:
        return page(tour, address, (), "The answers cannot be worked out just now.").encode("utf-8")
    return page(tour, address, found).encode("utf-8")


def answers(tour: Tour) -> tuple[Answers, ...]:
    """What the guesses of a tour ask, and what is right; worked out once.

    Raises:
        OSError: The pages could not be run.
    """
    with _ONE_AT_A_TIME:  # thirty teachers need one process, not thirty
        known = _KNOWN.get(tour.name)
        if known is None or known[0] != tour.steps:
            known = _KNOWN[tour.name] = (tour.steps, _rehearsed(tour.steps))
        return known[1]


def _rehearsed(steps: Sequence[Step]) -> tuple[Answers, ...]:
    guessing = [(number, step) for number, step in enumerate(steps, 1) if step.guess]
    turns = [[_first(step) + n for n in range(QUESTIONS)] for _, step in guessing]
    visits = [
        Visit(step.lesson, {**step.settings, step.guess: str(turn)})
        for (_, step), row in zip(guessing, turns, strict=True)
        for turn in row
    ]
    seen = rehearse(visits)
    found = []
    for at, (number, step) in enumerate(guessing):
        pages = seen[at * QUESTIONS : (at + 1) * QUESTIONS]
        found.append(Answers(number, step, _dealt(step, turns[at], pages)))
    return tuple(found)


def _first(step: Step) -> int:
    """The number from which the step's own question is dealt."""
    text = step.settings.get(step.guess, "0")
    return int(text) if text.isdecimal() else 0


def _dealt(step: Step, turns: Sequence[int], pages: Sequence[Seen]) -> tuple[Dealt, ...]:
    """Each question once: a guess that always asks the same stands there once."""
    found: dict[Asked, Dealt] = {}
    for turn, seen in zip(turns, pages, strict=True):
        asked = seen.asked.get(step.guess)
        if asked is not None:
            found.setdefault(asked, Dealt(turn, asked))
    return tuple(found.values())


# --- the page -----------------------------------------------------------------------------------


def page(tour: Tour, address: str, found: Sequence[Answers], trouble: str = "") -> str:
    """The lesson plan as HTML; ``trouble`` says why there are no answers."""
    steps = "".join(_step(tour, n, step, address) for n, step in enumerate(tour.steps, 1))
    myths = "".join(f"<li>{_text(one)}</li>" for one in tour.misconceptions)
    question = f"<h2>To end with</h2><p>{_text(tour.exit_question)}</p>"
    body = [
        f"<header><div><h1>{_text(tour.title)}</h1>",
        f"<p><b>{tour.minutes} minutes.</b> " if tour.minutes else "<p>",
        f"{_text(tour.goal)}</p>",
        "<p>Open the first step by this code, or by the link of any step. From there the bar at "
        "the foot of the page leads on: its buttons, or the keys Page Up and Page Down.</p></div>",
        f"{_qr(address + progress.link_to(Place(tour, 1)))}</header>",
        f"<h2>Steps</h2><ol class='steps'>{steps}</ol>",
        f"<h2>What students often believe</h2><ul class='myths'>{myths}</ul>" if myths else "",
        question if tour.exit_question else "",
        _answer_sheet(tour, found),
        f"<p><b>{_text(trouble)}</b></p>" if trouble else "",
    ]
    title = _text(f"{tour.title}: lesson plan")
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _step(tour: Tour, number: int, step: Step, address: str) -> str:
    link = address + progress.link_to(Place(tour, number))
    title = lessons.by_slug(step.lesson).title
    time = f"{step.minutes} min" if step.minutes else ""
    note = f"<p class='note'>{_text(step.teacher)}</p>" if step.teacher else ""
    guess = "<p class='note'>With a guess; the answers are on the last sheet.</p>"
    return (
        f"<li><div class='what'><h3>{_text(step.title)}</h3>"
        f"<p class='where'>{_text(title)}{' · ' + time if time else ''}</p>"
        f"<p>{_text(step.sentence)}</p>{note}{guess if step.guess else ''}"
        f"<p class='link'><a href='{_text(link)}'>{_text(link)}</a></p></div>{_qr(link)}</li>"
    )


def _answer_sheet(tour: Tour, found: Sequence[Answers]) -> str:
    if not found:
        return ""
    parts = "".join(_of_guess(one) for one in found)
    return (
        f"<section class='answers'><h1>Answers</h1><p>{_text(tour.title)}. Everybody with the same "
        "link is asked the same. The number before each question stands in the link behind the "
        "guess’s name (none: 0); “Another” deals the next.</p>"
        f"{parts}</section>"
    )


def _of_guess(one: Answers) -> str:
    rows = "".join(_row(dealt) for dealt in one.dealt)
    missing = "<p>The page asks no such guess.</p>" if not rows else ""
    return (
        f"<h2>Step {one.number}: {_text(one.step.title)} "
        f"<span class='where'>{_text(one.step.guess)}</span></h2>{missing}"
        f"<dl>{rows}</dl>"
    )


def _row(dealt: Dealt) -> str:
    asked = dealt.asked
    choices = f"<p class='where'>{_text(' · '.join(asked.options))}</p>" if asked.options else ""
    return (
        f"<div class='question'><dt>{dealt.number}</dt><dd><div>{as_html(asked.words)}</div>"
        f"{choices}<p><b>{as_html(asked.answer, inline=True)}</b> "
        f"{as_html(asked.explain, inline=True)}</p></dd></div>"
    )


def _qr(link: str) -> str:
    code = qr(link, sized=False)
    return f"<div class='qr' role='img' aria-label='QR code: {_text(link)}'>{code}</div>"


def _text(words: str) -> str:
    return html.escape(words, quote=True)


#: Fits A4 and Letter alike: the sheet's size is the printer's, the lines follow it.
_STYLE = """
@page { margin: 16mm 15mm; }
:root { color-scheme: light; }
body { margin: 0; font: 10.5pt/1.4 "Source Sans 3", "Source Sans Pro", Arial, sans-serif;
  color: #1d2126; background: #fff; font-variant-numeric: tabular-nums; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 20pt; line-height: 1.15; margin: 0 0 0.35em; }
h2 { font-size: 13pt; margin: 1.3em 0 0.45em; break-after: avoid; }
h3 { font-size: 11pt; margin: 0; }
p { margin: 0 0 0.35em; }
header, .steps > li { display: flex; gap: 1.25rem; justify-content: space-between; }
header .qr { flex: 0 0 30mm; } .steps .qr { flex: 0 0 24mm; }
.qr svg { display: block; width: 100%; height: auto; }
.steps { list-style: none; margin: 0; padding: 0; counter-reset: step; }
.steps > li { break-inside: avoid; padding: 0.55em 0; border-top: 1px solid #dcdcd8; }
.steps h3::before { counter-increment: step; content: counter(step) ".\\00a0"; }
.what { min-width: 0; }
.where { color: #5d6570; font-weight: 400; font-size: 9.5pt; }
.note { border-left: 2px solid #b8bdc4; padding-left: 0.6em; }
.link { font-size: 8.5pt; overflow-wrap: anywhere; } .link a { color: #5d6570; }
.myths { margin: 0; padding-left: 1.1em; } .myths li { margin-bottom: 0.35em; break-inside: avoid; }
.answers { break-before: page; }
dl { margin: 0; }
.question { display: flex; gap: 0.9em; break-inside: avoid; padding: 0.45em 0;
  border-top: 1px solid #dcdcd8; }
dt { flex: 0 0 1.6em; color: #5d6570; } dd { margin: 0; min-width: 0; }
.matrices { display: flex; flex-wrap: wrap; gap: 0.5em 1.6em; margin: 0.25em 0 0.45em; }
.matrices figure { margin: 0; display: flex; align-items: center; gap: 0.45em; }
table { border-collapse: collapse; } td { border: 1px solid #b8bdc4; min-width: 1.5em;
  padding: 0.05em 0.3em; text-align: center; }
@media screen { main { padding: 2rem 1.5rem 4rem; } .answers { margin-top: 3rem; } }
"""
