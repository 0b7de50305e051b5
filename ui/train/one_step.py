"""One optimisation step walked slowly: forward, loss, gradient, ΔW, one weight in numbers."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.data.datasets import Split
from cnn.learn.answers import NO_ANSWER
from cnn.learn.losses import make_loss
from cnn.learn.one_step import DetailedStep
from cnn.learn.state import RunConfig, RunState
from ui import lesson, link
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.plain import in_formula
from ui.train import heavy, update_rule

SHOWN = 12


def show(state: RunState, data: Split) -> None:
    """The next step of the run, before it is taken."""
    step = heavy.next_step(state, data)
    if step is None:
        st.markdown("The numbers of this run are no numbers any more. Start again to walk a step.")
        return
    st.markdown(
        f"This is step **{state.step + 1:,}**, before it is taken: “One step” takes it."
        if state.step < state.config.total_steps
        else "The run is over; this is the step that would come next."
    )
    classes = data.train.classes
    _forward(step, state.config, classes)
    _loss(step, state.config, classes)
    _backward(step)
    _update(step, state.config)


def _forward(step: DetailedStep, config: RunConfig, classes: tuple[str, ...]) -> None:
    said = make_loss(config.loss).said(step.scores.T)
    words = ["nothing" if g == NO_ANSWER else classes[g] for g in said[:SHOWN]]
    truth = [classes[t] for t in step.labels[:SHOWN]]
    captions = [f"{t} → {g}" for t, g in zip(truth, words, strict=True)]
    wrong = [i for i in range(min(SHOWN, len(said))) if said[i] != step.labels[i]]
    st.markdown(
        f"**1. Forward.** A batch of {len(step.labels)} images goes through all layers. Below, the "
        f"first {min(SHOWN, len(said))}: what it is → what the network says; a corner marks the "
        "wrong ones."
    )
    tile_grid(
        "tr_walk_batch",
        [
            Tiles(
                "",
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


def _loss(step: DetailedStep, config: RunConfig, classes: tuple[str, ...]) -> None:
    st.markdown(
        "**2. Loss.** How wrong the answers are, the mean over the batch: "
        f"**{_loss_text(step.loss)}**."
    )
    truth = in_formula(classes[int(step.labels[0])])
    first = update_rule.of_loss(step.scores[0], int(step.labels[0]), config.loss)
    st.latex(rf"\text{{first image, which is {truth}:}}\quad {first}")


def _backward(step: DetailedStep) -> None:
    st.markdown(
        "**3. Backward.** From the loss the gradient goes back, layer by layer: how much the loss "
        "would rise if this number rose. *Spread* is the standard deviation: how far the numbers "
        "lie from their mean, typically."
    )
    st.dataframe(
        {
            "layer": [layer.name for layer in step.layers],
            "kind": [layer.kind for layer in step.layers],
            "output: mean": [_shown(layer.activation.mean) for layer in step.layers],
            "output: spread": [_shown(layer.activation.spread) for layer in step.layers],
            "exactly 0": [f"{layer.activation.zeros:.0%}" for layer in step.layers],
            "gradient: spread": [
                "" if layer.gradient is None else _shown(layer.gradient.spread)
                for layer in step.layers
            ],
        },
        hide_index=True,
        height="content",
        key="tr_walk_layers",
    )


def _update(step: DetailedStep, config: RunConfig) -> None:
    weights = [name for name in step.parameters if name.endswith("weight")]
    st.markdown("**4. Update.** Every weight moves a little, against its gradient.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = link.choice("Weights of", "tr_walk_of", weights, weights[0], kind="select")
        moved = step.parameters[name]
        most = moved.value.size - 1
        at = int(np.abs(moved.change).argmax())
        index = min(link.number(f"Which, from 0 to {most}", "tr_walk_at", 0, most, at), most)
    st.latex(update_rule.of_weight(step, moved, index, config.optimizer))
    st.caption(update_rule.legend(step, config.optimizer))
    if moved.value.ndim == 4:
        maps = [
            Tiles("weights", _maps(moved.value), kind="weight"),
            Tiles("gradient", _maps(moved.gradient), kind="gradient"),
            Tiles("ΔW, the change of the weights", _maps(moved.change), kind="weight"),
        ]
        kernel = index // int(np.prod(moved.value.shape[2:]))
        tile_grid(
            "tr_walk_maps",
            maps,
            side=44,
            chosen=(0, kernel) if kernel < len(_maps(moved.value)) else None,
            projector=lesson.projector(),
        )
    st.markdown(
        f"‖ΔW‖ / ‖W‖ = {_shown(moved.ratio)}: the length of the step against that of all these "
        "weights (a rule of thumb: about 0.001). On the same batch the loss goes from "
        f"{_loss_text(step.loss)} to **{_loss_text(step.loss_after)}**."
    )


def _shown(value: float) -> str:
    """Three significant digits, a true minus sign."""
    return f"{value:.3g}".replace("-", "−") if np.isfinite(value) else "no number"


def _loss_text(value: float) -> str:
    return f"{value:.4f}" if np.isfinite(value) else "no number"


def _maps(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, *values.shape[2:])[:16]
