"""What the columns of a table are: the label, the pixels, and what is neither."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cnn.data.brought.found import checked_size
from cnn.data.brought.limits import LONGEST_SIDE, FileProblem

#: Columns of the largest picture that is read, and its label, and a few beside.
MOST_COLUMNS = 3 * LONGEST_SIDE**2 + 8
#: What a column of labels is called.
_LABEL = re.compile(r"(class_?)?labels?|class(_?name|_?id)?|target|y|digit|letter|category", re.I)
#: What a column is called that only counts rows.
_INDEX = re.compile(r"(unnamed: ?0|index|id|image_?id|row|)", re.I)
WHERE = {"auto": "Found by itself", "first": "First column", "last": "Last column"}


@dataclass(frozen=True)
class Columns:
    """How a row is read.

    Attributes:
        count: Columns in all.
        label: Which of them is the label.
        pixels: Which are pixels, in order.
        shape: (C, H, W) of the picture that they make.
        words: Whether labels are words.
        notes: What is to be said of it.
    """

    count: int
    label: int
    pixels: tuple[int, ...]
    shape: tuple[int, int, int]
    words: bool
    notes: tuple[str, ...] = ()


def columns(head: Sequence[str] | None, rows: Sequence[Sequence[str]], where: str) -> Columns:
    """Tell what the columns are, from their names and the first rows.

    Args:
        head: Their names, if the table has any.
        rows: Some rows, all of the same length.
        where: One of :data:`WHERE`.

    Raises:
        FileProblem: There are no labels, or the rest makes no picture.
    """
    count = len(rows[0])
    label = _by_name(head) if where == "auto" else {"first": 0, "last": count - 1}[where]
    spare = _counting(head, rows) - {label}
    if label is None:
        label = _by_content(rows, spare)
    if label is None or label in spare:
        raise FileProblem(
            f"The table has {count:,} columns and none of labels: one column must say what each "
            "picture shows."
        )
    pixels = [i for i in range(count) if i != label]
    shape = _shape(len(pixels))
    notes = [f"The label is the {_place(label, count)} column{_called(head, label)}."]
    if shape is None and spare:
        pixels = [i for i in pixels if i not in spare]
        shape = _shape(len(pixels))
        notes.append("A column that only counts the rows is left out.")
    if shape is None:
        raise FileProblem(
            f"The table has {count:,} columns: a label and {len(pixels):,} pixels; a picture needs "
            "as many as a square has (784 for 28 × 28), or three times that."
        )
    checked_size(*shape[1:])
    if shape[0] == 3:
        notes.append("Its pixels are read as all of red, then green, then blue.")
    words = any(not is_number(row[label]) for row in rows)
    return Columns(count, label, tuple(pixels), shape, words, tuple(notes))


def is_number(cell: str) -> bool:
    """Whether a cell of a table holds a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _by_name(head: Sequence[str] | None) -> int | None:
    """The one column that is called as labels are."""
    found = [i for i, name in enumerate(head or ()) if _LABEL.fullmatch(name.strip())]
    return found[0] if len(found) == 1 else None


def _counting(head: Sequence[str] | None, rows: Sequence[Sequence[str]]) -> set[int]:
    """Columns that only count the rows, by name or by what they hold: the first or second."""
    found = set()
    for i in range(min(2, len(rows[0]))):
        cells = [row[i] for row in rows]
        named = head is not None and _INDEX.fullmatch(head[i].strip()) is not None
        counts = len(rows) > 2 and all(
            is_number(b) and is_number(a) and float(b) == float(a) + 1 for a, b in pairwise(cells)
        )
        if named or counts:
            found.add(i)
    return found


def _by_content(rows: Sequence[Sequence[str]], spare: set[int]) -> int | None:
    """The first or the last column, whichever looks more like labels; None if neither does."""
    count = len(rows[0])
    best: tuple[float, int] | None = None
    for at in (min(i for i in range(len(spare) + 1) if i not in spare), count - 1):
        pixels = count - 1
        if _shape(pixels) is None and _shape(pixels - len(spare)) is None:
            if _shape(count) is not None:
                return None  # all of them are a picture
            continue
        share = _commonest(rows, at)
        if share is not None and (best is None or share < best[0]):
            best = share, at
    if best is None and _shape(count) is None:
        return 0  # what the rest comes to is told then
    return None if best is None else best[1]


def _commonest(rows: Sequence[Sequence[str]], at: int) -> float | None:
    """The share of a column's commonest value: small for labels; None where they cannot be."""
    cells = [row[at].strip() for row in rows]
    numbers = [float(cell) for cell in cells if is_number(cell)]
    if len(numbers) == len(cells) and not all(n.is_integer() for n in numbers if math.isfinite(n)):
        return None
    counts = Counter(cells)
    if len(cells) >= 20 and len(counts) > len(cells) / 2:
        return None  # nearly every row has its own
    if len(numbers) < len(cells) / 2:
        return -1.0  # words are no pixels
    return max(counts.values()) / len(cells)


def _shape(pixels: int) -> tuple[int, int, int] | None:
    """(C, H, W) of a square picture of so many numbers."""
    for channels in (1, 3):
        side = math.isqrt(pixels // channels)
        if side > 1 and channels * side * side == pixels:
            return channels, side, side
    return None


def _place(at: int, count: int) -> str:
    return "first" if at == 0 else "last" if at == count - 1 else f"{at + 1:,}th"


def _called(head: Sequence[str] | None, at: int) -> str:
    return f", “{head[at].strip()[:40]}”" if head and head[at].strip() else ""
