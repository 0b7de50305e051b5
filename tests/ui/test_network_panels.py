"""What the network view is told equals what ``cnn`` computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from cnn.architectures.lenet import LENET_1998, modern
from cnn.explain import Snapshot, snapshot, unit_field
from cnn.layers.softmax import softmax
from cnn.nets.container import Container
from cnn.nets.spec import Spec, build
from cnn.window.geometry import Window as Slide
from tests.pages.payload import array
from ui import network_unit
from ui.components.network_view.network_view import constants_of, payload
from ui.components.network_view.views import LayerView, Selection, UnitWeights
from ui.components.window_stage import window_stage as stage
from ui.draw import figures3d
from ui.network_panels import VALUE_BUDGET, NetworkView
from ui.palette import GREY, Theme, plotly_scale

RELU = {"kind": "relu"}
NETWORKS: dict[str, tuple[Spec, tuple[int, int, int]]] = {
    "lenet": (modern(), (1, 28, 28)),
    "lenet of 1998": (LENET_1998.spec, (1, 32, 32)),
    "all convolutional": (
        [
            {"kind": "conv", "out_channels": 4, "kernel_size": 3, "padding": 1, "bias": False},
            {"kind": "batch_norm"},
            {"kind": "gelu"},
            {"kind": "conv", "out_channels": 6, "kernel_size": [3, 2], "stride": 2, "groups": 2},
            {"kind": "sigmoid"},
            {"kind": "avg_pool", "kernel_size": 3, "stride": 2, "padding": 1},
            {"kind": "dropout", "p": 0.5},
            {"kind": "conv", "out_channels": 5, "kernel_size": 3, "dilation": 2, "padding": 2},
            {"kind": "tanh"},
            {"kind": "global_avg_pool"},
            {"kind": "flatten"},
        ],
        (2, 15, 13),
    ),
    "dense": (
        [{"kind": "linear", "out_features": 7}, RELU, {"kind": "linear", "out_features": 3}],
        (1, 6, 5),
    ),
    "residual": (
        [
            {"kind": "conv", "out_channels": 3, "kernel_size": 3},
            {
                "kind": "residual",
                "body": [{"kind": "conv", "out_channels": 3, "kernel_size": 3, "padding": 1}],
            },
            {"kind": "sum_pool", "kernel_size": 2},
            {"kind": "linear", "out_features": 1},
            {"kind": "sigmoid"},
        ],
        (1, 8, 8),
    ),
}


@pytest.fixture(scope="module", params=NETWORKS)
def looked_at(request: pytest.FixtureRequest) -> tuple[Container, Snapshot]:
    spec, shape = NETWORKS[request.param]
    net = build(spec, shape, rng=3)
    # Batch norm has seen something, and no activation is all zero.
    net.forward(np.random.default_rng(0).normal(size=(*shape, 8)).astype(np.float32))
    image = np.random.default_rng(5).random(shape, np.float32)
    return net, snapshot(net, image)


def views_of(net: Container, snap: Snapshot, *args: Any) -> dict[str, LayerView]:
    return {v.name: v for v in NetworkView.of(snap).layers(*args)}


def test_values_shapes_and_parameters_are_the_networks(
    looked_at: tuple[Container, Snapshot],
) -> None:
    net, snap = looked_at
    views = views_of(net, snap)
    assert next(iter(views)) == "input" and np.array_equal(views["input"].values, snap.x)
    # A residual block is one column; what it holds counts there.
    assert sum(view.parameters for view in views.values()) == net.count_parameters()
    for name, view in list(views.items())[1:]:
        assert np.array_equal(view.values.ravel(), snap[name].y.ravel())
        assert view.channels == len(view.values)
        assert view.source in views and list(views).index(view.source) < list(views).index(name)
        if view.connect == "same":
            assert view.channels == views[view.source].channels
    assert not {"flatten1", "drop1"} & set(views)


def test_fields_are_those_of_geometry(looked_at: tuple[Container, Snapshot]) -> None:
    net, snap = looked_at
    rng = np.random.default_rng(1)
    seen = 0
    for name, view in list(views_of(net, snap).items())[1:]:
        if view.field is None:
            continue
        seen += 1
        for _ in range(6):
            row, col = (int(rng.integers(n)) for n in view.values.shape[1:])
            (jh, jw), (h, w), (top, left) = view.field.jump, view.field.size, view.field.start
            first, across = top + jh * row, left + jw * col
            expected = unit_field(net, name, (0, row, col), snap.x.shape).unclipped
            assert (first, first + h, across, across + w) == expected
    assert seen >= (0 if len(views_of(net, snap)) == 4 else 3)


def test_windows_are_those_of_geometry(looked_at: tuple[Container, Snapshot]) -> None:
    net, snap = looked_at
    views = views_of(net, snap)
    for name, view in list(views.items())[1:]:
        step = snap[name].layer.receptive_step(snap[name].x.shape) if view.window else None
        if not isinstance(step, Slide) or view.window is None:
            continue
        size = views[view.source or ""].values.shape[1:]
        for axis, geometry in enumerate(step.axes(*size)):
            cells = geometry.window(geometry.size - 1)
            first = (geometry.size - 1) * view.window.stride[axis] - view.window.padding[axis]
            last = first + view.window.dilation[axis] * (view.window.kernel[axis] - 1)
            assert (first, last) == (cells[0], cells[-1])


def test_edges_are_zero_exactly_where_no_weight_leads() -> None:
    spec, shape = NETWORKS["all convolutional"]
    net = build(spec, shape, rng=1)
    views = views_of(net, snapshot(net, np.ones(shape, np.float32)))
    edges = views["conv2"].edges
    assert edges is not None and edges.shape == (6, 4)
    assert not edges[:3, 2:].any() and not edges[3:, :2].any()
    assert (edges[:3, :2] > 0).all() and (edges[3:, 2:] > 0).all()
    weight = net["conv2"].params["weight"]
    assert edges[4, 3] == pytest.approx(np.linalg.norm(weight[4, 1]))
    table = build(LENET_1998.spec, (1, 32, 32), rng=1)
    partial = views_of(table, snapshot(table, np.ones((1, 32, 32), np.float32)))["c3"].edges
    assert partial is not None and set(np.flatnonzero(partial[1])) == {1, 2, 3}


def test_a_dense_units_edges_are_its_weights() -> None:
    net = build(modern(), (1, 28, 28), rng=1)
    views = views_of(net, snapshot(net, np.ones((1, 28, 28), np.float32)))
    assert views["fc2"].edges is net["fc2"].params["weight"]
    maps = net["fc1"].params["weight"].reshape(120, 16, 25)
    assert views["fc1"].edges == pytest.approx(np.linalg.norm(maps, axis=2))


def test_the_sum_of_a_dense_unit_is_its_activation(looked_at: tuple[Container, Snapshot]) -> None:
    net, snap = looked_at
    looked = NetworkView.of(snap)
    views = views_of(net, snap)
    for name, view in views.items():
        unit = len(view.values) - 1
        weights = network_unit.unit_weights(looked, Selection(name, unit))
        if view.kind not in ("dense", "conv"):
            assert weights is None
            continue
        assert weights is not None and weights.unit == unit
        if view.values.ndim == 3:
            assert weights.weight.shape[1:] == view.window.kernel  # type: ignore[union-attr]
            continue
        source = views[view.source or ""].values
        assert weights.weight.shape == source.shape and weights.product is not None
        assert weights.product == pytest.approx(weights.weight * source, abs=1e-6)
        total = weights.raised + weights.lowered + weights.bias
        assert total == pytest.approx(snap[name].y[unit].item(), abs=1e-5)
        assert weights.total == snap[name].y[unit].item()
        check_terms(weights, source)


def check_terms(weights: UnitWeights, source: np.ndarray) -> None:
    product = weights.product
    assert product is not None
    for terms, order in ((weights.strongest, -1), (weights.weakest, 1)):
        products = [term.product for term in terms]
        best = np.sort(product.ravel())[::order][: len(terms)]
        assert products == pytest.approx(best.tolist())
        for term in terms:
            at = (term.map, term.row, term.col) if source.ndim == 3 else (term.map,)
            assert term.value == pytest.approx(source[at]) and term.weight == weights.weight[at]
            assert term.product == pytest.approx(term.value * term.weight)


def test_the_stage_of_a_cell_gives_the_same_number(
    looked_at: tuple[Container, Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell that can be opened: the sum on the window stage ends in the activation."""
    monkeypatch.setattr(stage, "_MOUNT", lambda **_: None)
    net, snap = looked_at
    looked = NetworkView.of(snap)
    opened = 0
    for name, view in list(views_of(net, snap).items())[1:]:
        if view.values.ndim == 1:
            assert network_unit.cell_shown(looked, Selection(name, 0)) is None
            continue
        channel = len(view.values) - 1
        row, col = view.values.shape[1] // 2, view.values.shape[2] - 1
        found = network_unit.cell_shown(looked, Selection(name, channel, row, col))
        if view.kind == "other" or (name.endswith("squash") and found is None):
            continue
        assert found is not None, name
        shown = stage.window_stage("cell", *found)
        assert shown.output[0] == pytest.approx(view.values[channel], abs=1e-5)
        assert found[1].start_cell == (row, col)
        opened += 1
    assert opened >= (0 if len(snap.views) < 5 else 2)


