"""One number of a matrix, as it was typed: 3, −2.5, 1/9, 1e-3, and with a decimal comma 2,5."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

#: No number of a matrix is larger.
LARGEST = 1e6
#: Nor longer, in characters.
LONGEST = 40
_SHOWN = 12
_DECIMAL = re.compile(r"([+-]?)[ \t]*((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)


class Unreadable(ValueError):
    """What cannot be read, and where in the text it stands.

    Attributes:
        at: Character of the text, counted from 0.
        sentence: What is wrong, without the place.
    """

    def __init__(self, at: int, sentence: str) -> None:
        super().__init__(sentence)
        self.at = at
        self.sentence = sentence


class EmptyCell(Unreadable):
    """Between two separators nothing stands."""


@dataclass(frozen=True)
class Piece:
    """A part of the text, and where it stands."""

    text: str
    at: int

    def stripped(self) -> Piece:
        """The same without blanks around it."""
        bare = self.text.lstrip()
        return Piece(bare.rstrip(), self.at + len(self.text) - len(bare))


def number(cell: Piece, decimal_comma: bool = False) -> float:
    """The number in one cell.

    Args:
        cell: What was typed, and where.
        decimal_comma: Whether a comma in it is a decimal point.

    Raises:
        Unreadable: It is none.
    """
    cell = cell.stripped()
    if not cell.text:
        raise EmptyCell(cell.at, "a cell is empty.")
    if len(cell.text) > LONGEST:
        raise Unreadable(cell.at, f"“{cell.text[:_SHOWN]}…” is too long for a number.")
    text = cell.text.replace(",", ".") if decimal_comma else cell.text
    above, stroke, below = text.partition("/")
    value = _decimal(above, cell)
    if stroke:
        divisor = _decimal(below, cell)
        if divisor == 0:
            raise Unreadable(cell.at, f"“{_short(cell)}” divides by zero.")
        value /= divisor
    if not math.isfinite(value) or abs(value) > LARGEST:
        reach = f"numbers go from −{LARGEST:,.0f} to {LARGEST:,.0f}"
        raise Unreadable(cell.at, f"“{_short(cell)}” is too large: {reach}.")
    return value + 0.0  # no negative zero


def _decimal(text: str, cell: Piece) -> float:
    found = _DECIMAL.fullmatch(text.strip())
    if not found:
        raise Unreadable(cell.at, f"“{_short(cell)}” is not a number.")
    return float(found[1] + found[2])


def _short(cell: Piece) -> str:
    one_line = " ".join(cell.text.split())
    return one_line if len(one_line) <= _SHOWN else f"{one_line[:_SHOWN]}…"
