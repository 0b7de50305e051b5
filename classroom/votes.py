"""Votes: everybody answers alone, the class talks, all answer again, then it is revealed.

The teacher calls a vote on a guess of a lesson. From then on a student's page hands the answer in
(:func:`answer`) in place of judging it; the last answer before the next step counts, one a device.
:func:`again` opens the second round, which stands beside the first; :func:`reveal` ends the vote.
Only then does a student's :class:`Ballot` hold the class's answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from classroom import checks, classes, limits, students
from classroom.classes import Teacher
from classroom.question import Answer, Question, from_json
from classroom.store import Desk
from classroom.students import Student
from classroom.tally import Group, tally
from classroom.trouble import Refused

ROUNDS = 2
Groups = tuple[tuple[Group, ...], ...]


@dataclass(frozen=True)
class Ballot:
    """What one student may see of a vote.

    Attributes:
        vote: Its number.
        round: 1 or 2.
        revealed: Whether it is over.
        mine: The student's answer of each round; None where there is none.
        class_: The class's answers of each round that there was; none before the reveal.
    """

    vote: int
    round: int
    revealed: bool
    mine: tuple[Answer | None, Answer | None]
    class_: Groups = ()

    @property
    def last(self) -> Answer | None:
        """The student's last answer; None if there is none."""
        first, second = self.mine
        return first if second is None else second


@dataclass(frozen=True)
class Result:
    """What the teacher sees of a vote.

    Attributes:
        vote: Its number.
        question: What was asked.
        round: 1 or 2.
        revealed: Whether the students see it.
        answered: How many answered in each round that there was.
        groups: The answers of each round that there was.
    """

    vote: int
    question: Question
    round: int
    revealed: bool
    answered: tuple[int, ...]
    groups: Groups


# --- the teacher --------------------------------------------------------------------------------


def call(teacher: Teacher, question: Question) -> int:
    """Have the class vote on this question; the vote's number.

    Called twice for the same guess and turn, it is the same vote.

    Raises:
        Over: The class is over.
        Refused: There were too many votes, or the question is too long.
        Unkept: The file does not take it.
    """
    text = json.dumps(question.as_json())
    if len(text) > limits.MESSAGE_BYTES:
        raise Refused(f"The question is too long: at most {limits.MESSAGE_BYTES // 1024} kB.")
    with teacher.store.writing() as desk:
        classes.require(desk, teacher.room)
        found = _find(desk, teacher.room, question.lesson, question.name, question.turn)
        if found is not None:
            return found
        if desk.count("SELECT count(*) FROM vote WHERE class = ?", teacher.room) >= limits.VOTES:
            raise Refused(f"A class has at most {limits.VOTES} votes; drop some of them.")
        classes.news(desk, teacher.room)
        sql = "INSERT INTO vote (class, lesson, name, turn, question) VALUES (?, ?, ?, ?, ?)"
        return desk.add(sql, teacher.room, question.lesson, question.name, question.turn, text)


def again(teacher: Teacher, vote: int) -> None:
    """Open the second round. A vote that is in it already stays as it is.

    Raises:
        Over: The class is over.
        Refused: There is no such vote, or it has been revealed.
        Unkept: The file does not take it.
    """
    with teacher.store.writing() as desk:
        _, _, revealed = _row(desk, teacher.room, vote)
        if revealed:
            raise Refused("The vote has been revealed; a second round comes before that.")
        desk.run("UPDATE vote SET round = ? WHERE id = ?", ROUNDS, vote)
        classes.news(desk, teacher.room)


def reveal(teacher: Teacher, vote: int) -> None:
    """End the vote and show everybody what is right and what the class said.

    Raises:
        Over: The class is over.
        Refused: There is no such vote.
        Unkept: The file does not take it.
    """
    with teacher.store.writing() as desk:
        _row(desk, teacher.room, vote)
        desk.run("UPDATE vote SET revealed = 1 WHERE id = ?", vote)
        classes.news(desk, teacher.room)


def drop(teacher: Teacher, vote: int) -> None:
    """Delete the vote with all its answers; the guess is an ordinary one again.

    Raises:
        Over: The class is over.
        Refused: There is no such vote.
        Unkept: The file does not take it.
    """
    with teacher.store.writing() as desk:
        _row(desk, teacher.room, vote)
        desk.run("DELETE FROM vote WHERE id = ?", vote)
        classes.news(desk, teacher.room)


def results(teacher: Teacher) -> list[Result]:
    """All votes of the class, the newest first.

    Raises:
        Over: The class is over.
        Unkept: The file cannot be read.
    """
    with teacher.store.reading() as desk:
        classes.require(desk, teacher.room)
        rows = desk.all("SELECT id FROM vote WHERE class = ? ORDER BY id DESC", teacher.room)
        return [_result(desk, teacher.room, vote) for (vote,) in rows]


