"""Why a network answers as it does, held against differences and definitions."""

import numpy as np
import pytest

from cnn import explain
from cnn.architectures import ARCHITECTURES
from cnn.nets.network import Sequential
from cnn.nets.spec import build
from tests.cnn.looked_at import branching, image


def smooth(seed: int = 0) -> Sequential:
    """A network without kinks, in float64: central differences are exact enough."""
    spec = [
        {"kind": "conv", "out_channels": 3, "kernel_size": 3, "padding": 1},
        {"kind": "tanh"},
        {"kind": "residual", "activation": "tanh", "body": [
            {"kind": "conv", "out_channels": 3, "kernel_size": 3, "padding": 1},
            {"kind": "batch_norm"},
        ]},
        {"kind": "avg_pool", "kernel_size": 2},
        {"kind": "linear", "out_features": 4},
    ]  # fmt: skip
    return build(spec, (2, 6, 6), rng=seed, dtype=np.float64)


def gradient_by_differences(value, x: np.ndarray) -> np.ndarray:
    step, gradient = 1e-5, np.zeros_like(x)
    for index in np.ndindex(x.shape):
        for sign in (1, -1):
            moved = x.copy()
            moved[index] += sign * step
            gradient[index] += sign * value(moved) / (2 * step)
    return gradient


def log_softmax(scores: np.ndarray) -> np.ndarray:
    return scores - np.log(np.exp(scores).sum())


@pytest.mark.parametrize("of", ["score", "probability", "log_probability"])
def test_input_gradients_by_differences(of) -> None:
    net, x = smooth(), image(2, 6, 6).astype(np.float64)
    heads = {"score": lambda s: s, "log_probability": log_softmax,
             "probability": lambda s: np.exp(log_softmax(s))}  # fmt: skip
    value = lambda at: heads[of](explain.snapshot(net, at).scores)[2]  # noqa: E731
    found = explain.input_gradient(net, x, 2, of)
    assert found.value == pytest.approx(value(x))
    np.testing.assert_allclose(found.gradient, gradient_by_differences(value, x), atol=1e-8)
    np.testing.assert_allclose(found.times_input, found.gradient * x)
    np.testing.assert_array_equal(found.saliency, np.abs(found.gradient).max(axis=0))
    together = explain.input_gradients(net, x, of)
    np.testing.assert_allclose(together[2].gradient, found.gradient, atol=1e-12)
    assert together[2].value == pytest.approx(found.value)
    assert len(together) == 4


@pytest.mark.parametrize(
    ("name", "index"),
    [("conv1", (1, 2, 3)), ("res1.body.conv1", (0, 5, 5)), ("res1", (2, 0, 1)),
     ("res1.activation", (2, 0, 1)), ("pool1", (1, 1, 1)), ("fc1", (3,))],
)  # fmt: skip
def test_unit_gradients_by_differences(name: str, index: tuple[int, ...]) -> None:
    net, x = smooth(), image(2, 6, 6).astype(np.float64)
    value = lambda at: explain.snapshot(net, at)[name].y[index]  # noqa: E731
    found = explain.unit_gradient(net, x, name, index)
    assert found.value == pytest.approx(value(x))
    np.testing.assert_allclose(found.gradient, gradient_by_differences(value, x), atol=1e-8)
    row0, row1, col0, col1 = explain.unit_field(net, name, index).clipped
    outside = found.gradient.copy()
    outside[:, row0:row1, col0:col1] = 0
    assert not outside.any()
    up, down = found.strongest(3)
    products = np.sort((found.gradient * x).ravel())
    np.testing.assert_allclose([c.product for c in up], products[::-1][:3])
    np.testing.assert_allclose([c.product for c in down], products[:3])


def test_integrated_gradients_add_up_to_the_difference() -> None:
    net, x = smooth(), image(2, 6, 6).astype(np.float64)
    parts = explain.integrated_gradients(net, x, 1, steps=200)
    scores = [explain.snapshot(net, at).scores[1] for at in (x, np.zeros_like(x))]
    assert parts.sum() == pytest.approx(scores[0] - scores[1], rel=1e-3)


