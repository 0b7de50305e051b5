"""Why convolution: counts are exact, maps slide along exactly, figures are those measured."""

from __future__ import annotations

import itertools
import re
from functools import partial

import numpy as np
import pytest

from classroom.tasks import Task
from cnn.arrays import batch_last
from cnn.data.augment import shifted
from cnn.data.handwriting import generate
from cnn.functional import conv2d
from cnn.learn.fit import accuracy
from cnn.nets.network import Sequential
from cnn.nets.spec import build, outline
from cnn.nets.table import spec_of
from cnn.window import named_kernels
from tests.pages.opening import visit, words
from tests.pages.payload import array, sent
from ui import palette, pictures, samples
from ui.components.log_bars.log_bars import Bar, log_bars
from ui.components.slide_pad.slide_pad import place
from ui.components.weight_matrix.weight_matrix import weight_matrix
from ui.room import task
from ui.why import (
    count,
    dots,
    equivariance,
    invariance,
    neighbours,
    networks,
    steps,
    uses,
    wrong_tool,
)
from ui.why.shuffled import shuffle

start = partial(visit, "why")


# ------------------------------------------------------------------------------------ 1. count


def test_the_articles_numbers_are_exact() -> None:
    imagenet, million, hd = (count.PRESETS[n][1] for n in ("imagenet", "million", "hd"))
    assert imagenet.inputs == 150_528
    assert imagenet.dense == 154_141_696 and imagenet.dense - imagenet.units == 154_140_672
    assert imagenet.outputs == 3_211_264 and round(imagenet.dense_as_wide / 1e9) == 483
    assert million.dense - million.units == 3 * 10**9
    assert count.size_words(million.dense) == "12 GB"
    assert hd.inputs == 6_220_800
    assert count.PRESETS["grey"][1].inputs == 10_000


