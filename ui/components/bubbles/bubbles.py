"""Things as bubbles over two axes, of which the one across is logarithmic.

Each is pointed at, or gone to with the arrow keys, and is then told about in a line below. Plotly
draws the like, and is more than all else that a visit brings: 1.4 MB.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ui.components.base import register

_MOUNT = register("bubbles")

Side = Literal["above", "below", "right"]


@dataclass(frozen=True)
class Bubble:
    """One thing.

    Attributes:
        name: Beside it.
        across: Its place on the logarithmic axis; above 0.
        up: Its place on the other.
        area: In square pixels.
        words: What is said of it when it is pointed at.
        name_at: Where its name stands.
    """

    name: str
    across: float
    up: float
    area: float
    words: str
    name_at: Side = "above"


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        title: What it counts.
        ends: The lower and the upper one.
        ticks: value → how it is written; those beyond the ends are left out.
    """

    title: str
    ends: tuple[float, float]
    ticks: Mapping[float, str]


def bubbles(
    key: str,
    items: Sequence[Bubble],
    *,
    across: Axis,
    up: Axis,
    alt: str,
    projector: bool = False,
) -> None:
    """Draw them.

    Args:
        key: Streamlit key, unique on the page.
        items: What is drawn.
        across: Logarithmic, from left to right.
        up: Even, from bottom to top.
        alt: What the chart shows, in a sentence.
        projector: Larger.

    Raises:
        ValueError: A place on the logarithmic axis, or an end of it, is not above 0.
    """
    if min(*across.ends, *(item.across for item in items)) <= 0:
        raise ValueError("across: need places and ends above 0 on a logarithmic axis")
    scale = 1.25 if projector else 1.0
    logs = math.log10(across.ends[0]), math.log10(across.ends[1])
    data: dict[str, Any] = {
        "bubbles": [
            {
                "name": item.name,
                "x": _share(math.log10(item.across), logs),
                "y": _share(item.up, up.ends),
                "radius": scale * math.sqrt(item.area / math.pi),
                "words": item.words,
                "at": item.name_at,
            }
            for item in items
        ],
        "across": _ticks({math.log10(v): text for v, text in across.ticks.items()}, logs),
        "up": _ticks(up.ticks, up.ends),
        "titles": [across.title, up.title],
        "alt": alt,
        "projector": projector,
    }
    _MOUNT(key=key, data=data)


def _share(value: float, ends: tuple[float, float]) -> float:
    """Where it lies between the ends: 0 at the lower, 1 at the upper."""
    return (value - ends[0]) / (ends[1] - ends[0])


def _ticks(ticks: Mapping[float, str], ends: tuple[float, float]) -> list[dict[str, Any]]:
    at = {_share(value, ends): text for value, text in ticks.items()}
    return [{"at": share, "text": text} for share, text in at.items() if 0 <= share <= 1]
