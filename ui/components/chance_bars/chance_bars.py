"""The likeliest classes as bars, from 0 to 100 %; who clicks on one wants it explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ui.browser_state import state_of
from ui.components.base import register

_MOUNT = register("chance_bars")


@dataclass(frozen=True)
class Chance:
    """One class.

    Attributes:
        label: Its number.
        name: What it is called; shown as it stands.
        share: Its probability, 0 to 1.
        marked: Whether it is the one that is explained just now.
    """

    label: int
    name: str
    share: float
    marked: bool = False


def chance_bars(
    key: str,
    bars: Sequence[Chance],
    *,
    on_pick: Callable[[int], None],
    fixed: bool = False,
    projector: bool = False,
) -> None:
    """Draw the bars.

    Args:
        key: Streamlit key, unique on the page.
        bars: From top to bottom.
        on_pick: Called before the next run with the number of the class that was clicked.
        fixed: They cannot be clicked.
        projector: Larger.
    """

    def picked() -> None:
        label = state_of(key).get("picked")
        if not fixed and isinstance(label, int) and label in [bar.label for bar in bars]:
            on_pick(label)

    data = {
        "bars": [
            {"label": b.label, "name": b.name, "share": b.share, "marked": b.marked} for b in bars
        ],
        "fixed": fixed,
        "projector": projector,
    }
    _MOUNT(key=key, data=data, on_picked_change=picked)
