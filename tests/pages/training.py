"""Opens the training page, presses its buttons and waits for its runs: for the tests of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from jobs.runner import Runner
from tests.jobs.running import threads
from tests.pages.opening import visit, words
from tests.pages.payload import sent
from ui.train import recovery, session


def start(**params: str) -> AppTest:
    """The training page; on small shapes, where the link says nothing of the data."""
    return visit("train", **{"tr_data": "shapes", "tr_count": "400", **params})


def press(at: AppTest, label: str) -> None:
    """The button of that name, once."""
    next(b for b in at.button if b.label == label).click()
    at.run()
    assert not at.exception


def until(at: AppTest, text: str, seconds: float = 60) -> None:
    """Look again and again, until the page says ``text``."""
    end = time.monotonic() + seconds
    while text not in words(at):
        assert time.monotonic() < end, words(at)[:800]
        time.sleep(0.2)
        at.run()
        assert not at.exception


def recall(at: AppTest, keepsake: str, value: object) -> AppTest:
    """The tab answers what it had kept."""
    question = sent(at, "keepsake", keepsake)["question"]
    at.session_state[keepsake] = {"answer": {"question": question, "value": value}}
    at.run()
    assert not at.exception
    return at


@contextmanager
def threads_for_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server of its own, which trains in a thread."""
    monkeypatch.setattr("ui.runner.Runner", partial(Runner, make=threads()))
    forget()
    yield
    session.runner().shutdown()
    forget()


def forget() -> None:
    """No server has been started yet, and no tab has been seen."""
    session.runner.clear()
    recovery.desks.clear()


def restart() -> None:
    """As if the server had been killed: what is not on the shelf is gone."""
    keeper = session.runner().keeper
    assert keeper is not None
    keeper.flush()
    session.runner().shutdown()
    forget()
