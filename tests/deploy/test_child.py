"""A process under care: started again when it has died, given up when that is of no use, ended."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import child
from deploy.child import Child, WillNotRunError

STAYS = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + STAYS
FALLS = "print('first'); print('this is why'); raise SystemExit(3)"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Child]:
    monkeypatch.setattr(child, "PAUSE", 0.0)
    return lambda program: Child("It", [sys.executable, "-c", program], {}, tmp_path / "log")


def until(holds: Callable[[], object]) -> object:
    end = time.monotonic() + 20
    while not (found := holds()):
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.02)
    return found


def test_a_process_that_dies_is_started_again_and_that_is_told(
    made: Callable[[str], Child],
) -> None:
    one = made(STAYS)
    one.start()
    try:
        assert one.revive() == "", "it lives"
        one.kill()
        assert until(one.revive) == "It was ended by SIGKILL; it is started again."
        until(lambda: one.last_words() == "up")
        assert one.revive() == ""
    finally:
        one.kill()
        one.end(5)


def test_one_that_dies_young_again_and_again_is_given_up_with_its_last_words(
    made: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "YOUNG", 600.0)  # however slow the machine is
    one = made(FALLS)
    one.start()
    told = []
    with pytest.raises(WillNotRunError, match=r"It does not stay up\. It said: this is why"):
        while True:
            told.append(one.revive())
            time.sleep(0.02)
    assert [t for t in told if t] == ["It has ended with status 3; it is started again."] * 3


def test_one_that_died_old_has_all_its_tries_again(
    made: Callable[[str], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "YOUNG", -1.0)
    one = made(FALLS)
    one.start()
    for _ in range(child.TRIES + 2):
        until(one.revive)
    one.end(5)


def test_a_command_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    one = Child("Caddy", [str(tmp_path / "nothing")], {}, tmp_path / "log")
    with pytest.raises(WillNotRunError, match=r"Caddy does not start: No such file or directory\."):
        one.start()
    one.tell_to_end()
    one.end(0)


def test_one_that_does_not_heed_is_ended_all_the_same(made: Callable[[str], Child]) -> None:
    one = made(STUBBORN)
    one.start()
    until(lambda: one.last_words() == "up")
    one.tell_to_end()
    began = time.monotonic()
    one.end(0.3)
    assert time.monotonic() - began < 30  # by itself it would end after a minute
    assert one._process is not None
    assert one._process.returncode == -signal.SIGKILL
