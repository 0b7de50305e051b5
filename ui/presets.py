"""Drawings that the pad can make by itself: the ten digits, hard ones, and no digits at all.

The strokes are those of :mod:`cnn.data.example_drawings`. To them come digits that are small and
in a corner, tilted, or drawn with another pen, so that a class can see what the preparation of the
drawing repairs and what it cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from cnn.data import example_drawings
from cnn.data.strokes import curve_matrix
from ui.components.draw_pad.draw_pad import UNIT, Preset

#: A line that turns more than this between two points has a corner there.
CORNER = np.deg2rad(50)


@cache
def all_presets() -> tuple[Preset, ...]:
    """Every preset, in the order in which the pad shows them."""
    drawings = example_drawings.example_drawings()
    ready = [_preset(_short(each.name), each.name, each.strokes) for each in drawings]
    moved = [
        _moved("6corner", 6, "a small 6 in a corner", 0.6, (0.3, 0.3), width=7),
        _moved("5tilt", 5, "a 5 tilted by 30°", turn=30),
        _moved("8thick", 8, "an 8 with a thick pen", width=18),
        _moved("9thin", 9, "a 9 with a thin pen", width=3),
    ]
    return (*ready[:10], *moved, *ready[10:])


def by_id(name: str | None) -> Preset | None:
    """The preset ``name``, or None."""
    return next((preset for preset in all_presets() if preset.id == name), None)


def _short(name: str) -> str:
    return "-".join(word for word in name.rstrip("?").split() if word != "a")


def _moved(
    name: str,
    digit: int,
    label: str,
    scale: float = 1.0,
    centre: tuple[float, float] = (0.5, 0.5),
    turn: float = 0.0,
    width: float = 9.0,
) -> Preset:
    """A digit made smaller around ``centre`` and turned clockwise by ``turn`` degrees."""
    cos, sin = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    rotation = np.array([[cos, sin], [-sin, cos]])
    strokes = [
        (s - 0.5) * scale @ rotation + centre for s in example_drawings.strokes_of_digit(digit)
    ]
    return _preset(name, label, strokes, width)


def _preset(name: str, label: str, strokes: Sequence[np.ndarray], width: float = 9.0) -> Preset:
    whole = tuple(
        np.rint(np.clip(_smooth(stroke), 0, 1) * UNIT).astype("<u2") for stroke in strokes
    )
    return Preset(name, label, whole, width)


def _smooth(stroke: np.ndarray) -> np.ndarray:
    """Twice as many points on a curve through those given, so that no chords are seen."""
    along = np.diff(stroke, axis=0)
    direction = np.arctan2(along[:, 1], along[:, 0])
    turn = np.abs((np.diff(direction) + np.pi) % (2 * np.pi) - np.pi)
    corners = [False, *(bool(t > CORNER) for t in turn), False]
    curve, _ = curve_matrix(corners, [2] * len(along))
    return curve @ stroke
