"""Which map or unit is asked about: what is open in the network view, or else the answer's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ui.components.network_view.views import Selection
from ui.network_panels import INPUT, NetworkView
from ui.readers import Reading


@dataclass(frozen=True)
class Unit:
    """A map, a cell of one, or a unit of a layer without maps.

    Attributes:
        layer: Where it is, as the network view calls it.
        channel: Map or unit, as the layer itself counts them.
        index: The one number that is made to grow: the unit, the open cell, or the middle of the
            map.
        cell: (row, column), where a cell is open.
        title: What it is called.
        class_name: What it speaks for, where it is a unit of the last layer.
    """

    layer: str
    channel: int
    index: tuple[int, ...]
    cell: tuple[int, int] | None
    title: str
    class_name: str | None = None


def unit(reading: Reading, selection: Selection) -> Unit:
    """The map or unit that is open; of an open layer the one that answers most strongly now; of the
    whole network the one that gave the answer.
    """
    view = reading.view
    last = list(view.places)[-1]
    name = selection.layer
    if name not in view.places or name == INPUT:
        name, channel = last, _own(reading, last)
    elif selection.map is None or selection.map >= len(view.places[name].values):
        channel = _strongest(view, name)
    else:
        channel = selection.map
    cell = _cell(view, name, selection)
    class_name = _speaks_for(reading, channel) if name == last else None
    title = _title(view, name, channel)
    index = _index(reading, name, channel, cell)
    return Unit(name, index[0], index, cell, title, class_name)


def _cell(view: NetworkView, name: str, selection: Selection) -> tuple[int, int] | None:
    """The open cell, if it is one of this layer's."""
    values = view.places[name].values
    if selection.level != "cell" or name != selection.layer or values.ndim != 3:
        return None
    row, column = selection.row or 0, selection.col or 0
    return (row, column) if row < values.shape[1] and column < values.shape[2] else None


def _index(
    reading: Reading, name: str, channel: int, cell: tuple[int, int] | None
) -> tuple[int, ...]:
    """Where the number stands in what the layer gave, which the view may show in another shape.

    Args:
        reading: The pass.
        name: The layer.
        channel: Map or unit, as it is shown.
        cell: (row, column) of a map; None for its middle.
    """
    shown, own = reading.view.places[name].values.shape, reading.snap[name].shape
    if len(shown) == 3:
        place = (channel, *(cell or (shown[1] // 2, shown[2] // 2)))
        return place if len(own) == 3 else (int(np.ravel_multi_index(place, shown)),)
    return (channel,) if len(own) == 1 else (channel, 0, 0)


def _own(reading: Reading, last: str) -> int:
    count = len(reading.view.places[last].values)
    return min(max(reading.label, 0), count - 1)


def _strongest(view: NetworkView, name: str) -> int:
    values = view.places[name].values
    flat = np.nan_to_num(values.reshape(len(values), -1), nan=-np.inf)
    return int(flat.max(axis=1).argmax())


def _speaks_for(reading: Reading, channel: int) -> str | None:
    names = reading.network.classes
    if reading.single:
        return names[1]
    return names[channel] if channel < len(names) else None


def _title(view: NetworkView, name: str, channel: int) -> str:
    return f"{name}, {'map' if view.places[name].values.ndim == 3 else 'unit'} {channel}"
