"""The training page with a file of the student's own: shown first, then used, then found again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.arrays import Array
from cnn.data.brought.found import to_bytes
from cnn.data.brought.reading import read
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.export_run import to_program
from jobs.stash import Stash
from tests import brought_files as made
from tests.pages.opening import visit, words
from tests.pages.payload import array, sent
from tests.pages.test_from_outside import MARKUP, assert_quoted
from tests.pages.training import press, until
from ui.train import brought, brought_panel, everything, session


def start(**params: str) -> AppTest:
    settings = {"tr_data": "file", "tr_preset": "one", "tr_epochs": "1", "tr_batch": "32"}
    return visit("train", **settings | params)


def bring(at: AppTest, *files: tuple[str, bytes]) -> None:
    place = next(one for one in at.file_uploader if one.key.startswith("tr_file_"))
    place.set_value([(name, data, "text/csv") for name, data in files]).run()
    assert not at.exception


def letters(count: int = 188) -> tuple[Array, Array]:
    """Images and labels of 47 classes, as EMNIST's Balanced set: rows and columns exchanged."""
    data = made.digits(count)
    labels = np.where(data.labels < 10, np.arange(count) % 47, 0)
    return data.images[:, 0].swapaxes(1, 2), labels


def test_a_table_is_shown_before_it_is_used_and_then_trained_on() -> None:
    at = start()
    assert "Bring a file" in words(at)
    data = made.digits(60)
    bring(at, ("train.csv", made.kaggle(data.images, data.labels)))
    assert "**train.csv**" in words(at) and "**60** images of 28 × 28" in words(at)
    assert "The label is the first column" in words(at)
    assert not any(b.label == "Train" for b in at.button), "nothing is trained on it yet"
    shown = array(sent(at, "tile_grid", "tr_f_examples")["rows"][0]["maps"])
    assert len(shown) == 16
    press(at, "Train on it")
    press(at, "One step")
    until(at, "step 1 of 2")


def test_what_was_guessed_can_be_changed() -> None:
    at = start()
    data = made.digits(60)
    bring(at, ("paper.csv", made.kaggle(255 - data.images, data.labels)))
    assert at.selectbox(key="tr_f_ink").value == "black"
    assert at.selectbox(key="tr_f_turn").value == "no"
    before = array(sent(at, "tile_grid", "tr_f_examples")["rows"][0]["maps"])
    at.selectbox(key="tr_f_ink").set_value("white").run()
    at.selectbox(key="tr_f_turn").set_value("yes").run()
    after = array(sent(at, "tile_grid", "tr_f_examples")["rows"][0]["maps"])
    np.testing.assert_allclose(after, 1 - before.swapaxes(1, 2), atol=1e-6)
    assert at.session_state["_link"].chosen["tr_f_ink"] == "white"


def test_digits_that_lie_turned_are_found_by_the_network_that_reads_them() -> None:
    data = made.digits(60)
    at = start()
    bring(at, ("digits.csv", made.kaggle(data.images.swapaxes(2, 3), data.labels)))
    assert at.selectbox(key="tr_f_turn").value == "yes"


def through_the_views(at: AppTest) -> Iterator[str]:
    """Each view in turn, after one step."""
    press(at, "Train on it")
    press(at, "One step")
    until(at, "step 1 of")
    for view in ("maps", "hist", "step", "learned", "compare", "net", "data"):
        at.pills(key="tr_view").set_value(view).run()
        assert not at.exception
        yield view


def test_forty_seven_classes_have_their_names_in_every_view() -> None:
    images, labels = letters()
    at = start()
    bring(at, ("images.gz", made.idx(images)), ("labels.gz", made.idx(labels)))
    assert at.selectbox(key="tr_f_turn").value == "yes"
    for view in through_the_views(at):
        if view == "learned":
            assert sent(at, "confusion")["classes"][-3:] == ["q", "r", "t"]
        if view == "net":
            assert sent(at, "block_list")["lines"][-1]["words"].startswith("→ 47 ")


