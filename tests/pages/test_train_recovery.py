"""A run is found again by its tab: after a reload, after a restart; and by no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.opening import visit, words
from tests.pages.payload import sent
from tests.pages.test_train import drawings
from tests.pages.training import press, recall, restart, start, threads_for_workers, until
from ui import trained_net, visitor
from ui.train import session

SETTINGS = {"tr_preset": "one", "tr_epochs": "2", "tr_batch": "32"}


@pytest.fixture(autouse=True)
def _a_server_with_threads_for_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with threads_for_workers(monkeypatch):
        yield


def tab(kept: Any = None, **params: str) -> AppTest:
    """A visit to the page by a tab that has kept this text."""
    at = start(**{**SETTINGS, **params})
    return at if kept is None else recall(at, "keepsake-run", kept)


def told(at: AppTest) -> str | None:
    """What the tab is told to keep."""
    value: str | None = sent(at, "keepsake", "keepsake-run")["value"]
    return value


def trained(at: AppTest) -> str:
    press(at, "One step")
    until(at, "step 1 of 20")
    key = told(at)
    assert key
    return key


def test_a_tab_is_told_a_key_when_there_is_something_to_find_and_forgets_it_after() -> None:
    at = tab()
    assert told(at) is None
    key = trained(at)
    assert len(key) == 32
    press(at, "Start again")
    assert told(at) == ""
    other = tab()
    assert trained(other) != key


def test_after_a_reload_the_run_is_where_it_was() -> None:
    key = trained(tab())
    at = tab(key)
    assert "step 1 of 20" in words(at)
    assert "found again" not in words(at)
    assert told(at) == key
    press(at, "One step")
    until(at, "step 2 of 20")


def test_after_a_restart_the_run_goes_on_from_there_and_the_page_says_so() -> None:
    key = trained(tab())
    restart()
    at = tab(key)
    assert "step 1 of 20" in words(at)
    assert "This run was found again at step 1" in words(at)
    press(at, "Train")
    until(at, "**Finished**")
    assert "found again" not in words(at)
    whole = tab()
    press(whole, "Train")
    until(whole, "**Finished**")
    runs = [session.runner().look(str(told(a))) for a in (at, whole)]
    assert runs[0] and runs[1]
    assert runs[0].state.history.loss == runs[1].state.history.loss


def test_kept_runs_come_back_with_a_reload() -> None:
    first = tab(tr_view="compare")
    key = trained(first)
    press(first, "Keep")
    at = tab(key, tr_view="compare")
    assert any(b.label == "Drop Run 1" for b in at.button)


@pytest.mark.parametrize("key", ["0" * 32, "../../x", "<b>" * 9, 7, ["a"]])
def test_a_key_of_no_run_is_one_sentence_or_nothing(key: object) -> None:
    at = tab(key)
    assert ("is gone: a run is found again for 60 minutes" in words(at)) == (key == "0" * 32)
    assert "step 0 of 20" in words(at)
    press(at, "One step")
    until(at, "step 1 of 20")
    assert "is gone" not in words(at)


def test_a_duplicated_tab_gets_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    whose = {"me": "a"}
    monkeypatch.setattr(visitor, "connected", lambda who: True)
    monkeypatch.setattr(visitor, "me", lambda: whose["me"])
    first = tab()
    key = trained(first)
    whose["me"] = "b"
    second = tab(key)
    assert "step 1 of 20" in words(second)
    assert "has a copy of the run" in words(second)
    assert told(second) not in (None, "", key)
    press(second, "One step")
    until(second, "step 2 of 20")
    whose["me"] = "a"
    first.run()
    assert "step 1 of 20" in words(first)
    press(second, "Start again")
    first.run()
    assert "step 1 of 20" in words(first)


def test_another_link_in_the_same_tab_keeps_the_run_for_comparing() -> None:
    key = trained(tab())
    at = tab(key, tr_lr="0.5", tr_view="compare")
    assert "step 0 of 20" in words(at)
    assert "“Earlier run”" in words(at)
    assert any(b.label == "Drop Earlier run" for b in at.button)


def test_what_a_student_has_begun_counts_more_than_what_was() -> None:
    key = trained(tab())
    at = start(**SETTINGS)
    press(at, "One step")
    until(at, "step 1 of 20")
    mine = told(at)
    question = sent(at, "keepsake", "keepsake-run")["question"]
    at.session_state["keepsake-run"] = {"answer": {"question": question, "value": key}}
    at.run()
    assert told(at) == mine != key


def test_a_run_on_own_drawings_is_found_though_the_drawings_come_back_later() -> None:
    params = {"tr_data": "drawings", "tr_batch": "4"}
    own = drawings({"cat": 8, "dog": 12})
    first = tab(**params)
    first.session_state["own_drawings"] = own
    first.run()
    press(first, "One step")
    until(first, "step 1 of 8")
    key = told(first)
    restart()
    at = tab(key, **params)
    assert "You have not collected drawings yet" in words(at)
    at.session_state["own_drawings"] = own
    at.run()
    assert "step 1 of 8" in words(at)
    assert "This run was found again" in words(at)


def test_an_answer_to_another_server_counts_for_nothing() -> None:
    key = trained(tab())
    at = start(**SETTINGS)
    at.session_state["keepsake-run"] = {"answer": {"question": "old", "value": key}}
    at.run()
    assert "step 0 of 20" in words(at)


def test_a_run_that_was_put_away_while_its_student_was_away_is_taken_out_again() -> None:
    at = tab()
    trained(at)
    runner = session.runner()
    assert runner.keeper is not None
    runner.keeper.flush()
    for run_id in list(runner._runs):
        runner._remove(run_id)
    at.run()
    assert "step 1 of 20" in words(at)


def test_runs_that_were_kept_are_found_again_after_a_restart() -> None:
    at = tab(tr_view="compare")
    key = trained(at)
    for name in ("first *one*", ""):
        at.text_input[0].set_value(name)
        press(at, "Keep")
    at.button(key=next(b.key for b in at.button if b.label.startswith("Drop Run"))).click()
    at.run()
    restart()
    again = tab(key, tr_view="compare")
    drops = [b.label for b in again.button if b.label.startswith("Drop ")]
    assert len(drops) == 1 and "first" in drops[0]
    press(again, "Start again")
    restart()
    again = tab(key, tr_view="compare")  # there is no run any more, but what was kept
    assert "What you kept is under *Compare runs*" in words(again)
    press(again, drops[0])
    restart()
    assert not [b for b in tab(key, tr_view="compare").button if b.label.startswith("Drop ")]


def drawing_tab(kept: str, **params: str) -> AppTest:
    """A visit to the drawing page by a tab that took a network there."""
    return recall(visit("draw", **params), "keepsake-network", kept)


def taken_along() -> str:
    """The key under which a tab finds the network that it took to the drawing page."""

    def page() -> None:
        from cnn.data.datasets import DIGITS
        from cnn.nets.spec import build
        from ui import trained_net

        net = build([{"kind": "linear", "out_features": 10}], (1, 28, 28), rng=1)
        net.eval()
        trained_net.keep(trained_net.Taken(net, DIGITS, 0.5))
        trained_net.remember()

    key: str = sent(
        AppTest.from_function(page, default_timeout=60).run(), "keepsake", "keepsake-network"
    )["value"]
    assert len(key) == 32
    return key


@pytest.mark.parametrize("shelf", ["", "off"])
def test_after_a_reload_the_network_that_was_taken_along_answers(
    shelf: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONVSCOPE_RUNS", shelf or str(tmp_path))
    trained_net.store.clear()
    key = taken_along()
    at = drawing_tab(key, d_net="yours")
    assert at.button_group(key="d_net").value == "yours"
    # A visit that does not ask for it may still choose it.
    other = drawing_tab(key)
    assert other.button_group(key="d_net").value == "lenet"
    assert trained_net.TITLE in other.button_group(key="d_net").options
    if not shelf:
        trained_net.store.clear()  # the server is started anew
        assert drawing_tab(key, d_net="yours").button_group(key="d_net").value == "yours"


@pytest.mark.parametrize("kept", ["0" * 32, "no key at all", "../../etc/passwd"])
def test_a_network_that_is_gone_is_said_to_be(kept: str) -> None:
    at = drawing_tab(kept, d_net="yours")
    assert "The network that this tab took here is gone" in words(at)
    assert at.button_group(key="d_net").value == "lenet"
