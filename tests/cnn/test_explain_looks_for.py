"""What a unit looks for: patches that excite it, pictures grown for it."""

import numpy as np
import pytest

from cnn import explain
from cnn.layers.softmax import softmax
from cnn.nets.network import Sequential
from cnn.nets.spec import build
from tests.cnn.looked_at import branching


def net(seed: int = 0) -> Sequential:
    spec: list[dict] = [
        {"kind": "conv", "out_channels": 3, "kernel_size": 3, "padding": 1},
        {"kind": "relu"},
        {"kind": "max_pool", "kernel_size": 2},
        {"kind": "conv", "out_channels": 4, "kernel_size": 3},
        {"kind": "linear", "out_features": 5},
    ]
    return build(spec, (1, 12, 12), rng=seed)


def pictures(count: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(5).random((count, *shape)).astype(np.float32)


UNITS = [
    ("conv1", (1, 4, 5)),
    ("conv1", (1,)),
    ("conv2", (2, 2, 3)),
    ("conv2", (2,)),
    ("fc1", (3,)),
]


@pytest.mark.parametrize(("name", "index"), UNITS)
@pytest.mark.parametrize(("blur", "shift"), [(0.0, 0), (0.05, 1)])
def test_the_ascent_raises_its_unit(name: str, index: tuple, blur: float, shift: int) -> None:
    grown = explain.grow(net(), name, index, steps=25, blur=blur, shift=shift)
    assert grown.images.shape == (26, 1, 12, 12) and len(grown.values) == 26
    assert grown.risen
    assert grown.values[-1] > grown.values[0] + 0.05
    assert grown.images.min() >= 0 and grown.images.max() <= 1
    for at in (0, -1):
        y = explain.snapshot(net(), grown.images[at])[name].y[tuple(index)]
        assert grown.values[at] == pytest.approx(y.mean(), rel=1e-4, abs=1e-5)


def test_the_first_step_is_the_units_own_gradient() -> None:
    start = pictures(1, 1, 12, 12)[0] / 2 + 0.25
    grown = explain.grow(net(), "conv2", (2, 2, 3), start=start, steps=1, rate=0.01)
    gradient = explain.unit_gradient(net(), start, "conv2", (2, 2, 3)).gradient
    size = np.sqrt(np.square(gradient[gradient != 0]).mean())
    np.testing.assert_allclose(grown.images[1], start + 0.01 * gradient / size, atol=1e-6)
    outside = gradient == 0
    np.testing.assert_array_equal(grown.images[1][outside], start[outside])


def test_blur_makes_the_grown_picture_smoother() -> None:
    def roughness(blur: float) -> float:
        image = explain.grow(net(), "fc1", (3,), steps=30, blur=blur).images[-1]
        return float(np.abs(np.diff(image, axis=2)).mean())

    assert roughness(0.1) < 0.6 * roughness(0.0)


def test_a_grown_class_is_sure_of_itself() -> None:
    network = branching()
    grown = explain.grow(network, list(network.layers)[-1], (1,), steps=40)
    assert grown.risen
    chances = softmax(explain.snapshot(network, grown.images[-1]).scores, 0)
    before = softmax(explain.snapshot(network, grown.images[0]).scores, 0)
    assert chances[1] > before[1]


def test_the_same_seed_grows_the_same_picture() -> None:
    first, again, other = (
        explain.grow(net(), "fc1", (0,), steps=3, shift=1, seed=seed).images for seed in (4, 4, 5)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_dead_unit_does_not_rise() -> None:
    dead = net()
    dead["conv1"].params["bias"][...] = -100.0
    grown = explain.grow(dead, "relu1", (0, 3, 3), steps=3)
    assert not grown.risen
    np.testing.assert_array_equal(grown.values, 0)


def test_a_unit_that_is_silent_at_first_is_woken() -> None:
    network = net()
    network["conv1"].params["bias"][...] = -0.3
    for name, index in (("relu1", (1, 4, 5)), ("pool1", (2, 3, 3))):
        grown = explain.grow(network, name, index, start=np.zeros((1, 12, 12)), steps=25)
        assert grown.values[0] == 0
        assert grown.risen


@pytest.mark.parametrize(
    ("setting", "words"),
    [({"steps": 0}, "steps"), ({"shift": -1}, "shift"), ({"blur": 0.5}, "blur"),
     ({"start": np.zeros((1, 3, 3))}, "start")],
)  # fmt: skip
def test_an_ascent_that_cannot_be(setting: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        explain.grow(net(), "conv1", (0, 0, 0), **setting)


def test_an_ascent_of_a_unit_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="index"):
        explain.grow(net(), "conv2", (2, 9, 0))
    with pytest.raises(ValueError, match="name"):
        explain.grow(net(), "conv7", (0, 0, 0))


@pytest.mark.parametrize(
    ("name", "channel"), [("conv1", 2), ("relu1", 1), ("conv2", 3), ("fc1", 4)]
)
def test_patches_are_where_the_unit_is_largest(name: str, channel: int) -> None:
    network, images = net(), pictures(20, 1, 12, 12)
    found = explain.most_exciting(network, images, name, channel, count=6)
    each = [explain.snapshot(network, image)[name].y[channel] for image in images]
    largest = sorted((float(y.max()) for y in each), reverse=True)[:6]
    np.testing.assert_allclose([patch.value for patch in found], largest, rtol=1e-4)
    assert len({patch.sample for patch in found}) == 6
    for patch in found:
        y = each[patch.sample]
        assert patch.index[0] == channel
        assert y[patch.index[1:]] == pytest.approx(patch.value, rel=1e-4)


def test_a_patch_is_what_the_unit_sees_of_the_picture() -> None:
    """What lies outside of it can be anything: the unit gives the same number."""
    network, images = net(), pictures(12, 1, 12, 12)
    found = explain.most_exciting(network, images, "conv2", 1, count=9)
    assert {patch.pixels.shape for patch in found} == {(1, 8, 8)}
    for patch in found:
        top, bottom, left, right = patch.box
        other = pictures(30, 1, 12, 12)[patch.sample + 12]
        rows, columns = slice(max(top, 0), bottom), slice(max(left, 0), right)
        other[:, rows, columns] = images[patch.sample][:, rows, columns]
        value = explain.snapshot(network, other)["conv2"].y[patch.index]
        assert value == pytest.approx(patch.value, rel=1e-4)
        inside = patch.pixels[:, max(-top, 0) : 12 - top, max(-left, 0) : 12 - left]
        np.testing.assert_array_equal(inside, images[patch.sample][:, rows, columns])
        beyond = np.ones(patch.pixels.shape, bool)
        beyond[:, max(-top, 0) : 12 - top, max(-left, 0) : 12 - left] = False
        assert (patch.pixels[beyond] == 0).all()


def test_a_unit_of_a_dense_layer_sees_the_whole_picture() -> None:
    images = pictures(5, 1, 12, 12)
    for patch in explain.most_exciting(net(), images, "fc1", 0, count=2):
        assert patch.box == (0, 12, 0, 12) and len(patch.index) == 1
        np.testing.assert_array_equal(patch.pixels, images[patch.sample])


def test_a_unit_that_answers_alike_to_everything_has_no_patches() -> None:
    dead = net()
    dead["conv1"].params["bias"][...] = -100.0
    assert explain.most_exciting(dead, pictures(5, 1, 12, 12), "relu1", 0) == []
    assert explain.most_exciting(dead, pictures(5, 1, 12, 12), "fc1", 0) == []


def test_patches_of_a_map_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="index"):
        explain.most_exciting(net(), pictures(2, 1, 12, 12), "conv1", 3)
    with pytest.raises(ValueError, match="count"):
        explain.most_exciting(net(), pictures(2, 1, 12, 12), "conv1", 0, count=0)
