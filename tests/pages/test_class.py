"""The class on the pages: leading one, joining one, going where it is; and none without a class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from classroom import classes, codes, folder, leading, limits, students
from classroom.leading import Offer
from classroom.store import Store
from tests.pages.opening import words
from tests.pages.test_shell import start
from ui import lessons, visitor
from ui.room import board, file, me
from ui.serving import life

TEACH, JOIN = lessons.by_slug("teach"), lessons.by_slug("join")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A file of classes for this test alone, as the app has it."""
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    yield Store(tmp_path / "class" / folder.FILE)
    file.at.cache_clear()


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def led() -> tuple[AppTest, str]:
    """A teacher at the board, and the code of the class."""
    at = start(TEACH)
    at.button(key="room_start").click().run()
    assert not at.exception
    found = re.search(r"^# ([A-Z0-9]{5})$", words(at), re.MULTILINE)
    assert found
    return at, found[1]


def joined(code: str, page: lessons.Lesson = JOIN) -> AppTest:
    at = start(JOIN, **{"class": code})
    at.button(key="room_join_go").click().run()
    assert not at.exception
    return at if page is JOIN else at.switch_page(page.file).run()


def test_a_teacher_starts_a_class_and_the_board_says_how_to_join() -> None:
    at, code = led()
    link = at.code[0].value
    assert link.endswith(f"/join?class={code}") and "key" not in link
    assert f"You lead class **{code}** · 0 students here" in words(at)
    (picture,) = at.get("image")
    assert picture.proto.imgs[0].alt == f"QR code: {link}"
    for _ in range(2):
        joined(code)
    at.run()
    assert "2 students here" in words(at) and "Join a class: **2**" in words(at)


def test_joining_is_plain_http_and_https_is_offered_with_what_it_gains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = "192.168.1.7"
    monkeypatch.setenv(life.ADDRESSES, f"http://{host}:8501 https://{host}:8443")
    teacher, code = led()
    assert teacher.code[0].value == f"http://{host}:8501/join?class={code}"
    assert len(teacher.selectbox(key="room_at").options) == 2
    assert "certificate" not in words(teacher)
    teacher.selectbox(key="room_at").select_index(1).run()
    assert teacher.code[0].value == f"https://{host}:8443/join?class={code}"
    assert "By https camera and clipboard work as well; the browser will first" in words(teacher)
    for used, offered in {
        f"http://{host}:8501/join": True,
        f"https://{host}:8443/join": False,
        "http://localhost:8501/join": False,  # browsers trust it as it is
        "http://another.name:8501/join": True,
    }.items():
        monkeypatch.setattr(visitor, "url", lambda used=used: used)
        said = (
            f"By [https](https://{host}:8443/join?class={code}) camera and clipboard work as well"
        )
        form = start(JOIN, **{"class": code})
        assert (said in words(form)) == offered
        assert (said in words(joined(code))) == offered
    monkeypatch.setattr(visitor, "url", lambda: f"https://{host}:8443/teach")
    teacher.run()
    assert board.addresses()[0] == f"http://{host}:8501", "also where the teacher uses https"


def test_no_code_from_outside_gets_into_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(life.ADDRESSES, "https://192.168.1.7:8443")
    monkeypatch.setattr(visitor, "url", lambda: "http://192.168.1.7:8501/join")
    at = start(JOIN, **{"class": "x)[y](//z"})
    assert "By [https](https://192.168.1.7:8443/join) camera" in words(at)
    monkeypatch.delenv(life.ADDRESSES)
    assert "https" not in words(start(JOIN)), "where there is none, none is offered"


def test_the_qr_code_is_dark_on_light_and_has_its_margin() -> None:
    drawn = board.qr("http://192.168.1.7:8501/join?class=KQ7XM")
    assert drawn.startswith("<svg") and 'xmlns="http://www.w3.org/2000/svg"' in drawn
    assert "#fff" in drawn and "#14161a" in drawn
    size = re.search(r'width="(\d+)" height="(\d+)"', drawn)
    assert size and size[1] == size[2] and int(size[1]) % 8 == 0
    assert drawn != board.qr("http://192.168.1.7:8501/join?class=KQ7XN")


