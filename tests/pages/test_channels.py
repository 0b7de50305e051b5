"""Channels: partial sums, several filters, mixes and costs are what ``cnn`` says."""

from __future__ import annotations

import time
from urllib.parse import unquote

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.functional import conv2d
from tests.pages.payload import array, sent
from ui import channels, samples


def start(**params: str) -> AppTest:
    at = AppTest.from_file("../../app.py", default_timeout=60)
    for name, value in params.items():
        at.query_params[name] = value
    at.switch_page("pages/channels.py")
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    return "\n".join(m.value for m in at.markdown)


@pytest.mark.parametrize("name", list(channels.KERNELS))
def test_three_partial_maps_and_the_bias_make_one(name: str) -> None:
    data = sent(start(ch_k=name, ch_b="0.5"), "window_stage")
    partial, y = array(data["partial"]), array(data["y"])
    np.testing.assert_allclose(partial.sum(axis=0) + 0.5, y[0], atol=1e-5)
    expected = conv2d(samples.picture(12).x[None], channels.kernel(name)[None])[0] + 0.5
    np.testing.assert_allclose(y, expected, atol=1e-5)


@pytest.mark.parametrize("count", [1, 8])
def test_as_many_maps_as_filters(count: int) -> None:
    at = start(ch_view="bank", ch_count=str(count))
    maps = array(sent(at, "tile_grid", "ch_bank")["rows"][0]["maps"])
    assert maps.shape == (count, 38, 38)
    assert rf"{count} \cdot (3 \cdot 3 \cdot 3 + 1) = {28 * count}" in at.latex[1].value


def test_depthwise_keeps_the_channels_apart() -> None:
    at = start(ch_view="depth")
    picture, kernels, maps, total = (
        array(sent(at, "tile_grid", f"ch_depth{i}")["rows"][0]["maps"]) for i in range(4)
    )
    for c in range(3):
        alone = conv2d(picture[c : c + 1, c : c + 1], kernels[None, None, c])[0, 0]
        np.testing.assert_allclose(maps[c], alone, atol=1e-5)
    np.testing.assert_allclose(total[0], maps.sum(axis=0), atol=1e-5)


def test_a_mix_is_a_1x1_convolution_and_its_sliders_are_in_the_link() -> None:
    at = start(ch_view="mix", ch_mix="swap")
    before, after = array(sent(at, "tile_grid", "ch_mixed")["rows"][0]["maps"])
    np.testing.assert_allclose(after, before[::-1], atol=1e-6)
    moved = start(ch_view="mix", ch_mix="swap", ch_m_swap_00="1", ch_m_swap_02="0")
    after = array(sent(moved, "tile_grid", "ch_mixed")["rows"][0]["maps"])[1]
    np.testing.assert_allclose(after[0], before[0], atol=1e-6)


def test_costs_by_hand() -> None:
    wide, thin = channels.bottleneck(256, 64, 28)
    assert wide["multiply–adds"] == f"{256 * 256 * 9 * 28 * 28:,}"
    assert thin["weights"] == f"{2 * 256 * 64 + 64 * 64 * 9:,}"
    full, apart = channels.separable(32, 64, 5, 14)
    assert full["weights"] == f"{64 * 32 * 25:,}"
    assert apart["multiply–adds"] == f"{(32 * 25 + 32 * 64) * 14 * 14:,}"


@pytest.mark.parametrize("seed", range(6))
def test_the_question_counts_weights(seed: int) -> None:
    asked = channels.how_many_weights(np.random.default_rng(seed))
    assert f"{asked.answer:,g}" in asked.explain
    assert asked == channels.how_many_weights(np.random.default_rng(seed))


# --- numbers of the student's own -----------------------------------------------------------------

BANK = {"ch_view": "bank", "ch_in": "own", "ch_of": "own"}
TWO_FILTERS = """tensor([[[[1., 0.], [0., 1.]],
         [[0., 2.], [0., 0.]]],

        [[[0., 0.], [1., 1.]],
         [[3., 0.], [0., 0.]]]])"""


def bank(at: AppTest, text: str) -> np.ndarray:
    """The maps after a text was pasted as the filters."""
    at.session_state["ch_fown_field"] = {"edit": {"sequence": time.monotonic(), "text": text}}
    at.run()
    assert not at.exception
    return np.asarray(sent(at, "matrix_field", "ch_numbers")["values"])


def test_several_filters_are_pasted_at_once_and_are_in_the_link() -> None:
    x = "1,2,3;4,5,6;7,8,9!0,1,0;1,0,1;0,1,0"
    at = start(**BANK, ch_own=x)
    found = bank(at, TWO_FILTERS)
    np.testing.assert_array_equal(found.reshape(2, 2, 2), [[[8, 8], [12, 16]], [[9, 14], [18, 17]]])
    assert "2 filters, each with a kernel for each of the 2 channels." in words(at)
    assert sent(at, "matrix_field", "ch_fown_field")["each"] == 2
    assert r"2 \cdot (2 \cdot 2 \cdot 2 + 1) = 18" in at.latex[1].value
    query = dict(pair.split("=") for pair in sent(at, "address")["query"].split("&"))
    again = start(**{name: unquote(value) for name, value in query.items()})
    np.testing.assert_array_equal(
        np.asarray(sent(again, "matrix_field", "ch_numbers")["values"]), found
    )


def test_kernels_that_are_not_enough_for_each_channel_serve_all() -> None:
    at = start(**BANK, ch_own="1,2;3,4!1,1;1,1!0,0;0,1")
    np.testing.assert_array_equal(bank(at, "1 0\n0 1\n\n0 1\n1 0"), [8, 7])
    assert "2 filters: 2 kernels are not 3 for each filter" in words(at)
    bank(at, "\n\n".join(["1 1\n1 1"] * 10))
    assert "8 filters: 10 kernels" in words(at) and "2 more are left out." in words(at)
    bank(at, "1 2 3\n4 5 6\n7 8 9")
    assert "The kernel is larger than the input" in words(at)


def test_ready_made_filters_take_an_input_of_fewer_channels() -> None:
    at = start(ch_view="bank", ch_in="own", ch_own="1,2,3;4,5,6;7,8,9", ch_count="2")
    maps = array(sent(at, "tile_grid", "ch_bank")["rows"][0]["maps"])
    assert maps[:, 0, 0].tolist() == [8, 24] and "the first 1 of 3 kernels" in words(at)
