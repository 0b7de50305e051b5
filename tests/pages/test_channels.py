"""Channels: partial sums, several filters, mixes and costs are what ``cnn`` says."""

from __future__ import annotations

import time
from functools import partial
from urllib.parse import unquote

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from classroom.tasks import Task
from cnn.functional import conv2d
from tests.pages.opening import visit, words
from tests.pages.payload import array, sent
from tests.pages.test_task import packed
from ui import samples
from ui.channels import costs, filters, questions

start = partial(visit, "channels")


@pytest.mark.parametrize("name", list(filters.KERNELS))
def test_three_partial_maps_and_the_bias_make_one(name: str) -> None:
    data = sent(start(ch_k=name, ch_b="0.5"), "window_stage")
    partial, y = array(data["partial"]), array(data["y"])
    np.testing.assert_allclose(partial.sum(axis=0) + 0.5, y[0], atol=1e-5)
    expected = conv2d(samples.picture(12).x[None], filters.kernel(name)[None])[0] + 0.5
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
    wide, thin = costs.bottleneck(256, 64, 28)
    assert wide["multiply–adds"] == f"{256 * 256 * 9 * 28 * 28:,}"
    assert thin["weights"] == f"{2 * 256 * 64 + 64 * 64 * 9:,}"
    full, apart = costs.separable(32, 64, 5, 14)
    assert full["weights"] == f"{64 * 32 * 25:,}"
    assert apart["multiply–adds"] == f"{(32 * 25 + 32 * 64) * 14 * 14:,}"


@pytest.mark.parametrize("seed", range(6))
def test_the_question_counts_weights(seed: int) -> None:
    asked = questions.how_many_weights(np.random.default_rng(seed))
    assert f"{asked.answer:,g}" in asked.explain
    assert asked == questions.how_many_weights(np.random.default_rng(seed))


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


# --- on paper -------------------------------------------------------------------------------------

PAPER = {
    "ch_own": "1,2,0;0,1,3;2,1,1!1,1,0;0,0,2;1,0,1",
    "ch_fown": "1,0;0,1!0,1;1,0!1,1;0,0!0,0;1,1",
}
PAPER |= {**BANK, "ch_mine": "1"}


def paste_answer(at: AppTest, key: str, maps: np.ndarray) -> str:
    rows = ("\n".join("\t".join(f"{v:g}" for v in row) for row in one) for one in maps)
    at.session_state[key] = {"edit": {"sequence": time.monotonic(), "text": "\n\n".join(rows)}}
    at.run()
    assert not at.exception
    return words(at)


def test_the_maps_of_several_filters_are_checked_cell_by_cell_and_slips_are_named() -> None:
    at = start(**PAPER)
    maps = array(sent(at, "tile_grid", "ch_bank")["rows"][0]["maps"])
    assert maps.shape == (2, 2, 2)
    assert "**Yes.** All 8 are right." in paste_answer(at, "ch_mine_field", maps)
    wrong = maps.copy()
    wrong[1, 0, 1] += 1
    assert "**Not yet.** 7 of 8 cells" in paste_answer(at, "ch_mine_field", wrong)
    (note,) = sent(at, "matrix_field", "ch_mine_field")["notes"]
    assert note["cell"] == [1, 0, 1] and note["line"].startswith("✗ y[1, 0, 1]: you have")
    x, w = BY_HAND
    each = conv2d(np.repeat(x, 2, axis=0)[None], w.reshape(4, 1, 2, 2)[[0, 2, 1, 3]], groups=4)
    assert "The channels were not added" in paste_answer(at, "ch_mine_field", each[0][[0, 2, 1, 3]])
    at.text_input(key="ch_mine_size").set_value("2 × 2 × 2").run()
    assert "**Yes.** rows:" in words(at)
    at.text_input(key="ch_mine_size").set_value("4 × 2 × 2").run()
    assert "**Not 4 maps.** Each of the 2 filters gives one." in words(at)


BY_HAND = (
    np.array([[[1, 2, 0], [0, 1, 3], [2, 1, 1]], [[1, 1, 0], [0, 0, 2], [1, 0, 1]]], float),
    np.array([[[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[[1, 1], [0, 0]], [[0, 0], [1, 1]]]], float),
)


def test_the_maps_and_their_working_are_copied() -> None:
    at = start(**PAPER, ch_copy="1", ch_form="torch", ch_what="working", ch_s="1", ch_p="1")
    text = sent(at, "copy_text")["text"]
    assert "# (2, 2, 2, 2): filter, channel, row, column" in text and "F.pad(x" in text
    program = sent(start(**PAPER, ch_copy="1", ch_form="numpy", ch_what="working"), "copy_text")
    told: dict[str, np.ndarray] = {}
    exec(program["text"], told)
    np.testing.assert_array_equal(told["y"], conv2d(BY_HAND[0][None], BY_HAND[1])[0])


def test_one_filter_on_a_colour_picture_is_checked_and_copied_too() -> None:
    at = start(ch1_mine="1", ch1_copy="1", ch1_what="working", ch_b="0.5")
    y = array(sent(at, "window_stage")["y"])
    assert "Σ over c, u, v of" in sent(at, "copy_text")["text"]
    assert "**Yes.** All 100 are right." in paste_answer(at, "ch1_mine_field", y)
    assert "The bias was forgotten." in paste_answer(at, "ch1_mine_field", y - 0.5)


def test_a_photograph_is_no_exercise_on_paper() -> None:
    assert "On paper" not in words(start(ch_view="bank", ch_mine="1"))


def test_own_filters_are_held_with_the_control_that_chooses_them() -> None:
    given = Task("channels", PAPER, locked=frozenset({"ch_in", "ch_of"}))
    at = start(**PAPER | {"ch_own": "1,1;1,1", "ch_fown": "5"}, task=packed(given))
    expected = array(sent(start(**PAPER), "tile_grid", "ch_bank")["rows"][0]["maps"])
    assert not sent(at, "matrix_field", "ch_own_field")["editable"]
    assert not sent(at, "matrix_field", "ch_fown_field")["editable"]
    for text in ("", "9 9; 9 9"):  # not through the address, and not through a message
        if text:
            bank(at, text)
        found = array(sent(at, "tile_grid", "ch_bank")["rows"][0]["maps"])
        np.testing.assert_array_equal(found, expected)
    assert sent(at, "matrix_field", "ch_mine_field")["editable"], "an answer is hers to type"
