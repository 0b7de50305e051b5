"""The route that a student's ribbon asks: who is answered, and with what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette

from classroom import classes, codes, folder, leading, polling, students
from classroom.classes import Teacher
from classroom.store import Store
from classroom.trouble import Unkept
from tests.ui.asking import Answer, Asking
from ui.room import file
from ui.serving import news


@pytest.fixture
def teacher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Teacher]:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    monkeypatch.setattr(news, "_pace", news.Pace())
    store = Store(tmp_path / "class" / folder.FILE)
    yield classes.lead(store, classes.start(store).key)
    store.close()
    file.at.cache_clear()


def ask(seat: str | None, at: str = "padding", base: str = "") -> Answer:
    headers = {} if seat is None else {"X-Class-Seat": seat}
    return Asking(Starlette(routes=[news.route()])).get(f"{base}/class/news?at={at}", headers)


def seated(teacher: Teacher) -> str:
    device = codes.new_key()
    students.join(teacher.store, teacher.code, device)
    return f"{teacher.code}.{device}"


def test_who_has_a_seat_hears_the_mark_that_the_page_is_made_with(teacher: Teacher) -> None:
    seat = seated(teacher)
    student = students.known(teacher.store, *seat.split("."))
    assert student is not None
    answer = ask(seat)
    assert (answer.status, answer.text) == (200, polling.mark(student, "padding"))
    assert answer.headers["cache-control"] == "no-store" and len(answer.body) < 40
    leading.offer(teacher, leading.Offer("draw"))
    assert ask(seat).text not in (answer.text, "")
    assert students.present(teacher) == 1


def test_nobody_else_hears_anything(teacher: Teacher) -> None:
    seat = seated(teacher)
    code, device = seat.split(".")
    foreign = [f"{code}.{codes.new_key()}", f"AAAAA.{device}", f"{code}.{device}x"]
    rubbish = [None, "", code, f"{code}.", f"{code}.{'x' * 9999}", "'; DROP TABLE class --"]
    for wrong in (*foreign, *rubbish):
        answer = ask(wrong)
        assert (answer.status, answer.body) == (404, b""), wrong
    for page in ("../../etc", "%00", "x" * 99, "<b>"):
        assert ask(seat, page).status == 404
    classes.end(teacher)
    assert ask(seat).status == 404


def test_where_there_are_no_classes_nobody_has_a_seat(
    teacher: Teacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = seated(teacher)
    monkeypatch.setenv(folder.VARIABLE, "off")
    assert ask(seat).status == 404


def test_who_asks_without_end_waits_and_the_others_do_not(teacher: Teacher) -> None:
    mine, other = seated(teacher), seated(teacher)
    found = [ask(mine).status for _ in range(news.MOST + 2)]
    assert found == [200] * news.MOST + [429] * 2
    assert ask(other).status == 200


def test_of_many_who_ask_only_the_last_are_remembered() -> None:
    pace = news.Pace(most=1, keep=3)
    assert [pace.allows(who) for who in ("a", "b", "c", "d")] == [True] * 4
    assert not pace.allows("d") and pace.allows("a")
    assert len(pace._asked) == 3


def test_a_file_that_cannot_be_read_is_not_a_class_that_is_over(
    teacher: Teacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise Unkept("the disk")

    monkeypatch.setattr(polling, "hear", broken)
    assert ask(seated(teacher)).status == 503


def test_behind_a_base_path_it_is_there_too(
    teacher: Teacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = seated(teacher)
    monkeypatch.setattr(st, "get_option", lambda name: "/school/lab/")
    assert ask(seat, base="/school/lab").status == 200
    assert ask(seat).status == 404
