"""The maps of a layer as tiles: a click opens one; below them the first layer's kernels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from cnn.arrays import Array
from jobs.large.maps import Maps
from jobs.large.passing import Looked
from ui import codecs, lesson, link
from ui.browser_state import state_of
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.famous import opened_map
from ui.famous.weights import Choice
from ui.remembered import Remembered

#: Side of a tile.
_TILE = 84
_MAPS = "fn_maps"
#: The tile as the browser said it last.
_CLICKED: Remembered[object] = Remembered("_fn_clicked", None)
#: In the link, in place of a map's number.
STRONGEST = -1
_MAP = codecs.integer(STRONGEST, 4096)
_MAP_LABEL = "Map that is opened"


def looked(chosen: Choice, found: Looked, whole: Looked | None) -> None:
    """The maps of the layer, one of them opened, the first layer's kernels.

    Args:
        chosen: The network.
        found: The pass.
        whole: The same with the map that was clicked; None while it is on its way.
    """
    maps = found.maps
    order = [int(c) for c in maps.channels]
    opened_one = maps.opened if whole is None else whole.maps.opened
    at = order.index(opened_one) if opened_one in order else None
    with st.container(key="fn_whole"):
        if whole is not None:
            opened_map.show(chosen, whole)
    tile_grid(
        _MAPS,
        [tiles(maps)],
        side=_TILE,
        selectable=len(maps.shape) == 3 and not link.held("fn_map"),
        chosen=None if at is None else (0, at),
        projector=lesson.projector(),
    )
    with st.container(key="fn_kernels"):
        tile_grid(
            "fn_first",
            [kernel_tiles(found.kernels)],
            side=44,
            legend=False,
            projector=lesson.projector(),
        )


def take_click(maps: Maps) -> None:
    """A tile that was clicked since the last run is the map to open."""
    value = state_of(_MAPS).get("clicked")
    if value == _CLICKED.get():
        return
    _CLICKED.put(value)
    place = value[1] if isinstance(value, Sequence) and len(value) == 2 else None
    if isinstance(place, int) and 0 <= place < len(maps.channels):
        link.put("fn_map", int(maps.channels[place]), _MAP)


def present_map(maps: Maps) -> int:
    """The map that is opened: the strongest, or the one that the student clicked."""
    chosen = link.get("fn_map", STRONGEST, _MAP, label=_MAP_LABEL)
    return chosen if 0 <= chosen < maps.shape[0] else maps.opened


def forget_map() -> None:
    """Another layer has other maps: its strongest is opened."""
    link.put("fn_map", STRONGEST, _MAP)


def keep_in_link() -> None:
    """The map that a link names stays in it until there are maps."""
    link.get("fn_map", STRONGEST, _MAP, label=_MAP_LABEL)


def tiles(maps: Maps) -> Tiles:
    """The strongest maps, small."""
    if len(maps.shape) == 1:
        return Tiles(f"{maps.layer}: {maps.shape[0]:,} units, row by row", maps.small)
    count, total = len(maps.channels), maps.shape[0]
    some = f"the {count} strongest of {total}" if count < total else f"all {total}, strongest first"
    title = f"{maps.layer}: maps of {maps.shape[1]}×{maps.shape[2]}, {some}"
    return Tiles(title, maps.small, captions=[str(c) for c in maps.channels])


def kernel_tiles(kernels: Array) -> Tiles:
    """(O, 3, kh, kw) as colour pictures, each from its least to its largest; (O, 1, …) signed."""
    size = f"{kernels.shape[2]}×{kernels.shape[3]}"
    first = f"The first layer's {len(kernels)} filters of {size}"
    if kernels.shape[1] == 1:
        return Tiles(first, kernels[:, 0], "weight")
    title = f"{first}, red, green and blue, as pictures"
    low = kernels.min(axis=(1, 2, 3), keepdims=True)
    high = kernels.max(axis=(1, 2, 3), keepdims=True)
    scaled = (kernels - low) / np.where(high > low, high - low, 1)
    return Tiles(title, scaled, kind="rgb")
