"""Principal components, neighbours in the plane, and what layers make of many samples."""

import numpy as np
import pytest

from cnn import explain
from cnn.nets.network import Sequential
from cnn.nets.spec import build
from tests.cnn.looked_at import branching


def samples(count: int, features: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((count, features)) * np.linspace(3, 1, features) + 5


@pytest.mark.parametrize(("count", "features"), [(30, 7), (7, 30), (9, 9)])
def test_components_are_those_of_a_singular_value_decomposition(count: int, features: int) -> None:
    x = samples(count, features)
    found = explain.principal_components(x, 3)
    u, s, vt = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    for axis, ours in enumerate(found.axes):
        largest = vt[axis, np.abs(vt[axis]).argmax()]
        np.testing.assert_allclose(ours, vt[axis] * np.sign(largest), atol=1e-9)
    np.testing.assert_allclose(np.abs(found.place(x)), np.abs(u[:, :3] * s[:3]), atol=1e-8)
    np.testing.assert_allclose(found.shares, s[:3] ** 2 / (s**2).sum())


def test_the_sign_of_an_axis_is_fixed() -> None:
    x = samples(20, 6)
    found, mirrored = explain.principal_components(x), explain.principal_components(-x)
    np.testing.assert_allclose(mirrored.axes, found.axes, atol=1e-12)
    assert (np.take_along_axis(found.axes, np.abs(found.axes).argmax(1)[:, None], 1) > 0).all()


def test_the_directions_that_there_are_not_are_zero() -> None:
    line = np.outer(np.arange(5.0), [3, 4])
    found = explain.principal_components(line, 3)
    np.testing.assert_allclose(found.axes, [[0.6, 0.8], [0, 0], [0, 0]], atol=1e-7)
    np.testing.assert_allclose(found.shares, [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(found.place(line)[:, 0], 5 * (np.arange(5) - 2.0))
    alike = explain.principal_components(np.ones((4, 6)))
    np.testing.assert_array_equal(alike.place(np.ones((2, 6))), np.zeros((2, 2)))
    np.testing.assert_array_equal(alike.shares, [0, 0])


def test_pictures_are_laid_out_flat() -> None:
    pictures = samples(12, 18).reshape(12, 2, 3, 3)
    found = explain.principal_components(pictures)
    flat = explain.principal_components(pictures.reshape(12, -1))
    np.testing.assert_array_equal(found.place(pictures[:4]), flat.place(pictures[:4]))


@pytest.mark.parametrize(
    ("x", "count", "words"),
    [
        (np.zeros((0, 3)), 2, "one sample"),
        (np.zeros(3), 2, "one sample"),
        (np.full((3, 2), np.nan), 2, "finite"),
        (np.zeros((3, 2)), 0, "count"),
    ],
)
def test_components_of_what_are_no_samples(x: np.ndarray, count: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        explain.principal_components(x, count)


def test_neighbours_by_hand() -> None:
    places = np.array([[0.0, 0], [1, 0], [5, 0], [5.5, 0], [5.5, 0]])
    np.testing.assert_array_equal(explain.nearest_neighbours(places), [1, 0, 3, 4, 3])
    labels = np.array([0, 0, 1, 2, 2])
    assert explain.same_class_share(places, labels) == pytest.approx(4 / 5)
    with pytest.raises(ValueError, match="labels"):
        explain.same_class_share(places, labels[:2])
    with pytest.raises(ValueError, match="places"):
        explain.nearest_neighbours(places[:1])


def test_outputs_of_layers_are_those_of_each_sample_alone() -> None:
    net = branching()
    x = np.random.default_rng(3).standard_normal((5, *net.input_shape)).astype(np.float32)
    names = [name for name, _ in net.named_layers(containers=True)]
    found = explain.layer_outputs(net, x, names, batch=2)
    for n, sample in enumerate(x):
        alone = explain.snapshot(net, sample)
        for name in names:
            np.testing.assert_allclose(found[name][n], alone[name].y, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="nowhere"):
        explain.layer_outputs(net, x, ["nowhere"])


def test_the_network_stays_as_it_was() -> None:
    net: Sequential = build(
        [{"kind": "batch_norm"}, {"kind": "linear", "out_features": 3}], (1, 4, 4), rng=0
    )
    before = {name: array.copy() for name, array in net.state_dict().items()}
    explain.layer_outputs(net, np.ones((3, 1, 4, 4)), ["fc1"])
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    assert net.training
