"""Counts as bars: on a logarithmic scale, where each line is ten times as much, or an even one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ui.components.base import register

_MOUNT = register("log_bars")


@dataclass(frozen=True)
class Bar:
    """One count.

    Attributes:
        name: Above the bar.
        count: At least 1.
        text: The count in words, beside the name.
        marked: Whether it is the one that the page is about: its bar is filled, others hatched.
        head: A title above the bar, where a group begins.
    """

    name: str
    count: int
    text: str
    marked: bool = False
    head: str = ""


def log_bars(key: str, bars: Sequence[Bar], *, even: bool = False, projector: bool = False) -> None:
    """Draw the bars, from 1 to the next power of ten above the largest.

    Args:
        key: Streamlit key, unique on the page.
        bars: From top to bottom.
        even: An even scale, from 0 to the largest: twice as long is twice as many.
        projector: Larger.

    Raises:
        ValueError: There is no bar, or a count is below 1.
    """
    if not bars or min(bar.count for bar in bars) < 1:
        raise ValueError("bars: need at least one, each with a count of 1 or more")
    most = max(bar.count for bar in bars)
    decades = max(1, math.ceil(math.log10(most)))
    data = {
        "decades": 0 if even else decades,
        "bars": [
            {
                "name": bar.name,
                "share": bar.count / most if even else math.log10(bar.count) / decades,
                "text": bar.text,
                "marked": bar.marked,
                "head": bar.head,
            }
            for bar in bars
        ],
        "projector": projector,
    }
    _MOUNT(key=key, data=data)
