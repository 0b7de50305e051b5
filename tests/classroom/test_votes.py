"""Votes: alone, together, again, revealed; and how answers are counted."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from classroom import limits, question, votes
from classroom.question import Question
from classroom.tally import GROUPS, Group, tally
from classroom.trouble import Over, Refused
from tests.classroom.conftest import Lesson

NUMBER = Question(
    "padding",
    "pa_g1",
    0,
    "How many outputs?",
    right=7,
    known=((8, "the + 1 counted twice"), (6.5, "the floor forgotten")),
)
PICK = Question("filters", "fi_g1", 3, "Which?", right="b", options={"a": "Left", "b": "Right"})


def test_a_vote_from_the_call_to_the_reveal(lesson: Lesson) -> None:
    one, two = lesson.another(), lesson.another()
    where = ("padding", "pa_g1", 0)
    assert votes.ballot(one, *where) is None and not votes.any_open(one, "padding")
    vote = votes.call(lesson.teacher, NUMBER)
    assert votes.any_open(one, "padding") and not votes.any_open(one, "filters")
    ballot = votes.ballot(one, *where)
    assert ballot == votes.Ballot(vote, 1, False, (None, None))
    votes.answer(one, vote, 8)
    votes.answer(two, vote, 7)
    votes.again(lesson.teacher, vote)
    votes.answer(one, vote, 7.004)
    seen = votes.ballot(one, *where)
    assert seen is not None and seen.mine == (8, 7.004) and seen.class_ == ()
    result = votes.result(lesson.teacher, vote)
    assert (result.round, result.revealed, result.answered) == (2, False, (2, 1))
    votes.reveal(lesson.teacher, vote)
    assert not votes.any_open(one, "padding")
    seen = votes.ballot(two, *where)
    assert seen is not None and seen.revealed and seen.mine == (7, None)
    first = (Group(7.0, "7", 1, True), Group(8.0, "8", 1, False, "the + 1 counted twice"))
    assert seen.class_ == (first, (Group(7.0, "7", 1, True),))
    assert votes.result(lesson.teacher, vote).groups == seen.class_


def test_before_the_reveal_a_student_can_learn_nothing_of_what_is_right(lesson: Lesson) -> None:
    one, two = lesson.another(), lesson.another()
    vote = votes.call(lesson.teacher, NUMBER)
    votes.answer(two, vote, 7)
    for answer in (7, 8):
        votes.answer(one, vote, answer)
        ballot = votes.ballot(one, "padding", "pa_g1", 0)
        assert ballot == votes.Ballot(vote, 1, False, (answer, None), ())


def test_the_last_answer_of_a_round_counts_and_each_device_once(lesson: Lesson) -> None:
    student = lesson.another()
    vote = votes.call(lesson.teacher, NUMBER)
    for answer in (5, 6, 6, 7):
        votes.answer(student, vote, answer)
    result = votes.result(lesson.teacher, vote)
    assert result.answered == (1,) and result.groups == ((Group(7.0, "7", 1, True),),)


def test_after_the_reveal_no_answer_is_taken(lesson: Lesson) -> None:
    student = lesson.another()
    vote = votes.call(lesson.teacher, NUMBER)
    votes.answer(student, vote, 6)
    votes.reveal(lesson.teacher, vote)
    with pytest.raises(Refused, match="over"):
        votes.answer(student, vote, 7)
    with pytest.raises(Refused, match="revealed"):
        votes.again(lesson.teacher, vote)
    assert votes.result(lesson.teacher, vote).groups[0][0].answer == 6


def test_a_vote_is_called_once_for_each_guess_and_turn(lesson: Lesson) -> None:
    student = lesson.another()
    vote = votes.call(lesson.teacher, NUMBER)
    votes.answer(student, vote, 7)
    assert votes.call(lesson.teacher, NUMBER) == vote
    assert votes.result(lesson.teacher, vote).answered == (1,)
    other = votes.call(lesson.teacher, replace(NUMBER, turn=1))
    assert other != vote
    assert [result.vote for result in votes.results(lesson.teacher)] == [other, vote]
    found = votes.called(lesson.teacher, "padding", "pa_g1", 1)
    assert found is not None and found.vote == other
    assert votes.called(lesson.teacher, "padding", "pa_g1", 2) is None


def test_a_vote_that_is_dropped_is_an_ordinary_guess_again(lesson: Lesson) -> None:
    student = lesson.another()
    vote = votes.call(lesson.teacher, NUMBER)
    votes.answer(student, vote, 7)
    votes.drop(lesson.teacher, vote)
    assert votes.ballot(student, "padding", "pa_g1", 0) is None
    with pytest.raises(Refused, match="no such vote"):
        votes.answer(student, vote, 7)
    assert votes.results(lesson.teacher) == []


@pytest.mark.parametrize(
    "value", [None, "7", "<b>", float("nan"), float("inf"), 1e300, 10**400, True, [7], {"a": 7}]
)
def test_what_is_no_number_is_no_answer(lesson: Lesson, value: object) -> None:
    student, vote = lesson.another(), votes.call(lesson.teacher, NUMBER)
    with pytest.raises(Refused):
        votes.answer(student, vote, value)
    assert votes.result(lesson.teacher, vote).answered == (0,)


@pytest.mark.parametrize("value", ["c", "", "Left", 0, None, ["a"], "a'; DROP TABLE answer; --"])
def test_what_is_no_option_is_no_answer(lesson: Lesson, value: object) -> None:
    student, vote = lesson.another(), votes.call(lesson.teacher, PICK)
    with pytest.raises(Refused):
        votes.answer(student, vote, value)
    assert votes.result(lesson.teacher, vote).answered == (0,)


@pytest.mark.parametrize("vote", [0, -1, 999, 2**63, 10**30, "1", None, 1.0, True])
def test_what_is_no_vote_is_refused(lesson: Lesson, vote: int) -> None:
    with pytest.raises(Refused):
        votes.answer(lesson.another(), vote, 7)
    with pytest.raises(Refused):
        votes.reveal(lesson.teacher, vote)


def test_who_has_left_has_no_vote(lesson: Lesson) -> None:
    from classroom import students

    student, vote = lesson.another(), votes.call(lesson.teacher, NUMBER)
    students.leave(student)
    with pytest.raises(Over):
        votes.answer(student, vote, 7)
    with pytest.raises(Over):
        votes.ballot(student, "padding", "pa_g1", 0)


def test_votes_are_bounded(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VOTES", 2)
    for turn in range(2):
        votes.call(lesson.teacher, replace(NUMBER, turn=turn))
    with pytest.raises(Refused, match="at most 2 votes"):
        votes.call(lesson.teacher, replace(NUMBER, turn=2))
    votes.drop(lesson.teacher, votes.results(lesson.teacher)[0].vote)
    assert votes.call(lesson.teacher, replace(NUMBER, turn=2))


@pytest.mark.parametrize("asked", [NUMBER, PICK])
def test_a_question_comes_back_from_the_file(asked: Question) -> None:
    assert question.from_json(json.loads(json.dumps(asked.as_json()))) == asked


@pytest.mark.parametrize(
    "wrong",
    [
        {"right": float("nan")},
        {"right": "b"},
        {"turn": -1},
        {"name": "No Name"},
        {"lesson": "../x"},
        {"words": 5},
        {"tolerance": float("inf")},
        {"known": ((1,),)},
        {"known": (("x", "y"),)},
        {"known": 3},
        {"options": {"a": "A"}},
        {"options": {str(n): "x" for n in range(41)}},
    ],
)
def test_what_is_no_question_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        replace(NUMBER, **wrong)  # type: ignore[arg-type]


# --- counting -----------------------------------------------------------------------------------


def test_options_are_counted_in_their_own_order_chosen_or_not() -> None:
    assert tally(PICK, ["b", "b"]) == (
        Group("a", "Left", 0),
        Group("b", "Right", 2, True),
    )


def test_numbers_that_count_as_the_same_are_one_group() -> None:
    found = tally(NUMBER, [7, 7.004, 6.996, 6.5, 6.5001, -3, -3.0, 2.5])
    assert [(group.label, group.count) for group in found] == [
        ("−3", 2),
        ("2.5", 1),
        ("6.5", 2),
        ("7", 3),
    ]
    assert [group.right for group in found] == [False, False, False, True]
    assert found[2].because == "the floor forgotten"


def test_very_many_different_answers_are_a_few_groups_and_the_others() -> None:
    answers = [7.0, 8.0, *map(float, range(100, 140)), 100.0]
    found = tally(NUMBER, answers)
    assert len(found) == GROUPS and sum(group.count for group in found) == len(answers)
    assert found[-1].answer is None and found[-1].label == "others"
    by_label = {group.label: group for group in found}
    assert by_label["7"].right and by_label["8"].because and by_label["100"].count == 2


def test_an_exact_question_tells_neighbours_apart() -> None:
    exact = replace(NUMBER, tolerance=0.0, known=())
    assert [group.right for group in tally(exact, [7, 7.0000001])] == [True, False]
    assert tally(exact, []) == ()


def test_the_right_number_is_shown_though_nobody_gave_it() -> None:
    assert tally(NUMBER, [3]) == (Group(3.0, "3", 1), Group(7.0, "7", 0, True))
