"""Two numbers that tell whether there is anything new."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from classroom import classes, codes, drawings, leading, limits, polling, students, tasks, votes
from classroom.question import Question
from classroom.trouble import Over, Refused, Unkept
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


def heard(lesson: Lesson, device: str, page: str = "padding") -> str:
    return polling.hear(lesson.store, lesson.teacher.code, device, page)


def test_a_mark_changes_with_what_the_page_shows_and_with_nothing_else(lesson: Lesson) -> None:
    device = codes.new_key()
    student = students.join(lesson.store, lesson.teacher.code, device)
    teacher, other = lesson.teacher, lesson.another()
    ink = [[0.0] * 28] * 28

    def marks() -> tuple[str, ...]:
        found = [heard(lesson, device, page) for page in ("padding", "pooling")]
        made = [polling.mark(student, page) for page in ("padding", "pooling")]
        assert found == made, "the page and the browser agree"
        (there, drawn), (elsewhere, _) = (mark.split(".") for mark in found)
        return there, elsewhere, drawn

    everywhere, there, grid = (True, True, False), (True, False, False), (False, False, True)
    nowhere, both = (False, False, False), (True, True, True)
    steps: list[tuple[tuple[bool, ...], Callable[[], object]]] = [
        (everywhere, lambda: leading.offer(teacher, leading.Offer("draw"))),
        (everywhere, lambda: tasks.give(teacher, tasks.Task("draw"))),
        (everywhere, lambda: tasks.withdraw(teacher)),
        (there, lambda: votes.call(teacher, QUESTION)),
        (nowhere, lambda: votes.answer(other, 1, 7)),
        (there, lambda: votes.again(teacher, 1)),
        (there, lambda: votes.reveal(teacher, 1)),
        (there, lambda: votes.drop(teacher, 1)),
        (everywhere, lambda: drawings.ask(teacher, 4)),
        (nowhere, lambda: drawings.hand_in(other, ink)),
        (nowhere, lambda: drawings.hide(teacher, 1)),
        (nowhere, lambda: drawings.hide(teacher, 1, False)),
        (both, lambda: drawings.cover(teacher, False)),
        (grid, lambda: drawings.hand_in(student, ink)),
        (grid, lambda: drawings.hide(teacher, 1)),
        (both, lambda: drawings.take_back(student, 2)),  # none is left to look at
        (nowhere, lambda: leading.at(other, "draw")),
        (nowhere, lesson.another),
        (nowhere, lambda: students.leave(other)),
    ]
    for number, (changed, step) in enumerate(steps):
        before = marks()
        step()
        found = tuple(a != b for a, b in zip(before, marks(), strict=True))
        assert found == changed, number


def test_who_looks_is_there_and_mostly_nothing_is_written_for_it(lesson: Lesson) -> None:
    device = codes.new_key()
    students.join(lesson.store, lesson.teacher.code, device)
    for _ in range(4):
        lesson.machine.wait(limits.PRESENT / 2)
        heard(lesson, device)
        assert students.present(lesson.teacher) == 1
    written = lesson.store.path.with_name(f"{lesson.store.path.name}-wal").read_bytes()
    for _ in range(5):
        lesson.machine.wait(limits.FRESH / 6)
        heard(lesson, device)
    now = lesson.store.path.with_name(f"{lesson.store.path.name}-wal").read_bytes()
    assert now == written


def test_only_the_device_that_has_the_seat_hears_anything(lesson: Lesson) -> None:
    device = codes.new_key()
    student = students.join(lesson.store, lesson.teacher.code, device)
    heard(lesson, device)
    wrong = [codes.new_key(), lesson.key, "", "x", None, 7, "'; --", "é" * 40, device.swapcase()]
    for other in wrong:
        with pytest.raises(Over):
            polling.hear(lesson.store, lesson.teacher.code, other, "padding")
    for code in ("AAAAA", "", None, "no", "%"):
        with pytest.raises(Over):
            polling.hear(lesson.store, code, device, "padding")
    with pytest.raises(Refused):
        heard(lesson, device, "../etc")
    students.leave(student)
    with pytest.raises(Over):
        heard(lesson, device)


def test_while_the_disk_takes_nothing_what_there_is_to_see_is_told(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = codes.new_key()
    students.join(lesson.store, lesson.teacher.code, device)
    before = heard(lesson, device)
    lesson.machine.wait(limits.FRESH)

    def full(student: object) -> None:
        raise Unkept("full")

    monkeypatch.setattr(students, "sign", full)
    assert heard(lesson, device) == before
