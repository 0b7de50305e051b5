"""A sheet of exercises as one HTML file that prints, with the answers on a page of their own."""

from __future__ import annotations

from html import escape

from cnn.arrays import Array
from ui.exercise import dealing, working
from ui.exercise.exercise import Exercise
from ui.matrix.writing import number

PAPERS = {"A4": "A4", "letter": "Letter"}
_STYLE = """
@page { size: SIZE; margin: 18mm; }
body { font: 11pt/1.45 system-ui, sans-serif; color: #000; background: #fff; margin: 2em auto;
  max-width: 174mm; padding: 0 1em; }
h1 { font-size: 16pt; margin: 0 0 0.2em; } h1 + p { margin: 0 0 1.2em; }
li { margin: 0 0 1.3em; break-inside: avoid; }
.given { display: flex; flex-wrap: wrap; gap: 0.6em 2em; align-items: center; margin: 0.4em 0; }
table { border-collapse: collapse; border: solid #000; border-width: 0 1.5px;
  font-variant-numeric: tabular-nums; margin: 0.2em 0.3em; }
td { min-width: 1.6em; padding: 0.1em 0.35em; text-align: right; }
.named { display: flex; align-items: center; }
.room { height: 26mm; border-bottom: 0.5px dotted #777; }
.answers { break-before: page; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
"""


def html(exercises: list[Exercise], kind: str, title: str, paper: str) -> str:
    """The whole file; it asks for nothing from anywhere.

    Args:
        exercises: As :func:`ui.exercise.dealing.deal` gives them.
        kind: One of :data:`ui.exercise.dealing.KINDS`.
        title: At the head of both parts, with what deals the same sheet again.
        paper: One of :data:`PAPERS`.
    """
    style = _STYLE.replace("SIZE", PAPERS[paper])
    tasks = "\n".join(f"<li>{_task(one, kind)}</li>" for one in exercises)
    answers = "\n".join(f"<li>{_answer(one, kind)}</li>" for one in exercises)
    head = escape(title)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{head}</title><style>{style}</style></head>
<body>
<h1>Exercises</h1><p>{head}</p>
<ol>
{tasks}
</ol>
<section class="answers"><h1>Answers</h1><p>{head}</p>
<ol>
{answers}
</ol></section>
</body></html>
"""


def _task(exercise: Exercise, kind: str) -> str:
    words = f"{escape(dealing.task(exercise, kind))}"
    if kind == "size":
        return f'{words}<div class="room"></div>'
    parts = [_named("x", exercise.x)]
    if exercise.weight is not None:
        parts.append(_named("w", exercise.weight))
    return f'{words}<div class="given">{"".join(parts)}</div><div class="room"></div>'


def _answer(exercise: Exercise, kind: str) -> str:
    if kind == "size":
        return escape("; ".join(working.sizes(exercise)))
    first = next(working.sums(exercise))
    line = f"{working.name(exercise, first.index)} = {working.terms(exercise, first.taken)}"
    return f'<div class="given">{_named("y", exercise.y)}</div>{escape(line)}'


def _named(name: str, values: Array) -> str:
    """A matrix with its name, a table for each channel."""
    tables = "".join(
        "<table>"
        + "".join(
            "<tr>" + "".join(f"<td>{_number(v)}</td>" for v in row) + "</tr>" for row in channel
        )
        + "</table>"
        for channel in values
    )
    return f'<span class="named"><i>{name}</i>&nbsp;=&nbsp;{tables}</span>'


def _number(value: float) -> str:
    return escape(number(value, 4).replace("-", "−"))
