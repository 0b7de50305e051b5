"""What an open map, unit or cell of the network view is made of.

A dense unit shows its strongest inputs; a cell of a map shows its whole sum on the window stage.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.explain import Contribution, window_sum
from cnn.layers.activations import ACTIVATIONS
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Linear
from cnn.layers.layer import Layer
from cnn.layers.lenet_1998 import PartialConv2d, Subsample2d
from cnn.layers.pooling import AvgPool2d, MaxPool2d, Pool2d, SumPool2d
from ui.components.network_view.views import Selection, Term, UnitWeights
from ui.components.window_stage.window_stage import window_stage
from ui.network_panels import INPUT, NetworkView, Place

STRONGEST = 6


def unit_weights(view: NetworkView, selection: Selection) -> UnitWeights | None:
    """Weights of the open map or unit; None where nothing with weights is open."""
    shown = view.places
    place = shown.get(selection.layer or "")
    unit = selection.map
    if place is None or place.layer is None or unit is None or unit >= len(place.values):
        return None
    source = shown[place.source or INPUT].values
    if place.values.ndim == 1 and isinstance(place.layer, Linear | Conv2d):
        return _whole_sum(place, unit, source)
    if isinstance(place.layer, Conv2d | PartialConv2d):
        weight = _full_weight(place.layer)[unit]
        return UnitWeights(place.name, unit, weight, _bias(place.layer, unit))
    return None


def _whole_sum(place: Place, unit: int, source: Array) -> UnitWeights:
    """A unit that hears everything: weights and products arranged like its source."""
    assert place.layer is not None
    dense = isinstance(place.layer, Linear)
    index = (unit,) if dense else (unit, 0, 0)
    maps = source.shape if dense and source.ndim == 3 else None
    taken = window_sum(place.layer, place.x, index, maps=maps)
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


def _full_weight(layer: Conv2d | PartialConv2d) -> Array:
    return layer.full_weight() if isinstance(layer, PartialConv2d) else layer.params["weight"]


def _bias(layer: Layer, unit: int) -> float:
    return float(layer.params["bias"][unit]) if "bias" in layer.params else 0.0


# --- the window stage of an open cell -----------------------------------------------------------


def cell_stage(
    key: str, view: NetworkView, selection: Selection, *, projector: bool = False
) -> bool:
    """Mount the window stage for the open cell; False where no cell with a window is open."""
    arguments = cell_arguments(view, selection)
    if arguments is None:
        return False
    window_stage(key, **arguments, projector=projector)
    return True


def cell_arguments(view: NetworkView, selection: Selection) -> dict[str, Any] | None:
    """Arguments of :func:`window_stage` that show the open cell's whole sum.

    An activation's cell is shown with the window of the layer before it, so that the whole way
    from the inputs to the number is one picture. None without an open cell, and for layers whose
    cells are no sum over a window.
    """
    shown = view.places
    place = shown.get(selection.layer or "")
    if place is None or place.layer is None or selection.level != "cell":
        return None
    if place.values.ndim != 3 or place.values.shape[0] <= (selection.map or 0):
        return None
    assert selection.map is not None and selection.row is not None and selection.col is not None
    name = next((n for n, kind in ACTIVATIONS.items() if type(place.layer) is kind), None)
    summed = shown[place.source or INPUT] if name else place
    found = _window_arguments(summed, selection.map) if summed.layer else None
    if name and found is None:
        found = _identity(place, selection.map)
    if found is None:
        return None
    source = shown[(summed if summed.layer else place).source or INPUT]
    grey = source.name == INPUT and len(source.values) == 1
    return found | {
        "activation": name,
        "start_cell": (selection.row, selection.col),
        "input_kind": "grey" if grey else "activation",
        "title_in": source.name,
        "title_out": f"{place.name} · map {selection.map}",
        "reveal": "whole",
    }


def _window_arguments(place: Place, channel: int) -> dict[str, Any] | None:
    layer, x = place.layer, place.x
    if isinstance(layer, Conv2d):
        count = layer.params["weight"].shape[1]
        first = channel // (layer.out_channels // layer.groups) * count
        names = [f"map {first + i}" for i in range(count)]
        return {
            "kind": "conv",
            "x": x[first : first + count],
            "weight": layer.params["weight"][channel],
            "bias": _bias(layer, channel),
            "padding_mode": layer.padding_mode,
            "channel_names": names if count > 1 else None,
            **_slide(layer, x),
        }
    if isinstance(layer, PartialConv2d):
        heard = list(layer.inputs[channel])
        return {
            "kind": "conv",
            "x": x[heard],
            "weight": layer.full_weight()[channel, heard],
            "bias": _bias(layer, channel),
            "channel_names": [f"map {i}" for i in heard],
            **_slide(layer, x),
        }
    if isinstance(layer, Subsample2d):
        weight = np.full(layer.window.kernel, layer.params["weight"][channel])
        return {
            "kind": "conv",
            "x": x[[channel]],
            "weight": weight,
            "bias": _bias(layer, channel),
            **_slide(layer, x),
        }
    if isinstance(layer, BatchNorm2d):
        taken = window_sum(layer, x, (channel, 0, 0))
        return {"kind": "conv", "x": x[[channel]], "weight": taken.weight, "bias": taken.bias}
    return _pool_arguments(layer, x, channel)


def _pool_arguments(layer: Layer | None, x: Array, channel: int) -> dict[str, Any] | None:
    if not isinstance(layer, Pool2d | AdaptiveAvgPool2d):
        return None
    if isinstance(layer, AdaptiveAvgPool2d):
        even = all(n % size == 0 for n, size in zip(x.shape[1:], layer.output_size, strict=True))
        if not even:
            return None
    kind = "max" if isinstance(layer, MaxPool2d) else "avg"
    if isinstance(layer, SumPool2d):
        kind = "sum"
    slide = _slide(layer, x)
    window = {"kernel_size": slide.pop("kernel_size"), "ceil_mode": _ceil(layer)}
    if isinstance(layer, AvgPool2d):
        window["count_include_pad"] = layer.count_include_pad
    return {"kind": kind, "x": x[[channel]], **window, **slide}


def _ceil(layer: Layer) -> bool:
    return isinstance(layer, Pool2d) and layer.window.ceil_mode


def _slide(layer: Layer, x: Array) -> dict[str, Any]:
    step: Any = layer.receptive_step(x.shape)
    slide = {"stride": step.stride, "padding": step.padding, "dilation": step.dilation}
    return slide if "weight" in layer.params else {"kernel_size": step.kernel, **slide}


def _identity(place: Place, channel: int) -> dict[str, Any]:
    """An activation whose input is no sum over a window: one cell, taken as it is."""
    return {"kind": "conv", "x": place.x[[channel]], "weight": np.ones((1, 1, 1)), "bias": 0.0}
