"""Weights, activations and gradients of every layer that has weights, as histograms."""

from __future__ import annotations

from cnn.data.datasets import Split
from cnn.layers.activations import ACTIVATIONS
from cnn.learn.one_step import DetailedStep, LayerStep, histogram
from cnn.learn.state import RunState
from ui import lesson
from ui.components.live_chart.live_chart import Panel, live_chart
from ui.train import charts, heavy

_BENT = {kind.__name__ for kind in ACTIVATIONS.values()}


def histograms(state: RunState, data: Split) -> None:
    """One row a layer: its weights now and at the start, what it passes on, its gradient."""
    step = heavy.next_step(state, data)
    weights = [name for name in state.parameters if name.endswith("weight")]
    for name in weights:
        layer = name.removesuffix(".weight")
        live_chart(
            f"tr_hist_{layer.replace('.', '_')}",
            _row(state, step, name, layer),
            x_label="value",
            summary=f"Histograms of {layer}.",
            height=128,
            projector=lesson.projector(),
        )


def _row(state: RunState, step: DetailedStep | None, name: str, layer: str) -> list[Panel]:
    value = state.parameters[name]
    first = state.moments[0].parameters[name] if state.moments else value
    now = histogram(value)
    panels = [
        charts.histogram_panel(
            f"{layer}: weights", now, "weight", histogram(first, now.limit) if state.step else None
        )
    ]
    if step is None:
        return panels
    for seen in _passed_on(step, layer):
        panels.append(
            charts.histogram_panel(f"{seen.name}: outputs", seen.activation, "activation")
        )
    gradient = histogram(step.parameters[name].gradient)
    panels.append(charts.histogram_panel(f"{layer}: gradient of the weights", gradient, "gradient"))
    return panels


def _passed_on(step: DetailedStep, layer: str) -> list[LayerStep]:
    """What the layer's activation makes of its output; the output itself where there is none."""
    names = [seen.name for seen in step.layers]
    if layer not in names:
        return []
    at = names.index(layer)
    for seen in step.layers[at + 1 : at + 3]:
        if seen.kind in _BENT:
            return [seen]
    return [step.layers[at]]
