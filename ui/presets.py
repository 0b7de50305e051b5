"""Drawings that the pad can make by itself: the ten digits, hard ones, and no digits at all.

The digits are ways of writing from :mod:`cnn.glyphs`, in the middle of their variation; the hard
ones are moved, made small, turned or drawn with another pen, so that a class can see what the
preparation of the drawing repairs and what it cannot.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from cnn.glyphs import GLYPHS
from cnn.strokes import curve_matrix
from ui.components.draw_pad.draw_pad import UNIT, Preset

Strokes = list[np.ndarray]

#: Digit → the way of writing it that most people would call plain.
PLAIN = {
    0: "oval",
    1: "with a flag",
    2: "plain",
    3: "round",
    4: "closed",
    5: "detached bar",
    6: "curved",
    7: "plain",
    8: "from the right",
    9: "curved tail",
}


LETTER = "50,12 32,50 16,88 | 50,12 68,50 84,88 | 27,62 73,62"
FACE = (
    "50,12 77,23 88,50 77,77 50,88 23,77 12,50 23,23 50,12 | 38,38 38,46 | 62,38 62,46 |"
    "32,62 40,71 50,74 60,71 68,62"
)


@lru_cache(maxsize=1)
def all_presets() -> tuple[Preset, ...]:
    """Every preset, in the order in which the pad shows them."""
    return (
        *(_digit(str(digit), f"{digit}", PLAIN[digit]) for digit in range(10)),
        _digit("1foot", "1 with a foot", "with flag and foot"),
        _digit("4open", "open 4", "open"),
        _digit("7bar", "crossed 7", "crossed"),
        _digit("3corner", "small 3 in a corner", "round", 0.3, (0.24, 0.25), width=5),
        _digit("5tilt", "5 tilted by 30°", "one stroke", 0.66, turn=30),
        _digit("8thick", "8 with a thick pen", "from the right", 0.66, width=17),
        _digit("9thin", "9 with a thin pen", "straight tail", width=3),
        _preset("letter", "the letter A: no digit", _strokes(LETTER)),
        _preset("face", "a face: no digit", _strokes(FACE)),
    )


def by_id(name: str | None) -> Preset | None:
    """The preset ``name``, or None."""
    return next((preset for preset in all_presets() if preset.id == name), None)


def _digit(
    name: str,
    label: str,
    way: str,
    height: float = 0.7,
    centre: tuple[float, float] = (0.5, 0.5),
    turn: float = 0.0,
    width: float = 9.0,
) -> Preset:
    """A glyph of the digit that ``name`` begins with, turned clockwise by ``turn`` degrees."""
    glyph = next(g for g in GLYPHS if g.label == int(name[0]) and g.name == way)
    strokes = _strokes(glyph.forms[0])
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    angle = np.deg2rad(turn)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    scale = height / (high - low).max()
    placed = [(s - (low + high) / 2) * scale @ rotation + centre for s in strokes]
    return _preset(name, label, placed, width)


def _preset(name: str, label: str, strokes: Strokes, width: float = 9.0) -> Preset:
    whole = tuple(np.rint(np.clip(s, 0, 1) * UNIT).astype("<u2") for s in strokes)
    return Preset(name, label, whole, width)


def _strokes(text: str) -> Strokes:
    """Lines in the notation of :mod:`cnn.glyphs`, as points at most 0.02 of the side apart."""
    strokes = []
    for stroke in text.split("|"):
        marks = stroke.split()
        points = np.array([[float(v) for v in m.rstrip("!").split(",")] for m in marks]) / 100
        spans = np.hypot(*np.diff(points, axis=0).T)
        steps = [max(1, int(np.ceil(span / 0.02))) for span in spans]
        smooth, _ = curve_matrix([m.endswith("!") for m in marks], steps)
        strokes.append(smooth @ points)
    return strokes