def result(teacher: Teacher, vote: int) -> Result:
    """One vote.

    Raises:
        Over: The class is over.
        Refused: There is no such vote.
        Unkept: The file cannot be read.
    """
    with teacher.store.reading() as desk:
        return _result(desk, teacher.room, vote)


def called(teacher: Teacher, lesson: str, name: str, turn: int) -> Result | None:
    """The vote on this guess and turn; None if none has been called.

    Raises:
        Over: The class is over.
        Unkept: The file cannot be read.
    """
    with teacher.store.reading() as desk:
        classes.require(desk, teacher.room)
        vote = _find(desk, teacher.room, lesson, name, turn)
        return None if vote is None else _result(desk, teacher.room, vote)


# --- a student ----------------------------------------------------------------------------------


def ballot(student: Student, lesson: str, name: str, turn: int) -> Ballot | None:
    """What this student may see of the vote on this guess; None if none has been called.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    with student.store.reading() as desk:
        students.require(desk, student)
        vote = _find(desk, student.room, lesson, name, turn)
        if vote is None:
            return None
        question, round_, revealed = _row(desk, student.room, vote)
        sql = "SELECT round, value FROM answer WHERE vote = ? AND student = ?"
        mine = {one: json.loads(value) for one, value in desk.all(sql, vote, student.number)}
        groups = _groups(desk, vote, question, round_) if revealed else ()
        return Ballot(vote, round_, revealed, (mine.get(1), mine.get(2)), groups)


def any_open(student: Student, lesson: str) -> bool:
    """Whether the class votes on a guess of this lesson, not yet revealed.

    Raises:
        Over: The class is over, or the student has left it.
        Unkept: The file cannot be read.
    """
    with student.store.reading() as desk:
        students.require(desk, student)
        sql = "SELECT id FROM vote WHERE class = ? AND lesson = ? AND NOT revealed"
        return desk.one(sql, student.room, lesson) is not None


def matches(student: Student, vote: int, asked: Question) -> bool:
    """Whether it is this question, with this right answer, that is voted on.

    Raises:
        Over: The class is over, or the student has left it.
        Refused: There is no such vote.
        Unkept: The file cannot be read.
    """
    with student.store.reading() as desk:
        students.require(desk, student)
        question, _, _ = _row(desk, student.room, vote)
        return question.words == asked.words and question.same(question.right, asked.right)


def answer(student: Student, vote: int, value: object) -> None:
    """Hand an answer in; it takes the place of the one before of the same round.

    Args:
        student: Whose it is.
        vote: Its number.
        value: A number, or the name of an option.

    Raises:
        Over: The class is over, or the student has left it.
        Refused: There is no such vote, it is over, it has no such answer, or too much was sent.
        Unkept: The file does not take it.
    """
    with students.message(student) as desk:
        question, round_, revealed = _row(desk, student.room, vote)
        if revealed:
            raise Refused("This vote is over; your answer before that counts.")
        text = json.dumps(question.answer(value))
        sql = "INSERT OR REPLACE INTO answer (vote, student, round, value) VALUES (?, ?, ?, ?)"
        desk.run(sql, vote, student.number, round_, text)
        classes.work(desk, student.room)


# --- inside -------------------------------------------------------------------------------------


def _find(desk: Desk, room: int, lesson: str, name: str, turn: int) -> int | None:
    sql = "SELECT id FROM vote WHERE class = ? AND lesson = ? AND name = ? AND turn = ?"
    row = desk.one(sql, room, lesson, name, turn)
    return None if row is None else int(row[0])


def _row(desk: Desk, room: int, vote: int) -> tuple[Question, int, bool]:
    """The vote's question, its round, and whether it is revealed."""
    classes.require(desk, room)
    sql = "SELECT question, round, revealed FROM vote WHERE id = ? AND class = ?"
    row = desk.one(sql, checks.whole(vote, "The vote"), room)
    if row is None:
        raise Refused("There is no such vote, or not any more.")
    return from_json(json.loads(row[0])), int(row[1]), bool(row[2])


def _result(desk: Desk, room: int, vote: int) -> Result:
    question, round_, revealed = _row(desk, room, vote)
    groups = _groups(desk, vote, question, round_)
    answered = tuple(sum(group.count for group in one) for one in groups)
    return Result(vote, question, round_, revealed, answered, groups)


def _groups(desk: Desk, vote: int, question: Question, rounds: int) -> Groups:
    found: dict[int, list[Answer]] = {one: [] for one in range(1, rounds + 1)}
    for one, value in desk.all("SELECT round, value FROM answer WHERE vote = ?", vote):
        found[one].append(json.loads(value))
    return tuple(tally(question, answers) for answers in found.values())