@pytest.mark.parametrize(("size", "colours", "kernel"), [((8, 9), 1, 3), ((10, 8), 3, 5)])
def test_counts_are_those_of_the_networks_own_summary(
    size: tuple[int, int], colours: int, kernel: int
) -> None:
    of = count.Setting(size[1], size[0], colours, 7, 4, kernel)
    shape = (colours, *size)
    window = {"kind": "conv", "out_channels": 4, "kernel_size": kernel, "padding": kernel // 2}
    parameters = [
        sum(row.parameters for row in outline([block], shape).rows)
        for block in (
            {"kind": "linear", "out_features": 7},
            window,
            {"kind": "linear", "out_features": of.outputs},
        )
    ]
    assert parameters == [of.dense, of.convolution, of.dense_as_wide]
    (last,) = outline([window], shape).rows
    assert of.outputs == np.prod(last.output_shape)
    weight = np.ones((4, colours, kernel, kernel))
    taps = conv2d(np.ones((1, *shape)), weight, padding=kernel // 2).sum()
    assert of.local == taps + of.outputs


@pytest.mark.parametrize("name", count.PRESETS)
def test_a_preset_sets_every_slider_and_the_bars_say_its_numbers(name: str) -> None:
    at = start(wy_pre=name)
    of = count.PRESETS[name][1]
    assert at.slider(key="wc_w").value == of.width and at.slider(key="wc_u").value == of.units
    bars = sent(at, "log_bars")["bars"]
    assert f"{of.dense:,} numbers" in bars[0]["text"]
    assert f"{of.convolution:,} numbers" in bars[1]["text"]
    assert [bar["marked"] for bar in bars] == [False, True, False, False]
    assert 0 < bars[1]["share"] < bars[3]["share"] < bars[2]["share"] <= 1


def test_another_preset_drops_what_was_moved_by_hand() -> None:
    at = start(wc_w="100", wc_k="7")
    assert at.slider(key="wc_w").value == 100
    at.selectbox(key="wy_pre").set_value("digit").run()
    assert at.slider(key="wc_w").value == 28 and at.slider(key="wc_k").value == 5


def test_the_largest_setting_still_fits_the_scale() -> None:
    at = start(wc_w="2000", wc_h="2000", wc_c="3", wc_u="4096", wc_f="512", wc_k="11")
    assert all(0 <= bar["share"] <= 1 for bar in sent(at, "log_bars")["bars"])
    with pytest.raises(ValueError, match="bars"):
        log_bars("t", [Bar("none", 0, "0")])


@pytest.mark.parametrize("seed", range(6))
def test_the_slider_that_changes_nothing_changes_nothing(seed: int) -> None:
    asked = count.which_slider(np.random.default_rng(seed))
    start_at = {"width": 9, "height": 9, "colours": 1, "units": 5, "filters": 4, "kernel": 3}
    moved = {name: count.Setting(**{**start_at, name: 7}).convolution for name in start_at}
    plain = count.Setting(**start_at).convolution
    names = {"width": "the picture's width", "height": "the picture's height"}
    names |= {"colours": "the number of colours", "filters": "the number of filters"}
    names |= {"kernel": "the size of the kernel"}
    for name, option in names.items():
        if option in asked.words:
            assert (moved[name] == plain) == (f"**{asked.answer}** {option}" in asked.words)


# ------------------------------------------------------------------------------------ 2. steps


@pytest.mark.parametrize("name", steps.KERNELS)
def test_shared_the_matrix_is_the_convolution(name: str) -> None:
    kernel = named_kernels.PRESETS[name]()
    x = steps.picture("numbers", 4)
    of = steps.layer(steps.kernel_matrix(kernel), x)
    np.testing.assert_allclose(of.y, conv2d(x[None, None], kernel[None, None], padding=1)[0, 0])
    joined = of.taps >= 0
    np.testing.assert_allclose(of.weights[joined], kernel.ravel()[of.taps[joined]])
    assert not of.weights[~joined].any()


def test_the_rim_cuts_rows_and_the_counts_are_said() -> None:
    joined = steps.taps() >= 0
    a_row = joined.sum(1).reshape(8, 8)
    assert (a_row[0, 0], a_row[0, 3], a_row[3, 3]) == (4, 6, 9)
    assert joined.sum() == (3 * 8 - 2) ** 2 == steps.free_numbers("local") == 484
    for step, number in (("dense", "4,096"), ("local", "484"), ("shared", "9 in all")):
        assert number in words(start(wy_view="steps", wy_step=step))


def test_a_changed_weight_changes_all_its_copies_and_lives_in_the_link() -> None:
    at = start(wy_view="steps", wy_step="shared", wy_w9="sobel_x~1,0,-1;5,0,-2;1,0,-1")
    data = sent(at, "weight_matrix")
    weights, taps = array(data["weights"]), array(data["taps"])
    assert set(weights[taps == 3]) == {5.0} and (taps == 3).sum() == 8 * 7
    kernel = np.array([[1.0, 0, -1], [5, 0, -2], [1, 0, -1]])
    expected = conv2d(steps.picture("cross", 1)[None, None], kernel[None, None], padding=1)
    np.testing.assert_allclose(array(data["y"]), expected[0, 0])


@pytest.mark.parametrize("step", ["dense", "local"])
def test_in_the_first_two_steps_one_weight_is_changed(step: str) -> None:
    plain = array(sent(start(wy_view="steps", wy_step=step), "weight_matrix")["weights"])
    rows = ";".join(["9,9,3.5", *["-1,-1,-1"] * (steps.MOST_CHANGES - 1)])
    at = start(wy_view="steps", wy_step=step, **{f"wy_{step}": f"seed1~{rows}"})
    changed = array(sent(at, "weight_matrix")["weights"])
    assert changed[9, 9] == 3.5
    assert (changed != plain).sum() == 1


@pytest.mark.parametrize("bad", ["64,0,1", "0,-2,1", "0.5,0,1", "1e5,1e5,1"])
def test_changes_of_weights_that_are_not_there_are_passed_over(bad: str) -> None:
    rows = ";".join([bad, *["-1,-1,-1"] * (steps.MOST_CHANGES - 1)])
    at = start(wy_view="steps", wy_dense=f"seed1~{rows}")
    weights = array(sent(at, "weight_matrix")["weights"])
    np.testing.assert_allclose(weights, steps.random_matrix(1), atol=1e-6)


def test_a_matrix_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="weights"):
        weight_matrix(
            "t", weights=np.ones((4, 3)), taps=None, x=np.ones((2, 2)), y=np.ones((2, 2)),
            state="dense", edited=steps.no_changes(), summary="",
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_copies_are_counted_as_the_matrix_has_them(seed: int) -> None:
    asked = steps.copies(np.random.default_rng(seed))
    n, row, column = (
        int(found)
        for found in re.search(r"from (\d+)×.*row (\d), column (\d)", asked.words).groups()  # type: ignore[union-attr]
    )
    kernel = np.zeros((3, 3))
    kernel[row, column] = 1
    assert conv2d(np.ones((1, 1, n, n)), kernel[None, None], padding=1).sum() == asked.answer


# ------------------------------------------------------------------------------- 3. neighbours


def test_correlation_is_that_of_all_pairs() -> None:
    images = np.random.default_rng(0).random((3, 5, 6))
    pairs = [
        (image[r, c], image[r + down, c + right])
        for image in images
        for down, right in ((0, 2), (2, 0))
        for r, c in itertools.product(range(5 - down), range(6 - right))
    ]
    assert neighbours.correlation(images, 2) == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1])
    assert neighbours.correlation(images, 0) == pytest.approx(1)


