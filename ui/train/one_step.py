"""One optimisation step walked slowly: forward, loss, gradient, ΔW, one weight in numbers."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.training import RunConfig, RunState, Split
from cnn.walk import ParameterStep, StepWalk, walk
from ui import figures, lesson, link
from ui.components.tile_grid.tile_grid import Tiles, tile_grid

SHOWN = 12


def show(state: RunState, data: Split) -> None:
    """The next step of the run, before it is taken."""
    step = walk(state, data)
    if step is None:
        st.markdown("The run is over: there is no next step. Start again to walk one.")
        return
    classes = data.train.classes
    _forward(step, classes)
    _backward(step)
    _update(step, state.config)


def _forward(step: StepWalk, classes: tuple[str, ...]) -> None:
    said = step.scores.argmax(axis=1)
    captions = [f"{classes[t]} → {classes[g]}" for t, g in zip(step.labels, said, strict=True)][
        :SHOWN
    ]
    wrong = [i for i in range(min(SHOWN, len(said))) if said[i] != step.labels[i]]
    st.markdown(
        f"**1. Forward.** A batch of {len(step.labels)} images goes through all layers. Below the "
        f"first {min(SHOWN, len(said))}: what it is → what the network says. Mean **loss "
        f"{step.loss:.4f}**."
    )
    tile_grid(
        "tr_walk_batch",
        [
            Tiles(
                "the batch",
                step.images[:SHOWN, 0],
                kind="grey",
                limit=1.0,
                captions=captions,
                marked=wrong,
            )
        ],
        side=48,
        legend=False,
        projector=lesson.projector(),
    )


def _backward(step: StepWalk) -> None:
    st.markdown(
        "**2. Backward.** From the loss the gradient goes back, layer by layer: how much the loss "
        "would rise if this number rose."
    )
    st.dataframe(
        {
            "layer": [layer.name for layer in step.layers],
            "kind": [layer.kind for layer in step.layers],
            "output: mean": [figures.minus(layer.activation.mean, 4) for layer in step.layers],
            "output: spread": [f"{layer.activation.spread:.4f}" for layer in step.layers],
            "zeros": [f"{layer.activation.zeros:.0%}" for layer in step.layers],
            "gradient: spread": [
                "" if layer.gradient is None else f"{layer.gradient.spread:.2e}"
                for layer in step.layers
            ],
        },
        hide_index=True,
        height="content",
        key="tr_walk_layers",
    )


def _update(step: StepWalk, config: RunConfig) -> None:
    weights = [name for name in step.parameters if name.endswith("weight")]
    st.markdown("**3. Update.** Every weight moves a little, against its gradient.")
    name = link.choice("Weights of", "tr_walk_of", weights, weights[0], kind="select")
    moved = step.parameters[name]
    at = int(np.abs(moved.change).argmax())
    index = link.slider("Which of them", "tr_walk_at", 0, moved.value.size - 1, at)
    _one_weight(moved, min(index, moved.value.size - 1), step.lr, config)
    if moved.value.ndim == 4:
        maps = [
            Tiles("W", _maps(moved.value), kind="weight"),
            Tiles("gradient", _maps(moved.gradient), kind="gradient"),
            Tiles("ΔW", _maps(moved.change), kind="weight"),
        ]
        tile_grid("tr_walk_maps", maps, side=44, projector=lesson.projector())
    st.markdown(
        f"‖ΔW‖ / ‖W‖ = {moved.ratio:.2e} (a thousandth or so is healthy). On the same batch the "
        f"loss goes from {step.loss:.4f} to **{step.loss_after:.4f}**."
    )


def _one_weight(moved: ParameterStep, index: int, lr: float, config: RunConfig) -> None:
    place = ", ".join(str(int(i)) for i in np.unravel_index(index, moved.value.shape))
    w, g, d = (float(a.flat[index]) for a in (moved.value, moved.gradient, moved.change))
    rule = (
        rf"-\eta\, g = -{lr:.4g} \cdot {_tex(g)} = "
        if config.optimizer == "sgd" and not config.weight_decay
        else rf"\text{{{config.optimizer}}}(g),\; g = {_tex(g)},\; \eta = {lr:.4g}:\; "
    )
    name = moved.name.replace("_", r"\_")
    st.latex(
        rf"\text{{{name}}}[{place}]:\quad w = {_tex(w)},\qquad \Delta w = {rule}{_tex(d)},\qquad "
        rf"w + \Delta w = {_tex(w + d)}"
    )


def _tex(value: float) -> str:
    shown = f"{value:.4g}"
    if "e" in shown:
        digits, power = shown.split("e")
        shown = rf"{digits}\cdot 10^{{{int(power)}}}"
    return f"({shown})" if value < 0 else shown


def _maps(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, *values.shape[2:])[:16]
