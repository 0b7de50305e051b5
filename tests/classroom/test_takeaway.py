"""The answers as a table: complete, without names, safe to open."""

from __future__ import annotations

import csv
import io

import pytest

from classroom import takeaway, votes
from classroom.question import Question
from tests.classroom.conftest import Lesson

NUMBER = Question("padding", "pa_g1", 0, "How many, “at most”?", right=7)
PICK = Question("filters", "fi_g1", 2, "=1+1", right="-b", options={"a": "A", "-b": "B"})


def table(lesson: Lesson) -> list[dict[str, str]]:
    text = takeaway.as_csv(takeaway.answers(lesson.teacher)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_answer_is_a_row_and_a_student_keeps_a_number(lesson: Lesson) -> None:
    one, two = lesson.another(), lesson.another()
    first, second = votes.call(lesson.teacher, NUMBER), votes.call(lesson.teacher, PICK)
    votes.answer(one, first, -2.5)
    votes.answer(two, first, 7)
    votes.again(lesson.teacher, first)
    votes.answer(one, first, 7)
    votes.answer(one, second, "a")
    votes.answer(two, second, "-b")
    rows = table(lesson)
    assert tuple(rows[0]) == takeaway.COLUMNS
    told = {(row["vote"], row["round"], row["answer"], row["right"]) for row in rows}
    assert told == {
        ("1", "1", "-2.5", "0"),
        ("1", "1", "7", "1"),
        ("1", "2", "7", "1"),
        ("2", "1", "a", "0"),
        ("2", "1", "'-b", "1"),
    }
    assert {row["asked"] for row in rows} == {NUMBER.words, "'=1+1"}
    who = next(row["student"] for row in rows if row["answer"] == "-2.5")
    assert {row["answer"] for row in rows if row["student"] == who} == {"-2.5", "7", "a"}
    assert {row["student"] for row in rows} == {"1", "2"}


def test_a_student_s_number_is_drawn_by_lot(lesson: Lesson) -> None:
    student = lesson.another()
    for _ in range(7):
        lesson.another()
    vote = votes.call(lesson.teacher, NUMBER)
    votes.answer(student, vote, 7)
    assert len({table(lesson)[0]["student"] for _ in range(40)}) > 1


def test_a_class_without_votes_is_a_line_of_headings(lesson: Lesson) -> None:
    written = takeaway.as_csv(takeaway.answers(lesson.teacher))
    assert written == b"\xef\xbb\xbf" + ",".join(takeaway.COLUMNS).encode() + b"\r\n"


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", " ="])
def test_no_text_is_a_formula_and_none_breaks_the_table(lesson: Lesson, mark: str) -> None:
    words = f'{mark}cmd|" /C calc"!A1, “×”\nand a second line'
    options = {"a": "A", f"{mark}b": "B"}
    question = Question("padding", "pa_g1", 0, words, right="a", options=options)
    vote = votes.call(lesson.teacher, question)
    votes.answer(lesson.another(), vote, list(question.options)[1])
    (row,) = table(lesson)
    assert row["asked"] == f"'{' '.join(words.split())}"
    assert row["answer"] == f"'{mark.strip()}b" and row["right"] == "0"
