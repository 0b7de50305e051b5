"""Activations: curves, maps, vanishing gradients and softmax are what ``cnn`` says."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from cnn.functional import softmax
from tests.pages.opening import visit
from tests.pages.payload import array, sent
from ui.activations import functions

start = partial(visit, "activations")


@pytest.mark.parametrize("name", list(functions.NAMES))
def test_the_dashed_curve_is_the_slope_of_the_other(name: str) -> None:
    data = sent(start(ac_f=name), "curve_point")
    x, f, slope = (
        array(data["x"]).astype(float),
        array(data["curves"][0]["y"]).astype(float),
        array(data["curves"][1]["y"]).astype(float),
    )
    smooth = np.abs(x) > 0.05  # but for the corner of ReLU
    np.testing.assert_allclose(np.gradient(f, x)[smooth], slope[smooth], atol=2e-2)


def test_the_map_after_is_the_activation_of_the_map_before() -> None:
    rows = sent(start(ac_f="relu", ac_gain="2"), "tile_grid", "ac_maps")["rows"]
    before, after = array(rows[0]["maps"]), array(rows[1]["maps"])
    np.testing.assert_allclose(after, np.maximum(before, 0))
    assert before.min() < 0


def test_sigmoids_let_the_gradient_vanish_and_relus_do_not() -> None:
    sigmoid, relu = (functions.gradients(n, 10, 0.1, 1) for n in ("sigmoid", "relu"))
    assert sigmoid.shape == relu.shape == (11,)
    assert sigmoid[-1] == relu[-1] == 1
    assert sigmoid[0] < 1e-5 < 1e-2 < relu[0]


def test_softmax_shares_add_up_and_follow_the_temperature() -> None:
    logits = np.array([3.0, 1.0, -2.0])
    for temperature in (0.5, 1.0, 4.0):
        terms = functions.softmax_terms(logits, temperature)
        shares = [t.share for t in terms]
        assert sum(shares) == pytest.approx(1)
        np.testing.assert_allclose(shares, softmax(logits / temperature, 0))
        powers = [t.power for t in terms]
        np.testing.assert_allclose(np.array(powers) / sum(powers), shares)
    flat, sharp = (functions.softmax_terms(logits, t)[0].share for t in (5.0, 0.2))
    assert flat < sharp


def test_the_logits_of_the_link_and_a_broken_link() -> None:
    at = start(ac_z="0,0", ac_t="2")
    text = [p.proto.text for p in at.get("progress")]
    assert len(text) == 2 and all("**50.0%**" in t for t in text)
    assert len(start(ac_z="1,2,x").get("progress")) == 4
    assert len(start(ac_f="nothing", ac_x="99").get("progress")) == 4


@pytest.mark.parametrize("seed", range(8))
def test_the_question_is_answered_by_cnn(seed: int) -> None:
    asked = functions.activated(np.random.default_rng(seed))
    shown = f"{asked.answer:.2f}" if asked.words.startswith("Sigmoid") else f"{asked.answer:g}"
    assert shown.replace("-", "−") in asked.explain
