"""Curves that grow several times a second, in place: one element, redrawn, never replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ui.components.arrays import pack
from ui.components.base import register

_MOUNT = register("live_chart")
#: Of a pale curve's number, between a power of two and the next lower one.
STEPS = 1024


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes:
        name: Shown at the curve's end and under the pointer.
        x: Rising.
        y: As long as x; gaps where it is not finite.
        colour: Index into the palette's categorical colours.
        faint: Drawn pale, behind the others (the raw curve behind its smoothed one).
        dashed: Told apart by more than its colour.
        point: Number of the sign that marks some of its points; None marks none.
        bars: A palette's kind ("activation", "weight", "gradient"): bars in the colours of the
            sign of x in place of a curve; x are their middles, evenly apart.
    """

    name: str
    x: Sequence[float] | np.ndarray
    y: Sequence[float] | np.ndarray
    colour: int = 0
    faint: bool = False
    dashed: bool = False
    point: int | None = None
    bars: str | None = None


@dataclass(frozen=True)
class Mark:
    """An upright line where something happened: its x, a short name, and what it was."""

    x: float
    name: str
    words: str


@dataclass(frozen=True)
class Panel:
    """One chart: a title, curves, a vertical axis."""

    title: str
    series: Sequence[Series]
    log: bool = False
    percent: bool = False
    floor: float | None = None  #: the axis starts here, if not at the lowest value
    ceiling: float | None = None
    marks: Sequence[Mark] = field(default_factory=tuple)
    room: float = 1.0  #: width beside the others
    own_x: bool = False  #: x of its own, so that panels with other x can stand beside it
    note: str = ""  #: after the title, pale


def live_chart(
    key: str,
    panels: Sequence[Panel],
    *,
    x_label: str,
    x_end: float | None = None,
    here: float | None = None,
    summary: str,
    height: int = 230,
    projector: bool = False,
) -> None:
    """Draw the panels side by side (one above the other where narrow), over the same x.

    Args:
        key: Streamlit key, unique on the page.
        panels: From left to right.
        x_label: What x is.
        x_end: Where x will end, so that the curve grows into its place.
        here: An x marked in the accent colour: the moment that is looked at.
        summary: What there is to see, in a sentence, for those who cannot see it.
        height: Pixels of a panel.
        projector: Larger type, thicker lines.
    """
    data: dict[str, Any] = {
        "panels": [_panel(panel) for panel in panels],
        "xLabel": x_label,
        "xEnd": x_end,
        "here": here,
        "summary": summary,
        "height": height,
        "projector": projector,
    }
    _MOUNT(key=key, data=data)


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "title": panel.title,
        "log": panel.log,
        "percent": panel.percent,
        "floor": panel.floor,
        "ceiling": panel.ceiling,
        "room": panel.room,
        "ownX": panel.own_x,
        "note": panel.note,
        "marks": [{"x": float(m.x), "name": m.name, "words": m.words} for m in panel.marks],
        "series": [
            {
                "name": s.name,
                "x": pack(np.asarray(s.x, np.float32)),
                "y": pack(drawn(s.y) if s.faint else np.asarray(s.y, np.float32)),
                "colour": s.colour,
                "faint": s.faint,
                "dashed": s.dashed,
                "point": s.point,
                "bars": s.bars,
            }
            for s in panel.series
        ],
    }


def drawn(y: Sequence[float] | np.ndarray) -> np.ndarray:
    """As much of the numbers as a curve shows that nobody reads: three digits, which pack well."""
    part, power = np.frexp(np.asarray(y, np.float32))
    return np.ldexp(np.round(part * STEPS) / np.float32(STEPS), power)