@pytest.mark.parametrize("of", ["score", "probability"])
@pytest.mark.parametrize(("size", "stride", "fill"), [(5, 2, 0.0), (2, 3, 0.5), (1, 1, 0.0)])
def test_occlusion_is_what_covering_by_hand_gives(size, stride, fill, of) -> None:
    net = branching()
    x = image(2, 13, 11)
    x[:, :, 6:] = 0.0  # empty paper: nothing to cover there
    found = explain.occlusion(net, x, size, stride, fill, of, batch=7)
    head = (lambda s: s) if of == "score" else (lambda s: np.exp(log_softmax(s)))
    whole = head(explain.snapshot(net, x).scores)
    np.testing.assert_allclose(found.values, whole, rtol=1e-5)
    assert found.drops.shape == (5, -(-13 // stride), -(-11 // stride))
    for (i, row), (j, column) in [
        (r, c) for r in enumerate(found.rows) for c in enumerate(found.columns)
    ]:
        first = row - (size - 1) // 2, column - (size - 1) // 2
        patch = tuple(slice(max(0, at), at + size) for at in first)
        assert found.patch(i, j) == patch  # cut off at the rim
        covered = x.copy()
        covered[:, *patch] = fill
        expected = whole - head(explain.snapshot(net, covered).scores)
        np.testing.assert_allclose(found.drops[:, i, j], expected, atol=2e-6)
    heat = found.heat(3, (13, 11))
    np.testing.assert_allclose(heat[::stride, ::stride], found.drops[3], rtol=1e-6)


def test_grad_cam_finds_the_part_that_a_class_reads() -> None:
    """Class 0 reads the left half of one map, class 1 the right half of the other."""
    net = build(
        [{"kind": "conv", "out_channels": 2, "kernel_size": 3, "padding": 1}, {"kind": "relu"},
         {"kind": "linear", "out_features": 2}],
        (1, 8, 8), rng=0,
    )  # fmt: skip
    arrays = net.parameters()
    arrays["conv1.weight"][...] = 0
    arrays["conv1.weight"][:, 0, 1, 1] = [1, 2]
    arrays["conv1.bias"][...] = 0
    dense = arrays["fc1.weight"].reshape(2, 2, 8, 8)
    dense[...] = 0
    dense[0, 0, :, :4] = 1
    dense[1, 1, :, 4:] = 1
    x = np.abs(image(1, 8, 8))
    cam = explain.grad_cam(net, x, 1)
    assert cam.layer == "relu1"
    np.testing.assert_allclose(cam.weights, [0, 0.5])
    np.testing.assert_allclose(cam.signed, x[0], rtol=1e-6)
    np.testing.assert_allclose(cam.heat((8, 8)), x[0], rtol=1e-6)


@pytest.mark.parametrize("layer", [None, "conv1", "fork.branch1", "same.body.conv2", "half.body"])
def test_grad_cam_of_any_layer_is_its_formula(layer: str | None) -> None:
    net, x = branching(), image(2, 13, 11)
    found = explain.grad_cam(net, x, 3, layer)
    assert found.layer == (layer or "drop1")
    twin = explain.evaluation_copy(net)
    twin.forward(x[..., None])
    one = np.zeros((5, 1), np.float32)
    one[3] = 1
    twin.backward(one)
    view = twin[found.layer]
    assert view.dy is not None and view.y is not None
    weights = view.dy[..., 0].mean(axis=(1, 2))
    expected = sum(w * m for w, m in zip(weights, view.y[..., 0], strict=True))
    np.testing.assert_allclose(found.signed, expected, atol=1e-6)
    np.testing.assert_array_equal(found.cam, np.maximum(found.signed, 0))
    assert found.heat((13, 11)).shape == (13, 11)


def test_the_middle_of_a_map_cell_is_where_its_field_is() -> None:
    net = ARCHITECTURES["lenet"].build(0)
    rows, columns = explain.centres(explain.path_to(net, "pool2"), (1, 28, 28))
    for i in range(5):
        row0, row1, col0, col1 = explain.unit_field(net, "pool2", (0, i, i)).unclipped
        assert rows[i] == (row0 + row1 - 1) / 2
        assert columns[i] == (col0 + col1 - 1) / 2


def test_resampling_goes_through_the_known_values() -> None:
    values = image(3, 4).astype(np.float64)
    rows, columns = np.array([1, 4, 7]), np.array([0, 2, 4, 6])
    full = explain.resample(values, rows, columns, (9, 8))
    np.testing.assert_allclose(full[np.ix_(rows, columns)], values)
    np.testing.assert_allclose(full[0], full[1])
    np.testing.assert_allclose(full[1, 1], values[0, :2].mean())
