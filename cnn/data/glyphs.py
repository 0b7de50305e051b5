"""How people write the ten digits: a table.

One :class:`Glyph` is one way of writing one digit. Its forms are extremes of that way, written
with the same number of points, and a hand writes some blend of them.

In the table, a paragraph is a glyph: the digit, what is special, how often it is met; then one
form a line. Coordinates run from 0 to 100, x to the right and y downwards; ``!`` marks a sharp
turn, ``|`` lifts the pen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from cnn.arrays import Array
from cnn.data.strokes import curve_matrix

Strokes = list[Array]
SEGMENTS = 46  # every glyph is drawn with as many, so that thousands are drawn in one go


_TABLE = """
0 oval; 3
56,2 34,6 18,30 16,62 32,94 58,97 80,72 82,36 66,8 46,3
54,1 40,8 32,34 32,66 42,94 58,96 68,68 68,34 58,6 46,4
60,6 26,10 6,38 8,68 30,92 62,92 92,64 90,32 68,8 48,6

0 from the left; 1
22,28 40,4 66,4 82,34 80,68 58,97 32,92 18,62 22,26 36,6
30,20 46,2 62,8 70,38 66,72 50,99 34,88 28,56 32,22 44,0

0 with a tail; 0.5
60,6 34,10 18,36 18,68 36,96 62,92 80,62 76,30 60,10 46,16 66,20
66,2 38,8 20,32 16,66 34,98 62,94 78,64 78,34 60,10 46,12 86,4

0 slashed; 0.35
56,2 34,6 18,30 16,62 32,94 58,97 80,72 82,36 66,8 46,3 | 90,2 50,50 12,96
54,1 40,8 30,34 30,66 40,94 58,96 70,68 70,34 60,6 46,4 | 94,0 50,50 6,100
60,6 30,10 14,38 14,68 34,92 62,92 86,64 86,32 68,8 48,6 | 72,26 50,50 28,74

1 bar; 3
50,0 51,33 50,66 50,100
52,0 48,33 48,66 52,100
48,0 53,33 53,66 48,100

1 with a flag; 1.6
38,22 51,2! 51,34 50,66 50,100
28,38 52,0! 52,34 51,66 50,100
40,19 50,1! 51,34 51,66 51,100

1 with a bent flag; 0.5
34,34 43,20 52,0! 52,34 51,66 50,100
26,44 41,26 54,0! 54,34 52,66 50,100
36,36 44,22 50,0! 51,34 51,66 51,100

1 with a long flag; 0.7
30,48 42,25 54,0! 54,34 53,66 52,100
18,64 37,34 54,0! 54,34 53,66 52,100
33,76 45,38 54,0! 55,34 55,66 55,100

1 with a flag to the base; 0.35
24,96 42,48 58,0! 58,34 57,66 56,100
6,90 34,46 58,0! 60,34 60,66 60,100
34,84 46,42 54,0! 56,34 58,66 60,100

1 with flag and foot; 1
34,22 51,2! 51,34 50,66 50,98 | 28,99 50,98 74,98
26,32 52,0! 52,34 51,66 50,97 | 14,97 50,97 86,98
18,46 52,0! 52,34 52,66 52,97 | 22,97 52,97 82,98

1 with a foot; 0.35
50,0 50,33 50,66 50,98 | 30,99 50,98 72,98
52,0 51,33 50,66 49,97 | 22,97 50,97 80,99

2 plain; 2.2
20,26 28,8 50,1 72,12 74,34 52,64 16,96! 50,95 86,95
12,22 26,4 52,0 78,14 76,38 48,70 12,98! 48,92 92,90
26,18 38,4 54,2 68,12 66,36 48,68 22,97! 48,98 76,99

2 looped; 1.6
20,24 32,6 52,2 70,14 68,40 48,70 24,92 10,88 18,76 38,82 62,97 92,86
16,30 28,8 52,0 74,16 68,44 42,76 18,94 6,82 20,68 42,80 66,96 98,88
28,16 40,2 56,2 68,16 64,42 46,74 28,96 16,90 22,78 40,84 58,96 84,94
14,34 28,8 54,0 68,18 62,44 44,72 20,96 2,84 14,62 38,76 66,94 104,84