def test_pictures_in_colour_stay_in_colour() -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 16, 16, 3)).astype(np.uint8)
    file = made.keras(x_train=images[:30], y_train=np.arange(30) % 3,
                      x_test=images[30:], y_test=np.arange(10) % 3)  # fmt: skip
    at = start(tr_preset="allconv")
    bring(at, ("colours.npz", file))
    assert "10 of them are the file's own test images." in words(at)
    for view in through_the_views(at):
        if view == "maps":
            row = sent(at, "tile_grid", "tr_image")["rows"][0]
            assert (row["kind"], array(row["maps"]).shape) == ("rgb", (1, 3, 16, 16))
        if view == "data":
            assert "**30** images to train with, **10** held out" in words(at)


def test_after_a_reload_the_page_asks_for_the_file_or_has_it_still() -> None:
    at = start()
    data = made.digits(60)
    bring(at, ("train.csv", made.kaggle(data.images, data.labels)))
    press(at, "Train on it")
    token = sent(at, "keepsake", "keepsake-file")["value"]
    again = start(tr_f_turn="yes")
    assert "Bring a file" in words(again)
    question = sent(again, "keepsake", "keepsake-file")["question"]
    again.session_state["keepsake-file"] = {"answer": {"question": question, "value": token}}
    again.run()
    assert not again.exception
    assert "**train.csv**" in words(again) and any(b.label == "Train" for b in again.button)
    assert again.selectbox(key="tr_f_turn").value == "yes", "how it is read was in the link"

    gone = start()
    question = sent(gone, "keepsake", "keepsake-file")["question"]
    lost = {"answer": {"question": question, "value": "0" * 40 + "+"}}
    gone.session_state["keepsake-file"] = lost
    gone.run()
    assert "no longer has the file of this tab" in words(gone)
    assert "Bring a file" in words(gone)


def test_a_file_that_cannot_be_read_is_one_sentence_and_the_page_goes_on() -> None:
    at = start()
    bring(at, ("one.csv", b"label,p\n"))
    assert "names of columns, and no rows" in words(at)
    data = made.digits(60)
    bring(at, ("train.csv", made.kaggle(data.images, data.labels)))
    assert "no rows" not in words(at) and "**60** images" in words(at)


def test_who_goes_back_to_a_run_has_its_file_again() -> None:
    data = made.digits(60)
    at = start()
    bring(at, ("first.csv", made.kaggle(data.images, data.labels)))
    press(at, "Train on it")
    press(at, "One step")
    until(at, "step 1 of")
    run = at.session_state["_training"]
    recipe, settings = run.recipe, dict(run.settings)
    press(at, "Another file")
    bring(at, ("second.csv", made.kaggle(255 - data.images, data.labels)))
    assert "**second.csv**" in words(at)

    def page(recipe: object, settings: dict[str, str]) -> None:
        from ui import link
        from ui.train import data

        data.take_back(recipe)  # type: ignore[arg-type]
        link.assign(**settings)

    back = AppTest.from_function(
        page, kwargs={"recipe": recipe, "settings": settings}, default_timeout=60
    ).run()
    assert not back.exception
    assert back.session_state["_train_file"].few.name == "first.csv"
    assert back.session_state["_train_file"].used


def test_a_saved_run_goes_on_with_its_file_and_its_program_reads_it(tmp_path: Path) -> None:
    data = made.digits(60)
    table = made.kaggle(255 - data.images.swapaxes(2, 3), data.labels)
    at = start()
    bring(at, ("mine.csv", table))
    press(at, "Train on it")
    press(at, "One step")
    until(at, "step 1 of 2")
    recipe = at.session_state["_training"].recipe
    state = session.runner().look(at.session_state["_training"].run_id).state
    run = everything.whole_run(state, recipe)

    other = start(tr_data="shapes")
    other.file_uploader(key="tr_file").set_value(("run.npz", run, "application/zip")).run()
    press(other, "Go on with it")
    assert "**mine.csv**" in words(other) and "step 1 of 2" in words(other)
    assert other.session_state["_training"].recipe == recipe

    (tmp_path / "run.npz").write_bytes(run)
    (tmp_path / "mine.csv").write_bytes(table)
    (tmp_path / "reproduce.py").write_text(to_program(state, everything.portable(recipe)))
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(tmp_path / "reproduce.py"), str(tmp_path / "mine.csv")]
    done = subprocess.run(command, capture_output=True, text=True, env=where)
    assert "the same to the last bit" in done.stdout, done.stderr


