"""The class's digits, divided by student."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.training import split_by_student
from classroom.trouble import Refused


@given(st.lists(st.integers(1, 40), min_size=2, max_size=200), st.integers(0, 50))
def test_no_student_is_on_both_sides_and_no_side_is_empty(drawn: list[int], seed: int) -> None:
    students = np.array([*drawn, 98, 99])
    train, validation = split_by_student(students, seed=seed)
    assert sorted([*train, *validation]) == list(range(len(students)))
    assert len(train) and len(validation)
    assert not set(students[train]) & set(students[validation])


def test_about_the_share_asked_for_is_validated_on() -> None:
    students = np.repeat(np.arange(1000), 3)
    for share in (0.1, 0.25, 0.5):
        _, validation = split_by_student(students, share)
        assert abs(len(validation) / len(students) - share) < 0.05


def test_who_is_where_stays_when_more_drawings_come_and_depends_on_the_seed() -> None:
    few, more = np.arange(30), np.repeat(np.arange(60), 2)
    sides = [set(students[split_by_student(students)[1]]) for students in (few, more)]
    assert {student for student in sides[1] if student < 30} == sides[0]
    assert sides[0] != set(split_by_student(few, seed=1)[1])


@pytest.mark.parametrize("students", [[], [3], [3, 3, 3]])
def test_one_student_cannot_be_divided(students: list[int]) -> None:
    with pytest.raises(Refused, match="two students"):
        split_by_student(np.array(students, np.int64))


@pytest.mark.parametrize("share", [0, 1, -1, 2.0])
def test_a_share_is_between_nothing_and_all(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        split_by_student(np.arange(4), share)