2 swan; 1
22,22 34,4 56,2 70,20 60,48 38,78 18,95! 40,84 62,92 88,98
14,32 24,10 50,0 74,16 66,46 38,76 8,96! 36,82 64,96 96,84

2 looped twice; 0.3
34,30 22,22 28,6 52,0 72,16 68,42 46,74 22,94 8,84 20,74 40,82 64,96 94,86
36,24 26,32 20,14 50,0 76,18 70,44 44,74 18,92 6,80 22,72 42,84 66,96 96,88

2 angular; 0.5
14,10 44,4 78,6! 48,50 16,96! 50,95 88,94
20,14 46,2 70,8! 46,52 20,97! 50,98 80,96

2 curled; 0.5
34,34 22,24 30,6 54,0 74,16 70,42 46,74 18,96! 50,92 84,94
36,24 26,30 24,12 52,0 78,16 72,42 44,72 14,95! 48,96 90,92

3 round; 2.4
22,14 42,1 68,8 70,32 40,46! 70,56 80,78 56,98 18,90
16,20 36,0 66,4 74,28 46,44! 72,52 82,80 50,100 12,84
28,10 46,2 64,10 64,34 44,48! 66,58 70,82 48,99 24,94

3 soft waist; 1.2
20,12 44,0 70,10 64,36 40,47 66,54 80,74 60,97 16,90
24,8 50,0 68,14 60,38 48,46 62,54 72,76 50,99 22,92

3 loop at the waist; 0.8
22,14 44,0 70,10 64,34 42,48 34,40 50,44 74,60 74,86 46,99 14,88
26,10 48,2 66,12 58,38 38,52 34,44 52,46 70,64 66,88 42,99 20,92

3 flat top; 1.1
20,5 48,5 76,4! 60,24 44,42! 72,54 76,80 50,99 16,88
14,8 44,3 74,2! 58,24 40,44! 74,54 80,80 48,100 12,84
12,4 48,3 84,3! 62,22 40,40! 74,50 84,76 54,99 12,90

3 long tail; 0.3
26,18 46,4 66,12 62,34 40,46! 66,54 72,74 50,88 20,88 6,80

4 open; 1.6
24,4 20,30 16,58! 50,56 88,52 | 68,6 64,52 60,100
34,0 22,28 10,56! 48,60 92,54 | 74,14 66,54 58,100
20,6 20,32 20,54! 44,54 82,54 | 74,2 72,52 70,100

4 open, short stem; 1.2
52,0 30,34 10,68! 50,68 92,66 | 62,38 61,70 60,100
44,2 24,34 8,60! 50,62 92,60 | 66,26 62,62 60,100
62,0 36,36 12,74! 48,74 84,73 | 62,50 62,76 61,100
34,0 24,30 14,60! 48,61 82,60 | 60,40 59,70 58,100

4 open, leaning stem; 0.6
40,2 26,34 10,64! 46,66 84,64 | 82,22 62,60 46,100
54,0 32,34 12,62! 50,62 90,58 | 80,34 66,66 54,100

4 rounded open; 1
22,4 16,34 26,56 52,54 78,46 | 78,4 72,52 66,100
28,2 14,34 20,58 52,58 76,44 | 80,0 70,50 58,100

4 closed; 1.3
62,0 36,32 10,66! 50,66 92,64 | 63,0 63,50 62,100
66,0 36,34 6,62! 50,64 96,60 | 66,1 65,50 64,100
58,0 38,34 18,70! 50,71 86,72 | 59,0 62,50 64,100

4 one stroke, open; 0.9
26,4 20,30 18,56 42,58 64,46 76,6! 70,52 64,100
32,0 16,34 18,56 46,54 68,40 80,8! 68,54 54,100

4 one stroke, closed; 0.6
58,98 60,50 62,4! 36,34 12,64! 50,62 90,60
52,100 58,50 66,0! 36,30 6,58! 50,60 96,58

4 pointed; 0.35
54,2 32,28 18,52! 46,54 70,40 60,4! 62,50 60,100
48,0 26,26 14,48! 44,54 74,46 62,6! 66,54 66,100

