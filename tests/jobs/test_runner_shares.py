"""The runner shares its workers: each run gets as much of their time, and its place is told."""

from __future__ import annotations

import threading
from concurrent.futures.process import BrokenProcessPool

import pytest

from cnn.data.recipes import Recipe
from cnn.learn.state import Budget, RunState
from jobs.line import Line
from jobs.runner import Runner
from jobs.worker import Slice
from tests.jobs.running import RECIPE, by_hand, fresh, further, threads


def shares(lengths: list[float], waits: list[float], seconds: float, slots: int) -> list[float]:
    """Seconds that each of several runs has had of the workers, on a clock of the test's.

    Args:
        lengths: Of a processor, that a slice of each run takes.
        waits: On the clock, that it takes besides: its way, and what others leave of the machine.
        seconds: On the clock, until it is counted.
        slots: How many workers there are.
    """
    now = [0.0]
    runner, executor = by_hand(slots, clock=lambda: now[0], forgotten_after=1e9)
    for seed in range(len(lengths)):
        runner.open(str(seed), fresh(seed, epochs=100_000), RECIPE)
        runner.play(str(seed))
    used, ends = [0.0] * len(lengths), {}
    while now[0] < seconds:
        for future, state, _ in executor.sent:
            if future not in ends:
                seed = state.config.seed
                ends[future] = now[0] + lengths[seed] + waits[seed]
        future = min((sent[0] for sent in executor.sent), key=ends.__getitem__)
        place = [sent[0] for sent in executor.sent].index(future)
        seed = executor.sent[place][1].config.seed
        now[0] = ends[future]
        used[seed] += lengths[seed]
        executor.bring(1, place, lengths[seed])
    return used


#: Slices of eight runs, the largest forty times as long as the smallest.
LENGTHS = [0.1, 0.3, 0.3, 0.3, 0.5, 1.4, 2.0, 4.0]


@pytest.mark.parametrize(
    "waits",
    [[0.0] * 8, [0.1 * length for length in LENGTHS], [0, 0.6, 0.2, 0, 0.9, 0, 1, 0.5]],
    ids=["a quiet machine", "a busy one", "ways of all lengths"],
)
def test_runs_of_all_sizes_get_the_same_time(waits: list[float]) -> None:
    """Of the workers' own; what a slice waits for is not held against its run."""
    used = shares(LENGTHS, waits, seconds=300, slots=2)
    fair = sum(used) / len(used)
    assert max(abs(seconds - fair) for seconds in used) < 0.2 * fair


def test_a_slice_that_was_lost_is_charged_by_the_clock() -> None:
    """Else a run whose worker dies each time would always be the next."""
    now = [0.0]
    runner, executor = by_hand(clock=lambda: now[0])
    for name, seed in (("dies", 1), ("lives", 2)):
        runner.open(name, fresh(seed, epochs=50), RECIPE)
        runner.play(name)
    assert executor.sent[0][1].config.seed == 1
    now[0] = 5.0
    executor.sent.pop(0)[0].set_exception(BrokenProcessPool("gone"))
    for _ in range(4):
        assert executor.sent[0][1].config.seed == 2
        executor.bring(1, seconds=1.0)
    executor.bring(1, seconds=1.0)
    assert executor.sent[0][1].config.seed == 1


def test_runs_of_one_size_take_turns() -> None:
    runner, executor = by_hand(clock=lambda: 0.0)
    order = []
    for seed in (1, 2, 3):
        runner.open(str(seed), fresh(seed, epochs=50), RECIPE)
        runner.play(str(seed))
    for _ in range(12):
        order.append(executor.sent[0][1].config.seed)
        executor.bring(1)
    for begin in range(0, 12, 3):
        assert sorted(order[begin : begin + 3]) == [1, 2, 3]


def test_whoever_comes_late_or_comes_back_is_level_with_the_others() -> None:
    line = Line()
    line.enter("old")
    line.charge("old", 100)
    line.enter("new")
    for expected in ("old", "new", "old", "new"):
        assert line.take() == expected
        line.charge(expected, 1)
        line.enter(expected)
    line.leave("new")
    line.charge("old", 50)
    line.enter("new")
    assert line.place("old") == 1
    assert line.place("new") == 2


def test_the_place_in_the_line_is_told() -> None:
    looked = threading.Event()

    def slow(state: RunState, recipe: Recipe, budget: Budget) -> Slice:
        looked.wait(20)
        return further(state)

    runner = Runner(make=threads(), work=slow)
    try:
        for name in "abc":
            runner.open(name, fresh(), RECIPE)
            runner.play(name, steps=1)
        views = [runner.look(name) for name in "abc"]
    finally:
        looked.set()
        runner.shutdown()
    assert [v.position for v in views if v] == [None, 1, 2]
    assert [v.phase for v in views if v] == ["running", "queued", "queued"]
