"""Tours on the pages: each step is shown as it is written, and the bar keeps the place."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.payload import array, received, sent
from tests.pages.test_class import joined, led, store  # noqa: F401  a file of classes of its own
from tests.pages.test_shell import start
from ui import lessons, questions
from ui.tours import checking, plan, progress, rehearsal, shelf
from ui.tours.reading import Tour
from ui.tours.rehearsal import Seen, Visit

SHIPPED = ("how_a_filter_sees", "from_pixels_to_a_digit", "how_it_learns")


def tour(name: str) -> Tour:
    return shelf.shelf().tours[name]


def on_the_way(name: str = "how_a_filter_sees", number: int = 1) -> AppTest:
    """A visitor who opened the link of a step."""
    step = tour(name).steps[number - 1]
    at = start(lessons.by_slug(step.lesson), **step.settings, tour=f"{name}.{number}")
    assert not at.exception
    return at


def bar(at: AppTest) -> dict[str, Any] | None:
    found = [
        received(element.proto)
        for element in at.get("bidi_component")
        if element.proto.component_name == "convscope_tour_bar"
    ]
    assert len(found) < 2
    return found[0] if found else None


def go(at: AppTest, name: str, number: int) -> None:
    """What a press of the bar asks for."""
    at.session_state["_tour_wanted"] = progress.at(name, number)
    at.run()
    assert not at.exception


def standing(at: AppTest) -> dict[str, str]:
    link = at.session_state["_link"]
    return {name: text for name, text in link.last.items() if name != "tour"}


@pytest.mark.parametrize("name", SHIPPED)
def test_each_page_shows_what_its_step_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal, "rehearse", lambda visits: list(rehearsal.run(visits)))
    assert [str(problem) for problem in checking.check([tour(name)])] == []


def test_what_the_steps_say_of_their_numbers_is_so() -> None:
    edge, turned = (sent(on_the_way(number=n), "window_stage")["y"] for n in (3, 4))
    assert set(np.unique(array(edge))) == {-40.0, 0.0} and not array(turned).any()
    weights = array(sent(on_the_way(number=3), "window_stage")["weight"])
    assert weights.sum() == 0


def test_the_bar_shows_the_step_and_where_it_stands() -> None:
    at = on_the_way(number=2)
    shown = bar(at)
    assert shown is not None
    step = tour("how_a_filter_sees").steps[1]
    assert (shown["number"], shown["count"]) == (2, 7) and shown["here"] is True
    assert (shown["title"], shown["sentence"]) == (step.title, step.sentence)
    assert shown["settings"] == dict(step.settings) and shown["guess"] == "cv_g0"
    assert at.session_state["_link"].last["tour"] == "how_a_filter_sees.2"
    assert bar(start(lessons.by_slug("convolution"))) is None


@pytest.mark.parametrize(
    "text", ["", "x", "how_a_filter_sees", "how_a_filter_sees.0", "how_a_filter_sees.8", "x.1",
             "how_a_filter_sees.²", "../x.1", "how_a_filter_sees.99999", "<b>.1", "%00"],
)  # fmt: skip
def test_a_place_that_is_none_is_no_tour(text: str) -> None:
    at = start(lessons.by_slug("padding"), tour=text, pa_n="4")
    assert not at.exception and bar(at) is None and at.slider(key="pa_n").value == 4


def test_a_step_is_opened_as_it_is_written_whatever_was_turned_before() -> None:
    at = on_the_way(number=1)
    at.slider(key="cv_b").set_value(3.0).run()
    assert standing(at)["cv_b"] == "3" and bar(at)["number"] == 1  # type: ignore[index]
    go(at, "how_a_filter_sees", 1)  # back to the step
    assert standing(at) == {"cv_in": "binary", "cv_k": "cross"}
    at.slider(key="cv_b").set_value(3.0).run()
    go(at, "how_a_filter_sees", 2)
    assert standing(at) == {"cv_in": "binary", "cv_k": "cross", "cv_ask": "1"}
    go(at, "how_a_filter_sees", 6)
    assert standing(at) == {"fi_kernel_of": "box"}


def test_the_place_stays_on_other_pages_and_through_a_reset_and_ends_when_it_is_ended() -> None:
    at = on_the_way(number=3)
    next(b for b in at.button if b.label == "Reset").click().run()
    assert bar(at)["number"] == 3  # type: ignore[index]
    at.switch_page("pages/pooling.py").run()
    shown = bar(at)
    assert shown is not None and shown["here"] is False and shown["guess"] == ""
    assert at.session_state["_link"].last["tour"] == "how_a_filter_sees.3"
    go(at, "how_a_filter_sees", 3)
    assert bar(at)["here"] is True and standing(at)["cv_in"] == "edge"  # type: ignore[index]
    at.session_state["_tour_wanted"] = None
    at.run()
    assert bar(at) is None and "tour" not in at.session_state["_link"].last


def test_the_home_page_lists_the_tours_and_begins_one() -> None:
    at = start(lessons.HOME)
    words = "\n".join(m.value for m in at.markdown)
    assert "45 minutes. To follow a drawing through a network" in words
    at.button(key="tour_start_from_pixels_to_a_digit").click().run()
    assert not at.exception and standing(at) == {"cv_in": "digit", "cv_k": "sobel_x"}
    assert bar(at)["count"] == 12  # type: ignore[index]


# --- in a class ----------------------------------------------------------------------------------


def test_the_teacher_brings_everyone_to_the_step(
    store: object,  # noqa: F811
) -> None:
    from ui.tours import bar as the_bar

    teacher, code = led()
    student = joined(code, lessons.by_slug("pooling"))
    teacher.switch_page("pages/padding.py").run()
    go(teacher, "how_a_filter_sees", 2)
    assert bar(teacher)["leads"] is True  # type: ignore[index]
    _as(teacher, lambda: the_bar._bring(progress.at("how_a_filter_sees", 2)))  # type: ignore[arg-type]
    student.run()
    (label,) = [b.label for b in student.button if b.label.startswith("The class is at")]
    assert label == "The class is at How a filter sees, step 2: Work one out → go"
    student.button(key="room_go").click().run()
    assert not student.exception and standing(student)["cv_ask"] == "1"
    shown = bar(student)
    assert shown is not None and shown["number"] == 2 and shown["leads"] is False
    assert not [b for b in student.button if b.label.startswith("The class is at")]


def _as(at: AppTest, act: Any) -> None:
    """Do something as the visitor of this page: in a run of it."""
    from ui import lesson

    before = lesson.begin

    def begin(slug: str) -> None:
        before(slug)
        act()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lesson, "begin", begin)
        at.run()
    assert not at.exception


def test_a_class_s_students_do_not_see_the_lesson_plans(
    store: object,  # noqa: F811
) -> None:
    _, code = led()
    page = start(lessons.by_slug("teach"))
    assert len(page.get("download_button")) == 3
    student = joined(code)
    student.switch_page("pages/teach.py").run()
    assert not student.get("download_button")


# --- a folder of the teacher's own ---------------------------------------------------------------

BROKEN = """# Broken <b>
Goal: To be told.