5 one stroke; 1.6
82,4 54,5 28,6! 25,26 22,44! 48,38 74,52 76,80 48,99 14,90
90,0 60,6 34,8! 28,26 20,46! 48,42 70,56 66,84 40,98 8,88
74,6 52,6 30,5! 29,24 28,44! 50,40 68,56 66,84 46,99 22,92

5 detached bar; 1.4
30,8 26,28 24,46! 50,40 74,56 74,82 46,99 14,88 | 31,7 56,6 84,3
36,10 28,30 20,48! 48,42 70,58 66,86 38,99 8,88 | 40,8 66,4 96,0
28,4 26,24 26,44! 48,40 68,54 68,82 48,99 20,92 | 24,6 50,5 74,6

5 curved; 1
78,6 54,3 34,10 28,30 40,42 66,54 72,76 50,97 16,90
88,2 60,4 40,14 32,30 42,44 62,56 62,80 38,98 8,90

5 round belly; 0.8
80,4 54,5 30,6! 27,24 24,40! 52,34 82,56 74,88 44,98 18,84
76,6 54,4 32,3! 30,24 28,44! 56,34 78,54 66,88 36,96 24,78

6 curved; 2.4
66,2 42,18 24,46 20,76 38,98 66,94 76,72 60,54 38,60 22,78
74,4 40,14 16,44 14,78 38,99 70,92 76,70 56,56 32,66 16,84
58,0 42,22 30,50 26,80 42,99 62,94 68,76 56,62 42,66 28,84
78,0 44,18 18,46 10,76 32,98 62,96 72,82 60,70 36,72 14,84

6 straight stem; 1.3
54,0 40,26 28,52 22,80 42,98 68,92 74,70 56,54 36,62 24,80
36,0 30,28 26,56 26,82 44,98 64,92 70,72 56,58 40,64 28,80
80,0 54,24 30,50 18,76 34,97 62,92 72,74 56,60 34,66 20,80

6 closed loop; 0.8
64,0 38,22 22,52 22,82 46,99 70,86 70,64 50,54 32,66 30,84 46,94
70,4 42,16 20,46 18,78 42,99 72,88 76,66 54,54 34,62 26,78 38,90

6 wound; 0.4
64,0 36,22 20,52 24,84 48,99 72,86 72,64 50,52 32,64 34,80 50,82
72,4 40,16 16,46 16,80 42,99 74,88 78,66 56,54 38,62 36,76 48,80

6 hooked top; 0.6
78,14 60,1 36,14 20,46 20,78 42,99 70,92 76,70 56,54 34,62 20,80
72,8 54,2 36,20 24,50 24,80 44,99 68,92 72,72 56,58 38,64 26,80

7 plain; 2
10,7 48,6 86,5! 62,50 42,100
10,8 46,6 82,5! 60,50 48,100
4,10 46,8 90,5! 58,48 30,100

7 hooked; 0.9
14,28 16,8! 48,7 84,4! 62,50 46,100
12,22 20,6! 50,9 82,6! 64,50 56,100

7 curved; 1.4
12,18 26,6 54,10 84,4! 62,40 50,70 44,100
8,12 30,10 58,6 82,10 66,44 52,72 38,100
16,7 38,5 60,4 82,8 70,40 58,70 50,100

7 crossed; 1
14,8 48,7 84,5! 62,50 44,100 | 32,54 56,51 82,48
10,14 44,7 82,3! 58,50 36,100 | 24,52 54,52 86,54
20,8 46,6 76,5! 62,50 54,100 | 42,46 58,45 78,44

7 crossed and hooked; 0.5
14,24 17,8! 48,8 84,5! 62,50 46,100 | 34,54 56,50 80,47
10,26 12,6! 48,5 82,3! 60,50 38,100 | 26,52 54,51 84,50
20,20 22,4! 48,5 76,4! 62,50 52,100 | 38,50 60,48 82,46

7 crossed and curved; 0.6
14,16 28,6 54,9 82,4! 62,40 50,70 44,100 | 30,54 56,51 84,48
10,12 30,8 58,4 80,8 66,42 52,70 42,100 | 26,50 56,50 88,50
22,8 40,5 60,3 76,6 68,38 60,70 54,100 | 42,52 62,48 84,44

