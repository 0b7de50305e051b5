"""Settings that change while a run goes on: it goes on with them, or asks before it is lost."""

from __future__ import annotations

import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from classroom.tasks import Task
from cnn.data.recipes import load_recipe
from cnn.learn.changes import CHANGEABLE, replayed
from cnn.learn.state import Budget, RunState
from cnn.learn.training import advance
from tests.pages.opening import words
from tests.pages.payload import sent
from tests.pages.test_train import network
from tests.pages.training import press, start, until
from ui import networks
from ui.room import task
from ui.train import changes, going_on, session

SETTINGS = {"tr_preset": "one", "tr_epochs": "2", "tr_batch": "32"}


def begun(**params: str) -> AppTest:
    at = start(**{**SETTINGS, **params})
    press(at, "One step")
    until(at, "step 1 of")
    return at


def state_of(at: AppTest) -> RunState:
    view = session.runner().look(at.session_state["_training"].run_id)
    assert view is not None
    return view.state


CONTROLS = [
    ("number_input", "tr_lr", 0.01, "learning rate 0.002 → 0.01", "of 20"),
    ("slider", "tr_batch", 64, "batch size 32 → 64", "of 11"),
    ("number_input", "tr_decay", 0.1, "weight decay 0 → 0.1", "of 20"),
    ("selectbox", "tr_sched", "cosine", "schedule Constant → Cosine", "of 20"),
    ("selectbox", "tr_opt", "sgd", "optimizer Adam → SGD", "of 20"),
]


@pytest.mark.parametrize(("kind", "key", "value", "said", "end"), CONTROLS)
def test_what_can_change_goes_on_from_the_present_step_and_is_marked(
    kind: str, key: str, value: object, said: str, end: str
) -> None:
    at = begun()
    before = state_of(at)
    getattr(at, kind)(key=key).set_value(value).run()
    assert f"step 1 {end}" in words(at)
    assert at.caption[0].value.startswith("1: after step 1, ") and said in at.caption[0].value
    for panel in sent(at, "live_chart")["panels"]:
        assert panel["marks"] == [{"x": 1.0, "name": "1", "words": said}]
    after = state_of(at)
    for name, array in before.parameters.items():
        np.testing.assert_array_equal(after.parameters[name], array)
    press(at, "One step")
    until(at, "step 2 of")
    data = load_recipe(at.session_state["_training"].recipe)
    again = replayed(state_of(at), lambda s, n: advance(s, data, Budget(steps=n - s.step)))
    assert again.history == state_of(at).history, "it can be run again from the start"


def test_a_dropout_changes_on_the_way_and_another_block_does_not() -> None:
    def net(share: float, units: int = 8) -> str:
        blocks = [networks.dense(units), {"kind": "relu"}, {"kind": "dropout", "p": share}]
        return network(blocks, owner="dense")

    at = begun(tr_preset="dense", tr_net=net(0.2))
    at.session_state["_link"].chosen["tr_net"] = net(0.5)
    at.run()
    assert "dropout 1 0.2 → 0.5" in at.caption[0].value
    assert "step 1 of 20" in words(at)
    at.session_state["_link"].chosen["tr_net"] = net(0.5, units=9)
    at.run()
    assert "step 0 of 20" in words(at)


def test_all_that_can_change_has_a_name_in_words() -> None:
    assert set(changes.NAMES) == set(CHANGEABLE)


def test_changed_back_there_is_no_mark() -> None:
    at = begun()
    at.number_input(key="tr_lr").set_value(0.01).run()
    at.number_input(key="tr_lr").set_value(0.002).run()
    assert sent(at, "live_chart")["panels"][0]["marks"] == []


def test_what_changed_on_the_way_stands_among_the_differences() -> None:
    at = begun(tr_view="compare")
    press(at, "Keep")
    at.number_input(key="tr_lr").set_value(0.01).run()
    press(at, "One step")
    until(at, "step 2 of 20")
    table = at.dataframe[0].value
    assert list(table["changed on the way"]) == ["", "after step 1, learning rate 0.002 → 0.01"]


def test_in_the_curves_of_compared_runs_changes_are_marked_too() -> None:
    at = begun(tr_view="compare")
    at.number_input(key="tr_lr").set_value(0.01).run()
    press(at, "One step")
    until(at, "step 2 of")
    press(at, "Keep")
    press(at, "Start again")
    press(at, "One step")
    until(at, "step 1 of")
    words_ = "Run 1: learning rate 0.002 → 0.01"
    for panel in sent(at, "live_chart", "tr_compare")["panels"]:
        assert panel["marks"] == [{"x": 1.0, "name": "a", "words": words_}]
    assert f"a: after step 1, {words_}" in [c.value for c in at.caption]


