"""What is asked about, what it looks for, and what fools it: held to the network's own numbers."""

import numpy as np
import pytest

from cnn.explain import snapshot
from cnn.learn.answers import answers
from tests.ui.test_draw_map import own
from tests.ui.test_draw_parts import reading
from ui import readers
from ui.components.draw_pad.draw_pad import DrawPadState
from ui.components.film.film import Line, Strip, film
from ui.components.network_view.views import Selection
from ui.draw import asked, digits, fooling, looks_for, questions


def of_own(**how: object) -> readers.Reading:
    return readers.read(own(**how), DrawPadState(reading().state.ink), True)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["lenet", "dense"])
def test_what_is_open_is_what_is_asked_about(name: str) -> None:
    read = reading("6", name)
    answer = asked.unit(read, Selection())
    assert (answer.layer, answer.index, answer.class_name) == ("fc3", (6,), "6")
    unit = asked.unit(read, Selection("fc2", 11))
    assert (unit.layer, unit.index, unit.class_name) == ("fc2", (11,), None)
    strongest = asked.unit(read, Selection("fc1"))
    assert strongest.channel == read.snap["fc1"].y.argmax()
    nonsense = asked.unit(read, Selection("conv9", 3))
    assert nonsense.layer == "fc3"


def test_a_map_is_asked_about_at_its_middle_and_a_cell_where_it_is() -> None:
    read = reading("6")
    assert asked.unit(read, Selection("conv2", 3)).index == (3, 5, 5)
    assert asked.unit(read, Selection("conv2", 3, 4, 9)).index == (3, 4, 9)
    assert asked.unit(read, Selection("conv2", 99)).layer == "conv2"
    assert asked.unit(read, Selection("conv2", 3, 4, 99)).index == (3, 5, 5)


@pytest.mark.parametrize(
    ("layer", "channel", "side"),
    [("conv1", 2, 5), ("relu2", 7, 14), ("pool2", 1, 16), ("fc1", 5, 28)],
)
def test_patches_and_grown_pictures_are_of_the_size_that_the_unit_sees(
    layer: str, channel: int, side: int
) -> None:
    read = reading("3")
    unit = asked.unit(read, Selection(layer, channel))
    found, grown = looks_for.patches(read.network, unit), looks_for.growth(read.network, unit)
    assert len(found) == 9
    assert {patch.pixels.shape for patch in found} == {(1, side, side)}
    assert grown.seen.shape == (2, looks_for.STEPS + 1, side, side)
    assert grown.shifted is (side >= looks_for.LARGE)
    assert grown.freely.risen and grown.smoothly.risen
    last = snapshot(read.network.net, grown.freely.images[-1])[unit.layer].y[unit.index]
    assert grown.freely.values[-1] == pytest.approx(last, rel=1e-3)
    assert looks_for.growth(read.network, unit) is grown  # it is not grown again


@pytest.mark.parametrize("name", ["lenet", "dense"])
def test_the_grown_digit_is_sure_and_rougher_than_the_blurred_one(name: str) -> None:
    read = reading("3", name)
    grown = looks_for.growth(read.network, asked.unit(read, Selection()))
    assert read.network.chances(grown.freely.images[-1:, 0])[0, 3] > 0.99
    rough, smooth = (
        np.abs(np.diff(one.images[-1])).mean() for one in (grown.freely, grown.smoothly)
    )
    assert smooth < 0.7 * rough


def test_own_networks_are_asked_too() -> None:
    for how in ({}, {"classes": ("3", "8"), "outputs": 1}, {"classes": ("cat", "dog", "tree")}):
        read = of_own(**how)
        for where in (Selection(), Selection("relu1", 1), Selection("tanh1", 4)):
            unit = asked.unit(read, where)
            assert looks_for.growth(read.network, unit).seen.shape[0] == 2
            assert len(looks_for.patches(read.network, unit)) == 9
        found = fooling.attempt(read, None)
        assert found.chances.shape == (26, len(read.network.classes))


@pytest.mark.parametrize("name", ["lenet", "dense"])
@pytest.mark.parametrize("target", [None, 1])
def test_the_drawing_is_fooled_within_its_bound(name: str, target: int | None) -> None:
    read = reading("3", name)
    found = fooling.attempt(read, target)
    first = found.fooling.smallest
    assert first is not None
    assert np.abs(found.images[first] - read.image).max() <= fooling.BOUNDS[first] + 1e-6
    said = answers(read.network.chances(found.images), 1)
    assert said[0] == 3
    assert said[first] == target if target is not None else said[first] != 3
    np.testing.assert_allclose(found.chances, read.network.chances(found.images), atol=1e-3)
    noise = np.abs(found.noisy - read.image).max(axis=(1, 2))
    assert (noise <= fooling.BOUNDS + 1e-6).all()
    assert fooling.attempt(read, target) is found


@pytest.mark.parametrize("name", ["lenet", "dense"])
def test_how_a_network_bears_changes_is_counted(name: str) -> None:
    of = readers.network(name)
    found = fooling.bearing(of)
    assert found.random > 90  # of 100
    assert found.aimed > 3  # of 10


def test_one_score_is_fooled_as_two() -> None:
    read = of_own(classes=("3", "8"), outputs=1)
    found = fooling.attempt(read, 1 - read.label)
    assert found.chances[0] == pytest.approx(read.probabilities, abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_the_guesses_of_these_sections_are_answered_by_the_network(seed: int) -> None:
    of = readers.network("lenet")
    grown = questions.grown_for(np.random.default_rng(seed))
    assert grown.answer in grown.options and len(grown.pictures) == 4 and len(grown.known) == 3
    least = questions.least_change(np.random.default_rng(seed))
    needs = {letter: float(text.removeprefix("needs ")) for letter, text in least.known.items()}
    assert len(needs) == 3
    dealt = questions._changed_least(int(np.random.default_rng(seed).integers(1 << 30)))
    right = dealt["ABCD".index(least.answer)]
    assert right.least < min(needs.values())
    assert f"{right.least:.2f}" in least.explain
    for one in dealt:
        assert answers(of.chances(one.image[None]), 1)[0] != one.read


def test_the_digits_are_everybodys_and_say_what_they_are() -> None:
    made = digits.for_network(readers.network("lenet"))
    assert made is digits.for_network(readers.network("dense"))
    assert len(made) == 300 and (made.counts() == 30).all()
    assert "strokes" in digits.WORDS


def test_a_film_needs_as_many_frames_as_it_has_names() -> None:
    frames = np.zeros((3, 4, 4))
    good = Strip("a", frames)
    for strips, lines in (
        ([Strip("a", frames[:2])], []),
        ([Strip("a", frames, ["x", "y"])], []),
        ([good], [Line("l", np.zeros(2))]),
    ):
        with pytest.raises(ValueError, match="got"):
            film("f", strips, label="", readouts=["1", "2", "3"], words=("", ""), lines=lines)
