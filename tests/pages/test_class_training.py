"""A network trained on the class's own digits: whose, divided how, and beside which other one."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from classroom import classes, codes, drawings, folder, students
from classroom.classes import Teacher
from classroom.store import Store
from cnn.arrays import Array
from cnn.data.handwriting import generate
from cnn.data.recipes import load_recipe
from tests.pages.opening import words
from tests.pages.payload import sent
from tests.pages.test_class import joined, labels, led
from tests.pages.test_shell import start
from ui import lessons
from ui.room import file
from ui.train import ours

TRAIN = lessons.by_slug("train")
LINK = {"tr_data": "class", "tr_preset": "dense", "tr_epochs": "2", "tr_batch": "8"}


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    yield Store(tmp_path / "class" / folder.FILE)
    file.at.cache_clear()


def leader(store: Store, at: AppTest) -> Teacher:
    return classes.lead(store, at.session_state["_room"].key)


def draw(teacher: Teacher, people: int, digits: tuple[int, ...] = (4, 7)) -> None:
    """Everybody hands in one drawing of each digit, and they are shown."""
    hands = [students.join(teacher.store, teacher.code, codes.new_key()) for _ in range(people)]
    for digit in digits:
        drawings.ask(teacher, digit)
        ink = generate(people, digit, labels=np.full(people, digit)).floats()[:, 0]
        for hand, image in zip(hands, ink, strict=True):
            drawings.hand_in(hand, image)
    drawings.cover(teacher, False)


def open_page(at: AppTest, **params: str) -> AppTest:
    for name, value in {**LINK, **params}.items():
        at.query_params[name] = value
    at.switch_page(TRAIN.file).run()
    assert not at.exception
    return at


def trained(at: AppTest) -> AppTest:
    next(b for b in at.button if b.label == "Train").click()
    at.run()
    end = time.monotonic() + 60
    while "**Finished**" not in words(at):
        assert time.monotonic() < end and not at.exception
        time.sleep(0.05)
        at.run()
    return at


def recipe(at: AppTest) -> ours.Recipe:
    found = at.session_state["_training"].recipe
    assert isinstance(found, ours.Recipe)
    return found


def test_a_class_trains_on_its_own_digits_beside_the_network_that_saw_none_of_them(
    store: Store,
) -> None:
    teacher, code = led()
    draw(leader(store, teacher), 12)
    for at in (teacher, joined(code)):
        trained(open_page(at))
        batch = drawings.to_train(leader(store, teacher))
        used = recipe(at)
        held = set(batch.students[list(used.held_out)].tolist())
        trained_on = set(np.delete(batch.students, used.held_out).tolist())
        assert held and not held & trained_on, "by student, never by drawing"
        assert used.labels == tuple(batch.labels.tolist())
        said = words(at)
        assert f"looked at on {len(used.held_out)} drawings by {len(held)} students" in said
        found = re.search(r"\*\*This network\*\* reads ([\d.]+)%.*digits, ([\d.]+)%", said)
        assert found
        split = load_recipe(used)
        assert float(found[2]) == pytest.approx(100 * ours.theirs(split), abs=0.06)
        assert f"validation accuracy {found[1]}%" in said
        assert "(both choose among 4, 7)" in said


def test_the_other_network_is_asked_about_the_same_drawings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    images = generate(40, 1, labels=np.resize([4, 7], 40)).images
    used = ours.Recipe(
        "class", drawings=images.tobytes(), labels=(4, 7) * 20, held_out=(0, 1, 2, 3)
    )
    split = load_recipe(used)

    class Says:
        def scores(self, images: Array) -> Array:
            assert np.array_equal(images, split.validation.floats()[:, 0])
            scores = np.zeros((len(images), 10), np.float32)
            scores[:, 7], scores[:, 3] = 1, 9  # 3 is no digit of these data
            return scores

    monkeypatch.setattr(ours.readers, "network", lambda name: Says())
    assert ours.theirs(split) == 0.5


def test_what_is_hidden_is_never_used_and_a_run_that_used_it_begins_anew(store: Store) -> None:
    teacher, code = led()
    lead = leader(store, teacher)
    draw(lead, 6)
    ids = drawings.to_train(lead).ids
    drawings.hide(lead, int(ids[0]))
    at = trained(open_page(joined(code)))
    assert len(recipe(at).labels) == len(ids) - 1
    drawings.hide(lead, int(ids[3]))
    at.run()
    assert not at.exception
    assert len(recipe(at).labels) == len(ids) - 2 and "step 0 of" in words(at)


def test_a_run_goes_on_while_more_come_in_and_takes_them_in_by_a_button(store: Store) -> None:
    teacher, code = led()
    lead = leader(store, teacher)
    draw(lead, 6)
    at = trained(open_page(joined(code)))
    drawings.ask(lead, 1)
    late = students.join(store, code, codes.new_key())
    drawings.hand_in(late, np.eye(28))
    at.run()
    assert "shows them to all" in words(at), "those that are asked for start covered"
    drawings.cover(lead, False)
    at.run()
    assert "**Finished**" in words(at) and len(recipe(at).labels) == 12
    assert "Take in 1 drawing that has come since" in labels(at)
    at.button(key="tr_ours_more").click().run()
    assert "step 0 of" in words(at) and len(recipe(at).labels) == 13


@pytest.mark.parametrize(
    ("people", "digits", "sentence"),
    [
        (0, (), "shows them to all"),
        (1, (4, 7), "drawings of two students are needed"),
        (4, (4,), "at least two"),
    ],
)
def test_too_few_are_one_sentence(
    store: Store, people: int, digits: tuple[int, ...], sentence: str
) -> None:
    teacher, code = led()
    if people:
        draw(leader(store, teacher), people, digits)
    at = open_page(joined(code))
    assert sentence in words(at)
    assert "Train" not in labels(at)


def test_what_is_covered_is_not_trained_on(store: Store) -> None:
    teacher, code = led()
    draw(leader(store, teacher), 4)
    drawings.cover(leader(store, teacher))
    for at in (teacher, joined(code)):
        assert "shows them to all" in words(open_page(at))


def test_outside_the_class_its_link_is_one_sentence_and_another_class_has_its_own(
    store: Store,
) -> None:
    teacher, _ = led()
    draw(leader(store, teacher), 4)
    outside = start(TRAIN, **LINK)
    assert not outside.exception
    assert "join the class" in words(outside) and "Train" not in labels(outside)
    _, other = led()
    assert "shows them to all" in words(open_page(joined(other)))
    plain = start(TRAIN, tr_preset="dense")
    assert ours.TITLE not in plain.selectbox(key="tr_data").options


def test_when_the_class_is_over_its_drawings_are_no_data_any_more(store: Store) -> None:
    teacher, code = led()
    draw(leader(store, teacher), 4)
    at = open_page(joined(code))
    assert "looked at on" in words(at)
    classes.end(leader(store, teacher))
    at.run()
    assert not at.exception and "join the class" in words(at)
    assert not [e for e in at.get("bidi_component") if e.proto.component_name.endswith("tile_grid")]


def test_the_page_s_views_show_them(store: Store) -> None:
    teacher, code = led()
    draw(leader(store, teacher), 4)
    at = open_page(joined(code), tr_view="data")
    assert [row["title"][:2] for row in sent(at, "tile_grid")["rows"]] == ["4:", "7:"]
