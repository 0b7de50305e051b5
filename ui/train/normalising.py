"""Scene: what batch norm does to the activations of a deep network, layer by layer."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.arrays import Array, batch_last
from cnn.data.datasets import Split
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d
from cnn.learn.one_step import histogram
from cnn.nets.network import Sequential
from cnn.nets.spec import Spec, build
from ui import lesson, link
from ui.components.live_chart.live_chart import Panel, Series, live_chart
from ui.networks import RELU, conv
from ui.train import charts

#: Convolutions one on another, and filters of each.
DEPTH, FILTERS = 6, 8
SHOWN = (1, 3, 6)
IMAGES = 64


def show(data: Split, seed: int) -> None:
    """Histograms of what some layers hand on, with batch norm and without."""
    st.markdown("**What batch norm keeps in bounds**")
    scale = link.slider("First weights, times", "tr_bn_scale", 0.25, 3.0, 0.5, 0.25)
    images = data.train.floats(slice(0, IMAGES))
    plain, normed = (outputs(images, scale, seed, norm=norm) for norm in (False, True))
    limit = max(float(np.abs(values).max()) for values in normed.values())
    for name, found in (("without", plain), ("with", normed)):
        live_chart(
            f"tr_bn_{name}",
            [_panel(f"conv {n}, {name} batch norm", found[n], limit) for n in SHOWN],
            x_label="value before the ReLU",
            summary=f"Histograms {name} batch norm: {spreads(found)}.",
            height=120,
            projector=lesson.projector(),
        )
    st.markdown(words(plain, normed))
    live_chart(
        "tr_bn_spread",
        [_spread_panel(plain, normed)],
        x_label="layer",
        summary=f"Spread by layer: without {spreads(plain)}; with {spreads(normed)}.",
        height=150,
        projector=lesson.projector(),
    )
    st.markdown(_running())


def blocks(*, norm: bool) -> Spec:
    """Six convolutions of 3×3 with ReLU, with batch norm behind each or without."""
    between = [{"kind": "batch_norm"}] if norm else []
    return [b for _ in range(DEPTH) for b in (conv(FILTERS, 3, padding=1), *between, RELU)]


def outputs(images: Array, scale: float, seed: int, *, norm: bool) -> dict[int, Array]:
    """What reaches the ReLU behind each convolution, as a step of training has it.

    Args:
        images: (N, C, H, W).
        scale: What the first weights are multiplied by.
        seed: Of the first weights.
        norm: With batch norm.

    Returns:
        Number of the convolution, from 1 → its numbers.
    """
    net = build(blocks(norm=norm), images.shape[1:], rng=np.random.default_rng(seed))
    _scaled(net, scale)
    net.train()
    with np.errstate(over="ignore"):
        net.forward(batch_last(images))
    kind = BatchNorm2d if norm else Conv2d
    layers = [layer for _, layer in net.named_layers() if isinstance(layer, kind)]
    return {n: layer.y for n, layer in enumerate(layers, start=1) if layer.y is not None}


def _scaled(net: Sequential, scale: float) -> None:
    weights = net.state_dict()
    for name, value in weights.items():
        if name.startswith("conv") and name.endswith("weight"):
            weights[name] = (scale * value).astype(value.dtype)
    net.load_state_dict(weights)


def spreads(found: dict[int, Array]) -> str:
    """The standard deviation of each layer, in words."""
    return ", ".join(f"{values.std():.2g}" for values in found.values())


def _panel(title: str, values: Array, limit: float) -> Panel:
    return charts.histogram_panel(title, histogram(values, limit), "activation")


def _spread_panel(plain: dict[int, Array], normed: dict[int, Array]) -> Panel:
    layers = list(plain)
    return Panel(
        "Spread (standard deviation) of each layer",
        [
            Series("without", layers, [float(v.std()) for v in plain.values()], 1, dashed=True),
            Series("with batch norm", layers, [float(v.std()) for v in normed.values()], 0),
        ],
        log=True,
    )


def words(plain: dict[int, Array], normed: dict[int, Array]) -> str:
    """What is seen, with the numbers of these networks."""
    first, last = (float(plain[n].std()) for n in (1, DEPTH))
    held = float(normed[DEPTH].std())
    way = "shrinks" if last < first / 2 else "grows" if last > 2 * first else "stays about alike"
    return (
        f"The same first weights in both. Without batch norm the spread **{way}** from layer 1 to "
        f"layer {DEPTH}: {first:.2g} → **{last:.2g}**; each layer multiplies, and gradients shrink "
        f"or grow with it. Batch norm takes from every channel its mean over the batch and divides "
        f"by its spread, so that layer {DEPTH} has {held:.2g} again, whatever the weights. Then it "
        "multiplies by a γ and adds a β that are learned: the layer may undo it where that helps."
    )


def _running() -> str:
    return (
        "While training, mean and spread are those of the batch, so an image’s answer hangs on its "
        "neighbours. At **test time** there may be one image only: then the running means of all "
        "batches so far are used, which is why they are saved with the weights."
    )
