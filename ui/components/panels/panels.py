"""Small charts and matrices side by side, changed in place: as many abreast as there is room for.

Plotly draws a chart anew whenever its data changes, which a student who moves a slider feels.
These are plain lines and plain cells, and cost a millisecond. A point of a chart may be picked:
the page then moves its own control there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ui.browser_state import state_of
from ui.components.arrays import pack
from ui.components.base import register

_MOUNT = register("panels")

KINDS = ("activation", "weight", "gradient", "grey")


@dataclass(frozen=True)
class Curve:
    """Lines over one axis.

    Attributes:
        title: Above it.
        lines: name → (x, y); a name is written at the line's end.
        x_label: Below it.
        here: The present point (x, y), in the accent colour.
        top: Least upper end of the vertical axis, which starts at 0; charts side by side share it.
        setting: The setting of the page that x stands for: its points can be picked.
        colour: Index into the palette's categorical colours, of the first line.
    """

    title: str
    lines: Mapping[str, tuple[Sequence[float] | np.ndarray, Sequence[float] | np.ndarray]]
    x_label: str = ""
    here: tuple[float, float] | None = None
    top: float = 0.0
    setting: str = ""
    colour: int = 0


@dataclass(frozen=True)
class Cells:
    """A matrix (H, W): colours, and numbers where they fit.

    Attributes:
        title: Above it.
        values: (H, W).
        kind: "activation", "weight", "gradient" (signed) or "grey" (ink).
        limit: max|x| of the scale; that of ``values`` by default.
        decimals: Of the numbers.
        caption: Below it.
    """

    title: str
    values: np.ndarray = field(repr=False)
    kind: str = "activation"
    limit: float | None = None
    decimals: int = 0
    caption: str = ""


def panels(
    key: str,
    items: Sequence[Curve | Cells],
    *,
    alt: str,
    least: int = 190,
    height: int = 170,
    group: int = 1,
    projector: bool = False,
    on_pick: Callable[[str, float], None] | None = None,
) -> None:
    """Draw the panels.

    Args:
        key: Streamlit key, unique on the page.
        items: From left to right; they wrap where there is no room.
        alt: What they show, in a sentence, for those who cannot see it.
        least: No panel is narrower than this many pixels, while the page is not.
        height: Pixels of a chart; a matrix is at most so high.
        group: So many panels belong together and stay in one row.
        projector: Larger.
        on_pick: Called with (setting, x) before the page runs when a point was picked.

    Raises:
        ValueError: A kind that is not known, or values that are no matrix.
    """
    scale = 1.25 if projector else 1.0
    data: dict[str, Any] = {
        "items": [_curve(i) if isinstance(i, Curve) else _cells(i) for i in items],
        "alt": alt,
        "least": round(least * scale),
        "height": round(height * scale),
        "group": group,
        "projector": projector,
    }

    def picked() -> None:
        found = _picked(key, items)
        if found and on_pick:
            on_pick(*found)

    _MOUNT(key=key, data=data, on_picked_change=picked)


def _curve(item: Curve) -> dict[str, Any]:
    return {
        "type": "curve",
        "title": item.title,
        "xLabel": item.x_label,
        "here": None if item.here is None else [float(v) for v in item.here],
        "top": float(item.top),
        "setting": item.setting,
        "colour": item.colour,
        "lines": [
            {"name": name, "x": [float(v) for v in x], "y": [float(v) for v in y]}
            for name, (x, y) in item.lines.items()
        ],
    }


def _cells(item: Cells) -> dict[str, Any]:
    if item.kind not in KINDS:
        raise ValueError(f"kind: got {item.kind!r}, need one of {', '.join(KINDS)}")
    values = np.asarray(item.values, np.float32)
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"values: got shape {values.shape}, need (H, W)")
    finite = values[np.isfinite(values)]
    top = float(np.abs(finite).max(initial=0.0)) if item.limit is None else item.limit
    return {
        "type": "cells",
        "title": item.title,
        "values": pack(values),
        "kind": item.kind,
        "limit": top or 1.0,
        "decimals": item.decimals,
        "caption": item.caption,
    }


def _picked(key: str, items: Sequence[Curve | Cells]) -> tuple[str, float] | None:
    """What was picked, if it is a point of one of the charts."""
    value = state_of(key).get("picked")
    if not isinstance(value, Sequence) or len(value) != 2:
        return None
    setting, x = value
    charts = [i for i in items if isinstance(i, Curve) and i.setting and i.setting == setting]
    known = {float(v) for chart in charts for xs, _ in chart.lines.values() for v in xs}
    return (str(setting), x) if isinstance(x, int | float) and x in known else None
