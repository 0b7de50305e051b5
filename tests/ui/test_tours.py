"""Tours as they are written: the grammar, what is told of a mistake, and what goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui import lessons
from ui.tours import plan, reading, shelf
from ui.tours.plan import Answers, Dealt
from ui.tours.reading import Step, Tour
from ui.tours.rehearsal import Asked, Seen
from ui.tours.words import as_html

WHOLE = """# A tour

Goal: To see
 two things.
Minutes: 9
Misconception: One.
Misconception: Two.
Exit question: Why?

## First
/padding?pa_n=7&pa_f=5
Look at this,
and at that.
Guess: pa_g1
Teacher: Wait.
Minutes: 4

## Second
http://192.168.1.7:8501/lab/pooling?po_k=3&projector=1&tour=a.1&embed=true
Look again.
"""


def read(text: str) -> tuple[Tour | None, list[str]]:
    tour, problems = reading.read(text, "a", "a.md")
    return tour, [str(problem) for problem in problems]


def test_a_tour_is_read_as_it_is_written() -> None:
    tour, problems = read(WHOLE)
    assert not problems and tour is not None
    assert (tour.title, tour.goal, tour.minutes) == ("A tour", "To see two things.", 9)
    assert tour.misconceptions == ("One.", "Two.") and tour.exit_question == "Why?"
    first, second = tour.steps
    assert (first.title, first.lesson, first.guess, first.minutes) == (
        "First",
        "padding",
        "pa_g1",
        4,
    )
    assert first.sentence == "Look at this, and at that." and first.teacher == "Wait."
    assert first.settings == {"pa_n": "7", "pa_f": "5"}
    assert (second.lesson, dict(second.settings)) == ("pooling", {"po_k": "3"})


def test_the_example_in_the_grammar_is_one() -> None:
    example = (reading.__doc__ or "").split("::\n")[1].split("The grammar")[0]
    tour, problems = read("\n".join(line.strip() for line in example.splitlines()))
    assert tour is not None and len(tour.steps) == 1 and not problems


@pytest.mark.parametrize(
    ("line", "instead", "said", "steps"),
    [
        ("/padding?pa_n=7&pa_f=5", "/paddling", "line 11: There is no lesson “paddling”", 1),
        ("/padding?pa_n=7&pa_f=5", "/teach", "line 11: There is no lesson “teach”", 1),
        ("/padding?pa_n=7&pa_f=5", "", "line 10: The step “First” has no link", 1),
        ("/padding?pa_n=7&pa_f=5", "http://[", "line 11: This is no link", 1),
        ("/padding?pa_n=7&pa_f=5", "/padding?Pa=1", "line 11: “Pa” is no setting", 2),
        ("/padding?pa_n=7&pa_f=5", "/padding?task=x", "line 11: “task” is no setting", 2),
        ("/padding?pa_n=7&pa_f=5", "/padding?pa_n=1&pa_n=2", "line 11: “pa_n” stands there", 2),
        ("/padding?pa_n=7&pa_f=5", "/padding\n/pooling", "line 12: A step has one link", 2),
        ("# A tour", "", "a.md: It has no title", 2),
        ("# A tour", "# A tour\n# Two", "line 2: A title stands there once", 2),
        ("# A tour", "### A tour", "line 1: A title is", 2),
        ("Goal: To see\n two things.", "", "a.md: It says no goal", 2),
        (
            "Goal: To see",
            "Gaol: To see",
            "line 3: “Gaol:” means nothing here; is “Goal:” meant?",
            2,
        ),
        ("Minutes: 9", "Minutes: many", "line 5: Minutes are a whole number", 2),
        ("Minutes: 9", "Minutes: 3", "line 5: The steps take 4 minutes together, the tour 3", 2),
        ("Minutes: 9", "Minutes: 9\nWords.", "line 6: This line does not belong before", 2),
        ("Minutes: 9", "Guess: pa_g1", "line 5: “Guess:” does not belong before", 2),
        ("Teacher: Wait.", "Goal: Wait.", "line 15: “Goal:” does not belong in a step", 2),
        ("Guess: pa_g1", "Guess: the first", "line 14: A guess is called as it is in the link", 2),
        ("Look again.", "", "line 18: The step “Second” says nothing", 2),
        ("Look again.", "word " * 60, "line 20: This has 299 characters; 260 are shown", 2),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_rest_goes_on(
    line: str, instead: str, said: str, steps: int
) -> None:
    assert line in WHOLE
    tour, problems = read(WHOLE.replace(line, instead, 1))
    assert [one for one in problems if said in one], problems
    assert tour is not None and len(tour.steps) == steps
    assert all(len(step.sentence) <= reading.SENTENCE for step in tour.steps)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "words", "# Only a title", "\x00\x01", "## Step\n" * 9]
)
def test_a_file_without_a_step_is_no_tour(text: str) -> None:
    tour, problems = read(text)
    assert tour is None and any("There is no step in it" in one for one in problems)


def test_a_sentence_with_a_colon_is_a_sentence() -> None:
    tour, problems = read(WHOLE.replace("Look again.", "Remember: nothing is lost.\nSo: look."))
    assert not problems and tour is not None
    assert tour.steps[1].sentence == "Remember: nothing is lost. So: look."


def test_a_tour_of_very_many_steps_ends_somewhere() -> None:
    tour, problems = read("# A\nGoal: b\n" + "## S\n/padding\nLook.\n" * 90)
    assert tour is not None and len(tour.steps) == reading.STEPS
    assert any("at most 60 steps" in one for one in problems)


# --- the folder of one's own ---------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(shelf.VARIABLE, str(tmp_path))
    return tmp_path


def said() -> list[str]:
    return [str(problem) for problem in shelf.shelf().problems]


def test_the_shipped_tours_can_be_read_and_take_the_time_they_say() -> None:
    found = shelf.shelf()
    assert not found.problems
    times = {name: tour.minutes for name, tour in found.tours.items()}
    assert times == {"how_a_filter_sees": 20, "from_pixels_to_a_digit": 45, "how_it_learns": 45}
    for tour in found.tours.values():
        assert sum(step.minutes for step in tour.steps) == tour.minutes
        assert tour.misconceptions and tour.exit_question


def test_a_tour_of_one_s_own_stands_beside_the_shipped_ones(folder: Path) -> None:
    (folder / "My Tour.md").write_text(WHOLE, "utf-8")
    (folder / "notes.txt").write_text("nothing", "utf-8")
    (folder / ".hidden.md").write_text("nothing", "utf-8")
    found = shelf.shelf()
    assert found.tours["my_tour"].title == "A tour" and found.own == {"my_tour"}
    assert len(found.tours) == 4 and not found.problems


def test_files_that_cannot_be_read_are_told_and_harm_no_other(folder: Path) -> None:
    (folder / "a.md").write_text(WHOLE, "utf-8")
    (folder / "A.md").write_text(WHOLE, "utf-8")
    (folder / "b.md").write_bytes("# Größe".encode("latin-1"))
    (folder / "c.md").write_bytes(b"#" * (shelf.LARGEST + 1))
    (folder / "d.md").mkdir()
    (folder / "how-it-learns.md").write_text(WHOLE, "utf-8")
    (folder / "e.md").write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert shelf.shelf().tours["e"].title == "A tour" and "a" in shelf.shelf().tours
    told = "\n".join(said())
    assert "a.md: There is another tour of this name, A.md." in told
    assert "b.md: This is no text in UTF-8" in told and "c.md: A tour has at most 64 kB" in told
    assert "d.md: This file cannot be opened." in told
    assert "how-it-learns.md: There is another tour of this name, how_it_learns.md" in told


def test_a_folder_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(shelf.VARIABLE, str(folder / "nowhere"))
    assert len(shelf.shelf().tours) == 3 and "There is no folder" in said()[0]


def test_a_file_that_was_changed_is_read_again(folder: Path) -> None:
    path = folder / "a.md"
    path.write_text(WHOLE, "utf-8")
    before = shelf.shelf()
    assert shelf.shelf() is before
    path.write_text(WHOLE.replace("A tour", "Another tour"), "utf-8")
    assert shelf.shelf().tours["a"].title == "Another tour"


@pytest.mark.parametrize("stem", ["7 things", "Ü", "", "a" * 99, "../../etc/passwd", "A-b_C"])
def test_every_file_s_name_is_a_name_in_the_link(stem: str) -> None:
    assert reading._NAME.fullmatch(shelf.called(stem))


# --- the lesson plan -----------------------------------------------------------------------------

NASTY = "<script>alert(1)</script> **x** ![y](http://z) & “q”"


def test_the_lesson_plan_has_everything_and_shows_what_comes_from_a_file_as_text() -> None:
    step = Step(NASTY[:60], "padding", {"pa_n": "7"}, NASTY, "pa_g1", NASTY, 3)
    tour = Tour("a", "a.md", NASTY, NASTY, 9, (NASTY,), NASTY, (step,))
    asked = Asked(NASTY, "4", NASTY, (NASTY,))
    made = plan.page(tour, "http://h:1", [Answers(1, step, (Dealt(5, asked),))])
    assert "<script" not in made and "<img" not in made and made.count("&lt;script&gt;") >= 9
    assert made.count("<svg") == made.count("viewBox=") == 2  # of the first step, and of each
    assert "http://h:1/padding?pa_n=7&amp;tour=a.1" in made
    assert "http" not in made.replace("http://h:1/", "").replace("http://www.w3.org/2000/svg", "") \
        .replace("http://z", "")  # fmt: skip
    assert "<dt>5</dt>" in made and "9 minutes" in made


def test_the_words_of_a_question_become_html_and_nothing_of_it_is_run() -> None:
    shown = as_html(
        "Which **number** is *y*?\n\n$$\n{\\text{input} = \\begin{bmatrix}1 & -2 \\\\ 3 & 4"
        "\\end{bmatrix}}\n$$"
    )
    assert shown.startswith("<p>Which <b>number</b> is <i>y</i>?</p>")
    assert "<figcaption>input</figcaption>" in shown and "<td>−2</td>" in shown
    assert shown.count("<tr>") == 2
    assert as_html("a < b & <i>c</i> 2*3*4 \\* $z_1$") == (
        "<p>a &lt; b &amp; &lt;i&gt;c&lt;/i&gt; 2*3*4 * <i>z_1</i></p>"
    )


def test_every_lesson_of_the_shipped_tours_is_one_that_is_shown() -> None:
    slugs = {step.lesson for tour in shelf.shelf().tours.values() for step in tour.steps}
    assert slugs <= {lesson.slug for lesson in lessons.shown()}
    missing = {one.slug for one in lessons.shown() if one.group != lessons.TEACH} - slugs
    assert missing <= {"exercises"}  # practice, for after a lesson


def test_a_lesson_plan_whose_answers_cannot_be_had_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(visits: object) -> None:
        raise OSError("no other process")

    monkeypatch.setattr(plan, "rehearse", broken)
    monkeypatch.setattr(plan, "_KNOWN", {})
    made = plan.file(shelf.shelf().tours["how_it_learns"], "http://h:1").decode()
    assert "The answers cannot be worked out just now." in made and "How it learns" in made


def test_a_question_stands_in_the_plan_once_and_one_with_another_answer_beside_it() -> None:
    step = Step("s", "filters", guess="fi_g1")
    one, other = Asked("Which?", "A", "It is A."), Asked("Which?", "B", "It is B.")
    pages = [Seen(asked={"fi_g1": asked}) for asked in (one, other, one)] + [Seen()]
    assert plan._dealt(step, range(4), pages) == (Dealt(0, one), Dealt(1, other))
