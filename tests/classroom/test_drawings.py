"""Drawings: 28×28 numbers, asked for, handed in once, hidden at once."""

from __future__ import annotations

import numpy as np
import pytest

from classroom import drawings, limits, polling
from classroom.trouble import Refused
from tests.classroom.conftest import Lesson

RAMP = np.linspace(0, 1, 784).reshape(28, 28)


def test_what_is_handed_in_is_what_the_teacher_sees(lesson: Lesson) -> None:
    one, two = lesson.another(), lesson.another()
    asked = drawings.ask(lesson.teacher, 4)
    assert drawings.asked(one) == drawings.asked(lesson.teacher) == asked
    first = drawings.hand_in(one, RAMP)
    second = drawings.hand_in(two, np.zeros((28, 28), np.float32).tolist())
    batch = drawings.handed_in(lesson.teacher)
    assert batch.ids.tolist() == [first, second] and batch.labels.tolist() == [4, 4]
    assert batch.images.shape == (2, 28, 28) and batch.images.dtype == np.uint8
    assert np.array_equal(batch.images[0], np.rint(RAMP * 255)) and not batch.images[1].any()
    assert batch.students[0] != batch.students[1] and not batch.hidden.any()
    assert drawings.handed_in(lesson.teacher, after=first).ids.tolist() == [second]
    assert drawings.mine(one).ids.tolist() == [first]


def test_nothing_is_taken_that_was_not_asked_for(lesson: Lesson) -> None:
    student = lesson.another()
    for _ in range(2):
        with pytest.raises(Refused, match="No drawings are being collected"):
            drawings.hand_in(student, RAMP)
        drawings.ask(lesson.teacher, 4)
        drawings.stop(lesson.teacher)
    assert len(drawings.handed_in(lesson.teacher)) == 0


def test_the_same_drawing_twice_is_one(lesson: Lesson) -> None:
    one, two = lesson.another(), lesson.another()
    drawings.ask(lesson.teacher, 4)
    assert drawings.hand_in(one, RAMP) == drawings.hand_in(one, RAMP)
    drawings.hand_in(two, RAMP)
    assert len(drawings.handed_in(lesson.teacher)) == 2
    drawings.ask(lesson.teacher, 7)
    drawings.hand_in(one, RAMP)
    assert drawings.handed_in(lesson.teacher).labels.tolist() == [4, 4, 7]


def test_where_any_digit_is_asked_for_the_student_says_which(lesson: Lesson) -> None:
    student = lesson.another()
    drawings.ask(lesson.teacher)
    for label in (None, "4", 10, -1, True, 4.0):
        with pytest.raises(Refused):
            drawings.hand_in(student, RAMP, label)
    drawings.hand_in(student, RAMP, 9)
    assert drawings.handed_in(lesson.teacher).labels.tolist() == [9]


def test_where_one_digit_is_asked_for_a_student_cannot_call_it_another(lesson: Lesson) -> None:
    student = lesson.another()
    drawings.ask(lesson.teacher, 4)
    drawings.hand_in(student, RAMP, 9)
    assert drawings.handed_in(lesson.teacher).labels.tolist() == [4]


def test_the_grid_starts_covered_and_shows_nothing_that_is_hidden(lesson: Lesson) -> None:
    student = lesson.another()
    drawings.ask(lesson.teacher, 4)
    first, second = drawings.hand_in(student, RAMP), drawings.hand_in(student, 1 - RAMP)
    assert drawings.covered(lesson.teacher) and len(drawings.shown(student)) == 0
    drawings.hide(lesson.teacher, first)
    drawings.cover(lesson.teacher, False)
    assert drawings.shown(student).ids.tolist() == [second]
    drawings.hide(lesson.teacher, second)
    assert len(drawings.shown(student)) == len(drawings.shown(lesson.teacher)) == 0
    drawings.hide(lesson.teacher, second, False)
    assert drawings.shown(student).ids.tolist() == [second]
    assert drawings.handed_in(lesson.teacher).hidden.tolist() == [True, False]
    drawings.ask(lesson.teacher, 7)
    assert drawings.covered(lesson.teacher) and len(drawings.shown(student)) == 0


def test_what_everybody_sees_does_not_say_whose_it_is(lesson: Lesson) -> None:
    one, two = lesson.another(), lesson.another()
    drawings.ask(lesson.teacher, 4)
    for student in (one, two):
        drawings.hand_in(student, RAMP)
    drawings.cover(lesson.teacher, False)
    assert set(drawings.shown(one).students.tolist()) == {0}


