"""A scratch page for the network view: the trained LeNet and a few other networks."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from cnn.data.handwriting import generate
from cnn.explain import snapshot
from cnn.nets.container import Container
from cnn.nets.spec import Spec, build
from cnn.nets.storage import load
from ui import network_unit
from ui.components.network_view.network_view import Selection, network_view, selected
from ui.network_panels import NetworkView

RELU = {"kind": "relu"}
SPECS: dict[str, Spec] = {
    "dense": [{"kind": "linear", "out_features": 32}, RELU, {"kind": "linear", "out_features": 10}],
    "allconv": [
        {"kind": "conv", "out_channels": 8, "kernel_size": 3, "padding": 1},
        {"kind": "batch_norm"},
        RELU,
        {"kind": "conv", "out_channels": 16, "kernel_size": 3, "stride": 2, "padding": 1},
        {"kind": "batch_norm"},
        RELU,
        {"kind": "conv", "out_channels": 32, "kernel_size": 3, "stride": 2, "groups": 2},
        RELU,
        {"kind": "conv", "out_channels": 10, "kernel_size": 1},
        {"kind": "global_avg_pool"},
        {"kind": "flatten"},
    ],
    "tutorial": [
        {"kind": "conv", "out_channels": 3, "kernel_size": 5},
        {"kind": "sigmoid"},
        {"kind": "linear", "out_features": 1},
        {"kind": "sigmoid"},
    ],
}


@st.cache_resource
def network(name: str) -> Container:
    """The trained LeNet, the same without a number, or another network with its first weights."""
    if name in ("lenet", "overflown"):
        net = load(Path(__file__).parents[3] / "assets" / "lenet.npz")
        for weight in net.parameters().values() if name == "overflown" else ():
            weight[...] = float("nan")
        return net
    return build(SPECS[name], (1, 28, 28), rng=1)


st.set_page_config(layout="wide")
width = int(st.query_params.get("width", 1280))
style = f"max-width: {width + 64}px; padding: 1rem 2rem; margin: auto"
st.html(f"<style>.stMainBlockContainer {{ {style} }}</style>")
name = str(st.query_params.get("net", "lenet"))
compact = "compact" in st.query_params
digits = generate(64, 7).floats()
net = network(name)

index = int(st.query_params.get("digit", 3))
moving = "moving" in st.query_params


@st.fragment(run_every=0.1 if moving else None)
def view() -> None:
    """The view; while moving, a new digit ten times a second."""
    state = st.session_state
    step = state["step"] = state.get("step", 0) + 1
    image = digits[(index + (step if moving else 0)) % len(digits)]
    snap = snapshot(net, image)
    shown = NetworkView.of(snap)
    link = Selection.from_text(str(st.query_params.get("open", "")))
    picked = Selection.from_text(state.pop("go", "")) if "go" in state else selected("net", link)
    classes = [str(k) for k in range(len(shown.probabilities))]
    network_view(
        "net",
        layers=shown.layers(picked),
        logits=shown.logits,
        probabilities=shown.probabilities,
        classes=classes,
        sequence=step,
        selection=picked,
        weights_of_selected=network_unit.unit_weights(shown, picked),
        field_target="pad",
        compact=compact,
    )
    network_unit.cell_stage("cell", shown, picked)
    st.text(f"open: {picked.to_text()}")
    st.button("elsewhere", on_click=lambda: state.update(go="pool1.2"))


view()
