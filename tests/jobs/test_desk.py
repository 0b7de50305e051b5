"""The desk does one thing at a time in one process, in order, and starts it only when asked."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.desk import DIED, Desk, Look, Stopped
from jobs.turn import Turn

Tell = Callable[[Any], None]


def echo(tell: Tell, value: Any) -> Any:
    tell(f"about to say {value}")
    return value


def process_id(tell: Tell) -> int:
    return os.getpid()


def until_stopped(tell: Tell) -> None:
    while True:
        tell("still here")
        time.sleep(0.01)


def raises(tell: Tell, error: Exception) -> None:
    raise error


def dies(tell: Tell) -> None:
    os._exit(1)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def wait_for(desk: Desk, owner: str, fits: Callable[[Look], bool]) -> Look:
    for _ in range(3000):
        found = desk.look(owner)
        assert found is not None
        if fits(found):
            return found
        time.sleep(0.01)
    raise AssertionError(found)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what nobody is told of."""
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to hold")


def over(found: Look) -> bool:
    return found.phase in ("done", "failed")


def running(found: Look) -> bool:
    return found.phase == "running" and bool(found.told)


def test_an_open_page_costs_no_process_and_a_question_is_answered_by_another(desk: Desk) -> None:
    assert not desk.awake and desk.look("ann") is None
    desk.ask("ann", process_id)
    first = wait_for(desk, "ann", over).answer
    desk.ask("bob", process_id)
    assert wait_for(desk, "bob", over).answer == first != os.getpid()


def test_who_asks_second_waits_her_turn_and_is_told_how_many_are_before_her(desk: Desk) -> None:
    desk.ask("ann", until_stopped)
    wait_for(desk, "ann", running)
    for name in ("bob", "cleo"):
        desk.ask(name, echo, name)
    looks = [desk.look(name) for name in ("bob", "cleo")]
    assert [(look.phase, look.before) for look in looks if look] == [("waiting", 1), ("waiting", 2)]
    desk.leave("ann")
    assert wait_for(desk, "cleo", over).answer == "cleo"
    done = wait_for(desk, "bob", over)
    assert (done.answer, done.told) == ("bob", ("about to say bob",))


def test_the_newest_question_wins_and_one_that_waits_keeps_its_place(desk: Desk) -> None:
    desk.ask("ann", until_stopped)
    wait_for(desk, "ann", running)
    desk.ask("bob", echo, "first")
    desk.ask("cleo", echo, "cleo")
    newer = desk.ask("bob", echo, "second")
    assert (found := desk.look("bob")) and (found.ticket, found.before) == (newer, 1)
    desk.ask("ann", echo, "instead")  # what ran for her is stopped: the line moves on
    assert wait_for(desk, "bob", over).answer == "second"
    assert wait_for(desk, "ann", over).answer == "instead"


def test_what_nobody_looks_at_is_stopped() -> None:
    passed = [0.0]  # a second passes with each look, however slow the machine is
    desk = Desk(clock=lambda: passed[0], forgotten_after=50)
    desk.ask("gone", until_stopped)
    desk.ask("here", echo, 1)

    def here(found: Look) -> bool:
        passed[0] += 1
        return over(found)

    assert wait_for(desk, "here", here).answer == 1
    assert desk.look("gone") is None
    desk.close()


def test_without_questions_the_process_ends_and_the_next_one_starts_another() -> None:
    desk = Desk(idle=0.0)
    desk.ask("ann", process_id)
    first = wait_for(desk, "ann", over).answer
    until(lambda: not desk.awake)
    desk.ask("ann", process_id)
    assert wait_for(desk, "ann", over).answer != first
    desk.close()
    assert not desk.awake


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ValueError("the file lacks conv1.weight"), "the file lacks conv1.weight"),
        (FileNotFoundError(2, "No such file", "/home/me/secret.pth"), "be read: No such file."),
        (MemoryError(), "There is not enough memory"),
        (KeyError("a fault of ours"), "could not be worked out"),
        (Stopped(), "It was stopped."),
    ],
    ids=["told", "file", "memory", "fault", "stopped"],
)
def test_a_failure_is_one_sentence_and_the_next_is_answered(
    desk: Desk, error: Exception, sentence: str
) -> None:
    desk.ask("ann", raises, error)
    failed = wait_for(desk, "ann", over)
    assert failed.phase == "failed" and sentence in failed.error and "/home" not in failed.error
    desk.ask("ann", echo, 1)
    assert wait_for(desk, "ann", over).answer == 1


def test_a_process_that_was_killed_while_it_rested_costs_no_question(desk: Desk) -> None:
    desk.ask("ann", process_id)
    os.kill(wait_for(desk, "ann", over).answer, signal.SIGKILL)
    assert desk._process is not None
    desk._process.process.join(5)
    desk.ask("ann", echo, 3)
    assert wait_for(desk, "ann", over).answer == 3


def test_desks_of_several_servers_have_one_process_among_them(tmp_path: Path) -> None:
    one, other = Desk(turn=Turn(tmp_path)), Desk(turn=Turn(tmp_path))
    one.ask("ann", until_stopped, large=True)
    wait_for(one, "ann", running)
    other.ask("bob", process_id, large=True)
    other.ask("cleo", process_id, large=True)
    for _ in range(20):
        time.sleep(0.01)
        assert (look := other.look("bob")) and look.phase == "waiting" and not other.awake
    other.leave("bob")  # whoever leaves while another server works leaves that line, too
    one.leave("ann")
    assert wait_for(other, "cleo", over).phase == "done"
    assert other.awake and not one.awake
    one.ask("ann", echo, 1, large=True)  # the other one rests, and lets go
    assert wait_for(one, "ann", over).answer == 1 and not other.awake
    other.ask("bob", echo, 2)  # what is small needs no turn
    assert wait_for(other, "bob", over).answer == 2 and one.awake
    one.close()
    other.close()


def test_a_turn_goes_to_who_waits_for_it(tmp_path: Path) -> None:
    mine, yours, nobodys = Turn(tmp_path), Turn(tmp_path), Turn()
    assert mine.take(lambda: True) and not mine.wanted
    assert not yours.take(lambda: True), "somebody has it"
    noticed: list[bool] = []

    def until_noticed() -> bool:
        noticed.append(mine.wanted)
        mine.give()
        return False

    assert yours.take(until_noticed) and noticed == [True]
    assert nobodys.take(lambda: True) and not nobodys.wanted
    yours.give()


def test_a_process_that_dies_costs_one_question(desk: Desk) -> None:
    desk.ask("ann", dies)
    assert wait_for(desk, "ann", over).error == DIED
    desk.ask("ann", echo, 2)
    assert wait_for(desk, "ann", over).answer == 2
