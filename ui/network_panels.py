"""From a network of ``cnn`` and one forward pass to what the network view shows.

Every number shown is one of that pass or a weight of the network; the sum of one unit comes from
:mod:`cnn.explain`, which agrees with the pass to rounding. In a page::

    view = NetworkView.of(snapshot(net, image))
    picked = selected("view", link_default)
    network_view("view", layers=view.layers(picked), selection=picked,
                 weights_of_selected=unit_weights(view, picked), ...)
    cell_stage("cell", view, picked)                     # the full sum of an open cell
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from cnn.arrays import Array
from cnn.explain import Snapshot
from cnn.layers.activations import Sigmoid
from cnn.layers.layer import Layer
from cnn.layers.softmax import Softmax
from cnn.nets.container import Container, stack_of
from cnn.nets.network import Sequential
from cnn.window.geometry import Window as Slide
from cnn.window.receptive_field import Field, receptive_field
from ui.components.network_view.views import FieldOnInput, LayerView, Selection, Window
from ui.layer_views import edges_of, groups_of, kernels_of, words_of

INPUT = "input"
#: Kernels of a layer travel with every pass up to this many numbers; else when a map is open.
KERNEL_BUDGET = 4096
#: Connections of a layer whose strengths travel.
EDGE_BUDGET = 20_000
#: Activations of a whole network that travel; beyond that, fewer maps of each layer.
VALUE_BUDGET = 60_000


@dataclass(frozen=True)
class Place:
    """Where a shown layer stands: its name, the shown layer that feeds it, its field.

    Attributes:
        name: Its path in the network.
        layer: The layer itself; None for the input.
        source: Name of the shown layer that feeds it; None for the input.
        x: What enters it, (C, H, W) or (F,).
        values: What it gave, as maps where they are maps.
        fields: (rows, columns) on the network's input; None once a unit sees everything.
    """

    name: str
    layer: Layer | None
    source: str | None
    x: Array
    values: Array
    fields: tuple[Field, Field] | None


@dataclass(frozen=True)
class NetworkView:
    """One forward pass as the pages show it; each part is worked out once, when it is asked for.

    Attributes:
        snap: The pass.
    """

    snap: Snapshot

    @classmethod
    def of(cls, snap: Snapshot) -> NetworkView:
        """The view of one pass."""
        return cls(snap)

    @cached_property
    def places(self) -> dict[str, Place]:
        """The shown layers in the order of the data, by name.

        A softmax or sigmoid that ends the network is left out: its result are the probabilities.
        """
        return _places(self.snap)

    @property
    def logits(self) -> Array:
        """(K,) what enters a final softmax or sigmoid, or the last layer's output."""
        return self._scores[0]

    @property
    def probabilities(self) -> Array:
        """(K,) of the classes; (2,) where a single logit decides between two."""
        return self._scores[1]

    @cached_property
    def _scores(self) -> tuple[Array, Array]:
        return _scores(self.snap)

    def layers(
        self,
        selection: Selection | None = None,
        scales: Mapping[str, float] | None = None,
        even: Collection[str] = (),
        bare: bool = False,
    ) -> list[LayerView]:
        """One view a shown layer, input first.

        Args:
            selection: What is open: that layer and its source are sent whole.
            scales: Fixed ends of the colour scales by layer, e.g. of typical inputs.
            even: Layers that answer alike to whatever comes in; their titles say so.
            bare: Without kernels and connections, where the browser knows them: see ``constants``
                of :func:`ui.components.network_view.network_view.network_view`.
        """
        shown = self.places
        scales = scales or {}
        views = [_view(place, shown, scales.get(place.name), bare) for place in shown.values()]
        alike = "the same for every input"
        views = [
            replace(view, title=f"{view.title}, {alike}") if view.name in even else view
            for view in views
        ]
        return _within_budget(views, selection or Selection())


def _places(snap: Snapshot) -> dict[str, Place]:
    x = snap.x
    begin = (Field(), Field()) if x.ndim == 3 else None
    found = {INPUT: Place(INPUT, None, None, x, x, begin)}
    current = found[INPUT]
    fields = begin
    for name, layer in _steps(snap.net):
        y = snap[name].y
        if y.ndim < 3:
            fields = None
        elif fields is not None:
            fields = receptive_field(stack_of(layer, x.shape), fields)
        if words_of(layer).seen:
            current = Place(name, layer, current.name, x, _as_shown(layer, x, y, current), fields)
            found[name] = current
        x = y
    if current.layer is not None and words_of(current.layer).ends:
        del found[current.name]
    return found


