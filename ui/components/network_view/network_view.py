"""The whole network as columns of feature maps, from the input to the probabilities.

The browser draws and zooms (network → layer → map → cell) from what one forward pass gave; it
computes no number of the network. Updates repaint the canvases that are there already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ui.browser_state import state_of
from ui.components.arrays import pack, pack_seen
from ui.components.base import register
from ui.components.network_view.views import LayerView, Selection, UnitWeights
from ui.components.wire import Kept
from ui.remembered import Remembered

_view = register("network_view")
#: A selection made by the page, until the browser says something newer than what it was made on.
_MOVED: Remembered[tuple[int, Selection] | None] = Remembered("_network_moved", None)


def selected(key: str, default: Selection | None = None) -> Selection:
    """What is open in the view ``key``, known before the view is mounted in this run.

    ``default`` holds until the browser or the page has said otherwise (a selection from the link).
    """
    count, sent = _sent(key)
    moved = _MOVED.of(key).get()
    if moved is not None and moved[0] == count:
        return moved[1]
    return sent if sent is not None else default or Selection()


def _sent(key: str) -> tuple[int, Selection | None]:
    """What the browser said last, and how many times it has said something."""
    sent = state_of(key).get("selection")
    if not isinstance(sent, Mapping):
        return 0, None
    count = sent.get("count")
    return count if isinstance(count, int) else 0, Selection.from_mapping(sent)


def network_view(
    key: str,
    *,
    layers: Sequence[LayerView],
    probabilities: np.ndarray,
    logits: np.ndarray,
    classes: Sequence[str],
    sequence: int = 0,
    selection: Selection | None = None,
    weights_of_selected: UnitWeights | None = None,
    label: str = "drawing",
    field_target: str = "",
    projector: bool = False,
    compact: bool = False,
    constants: Kept | None = None,
    held: Collection[str] = (),
    on_select: Callable[[], None] | None = None,
) -> Selection:
    """Show a network's forward pass; return what is open in it, in this run.

    Args:
        key: Unique on the page; also the key of the state.
        layers: From the input to the last layer before the probabilities, sources first.
        probabilities: (K,), one a class.
        logits: (K,), the last layer's raw scores; or (1,) where a sigmoid decides between two.
        classes: The K names.
        sequence: Number of the drawing or training step; shown to tests and to the draw pad as
            ``data-sequence`` once it is painted.
        selection: What is open. Pass what :func:`selected` gave, or something else to move it.
        weights_of_selected: Weights of the open map or unit, from
            :func:`ui.network_unit.unit_weights`.
        label: What the input is called: "drawing", "image".
        field_target: Key of the component that outlines receptive fields (the drawing pad).
        projector: Larger type.
        compact: Less height.
        constants: What :func:`constants_of` made of these layers in an earlier pass, where the
            network has stayed the same.
        held: Marks of what the browser holds already, where another component of the page said so.
        on_select: Called when something else is opened, before the next run.

    Raises:
        ValueError: If the classes, probabilities and logits do not fit together.
    """
    if len(probabilities) != len(classes):
        raise ValueError(
            f"probabilities must have one number for each of the {len(classes)} classes, "
            f"but has {len(probabilities)}"
        )
    if len(logits) not in (1, len(classes)):
        raise ValueError(f"logits must have 1 or {len(classes)} numbers, but has {len(logits)}")
    count, sent = _sent(key)
    chosen = selection if selection is not None else selected(key)
    if sent is not None and chosen != selected(key):
        _MOVED.of(key).put((count, chosen))
    data = payload(layers, probabilities, logits, classes, chosen, weights_of_selected)
    data |= {
        "layers": (constants or constants_of(layers)).unless(held),
        "sequence": int(sequence),
        "acknowledged": count,
        "label": label,
        "fieldTarget": field_target,
        "projector": projector,
        "compact": compact,
    }
    _view(key=key, data=data, on_selection_change=on_select or (lambda: None))
    return chosen


def payload(
    layers: Sequence[LayerView],
    probabilities: np.ndarray,
    logits: np.ndarray,
    classes: Sequence[str],
    selection: Selection,
    weights: UnitWeights | None = None,
) -> dict[str, Any]:
    """What travels to the browser with every pass."""
    return {
        "values": _values(layers),
        "probabilities": [float(p) for p in probabilities],
        "logits": [float(z) for z in logits],
        "classes": [str(c) for c in classes],
        "selection": asdict(selection),
        "weights": None if weights is None else _weights(weights),
    }


def constants_of(layers: Sequence[LayerView]) -> Kept:
    """What stays the same from pass to pass while nobody changes the network: all but values."""
    index = {layer.name: i for i, layer in enumerate(layers)}
    return Kept([_layer(layer, index) for layer in layers])


def _layer(layer: LayerView, index: dict[str, int]) -> dict[str, Any]:
    """All but the values; the strengths of connections as int8."""
    return {
        "name": layer.name,
        "kind": layer.kind,
        "title": layer.title,
        "source": None if layer.source is None else index[layer.source],
        "connect": layer.connect,
        "parameters": int(layer.parameters),
        "channels": int(layer.channels or layer.values.shape[0]),
        "window": None if layer.window is None else asdict(layer.window),
        "field": None if layer.field is None else asdict(layer.field),
        "groups": layer.groups,
        "scale": layer.scale,
        "kernels": None if layer.kernels is None else pack(layer.kernels),
        "bias": None if layer.bias is None else pack(layer.bias),
        "edges": None if layer.edges is None else _strengths(layer.edges),
        "signed": bool(layer.edges is not None and (layer.edges < 0).any()),
    }


def _values(layers: Sequence[LayerView]) -> list[dict[str, Any]]:
    """What each layer gave, to what is seen of it, and nothing twice.

    Where a layer gave what its source has above zero (a ReLU), that is said in place of the
    numbers.
    """
    by_name = {layer.name: layer for layer in layers}
    finest = {layer.name: _limit(layer) for layer in layers}
    said: list[dict[str, Any]] = []
    for layer in reversed(layers):
        source = by_name.get(layer.source or "")
        if source and np.array_equal(np.maximum(source.values, 0), layer.values):
            finest[source.name] = min(finest[source.name], finest[layer.name])
            said.append({"shape": list(layer.values.shape), "above": 0})
        else:
            said.append(pack_seen(layer.values, finest[layer.name]))
    return said[::-1]


def _limit(layer: LayerView) -> float:
    """The end of the colour scale that the browser will use."""
    finite = layer.values[np.isfinite(layer.values)]
    return max(layer.scale or 0.0, float(np.abs(finite).max(initial=0.0)))


def _strengths(edges: np.ndarray) -> dict[str, Any]:
    """Proportions only: the largest |strength| becomes 127."""
    largest = float(np.abs(edges).max(initial=0.0))
    known = np.isfinite(largest) and largest > 0
    shares = edges * (127 / largest) if known else np.zeros(edges.shape)
    return {"shape": list(edges.shape), "data": np.rint(shares).astype(np.int8).reshape(-1)}


def _weights(weights: UnitWeights) -> dict[str, Any]:
    return {
        "layer": weights.layer,
        "unit": int(weights.unit),
        "weight": pack(weights.weight),
        "bias": float(weights.bias),
        "product": None if weights.product is None else pack(weights.product),
        "raised": float(weights.raised),
        "lowered": float(weights.lowered),
        "total": None if weights.total is None else float(weights.total),
        "strongest": [asdict(term) for term in weights.strongest],
        "weakest": [asdict(term) for term in weights.weakest],
    }
