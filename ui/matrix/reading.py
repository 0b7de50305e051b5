r"""A matrix read from any form: a spreadsheet, a notebook, MATLAB, LaTeX, a sheet of paper.

Rows end with their line, with ``;`` or ``\\``; cells are parted by blanks, tabs, commas, ``&`` or
``|``. Around them may stand the brackets of Python, NumPy, PyTorch, MATLAB and Mathematica, or a
matrix environment of LaTeX. Several channels are nested brackets, several matrices one after the
other, or blocks of lines with an empty line between them. A factor may stand before the matrix or
a divisor behind it: 1/9 [1 1 1; 1 1 1; 1 1 1].

How much is read is bounded before anything is worked out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cnn.arrays import Array
from ui.matrix.brackets import Block, channels, parsed
from ui.matrix.cells import LARGEST, Piece, Unreadable, number
from ui.matrix.dress import undressed
from ui.matrix.rows import rows_of, table

#: Characters that are looked at; a matrix of 3 × 16 × 16 with all its digits has fewer.
LONGEST_TEXT = 20_000
#: Channels, rows and columns of an input, and of a kernel.
INPUT = (3, 16, 16)
KERNEL = (3, 7, 7)
#: Filters at once, and all of their kernels.
MOST_FILTERS = 8
FILTERS = (MOST_FILTERS * KERNEL[0], *KERNEL[1:])
_EMPTY_LINE = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_BEFORE = re.compile(r"\s*([-+]?[\d.,/eE+-]+)\s*\*?\s*\Z", re.ASCII)
_COMMON = re.compile(r"\s*([-+]?[\d.,/eE+-]+)[ \t]*\*[ \t]*\n", re.ASCII)
_BEHIND = re.compile(r"\s*/\s*([\d.,]+)\s*;?\s*\Z", re.ASCII)


@dataclass(frozen=True)
class Reading:
    """A matrix, and how it was understood.

    Attributes:
        values: (C, H, W) float64.
        notes: What was decided where there was a choice, a few words each.
    """

    values: Array
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Its size, and the notes: "5 × 5, 3 channels; commas are decimal points"."""
        return "; ".join([size(self.values.shape), *self.notes])


class Trouble(ValueError):
    """One sentence that says what cannot be read, by line and column.

    Attributes:
        line: Counted from 1; 0 where it is the whole text.
        column: Likewise.
    """

    def __init__(self, sentence: str, line: int = 0, column: int = 0) -> None:
        place = f"Line {line}, column {column}: " if line else ""
        super().__init__(place + sentence)
        self.line, self.column = line, column


def size(shape: tuple[int, ...]) -> str:
    """(C, H, W) in words: "5 × 5", "4 × 6, 3 channels"."""
    count, height, width = shape
    return f"{height} × {width}" + (f", {count} channels" if count > 1 else "")


def read(text: str, most: tuple[int, int, int] = INPUT, gaps: bool = False) -> Reading:
    """The matrix that a text holds.

    Args:
        text: As it was typed or pasted.
        most: Channels, rows and columns that fit; where more fit than a matrix has channels, the
            text may hold several filters: their kernels follow one another.
        gaps: Whether a cell may be empty; it is NaN then.

    Raises:
        Trouble: It cannot be read, or is too large.
    """
    if len(text) > LONGEST_TEXT:
        raise Trouble(f"This is too long: at most {LONGEST_TEXT:,} characters are read.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Trouble("There is no number yet.")
    try:
        return _read(undressed(text), most, gaps)
    except Unreadable as trouble:
        line = text.count("\n", 0, trouble.at) + 1
        column = trouble.at - (text.rfind("\n", 0, trouble.at) + 1) + 1
        raise Trouble(trouble.sentence, line, column) from None


def _read(text: str, most: tuple[int, int, int], gaps: bool) -> Reading:
    whole = parsed(text)
    factor, notes = 1.0, []
    if whole.inner:
        factor, whole = _scaled(text, whole)
        blocks = channels(text, whole, filters=most[0] > INPUT[0])
    else:
        factor, text = _common(text)
        blocks = _apart(text, most[0], gaps)
    _check_size(blocks, most)
    found = table([row for block in blocks for row in block], gaps)
    _check_width(blocks[0][0], len(found.rows[0]), most[2])
    values = np.array(found.rows).reshape(len(blocks), len(blocks[0]), -1) * factor
    if (np.abs(values) > LARGEST).any():
        raise Unreadable(0, f"with its factor a number is beyond {LARGEST:,.0f}.")
    if found.decimal_commas:
        notes.append("commas are decimal points")
    if factor != 1:
        notes.append(f"all of it times {factor:.6g}")
    return Reading(values + 0.0, tuple(notes))


def _scaled(text: str, whole: Block) -> tuple[float, Block]:
    """The factor before the matrix and the divisor behind it, and the block between them."""
    first, last = whole.inner[0], whole.inner[-1]
    factor, start, end = 1.0, whole.start, whole.end
    before = _BEFORE.match(text, start, first.start - 1)
    if before:
        factor *= number(Piece(before[1], before.start(1)), decimal_comma=True)
        start = first.start - 1
    behind = _BEHIND.match(text, last.end + 1, end)
    if behind:
        divisor = number(Piece(behind[1], behind.start(1)), decimal_comma=True)
        if divisor == 0:
            raise Unreadable(behind.start(1), "this divides by zero.")
        factor /= divisor
        end = last.end + 1
    return factor, Block(whole.bracket, start, end, whole.inner)


def _common(text: str) -> tuple[float, str]:
    """The factor in a line of its own, as MATLAB writes it, and the text without it."""
    found = _COMMON.match(text)
    if not found:
        return 1.0, text
    factor = number(Piece(found[1], found.start(1)), decimal_comma=True)
    return factor, " " * found.end() + text[found.end() :]


def _apart(text: str, most: int, gaps: bool) -> list[list[Piece]]:
    """Without brackets: blocks of lines with an empty line between them are channels.

    Where there are more such blocks than channels can be, and each is one line, they are rows.
    """
    ends = [0, *(end for f in _EMPTY_LINE.finditer(text) for end in f.span()), len(text)]
    blocks = [rows_of(Piece(text[a:b], a), gaps=gaps) for a, b in list(pairwise(ends))[::2]]
    blocks = [block for block in blocks if block]
    if not blocks:
        raise Unreadable(0, "there is no number.")
    if len(blocks) > most and all(len(block) == 1 for block in blocks):
        return [[row for block in blocks for row in block]]
    return blocks


def _check_size(blocks: list[list[Piece]], most: tuple[int, int, int]) -> None:
    """Not too many channels or rows, and each channel as high as the first."""
    if len(blocks) > most[0]:
        fit = "1 fits" if most[0] == 1 else f"{most[0]} fit"
        at = blocks[most[0]][0].at
        raise Unreadable(at, f"there are {len(blocks)} channels; at most {fit} here.")
    height = len(blocks[0])
    if height > most[1]:
        raise Unreadable(
            blocks[0][most[1]].at, f"there are {height} rows; at most {most[1]} fit here."
        )
    for block in blocks[1:]:
        if len(block) != height:
            rows = "1 row" if len(block) == 1 else f"{len(block)} rows"
            raise Unreadable(block[0].at, f"this channel has {rows}, the first has {height}.")


def _check_width(first: Piece, width: int, most: int) -> None:
    """The rows are known to be of one length."""
    if width > most:
        raise Unreadable(first.at, f"there are {width} columns; at most {most} fit here.")
