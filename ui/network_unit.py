"""What an open map, unit or cell of the network view is made of.

A dense unit shows its strongest inputs; a cell of a map shows its whole sum on the window stage.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnn.arrays import Array
from cnn.explain import Contribution, window_sum
from cnn.layers.activations import ACTIVATIONS
from ui.components.network_view.views import Selection, Term, UnitWeights
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Look, Shown, Titles
from ui.components.window_stage.window_stage import window_stage
from ui.layer_views import bias_of, kernels_of, shown, whole_sum_at
from ui.network_panels import INPUT, NetworkView, Place

STRONGEST = 6


def unit_weights(view: NetworkView, selection: Selection) -> UnitWeights | None:
    """Weights of the open map or unit; None where nothing with weights is open."""
    place = view.places.get(selection.layer or "")
    unit = selection.map
    if place is None or place.layer is None or unit is None or unit >= len(place.values):
        return None
    at = whole_sum_at(place.layer, unit) if place.values.ndim == 1 else None
    if at is not None:
        return _whole_sum(place, unit, at, view.places[place.source or INPUT].values)
    kernels = kernels_of(place.layer)
    if kernels is None:
        return None
    return UnitWeights(place.name, unit, kernels[unit], bias_of(place.layer, unit))


def _whole_sum(place: Place, unit: int, at: tuple[int, ...], source: Array) -> UnitWeights:
    """A unit that hears everything: weights and products arranged like its source."""
    assert place.layer is not None
    maps = source.shape if len(at) == 1 and source.ndim == 3 else None
    taken = window_sum(place.layer, place.x, at, maps=maps)
    up, down = taken.strongest(STRONGEST)
    products = taken.products
    return UnitWeights(
        place.name,
        unit,
        taken.weight.reshape(source.shape),
        taken.bias,
        product=products.reshape(source.shape),
        raised=float(products[products > 0].sum()),
        lowered=float(products[products < 0].sum()),
        total=float(place.values[unit]),
        strongest=[_term(one) for one in up],
        weakest=[_term(one) for one in down],
    )


def _term(one: Contribution) -> Term:
    return Term(one.channel, one.row, one.column, one.x, one.weight, one.product)


# --- the window stage of an open cell -----------------------------------------------------------


def cell_stage(
    key: str, view: NetworkView, selection: Selection, *, projector: bool = False
) -> bool:
    """Mount the window stage for the open cell; False where no cell with a window is open."""
    found = cell_shown(view, selection)
    if found is None:
        return False
    cell, look = found
    window_stage(key, cell, replace(look, projector=projector))
    return True


def cell_shown(view: NetworkView, selection: Selection) -> tuple[Shown, Look] | None:
    """The open cell's whole sum, as :func:`window_stage` shows it.

    An activation's cell is shown with the window of the layer before it, so that the whole way
    from the inputs to the number is one picture. None without an open cell, and for layers whose
    cells are no sum over a window.
    """
    places = view.places
    place = places.get(selection.layer or "")
    if place is None or place.layer is None or selection.level != "cell":
        return None
    if place.values.ndim != 3 or place.values.shape[0] <= (selection.map or 0):
        return None
    assert selection.map is not None and selection.row is not None and selection.col is not None
    name = next((n for n, kind in ACTIVATIONS.items() if type(place.layer) is kind), None)
    summed = places[place.source or INPUT] if name else place
    found = shown(summed.layer, summed.x, selection.map) if summed.layer else None
    if name and found is None:
        found = _identity(place, selection.map)
    if found is None:
        return None
    source = places[(summed if summed.layer else place).source or INPUT]
    look = Look(
        input_kind="grey" if source.name == INPUT and len(source.values) == 1 else "activation",
        titles=Titles(source.name, output=f"{place.name} · map {selection.map}"),
        start_cell=(selection.row, selection.col),
        reveal="whole",
    )
    return replace(found, setting=replace(found.setting, activation=name)), look


def _identity(place: Place, channel: int) -> Shown:
    """An activation whose input is no sum over a window: one cell, taken as it is."""
    one = np.ones((1, 1, 1))
    return Shown(place.x[[channel]], Setting.of_kernel(one), one)
