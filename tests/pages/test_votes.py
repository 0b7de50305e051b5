"""Votes on the pages: alone, together, revealed; and nothing told before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from classroom import classes, folder, tasks, votes
from classroom.classes import Teacher
from classroom.store import Store
from classroom.tasks import Task
from classroom.trouble import Unkept
from tests.pages.opening import words
from tests.pages.payload import sent
from tests.pages.test_class import joined, labels, led
from ui import lessons
from ui.room import file

PADDING, FILTERS = lessons.by_slug("padding"), lessons.by_slug("filters")
CONVOLUTION = lessons.by_slug("convolution")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    yield Store(tmp_path / "class" / folder.FILE)
    file.at.cache_clear()


def leader(store: Store, at: AppTest) -> Teacher:
    return classes.lead(store, at.session_state["_room"].key)


def voting(page: lessons.Lesson, name: str) -> tuple[AppTest, str]:
    """A teacher who has called a vote on this guess of this page, and the class's code."""
    teacher, code = led()
    teacher.switch_page(page.file).run()
    teacher.button(key=f"room_vote_{name}_0").click().run()
    assert not teacher.exception
    return teacher, code


def hand_in(at: AppTest, text: str, name: str = "pa_g1") -> AppTest:
    (field,) = [w for w in at.text_input if w.key.startswith(f"{name}_answer")]
    field.set_value(text)
    (go,) = [b for b in at.button if b.key.startswith(f"{name}_check")]
    go.click().run()
    assert not at.exception
    return at


def step(teacher: AppTest, label: str) -> None:
    next(b for b in teacher.button if b.label == label).click()
    teacher.run()
    assert not teacher.exception


def verdict(at: AppTest) -> bool:
    """Whether the page tells right or wrong, or the reason."""
    said = words(at)
    return "**Yes.**" in said or "**Not " in said or "⌋ + 1 =" in said


def test_while_the_class_votes_on_an_exercise_its_sheet_with_the_answers_is_not_given() -> None:
    exercises = lessons.by_slug("exercises")
    teacher, code = voting(exercises, "ex_g1")
    student = joined(code, exercises)

    def given() -> bool:
        (sheet,) = student.get("download_button")
        (stage,) = [b for b in student.button if b.label == "Open it on the stage"]
        assert sheet.proto.disabled == stage.disabled
        return not stage.disabled

    assert not given()
    step(teacher, "Reveal")
    student.run()
    assert given()


def test_a_guess_is_voted_on_and_judged_after_the_reveal(store: Store) -> None:
    teacher, code = voting(PADDING, "pa_g1")
    right = votes.results(leader(store, teacher))[0].question.right
    good, bad, silent = (joined(code, PADDING) for _ in range(3))
    assert "answer by yourself" in words(good)
    hand_in(good, "1000")
    hand_in(good, str(right))
    hand_in(bad, "999")
    for at in (good, bad, silent):
        assert not verdict(at), "nothing is told before the reveal"
    assert f"Handed in: **{right:g}**" in words(good)
    teacher.run()
    assert "2 answered; 3 students are here." in words(teacher)
    step(teacher, "Reveal")
    for at in (good, bad, silent):
        at.run()
        assert verdict(at) or at is silent
        assert "| 999 |" in words(at) and f"| **{right:g}** ✓ |" in words(at)
    assert "**Yes.**" in words(good) and "**Not 999.**" in words(bad)
    assert "1,000" not in words(good), "the last answer counts"
    field = next(w for w in good.text_input if w.key.startswith("pa_g1_answer"))
    assert field.disabled


def test_a_second_round_stands_beside_the_first_and_hands_nothing_in_by_itself(
    store: Store,
) -> None:
    teacher, code = voting(PADDING, "pa_g1")
    student = hand_in(joined(code, PADDING), "999")
    step(teacher, "Second round")
    student.run()
    assert "Talk about it, then answer again. Before, you said **999**." in words(student)
    assert votes.results(leader(store, teacher))[0].answered == (1, 0)
    hand_in(student, "5")
    assert votes.results(leader(store, teacher))[0].answered == (1, 1)
    teacher.run()
    assert "first 1 answered, then 1 answered" in words(teacher)
    step(teacher, "Reveal")
    student.run()
    assert "| Answer | First | Then |" in words(student)


