"""Convolution, padding and pooling: what the pages send is what ``cnn`` computes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cnn.functional import avg_pool2d, conv2d, max_pool2d
from cnn.window import named_kernels
from tests.pages.opening import visit, words
from tests.pages.payload import array, sent
from ui import questions, samples

# ------------------------------------------------------------------------------ convolution


def test_the_textbook_example_gives_its_four_numbers() -> None:
    at = visit("convolution")
    assert array(sent(at, "window_stage")["y"]).ravel().tolist() == [9, 32, 14, 26]
    assert r"2 \times 2" in words(at)


def test_a_colour_picture_has_three_partial_sums_and_a_relu() -> None:
    at = visit("convolution", cv_in="picture", cv_k="sobel_x", cv_b="-1", cv_act="relu")
    data = sent(at, "window_stage")
    weight = np.repeat(named_kernels.sobel_x()[None], 3, axis=0)
    z = conv2d(samples.picture().x[None], weight[None], np.array([-1.0]))[0]
    np.testing.assert_allclose(array(data["z"]), z, atol=1e-5)
    np.testing.assert_allclose(array(data["y"]), np.maximum(z, 0), atol=1e-5)
    np.testing.assert_allclose(array(data["partial"]).sum(axis=0) - 1, z[0], atol=1e-5)


def test_an_edited_kernel_is_in_the_link_and_comes_back_from_it() -> None:
    at = visit("convolution", cv_w="corner~1,2;3,4")
    assert array(sent(at, "window_stage")["weight"]).ravel().tolist() == [1, 2, 3, 4]
    assert array(sent(at, "window_stage")["y"])[0, 0, 0] == 1 * 1 + 7 * 2 + 11 * 3 + 1 * 4
    at.selectbox(key="cv_k").set_value("box").run()  # another preset ends the edit
    np.testing.assert_allclose(array(sent(at, "window_stage")["weight"]), 1 / 9, rtol=1e-6)


@pytest.mark.parametrize("broken", ["corner~1,2", "corner~a,b;c,d", "rubbish", "corner~1,2;3,nan"])
def test_a_broken_kernel_in_the_link_is_the_preset(broken: str) -> None:
    at = visit("convolution", cv_w=broken, cv_in="no such input", cv_b="1e99", cv_old="7")
    assert array(sent(at, "window_stage")["weight"]).ravel().tolist() == [1, 1, 0, 1]


def test_true_convolution_turns_the_kernel() -> None:
    at = visit("convolution", cv_true="1", cv_in="numbers", cv_k="sobel_x", cv_seed="5")
    compared = sent(at, "window_stage")["compare"]
    x = samples.integers(5).x
    turned = named_kernels.sobel_x()[::-1, ::-1]
    np.testing.assert_allclose(array(compared["y"])[0], conv2d(x[None], turned[None, None])[0, 0])


def test_the_kernel_never_outgrows_the_input() -> None:
    for name in ("example", "edge", "numbers", "digit", "picture"):
        for kernel in ("corner", "sobel_x"):
            visit("convolution", cv_in=name, cv_k=kernel)


def test_a_cell_is_hidden_until_it_is_guessed() -> None:
    at = visit("convolution", cv_ask="1", cv_in="digit", cv_k="sobel_x", cv_b="1", cv_act="relu")
    data = sent(at, "window_stage")
    (hidden,) = data["hidden"]
    y = array(data["y"])[0]
    row, column = divmod(hidden, y.shape[1])
    assert data["startCell"] == [row, column], "the window stands there"
    ink = samples.digit(3, 1).x[0, row : row + 3, column : column + 3]
    assert ink.min() != ink.max(), "there is something to see"
    name = next(t.key for t in at.text_input if t.key and t.key.startswith("cv_g0"))
    at.text_input(key=name).set_value(f"{y[row, column]:.2f}".replace(".", ","))
    next(b for b in at.button if b.key and b.key.startswith("cv_g0_check")).click()
    at.run()
    assert "**Yes.**" in words(at)
    assert sent(at, "window_stage")["hidden"] == []


def test_the_window_starts_where_there_is_something_to_see() -> None:
    for name, corner in (("example", True), ("numbers", True), ("edge", False), ("digit", False)):
        at = visit("convolution", cv_in=name, cv_k="sobel_x" if name != "example" else "corner")
        assert (sent(at, "window_stage")["startCell"] == [0, 0]) == corner


def test_another_seed_leaves_an_edit_of_the_example_alone() -> None:
    at = visit("convolution", cv_x="example~1,2,3;4,5,6;7,8,9", cv_seed="7")
    assert array(sent(at, "window_stage")["y"]).ravel().tolist() == [8, 11, 17, 20]
    old = visit("convolution", cv_x="numbers1~1,2,3;4,5,6;7,8,9", cv_in="numbers", cv_seed="2")
    x = array(sent(old, "window_stage")["padded"])
    np.testing.assert_array_equal(x, samples.integers(2).x)


# ---------------------------------------------------------------------------------- padding


def test_the_formula_carries_the_live_numbers() -> None:
    at = visit("padding", pa_n="8", pa_p="2", pa_s="2", pa_d="2")
    assert list(array(sent(at, "window_stage")["y"]).shape[-2:]) == [4, 4]
    shown = words(at)
    plain = re.sub(r"\\textcolor\{#\w+\}\{([^{}]*)\}", r"\1", shown)
    assert r"8 + 2\cdot 2 - 2\cdot(3 - 1) - 1}{2}" in plain and "3.50" in plain
    assert shown.count("textcolor") == 11, "every letter and its number has the chart's colour"
    assert "the floor drops 1 cell" in shown


@pytest.mark.parametrize("fill", ["zeros", "reflect", "replicate"])
@pytest.mark.parametrize("mode", ["valid", "same", "same_lower", "full", "explicit"])
def test_no_setting_of_the_controls_can_fail(mode: str, fill: str) -> None:
    """The corners of every range, all at once, in each mode."""
    for n, f, s, d, p in [(3, 3, 4, 3, 4), (3, 1, 1, 1, 0), (16, 7, 4, 3, 4), (7, 7, 1, 3, 0)]:
        at = visit(
            "padding",
            pa_mode=mode,
            pa_fill=fill,
            pa_n=str(n),
            pa_f=str(f),
            pa_s=str(s),
            pa_d=str(d),
            pa_p=str(p),
            pa_q=str(4 - p),
            pa_uneven=str(s % 2),
        )
        assert sent(at, "window_stage")["output"][-1] >= 1


def test_height_and_width_apart_begin_alike() -> None:
    at = visit("padding", pa_rect="1")
    assert [formula.value for formula in at.latex[:2]] == [at.latex[0].value] * 2


def test_height_and_width_apart() -> None:
    at = visit("padding", pa_rect="1", pa_n="6", pw_n="9", pw_f="5", pw_s="2", pw_p="0")
    data = sent(at, "window_stage")
    assert (data["size"], data["kernel"]) == ([1, 6, 9], [3, 5])
    assert data["output"][-2:] == [6, 3]


@pytest.mark.parametrize(("mode", "sides"), [("same", [1, 2, 1, 2]), ("same_lower", [2, 1, 2, 1])])
def test_both_conventions_of_the_odd_cell(mode: str, sides: list[int]) -> None:
    at = visit("padding", pa_mode=mode, pa_f="4")
    data = sent(at, "window_stage")
    assert data["sides"] == sides and data["output"][-2:] == [7, 7]
    assert f"The padding is {sides[0]} before and {sides[1]} after." in words(at)
    assert "convention" in words(at)


def test_padding_before_and_after_apart() -> None:
    at = visit("padding", pa_uneven="1", pa_p="2", pa_q="0", pa_rect="1", pw_p="0", pw_q="3")
    data = sent(at, "window_stage")
    assert data["sides"] == [2, 0, 0, 3] and data["output"][-2:] == [7, 8]
    assert "2 + 0" in words(at) and "convention" not in words(at)


@pytest.mark.parametrize("mode", ["valid", "same", "full", "explicit"])
def test_the_charts_show_what_the_sliders_would_do(mode: str) -> None:
    at = visit("padding", pa_mode=mode, pa_n="9", pa_s="2")
    for chart in sent(at, "panels", "pa_sizes")["items"]:
        (line,) = chart["lines"]
        assert chart["here"] == [line["x"][line["x"].index(chart["here"][0])], chart["here"][1]]
        if not chart["setting"]:
            continue
        for x, size in [(line["x"][0], line["y"][0]), (line["x"][-1], line["y"][-1])]:
            there = visit(
                "padding",
                **{"pa_mode": mode, "pa_n": "9", "pa_s": "2"}
                | {f"pa_{chart['setting']}": f"{x:g}"},
            )
            assert sent(there, "window_stage")["output"][-2] == size, (chart["title"], x)


def test_lost_corners() -> None:
    without, here = sent(visit("padding"), "panels", "pa_cover")["items"]
    counts = array(without["values"])
    assert counts[0, 0] == 1 and counts[3, 3] == 9 and without["caption"] == "corner 1, at most 9"
    assert array(here["values"])[0, 0] == 4
    (only,) = sent(visit("padding", pa_n="3", pa_d="2"), "panels", "pa_cover")["items"]
    assert only["title"] == "as set", "without padding the kernel does not fit"


def test_a_hundred_layers() -> None:
    at = visit("padding", pa_layers="100", pa_start="224")
    (chart,) = sent(at, "panels", "pa_shrink")["items"]
    same, unpadded = chart["lines"]
    assert same["y"] == [224.0] * 101
    assert unpadded["y"][:3] == [224.0, 222.0, 220.0] and unpadded["y"][100] == 24.0


def test_shrinking_says_when_nothing_is_left() -> None:
    at = visit("padding", pa_layers="40", pa_start="32")
    assert "the next kernel of 3 no longer fits" in words(at)


# ---------------------------------------------------------------------------------- pooling


@pytest.mark.parametrize(("kind", "function"), [("max", max_pool2d), ("avg", avg_pool2d)])
def test_pooling_is_what_cnn_says(kind: str, function: object) -> None:
    at = visit("pooling", po_kind=kind, po_k="3", po_s="2", po_p="1", po_seed="4")
    x = samples.feature_map(4).x
    expected = function(x[None], 3, 2, 1)[0]  # type: ignore[operator]
    np.testing.assert_allclose(array(sent(at, "window_stage")["y"]), expected, atol=1e-5)


def test_the_gradient_of_the_maximum_goes_to_the_winner() -> None:
    at = visit("pooling", po_back="1")
    data = sent(at, "window_stage")
    dx, dz = array(data["dx"]), array(data["dz"])
    assert dx.sum() == pytest.approx(dz.sum())
    assert np.count_nonzero(dx) == np.count_nonzero(dz)


def test_three_kinds_side_by_side_and_a_cell_of_ones_own() -> None:
    rows = "9,0,0,0,0,0,0,0;" + ";".join(["0,0,0,0,0,0,0,0"] * 7)
    at = visit("pooling", po_in="numbers", po_x=f"numbers1~{rows}")
    first = [array(item["values"])[0, 0] for item in sent(at, "panels", "po_all")["items"]]
    assert first == [9, 2.25, 9]
    at.number_input(key="po_seed").set_value(2).run()  # other numbers: the edit is over
    assert array(sent(at, "window_stage")["padded"])[0].sum() == samples.integers(2, 8).x.sum()


@pytest.mark.parametrize("shift", [0, 1])
def test_a_shift_changes_the_input_more_than_its_maxima(shift: int) -> None:
    items = sent(visit("pooling", po_shift=str(shift)), "panels", "po_shifts")["items"]
    said = [int(re.findall(r"(\d+)% of its mean", item["caption"])[0]) for item in items[1::2]]
    if shift:
        assert 0 < said[1] < said[0]
        np.testing.assert_array_equal(
            array(items[1]["values"])[:, 1:], array(items[0]["values"])[:, :-1]
        )
    else:
        assert said == [0, 0, 0]


# ---------------------------------------------------------------------------------- guesses


@pytest.mark.parametrize("seed", range(12))
def test_questions_are_right_and_readable(seed: int) -> None:
    for deal in (questions.next_cell, questions.size_after, questions.pooled_cell):
        asked = deal(np.random.default_rng(seed))
        same = deal(np.random.default_rng(seed))
        assert asked == same
        assert asked.words and f"{asked.answer:g}".replace("-", "−") in asked.explain
    which = questions.which_output(np.random.default_rng(seed))
    assert which.answer in which.options and len(which.pictures) == 4


def test_a_guess_is_checked_and_explained() -> None:
    at = visit("padding")
    name = next(t.key for t in at.text_input if t.key and t.key.startswith("pa_g1"))
    at.text_input(key=name).set_value("999")
    next(b for b in at.button if b.label == "Check").click()
    at.run()
    assert "Not 999" in words(at)
    assert "⌊" in words(at)
    assert not at.exception
