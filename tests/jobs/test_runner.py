"""The runner shares an executor fairly, pauses, survives a dead worker, forgets closed tabs."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.state import Budget, RunConfig, RunState
from cnn.learn.training import advance, start
from jobs import worker
from jobs.executors import Place, pool_place
from jobs.runner import Runner, View

RECIPE = Recipe("shapes", count=300, seed=1)
BLOCKS = [
    {"kind": "conv", "out_channels": 4, "kernel_size": 3, "stride": 2},
    {"kind": "relu"},
    {"kind": "flatten"},
    {"kind": "linear", "out_features": 0},
]


def fresh(seed: int = 1, epochs: int = 6) -> RunState:
    data = load_recipe(RECIPE)
    classes = len(data.train.classes)
    blocks = [*BLOCKS[:-1], {"kind": "linear", "out_features": classes}]
    setup = RunConfig(
        blocks=blocks,
        input_shape=data.train.shape,
        classes=classes,
        samples=len(data.train),
        batch_size=16,
        epochs=epochs,
        seed=seed,
    )
    return start(setup, data)


def threads(count: int = 1) -> Callable[[], Place]:
    return lambda: Place(ThreadPoolExecutor(count), count, "threads")


def until(runner: Runner, run_id: str, wanted: Callable[[View], bool], seconds: float = 30) -> View:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        view = runner.look(run_id)
        assert view is not None
        if wanted(view):
            return view
        time.sleep(0.005)
    raise AssertionError(f"still {view.phase} at step {view.state.step}: {view.error}")


def finished(view: View) -> bool:
    return view.phase == "finished"


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner(make=threads(), slice_seconds=0.01)
    yield made
    made.shutdown()


def test_a_run_through_the_runner_is_the_unbroken_run(runner: Runner) -> None:
    state = fresh()
    runner.open("a", state, RECIPE)
    runner.play("a")
    view = until(runner, "a", finished)
    whole = advance(state, load_recipe(RECIPE), Budget())
    assert view.state.history == whole.history
    assert [m.step for m in view.state.moments] == [m.step for m in whole.moments]


def test_pause_and_resume_give_the_unbroken_history(runner: Runner) -> None:
    state = fresh()
    runner.open("a", state, RECIPE)
    runner.play("a")
    until(runner, "a", lambda v: v.state.step > 3)
    runner.pause("a")
    paused = until(runner, "a", lambda v: v.phase in ("paused", "finished")).state.step
    time.sleep(0.1)
    view = runner.look("a")
    assert view is not None
    assert view.state.step == paused
    runner.play("a")
    whole = advance(state, load_recipe(RECIPE), Budget())
    assert until(runner, "a", finished).state.history == whole.history


def test_a_number_of_steps_is_that_number(runner: Runner) -> None:
    runner.open("a", fresh(), RECIPE)
    runner.play("a", steps=1)
    assert until(runner, "a", lambda v: v.phase == "paused").state.step == 1
    runner.play("a", steps=4)
    assert until(runner, "a", lambda v: v.phase == "paused" and v.state.step > 1).state.step == 5


def test_runs_take_turns() -> None:
    order: list[int] = []

    def work(state: RunState, recipe: Recipe, budget: Budget) -> RunState:
        order.append(state.config.seed)
        time.sleep(0.02)
        return replace(state, step=state.step + 1)

    states = {seed: fresh(seed, epochs=1) for seed in (1, 2, 3)}
    runner = Runner(make=threads(), work=work)
    try:
        with runner._lock:  # all three stand in line before the first slice is back
            for seed, state in states.items():
                runner.open(str(seed), state, RECIPE)
                runner.play(str(seed), steps=4)
        for seed in (1, 2, 3):
            until(runner, str(seed), lambda v: v.state.step == 4)
    finally:
        runner.shutdown()
    assert sorted(order) == [1] * 4 + [2] * 4 + [3] * 4
    for begin in range(0, 12, 3):
        assert sorted(order[begin : begin + 3]) == [1, 2, 3]


def test_the_place_in_the_line_is_told() -> None:
    looked = threading.Event()

    def slow(state: RunState, recipe: Recipe, budget: Budget) -> RunState:
        looked.wait(20)
        return replace(state, step=state.step + 1)

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


def test_a_run_nobody_watches_stops() -> None:
    now = [0.0]

    def work(state: RunState, recipe: Recipe, budget: Budget) -> RunState:
        now[0] += 1.0
        return replace(state, step=state.step + 1)

    runner = Runner(make=threads(), work=work, clock=lambda: now[0], forgotten_after=5.0)
    try:
        runner.open("gone", fresh(epochs=50), RECIPE)
        runner.play("gone")
        time.sleep(0.3)
        run = runner._runs["gone"]
        assert not run.playing
        assert run.state.step <= 7
    finally:
        runner.shutdown()


def test_a_slice_that_raises_is_one_sentence_and_no_other_run_is_disturbed() -> None:
    def work(state: RunState, recipe: Recipe, budget: Budget) -> RunState:
        if state.config.seed == 7:
            raise ValueError("the data went away")
        return replace(state, step=state.step + 1)

    runner = Runner(make=threads(), work=work)
    try:
        runner.open("bad", fresh(7), RECIPE)
        runner.open("good", fresh(1), RECIPE)
        runner.play("bad")
        runner.play("good", steps=5)
        assert until(runner, "bad", lambda v: v.phase == "failed").error == "the data went away"
        until(runner, "good", lambda v: v.state.step == 5)
    finally:
        runner.shutdown()


def test_a_reset_throws_the_slice_under_way_away() -> None:
    def slow(state: RunState, recipe: Recipe, budget: Budget) -> RunState:
        time.sleep(0.15)
        return replace(state, step=state.step + 1)

    runner = Runner(make=threads(), work=slow)
    try:
        runner.open("a", fresh(), RECIPE)
        runner.play("a")
        time.sleep(0.05)
        runner.open("a", fresh(), RECIPE)
        time.sleep(0.3)
        view = runner.look("a")
        assert view is not None
        assert (view.state.step, view.phase) == (0, "paused")
    finally:
        runner.shutdown()


def slow_slice(state: RunState, recipe: Recipe, budget: Budget) -> RunState:
    time.sleep(0.05)
    return worker.advance_slice(state, recipe, budget)


def test_a_killed_worker_costs_one_slice_and_nothing_else() -> None:
    """In real processes: the history across the crash is that of an unbroken run."""
    place: list[Place] = []

    def make() -> Place:
        place.append(pool_place(workers=1))
        return place[-1]

    runner = Runner(make=make, work=slow_slice, slice_seconds=0.02)
    state = fresh(epochs=12)
    try:
        runner.open("a", state, RECIPE)
        runner.play("a")
        until(runner, "a", lambda v: v.state.step > 2, seconds=60)
        os.kill(next(iter(place[0].executor._processes)), signal.SIGKILL)  # type: ignore[attr-defined]
        view = until(runner, "a", finished, seconds=60)
    finally:
        runner.shutdown()
        for p in place:
            p.executor.shutdown(wait=True, cancel_futures=True)
    assert len(place) == 2
    assert view.lost_slices == 1
    whole = advance(state, load_recipe(RECIPE), Budget())
    np.testing.assert_allclose(view.state.history.loss, whole.history.loss, rtol=1e-4)
    assert view.state.step == whole.step


def test_opening_is_needed_first(runner: Runner) -> None:
    with pytest.raises(ValueError, match="run_id"):
        runner.play("nobody")
    assert runner.look("nobody") is None
