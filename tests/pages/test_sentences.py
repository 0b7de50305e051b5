"""Sentences with a condition or a number in them: true under every setting of their page."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from cnn.functional import conv2d
from cnn.window import named_kernels as filters
from cnn.window.geometry import output_geometry
from tests.pages.opening import visit, words
from tests.pages.payload import array, sent
from ui import samples
from ui.activations import functions
from ui.convolution import formulas
from ui.filters import apply, response
from ui.filters import words as filter_words
from ui.padding import window_axis
from ui.pooling import kinds
from ui.train import questions as training

# ------------------------------------------------------------------------------ convolution


def test_the_tutorials_zeros_and_ones_give_its_nine_numbers() -> None:
    at = visit("convolution", cv_in="binary", cv_k="cross")
    assert array(sent(at, "window_stage")["y"]).tolist() == [[[4, 3, 4], [2, 4, 3], [2, 3, 4]]]


@pytest.mark.parametrize(
    ("activation", "around"),
    [("none", ""), ("relu", r"\max"), ("sigmoid", r"\sigma"), ("tanh", r"\tanh")],
)
def test_the_formula_has_the_channels_and_the_activation_of_the_stage(
    activation: str, around: str
) -> None:
    one = words(visit("convolution", cv_act=activation))
    three = words(visit("convolution", cv_in="picture", cv_k="sobel_x", cv_act=activation))
    assert r"w_{u,v}\, x_{\,i+u" in one and r"\sum_{c" not in one
    assert r"w_{c,u,v}\, x_{c,\,i+u" in three and r"\sum_{c \,<\, 3}" in three
    assert all(around in found for found in (one, three))
    assert (r"\Bigl(" in one) == (activation != "none")


@pytest.mark.parametrize("name", filters.PRESETS)
def test_what_half_a_turn_is_said_to_do_is_what_it_does(name: str) -> None:
    weight = filters.PRESETS[name]()[None]
    x = samples.integers(3, 12).x[None]
    y = conv2d(x, weight[None])
    turned = conv2d(x, filters.turned(weight)[None])
    said = formulas.turned(weight)
    assert ("are the same" in said) == np.allclose(y, turned)
    assert ("changes the sign" in said) == np.allclose(y, -turned)


# ---------------------------------------------------------------------------------- padding


def test_what_the_floor_drops_is_counted_in_every_setting() -> None:
    """Cells beyond the last window, one by one; and one more window fits in no setting."""
    seen = 0
    for n in range(window_axis.SMALLEST, window_axis.LARGEST + 1):
        for f, p, s in itertools.product(range(1, min(7, n) + 1), range(5), range(1, 5)):
            for d in range(1, window_axis.largest_dilation(n, f, 2 * p, "explicit", "zeros") + 1):
                seen += 1
                line = output_geometry(n, f, s, (p, p), d)
                said = window_axis.in_words(line, "right") or ""
                reach = d * (f - 1) + 1
                last = (line.size - 1) * s + reach
                beyond = range(last, n + 2 * p)
                of_input = sum(p <= cell < p + n for cell in beyond)
                assert line.size * s + reach > n + 2 * p
                assert bool(said) == bool(len(beyond))
                if said:
                    assert int(re.findall(r"drops (\d+) cell", said)[0]) == len(beyond)
                    assert ("all of it padding" in said) == (of_input == 0)
                    if of_input and p:
                        assert f"({of_input} of the input itself)" in said
    assert seen > 1960


def test_a_picture_of_240_pixels_shrinks_by_two_a_layer() -> None:
    at = visit("padding", pa_start="240", pa_layers="100")
    (chart,) = sent(at, "panels", "pa_shrink")["items"]
    assert chart["lines"][1]["y"][-1] == 40
    assert "After 100 layers 40 of 240 cells are left" in words(at)


@pytest.mark.parametrize(
    ("n", "f", "layers", "said"),
    [
        (8, 3, 1, "After 1 layer 6 of 8 cells are left in each direction."),
        (8, 7, 9, "After 1 layer only 2 of 8 cells are left in each direction: the next"),
        (9, 5, 2, "After 2 layers 1 of 9 cells is left in each direction."),
    ],
)
def test_one_layer_is_no_layers(n: int, f: int, layers: int, said: str) -> None:
    assert window_axis.shrunk_in_words(window_axis.shrinking(n, f, layers), f).startswith(said)


# ---------------------------------------------------------------------------------- pooling


@pytest.mark.parametrize(("kind", "corner"), [("max", -9.0), ("avg", -9.0 / 4), ("sum", -9.0)])
def test_what_the_padding_counts_as_is_said_and_so(kind: str, corner: float) -> None:
    rows = ";".join([",".join(["-9"] * 8)] * 8)
    at = visit("pooling", po_kind=kind, po_in="numbers", po_p="1", po_x=f"numbers1~{rows}")
    assert array(sent(at, "window_stage")["y"])[0, 0, 0] == corner
    assert kinds.PADDED[kind] in words(at)
    assert kinds.PADDED[kind] not in words(visit("pooling", po_kind=kind))


# ---------------------------------------------------------------------------------- filters


def settings() -> list[tuple[apply.Setting, bool]]:
    """Every preset, alone and with its twin, after each first kernel, grey and in colour."""
    found = []
    for kernel, first, combine, coloured, channels in itertools.product(
        ("sobel_x", "emboss", "box", "sharpen", "motion", "cross"),
        apply.FIRST,
        apply.COMBINE,
        (False, True),
        ("sum", "each"),
    ):
        w = filters.PRESETS[kernel]()
        kernels = (w,) if combine == "one" else (w, np.rot90(w, -1).copy())
        summed = coloured and (channels == "sum" or combine == "direction")
        how = "sum" if summed else "each"
        found.append(
            (
                apply.Setting(kernels, apply.first_kernel(first), channels=how, combine=combine),
                coloured,
            )
        )
    return found


def test_no_answer_leaves_the_range_that_is_said() -> None:
    rng = np.random.default_rng(2)
    pictures = rng.choice([0.0, 255.0], (3, 3, 24, 24))
    for setting, coloured in settings():
        low, high = filter_words.bounds(setting, coloured)
        for picture in pictures:
            y = apply.result(picture if coloured else picture[:1], setting)
            if setting.combine == "direction":
                y = y[1:]
            assert low - 1e-6 <= y.min() and y.max() <= high + 1e-6


def test_the_range_of_one_kernel_is_reached_in_grey_and_in_colour() -> None:
    kernel = filters.emboss()
    for coloured, how in ((False, "each"), (True, "sum"), (True, "each")):
        setting = apply.Setting((kernel,), channels=how)
        strongest = np.where(kernel > 0, 255.0, 0.0)[None].repeat(3 if coloured else 1, axis=0)
        y = apply.result(strongest, setting)
        assert y.max() == filter_words.bounds(setting, coloured)[1]


def test_an_even_area_becomes_what_is_said() -> None:
    for setting, coloured in settings():
        y = apply.result(np.full((3 if coloured else 1, 24, 24), 100.0), setting)
        middle = y[-1, y.shape[1] // 2, y.shape[2] // 2]
        said = filter_words.what_sums_mean(setting, coloured)
        factor = re.search(r"is multiplied by (−?[\d.]+)\.", said)
        if factor:
            shown = float(factor[1].replace("−", "-"))
            assert middle / 100 == pytest.approx(shown, abs=0.006)
        elif "gives 0" in said:
            assert middle == pytest.approx(0, abs=1e-6)
        elif setting.combine != "direction":
            assert "keeps its brightness" in said and middle == pytest.approx(100)


@pytest.mark.parametrize(
    ("params", "parts"),
    [
        ({}, [r"y_{i,j} = \sum_{u"]),
        ({"fi_col": "rgb"}, [r"\sum_{c \,<\, 3}", "x_{c,"]),
        ({"fi_col": "rgb", "fi_ch": "each"}, ["y_{c,i,j}", "x_{c,"]),
        ({"fi_two": "magnitude"}, [r"\sqrt{a_{i,j}^2 + b_{i,j}^2}", "turned twin"]),
        ({"fi_two": "direction"}, ["atan2", "turned twin"]),
        ({"fi_first": "box"}, [r"\tilde x", "goes over it first"]),
    ],
)
def test_the_formula_of_the_filters_is_that_of_the_setting(
    params: dict[str, str], parts: list[str]
) -> None:
    said = words(visit("filters", **params))
    assert all(part in said for part in parts)
    assert (r"\sum_{c" in said) == (params == {"fi_col": "rgb"})


def test_the_response_speaks_of_one_channel_and_one_kernel() -> None:
    kernel = filters.box()
    gain = response.response(kernel)
    for params, said in (
        ({}, "\nEven brightness"),
        ({"fi_col": "rgb"}, "In each channel: Even brightness"),
        ({"fi_two": "magnitude"}, "without its twin: Even brightness"),
    ):
        assert said in words(visit("filters", fi_kernel_of="box", **params))
    assert "× 1.00" in response.in_words(gain)


# ------------------------------------------------------------------------ channels, activations


def test_the_size_of_many_maps_is_three_factors() -> None:
    at = visit("channels", ch_view="bank", ch_count="5", ch_s="2", ch_p="1")
    maps = sent(at, "tile_grid", "ch_bank")["rows"][0]["maps"]["shape"]
    assert maps == [5, 20, 20]
    said = words(at)
    assert r"\tfrac{40 + 2\cdot1 - 3}{2}" in said
    assert r"5 \times 20 \times 20}_{c \times h \times w}" in said


def test_relus_zeros_that_were_zero_before_are_not_counted_as_flat() -> None:
    result = functions.before_after("relu", 0.1, 1.0, 1)
    drawn = result.before != 0
    share = (result.before < 0).sum() / drawn.sum()
    assert f"{share:.0%} have a slope below" in result.words()
    assert share < (result.after == 0).mean(), "most of the map is blank paper"


# ------------------------------------------------------------------------------------ guesses


def test_no_wrong_answer_counts_as_the_weight_after_the_step() -> None:
    for seed in range(400):
        asked = training.next_weight(np.random.default_rng(seed))
        numbers = [float(v.replace("−", "-")) for v in re.findall(r"−?\d+\.?\d*", asked.words)]
        weight, gradient, rate = numbers[:3]
        assert abs(weight - asked.answer) > training.TOLERANCE
        assert abs(weight + rate * gradient - asked.answer) > training.TOLERANCE
        assert abs(round(asked.answer, 3) - asked.answer) < training.TOLERANCE


def test_the_sigmoid_is_asked_at_many_places() -> None:
    asked = {functions.activated(np.random.default_rng(seed)).words for seed in range(200)}
    sigmoids = [text for text in asked if text.startswith("Sigmoid")]
    assert len(sigmoids) == 7
    for seed in range(200):
        question = functions.activated(np.random.default_rng(seed))
        if question.words.startswith("Sigmoid"):
            x = float(re.findall(r"of (−?\d)", question.words)[0].replace("−", "-"))
            assert question.answer == pytest.approx(1 / (1 + np.exp(-x)))
            assert f"It is {question.answer:.2f}" in question.explain
