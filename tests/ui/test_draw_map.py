"""The map of digits: its dots are the network's own numbers, seen from the side."""

import numpy as np
import pytest

from cnn.data.datasets import DIGITS
from cnn.explain import snapshot
from cnn.layers.convolution import Conv2d
from cnn.nets.spec import build
from tests.ui.test_draw_parts import reading
from ui import readers
from ui.components.dot_map import dot_map
from ui.components.draw_pad.draw_pad import SIDE, DrawPadState
from ui.draw import digits, planes, questions


def own(classes: tuple[str, ...] = DIGITS, outputs: int | None = None) -> readers.Network:
    spec = [
        {"kind": "conv", "out_channels": 4, "kernel_size": 5, "stride": 3},
        {"kind": "batch_norm"},
        {"kind": "relu"},
        {"kind": "linear", "out_features": 12},
        {"kind": "tanh"},
        {"kind": "linear", "out_features": outputs or len(classes)},
    ]
    net = build(spec, (1, 28, 28), rng=3)
    net.eval()
    return readers.Network("yours", "Yours", net, {}, classes)


@pytest.mark.parametrize("name", ["lenet", "dense"])
def test_a_dot_lies_where_the_networks_own_numbers_are(name: str) -> None:
    of = readers.network(name)
    made = digits.for_network(of)
    for layer, plane in planes.planes(of).items():
        values = []
        for n in (0, 17, 299):
            snap = snapshot(of.net, made.floats()[n])
            values.append((snap.x if layer == "input" else snap[layer].y).reshape(-1))
        expected = (np.array(values) - plane.components.mean) @ plane.components.axes.T
        np.testing.assert_allclose(plane.points[[0, 17, 299]], expected, atol=1e-3)
        sent = plane.at.value.reshape(-1, 2)
        np.testing.assert_allclose(sent, plane.points, rtol=1e-6)


def test_the_drawing_lies_where_its_own_numbers_are() -> None:
    read = reading("4")
    for layer, plane in planes.planes(read.network).items():
        values = read.image if layer == "input" else read.snap[layer].y
        expected = (values.reshape(-1) - plane.components.mean) @ plane.components.axes.T
        assert plane.here(read) == pytest.approx(expected, rel=1e-5)
        near = plane.near(plane.here(read) or (0, 0))
        away = np.square(plane.points - expected).sum(axis=1)
        assert away[near[0]] == away.min() and away[near[0]] <= away[near[1]] <= away[near[2]]


def test_a_digit_that_is_on_the_map_lies_on_its_dot() -> None:
    of = readers.network("lenet")
    image = digits.for_network(of).floats()[5, 0]
    again = readers.Reading(
        of,
        DrawPadState(np.zeros((SIDE, SIDE), np.float32)),
        reading().fit,
        True,
        snapshot(of.net, image[None]),
    )
    for plane in planes.planes(of).values():
        assert plane.here(again) == pytest.approx(tuple(plane.points[5]), abs=1e-3)


def test_the_classes_come_apart_from_the_pixels_to_the_last_hidden_layer() -> None:
    for name in readers.available():
        found = planes.planes(readers.network(name))
        assert next(iter(found)) == "input"
        assert found[planes.default(readers.network(name))].same > found["input"].same + 0.2


def test_the_share_is_counted_over_the_dots() -> None:
    plane = planes.planes(readers.network("lenet"))["pool2"]
    labels = digits.for_network(readers.network("lenet")).labels
    away = np.linalg.norm(plane.points[:, None] - plane.points, axis=2)
    away[np.diag_indices(len(away))] = np.inf
    assert plane.same == pytest.approx((labels[away.argmin(1)] == labels).mean())


def test_layers_of_an_own_network_are_those_that_it_has() -> None:
    of = own()
    assert planes.blocks(of) == ["relu1", "tanh1", "fc2"]
    assert list(planes.planes(of)) == ["input", "relu1", "tanh1", "fc2"]
    assert planes.default(of) == "tanh1"
    said = planes.answers(of).value
    chances = of.chances(digits.for_network(of).floats()[:, 0])
    assert len(said) == digits.COUNT
    assert said[3].startswith(f"Yours reads {chances[3].argmax()}, ")


def test_a_network_of_two_digits_is_shown_those_two() -> None:
    of = own(("3", "8"), 1)
    made = digits.for_network(of)
    assert set(made.labels) == {3, 8} and len(made) == digits.COUNT
    np.testing.assert_array_equal(planes.planes(of)["fc2"].points[:, 1], 0)


def test_of_a_network_of_other_things_all_ten_digits_are_shown() -> None:
    of = own(("cat", "dog", "house"))
    assert set(digits.for_network(of).labels) == set(range(10))
    assert any("reads cat" in text or "reads dog" in text for text in planes.answers(of).value)


def test_layers_without_numbers_are_left_out() -> None:
    of = own()
    conv = of.net["conv1"]
    assert isinstance(conv, Conv2d)
    conv.params["weight"][...] = np.nan
    assert list(planes.planes(of)) == ["input"]
    assert planes.default(of) == "input"
    assert planes.answers(of).value[0] == "Yours says nothing."


def test_classes_with_long_names_are_marked_with_letters() -> None:
    assert dot_map.marks(DIGITS) == list(DIGITS)
    assert dot_map.marks(["Trouser", "Bag"]) == ["A", "B"]
    assert len(set(dot_map.marks([f"class {n}" for n in range(62)]))) == 62


@pytest.mark.parametrize("seed", range(8))
def test_the_guess_about_neighbours_is_counted(seed: int) -> None:
    asked = questions.neighbours(np.random.default_rng(seed))
    found = planes.planes(readers.network("lenet"))
    (layer,) = [name for name in found if f"**{name}**" in asked.words]
    assert asked.answer == round(100 * found[layer].same)
    assert all(abs(value - asked.answer) > 0.5 for value, _ in asked.known)