@pytest.mark.parametrize("name", pictures.BUNDLED)
def test_close_pixels_are_alike_and_shuffled_ones_are_not(name: str) -> None:
    found, mixed = neighbours.of_picture(name, 1)
    assert found[1] > max(found[10:]) and found[1] > 0.4
    assert np.abs(mixed[1:]).max() < 0.05


def test_shuffling_keeps_every_pixel_and_moves_all_pictures_alike() -> None:
    images = np.random.default_rng(0).random((4, 1, 6, 7))
    mixed = shuffle(images)
    assert (np.sort(mixed.ravel()) == np.sort(images.ravel())).all()
    assert (shuffle(images[2]) == mixed[2]).all() and (shuffle(images[2, 0]) == mixed[2, 0]).all()


def test_who_loses_what_is_as_the_page_says() -> None:
    lost = {
        name: networks.trained(f"{name}-plain").accuracy
        - networks.trained(f"{name}-shuffled").accuracy
        for name in networks.READERS
    }
    assert abs(lost["dense"]) < 0.02 < lost["lenet"] < lost["allconv"]
    slow = networks.trained("allconv-plain").facts["slow"]
    assert slow["accuracy"] < networks.trained("allconv-plain").accuracy - 0.1
    said = words(start(wy_view="near"))
    assert f"reads {slow['accuracy']:.0%} of unseen digits" in said
    others = networks.trained("allconv-plain").facts["others"]
    assert f"it comes to {min(others):.0%} to {max(others):.0%}" in said
    asked = neighbours.who_minds(np.random.default_rng(0))
    assert f"**{asked.answer}** {networks.READERS['dense']}" in asked.words


# ----------------------------------------------------------------------------- 4. equivariance


@pytest.mark.parametrize("name", equivariance.LAYERS)
@pytest.mark.parametrize("label", [1, 8])
def test_maps_slide_along_to_the_last_bit_where_the_text_says_so(name: str, label: int) -> None:
    x = equivariance.paper(label, 2)
    stride = equivariance.LAYERS[name]
    for down, right in ((0, 1), (1, 0), (0, 2), (4, -4), (8, 8), (-8, 8), (0, 7), (-6, 2)):
        of = equivariance.slid(x, name, down, right)
        exact = down % stride == 0 and right % stride == 0
        assert of.whole == exact
        assert (of.largest == 0) == exact, (name, down, right)
        assert ("exactly 0" in equivariance.words(of, name)) == exact


def test_at_the_rim_it_ends() -> None:
    x = shifted(equivariance.paper(3, 1), 0, 18)
    of = equivariance.slid(x, "conv1", 0, 8)
    assert of.whole and of.largest > 0 and "rim" in equivariance.words(of, "conv1")


def test_the_difference_on_the_page_is_nothing_for_conv1() -> None:
    at = start(wy_view="along", wy_right="3")
    rows = sent(at, "tile_grid", "wy_slid")["rows"]
    assert not array(rows[0]["maps"])[2].any()
    assert "exactly 0" in words(at)
    at = start(wy_view="along", wy_right="3", wy_layer="conv2")
    assert array(sent(at, "tile_grid", "wy_slid")["rows"][0]["maps"])[2].any()


@pytest.mark.parametrize("seed", range(10))
def test_who_slides_along_is_answered_by_the_layers(seed: int) -> None:
    asked = equivariance.who_moves_along(np.random.default_rng(seed))
    by = int(re.search(r"slides by (\d)", asked.words)[1])  # type: ignore[index]
    x = equivariance.paper(5, 1)
    exact = [n for n in equivariance.LAYERS if equivariance.slid(x, n, 0, by).largest == 0]
    (said,) = re.findall(rf"\*\*{asked.answer}\*\* (.*)", asked.words)
    assert re.findall(r"(?:conv|pool)\d", said) == exact


# ------------------------------------------------------------------------------- 5. invariance


@pytest.mark.parametrize("kind", ["plain", "moved"])
@pytest.mark.parametrize("name", networks.READERS)
def test_the_figures_on_the_page_are_what_the_networks_can_do(name: str, kind: str) -> None:
    """On other digits than those that were measured with: within what 500 of them can tell."""
    of = networks.trained(f"{name}-{kind}")
    data = generate(500, 91)
    images, labels = data.floats(), data.labels
    for shift in (0, 4, 8):
        ways = ((0, shift), (0, -shift), (shift, 0), (-shift, 0))
        found = [accuracy(of.net, shifted(images, *way), labels) for way in ways]
        assert np.mean(found) == pytest.approx(of.by_shift[shift], abs=0.06)
    said = words(start(wy_view="stay", wy_moved=str(int(kind == "moved"))))
    assert f"{of.by_shift[0]:.0%} → {of.by_shift[4]:.0%} → {of.by_shift[8]:.0%}" in said