def test_a_student_joins_by_the_link_and_by_hand_and_leaves() -> None:
    _, code = led()
    at = start(JOIN, **{"class": code})
    assert at.text_input[0].value == code and "Class **" not in words(at)
    by_hand = start(JOIN)
    by_hand.text_input[0].set_value(f" {code.lower()} ")
    for one in (at, by_hand):
        one.button(key="room_join_go").click().run()
        assert f"Class **{code}**" in words(one) and "You are in class" in words(one)
        one.button(key="room_leave").click().run()
        assert not one.exception
        assert "Class **" not in words(one) and "leave" not in labels(one)


@pytest.mark.parametrize("code", ["", "AAAAA", "no", "<b>x</b>", "![x](http://y)", "' OR 1 --"])
def test_a_wrong_code_is_one_sentence(code: str) -> None:
    at = start(JOIN)
    at.text_input[0].set_value(code)
    at.button(key="room_join_go").click().run()
    assert not at.exception
    said = words(at)
    assert "A code has five letters" in said or "There is no class with this code" in said
    assert at.button(key="room_join_go")


def test_a_student_goes_where_the_class_is_only_by_the_button() -> None:
    teacher, code = led()
    teacher.switch_page("pages/padding.py").run()
    teacher.slider(key="pa_n").set_value(11).run()
    teacher.slider(key="pa_f").set_value(5).run()
    student = joined(code, lessons.by_slug("pooling"))
    student.slider(key="po_k").set_value(4).run()
    assert "The class is at" not in "".join(labels(student))
    teacher.button(key="room_offer_padding").click().run()
    student.run()
    assert student.slider(key="po_k").value == 4, "nobody is taken anywhere"
    (go,) = [label for label in labels(student) if label.startswith("The class is at")]
    assert go == "The class is at Padding and stride, Input size n = 11, Kernel size f = 5 → go"
    student.button(key="room_go").click().run()
    assert not student.exception
    assert student.slider(key="pa_n").value == 11 and student.slider(key="pa_f").value == 5
    assert "The class is at" not in "".join(labels(student))


def test_who_goes_there_sees_it_as_the_teacher_set_it_up_and_nothing_of_before(
    store: Store,
) -> None:
    teacher, code = led()
    student = joined(code, lessons.by_slug("padding"))
    student.slider(key="pa_s").set_value(3).run()
    key = teacher.session_state["_room"].key
    leading.offer(classes.lead(store, key), Offer("padding", {"pa_n": "11"}, "here"))
    student.run()
    student.button(key="room_go").click().run()
    assert student.slider(key="pa_n").value == 11 and student.slider(key="pa_s").value == 1


@pytest.mark.parametrize(
    "offer",
    [
        Offer("nowhere", {}, "x"),
        Offer("padding", {"pa_n": "999", "pa_k": "<b>", "nothing": "1"}, "![x](http://y/z.png)"),
    ],
)
def test_an_offer_that_makes_no_sense_harms_nobody(store: Store, offer: Offer) -> None:
    teacher, code = led()
    leading.offer(classes.lead(store, teacher.session_state["_room"].key), offer)
    student = joined(code, lessons.by_slug("padding"))
    assert not student.exception
    go = [label for label in labels(student) if label.startswith("The class is at")]
    if offer.lesson == "nowhere":
        assert not go
        return
    assert "![" not in go[0]
    student.button(key="room_go").click().run()
    assert not student.exception and student.slider(key="pa_n").value != 999


