"""Drawings of a class: asked for, handed in by a button, covered, hidden, opened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from classroom import classes, drawings, folder
from classroom.classes import Teacher
from classroom.store import Store
from tests.pages.opening import words
from tests.pages.payload import array, received, sent
from tests.pages.test_class import joined, labels, led
from tests.pages.test_draw import draw, ink_of
from ui import lessons
from ui.room import file, wall

DRAW = lessons.by_slug("draw")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    yield Store(tmp_path / "class" / folder.FILE)
    file.at.cache_clear()


def leader(store: Store, at: AppTest) -> Teacher:
    return classes.lead(store, at.session_state["_room"].key)


def asked(label: str = "4") -> tuple[AppTest, str]:
    teacher, code = led()
    teacher.selectbox(key="room_ask").set_value(label)
    teacher.button(key="room_ask_go").click().run()
    assert not teacher.exception
    return teacher, code


def handed_in(code: str, name: str) -> AppTest:
    at = joined(code, DRAW)
    draw(at, ink_of(name))
    at.run()
    at.button(key="room_drawing").click().run()
    assert not at.exception
    return at


def grids(at: AppTest) -> list[dict[str, Any]]:
    found = at.get("bidi_component")
    return [received(e.proto) for e in found if e.proto.component_name.endswith("tile_grid")]


def test_what_is_handed_in_is_on_the_paper_when_the_button_is_pressed(store: Store) -> None:
    """The part that the button stands in was drawn last with the drawing before."""
    teacher, code = asked()
    at = joined(code, DRAW)
    draw(at, ink_of("3"))
    at.run()
    draw(at, ink_of("4"), sequence=2)
    at.button(key="room_drawing").click().run()
    batch = drawings.handed_in(leader(store, teacher))
    assert wall.read(batch.images).tolist() == [4]
    draw(at, np.zeros((112, 112)), sequence=3)
    at.button(key="room_drawing").click().run()
    assert len(drawings.handed_in(leader(store, teacher))) == 1
    assert "There is nothing on the paper." in words(at)


def test_a_drawing_is_handed_in_by_the_button_and_never_without(store: Store) -> None:
    teacher, code = asked()
    at = joined(code, DRAW)
    draw(at, ink_of("4"))
    at.run()
    assert "Your class draws a **4**." in words(at)
    assert len(drawings.handed_in(leader(store, teacher))) == 0
    at.button(key="room_drawing").click().run()
    batch = drawings.handed_in(leader(store, teacher))
    assert len(batch) == 1 and batch.labels.tolist() == [4] and batch.images.max() > 200
    assert "Handed in: 1." in words(at)
    at.button(key="room_drawing").click().run()
    assert len(drawings.handed_in(leader(store, teacher))) == 1, "the same one is one"
    at.button(key="room_drawing_back").click().run()
    assert len(drawings.handed_in(leader(store, teacher))) == 0


def test_where_any_digit_is_asked_for_the_student_says_which(store: Store) -> None:
    teacher, code = asked("any digit")
    at = joined(code, DRAW)
    assert at.button(key="room_drawing").disabled
    (pills,) = [w for w in at.button_group if w.key == "room_drawing_label"]
    pills.set_value(3).run()
    at.button(key="room_drawing").click().run()
    assert drawings.handed_in(leader(store, teacher)).labels.tolist() == [3]


def test_students_are_shown_the_way_and_without_asking_there_is_no_button() -> None:
    teacher, code = led()
    student = joined(code, DRAW)
    assert "Hand this drawing in" not in labels(student)
    elsewhere = joined(code)
    teacher.button(key="room_ask_go").click().run()
    elsewhere.run()
    assert "The class is at Draw a digit, and draws a 4 → go" in labels(elsewhere)
    elsewhere.button(key="room_go").click().run()
    assert not elsewhere.exception
    student.run()
    assert "Hand this drawing in" in labels(student)
    teacher.button(key="room_ask_stop").click().run()
    student.run()
    assert "Hand this drawing in" not in labels(student)


def test_the_grid_starts_covered_and_says_what_the_network_reads(store: Store) -> None:
    teacher, code = asked()
    for name in ("4", "9"):
        handed_in(code, name)
    teacher.run()
    assert not teacher.exception
    said = "**2** drawings by 2 students; LeNet-5 reads 1 of 2 as they were meant (50%)."
    assert said in words(teacher)
    assert "Show them to all" in labels(teacher)
    (grid,) = grids(teacher)
    titles = [row["title"] for row in grid["rows"]]
    assert titles[:2] == ["Misread: 1", "Read as they were meant: 1"]
    assert grid["rows"][0]["captions"] == ["4 → 9"]
    teacher.button(key="room_grid_cover").click().run()
    assert not drawings.covered(leader(store, teacher)) and "Cover them" in labels(teacher)
    teacher.button(key="room_ask_go").click().run()
    assert drawings.covered(leader(store, teacher)), "a new asking covers them again"


def test_a_drawing_is_hidden_and_shown_again(store: Store) -> None:
    teacher, code = asked()
    handed_in(code, "9")
    teacher.run()
    teacher.session_state["room_grid_before_0_0"] = {"clicked": [0, 0]}
    teacher.run()
    teacher.button(key="room_grid_hide").click().run()
    assert not teacher.exception
    assert drawings.handed_in(leader(store, teacher)).hidden.tolist() == [True]
    assert "1 hidden" in words(teacher)
    (grid,) = grids(teacher)
    assert [row["title"] for row in grid["rows"]][2].startswith("Hidden")


def test_what_is_hidden_is_what_was_clicked_though_others_come_and_go(store: Store) -> None:
    teacher, code = asked()
    first, second = handed_in(code, "9"), handed_in(code, "7")
    ids = drawings.handed_in(leader(store, teacher)).ids.tolist()
    teacher.run()
    teacher.session_state["room_grid_before_0_0"] = {"clicked": [0, 1]}
    teacher.run()
    handed_in(code, "8")
    teacher.run()
    teacher.button(key="room_grid_hide").click().run()
    batch = drawings.handed_in(leader(store, teacher))
    assert batch.ids[batch.hidden].tolist() == [ids[1]]
    assert "Hide it" not in labels(teacher), "nothing is clicked in what stands there now"
    teacher.session_state["room_grid_before_1_0"] = {"clicked": [0, 0]}
    teacher.run()
    assert "Hide it" in labels(teacher)
    first.button(key="room_drawing_back").click().run()
    teacher.run()
    assert "Hide it" not in labels(teacher), "the one that was clicked is gone"
    assert not second.exception


def test_a_drawing_opens_in_the_network(store: Store) -> None:
    teacher, code = asked()
    handed_in(code, "9")
    teacher.run()
    teacher.session_state["room_grid_before_0_0"] = {"clicked": [0, 0]}
    teacher.run()
    teacher.button(key="room_grid_open").click().run()
    assert not teacher.exception
    name, ink = teacher.session_state["_draw_load"]
    assert name.startswith(f"class-{code}-") and ink.shape == (112, 112)
    assert np.isfinite(ink).all() and ink.min() >= 0 and ink.max() <= 1


def walls(at: AppTest) -> list[dict[str, Any]]:
    return [row for grid in grids(at) for row in grid["rows"]]


def test_what_the_teacher_shows_stands_on_students_screens_and_what_is_hidden_never(
    store: Store,
) -> None:
    teacher, code = asked()
    for name in ("4", "9"):
        handed_in(code, name)
    student = joined(code)
    assert not walls(student), "it starts covered"
    batch = drawings.handed_in(leader(store, teacher))
    drawings.hide(leader(store, teacher), int(batch.ids[1]))
    drawings.cover(leader(store, teacher), False)
    elsewhere = joined(code, lessons.by_slug("padding"))
    assert "The class's drawings are shown → look" in labels(elsewhere) and not walls(elsewhere)
    elsewhere.button(key="room_wall").click().run()
    student.run()
    for at in (student, elsewhere):
        assert not at.exception and "What the class drew" in words(at)
        (row,) = walls(at)
        assert row["captions"] == ["4 → 4"]
        assert np.array_equal(array(row["maps"])[0], batch.images[0] / np.float32(255))
    drawings.hide(leader(store, teacher), int(batch.ids[0]))
    for at in (student, elsewhere):
        at.run()
        assert not walls(at) and "What the class drew" not in words(at)
        assert "The class's drawings are shown → look" not in labels(at)


def opened(code: str) -> AppTest:
    """A student who has clicked the first drawing that is shown."""
    at = joined(code)
    at.session_state["room_wall_0"] = {"clicked": [0, 0]}
    at.run()
    assert not at.exception
    return at


def test_a_click_opens_a_drawing_in_the_network_and_once(store: Store) -> None:
    teacher, code = asked()
    handed_in(code, "9")
    drawings.cover(leader(store, teacher), False)
    at = opened(code)
    name, ink = at.session_state["_draw_load"]
    assert re.fullmatch(rf"class-{code}-\d+-1", name) and ink.max() > 0.5
    listening = sent(at, "listener")
    assert listening["drawings"], "from its first run on the page hears of what is hidden"
    assert "Draw a digit" in words(at)
    at.switch_page("pages/join.py").run()
    assert not at.exception and walls(at), "coming back opens nothing"


def test_a_drawing_that_is_hidden_leaves_the_pads_on_which_it_was_opened(store: Store) -> None:
    teacher, code = asked()
    handed_in(code, "9")
    drawings.cover(leader(store, teacher), False)
    at = opened(code)
    name, ink = at.session_state["_draw_load"]
    draw(at, ink, loaded=name)
    at.switch_page(DRAW.file).run()
    assert "It reads 9" in sent(at, "draw_pad")["text"]
    batch = drawings.handed_in(leader(store, teacher))
    drawings.hide(leader(store, teacher), int(batch.ids[0]))
    at.run()
    assert not at.exception and "not shown any more" in words(at)
    pad = sent(at, "draw_pad")
    assert not np.any(pad["load"]["ink"]) and not np.any(pad["fit"]["image"])
    assert "It reads" not in pad["text"]
    at.switch_page("pages/padding.py").run()
    at.switch_page("pages/draw.py").run()
    assert not at.exception
    assert not np.any(sent(at, "draw_pad").get("restore", 0))


def test_what_cannot_be_handed_in_is_one_sentence(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from classroom import limits

    monkeypatch.setattr(limits, "DRAWINGS", 1)
    _, code = asked()
    at = handed_in(code, "4")
    draw(at, ink_of("9"), sequence=2)
    at.run()
    at.button(key="room_drawing").click().run()
    assert not at.exception and "more are not taken" in words(at)
