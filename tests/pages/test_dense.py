"""The dense layer: flatten, sums, logits, shares are what ``cnn`` says; edits are in the link."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.functional import linear, sigmoid, softmax
from tests.pages.opening import visit, words
from tests.pages.payload import sent
from ui.dense import example, questions

start = partial(visit, "dense")


def grids(at: AppTest) -> dict[str, Any]:
    found = sent(at, "graph_stage")["grids"]
    return {name: np.reshape(grid["values"], grid["size"]) for name, grid in found.items()}


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("end", list(example.ENDS))
def test_every_number_is_what_cnn_says(end: str, count: int) -> None:
    at = start(de_end=end, de_maps=str(count), de_seed="5")
    g = grids(at)
    np.testing.assert_array_equal(g["x"].ravel(), g["m"].ravel())
    z = linear(g["x"].T, g["w"].T, g["b"][:, 0])[0]
    np.testing.assert_allclose(g["z"][:, 0], z)
    p = softmax(z, 0) if end == "softmax" else sigmoid(z)
    np.testing.assert_allclose(g["p"][:, 0], p)
    learned = g["w"].size + g["b"].size
    assert f"**{learned}** numbers" in words(at)


def test_shuffling_cells_and_rows_alike_leaves_the_logits() -> None:
    plain, mixed = grids(start(de_maps="2")), grids(start(de_maps="2", de_shuffle="1"))
    assert not np.array_equal(plain["x"], mixed["x"])
    assert not np.array_equal(plain["w"], mixed["w"])
    np.testing.assert_allclose(plain["z"], mixed["z"])


def test_a_weight_of_the_link_comes_back_and_a_broken_one_does_not() -> None:
    edit = "softmax1a1~1,0;0,1;0,0;0,0"
    g = grids(start(de_w=edit))
    np.testing.assert_array_equal(g["w"], [[1, 0], [0, 1], [0, 0], [0, 0]])
    shuffled = grids(start(de_w=edit, de_shuffle="1"))
    np.testing.assert_allclose(shuffled["z"], g["z"])
    np.testing.assert_array_equal(grids(start(de_w="softmax1a1~1,0"))["w"], grids(start())["w"])


def test_each_cell_says_what_it_is_made_of() -> None:
    data = sent(start(de_end="softmax"), "graph_stage")
    g = data["grids"]
    for name, reasons in data["reasons"].items():
        assert len(reasons) == len(g[name]["values"])
    weight = data["reasons"]["w"][3]  # row 1, column 1
    assert weight["lit"] == {"x": [1], "z": [1]}
    logit = data["reasons"]["z"][1]
    assert logit["lit"]["w"] == [1, 3, 5, 7] and logit["lit"]["x"] == [0, 1, 2, 3]
    assert logit["words"].endswith(f"= {g['z']['values'][1]:.6g}".replace("-", "−"))


@pytest.mark.parametrize("seed", range(6))
def test_the_count_is_answered_and_explained(seed: int) -> None:
    asked = questions.how_many(np.random.default_rng(seed))
    assert f"= {asked.answer:,g}." in asked.explain


def test_what_is_lost_is_a_guess_with_its_reason() -> None:
    at = start()
    pills = next(g for g in at.get("button_group") if g.key and g.key.startswith("de_g2"))
    pills.set_value("values").run()
    assert "**Not The values of the cells.**" in words(at) and "side by side" in words(at)
