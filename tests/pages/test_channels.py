"""Channels: partial sums, several filters, mixes and costs are what ``cnn`` says."""

from __future__ import annotations

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
    assert f"{asked.answer:g}" in asked.explain
    assert asked == channels.how_many_weights(np.random.default_rng(seed))
