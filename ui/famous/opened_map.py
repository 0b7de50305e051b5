"""One map of a large network, a unit of it, and what of the picture that unit sees."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from cnn.architectures.architecture import Architecture
from cnn.explain import UnitField, unit_field
from jobs.large.maps import Maps
from jobs.large.passing import Looked
from ui import codecs, lesson, link
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.famous import photo
from ui.famous.weights import Choice

#: Side of the map.
_SIDE = 224
#: Which unit of the map is looked at.
UNITS = {"best": "Its strongest", "own": "Your choice"}
#: In the link, of a row or column that nobody has chosen.
_NOT_CHOSEN = -1
_CELL = codecs.integer(_NOT_CHOSEN, 4096)


def show(chosen: Choice, found: Looked) -> None:
    """One map, one unit of it, and what that unit sees of the picture."""
    maps = found.maps
    if len(maps.shape) == 1:
        st.markdown("Every unit here sees the whole picture: the maps were laid out in a row.")
        return
    values, channel = maps.whole, maps.opened
    best = np.unravel_index(np.abs(values).argmax(), values.shape)
    with st.container(horizontal=True, key="fn_opened", gap="large"):
        with st.container(width=260):
            row, column = int(best[0]), int(best[1])
            if link.choice("Unit of the map", "fn_unit", UNITS, "best") == "own":
                height, width = values.shape
                row = link.slider("Row", "fn_row", 0, height - 1, height // 2)
                column = link.slider("Column", "fn_column", 0, width - 1, width // 2)
            field = field_of(chosen.architecture, maps.layer, (channel, row, column))
            st.markdown(unit_words(maps, channel, row, column, values[row, column], field))
        with st.container(width=round(1.25 * _SIDE)):
            tile_grid(
                "fn_open",
                [Tiles(f"Map {channel}", values[None])],
                side=_SIDE,
                projector=lesson.projector(),
            )
        photo.show(
            photo.framed(*photo.enlarged(found.picture, field.clipped, _SIDE)),
            caption="What this unit can see",
            alt=f"The picture; a frame around rows {field.clipped[0]} to {field.clipped[1] - 1}, "
            f"columns {field.clipped[2]} to {field.clipped[3] - 1}",
            width=_SIDE,
        )


def keep_in_link() -> None:
    """The unit that a link names stays in it until there is a map."""
    if link.get("fn_unit", "best", codecs.one_of(UNITS)) == "own":
        for name in ("fn_row", "fn_column"):
            link.get(name, _NOT_CHOSEN, _CELL)


@lru_cache(maxsize=256)
def field_of(of: Architecture, name: str, index: tuple[int, int, int]) -> UnitField:
    """What a unit sees; from the table alone, no weight is drawn."""
    return unit_field(of.build(init="zeros"), name, index, of.input_shape)


def unit_words(
    maps: Maps, channel: int, row: int, column: int, value: float, field: UnitField
) -> str:
    """What the unit is and sees."""
    rows, columns = field.size
    top, bottom, left, right = field.clipped
    seen = (bottom - top) * (right - left)
    words = (
        f"**{maps.layer}, map {channel}, row {row}, column {column}** says "
        f"{value:.3g}. It sees {rows}×{columns} cells"
    ).replace("-", "−")
    if seen < rows * columns:
        words += f", of which {bottom - top}×{right - left} lie on the picture"
    return words + "."
