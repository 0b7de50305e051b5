"""The parts of "Draw a digit": what they show is what ``cnn`` says."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from cnn.data.preprocess import fit_digit
from cnn.explain import input_gradient, occlusion
from cnn.layers.activations import ReLU
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Flatten, Linear
from cnn.nets.network import Sequential
from ui import presets, readers
from ui.components.draw_pad.draw_pad import SIDE, DrawPadState
from ui.components.network_view.network_view import constants_of
from ui.draw import questions, rivals, why, words
from ui.draw.changes import QUANTITIES, Change, changed, sweep


def reading(name: str = "5", network: str = "lenet", prepared: bool = True) -> readers.Reading:
    preset = presets.by_id(name)
    assert preset
    return readers.read(readers.network(network), DrawPadState(preset.ink(), 1), prepared)


@pytest.mark.parametrize("digit", range(10))
def test_the_samples_are_read_right(digit: int) -> None:
    read = reading(str(digit))
    assert read.label == digit
    assert f"reads {digit}" in read.sentence
    assert not read.unusual


def test_a_reading_is_one_forward_pass() -> None:
    read = reading("3")
    np.testing.assert_array_equal(read.image, fit_digit(read.state.ink).image)
    scores = read.network.net(read.image[None, None])[0]
    np.testing.assert_allclose(read.logits, scores, rtol=1e-5)
    np.testing.assert_allclose(read.probabilities.sum(), 1, rtol=1e-6)
    np.testing.assert_array_equal(read.view.places["input"].values, read.image[None])
    assert set(read.view.places) >= {"conv1", "relu1", "pool1", "conv2", "fc3"}


def test_without_preparation_a_digit_in_a_corner_is_not_read() -> None:
    assert reading("6corner").label == 6
    plain = reading("6corner", prepared=False)
    assert plain.label != 6
    assert plain.probabilities.max() > 0.9  # and it does not know
    assert "not fitted" in plain.shown()["caption"]
    assert plain.fit.bounding_box  # the steps are known, only not used


def test_an_empty_sheet_is_said_to_be_empty() -> None:
    blank = readers.read(
        readers.network("lenet"), DrawPadState(np.zeros((SIDE, SIDE), np.float32)), True
    )
    assert blank.sentence == "Nothing is drawn yet."


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, "over 99.9%"), (0.9991, "99.9%"), (0.5, "50%"), (0.004, "0.4%"), (0, "under 0.1%")],
)
def test_shares_in_words(share: float, words: str) -> None:
    assert readers.percent(share) == words


def test_no_change_is_no_change() -> None:
    image = reading().image
    np.testing.assert_allclose(changed(image, [Change()])[0], image, atol=1e-6)


def test_shifts_turns_and_pens_do_what_they_say() -> None:
    image = np.zeros((28, 28), np.float32)
    image[6:20, 13:15] = 1
    right, down, quarter, thick, thin = changed(
        image,
        [
            Change(right=3),
            Change(down=2),
            Change(turn=90),
            Change(thick=1),
            Change(thick=-1),
        ],
    )
    np.testing.assert_allclose(right[:, 3:], image[:, :-3], atol=1e-6)
    np.testing.assert_allclose(down[2:], image[:-2], atol=1e-6)
    np.testing.assert_allclose(quarter, np.rot90(image, -1), atol=1e-5)
    assert thick[10].sum() == 4 and thick.sum() > image.sum()
    assert thin.sum() == 0
    slanted = changed(image, [Change(turn=30)])[0]
    rows, columns = np.nonzero(slanted > 0.5)
    assert np.corrcoef(rows, columns)[0, 1] < 0  # clockwise: the top leans to the right
    half = changed(image, [Change(thick=0.5)])[0]
    np.testing.assert_allclose(half, (image + thick) / 2, atol=1e-6)


def test_fitting_again_undoes_a_shift() -> None:
    image = reading().image
    again = changed(image, [Change(right=3, down=-2)], refit=True)[0]
    np.testing.assert_allclose(again, fit_digit(image).image, atol=1e-5)


def test_a_sweep_passes_through_the_present_answer() -> None:
    read = reading("2")
    for quantity in QUANTITIES:
        values, chances = sweep(read.network, read.image, Change(), quantity)
        assert values[0] == -quantity.most and values[-1] == quantity.most
        here = chances[int(np.flatnonzero(values == 0)[0])]
        np.testing.assert_allclose(here, read.probabilities, atol=1e-5)
        np.testing.assert_allclose(chances.sum(1), 1, rtol=1e-5)


def test_how_far_an_answer_is_kept() -> None:
    read = reading("5")
    left, right = rivals.kept(read.network, read)
    for shift in range(-left, right + 1):
        image = changed(read.image, [Change(right=shift)])
        assert read.network.chances(image).argmax() == 5
    for shift in {-left - 1, right + 1} - {-9, 9}:
        image = changed(read.image, [Change(right=shift)])
        assert read.network.chances(image).argmax() != 5


def test_the_methods_are_those_of_cnn() -> None:
    read = reading("4")
    found = {one.title: one.heat for one in why.methods(read, [4, 9])[1]}
    assert set(found) == {"Occlusion", "Saliency", "Gradient × input", "Grad-CAM"}
    slope = input_gradient(read.network.net, read.snap.x, 9)
    np.testing.assert_array_equal(found["Saliency"], slope.saliency)
    np.testing.assert_array_equal(found["Gradient × input"], slope.times_input[0])
    covered = occlusion(read.network.net, read.snap.x, why.PATCH, stride=2, of="score")
    np.testing.assert_array_equal(found["Occlusion"], covered.heat(9, (28, 28)))
    assert all(heat.shape == (28, 28) for heat in found.values())


@pytest.mark.parametrize("name", ["lenet", "dense"])
def test_nothing_on_the_pad_is_not_made_to_look_like_something(name: str) -> None:
    network = readers.network(name)
    sizes = why.usual(network)
    empty = readers.read(network, DrawPadState(np.zeros((112, 112), np.float32)), True)
    for found in why.methods(empty, [3, 8]):
        for one in found:
            assert np.abs(one.picture(sizes[one.title])).max() <= 1
            if one.title == "Saliency":
                continue  # where ink would change most can be asked of an empty sheet as well
            assert not one.picture(sizes[one.title]).any()
            assert one.caption("3", sizes[one.title]) == "for 3: the same everywhere"
    # A breath of ink is painted as one, in the scale of what digits give.
    faint = why.Method("Occlusion", "", np.eye(28) * 0.01 * sizes["Occlusion"])
    assert np.abs(faint.picture(sizes["Occlusion"])).max() == pytest.approx(0.1)
    assert faint.caption("3", sizes["Occlusion"]) == "for 3: next to nothing"
    digit = why.methods(reading("4", name), [4])[0]
    assert [one.caption("4", sizes[one.title]) for one in digit] == ["for 4"] * len(digit)
    assert all(np.abs(one.picture(sizes[one.title])).max() == 1 for one in digit)


def test_a_layer_that_says_the_same_of_every_digit_is_faint_and_says_so() -> None:
    net = Sequential(Conv2d(1, 2, 5), ReLU(), Flatten(), Linear(2 * 24 * 24, 10))
    net.layers["conv1"].params["bias"][:] = -1000  # no unit ever fires
    net.eval()
    of = readers._typical(readers.Network("yours", "", net, {}))
    assert of.even == {"relu1", "flatten1", "fc1"}
    preset = presets.by_id("3")
    assert preset
    read = readers.read(readers.Network("yours", "", net, {}), DrawPadState(preset.ink(), 1), True)
    views = {v.name: v for v in read.view.layers(None, of.scales, of.even)}
    assert views["fc1"].title == "dense, the same for every input"
    assert views["conv1"].title == "convolution 5×5"
    scale = views["fc1"].scale
    assert scale is not None and np.abs(views["fc1"].values).max() <= scale / 10
    assert not any(readers.typical(readers.network(name)).even for name in readers.NAMES)


@pytest.mark.parametrize("name", readers.NAMES)
def test_what_the_browser_keeps_is_true_of_every_drawing(name: str) -> None:
    of = readers.network(name)
    usual = readers.typical(of)
    kept = readers.constants(of)
    for preset in ("3", "8thick", "face"):
        views = reading(preset, name).view.layers(None, usual.scales, usual.even)
        assert constants_of(views).mark == kept.mark
    assert readers.constants(readers.network(name)) is kept


def test_what_was_made_of_a_network_goes_with_it() -> None:
    net = Sequential(Flatten(), Linear(784, 10))
    readers.constants(readers.Network("yours", "", net, {}))
    gone = weakref.ref(net)
    del net
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("turn", range(6))
def test_the_guesses_are_answered_by_the_network(turn: int) -> None:
    asked = questions.field_of(np.random.default_rng(turn))
    assert asked.answer in (6, 14, 16)
    assert f"= {asked.answer:g}." in asked.explain
    which = questions.which_fails(np.random.default_rng(turn))
    assert which.answer in which.options
    assert len(which.pictures) == 4
    assert f"It is {which.answer}" in which.explain


@pytest.mark.parametrize("name", ["lenet", "dense"])
def test_the_words_are_those_of_the_network_that_is_chosen(name: str) -> None:
    network = readers.network(name)
    kinds = {type(layer).__name__ for _, layer in network.net.named_layers()}
    said = words.about(network)
    assert ("feature map" in said) == ("Conv2d" in kinds)
    assert ("**Pooling**" in said) == ("MaxPool2d" in kinds)
    assert f"ends in {len(network.classes)} raw scores, the **logits**" in said


@pytest.mark.parametrize("name", ["lenet", "dense"])
def test_what_training_did_to_the_digits_is_read_from_the_file(name: str) -> None:
    network = readers.network(name)
    change = network.meta["recipe"]["change"]
    said = words.seen(network)
    assert f"moved by up to {change['shift']:g} pixels" in said
    assert f"turned by up to {change['rotate']:g}°" in said
    known = {key for key, amount in change.items() if amount}
    assert known <= set(words.CHANGES), "every change of the recipe has a word"
    asked = questions.which_fails(np.random.default_rng(1))
    assert f"moved by more than {change['shift']:g} pixels" in asked.explain


def test_what_a_class_shares_cannot_be_changed_by_one_of_it() -> None:
    read = reading("4")
    first, second = why.methods(read, [4, 9]), why.methods(reading("4"), [4, 9])
    assert first[0][0] is second[0][0], "worked out once"
    with pytest.raises(ValueError, match="read-only"):
        first[0][0].heat[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        presets.all_presets()[3].ink()[0, 0] = 1
