"""A network drawn from its table, and the table beside it.

The whole network travels once; what is opened and closed, pointed at and chosen happens in the
browser. What comes back is where the student is: the chosen node and those that are open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ui.browser_state import state_of
from ui.components.base import register
from ui.components.wire import Kept

_MOUNT = register("network_diagram")

View = Literal["diagram", "bars"]


@dataclass(frozen=True)
class Total:
    """A bar of the whole network.

    Attributes:
        title: What is counted.
        count: How many there are.
        parts: Whose they are: "conv", "dense" or "pool" (all others), and their share.
    """

    title: str
    count: int
    parts: Sequence[tuple[str, float]]


def network_diagram(
    key: str,
    network: Kept,
    *,
    name: str,
    input_shape: Sequence[int],
    chosen: int,
    opened: Sequence[int],
    epoch: int,
    on_place: Callable[[int, list[int]], None],
    view: View = "diagram",
    totals: Sequence[Total] = (),
    seconds: Sequence[float] | None = None,
    fixed: bool = False,
    projector: bool = False,
) -> None:
    """Draw the network.

    Args:
        key: Streamlit key, unique on the page.
        network: Its columns, as :func:`ui.famous.tree.table_of` gives them.
        name: As people say it.
        input_shape: (C, H, W).
        chosen: The place of the node that is chosen, −1 for none.
        opened: Places of those that are open.
        epoch: Where it changes, the two above were set from elsewhere, and hold.
        on_place: Called before the next run with the chosen node and those open, unchecked.
        view: The picture and its table, or a table of bars.
        totals: Bars of the whole network, above the table.
        seconds: Measured time of each node, for the bars.
        fixed: Nothing can be chosen or opened.
        projector: Larger.
    """

    def changed() -> None:
        place = _place(key)
        chosen, open_ = place.get("chosen"), place.get("open")
        if fixed or not isinstance(chosen, int) or not isinstance(open_, list):
            return
        on_place(chosen, [node for node in open_ if isinstance(node, int)])

    data: dict[str, Any] = {
        "network": network.unless(_held(key)),
        "name": name,
        "input": list(input_shape),
        "chosen": chosen,
        "open": list(opened),
        "epoch": epoch,
        "view": view,
        "totals": [asdict(total) for total in totals],
        "seconds": None if seconds is None else list(seconds),
        "fixed": fixed,
        "projector": projector,
    }
    _MOUNT(key=key, data=data, on_place_change=changed)


def _place(key: str) -> Mapping[str, Any]:
    place = state_of(key).get("place")
    return place if isinstance(place, Mapping) else {}


def _held(key: str) -> frozenset[str]:
    """Marks of what the browser said that it holds."""
    marks = _place(key).get("held")
    if not isinstance(marks, list):
        return frozenset()
    return frozenset(m for m in marks if isinstance(m, str))
