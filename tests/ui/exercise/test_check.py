"""A size as a student writes it."""

from __future__ import annotations

import pytest

from ui.exercise.check import parse_size


@pytest.mark.parametrize(
    "text",
    ["3 × 4", "3x4", "3X4", "3, 4", "3 by 4", " 3 4 ", "(3, 4)", "[1, 3, 4]",
     "torch.Size([1, 1, 3, 4])"],
)  # fmt: skip
def test_a_size_is_read_as_it_is_written(text: str) -> None:
    assert parse_size(text) == (3, 4)


def test_one_number_is_both_sides_and_a_one_may_be_a_side() -> None:
    assert parse_size("3") == (3, 3) and parse_size("1x3") == (1, 3) and parse_size("1") == (1, 1)


@pytest.mark.parametrize("text", ["", "x", "3x", "2,3,4", "-3x4", "3.5x4", "12345", "[" * 20_000])
def test_what_is_no_size_is_none(text: str) -> None:
    assert parse_size(text) is None
