"""Whatever is sent: it is taken as a value or refused with a sentence, and nothing else happens."""

from __future__ import annotations

import ast
import contextlib
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classroom import checks, codes, drawings, leading, question, students, tasks, votes
from classroom.trouble import Trouble
from tests.classroom.conftest import Lesson

ROOT = Path(__file__).parents[2] / "classroom"

#: Text with everything in it that means something to somebody, halves of characters included.
TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("'\";<>&`*_[]()!\\\x00\n\r\u202e\ud800-=+@")),
    max_size=80,
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
UNFAZED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
steady = settings(max_examples=40, suppress_health_check=UNFAZED)


def count(lesson: Lesson) -> int:
    with lesson.store.reading() as desk:
        sql = "SELECT (SELECT count(*) FROM answer) + (SELECT count(*) FROM drawing)"
        return desk.count(sql)


@steady
@given(value=JSON)
def test_an_answer_is_one_or_it_is_refused(lesson: Lesson, value: object) -> None:
    lesson.machine.wait(60)
    student = students.join(lesson.store, lesson.teacher.code, "a-device-of-this-class")
    number = votes.call(lesson.teacher, question.Question("a", "n", 0, "?", right=7))
    options = {"a": "A", "b": "B"}
    pick = votes.call(lesson.teacher, question.Question("a", "p", 0, "?", "a", options))
    for vote in (number, pick):
        before = votes.result(lesson.teacher, vote).answered
        try:
            votes.answer(student, vote, value)
        except Trouble as error:
            assert str(error).endswith(".") and "\n" not in str(error)
            assert votes.result(lesson.teacher, vote).answered == before
        else:
            assert votes.result(lesson.teacher, vote).answered == (1,)


@steady
@given(code=JSON, device=JSON, source=TEXT)
def test_whoever_knocks_gets_a_seat_or_a_sentence(
    lesson: Lesson, code: object, device: object, source: str
) -> None:
    lesson.machine.wait(60)
    with contextlib.suppress(Trouble):
        students.join(lesson.store, code, device, source)
    with contextlib.suppress(Trouble):
        students.join(lesson.store, code, codes.new_key(), source)
    assert students.known(lesson.store, code, device) is None
    assert students.present(lesson.teacher) == 0


@steady
@given(image=JSON, label=JSON)
def test_a_drawing_is_one_or_it_is_refused(lesson: Lesson, image: object, label: object) -> None:
    lesson.machine.wait(60)
    student = students.join(lesson.store, lesson.teacher.code, "a-device-of-this-class")
    drawings.ask(lesson.teacher)
    before = count(lesson)
    with contextlib.suppress(Trouble):
        drawings.hand_in(student, image, 4)
        raise AssertionError("JSON of so few parts is no drawing")
    if not (isinstance(label, int) and not isinstance(label, bool) and 0 <= label <= 9):
        with contextlib.suppress(Trouble):
            drawings.hand_in(student, [[0.0] * 28] * 28, label)
            raise AssertionError("that was no digit")
    assert count(lesson) == before
    drawings.stop(lesson.teacher)


@given(value=JSON)
def test_what_is_read_as_a_task_or_a_question_is_one(value: object) -> None:
    for read in (tasks.from_json, question.from_json):
        with contextlib.suppress(Trouble):
            assert read(json.loads(json.dumps(read(value).as_json()))) == read(value)


@given(sent=st.dictionaries(st.sampled_from(["lesson", "settings", "locked", "seed"]), JSON))
def test_what_has_a_task_s_fields_is_one_or_is_refused(sent: dict[str, object]) -> None:
    with contextlib.suppress(Trouble):
        assert isinstance(tasks.from_json({"lesson": "draw", **sent}), tasks.Task)


@steady
@given(sentence=TEXT, setting=TEXT)
def test_text_comes_back_as_one_line_that_can_be_shown(
    lesson: Lesson, sentence: str, setting: str
) -> None:
    with contextlib.suppress(Trouble):
        task = tasks.Task("draw", {"a": setting}, sentence=sentence)
        tasks.give(lesson.teacher, task)
        leading.offer(lesson.teacher, leading.Offer("draw", {"a": setting}, said=sentence))
        kept, offer = tasks.given(lesson.teacher), leading.offered(lesson.teacher)
        assert kept == task and kept.sentence.isprintable() and offer is not None
        assert offer.said == kept.sentence and offer.settings == {"a": setting}
        assert kept.sentence.split() == checks.text(sentence, "It", 80).split()


def test_no_value_is_ever_part_of_a_query() -> None:
    """Every query is a text that stands in the source; values go beside it."""
    built = []
    for path in ROOT.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                words = "".join(p.value for p in node.values if isinstance(p, ast.Constant))
                if any(w in words for w in ("SELECT", "INSERT", "UPDATE", "DELETE", "FROM")):
                    built.append(f"{path.name}: {words}")
    assert not built