def _steps(net: Container, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """Layers one after another; a Residual or Branches is one step."""
    for name, layer in net.layers.items():
        if isinstance(layer, Sequential):
            yield from _steps(layer, f"{prefix}{name}.")
        else:
            yield prefix + name, layer


def _as_shown(layer: Layer, x: Array, y: Array, source: Place) -> Array:
    """Units as (F,), also those that a convolution or a pooling over everything made."""
    if y.ndim == 1 and y.shape == x.shape and y.size == source.values.size:
        return y.reshape(source.values.shape)  # a function of each cell, after a flatten
    single = y.ndim == 3 and y.shape[1:] == (1, 1)
    return y.reshape(-1) if single and (x.shape[1:] == (1, 1) or _covers(layer, x)) else y


def _covers(layer: Layer, x: Array) -> bool:
    """Whether the layer's only window is exactly its whole input."""
    step = _slide(layer, x)
    return step is not None and step.kernel == x.shape[1:] and not any(step.padding)


# --- views --------------------------------------------------------------------------------------


def _view(place: Place, shown: Mapping[str, Place], scale: float | None, bare: bool) -> LayerView:
    layer, source = place.layer, shown.get(place.source or "")
    values = place.values
    if layer is None or source is None:
        return LayerView(place.name, "input", values, place.name, scale=scale)
    words, kernels = words_of(layer), None if bare else kernels_of(layer)
    sent = kernels is not None and kernels.size <= KERNEL_BUDGET
    edged = not bare and len(values) * len(source.values) <= EDGE_BUDGET
    return LayerView(
        place.name,
        words.kind,
        values,
        title=title_of(layer, place.x),
        source=source.name,
        connect=words.connect,
        parameters=sum(array.size for array in layer.parameters().values()),
        channels=len(values),
        window=_window(layer, place.x) if source.values.ndim == 3 else None,
        field=_field(place.fields) if values.ndim == 3 else None,
        edges=edges_of(layer, source.values) if edged else None,
        kernels=kernels if sent else None,
        bias=layer.params.get("bias") if sent else None,
        groups=groups_of(layer),
        scale=scale,
    )


def title_of(layer: Layer, x: Array) -> str:
    """A few words: "convolution 5×5, padding 2"."""
    step, words = _slide(layer, x), words_of(layer)
    if step is None or not words.sized:
        return words.name
    text = f"{words.name} {step.kernel[0]}×{step.kernel[1]}"
    if step.stride != (step.kernel if words.kind == "pool" else (1, 1)):
        text += f", stride {step.stride[0]}"
    if any(step.padding):
        text += f", padding {step.padding[0]}"
    return text


def _slide(layer: Layer, x: Array) -> Slide | None:
    """The window by which the layer reads maps."""
    step = layer.receptive_step(x.shape) if x.ndim == 3 else None
    return step if isinstance(step, Slide) else None


def _window(layer: Layer, x: Array) -> Window | None:
    step = _slide(layer, x)
    if step is not None:
        top, _, left, _ = step.padding
        return Window(step.kernel, step.stride, (top, left), step.dilation)
    return Window() if words_of(layer).cell_by_cell else None


def _field(fields: tuple[Field, Field] | None) -> FieldOnInput | None:
    """None where fields do not step by whole cells (after upsampling)."""
    if fields is None or not all(isinstance(f.jump, int) for f in fields):
        return None
    rows, columns = fields
    return FieldOnInput(
        (int(rows.jump), int(columns.jump)),
        (rows.size, columns.size),
        (int(rows.start), int(columns.start)),
    )


def _within_budget(views: list[LayerView], selection: Selection) -> list[LayerView]:
    """Fewer maps of each layer where the whole would be too much to send many times a second."""
    open_view = next((v for v in views if v.name == selection.layer), None)
    whole = {open_view.name, open_view.source} if open_view else set()
    for most in (64, 48, 32, 24, 16, 12, 8, 4):
        if sum(view.values.size for view in views) <= VALUE_BUDGET:
            break
        views = [
            replace(view, values=view.values[:most])
            if view.values.ndim == 3 and view.name not in whole
            else view
            for view in views
        ]
    return views


# --- scores -------------------------------------------------------------------------------------


def _scores(snap: Snapshot) -> tuple[Array, Array]:
    """(logits, probabilities) of one pass.

    Without a final softmax or sigmoid the probabilities are the softmax of the last layer's output
    (sigmoid, for a single logit).
    """
    steps = [(name, layer) for name, layer in _steps(snap.net) if words_of(layer).seen]
    last, layer = steps[-1]
    before = snap[steps[-2][0]].y if len(steps) > 1 else snap.x
    ends = words_of(layer).ends
    logits = np.asarray(before if ends else snap[last].y, np.float64).reshape(-1)
    function: Layer = layer if ends else Sigmoid() if logits.size == 1 else Softmax()
    result = type(function)().forward(logits[:, None])[:, 0]
    return logits, np.array([1 - result[0], result[0]]) if result.size == 1 else result