8 from the right; 2
72,14 52,1 28,10 30,34 52,48 74,66 70,92 44,99 22,86 30,64 54,46 72,28 70,12
76,18 58,2 32,8 28,30 48,46 64,64 60,90 38,99 18,86 28,66 54,46 78,28 84,8
66,10 50,1 34,12 38,34 52,48 66,66 64,90 48,99 32,88 36,66 52,48 66,32 64,12

8 two rings; 1
52,46 30,36 30,10 52,1 72,14 70,36 48,47 24,64 26,92 52,99 78,88 76,62 54,48
50,44 34,32 34,10 52,2 66,14 66,34 50,45 32,62 32,90 52,99 70,88 70,62 52,46
50,50 22,40 22,12 50,4 78,14 76,40 50,51 20,66 22,92 50,97 80,90 80,66 52,52

8 from the left; 0.7
30,14 50,1 70,12 68,34 48,48 26,66 30,92 54,99 76,86 72,64 50,48 32,32 30,10
24,6 44,2 66,14 60,36 42,52 28,72 36,96 58,96 70,78 62,58 44,44 32,28 36,8

8 angular; 0.3
76,6 50,4 24,6! 50,50 78,94! 50,97 22,95! 50,50 76,8
80,4 48,2 22,8! 48,46 74,92! 46,97 20,92! 48,50 82,8

8 open top; 0.8
62,6 42,4 26,18 36,38 58,54 72,74 60,96 34,97 22,80 38,58 62,38 80,10
54,4 38,8 30,22 40,40 56,56 64,76 52,98 34,94 28,78 42,58 64,36 86,2

9 straight tail; 2
74,16 54,2 28,14 24,38 44,50 66,38 76,14! 72,54 68,100
78,14 54,4 24,20 18,44 42,54 66,38 80,12! 68,56 52,100
68,12 52,2 34,12 32,34 48,42 62,32 70,12! 70,54 70,100
80,24 56,2 20,20 14,46 42,58 68,44 80,20! 76,60 74,100

9 curved tail; 1.2
76,18 56,2 30,12 24,38 46,52 68,40 76,16 78,50 66,86 42,99 18,90
72,14 52,2 30,14 28,36 48,46 66,36 72,14 74,50 66,84 48,98 28,94

9 curled tail; 0.7
76,18 54,2 26,14 24,40 46,52 70,40 76,16! 77,54 68,88 40,99 16,84
74,14 52,2 28,14 24,38 46,50 68,38 74,14! 78,60 60,98 28,98 14,76
78,16 56,2 32,12 28,34 48,46 70,36 78,16! 76,52 62,84 34,92 14,88

9 upright tail; 0.9
74,12 50,2 26,14 24,38 48,50 70,38 74,12! 74,54 74,100
78,16 52,2 20,16 18,44 46,60 72,46 78,14! 78,60 78,100
70,10 50,1 32,10 30,30 48,40 66,30 71,10! 72,54 73,100
76,6 48,2 16,16 16,40 46,50 72,40 76,8! 75,54 72,100

9 one sweep; 1.5
70,36 48,50 26,38 30,12 54,1 74,14 74,44 64,74 54,100
72,32 50,52 20,42 24,16 54,2 76,18 70,48 56,76 38,100
64,34 48,42 34,32 38,10 54,2 68,12 68,44 66,72 64,100
76,34 46,62 12,52 18,20 52,2 80,14 74,46 60,74 48,100

9 ring and stem; 0.7
70,10 46,2 26,20 30,42 50,48 70,32 68,12 | 73,4 72,52 70,100
66,12 46,4 28,20 32,40 48,44 64,30 64,14 | 68,10 66,54 60,100

9 slanted tail; 0.6
80,10 54,2 24,22 26,42 52,40 80,12! 56,54 24,100
82,18 60,2 28,14 18,36 44,42 78,16! 58,56 36,100
"""


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


GLYPHS: tuple[Glyph, ...] = tuple(_read(paragraph) for paragraph in _TABLE.split("\n\n"))
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
