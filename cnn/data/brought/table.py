"""CSV: a picture a row, a pixel a cell, and a column of labels; as Kaggle's digits and Fashion.

With names of the columns or without; separated by commas, semicolons, tabs, bars or spaces; cells
quoted or not; UTF-8 or UTF-16. It is read some lines at a time: numbers by NumPy, and where that
fails a cell at a time, to tell which one it was.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from cnn.arrays import Array
from cnn.data.brought.columns import MOST_COLUMNS, Columns, columns, is_number
from cnn.data.brought.files import File, Meter
from cnn.data.brought.found import Found, named, note_by_lot
from cnn.data.brought.limits import (
    AT_ONCE,
    LARGEST_VALUE,
    MOST_CLASSES,
    MOST_PIXELS,
    FileProblem,
)
from cnn.data.brought.rows import Range, Reservoir

SEPARATORS = (",", ";", "\t", "|", " ")
#: Characters of one line; and lines from which the rest is understood.
LONGEST_LINE = 1 << 20
FIRST_LINES = 200
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
#: Different labels that are counted before it is plain that they are none.
_MOST_WORDS = 50 * MOST_CLASSES


def read_table(file: File, meter: Meter, where: str = "auto") -> Found:
    """Read a table of pictures.

    Args:
        file: Text, gzipped or not.
        meter: Of this reading.
        where: Where the labels stand: one of :data:`cnn.data.brought.columns.WHERE`.

    Raises:
        FileProblem: It is no such table.
    """
    with file.open(meter) as stream:
        lines = _lines(stream)
        head = [line for _, line in zip(range(FIRST_LINES), lines, strict=False)]
        form = _understood(head, where)
        reading = _Reading(form, Reservoir(MOST_PIXELS))
        reading.take(head[1:] if form.named else head)
        chunk: list[tuple[int, str]] = []
        size = 0
        for line in lines:
            chunk.append(line)
            size += len(line[1])
            if size > AT_ONCE:
                reading.take(chunk)
                chunk, size = [], 0
        reading.take(chunk)
    return reading.found()


@dataclass(frozen=True)
class _Form:
    separator: str
    comma: bool  #: whether it is the decimal point
    named: bool  #: whether the first line holds names
    columns: Columns


def _lines(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """(number, line) of all that are not empty."""
    start = stream.peek(4)[:4] if isinstance(stream, io.BufferedReader) else b""
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "utf-8")
    text = io.TextIOWrapper(stream, encoding, errors="replace")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) >= LONGEST_LINE:
                raise FileProblem(
                    f"Line {number:,} has more than {LONGEST_LINE:,} characters: a picture has one "
                    "line of its own."
                )
            if "\0" in line:
                raise FileProblem(f"Line {number:,} holds bytes that are no text: is it a CSV?")
            if line.strip():
                yield number, line.strip("\r\n")
    except UnicodeError as error:
        raise FileProblem("The text of the file cannot be read: save it as UTF-8.") from error


def _understood(head: list[tuple[int, str]], where: str) -> _Form:
    """What form the table has, from its first lines."""
    if not head:
        raise FileProblem("The file is empty.")
    lines = [line for _, line in head]
    separator = max(SEPARATORS, key=lambda mark: (_steady(lines, mark), -SEPARATORS.index(mark)))
    rows = [_cells(line, separator) for line in lines]
    count = Counter(map(len, rows)).most_common(1)[0][0]
    if count < 2:
        raise FileProblem("The file has one column only: no separator of columns was found in it.")
    if count > MOST_COLUMNS:
        raise FileProblem(
            f"The table has {count:,} columns; a picture and its label have at most "
            f"{MOST_COLUMNS:,}."
        )
    comma = separator == ";" and any("," in cell for cell in rows[-1])
    if comma:
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    names = _is_head(rows)
    body = rows[1:] if names else rows
    if not body:
        raise FileProblem("The table has names of columns, and no rows.")
    for (number, _), row in zip(head, rows, strict=True):
        if len(row) != count:
            raise _ragged(number, len(row), count)
    found = columns(rows[0] if names else None, body, where)
    return _Form(separator, comma, names, found)


def _steady(lines: list[str], mark: str) -> int:
    """How many cells a mark makes of a line; 0 where it makes another number of most lines."""
    looked_at = lines[-20:]
    count, times = Counter(len(_cells(line, mark)) for line in looked_at).most_common(1)[0]
    return count if 2 * times > len(looked_at) else 0


def _cells(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator))
    except (csv.Error, StopIteration) as error:
        raise FileProblem("A cell of the table is longer than any number or label.") from error


def _is_head(rows: list[list[str]]) -> bool:
    """Whether the first row holds names: more words than the row below."""

    def words(row: list[str]) -> int:
        return sum(not is_number(cell) for cell in row)

    if len(rows) == 1:
        return words(rows[0]) > len(rows[0]) / 2
    return words(rows[0]) > words(rows[1])


def _ragged(number: int, got: int, count: int) -> FileProblem:
    return FileProblem(
        f"Line {number:,} has {got:,} cell{'' if got == 1 else 's'}, and others have {count:,}."
    )


@dataclass
class _Reading:
    """The rows so far."""

    form: _Form
    kept: Reservoir
    range: Range = field(default_factory=Range)
    words: dict[str, int] = field(default_factory=dict)

    def take(self, lines: list[tuple[int, str]]) -> None:
        """Some lines more; a FileProblem if they have too many different labels."""
        if not lines:
            return
        labels, values = self._quick(lines) or self._slow(lines)
        self.range.see(values, self.kept.seen)
        inside = values.min() >= 0 and values.max() <= 255 and values.dtype.kind == "i"
        codes = np.array([self.words.setdefault(word, len(self.words)) for word in labels])
        if len(self.words) > _MOST_WORDS:
            raise FileProblem(
                f"The labels have more than {_MOST_WORDS:,} different values; data have at most "
                f"{MOST_CLASSES} classes: is this the column of labels?"
            )
        self.kept.add(values.astype(np.uint8 if inside else np.float32), codes)

    def _quick(self, lines: list[tuple[int, str]]) -> tuple[list[str], Array] | None:
        """(labels, pixels) of lines that hold numbers alone; None of any other."""
        form, count = self.form, self.form.columns.count
        texts = [line for _, line in lines]
        joined = form.separator.join(texts)
        if form.columns.words or form.comma or '"' in joined:
            return None
        if form.separator != " " and {t.count(form.separator) for t in texts} != {count - 1}:
            return None
        try:
            flat: Array = np.fromstring(joined, np.int64, sep=form.separator)
        except ValueError:
            try:
                split = None if form.separator == " " else form.separator
                flat = np.loadtxt(texts, np.float64, comments=None, delimiter=split).reshape(-1)
            except ValueError:
                return None
        if flat.size != len(texts) * count:
            return None
        values = flat.reshape(len(texts), count)  # (lines, columns)
        labels = values[:, form.columns.label]
        if not np.isfinite(labels).all():
            return None
        words = [str(int(v)) if float(v).is_integer() else str(v) for v in labels.tolist()]
        return words, values[:, form.columns.pixels]

    def _slow(self, lines: list[tuple[int, str]]) -> tuple[list[str], Array]:
        """The same a cell at a time; a sentence names the first that cannot be read."""
        form = self.form
        labels = []
        values = np.empty((len(lines), len(form.columns.pixels)))
        for at, (number, line) in enumerate(lines):
            cells = _cells(line, form.separator)
            if len(cells) != form.columns.count:
                raise _ragged(number, len(cells), form.columns.count)
            label = cells[form.columns.label].strip()
            if not label or label.lower() == "nan":
                raise FileProblem(f"Line {number:,} has no label.")
            labels.append(label)
            values[at] = [self._number(cells[i], number, i) for i in form.columns.pixels]
        whole = bool((values == np.rint(values)).all()) and np.abs(values).max() <= LARGEST_VALUE
        return labels, values.astype(np.int64) if whole else values

    def _number(self, cell: str, line: int, column: int) -> float:
        try:
            return float(cell.replace(",", ".") if self.form.comma else cell)
        except ValueError:
            what = f"“{cell.strip()[:20]}” is no number" if cell.strip() else "the cell is empty"
            raise FileProblem(f"Line {line:,}, column {column + 1:,}: {what}.") from None

    def found(self) -> Found:
        """What all of it comes to."""
        columns_ = self.form.columns
        rows, codes = self.kept.taken()
        labels, classes = named(np.array(list(self.words))[codes])
        low, high = self.range.ends
        notes = (*columns_.notes, *note_by_lot(self.kept.seen, len(rows)))
        images = self.range.bytes_of(rows).reshape(-1, *columns_.shape)  # (N, C, H, W)
        return Found(
            images, labels, classes, "table (CSV)", "", low, high, self.range.whole, 0, notes
        )
