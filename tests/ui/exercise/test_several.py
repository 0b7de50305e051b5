"""Slips in the maps of several filters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cnn.arrays import Array
from cnn.window.geometry import Window
from tests.ui.exercise.test_slips import exercises
from ui.components.window_stage.numbers import Setting
from ui.exercise import check, several, slips
from ui.exercise.exercise import Exercise


@pytest.fixture(scope="module")
def bank() -> Exercise:
    rng = np.random.default_rng(1)
    weight = rng.integers(-3, 4, (3, 2, 3, 3)).astype(float)
    x = rng.integers(0, 6, (2, 5, 5)).astype(float)
    return Exercise(x, Setting("conv", Window((3, 3), (2, 2), (1, 1, 1, 1))), weight)


def with_weight(bank: Exercise, weight: Array) -> Array:
    return replace(bank, weight=weight).y


def test_a_right_answer_has_no_slip_and_empty_cells_are_left_out(bank: Exercise) -> None:
    assert several.named(bank, bank.y) == []
    assert "**Yes.** All 27 are right." in check.verdict(bank, bank.y)
    some = bank.y.copy()
    some[2] = np.nan
    assert several.named(bank, some) == []


def test_a_slip_in_all_maps_is_told_once_one_in_some_with_their_numbers(bank: Exercise) -> None:
    assert bank.weight is not None
    turned = bank.weight[:, :, ::-1, ::-1]
    (said,) = several.named(bank, with_weight(bank, turned))
    assert said.startswith("The kernel was turned by 180°.")
    some = bank.y.copy()
    some[[0, 2]] = with_weight(bank, turned)[[0, 2]]
    (said,) = several.named(bank, some)
    assert said.startswith("Maps 0, 2: The kernel was turned by 180°.")
    window = replace(bank.setting.window, stride=(1, 1))
    unstrided = replace(bank, setting=replace(bank.setting, window=window)).y
    assert several.named(bank, unstrided)[0].startswith("The stride was forgotten")


def test_maps_not_added_added_to_one_or_exchanged_are_recognised(bank: Exercise) -> None:
    kernels = [replace(bank, x=bank.x[c : c + 1], weight=one[c : c + 1]).y
               for one in bank.weight for c in range(2)]  # fmt: skip
    assert several.named(bank, np.concatenate(kernels)) == [slips.NOT_ADDED]
    assert several.named(bank, bank.y.sum(axis=0, keepdims=True)) == [
        "The maps were added: each filter gives a map of its own."
    ]
    (said,) = several.named(bank, bank.y[[2, 0, 1]])
    assert "another order" in said and said.endswith("as map 1.")


def test_channels_of_one_filter_not_added_are_recognised() -> None:
    one = next(e for e in exercises() if len(e.x) > 1 and not e.bias)
    partial = one.numbers.partial
    assert partial is not None
    assert slips.NOT_ADDED in several.named(one, partial)


def test_a_wrong_cell_opens_the_sum_of_its_own_filter(bank: Exercise) -> None:
    given = bank.y.copy()
    given[1, 2, 0] += 100
    (note,) = check.notes(bank, given, given == bank.y)
    assert note.line.startswith("✗ y[1, 2, 0]: you have")
    assert note.more.endswith(f"= {bank.y[1, 2, 0]:g}".replace("-", "−") + ".")
    assert "26 of 27" in check.verdict(bank, given)


@pytest.mark.parametrize(
    "text", ["3 3", "3x3x3", "(3, 3, 3)", "[1, 3, 3, 3]", "torch.Size([1, 3, 3, 3])"]
)
def test_a_size_may_name_the_maps(text: str) -> None:
    assert check.parse_size(text, maps=3) == (3, 3)
    assert check.parse_size("2x3x3", maps=3) is None
