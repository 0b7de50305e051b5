"""Drawings that come with the pad: each digit once, some that are hard to read, some no digit.

A paragraph is a drawing: a name, the digit or ``-``, then one line in the notation of
:mod:`cnn.data.glyphs`. They were written down for this project and are free of anybody's rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cnn.data.glyphs import Glyph, Strokes, on_pad

_TABLE = """
0; 0
58,2 32,8 16,34 17,64 34,94 60,97 82,72 83,36 66,8 48,4

1; 1
32,22 52,1! 52,34 51,66 50,100

2; 2
18,24 28,7 52,0 74,14 73,38 50,68 15,97! 48,95 88,95

3; 3
20,13 42,0 68,9 69,33 42,46! 71,56 80,79 55,99 15,89

4; 4
26,2 21,30 13,58! 48,57 90,53 | 69,10 65,54 60,100

5; 5
29,7 26,27 23,46! 50,39 74,56 74,82 46,99 13,89 | 30,6 56,5 84,3

6; 6
66,1 41,18 23,46 20,76 39,98 67,93 76,72 59,55 37,61 22,79

7; 7
13,9 48,7 85,4! 62,50 43,100

8; 8
72,14 52,1 28,11 30,34 52,48 75,66 71,92 44,99 21,86 30,64 54,46 72,29 71,13

9; 9
75,16 54,2 27,15 24,38 45,50 67,37 76,13! 73,54 66,100

crossed 7; 7
13,9 48,7 85,4! 62,50 43,100 | 32,54 56,51 84,48

looped 2; 2
18,26 30,7 52,1 70,15 67,42 46,72 22,94 8,87 18,74 40,83 64,97 95,87

closed 4; 4
63,0! 36,33 9,66! 50,66 92,65 | 64,0 63,50 62,100

4 or 9?; 4
34,4 26,24 27,44 48,50 68,42 | 70,6 69,50 66,100

1 or 7?; 1
14,26 34,12 58,0! 54,50 50,100

3 or 8?; 3
30,24 34,5 58,2 72,18 64,38 46,48 68,58 78,80 58,99 30,94 24,72

5 or 6?; 5
72,3 48,7 34,24 28,48! 52,42 72,58 70,86 46,99 28,88 30,70

0 or 6?; 0
62,0 32,14 14,44 16,76 40,98 68,94 84,70 78,42 58,26 40,30 26,44

a letter; -
10,100 30,50 50,0! 70,50 90,100 | 24,64 50,63 76,62

a face; -
50,2 16,16 2,50 16,84 50,98 84,84 98,50 84,16 52,2 | 34,32 35,42 | 65,32 66,42 | 28,64 50,78 72,64

a spiral; -
50,50 60,44 64,56 50,66 36,56 36,38 52,28 72,36 80,58 68,80 46,84 22,70 16,44 30,18 56,8 84,18
"""


@dataclass(frozen=True)
class ExampleDrawing:
    """A drawing that comes with the pad.

    Attributes:
        name: What a page calls it.
        label: The digit that was meant; None if it is no digit.
        strokes: Each (points, 2) float32: x, y as fractions of the pad's side.
    """

    name: str
    label: int | None
    strokes: Strokes


@cache
def example_drawings() -> tuple[ExampleDrawing, ...]:
    """All of them: the digits from 0 to 9, then the hard ones, then what is no digit."""
    return tuple(_read(paragraph) for paragraph in _TABLE.split("\n\n"))


def strokes_of_digit(label: int) -> Strokes:
    """A plain drawing of a digit.

    Raises:
        ValueError: ``label`` is no digit.
    """
    if label not in range(10):
        raise ValueError(f"label: got {label}, need a digit 0 to 9")
    return example_drawings()[label].strokes


def _read(paragraph: str) -> ExampleDrawing:
    title, form = paragraph.strip().splitlines()
    name, meant = title.split("; ")
    label = None if meant == "-" else int(meant)
    glyph = Glyph(-1 if label is None else label, name, (form,))
    path = glyph.curves[0] @ glyph.points[0]
    first, last = glyph.segments.T
    return ExampleDrawing(name, label, on_pad(glyph.strokes(path[first], path[last])))
