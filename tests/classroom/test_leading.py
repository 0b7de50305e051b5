"""Leading: an offer that takes no page away, and who is where."""

from __future__ import annotations

import pytest

from classroom import leading, limits, polling, students
from classroom.leading import Offer
from classroom.trouble import Refused
from tests.classroom.conftest import Lesson


def test_the_class_is_offered_a_place_and_then_another(lesson: Lesson) -> None:
    student = lesson.another()
    assert leading.offered(student) is None
    first = Offer("padding", {"pa_n": "7"}, "Padding, n = 7")
    second = Offer("pooling", {}, "Step 3", tour="how_it_learns", step=3)
    for place in (first, second):
        leading.offer(lesson.teacher, place)
        assert leading.offered(student) == leading.offered(lesson.teacher) == place
    leading.withdraw(lesson.teacher)
    assert leading.offered(student) is None


def test_the_teacher_sees_how_many_are_on_which_lesson(lesson: Lesson) -> None:
    one, two, three = (lesson.another() for _ in range(3))
    for student, slug in ((one, "padding"), (two, "padding"), (three, "draw")):
        leading.at(student, slug)
    assert leading.where(lesson.teacher) == {"padding": 2, "draw": 1}
    leading.at(one, "draw")
    assert leading.where(lesson.teacher) == {"draw": 2, "padding": 1}
    students.leave(two)
    assert leading.where(lesson.teacher) == {"draw": 2}
    lesson.machine.wait(limits.PRESENT - 1)
    leading.at(one, "draw")
    lesson.machine.wait(2)
    assert leading.where(lesson.teacher) == {"draw": 1}


def test_to_stay_where_one_is_writes_nothing_for_a_while(lesson: Lesson) -> None:
    student = lesson.another()
    leading.at(student, "draw")
    before = polling.look(lesson.teacher).work
    with lesson.store.reading() as desk:
        seen = desk.one("SELECT seen FROM student")
    lesson.machine.wait(limits.FRESH / 2)
    leading.at(student, "draw")
    with lesson.store.reading() as desk:
        assert desk.one("SELECT seen FROM student") == seen
    lesson.machine.wait(limits.FRESH)
    leading.at(student, "draw")
    with lesson.store.reading() as desk:
        assert desk.one("SELECT seen FROM student") != seen
    assert polling.look(lesson.teacher).work == before


def test_who_leafs_through_all_lessons_writes_no_more_than_anybody(lesson: Lesson) -> None:
    student = lesson.another()
    for place in range(100):
        leading.at(student, f"lesson{place}")
    assert leading.where(lesson.teacher) == {f"lesson{limits.MESSAGES - 1}": 1}


@pytest.mark.parametrize("slug", ["../x", "Padding", "a b", "x" * 33, None, 3])
def test_what_is_no_lesson_is_refused(lesson: Lesson, slug: str) -> None:
    with pytest.raises(Refused):
        leading.at(lesson.another(), slug)
    with pytest.raises(Refused):
        Offer(slug)


def test_an_offer_s_parts_are_looked_at() -> None:
    for wrong in ({"said": "x" * 201}, {"tour": "A b"}, {"step": -1}, {"settings": {"a": 5}}):
        with pytest.raises(Refused):
            Offer("draw", **wrong)  # type: ignore[arg-type]
