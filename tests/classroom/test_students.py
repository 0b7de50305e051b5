"""Joining: by code and device, counted once, bounded; and what whoever wants more tries."""

from __future__ import annotations

import pytest

from classroom import classes, codes, drawings, limits, students, votes
from classroom.question import Question
from classroom.store import Store
from classroom.students import Student
from classroom.trouble import Over, Refused
from tests.classroom.conftest import Lesson

PAPER = [[0.0] * 28] * 28


def test_a_device_counts_once_also_after_a_reload(lesson: Lesson) -> None:
    code, device = lesson.teacher.code, codes.new_key()
    assert students.known(lesson.store, code, device) is None
    first = students.join(lesson.store, code, device)
    assert students.join(lesson.store, f" {code.lower()} ", device) == first
    assert students.known(lesson.store, code, device) == first
    elsewhere = Store(lesson.store.path, instant=lesson.machine)
    found = students.known(elsewhere, code, device)
    assert found is not None and _of(found) == _of(first)
    assert students.present(lesson.teacher) == 1
    assert lesson.another() != first and students.present(lesson.teacher) == 2


def test_who_gives_no_sign_is_not_present_but_keeps_the_seat(lesson: Lesson) -> None:
    device = codes.new_key()
    first = students.join(lesson.store, lesson.teacher.code, device)
    lesson.machine.wait(limits.PRESENT + 1)
    assert students.present(lesson.teacher) == 0
    assert students.join(lesson.store, lesson.teacher.code, device) == first
    assert students.present(lesson.teacher) == 1


def test_who_leaves_without_having_handed_anything_in_leaves_no_trace(lesson: Lesson) -> None:
    student = lesson.another()
    students.leave(student)
    assert students.present(lesson.teacher) == 0
    with pytest.raises(Over):
        drawings.mine(student)
    with lesson.store.reading() as desk:
        assert desk.count("SELECT count(*) FROM student") == 0


def test_what_was_handed_in_stays_when_its_student_leaves(lesson: Lesson) -> None:
    device = codes.new_key()
    student = students.join(lesson.store, lesson.teacher.code, device)
    drawings.ask(lesson.teacher, 4)
    drawings.hand_in(student, PAPER)
    students.leave(student)
    assert students.present(lesson.teacher) == 0 and len(drawings.handed_in(lesson.teacher)) == 1
    assert students.join(lesson.store, lesson.teacher.code, device) == student