def test_what_was_answered_before_the_vote_is_not_handed_in_by_itself(store: Store) -> None:
    teacher, code = led()
    student = hand_in(joined(code, PADDING), "999")
    assert verdict(student), "without a vote a guess is what it always was"
    teacher.switch_page(PADDING.file).run()
    teacher.button(key="room_vote_pa_g1_0").click().run()
    student.run()
    assert not verdict(student)
    assert votes.results(leader(store, teacher))[0].answered == (0,)


def test_who_goes_to_where_the_class_votes_has_the_guess_in_sight(store: Store) -> None:
    _, code = voting(PADDING, "pa_g1")
    student = joined(code, lessons.by_slug("pooling"))
    assert sent(student, "listener")["show"] == ""
    student.button(key="room_go").click().run()
    assert not student.exception
    assert sent(student, "listener")["show"] == "pa_g1"
    student.run()
    assert sent(student, "listener")["show"] == "", "once: after that it is the student who scrolls"


def test_who_is_there_already_when_a_vote_begins_is_shown_the_way_to_it(store: Store) -> None:
    teacher, code = led()
    student = joined(code, PADDING)
    teacher.switch_page(PADDING.file).run()
    teacher.button(key="room_vote_pa_g1_0").click().run()
    student.run()
    assert sent(student, "listener")["show"] == "", "nobody is moved who has not asked for it"
    student.button(key="room_vote_look").click().run()
    assert sent(student, "listener")["show"] == "pa_g1"
    step(teacher, "Reveal")
    student.run()
    assert "The class votes on this page → look" not in labels(student)


def test_a_factor_of_the_graph_stays_hidden_until_the_vote_on_it_is_revealed(store: Store) -> None:
    page = lessons.by_slug("backpropagation")
    teacher, code = led()
    teacher.query_params["bp_ask"] = "1"
    teacher.switch_page(page.file).run()
    teacher.button(key="room_vote_bp_g0_0").click().run()
    student = joined(code, lessons.by_slug("pooling"))
    student.query_params["bp_ask"] = "1"
    student.switch_page(page.file).run()

    def hidden() -> list[str]:
        grids = sent(student, "graph_stage")["grids"]
        return [name for name, grid in grids.items() if grid["hidden"]]

    before = hidden()
    assert before
    hand_in(student, "5", "bp_g0")
    assert hidden() == before and not verdict(student)
    student.toggle(key="bp_ask").set_value(False).run()
    assert hidden() == before, "nor is there a switch that shows it"
    step(teacher, "Reveal")
    student.run()
    assert not hidden() and "**Not 5.**" in words(student)


def test_a_choice_is_voted_on_too(store: Store) -> None:
    teacher, code = voting(FILTERS, "fi_g1")
    student = joined(code, FILTERS)
    (pills,) = [w for w in student.button_group if w.key.startswith("fi_g1_pick")]
    asked = votes.results(leader(store, teacher))[0].question
    wrong = next(name for name in asked.options if name != asked.right)
    pills.set_value(wrong).run()
    assert not student.exception and not verdict(student)
    assert f"Handed in: **{asked.options[wrong]}**" in words(student)
    step(teacher, "Reveal")
    student.run()
    assert f"**Not {asked.options[wrong]}.**" in words(student)


def test_a_page_that_hides_its_answer_goes_on_hiding_it_until_the_reveal(store: Store) -> None:
    teacher, code = led()
    teacher.switch_page(CONVOLUTION.file).run()
    name = next(b.key for b in teacher.button if (b.key or "").startswith("room_vote_cv_g"))
    teacher.button(key=name).click().run()
    guess = name.removeprefix("room_vote_").rpartition("_")[0]
    student = joined(code, CONVOLUTION)
    hand_in(student, "123456", guess)
    assert not verdict(student)
    if guess == "cv_g0":
        student.toggle(key="cv_patch").set_value(True).run()
        assert sent(student, "window_stage")["hidden"] and not verdict(student)
    step(teacher, "Reveal")
    student.run()
    assert not student.exception and "**Not 123,456.**" in words(student)


