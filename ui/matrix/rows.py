r"""Rows and cells: where a row ends, what parts its cells, and whether a comma is a decimal point.

A row ends with its line, with ``;`` or with ``\\``. Its cells are parted by ``&``, a tab, ``|``,
commas or blanks. Which of them it is, is decided for the whole text at once: the first reading
under which every cell is a number and all rows are as long as the first. A comma is a decimal
point only where it cannot part cells.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ui.matrix.cells import EmptyCell, Piece, Unreadable, number

#: What parts cells for certain, the first that occurs.
STRONG = ("&", "\t", "|")
_LINES = re.compile(r"\\\\|;|\n")
_WRAPPED = re.compile(r"\\\\|;")
_BLANKS = re.compile(r"\s+")
_ANY = re.compile(r"\s*[,&|]\s*|\s+")
#: The line below the head of a Markdown table, and a row without content.
_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_NOTHING = re.compile(r"[\s|]*")


@dataclass(frozen=True)
class Table:
    """Rows of numbers under one reading.

    Attributes:
        rows: All of one length.
        decimal_commas: Whether commas were read as decimal points.
    """

    rows: list[list[float]]
    decimal_commas: bool = False


@dataclass(frozen=True)
class _Reading:
    """One way of parting a row into cells."""

    cells: Callable[[Piece], list[Piece]]
    decimal_comma: bool = False


def rows_of(block: Piece, wrapped: bool = False, gaps: bool = False) -> list[Piece]:
    """The rows of a block, those without content left out.

    Args:
        block: Without brackets.
        wrapped: Its lines end where the paper does, not where a row does.
        gaps: Whether a cell may be empty: then tabs at the ends of a row part cells, if any do.
    """
    ends = _WRAPPED if wrapped else _LINES
    found = _parted(block, ends)
    if any("|" in row.text for row in found):
        found = [_without_rim(row) for row in found if not _RULE.fullmatch(row.text.strip())]
    if gaps and any("\t" in row.stripped().text for row in found):
        return [row for row in found if row.text.strip(" ")]
    bare = [row.stripped() for row in found if not _NOTHING.fullmatch(row.text)]
    if wrapped:
        bare = [Piece(row.text.replace("\n", " "), row.at) for row in bare]
    return [_without_last_comma(row) for row in bare]


def table(rows: Sequence[Piece], gaps: bool = False) -> Table:
    """The numbers of all rows, under the first reading that fits them all.

    Args:
        rows: Without brackets.
        gaps: Whether a cell may be empty; it is NaN then.

    Raises:
        Unreadable: Under none: what is no number, or the first row of another length.
    """
    uneven: Unreadable | None = None
    wrong: Unreadable | None = None
    for reading in _readings(rows):
        try:
            numbers = [[_cell(c, reading, gaps) for c in reading.cells(r)] for r in rows]
        except EmptyCell:
            raise
        except Unreadable as trouble:
            wrong = trouble
            continue
        odd = next((n for n, row in enumerate(numbers) if len(row) != len(numbers[0])), None)
        if odd is None:
            commas = reading.decimal_comma and any("," in row.text for row in rows)
            return Table(numbers, commas)
        uneven = uneven or _uneven(rows[odd], len(numbers[odd]), len(numbers[0]))
    raise uneven or wrong or Unreadable(0, "there is no number.")


def _cell(cell: Piece, reading: _Reading, gaps: bool) -> float:
    if gaps and not cell.text.strip():
        return math.nan
    return number(cell, reading.decimal_comma)


def _readings(rows: Sequence[Piece]) -> list[_Reading]:
    """The ways that come into question, the plainest first."""
    text = "\n".join(row.text for row in rows)
    found = []
    strong = next((mark for mark in STRONG if mark in text), None)
    if strong is not None:
        found.append(_Reading(lambda row: _parted(row, re.compile(re.escape(strong))), True))
    elif "," in text:
        found.append(_Reading(lambda row: _parted(row, re.compile(","))))
        found.append(_Reading(lambda row: _parted(row, _BLANKS), True))
    return [*found, _Reading(lambda row: _parted(row, _ANY))]


def _parted(piece: Piece, separator: re.Pattern[str]) -> list[Piece]:
    """The pieces between the separators."""
    found, start = [], 0
    for match in separator.finditer(piece.text):
        found.append(Piece(piece.text[start : match.start()], piece.at + start))
        start = match.end()
    return [*found, Piece(piece.text[start:], piece.at + start)]


def _without_rim(row: Piece) -> Piece:
    """A line of a table without the strokes at its ends."""
    row = row.stripped()
    if row.text.startswith("|"):
        row = Piece(row.text[1:], row.at + 1)
    return Piece(row.text.removesuffix("|"), row.at)


def _without_last_comma(row: Piece) -> Piece:
    return Piece(row.text.removesuffix(",").rstrip(), row.at)


def _uneven(row: Piece, here: int, first: int) -> Unreadable:
    cells = "1 cell" if here == 1 else f"{here} cells"
    return Unreadable(row.at, f"this row has {cells}, the first has {first}.")
