"""Digits drawn on the pad with a mouse, written down by hand: nothing here made training data.

Each way of drawing a digit is a list of strokes in a box of height 1, as corners that a mouse
visits or as arcs of ellipses. :func:`drawings` puts them on a 112×112 pad at the left, in the
middle and at the right, small and large, with a thin and a thick pen, upright and tilted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cnn.data.strokes import draw

PAD = 112
Points = list[tuple[float, float]]


def arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> Points:
    """Part of an ellipse around (x, y); degrees, 0 to the right, clockwise, as on a screen."""
    angles = np.deg2rad(np.linspace(start, end, 2 + int(abs(end - start) // 20)))
    return [(x + rx * float(np.cos(a)), y + ry * float(np.sin(a))) for a in angles]


def path(corners: str) -> Points:
    """Corners in hundredths: ``"0,50 100,50"``."""
    pairs = (corner.split(",") for corner in corners.split())
    return [(float(x) / 100, float(y) / 100) for x, y in pairs]


WAYS: dict[int, list[list[Points]]] = {
    0: [
        [arc(0.4, 0.5, 0.34, 0.5, -90, 275)],
        [arc(0.5, 0.5, 0.48, 0.5, -60, -425)],
        [arc(0.3, 0.5, 0.24, 0.5, -100, 250)],
        [path("20,0 60,0 75,30 72,80 50,100 15,95 0,60 3,20 20,2")],
    ],
    1: [
        [path("0,0 0,100")],
        [path("0,25 28,0 28,100")],
        [path("2,20 30,0 30,100"), path("5,100 55,100")],
        [path("12,0 0,100")],
    ],
    2: [
        [[*arc(0.33, 0.3, 0.31, 0.3, -170, 30), *path("2,100 70,100")]],
        [path("0,20 20,0 50,2 62,25 50,50 0,100 68,98")],
        [
            [
                *arc(0.35, 0.28, 0.3, 0.28, -150, 45),
                *path("10,95"),
                *arc(0.12, 0.88, 0.12, 0.1, 90, 300),
                *path("40,92 75,97"),
            ]
        ],
        [path("2,5 60,5 60,45 2,95 65,95")],
    ],
    3: [
        [[*arc(0.3, 0.25, 0.28, 0.25, -150, 90), *arc(0.3, 0.73, 0.33, 0.27, -90, 150)]],
        [path("2,10 30,0 55,12 50,38 25,47 55,58 60,85 30,100 0,90")],
        [[*path("5,0 60,0 30,40"), *arc(0.3, 0.7, 0.32, 0.3, -80, 150)]],
    ],
    4: [
        [path("10,0 0,60 65,60"), path("50,10 48,100")],
        [path("50,0 0,65 70,65"), path("50,0 50,100")],
        [path("5,0 5,50 60,50"), path("60,0 60,100")],
        [path("50,100 55,0 0,70 80,68")],
    ],
    5: [
        [[*path("60,0 8,0 5,42"), *arc(0.27, 0.69, 0.33, 0.3, -120, 140)]],
        [path("10,2 6,45 40,40 62,65 45,95 0,95"), path("10,2 62,0")],
        [path("62,3 30,0 8,15 12,38 50,55 60,78 38,100 0,92")],
    ],
    6: [
        [[*path("50,0 20,25 5,55"), *arc(0.32, 0.73, 0.28, 0.26, 180, -170)]],
        [[*arc(0.6, 0.6, 0.58, 0.6, -95, -180), *arc(0.3, 0.74, 0.28, 0.26, 180, -185)]],
        [path("10,0 3,40 3,75 20,100 45,95 55,72 35,55 6,65")],
    ],
    7: [
        [path("0,0 65,0 25,100")],
        [path("0,3 60,0 40,50 32,100"), path("12,50 65,48")],
        [path("0,18 2,0 62,0 30,100")],
        [path("5,2 55,2 50,100")],
    ],
    8: [
        [arc(0.32, 0.25, 0.26, 0.25, 90, 450), arc(0.32, 0.75, 0.31, 0.25, -90, 270)],
        [
            [
                *arc(0.32, 0.25, 0.26, 0.25, -40, -270),
                *arc(0.32, 0.74, 0.3, 0.26, -90, 270),
                *arc(0.32, 0.25, 0.26, 0.25, 90, -30),
            ]
        ],
        [path("55,12 30,0 8,15 15,38 50,60 58,85 30,100 5,85 12,60 50,35 55,12")],
    ],
    9: [
        [[*arc(0.3, 0.28, 0.27, 0.28, 0, -360), *path("55,60 50,100")]],
        [
            [
                *arc(0.3, 0.27, 0.28, 0.27, -10, -350),
                *path("58,30 58,80"),
                *arc(0.33, 0.78, 0.25, 0.22, 0, 150),
            ]
        ],
        [path("55,10 25,0 3,22 20,48 55,35 55,10 55,100")],
        [arc(0.3, 0.26, 0.28, 0.26, -20, -340), path("60,0 60,100")],
    ],
}
SIZES_AND_PENS = ((0.36, 3), (0.36, 8), (0.6, 5), (0.6, 12), (0.88, 4), (0.88, 14))


@dataclass(frozen=True)
class Drawing:
    """One drawing on the pad and what it should be read as."""

    label: int
    way: int
    place: str
    height: float
    pen: float
    tilt: float

    def ink(self) -> np.ndarray:
        """(112, 112) float32, 0 = paper, 1 = ink."""
        return draw(self.strokes(), PAD, self.pen)

    def strokes(self) -> list[np.ndarray]:
        """The mouse's path, as fractions of the pad's side."""
        strokes = [np.array(stroke, float) for stroke in WAYS[self.label][self.way]]
        points = np.concatenate(strokes)
        middle = (points.min(0) + points.max(0)) / 2
        angle = np.deg2rad(self.tilt)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        drawn = [(stroke - middle) @ turn * self.height for stroke in strokes]
        half = np.abs(np.concatenate(drawn)[:, 0]).max() + self.pen / 2 / PAD
        x = {"left": half + 0.01, "middle": 0.5, "right": 0.99 - half}[self.place]
        return [stroke + np.array([x, 0.5]) for stroke in drawn]


def drawings() -> Iterator[Drawing]:
    """Every way, everywhere, in every size, pen and tilt."""
    for label, ways in WAYS.items():
        for way in range(len(ways)):
            for place in ("left", "middle", "right"):
                for height, pen in SIZES_AND_PENS:
                    for tilt in (-15.0, 0.0, 15.0):
                        yield Drawing(label, way, place, height, pen, tilt)