def test_a_student_elsewhere_is_shown_the_way_to_the_vote() -> None:
    teacher, code = led()
    student = joined(code, lessons.by_slug("pooling"))
    other = joined(code, PADDING)
    other.button(key="pa_g1_another").click().run()
    teacher.switch_page(PADDING.file).run()
    teacher.button(key="room_vote_pa_g1_0").click().run()
    for at in (student, other):
        at.run()
        at.button(key="room_go").click().run()
        assert not at.exception and "answer by yourself" in words(at)


def test_a_dropped_vote_is_an_ordinary_guess_again() -> None:
    teacher, code = voting(PADDING, "pa_g1")
    student = hand_in(joined(code, PADDING), "999")
    step(teacher, "Drop the vote")
    student.run()
    hand_in(student, "999")
    assert "**Not 999.**" in words(student)


def test_with_a_task_s_seed_the_teacher_is_asked_what_the_class_is(store: Store) -> None:
    teacher, code = led()
    tasks.give(leader(store, teacher), Task("padding", seed=17))
    teacher.switch_page(PADDING.file).run()
    student = joined(code, PADDING)
    asked = [
        next(m.value for m in at.markdown if m.value.startswith("**Guess.**"))
        for at in (teacher, student)
    ]
    assert asked[0] == asked[1]
    teacher.button(key="room_vote_pa_g1_0").click().run()
    student.run()
    assert "answer by yourself" in words(student)


def test_while_the_file_cannot_be_read_nothing_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    _, code = voting(PADDING, "pa_g1")
    student = joined(code, PADDING)

    def broken(*_: object) -> None:
        raise Unkept("the disk")

    monkeypatch.setattr(votes, "ballot", broken)
    monkeypatch.setattr(votes, "answer", broken)
    hand_in(student, "999")
    assert not verdict(student) and "please try again" in words(student)


@pytest.mark.parametrize("text", ["", "seven", "<b>7</b>", "nan", "1e300", "![x](http://y)"])
def test_what_is_no_answer_is_a_sentence_and_is_not_handed_in(store: Store, text: str) -> None:
    teacher, code = voting(PADDING, "pa_g1")
    student = hand_in(joined(code, PADDING), text)
    assert not verdict(student) and "Handed in" not in words(student)
    assert votes.results(leader(store, teacher))[0].answered == (0,)


def test_the_board_has_all_votes_and_their_answers_to_take_home() -> None:
    teacher, code = voting(PADDING, "pa_g1")
    hand_in(joined(code, PADDING), "999")
    teacher.switch_page("pages/teach.py").run()
    assert not teacher.exception
    assert "Padding and stride: 1 answer, open" in [e.label for e in teacher.expander]
    offered = [button.proto.label for button in teacher.get("download_button")]
    assert offered.count("All answers as CSV") == 1


def test_no_student_s_page_offers_what_only_the_teacher_does() -> None:
    _, code = voting(PADDING, "pa_g1")
    student = joined(code, PADDING)
    assert not {"Reveal", "Second round", "Drop the vote", "Let the class vote"} & set(
        labels(student)
    )


@pytest.mark.parametrize(("page", "name"), [(PADDING, "pa_g1"), (CONVOLUTION, "cv_g1")])
def test_the_histogram_names_what_leads_to_a_common_wrong_answer(
    store: Store, page: lessons.Lesson, name: str
) -> None:
    teacher, code = voting(page, name)
    question = votes.results(leader(store, teacher))[0].question
    wrong, why = question.known[0]
    hand_in(joined(code, page), f"{wrong:g}", name)
    hand_in(joined(code, page), "777777", name)
    teacher.run()
    assert "| How one gets there |" in words(teacher)
    assert "| █" in words(teacher) and why in words(teacher)
    student = joined(code, page)
    assert why not in words(student), "nobody is told before the reveal"
    step(teacher, "Reveal")
    student.run()
    assert why in words(student)