def test_the_head_that_forgets_the_place_keeps_most() -> None:
    four = {n: networks.trained(f"{n}-plain").by_shift[4] for n in networks.READERS}
    assert four["allconv"] > 0.6 > 0.5 > four["lenet"] > four["dense"]
    for name in networks.READERS:
        moved = networks.trained(f"{name}-moved").by_shift
        assert moved[4] > four[name] and min(moved[:7]) > 0.75


def test_an_island_is_the_answer_to_the_digit_at_that_place() -> None:
    chances = invariance.islands(4, 1, False)
    here = shifted(samples.digit(4, 1).x, 2, -3).astype(np.float32)[None]
    for name, found in chances.items():
        assert found.shape == (17, 17)
        expected = networks.trained(f"{name}-plain").chances(here)[0, 4]
        assert found[2 + 8, -3 + 8] == pytest.approx(expected, abs=1e-4)


# -------------------------------------------------------------------------------- 6. the wrong


def doubled(net: Sequential) -> Sequential:
    """The same network in float64."""
    twin = build(spec_of(net), net.input_shape, dtype=np.float64, init="zeros")
    for name, value in net.parameters().items():
        twin.parameters()[name][...] = value
    twin.eval()
    return twin


def test_a_mean_gives_left_and_right_the_same_logits() -> None:
    images, _ = dots.places()
    logits = doubled(networks.trained("dot-mean").net).forward(batch_last(images.astype(float)))
    assert np.ptp(logits, axis=1).max() < 1e-12


def test_the_others_learn_it_and_the_strides_are_a_surprise() -> None:
    found = {name: networks.trained(f"dot-{name}").accuracy for name in networks.DOTS}
    assert 0.45 < found["mean"] < 0.55 < 0.95 < min(found["strides"], found["dense"])
    images, labels = dots.places()
    for name, share in found.items():
        right = networks.trained(f"dot-{name}").logits(images).argmax(1) == labels
        assert right.mean() == pytest.approx(share, abs=0.05)


def test_the_map_of_places_is_what_the_network_says_of_each() -> None:
    found = wrong_tool.everywhere("dense")
    assert found.shape == (27, 27)
    chance = networks.trained("dot-dense").chances(dots.dot(5, 20)[None])[0, 1]
    assert found[5, 20] == pytest.approx(chance, abs=1e-5)
    rows = wrong_tool.said(5, 20)
    assert rows[2]["says right"] == f"{chance:.1%}"


def test_a_turned_six_is_read_as_a_nine() -> None:
    data = generate(200, 92, labels=[6] * 200)
    half = data.floats()[..., ::-1, ::-1]
    said = networks.trained("lenet-plain").logits(np.ascontiguousarray(half)).argmax(1)
    share = networks.trained("lenet-plain").facts["turned"]["six_as_nine"]
    assert (said == 9).mean() == pytest.approx(share, abs=0.12)
    assert f"{share:.0%} of unseen sixes" in words(start(wy_view="wrong"))


# ----------------------------------------------------------------------------------- 7. beyond


def test_the_mean_of_a_classs_map_is_its_logit_at_any_size() -> None:
    for ink in (generate(1, 5).floats()[0, 0], uses.sheet(3)[0]):
        found = uses.find(ink)
        expected = networks.trained("allconv-moved").logits(ink[None, None])[0]
        np.testing.assert_allclose(found.logits, expected, atol=1e-4)
        assert found.heat.shape == (10, *ink.shape)


