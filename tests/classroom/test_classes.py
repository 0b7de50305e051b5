"""Starting, leading and ending a class."""

from __future__ import annotations

import pytest

from classroom import classes, codes, drawings, limits, students, votes
from classroom.question import Question
from classroom.store import Store
from classroom.trouble import Over, Refused
from tests.classroom.conftest import Lesson, Machine


def test_a_code_that_a_class_has_already_is_dealt_again(store: Store) -> None:
    dealt = iter(["KQ7XM", "KQ7XM", "KQ7XM", "AAAAA"])
    first, second = (classes.start(store, lambda: next(dealt)) for _ in range(2))
    assert (first.code, second.code) == ("KQ7XM", "AAAAA")
    assert classes.lead(store, first.key).room != classes.lead(store, second.key).room


def test_codes_that_always_collide_are_one_sentence(store: Store) -> None:
    classes.start(store, lambda: "KQ7XM")
    with pytest.raises(Refused, match="No free code"):
        classes.start(store, lambda: "KQ7XM")


def test_a_code_is_free_again_when_its_class_is_over_but_the_old_ones_stay_out(
    lesson: Lesson,
) -> None:
    student = lesson.another()
    classes.end(lesson.teacher)
    begun = classes.start(lesson.store, lambda: lesson.teacher.code)
    assert begun.code == lesson.teacher.code
    with pytest.raises(Over):
        classes.lead(lesson.store, lesson.key)
    with pytest.raises(Over):
        drawings.mine(student)
    with pytest.raises(Over):
        drawings.ask(lesson.teacher, 4)


def test_when_a_class_ends_nothing_of_it_is_left_and_another_class_is_untouched(
    lesson: Lesson,
) -> None:
    other = classes.lead(lesson.store, classes.start(lesson.store).key)
    for teacher in (lesson.teacher, other):
        student = students.join(lesson.store, teacher.code, codes.new_key())
        vote = votes.call(teacher, Question("padding", "pa_g1", 0, "?", right=7))
        votes.answer(student, vote, 7)
        drawings.ask(teacher, 4)
        drawings.hand_in(student, [[0.5] * 28] * 28)
    classes.end(lesson.teacher)
    with lesson.store.reading() as desk:
        tables = desk.all("SELECT name FROM sqlite_master WHERE sql LIKE '%class INTEGER%'")
        left = [desk.count(f"SELECT count(*) FROM {name}") for (name,) in tables]
        left.append(desk.count("SELECT count(*) FROM answer"))
    assert left == [1] * 5
    assert votes.results(other)[0].answered == (1,) and len(drawings.handed_in(other)) == 1


def test_a_class_that_is_over_by_time_is_deleted_when_the_next_begins(
    store: Store, machine: Machine
) -> None:
    classes.start(store)
    machine.wait(limits.LIFETIME + 1)
    classes.start(store)
    with store.reading() as desk:
        assert desk.count("SELECT count(*) FROM class") == 1


def test_every_door_is_shut_when_the_time_is_over_even_before_it_is_deleted(
    lesson: Lesson,
) -> None:
    student, code = lesson.another(), lesson.teacher.code
    lesson.machine.wait(limits.LIFETIME)
    assert students.known(lesson.store, code, codes.new_key()) is None
    with pytest.raises(Refused, match="no class"):
        students.join(lesson.store, code, codes.new_key())
    with pytest.raises(Over):
        drawings.hand_in(student, [[0.0] * 28] * 28)
    with pytest.raises(Over):
        classes.lead(lesson.store, lesson.key)


def test_classes_are_bounded_and_one_that_nobody_joined_makes_room(
    store: Store, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CLASSES", 3)
    begun = [classes.start(store) for _ in range(3)]
    students.join(store, begun[0].code, codes.new_key())
    begun.append(classes.start(store))
    with pytest.raises(Over):
        classes.lead(store, begun[1].key)
    for one in (begun[2], begun[3]):
        students.join(store, one.code, codes.new_key())
    with pytest.raises(Refused, match="3 classes already"):
        classes.start(store)
    assert all(classes.lead(store, begun[place].key) for place in (0, 2, 3))


def test_classes_are_not_started_without_end(store: Store, machine: Machine) -> None:
    for _ in range(limits.STARTS):
        classes.start(store)
    with pytest.raises(Refused, match="wait a minute"):
        classes.start(store)
    machine.wait(limits.MINUTE + 1)
    assert classes.start(store).code


def test_the_file_holds_no_key(lesson: Lesson) -> None:
    device = codes.new_key()
    students.join(lesson.store, lesson.teacher.code, device)
    lesson.store.forget()
    content = b"".join(one.read_bytes() for one in lesson.store.path.parent.iterdir())
    assert lesson.teacher.code.encode() in content
    assert lesson.key.encode() not in content and device.encode() not in content
