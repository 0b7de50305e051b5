"""How people write the ten digits: one :class:`Glyph` is one way of writing one of them.

Its forms are extremes of that way, written with the same number of points, and a hand writes some
blend of them. They stand in the table of :mod:`cnn.data.glyph_table`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from cnn.arrays import Array
from cnn.data.glyph_table import TABLE
from cnn.data.strokes import curve_matrix

Strokes = list[Array]
SEGMENTS = 46  # every glyph is drawn with as many, so that thousands are drawn in one go


@dataclass(frozen=True)
class Glyph:
    """One way of writing a digit.

    Attributes:
        label: The digit.
        name: What is special about this way.
        forms: Its extremes, as text.
        weight: How often it is met, relative to the other ways of the same digit.
    """

    label: int
    name: str
    forms: tuple[str, ...]
    weight: float = 1.0

    @cached_property
    def points(self) -> Array:
        """(forms, K, 2) control points, 0 to 1."""
        return np.array([_numbers(form) for form in self.forms], np.float32) / 100

    @cached_property
    def curves(self) -> tuple[Array, Array]:
        """Two (P, K) matrices from control points to the pen's path: smooth, and angular."""
        return self._paths[0], self._paths[1]

    @cached_property
    def segments(self) -> Array:
        """(SEGMENTS, 2): which two points of the path each segment joins."""
        return self._paths[2]

    @cached_property
    def starts(self) -> list[int]:
        """Index of the first segment of each stroke."""
        first, last = self.segments.T
        return [0, *(int(i) + 1 for i in np.flatnonzero(first[1:] != last[:-1]))]

    def strokes(self, begin: Array, end: Array) -> Strokes:
        """Ends of all segments, (SEGMENTS, 2) each, to one chain of points a stroke."""
        return [
            np.concatenate([begin[first:last], end[last - 1 : last]])
            for first, last in pairwise([*self.starts, SEGMENTS])
        ]

    @cached_property
    def _paths(self) -> tuple[Array, Array, Array]:
        strokes = [stroke.split() for stroke in self.forms[0].split("|")]
        points = self.points.mean(0)
        spans: list[float] = []
        first = 0
        for stroke in strokes:
            path = points[first : first + len(stroke)]
            spans += [float(d) for d in np.hypot(*np.diff(path, axis=0).T)]
            first += len(stroke)
        steps = _shared_out(np.array(spans), SEGMENTS)
        smooth = np.zeros((SEGMENTS + len(strokes), len(points)), np.float32)
        straight = np.zeros_like(smooth)
        joins = np.zeros((SEGMENTS, 2), np.intp)
        row = column = span = done = 0
        for stroke in strokes:
            counts = steps[span : span + len(stroke) - 1]
            curve, line = curve_matrix([p.endswith("!") for p in stroke], counts)
            rows = slice(row, row + len(curve))
            smooth[rows, column : column + len(stroke)] = curve
            straight[rows, column : column + len(stroke)] = line
            starts = np.arange(row, row + len(curve) - 1)
            joins[done : done + len(starts)] = np.stack([starts, starts + 1], 1)
            row, column = row + len(curve), column + len(stroke)
            span, done = span + len(stroke) - 1, done + len(starts)
        return smooth, straight, joins


def _numbers(form: str) -> list[list[float]]:
    points = form.replace("|", " ").replace("!", "").split()
    return [[float(value) for value in point.split(",")] for point in points]


def _shared_out(lengths: Array, total: int) -> list[int]:
    """``total`` segments over the spans: at least one each, otherwise in proportion."""
    counts = np.ones(len(lengths), int)
    for _ in range(total - len(lengths)):
        counts[np.argmax(lengths / counts)] += 1
    return [int(count) for count in counts]


def on_pad(strokes: Strokes, length: float = 0.7) -> Strokes:
    """Strokes moved and scaled to the middle of a pad whose side is 1.

    Args:
        strokes: Each (points, 2), in any unit.
        length: Longer side of what is drawn, afterwards.
    """
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    scale = length / (high - low).max()
    middle = (low + high) / 2
    return [((stroke - middle) * scale + 0.5).astype(np.float32) for stroke in strokes]


def _read(paragraph: str) -> Glyph:
    title, *forms = paragraph.strip().splitlines()
    name, weight = title[2:].split(";")
    return Glyph(int(title[0]), name, tuple(forms), float(weight))


GLYPHS: tuple[Glyph, ...] = tuple(_read(paragraph) for paragraph in TABLE.split("\n\n"))
BY_LABEL: tuple[tuple[Glyph, ...], ...] = tuple(
    tuple(glyph for glyph in GLYPHS if glyph.label == label) for label in range(10)
)


def way(label: int, name: str) -> Glyph:
    """The way of writing ``label`` that is called ``name``.

    Raises:
        ValueError: There is none.
    """
    for glyph in BY_LABEL[label]:
        if glyph.name == name:
            return glyph
    names = ", ".join(glyph.name for glyph in BY_LABEL[label])
    raise ValueError(f"name: got {name!r}, need one of the ways of writing {label}: {names}")


#: Ways that are common in Europe and rare in MNIST, whose writers learned theirs in America; and
#: the pairs that a class asks about: open and closed, with and without a loop.
EUROPEAN: tuple[Glyph, ...] = tuple(
    way(label, name)
    for label, names in (
        (0, ["slashed"]),
        (1, ["with a flag", "with a bent flag", "with a long flag", "with a flag to the base"]),
        (1, ["with flag and foot", "with a foot"]),
        (2, ["plain", "looped", "looped twice"]),
        (3, ["flat top"]),
        (4, ["open", "open, short stem", "open, leaning stem", "rounded open", "closed"]),
        (5, ["one stroke"]),
        (6, ["wound"]),
        (7, ["hooked", "crossed", "crossed and hooked", "crossed and curved"]),
        (8, ["angular"]),
        (9, ["straight tail", "upright tail", "curved tail", "curled tail"]),
    )
    for name in names
)