def test_a_digit_of_a_sheet_is_found_where_it_stands() -> None:
    hits = 0
    for seed in range(20):
        ink, labels = uses.sheet(seed)
        found = uses.find(ink)
        for label in labels:
            row, column = ((w.start + w.stop) // 64 * 32 for w in found.window(label))
            quarter = ink[row : row + 32, column : column + 32]
            says = networks.trained("allconv-moved").logits(quarter[None, None])[0].argmax()
            hits += int(says == label and quarter.any())
    assert hits >= 50, "of 60"


def test_blank_paper_has_no_pixels_of_a_digit() -> None:
    found = uses.find(np.zeros((28, 28), np.float32))
    assert found.box(3) is None and not found.mask(3).any()
    assert uses.sentence(found) == "Nothing is drawn yet."
    assert not any(found.shade(label).any() for label in range(10))
    speck = np.zeros((28, 28), np.float32)
    speck[14, 14] = 1
    for ink, least, most in ((speck, 0.1, 0.6), (uses.sheet(3)[0], 1.0, 1.0)):
        strongest = max(np.abs(uses.find(ink).shade(label)).max() for label in range(10))
        assert least <= strongest <= most
    accent = palette.ACCENT["light"]
    for ink, framed in ((found.ink, False), (generate(1, 5).floats()[0, 0], True)):
        (_, box) = uses.pictures(uses.find(ink), 3)[1]
        colours = {"#" + "".join(f"{v:02x}" for v in pixel) for pixel in box.reshape(-1, 3)}
        assert (accent in colours) == framed


@pytest.mark.parametrize("sheet", uses.PICTURES)
def test_three_pictures_say_where(sheet: str) -> None:
    at = start(wy_view="uses", wy_sheet=sheet)
    assert len(at.get("image")) == 3
    assert all(use in words(at) for use in ("Detection", "Segmentation", "medicine", "documents"))


def test_the_card_says_what_the_files_say() -> None:
    card = (networks.HERE.parent / "why.md").read_text("utf-8")
    for path in sorted(networks.HERE.glob("*.npz")):
        of = networks.trained(path.stem)
        (row,) = [line for line in card.splitlines() if f"`{path.name}`" in line]
        told = [cell.strip() for cell in row.split("|")[3:]]
        assert told[0] == f"{of.parameters:,}" and told[1] == f"{path.stat().st_size:,}"
        assert told[2] == f"{of.facts['lr']:g}" and told[3] == str(of.facts["epochs"])
        assert told[4] == f"{of.accuracy:.1%}"


# ------------------------------------------------------------------------------- what is dragged


@pytest.mark.parametrize(
    ("view", "key", "names"),
    [
        ("along", "wy_slide", ("wy_down", "wy_right")),
        ("stay", "wy_slide", ("wy_down", "wy_right")),
        ("wrong", "wy_dot", ("wy_row", "wy_col")),
    ],
)
def test_what_can_be_dragged_stands_where_the_sliders_say(
    view: str, key: str, names: tuple[str, str]
) -> None:
    at = start(wy_view=view, **dict(zip(names, ("5", "7"), strict=True)))
    pad = sent(at, "slide_pad", key)
    assert pad["at"] == [5, 7] == [at.slider(key=name).value for name in names]
    assert pad["spans"] == [[at.slider(key=n).min, at.slider(key=n).max] for n in names]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([5, -7], (5, -7)),
        ([99, -99], (8, -8)),
        *((bad, None) for bad in (["x", None], [1.5, 2], [True, 1], [1, 2, 3], 8, "12", None)),
    ],
)
def test_a_place_from_a_browser_is_within_what_may_be(
    value: object, expected: tuple[int, int] | None
) -> None:
    assert place(value, ((-8, 8), (-8, 8))) == expected


def test_what_a_task_holds_cannot_be_dragged() -> None:
    kernel = "sobel_x~1,0,-1;2,0,-2;1,0,-1"
    given = {"wy_view": "steps", "wy_step": "shared", "wy_w9": kernel, "wy_right": "2"}
    lock = task.CODEC.encode(Task("why", given, locked=frozenset({"wy_w9", "wy_right"})))
    at = start(task=lock, wy_view="steps", wy_step="shared", wy_w9="sobel_x~0,0,0;0,0,0;0,0,0")
    data = sent(at, "weight_matrix")
    assert not data["editable"] and array(data["edited"])[1].tolist() == [2, 0, -2]
    for locked, editable in ((lock, False), ("", True)):
        pad = sent(start(task=locked, wy_view="along", wy_right="5"), "slide_pad")
        assert pad["editable"] == editable and pad["at"] == [0, 5 if editable else 2]


# ------------------------------------------------------------------------------------- guesses


@pytest.mark.parametrize(
    "question",
    [
        count.which_slider,
        neighbours.nearest,
        neighbours.who_minds,
        equivariance.who_moves_along,
        invariance.which_statement,
        wrong_tool.who_knows,
        uses.why_any_size,
    ],
)
def test_every_question_has_its_answer_among_different_options(question: object) -> None:
    places = set()
    for seed in range(12):
        asked = question(np.random.default_rng(seed))  # type: ignore[operator]
        assert asked.answer in asked.options and len(asked.options) >= 3
        places.add(list(asked.options).index(asked.answer))
    assert len(places) > 1, "the right one stands in the same place always"