def test_a_run_that_plays_goes_on_playing() -> None:
    at = start(tr_preset="one", tr_epochs="50", tr_batch="4", tr_count="2000")
    press(at, "Train")
    end = time.monotonic() + 60
    while not state_of(at).step:
        assert time.monotonic() < end
        time.sleep(0.1)
    at.number_input(key="tr_lr").set_value(0.001).run()
    until(at, "**Training**")
    assert "learning rate 0.002 → 0.001" in at.caption[0].value
    press(at, "Pause")


@pytest.fixture
def _everything_is_worth_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(going_on, "ASK_AFTER", 0.0)


@pytest.mark.usefixtures("_everything_is_worth_asking")
@pytest.mark.parametrize(
    ("kind", "key", "value", "what"),
    [
        ("number_input", "tr_seed", 5, "The seed"),
        ("selectbox", "tr_preset", "dense", "The network"),
        ("slider", "tr_count", 300, "The data"),
        ("selectbox", "tr_loss", "half_mse", "The loss"),
        ("selectbox", "tr_init", "xavier_normal", "The first weights"),
    ],
)
def test_what_cannot_change_asks_before_it_throws_work_away(
    kind: str, key: str, value: object, what: str
) -> None:
    at = begun()
    was = getattr(at, kind)(key=key).value
    getattr(at, kind)(key=key).set_value(value).run()
    assert not at.exception
    assert f"**{what}" in words(at) and "cannot change on the way" in words(at)
    assert "step 1 of 20" in words(at), "the run is still there"
    press(at, "Back to this run's settings")
    assert getattr(at, kind)(key=key).value == was
    assert "cannot change" not in words(at) and "step 1 of 20" in words(at)
    getattr(at, kind)(key=key).set_value(value).run()
    press(at, "Begin a new run")
    assert "step 0 of" in words(at)
    assert "kept under *Compare runs*, as “Run 1”" in words(at)
    kept = at.session_state["_training"].kept["Run 1"]
    assert kept.state.step == 1


@pytest.mark.usefixtures("_everything_is_worth_asking")
def test_a_finished_run_asks_whether_to_begin_anew_or_to_train_on() -> None:
    at = start(**{**SETTINGS, "tr_epochs": "1"})
    press(at, "Train")
    until(at, "**Finished**")
    at.number_input(key="tr_lr").set_value(0.01).run()
    assert "The run is finished" in words(at)
    press(at, "Train on with them, to 6 epochs")
    assert at.slider(key="tr_epochs").value == 6
    until(at, "step 60 of 60")
    assert "learning rate 0.002 → 0.01" in at.caption[0].value
    at.number_input(key="tr_lr").set_value(0.02).run()
    press(at, "Begin a new run")
    assert "step 0 of 60" in words(at)
    assert list(at.session_state["_training"].kept) == ["Run 1"]


@pytest.mark.usefixtures("_everything_is_worth_asking")
def test_where_a_task_holds_the_epochs_no_run_is_made_longer() -> None:
    settings = {**SETTINGS, "tr_data": "shapes", "tr_count": "400", "tr_epochs": "1"}
    lock = Task("train", settings, locked=frozenset({"tr_epochs"}))
    at = start(**settings, task=task.CODEC.encode(lock))
    press(at, "Train")
    until(at, "**Finished**")
    assert at.button(key="tr_on").disabled
    at.number_input(key="tr_lr").set_value(0.01).run()
    assert "The run is finished" in words(at) and at.button(key="tr_further").disabled


@pytest.mark.usefixtures("_everything_is_worth_asking")
def test_after_a_finished_run_that_is_kept_one_thing_is_changed_without_a_question() -> None:
    at = start(**{**SETTINGS, "tr_epochs": "1", "tr_view": "compare"})
    press(at, "Train")
    until(at, "**Finished**")
    press(at, "Keep")
    at.number_input(key="tr_lr").set_value(0.01).run()
    assert "step 0 of 10" in words(at) and "Begin a new run" not in [b.label for b in at.button]
    assert list(at.session_state["_training"].kept) == ["Run 1"]


@pytest.mark.usefixtures("_everything_is_worth_asking")
def test_start_again_keeps_what_took_long() -> None:
    at = begun()
    press(at, "Start again")
    assert "step 0 of 20" in words(at) and "as “Run 1”" in words(at)


def test_where_no_more_runs_can_be_kept_nothing_is_thrown_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(going_on, "ASK_AFTER", 0.0)
    monkeypatch.setattr(session, "MOST_KEPT", 0)
    at = begun()
    at.number_input(key="tr_seed").set_value(5).run()
    press(at, "Begin a new run")
    assert "At most 0 runs are kept; drop one first." in words(at)
    assert "step 1 of 20" in words(at)
