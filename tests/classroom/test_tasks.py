"""A lesson set up by the teacher: what is locked and hidden, in a link and in the class."""

from __future__ import annotations

import json

import pytest

from classroom import tasks
from classroom.tasks import Task
from classroom.trouble import Refused
from tests.classroom.conftest import Lesson

TASK = Task(
    "padding",
    {"pa_n": "7", "pa_mode": "same"},
    locked=frozenset({"pa_n"}),
    hidden=frozenset({"pa_fill"}),
    seed=12,
    sentence="Find the padding that keeps\nthe size.",
)


def test_a_task_tells_what_a_student_can_turn_and_see() -> None:
    assert TASK.sentence == "Find the padding that keeps the size."
    assert TASK.holds("padding", "pa_n") and TASK.shows("padding", "pa_n")
    assert TASK.holds("padding", "pa_fill") and not TASK.shows("padding", "pa_fill")
    assert not TASK.holds("padding", "pa_mode") and TASK.shows("padding", "pa_mode")
    assert not TASK.holds("pooling", "pa_n") and TASK.shows("pooling", "pa_fill")


@pytest.mark.parametrize("task", [TASK, Task(""), Task("draw", sentence="Draw a 4.")])
def test_a_task_comes_back_from_its_link(task: Task) -> None:
    assert tasks.from_json(json.loads(json.dumps(task.as_json()))) == task


def test_a_task_given_to_the_class_holds_for_everybody_until_it_is_withdrawn(
    lesson: Lesson,
) -> None:
    student = lesson.another()
    assert tasks.given(student) is None
    tasks.give(lesson.teacher, TASK)
    assert tasks.given(student) == tasks.given(lesson.teacher) == TASK
    tasks.withdraw(lesson.teacher)
    assert tasks.given(student) is None


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        {},
        {"lesson": 3},
        {"lesson": "../etc"},
        {"lesson": "draw", "teacher": True},
        {"lesson": "draw", "seed": "1"},
        {"lesson": "draw", "seed": True},
        {"lesson": "draw", "seed": -1},
        {"lesson": "draw", "locked": "pa_n"},
        {"lesson": "draw", "locked": ["PA N"]},
        {"lesson": "draw", "hidden": [["a"]]},
        {"lesson": "draw", "hidden": ["a"] * 201},
        {"lesson": "draw", "settings": [["a", "b"]]},
        {"lesson": "draw", "settings": {"a": 1}},
        {"lesson": "draw", "settings": {"a": "b\n"}},
        {"lesson": "draw", "settings": {"a; DROP TABLE": "b"}},
        {"lesson": "draw", "settings": {"a": "b" * 20_001}},
        {"lesson": "draw", "settings": {f"n{i}": "b" * 19_000 for i in range(4)}},
        {"lesson": "draw", "sentence": "x" * 501},
        {"lesson": "draw", "sentence": 5},
    ],
)
def test_what_is_no_task_is_refused(sent: object) -> None:
    with pytest.raises(Refused):
        tasks.from_json(sent)