def test_a_class_that_was_ended_is_told_once_and_the_page_goes_on() -> None:
    teacher, code = led()
    student = joined(code, lessons.by_slug("padding"))
    student.slider(key="pa_n").set_value(11).run()
    teacher.button(key="room_end").click().run()
    assert not teacher.exception and teacher.button(key="room_start")
    student.run()
    assert "The class is over." in words(student) and student.slider(key="pa_n").value == 11
    student.run()
    assert "over" not in words(student).split("#")[0]


def test_a_browser_that_comes_back_has_its_seat_again(monkeypatch: pytest.MonkeyPatch) -> None:
    teacher, code = led()
    student = joined(code)
    state = student.session_state["_room"]
    brought = {me.SEAT: f"{code}.{state.device}", me.LEAD: ""}
    monkeypatch.setattr(visitor, "cookie", lambda name: brought[name])
    again = start(lessons.by_slug("padding"))
    assert f"Class **{code}**" in words(again)
    assert again.session_state["_room"].student.number == state.student.number
    brought[me.LEAD] = teacher.session_state["_room"].key
    assert f"You lead class **{code}**" in words(start(lessons.by_slug("padding")))


@pytest.mark.parametrize("brought", ["", "x", "AAAAA.", "AAAAA." + "x" * 32, "'; DROP.", "é" * 99])
def test_what_a_browser_brings_along_is_a_seat_or_nothing(
    monkeypatch: pytest.MonkeyPatch, brought: str
) -> None:
    monkeypatch.setattr(visitor, "cookie", lambda name: brought)
    at = start(lessons.by_slug("padding"))
    assert not at.exception and "lass **" not in words(at)


def test_the_teacher_s_own_link_leads_and_its_key_leaves_the_address() -> None:
    teacher, code = led()
    own = teacher.code[1].value
    key = own.partition("/teach?key=")[2]
    assert len(key) == 32
    at = start(TEACH, key=key)
    assert f"You lead class **{code}**" in words(at)
    at.run()
    assert key not in str(at.query_params)
    wrong = start(TEACH, key="x" * 32)
    assert "There is no class to this link" in words(wrong) and wrong.button(key="room_start")


def test_a_student_s_page_holds_nothing_of_the_teacher_s() -> None:
    teacher, code = led()
    student = joined(code)
    for page in (TEACH, lessons.by_slug("padding")):
        student.switch_page(page.file).run()
        assert teacher.session_state["_room"].key not in str(student)
        assert "Bring everyone here" not in labels(student) and "room_end" not in str(student)


def test_without_a_class_no_page_shows_anything_of_one() -> None:
    for page in (lessons.HOME, lessons.by_slug("padding")):
        at = start(page)
        assert not [b for b in at.button if (b.key or "").startswith("room_")]
        assert "lass **" not in words(at)


def test_where_classes_are_switched_off_their_pages_are_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(folder.VARIABLE, "off")
    lessons.shown.cache_clear()
    try:
        assert TEACH not in lessons.shown() and not lessons.in_group(lessons.TEACH)
        at = start(lessons.HOME)
        assert not at.exception and "Lead a class" not in str(at.get("page_link"))
    finally:
        monkeypatch.undo()
        lessons.shown.cache_clear()


def test_a_file_that_cannot_be_written_is_one_sentence_and_no_page_is_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher, code = led()
    student = joined(code, lessons.by_slug("padding"))
    student.slider(key="pa_n").set_value(11).run()
    file.at.cache_clear()
    for one in store.path.parent.iterdir():
        one.unlink()
    store.path.write_bytes(b"no database" * 500)
    for at in (student, teacher):
        at.run()
        assert not at.exception
    assert student.slider(key="pa_n").value == 11
    assert "please try again" in words(student) and "damaged" not in words(student)
    assert "damaged" in words(teacher)
    fresh = start(JOIN, **{"class": code})
    fresh.button(key="room_join_go").click().run()
    assert not fresh.exception and "please try again" in words(fresh)


def test_a_class_that_is_full_is_one_sentence(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STUDENTS", 1)
    _, code = led()
    students.join(store, code, codes.new_key())
    at = joined(code)
    assert "The class is full" in words(at)