def test_the_switches_in_a_link_may_be_rubbish() -> None:
    data = made.digits(60)
    names = ("turn", "ink", "range", "names", "where", "side", "server", "colour", "tests")
    for wrong in ("9" * 3000, *MARKUP[:2]):
        at = start(**{f"tr_f_{name}": wrong for name in names})
        bring(at, ("train.csv", made.kaggle(data.images, data.labels)))
        assert "**60** images" in words(at)
        assert_quoted(at)


def test_another_file_is_read_by_its_own_guesses() -> None:
    data = made.digits(60)
    at = start()
    bring(at, ("ink.csv", made.kaggle(data.images, data.labels)))
    press(at, "Another file")
    bring(at, ("paper.csv", made.kaggle(255 - data.images, data.labels)))
    assert at.selectbox(key="tr_f_ink").value == "black"
    at.text_input(key="tr_f_names").set_value("a, b").run()
    assert "There are 10 classes, and 2 names for them." in words(at)
    at.text_input(key="tr_f_names").set_value("a,b,c,d,e,f,g,h,i,$x^2$").run()
    assert sent(at, "tile_grid", "tr_f_examples")["rows"][0]["captions"][-1] == "$x^2$"
    assert_quoted(at)


def test_files_on_the_server_are_offered_by_name_and_never_by_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = made.digits(60)
    folder = tmp_path / "emnist"
    folder.mkdir()
    for part, name in ((data.images[:, 0], "images-idx3"), (data.labels, "labels-idx1")):
        (folder / f"emnist-letters-train-{name}-ubyte.gz").write_bytes(made.idx(part))
    (tmp_path / "digits.csv").write_bytes(made.kaggle(data.images, data.labels))
    (tmp_path / "notes.md").write_text("nothing")
    monkeypatch.setenv("CONVSCOPE_DATA", str(tmp_path))
    at = start(tr_f_server="../../etc/passwd")
    offered = at.selectbox(key="tr_f_server")
    assert offered.options == ["None", "digits.csv", "emnist/emnist-letters"]
    offered.set_value("emnist/emnist-letters").run()
    assert not at.exception
    assert "**emnist-letters**" in words(at) and "**60** images" in words(at)
    assert str(tmp_path) not in words(at)
    assert at.session_state["_link"].last["tr_f_server"] == "emnist/emnist-letters"
    press(at, "Another file")
    assert "Bring a file" in words(at)


def test_a_file_s_own_words_are_quoted_in_every_view() -> None:
    data = made.digits(60)
    labels = [MARKUP[i % len(MARKUP)] for i in range(60)]
    at = start()
    bring(at, (f"{MARKUP[2]}.csv", b""))
    assert_quoted(at)
    assert "is empty" in words(at)
    bring(at, (f"{MARKUP[4]}.csv", made.kaggle(data.images, labels)))
    assert_quoted(at)
    for _ in through_the_views(at):
        assert_quoted(at)


def test_where_nothing_is_kept_a_run_carries_its_data(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read([made.file(made.kaggle(made.digits(60).images, made.digits(60).labels))], None)  # type: ignore[arg-type]
    held = Stash(None)
    card = brought.card_of(held.put(to_bytes(found)), found)
    monkeypatch.setattr(brought, "stash", lambda: held)
    asked = Recipe("file", count=50, seed=2)
    carried = brought_panel.recipe_of(asked, brought_panel.Chosen(card, card.guess))
    assert carried.drawings and not carried.digest and not carried.lasting
    monkeypatch.setattr(held, "shared", lambda _: True)
    named = brought_panel.recipe_of(asked, brought_panel.Chosen(card, card.guess))
    assert named.digest and not named.drawings
    one, other = load_recipe(carried), load_recipe(named, found)
    assert sorted(one.train.images.sum((1, 2, 3))) == sorted(other.train.images.sum((1, 2, 3)))
    assert len(one.validation) == len(other.validation) == 10