## One
/padding?pa_x=3&pa_n=99&pa_s=1&pa_f=5
Look.
Guess: pa_g9

## Two
/nowhere
Look.

## Three
/pooling?po_k=3
Look.
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "tours" / "mine.md"
    path.parent.mkdir()
    path.write_text(BROKEN, "utf-8")
    monkeypatch.setenv(shelf.VARIABLE, str(path.parent))
    monkeypatch.setattr(checking, "_DONE", {})
    yield path


def test_what_a_page_does_not_take_is_told_with_file_and_line_and_the_tour_goes_on(
    own: Path,
) -> None:
    assert [str(problem) for problem in shelf.shelf().problems] == [
        "mine.md, line 10: There is no lesson “nowhere”; the step is left out."
    ]
    found = [str(problem) for problem in checking.check([tour("mine")])]  # in a process of its own
    assert found == [
        "mine.md, line 5: Padding and stride has no setting “pa_x” here; is “pa_w” meant?",
        "mine.md, line 5: Padding and stride does not take pa_n=99; it shows Input size n = 7.",
        "mine.md, line 5: Padding and stride shows pa_s=1 anyway; leave it out.",
        "mine.md, line 7: Padding and stride asks no guess “pa_g9” here; it asks pa_g1.",
    ]
    at = on_the_way("mine", 1)
    assert at.slider(key="pa_f").value == 5
    go(at, "mine", 2)
    assert at.slider(key="po_k").value == 3 and bar(at)["count"] == 2  # type: ignore[index]


def test_the_console_and_the_teacher_s_page_tell_what_is_wrong(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = Seen(defaults={"pa_n": "7"}, words={"pa_n": "Input size n = 7"})
    monkeypatch.setattr(rehearsal, "rehearse", lambda visits: [seen for _ in visits])
    checking.begin()
    end = time.monotonic() + 20
    while "po_k" not in (told := "\n".join(str(one) for one in checking.problems())):
        assert time.monotonic() < end
        time.sleep(0.01)
    assert "line 10" in told and "“po_k”" in told
    assert "mine.md, line 10" in capsys.readouterr().out
    words = "\n".join(m.value for m in start(lessons.by_slug("teach")).markdown)
    assert "There is no lesson “nowhere”" in words and r"Broken \<b\>" in words


# --- the lesson plan -----------------------------------------------------------------------------


def test_the_answers_of_a_plan_are_those_of_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Visit] = []

    def here(visits: list[Visit]) -> list[Seen]:
        asked.extend(visits)
        return list(rehearsal.run(visits))

    monkeypatch.setattr(plan, "rehearse", here)
    monkeypatch.setattr(plan, "_KNOWN", {})
    found = plan.answers(tour("from_pixels_to_a_digit"))
    by_guess = {one.step.guess: one for one in found}
    assert list(by_guess) == [s.guess for s in tour("from_pixels_to_a_digit").steps if s.guess]
    sizes = by_guess["pa_g1"].dealt
    assert [dealt.number for dealt in sizes] == [0, 1, 2, 3]
    for dealt in sizes:
        question = questions.size_after(np.random.default_rng([dealt.number, *b"pa_g1"]))
        assert dealt.asked.words == question.words
        assert dealt.asked.answer == f"{question.answer:g}"
    assert all(one.dealt for one in found)
    count = len(asked)
    made = plan.file(tour("from_pixels_to_a_digit"), "http://192.168.1.7:8501").decode()
    assert len(asked) == count, "worked out once"
    assert re.search(r"How wide is the output\?</p>", made) and "<table>" in made
    assert "\\begin" not in made and "$$" not in made and "**" not in made
