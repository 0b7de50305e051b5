"""The lesson frame, the table of lessons, the theme."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.other_browsers.visits import VISITS
from ui import figures, lesson, lessons, palette

ROOT = Path(__file__).parents[2]


def test_the_table_of_lessons_is_sound() -> None:
    slugs = [entry.slug for entry in lessons.LESSONS]
    assert len(set(slugs)) == len(slugs) and "" not in slugs
    for entry in lessons.LESSONS:
        assert entry.file == f"pages/{entry.slug}.py"
        assert entry.group in lessons.GROUPS
        assert entry.why.endswith(".") and len(entry.why) <= 120
    groups = [entry.group for entry in lessons.LESSONS]
    assert groups == sorted(groups, key=lessons.GROUPS.index), "previous and next follow the groups"


def test_every_page_is_in_the_table() -> None:
    known = {entry.file for entry in (lessons.HOME, *lessons.LESSONS)}
    assert {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")} <= known


def test_neighbours_chain_through_all_that_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    some = lessons.LESSONS[:2] + lessons.LESSONS[4:7]
    monkeypatch.setattr(lessons, "shown", lambda: some)
    assert lessons.neighbours(some[0].slug) == (None, some[1])
    assert lessons.neighbours(some[1].slug) == (some[0], some[2])
    assert lessons.neighbours(some[-1].slug) == (some[-2], None)
    with pytest.raises(KeyError):
        lessons.by_slug("nowhere")


def test_every_lesson_has_a_run_in_the_other_browsers() -> None:
    assert {page.slug for page in VISITS} == {
        entry.slug for entry in (lessons.HOME, *lessons.shown())
    }


def framed() -> None:
    from ui import lesson, link

    lesson.open("")
    stage, controls = lesson.stage()
    with controls:
        k = link.slider("k", "t_k", 1, 9, 3)
        with lesson.more():
            link.toggle("fine", "t_fine")
    stage.text("the stage")
    lesson.formula(r"<n> - <k>x = <out>", {"out": "#de0368"}, n=-2, k=k, out=0.5)
    lesson.text("Some words.")
    lesson.problem("A kernel of 9 does not fit into an input of 7.")
    lesson.close()


def test_the_frame_holds_what_a_lesson_needs() -> None:
    at = AppTest.from_function(framed, default_timeout=60)
    at.query_params["t_k"] = "5"
    at.session_state["_shell"] = True  # app.py is not around this page
    at.run()
    assert not at.exception
    assert at.latex[0].value.strip("$\n ") == r"(-2) - 5x = \textcolor{#de0368}{0.50}"
    assert at.text[0].value == "the stage"
    assert at.toggle(key="projector").value is False
    at.toggle(key="projector").set_value(True)
    at.slider(key="t_k").set_value(7)
    at.run()
    next(b for b in at.button if b.label == "Reset").click()
    at.run()
    assert at.slider(key="t_k").value == 3
    assert at.toggle(key="projector").value is True, "reset is for the lesson, not for the room"


def saying_it_twice() -> None:
    from ui import guess, lesson

    lesson.begin("")
    for name in ("t_one", "t_two", "t_three"):
        lesson.formula("1 + 1")
        lesson.text("Some words.")
        lesson.problem("It does not fit.")
        guess.pick(name, "Which?", ["a", "b"], "a", "Because of that.")


def test_what_is_said_twice_on_a_page_stands_there_twice() -> None:
    at = AppTest.from_function(saying_it_twice, default_timeout=60)
    at.session_state["_shell"] = True
    at.run()
    for name in ("t_one", "t_two", "t_three"):
        at.session_state[f"{name}_pick_0"] = "a"
    at.run()
    assert not at.exception and len(at.latex) == 3
    said = [m.value for m in at.markdown]
    assert all(said.count(one) == 3 for one in ("Some words.", "**Yes.** Because of that."))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(307200, "307{,}200"), (-1024, "(-1{,}024)"), (999, "999"), (1234.5, "1{,}234.50")],
)
def test_thousands_in_a_formula_are_set_off_as_in_a_sentence(value: float, shown: str) -> None:
    assert lesson._in_formula(value) == shown


def test_a_formula_names_the_number_it_misses() -> None:
    with pytest.raises(ValueError, match="<f>"):
        lesson.formula("<n> - <f>", n=3)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_streamlits_chart_palettes_are_the_houses(name: palette.Theme) -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    theme = config["theme"][name]
    stops = palette.DIVERGING["activation"][name]
    assert theme["chartCategoricalColors"] == list(palette.CATEGORICAL[name])
    assert theme["chartDivergingColors"] == figures.ramp(stops, 10)
    assert theme["chartSequentialColors"] == figures.ramp(stops[2:], 10)
    assert config["theme"]["font"] == "sans-serif", "no font from outside"
