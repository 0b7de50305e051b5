"""A function and its derivative, with a point that is dragged along both.

Python sends the curves as samples; the browser only looks up the sample under the pointer. Where
the point is let go is sent back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ui.browser_state import state_of
from ui.components.arrays import pack
from ui.components.base import register

_MOUNT = register("curve_point")


@dataclass(frozen=True)
class Curve:
    """One curve over the common x: a name such as ``f(x)``, its values, its colour."""

    name: str
    y: np.ndarray
    colour: int = 0
    dashed: bool = False


def curve_point(
    key: str,
    x: np.ndarray,
    curves: Sequence[Curve],
    *,
    at: float,
    on_move: Callable[[float], None],
    title: str,
    height: int = 320,
    slope: np.ndarray | None = None,
    leads: np.ndarray | None = None,
    x_name: str = "x",
    editable: bool = True,
    projector: bool = False,
) -> None:
    """Draw the curves and the point.

    Args:
        key: Streamlit key, unique on the page.
        x: (n,) rising, evenly spaced.
        curves: Values over x.
        at: The x of the point.
        on_move: Called with the x before the next run, when the student has moved the point.
        title: What it is, for those who cannot see it.
        height: In pixels.
        slope: (n,) slope of the first curve: its tangent is drawn at the point.
        leads: (n,) the x that each point leads to: a hollow point marks it on the first curve.
        x_name: What x is.
        editable: Whether the point can be moved.
        projector: Larger type, thicker lines.
    """
    data: dict[str, Any] = {
        "x": pack(x),
        "curves": [
            {"name": c.name, "y": pack(c.y), "colour": c.colour, "dashed": c.dashed} for c in curves
        ],
        "at": float(at),
        "title": title,
        "height": height,
        "slope": None if slope is None else pack(slope),
        "leads": None if leads is None else pack(leads),
        "xName": x_name,
        "editable": editable,
        "projector": projector,
    }

    def moved() -> None:
        value = state_of(key).get("at")
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            return
        on_move(float(np.clip(value, x[0], x[-1])))

    _MOUNT(key=key, data=data, on_at_change=moved)
