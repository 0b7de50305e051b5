"""Many small maps side by side, redrawn in place: filters, feature maps, digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ui.browser_state import state_of
from ui.components.arrays import pack
from ui.components.base import register

_MOUNT = register("tile_grid")

KINDS = ("activation", "weight", "gradient", "grey", "rgb")


@dataclass(frozen=True)
class Tiles:
    """A row of maps under one title, on one scale.

    Attributes:
        title: Above them.
        maps: (K, h, w); for kind "rgb" (K, 3, h, w), values 0 to 1.
        kind: Colours: "activation", "weight", "gradient" (signed), "grey" (ink) or "rgb".
        limit: max|x| of the scale; that of ``maps`` by default.
        captions: One below each map.
        marked: Which maps are marked as wrong: by a corner, not by colour alone.
    """

    title: str
    maps: np.ndarray
    kind: str = "activation"
    limit: float | None = None
    captions: Sequence[str] = ()
    marked: Sequence[int] = ()


def tile_grid(
    key: str,
    rows: Sequence[Tiles],
    *,
    side: int = 56,
    chosen: tuple[int, int] | None = None,
    selectable: bool = False,
    legend: bool = True,
    projector: bool = False,
) -> tuple[int, int] | None:
    """Draw the rows.

    Args:
        key: Streamlit key, unique on the page.
        rows: From top to bottom.
        side: Pixels of a map, about: whole pixels a cell.
        chosen: (row, map) framed in the accent colour.
        selectable: Maps are buttons; what is clicked is returned.
        legend: Min, 0 and max of each row's scale beside its title.
        projector: Larger.

    Returns:
        (row, map) that was clicked last, where it still exists; else None.

    Raises:
        ValueError: a kind that is not known, or maps of a wrong shape.
    """
    data: dict[str, Any] = {
        "rows": [_row(row) for row in rows],
        "side": round(side * 1.25) if projector else side,
        "chosen": list(chosen) if chosen else None,
        "selectable": selectable,
        "legend": legend,
        "projector": projector,
    }
    _MOUNT(key=key, data=data, on_clicked_change=_nothing)
    return _clicked(key, rows)


def _nothing() -> None:
    """Streamlit keeps a state only if something listens to it."""


def _row(row: Tiles) -> dict[str, Any]:
    if row.kind not in KINDS:
        raise ValueError(f"kind: got {row.kind!r}, need one of {', '.join(KINDS)}")
    maps = np.asarray(row.maps, np.float32)
    axes = 4 if row.kind == "rgb" else 3
    if maps.ndim != axes:
        need = "(K, 3, h, w)" if axes == 4 else "(K, h, w)"
        raise ValueError(f"maps: got shape {maps.shape}, need {need}")
    finite = maps[np.isfinite(maps)]
    top = float(np.abs(finite).max(initial=0.0)) if row.limit is None else row.limit
    return {
        "title": row.title,
        "maps": pack(maps),
        "kind": row.kind,
        "limit": top or 1.0,
        "captions": [str(c) for c in row.captions],
        "marked": [int(i) for i in row.marked],
    }


def _clicked(key: str, rows: Sequence[Tiles]) -> tuple[int, int] | None:
    value = state_of(key).get("clicked")
    if not isinstance(value, Sequence) or len(value) != 2:
        return None
    row, tile = value
    if not (isinstance(row, int) and isinstance(tile, int)):
        return None
    return (row, tile) if 0 <= row < len(rows) and 0 <= tile < len(rows[row].maps) else None