@given(
    st.builds(
        Selection,
        st.sampled_from(["conv1", "fc2", "body-1"]),
        st.none() | st.integers(0, 500),
        st.none(),
        st.none(),
    )
    | st.builds(Selection, st.just("a"), st.integers(0), st.integers(0), st.integers(0))
    | st.just(Selection())
)
def test_a_selection_survives_the_link(selection: Selection) -> None:
    assert Selection.from_text(selection.to_text()) == selection


@given(st.text(max_size=12) | st.from_regex(r"[a-z0-9]{0,3}(\.-?[0-9x]{0,3}){0,4}", fullmatch=True))
@pytest.mark.slow
def test_any_text_is_some_selection(text: str) -> None:
    chosen = Selection.from_text(text)
    assert chosen == Selection() or Selection.from_text(chosen.to_text()) == chosen


def test_what_is_sent_decodes_to_the_arrays() -> None:
    spec, shape = NETWORKS["lenet"]
    net = build(spec, shape, rng=2)
    snap = snapshot(net, np.random.default_rng(0).random(shape, np.float32))
    looked = NetworkView.of(snap)
    picked = Selection("fc1", 7)
    weights = network_unit.unit_weights(looked, picked)
    logits, probabilities = looked.logits, looked.probabilities
    views = looked.layers(picked)
    sent = payload(views, probabilities, logits, "0123456789", picked, weights)

    layers = constants_of(views).value
    shown: dict[str, np.ndarray] = {}
    for header, given_, view in zip(layers, sent["values"], views, strict=True):
        if "above" in given_:
            source = layers[header["source"]]["name"]
            shown[view.name] = np.maximum(shown[source], 0)
        else:
            shown[view.name] = array(given_)
        assert shown[view.name] == pytest.approx(
            view.values, abs=float(np.abs(view.values).max()) / 128
        )
        if header["kernels"]:
            assert view.kernels is not None
            assert np.array_equal(array(header["kernels"]), view.kernels)
        if header["edges"]:
            assert view.edges is not None
            near = array(header["edges"]) / 127 * np.abs(view.edges).max()
            assert near == pytest.approx(view.edges, abs=float(np.abs(view.edges).max()) / 250)
    assert [h["name"] for h, v in zip(layers, sent["values"], strict=True) if "above" in v] == [
        "relu1", "relu2", "relu3", "relu4",
    ]  # fmt: skip
    assert [h["name"] for h in layers if h["kernels"]] == ["conv1", "conv2"]
    assert weights is not None
    assert array(sent["weights"]["weight"]) == pytest.approx(weights.weight)
    assert sent["probabilities"] == pytest.approx(snap.probabilities.tolist())
    assert sent["logits"] == pytest.approx(snap.scores.tolist())


