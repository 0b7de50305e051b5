"""Two numbers that tell whether there is anything new."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from classroom import classes, drawings, leading, polling, students, tasks, votes
from classroom.question import Question
from classroom.trouble import Over
from tests.classroom.conftest import Lesson

QUESTION = Question("padding", "pa_g1", 0, "?", right=7)


def test_what_the_teacher_does_is_news_and_what_students_do_is_work(lesson: Lesson) -> None:
    student = lesson.another()
    teacher = lesson.teacher
    steps: list[tuple[str, Callable[[], object]]] = [
        ("news", lambda: leading.offer(teacher, leading.Offer("draw"))),
        ("news", lambda: leading.withdraw(teacher)),
        ("news", lambda: tasks.give(teacher, tasks.Task("draw"))),
        ("news", lambda: tasks.withdraw(teacher)),
        ("news", lambda: votes.call(teacher, QUESTION)),
        ("work", lambda: votes.answer(student, 1, 7)),
        ("news", lambda: votes.again(teacher, 1)),
        ("news", lambda: votes.reveal(teacher, 1)),
        ("news", lambda: votes.drop(teacher, 1)),
        ("news", lambda: drawings.ask(teacher, 4)),
        ("work", lambda: drawings.hand_in(student, [[0.0] * 28] * 28)),
        ("news", lambda: drawings.cover(teacher, False)),
        ("news", lambda: drawings.hide(teacher, 1)),
        ("news", lambda: drawings.take_back(student, 1)),
        ("news", lambda: drawings.stop(teacher)),
        ("work", lambda: leading.at(student, "draw")),
        ("work", lesson.another),
        ("work", lambda: students.leave(student)),
    ]
    for kind, step in steps:
        before = polling.look(teacher)
        step()
        after = polling.look(teacher)
        assert after.work > before.work, step
        assert (after.news > before.news) == (kind == "news"), step


def test_to_look_changes_nothing(lesson: Lesson) -> None:
    student = lesson.another()
    assert polling.look(student) == polling.look(student)
    assert polling.look(lesson.teacher) == polling.look(lesson.teacher)
    assert polling.look(lesson.teacher).present == 1 and polling.look(student).present == 0


def test_a_class_that_is_over_is_told_to_whoever_looks(lesson: Lesson) -> None:
    student = lesson.another()
    classes.end(lesson.teacher)
    for who in (student, lesson.teacher):
        with pytest.raises(Over):
            polling.look(who)
