"""The smallest change that fools a network: within its bound, within [0, 1], and it does fool."""

from pathlib import Path

import numpy as np
import pytest

from cnn import explain
from cnn.data.handwriting import PAD, generate
from cnn.layers.dense import Linear
from cnn.nets import storage
from cnn.nets.network import Sequential
from cnn.nets.spec import build

ASSETS = Path(__file__).resolve().parents[2] / "assets"
BOUNDS = np.arange(14) / 52  # to 0.25


def shipped(name: str = "lenet") -> Sequential:
    return storage.load(ASSETS / f"{name}.npz")


def digits() -> tuple[np.ndarray, np.ndarray]:
    made = generate(10, 3, labels=range(10), style=PAD)
    return made.floats(), made.labels


@pytest.mark.parametrize("name", ["lenet", "dense"])
@pytest.mark.parametrize("aimed", [False, True])
def test_every_digit_is_made_another_within_its_bound(name: str, aimed: bool) -> None:
    net = shipped(name)
    images, _ = digits()
    for image, read in zip(images, net(images).argmax(axis=1), strict=True):
        target = int(read + 5) % 10 if aimed else None
        found = explain.fool(net, image, BOUNDS, target)
        assert found.label == read
        assert found.smallest is not None and found.smallest > 0
        change = np.abs(found.images - image).max(axis=(1, 2, 3))
        assert (change <= found.bounds + 1e-6).all()
        assert found.images.min() >= 0 and found.images.max() <= 1
        said = net(found.images)
        np.testing.assert_allclose(found.scores, said, rtol=1e-3, atol=1e-3)
        now = int(said[found.smallest].argmax())
        assert now == target if aimed else now != read
        assert found.fooled[found.smallest :].all() and not found.fooled[: found.smallest].any()


def test_no_change_is_allowed_within_no_bound() -> None:
    image = digits()[0][4]
    found = explain.fool(shipped(), image, [0.1, 0.0])
    np.testing.assert_array_equal(found.bounds, np.float32([0, 0.1]))
    np.testing.assert_array_equal(found.images[0], image)
    assert not found.fooled[0]


def test_of_a_linear_network_it_is_the_sign_of_the_difference_of_weights() -> None:
    """Goodfellow's case: one step of the whole bound is the best that there is."""
    dense = Linear(6, 2)
    dense.params["weight"][...] = [[1, -2, 3, 0.5, -1, 2], [0, 1, 1, 1, 1, 1]]
    net = build([{"kind": "linear", "out_features": 2}], (1, 2, 3), rng=0)
    net["fc1"].params["weight"][...] = dense.params["weight"]
    net["fc1"].params["bias"][...] = [0, 0]
    x = np.full((1, 2, 3), 0.5, np.float32)
    weight = net["fc1"].params["weight"]
    found = explain.fool(net, x, [0.3])
    sign = np.sign(weight[1 - found.label] - weight[found.label]).reshape(1, 2, 3)
    np.testing.assert_allclose(found.images[0], x + 0.3 * sign, atol=1e-6)


def test_random_changes_of_the_same_size_hardly_matter() -> None:
    net, made = shipped(), generate(60, 8, style=PAD).floats()
    noisy = explain.random_change(made, 0.1)
    assert np.abs(noisy - made).max() <= 0.1 + 1e-6
    assert noisy.min() >= 0 and noisy.max() <= 1
    changed = np.abs(noisy - made) > 0
    assert 0.4 < changed.mean() < 0.95  # ink can grow no darker, paper no lighter
    same = net(noisy).argmax(axis=1) == net(made).argmax(axis=1)
    assert same.mean() > 0.95
    np.testing.assert_array_equal(noisy, explain.random_change(made, 0.1))


def test_a_network_with_one_score_is_fooled_both_ways() -> None:
    net = build([{"kind": "linear", "out_features": 1}], (1, 4, 4), rng=2)
    x = np.full((1, 4, 4), 0.5, np.float32)
    with pytest.raises(ValueError, match="both_ways"):
        explain.fool(net, x, [0.1])
    found = explain.fool(explain.both_ways(net), x, [0.0, 0.25, 0.5])
    assert found.fooled[-1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bounds": [-0.1]}, "bounds"),
        ({"bounds": []}, "bounds"),
        ({"bounds": [np.nan]}, "bounds"),
        ({"target": 10}, "index"),
        ({"steps": 0}, "steps"),
        ({"x": np.full((1, 28, 28), 1.2)}, r"\[0, 1\]"),
        ({"x": np.full((1, 28, 28), np.nan)}, r"\[0, 1\]"),
    ],
)
def test_what_cannot_be_asked(change: dict, words: str) -> None:
    given = {"x": np.zeros((1, 28, 28)), "bounds": [0.1]} | change
    with pytest.raises(ValueError, match=words):
        explain.fool(shipped(), given.pop("x"), given.pop("bounds"), **given)


def test_a_network_whose_scores_are_no_numbers_is_not_said_to_be_fooled() -> None:
    broken = shipped()
    for values in broken.parameters().values():
        values[...] = np.nan
    with np.errstate(all="ignore"):
        found = explain.fool(broken, digits()[0][0], [0.0, 0.2])
    assert found.smallest is None