def test_a_wide_network_sends_fewer_maps_but_the_open_layer_whole() -> None:
    spec: Spec = [
        {"kind": "conv", "out_channels": 96, "kernel_size": 3, "padding": 1},
        RELU,
        {"kind": "conv", "out_channels": 80, "kernel_size": 3, "padding": 1},
        {"kind": "global_avg_pool"},
        {"kind": "flatten"},
        {"kind": "linear", "out_features": 4},
    ]
    net = build(spec, (1, 28, 28), rng=1)
    snap = snapshot(net, np.ones((1, 28, 28), np.float32))
    closed = views_of(net, snap)
    assert sum(view.values.size for view in closed.values()) <= VALUE_BUDGET
    assert closed["conv2"].channels == 80 and len(closed["conv2"].values) < 80
    opened = views_of(net, snap, Selection("conv2", 70))
    assert len(opened["conv2"].values) == 80 and len(opened["relu1"].values) == 96
    assert closed["conv2"].kernels is None  # too many numbers to travel with every pass


def scores(snap: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    view = NetworkView.of(snap)
    return view.logits, view.probabilities


def test_scores_of_every_kind_of_ending() -> None:
    spec, shape = NETWORKS["residual"]
    image = np.random.default_rng(0).random(shape, np.float32)
    net = build(spec, shape, rng=1)
    snap = snapshot(net, image)
    logits, probabilities = scores(snap)
    assert logits.shape == (1,) and logits[0] == pytest.approx(snap["fc1"].y[0])
    assert probabilities == pytest.approx([1 - snap.scores[0], snap.scores[0]])
    assert list(views_of(net, snap))[-1] == "fc1"
    bare = build(spec[:-1], shape, rng=1)
    assert scores(snapshot(bare, image))[1] == pytest.approx(probabilities)
    ending: Spec = [{"kind": "linear", "out_features": 3}, {"kind": "softmax"}]
    soft = build(ending, shape, rng=1)
    soft_snap = snapshot(soft, image)
    logits, probabilities = scores(soft_snap)
    assert probabilities == pytest.approx(softmax(logits, 0))
    assert probabilities == pytest.approx(soft_snap.scores)


def test_scores_that_do_not_fit_are_refused() -> None:
    values = np.zeros((1, 2, 2), np.float32)

    def app() -> None:
        import numpy as np
        import streamlit as st

        from ui.components.network_view.network_view import network_view
        from ui.components.network_view.views import LayerView

        layer = LayerView("input", "input", np.zeros((1, 2, 2), np.float32))
        for logits, chances in ((np.zeros(3), np.zeros(2)), (np.zeros(2), np.zeros(3))):
            try:
                network_view(
                    "v", layers=[layer], logits=logits, probabilities=chances, classes="ab"
                )
            except ValueError as error:
                st.text(str(error))

    assert LayerView("input", "input", values).values is values
    with pytest.raises(ValueError, match=r"\(C, H, W\) or \(F,\)"):
        LayerView("input", "input", values[0])
    shown = [text.value for text in AppTest.from_function(app, default_timeout=60).run().text]
    assert "logits must have 1 or 2 numbers, but has 3" in shown
    assert "probabilities must have one number for each of the 2 classes, but has 3" in shown


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_planes_in_space_carry_the_numbers(
    looked_at: tuple[Container, Snapshot], theme: Theme
) -> None:
    net, snap = looked_at
    views = list(views_of(net, snap).values())
    chances = NetworkView.of(snap).probabilities
    names = [f"class {k}" for k in range(len(chances))]
    figure = figures3d.layers_3d(views, theme, probabilities=chances, classes=names)
    meshes = [trace for trace in figure.data if trace.type == "mesh3d"]
    assert [mesh.name for mesh in meshes] == [
        "drawing",
        *(v.name for v in views[1:]),
        "probabilities",
    ]
    for mesh, values in zip(meshes, [*(v.values for v in views), chances], strict=True):
        # Two triangles a cell, both of the cell's own value.
        assert np.asarray(mesh.intensity)[::2] == pytest.approx(values.ravel(), abs=1e-6)
        assert np.array_equal(mesh.intensity[::2], mesh.intensity[1::2])
        assert len(mesh.i) == 2 * values.size and max(mesh.k) < len(mesh.y) == 4 * values.size
        assert mesh.cmax >= np.abs(values).max() and mesh.cmin in (0, -mesh.cmax)
        assert len(set(mesh.x)) == 1
    assert len({mesh.x[0] for mesh in meshes}) == len(meshes)
    assert meshes[1].colorscale[0][1] == plotly_scale("activation", theme)[0][1]
    assert meshes[0].colorscale[1][1] == GREY[theme][1]
    written = [t.text for t in figure.data if t.type == "scatter3d" and t.mode == "text"]
    words = {word for texts in written for word in texts}
    assert words >= {*names, "probabilities", views[-1].name}
