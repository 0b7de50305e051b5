"""A student who wants to be the teacher, to vote twice, to speak for others, or to leave a mark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from classroom import classes, codes, drawings, folder, limits, students, votes
from classroom.classes import Teacher
from classroom.store import Store
from classroom.trouble import Refused
from classroom.votes import Result
from tests.pages.test_class import JOIN, TEACH, joined, labels, led, words
from tests.pages.test_shell import start
from tests.pages.test_votes import PADDING, hand_in, step, voting
from ui import lessons, visitor
from ui.room import file, me

MARKS = (
    "<img src=x onerror=alert(1)>",
    "![x](http://example.org/x.png)",
    "[x](javascript:alert(1))",
    "# **x** $x$ :material/home:",
)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    yield Store(tmp_path / "class" / folder.FILE)
    file.at.cache_clear()


def leader(store: Store, at: AppTest) -> Teacher:
    return classes.lead(store, at.session_state["_room"].key)


def given(result: Result) -> list[str]:
    """What was answered in the first round."""
    return [group.label for group in result.groups[0] if group.count]


def test_nothing_that_a_student_has_is_a_teacher_s_key(monkeypatch: pytest.MonkeyPatch) -> None:
    _, code = led()
    device = joined(code).session_state["_room"].device
    brought: dict[str, str] = {}
    monkeypatch.setattr(visitor, "cookie", lambda name: brought.get(name, ""))
    for guess in (device, code, f"{code}.{device}", codes.new_key(), "x" * 80, "../class", ""):
        at = start(TEACH, key=guess)
        assert not at.exception and at.button(key="room_start"), guess
        brought[me.LEAD] = guess
        assert "You lead class" not in words(start(PADDING))
        brought.clear()


def test_a_thousand_votes_are_one_and_the_page_says_why(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MESSAGES", 5)
    monkeypatch.setattr(limits, "MESSAGES_WITHIN", 3600.0)  # however slow the machine is
    teacher, code = voting(PADDING, "pa_g1")
    student = joined(code, PADDING)
    for n in range(limits.MESSAGES + 3):
        hand_in(student, str(n))
    assert "That was a lot at once" in words(student)
    (result,) = votes.results(leader(store, teacher))
    assert result.answered == (1,) and given(result) == [str(limits.MESSAGES - 1)]


def test_two_tabs_of_one_device_have_one_vote(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher, code = voting(PADDING, "pa_g1")
    first = joined(code, PADDING)
    seat = f"{code}.{first.session_state['_room'].device}"
    monkeypatch.setattr(visitor, "cookie", lambda name: seat if name == me.SEAT else "")
    second = start(PADDING)
    hand_in(first, "998")
    hand_in(second, "999")
    (result,) = votes.results(leader(store, teacher))
    assert result.answered == (1,) and given(result) == ["999"]


def test_a_message_of_the_first_round_sent_again_is_no_vote_in_the_second(store: Store) -> None:
    teacher, code = voting(PADDING, "pa_g1")
    student = hand_in(joined(code, PADDING), "998")
    (old,) = [w.key for w in student.text_input if w.key.startswith("pa_g1_answer")]
    step(teacher, "Second round")
    student.run()
    student.session_state[old] = "999"
    student.run()
    assert not student.exception
    assert votes.results(leader(store, teacher))[0].answered == (1, 0)
    step(teacher, "Reveal")
    student.session_state[old] = "999"
    student.run()
    assert votes.results(leader(store, teacher))[0].answered == (1, 0)


def test_nobody_hands_in_or_takes_back_for_another(store: Store) -> None:
    teacher, code = led()
    lead = leader(store, teacher)
    drawings.ask(lead, 4)
    mine, other = (students.join(store, code, codes.new_key()) for _ in range(2))
    number = drawings.hand_in(other, [[0.0] * 28] * 28)
    with pytest.raises(Refused):
        drawings.take_back(mine, number)
    with pytest.raises(Refused):
        drawings.hand_in(mine, [[float("nan")] * 28] * 28)
    elsewhere, _ = led()
    foreign = leader(store, elsewhere)
    for act in (drawings.hide, votes.reveal, votes.drop, votes.again):
        with pytest.raises(Refused):
            act(foreign, number)  # another class's teacher reaches nothing of this one
    assert drawings.handed_in(lead).hidden.tolist() == [False]


@pytest.mark.parametrize("mark", MARKS)
def test_what_is_typed_anywhere_is_shown_as_it_stands(store: Store, mark: str) -> None:
    """Its signs are escaped, so that it is neither Markdown nor HTML on any page."""
    teacher, code = voting(PADDING, "pa_g1")
    student = hand_in(joined(code, PADDING), mark)
    by_hand = start(JOIN, **{"class": mark})
    by_hand.text_input[0].set_value(mark[:16])
    by_hand.button(key="room_join_go").click().run()
    teacher.run()
    outside = start(TEACH, key=mark)
    for at in (student, by_hand, teacher, outside):
        assert not at.exception
        said = words(at) + "".join(labels(at))
        assert mark not in said and "<img" not in said.replace("\\<", "")
    assert votes.results(leader(store, teacher))[0].answered == (0,)


def test_a_student_s_page_is_given_no_answer_and_no_reason_before_the_reveal(store: Store) -> None:
    teacher, code = voting(PADDING, "pa_g1")
    question = votes.results(leader(store, teacher))[0].question
    assert question.known
    student = joined(code, PADDING)
    hand_in(student, "999")
    everything = str(student.main)
    assert not [why for _, why in question.known if why in everything]
    assert "⌋ + 1 =" not in words(student)


def test_every_lesson_keeps_its_teacher_s_controls_from_students() -> None:
    _, code = led()
    for page in lessons.shown():
        at = joined(code, page)
        keys = [w.key or "" for kind in (at.button, at.multiselect, at.text_input) for w in kind]
        teachers = ("room_offer", "room_task_give", "room_task_locked", "room_vote_", "room_ask",
                    "room_grid", "room_end")  # fmt: skip
        assert not [key for key in keys if key.startswith(teachers)], page.slug