def test_a_class_has_so_many_seats_and_one_left_empty_is_given_away(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STUDENTS", 3)
    drawings.ask(lesson.teacher, 4)
    first, second, third = (lesson.another() for _ in range(3))
    with pytest.raises(Refused, match="The class is full: 3 devices"):
        lesson.another()
    drawings.hand_in(first, PAPER)
    lesson.machine.wait(limits.EMPTY_SEAT + 1)
    drawings.hand_in(third, PAPER)
    assert lesson.another() not in (first, second, third)
    with pytest.raises(Over):
        drawings.mine(second)
    assert len(drawings.mine(first)) == len(drawings.mine(third)) == 1
    with pytest.raises(Refused, match="full"):
        lesson.another()


@pytest.mark.parametrize(
    "device", ["", None, 7, "short", "<script>alert(1)</script>aaaaaaa", "x;" * 20]
)
def test_a_device_without_a_proper_key_is_refused(lesson: Lesson, device: object) -> None:
    with pytest.raises(Refused, match="reload"):
        students.join(lesson.store, lesson.teacher.code, device)


# --- who wants more than a seat -----------------------------------------------------------------


def wrong(lesson: Lesson, source: str) -> str:
    with pytest.raises(Refused) as caught:
        students.join(lesson.store, "AAAAA", codes.new_key(), source)
    return str(caught.value)


def test_codes_cannot_be_tried_through(lesson: Lesson) -> None:
    for _ in range(limits.WRONG_CODES):
        assert "no class with this code" in wrong(lesson, "10.0.0.7")
    assert "wait a minute" in wrong(lesson, "10.0.0.7")
    with pytest.raises(Refused, match="wait"):  # or the last try would be the one that hits
        students.join(lesson.store, lesson.teacher.code, codes.new_key(), "10.0.0.7")
    assert students.join(lesson.store, lesson.teacher.code, codes.new_key(), "10.0.0.8")
    lesson.machine.wait(limits.MINUTE + 1)
    assert "no class with this code" in wrong(lesson, "10.0.0.7")


def test_codes_cannot_be_tried_through_from_many_addresses(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WRONG_CODES_IN_ALL", 8)
    for place in range(8):
        assert "no class with this code" in wrong(lesson, f"10.0.0.{place}")
    assert "wait a minute" in wrong(lesson, "10.0.0.99")


def test_looking_for_a_seat_tells_nothing_to_who_guesses_codes(lesson: Lesson) -> None:
    device = codes.new_key()
    assert students.known(lesson.store, lesson.teacher.code, device) is None
    assert students.known(lesson.store, "AAAAA", device) is None


def test_neither_code_nor_device_nor_the_file_s_own_word_makes_a_teacher(lesson: Lesson) -> None:
    device = codes.new_key()
    students.join(lesson.store, lesson.teacher.code, device)
    with lesson.store.reading() as desk:
        row = desk.one("SELECT teacher FROM class")
    assert row is not None
    for key in (lesson.teacher.code, device, row[0], row[0].hex(), lesson.key[:-1], "", None):
        with pytest.raises(Over):
            classes.lead(lesson.store, key)


def test_a_thousand_messages_are_twenty_in_ten_seconds(lesson: Lesson) -> None:
    student, other = lesson.another(), lesson.another()
    vote = votes.call(lesson.teacher, Question("padding", "pa_g1", 0, "?", right=7))

    def sent(count: int) -> int:
        taken = 0
        for _ in range(count):
            try:
                votes.answer(student, vote, 7)
            except Refused as error:
                assert "a lot at once" in str(error)
            else:
                taken += 1
        return taken

    assert sent(100) == limits.MESSAGES
    votes.answer(other, vote, 6)  # another one's pace is another's
    lesson.machine.wait(limits.MESSAGES_WITHIN / 2)
    assert sent(100) == 0
    lesson.machine.wait(limits.MESSAGES_WITHIN / 2)
    assert sent(100) == limits.MESSAGES
    assert votes.result(lesson.teacher, vote).answered == (2,)


def test_the_pace_holds_in_all_processes_together(lesson: Lesson) -> None:
    student = lesson.another()
    again = Student(Store(lesson.store.path, instant=lesson.machine), *_of(student))
    vote = votes.call(lesson.teacher, Question("padding", "pa_g1", 0, "?", right=7))
    for place in range(limits.MESSAGES):
        votes.answer((student, again)[place % 2], vote, 7)
    for one in (student, again):
        with pytest.raises(Refused, match="a lot at once"):
            votes.answer(one, vote, 7)


def _of(student: Student) -> tuple[int, str, int]:
    return student.room, student.code, student.number


def test_the_pace_is_forgotten_when_it_matters_no_more(lesson: Lesson) -> None:
    for _ in range(3):
        wrong(lesson, "10.0.0.7")
    lesson.machine.wait(limits.MINUTE + 1)
    classes.tidy(lesson.store)
    with lesson.store.reading() as desk:
        assert desk.count("SELECT count(*) FROM pace") == 0


def test_a_student_of_one_class_reaches_nothing_of_another(lesson: Lesson) -> None:
    other = classes.lead(lesson.store, classes.start(lesson.store).key)
    stranger = students.join(lesson.store, other.code, codes.new_key())
    student = lesson.another()
    vote = votes.call(lesson.teacher, Question("padding", "pa_g1", 0, "?", right=7))
    drawings.ask(lesson.teacher, 4)
    drawing = drawings.hand_in(student, PAPER)
    drawings.cover(lesson.teacher, False)
    assert votes.ballot(stranger, "padding", "pa_g1", 0) is None
    assert len(drawings.shown(stranger)) == 0 and drawings.asked(stranger) is None
    with pytest.raises(Refused, match="no such vote"):
        votes.answer(stranger, vote, 7)
    with pytest.raises(Refused, match="no such drawing"):
        drawings.take_back(stranger, drawing)
    for act in (votes.reveal, votes.again, votes.drop, votes.result):
        with pytest.raises(Refused, match="no such vote"):
            act(other, vote)
    with pytest.raises(Refused, match="no such drawing"):
        drawings.hide(other, drawing)
    forged = Student(lesson.store, lesson.teacher.room, lesson.teacher.code, stranger.number)
    with pytest.raises(Over):
        votes.answer(forged, vote, 7)
