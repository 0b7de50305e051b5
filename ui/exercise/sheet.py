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
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.brackets { position: relative; display: inline-block; padding: 0 0.35em; margin: 0.2em 0.3em; }
.brackets::before, .brackets::after { content: ""; position: absolute; top: 0; bottom: 0;
  width: 0.3em; border: solid #000; box-sizing: border-box; }
.brackets::before { left: 0; border-width: 1.5px 0 1.5px 1.5px; }
.brackets::after { right: 0; border-width: 1.5px 1.5px 1.5px 0; }
figure { display: inline-block; margin: 0; text-align: center; }
figcaption { font-size: 8.5pt; }
td { min-width: 1.6em; padding: 0.1em 0.35em; text-align: right; }
.named { display: flex; align-items: center; }
.room { border-bottom: 0.5px dotted #777; }
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
        return f"{words}{_room(2)}"
    parts = [_named("x", exercise.x)]
    if exercise.weight is not None:
        parts.append(_named("w", exercise.weight))
    return f'{words}<div class="given">{"".join(parts)}</div>{_room(exercise.x.shape[1])}'


def _room(rows: int) -> str:
    """To work in, of an input with so many rows: how large the output is, is not given away."""
    return f'<div class="room" style="height: {9 * max(3, rows)}mm"></div>'


def _answer(exercise: Exercise, kind: str) -> str:
    if kind == "size":
        return escape("; ".join(working.sizes(exercise)))
    first = next(working.sums(exercise))
    line = f"{working.name(exercise, first.index)} = {working.terms(exercise, first.taken)}"
    return f'<div class="given">{_named("y", exercise.y)}</div>{escape(line)}'


def _named(name: str, values: Array) -> str:
    """A matrix with its name; where it has several channels, each with its number."""
    tables = "".join(
        f'<figure><span class="brackets">{_table(channel)}</span>'
        + (f"<figcaption>channel {number}</figcaption>" if len(values) > 1 else "")
        + "</figure>"
        for number, channel in enumerate(values)
    )
    return f'<span class="named"><i>{name}</i>&nbsp;=&nbsp;{tables}</span>'


def _table(channel: Array) -> str:
    rows = ("".join(f"<td>{_number(v)}</td>" for v in row) for row in channel)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _number(value: float) -> str:
    return escape(number(value, 4).replace("-", "−"))