def test_hiding_is_news_for_every_screen_and_a_drawing_is_where_it_shows(lesson: Lesson) -> None:
    student = lesson.another()
    drawings.ask(lesson.teacher, 4)
    before = polling.look(student).news
    drawing = drawings.hand_in(student, RAMP)
    assert polling.look(student).news == before
    drawings.cover(lesson.teacher, False)
    drawings.hand_in(student, 1 - RAMP)
    drawings.hide(lesson.teacher, drawing)
    assert polling.look(student).news == before + 3


def test_a_student_takes_back_what_is_his_own_and_nothing_else(lesson: Lesson) -> None:
    one, two = lesson.another(), lesson.another()
    drawings.ask(lesson.teacher, 4)
    drawing = drawings.hand_in(one, RAMP)
    with pytest.raises(Refused, match="no such drawing of yours"):
        drawings.take_back(two, drawing)
    drawings.take_back(one, drawing)
    assert len(drawings.handed_in(lesson.teacher)) == 0
    with pytest.raises(Refused):
        drawings.take_back(one, drawing)


def test_drawings_are_bounded(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DRAWINGS", 3)
    monkeypatch.setattr(limits, "ASKS", 2)
    student = lesson.another()
    drawings.ask(lesson.teacher, 4)
    for place in range(3):
        drawings.hand_in(student, RAMP * place / 3)
    drawings.ask(lesson.teacher, 5)
    with pytest.raises(Refused, match="3 drawings"):
        drawings.hand_in(student, RAMP)
    drawings.hand_in(lesson.another(), RAMP)  # another's are another's
    with pytest.raises(Refused, match="at most 2 times"):
        drawings.ask(lesson.teacher, 6)


NAN = np.where(RAMP > 0.5, np.nan, RAMP)


@pytest.mark.parametrize(
    "image",
    [
        None,
        "0" * 784,
        b"\x00" * 784,
        [],
        [[]] * 28,
        [[0.0] * 28] * 27,
        [[0.0] * 28] * 27 + [[0.0] * 29],
        [["0"] * 28] * 28,
        [[None] * 28] * 28,
        [[10**400] * 28] * 28,
        [[0.0] * 10**6] * 28,
        NAN,
        NAN.tolist(),
        RAMP + np.inf,
        RAMP * 1.01,
        RAMP - 0.01,
        RAMP.astype(complex),
        RAMP.astype(object),
        RAMP.astype(str),
        RAMP[None],
        RAMP.ravel(),
        np.zeros((28, 28), "datetime64[s]"),
    ],
    ids="",
)
def test_what_is_no_drawing_is_refused(lesson: Lesson, image: object) -> None:
    drawings.ask(lesson.teacher, 4)
    with pytest.raises(Refused):
        drawings.hand_in(lesson.another(), image)
    assert len(drawings.handed_in(lesson.teacher)) == 0


@pytest.mark.parametrize("drawing", [0, -1, 99, 2**70, "1", None, True])
def test_what_is_no_drawing_s_number_is_refused(lesson: Lesson, drawing: int) -> None:
    for hidden in (True, False):
        with pytest.raises(Refused):
            drawings.hide(lesson.teacher, drawing, hidden)


@pytest.mark.parametrize("label", [-1, 10, "4", 4.0, True])
def test_what_is_no_digit_is_not_asked_for(lesson: Lesson, label: int) -> None:
    with pytest.raises(Refused):
        drawings.ask(lesson.teacher, label)


def test_what_is_trained_on_is_what_is_shown_with_whose_it_is(lesson: Lesson) -> None:
    one, two = lesson.another(), lesson.another()
    drawings.ask(lesson.teacher, 4)
    first = drawings.hand_in(one, RAMP)
    second = drawings.hand_in(two, RAMP)
    assert not len(drawings.to_train(one)), "it starts covered"
    drawings.cover(lesson.teacher, False)
    for who in (one, lesson.teacher):
        batch = drawings.to_train(who)
        assert batch.ids.tolist() == [first, second] and batch.labels.tolist() == [4, 4]
        assert batch.students[0] != batch.students[1]
    drawings.hide(lesson.teacher, first)
    assert drawings.to_train(two).ids.tolist() == [second]
    some = drawings.handed_in(lesson.teacher).take(np.array([1]))
    assert (some.ids.tolist(), some.hidden.tolist()) == ([second], [False])
