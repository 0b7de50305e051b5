"""A run through the runner is the unbroken run, whatever is asked of it on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.changes import replayed
from cnn.learn.state import Budget, RunState
from cnn.learn.training import advance, extended
from jobs.runner import Runner
from jobs.worker import Slice
from tests.jobs.running import RECIPE, by_hand, finished, fresh, further, step_of, threads, until


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


def start_again(runner: Runner) -> None:
    """As the page does it, with the same settings or with others."""
    runner.close("a")
    runner.open("a", fresh(), RECIPE)


def other_settings(runner: Runner) -> None:
    runner.open("a", fresh(seed=2, epochs=50), RECIPE)


def pause(runner: Runner) -> None:
    runner.pause("a")


def train_on(runner: Runner) -> None:
    view = runner.look("a")
    assert view is not None
    runner.open("a", extended(view.state, 12), RECIPE)


def one_step_only(runner: Runner) -> None:
    """Pressed again before the page has changed."""


@pytest.mark.parametrize("change", [start_again, other_settings, pause, train_on, one_step_only])
@pytest.mark.parametrize("late", ["before the step", "after the step", "never"])
def test_a_slice_of_what_was_is_thrown_away(change: Callable[[Runner], None], late: str) -> None:
    """*One step* after it is one step from what the page showed, whenever the old slice comes."""
    runner, executor = by_hand(slots=2)
    runner.open("a", fresh(epochs=50), RECIPE)
    runner.play("a")
    executor.bring(40)
    change(runner)
    shown = step_of(runner)
    if late == "before the step" and change is not one_step_only:
        executor.bring(343)
        assert step_of(runner) == shown
    runner.play("a", steps=1)
    if late == "after the step" or (late != "never" and change is one_step_only):
        executor.bring(343)
        assert step_of(runner) == shown
    executor.bring(1, place=-1)
    view = runner.look("a")
    assert view is not None
    assert (view.state.step, view.phase) == (shown + 1, "paused")
    if late == "never" and executor.sent:
        executor.bring(343)
        assert step_of(runner) == shown + 1


def test_settings_change_while_a_run_goes_on_and_it_goes_on_with_them(runner: Runner) -> None:
    """The run that comes of it is told by its state, and can be run again from the start."""
    state = fresh(epochs=30)
    runner.open("a", state, RECIPE)
    before = runner.look("a")
    runner.play("a")
    until(runner, "a", lambda v: v.state.step > 20)
    runner.change("a", replace(state.config, lr=0.0005, batch_size=24))
    view = until(runner, "a", finished)
    (earlier,) = view.state.earlier
    assert 20 < earlier.until < view.state.step
    assert before is not None and view.identity == before.identity, "it is the same run"

    def to_step(run: RunState, step: int) -> RunState:
        return advance(run, load_recipe(RECIPE), Budget(steps=step - run.step))

    again = replayed(view.state, to_step)
    assert again.history == view.state.history
    for name, array in view.state.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], array)


def test_a_slice_that_was_taken_with_the_former_settings_counts_for_nothing() -> None:
    runner, executor = by_hand(slots=2)
    runner.open("a", fresh(epochs=50), RECIPE)
    runner.play("a")
    executor.bring(40)
    state = executor.sent[-1][1]
    runner.change("a", replace(state.config, lr=0.0005))
    executor.bring(100)
    assert step_of(runner) == 40
    executor.bring(7)
    view = runner.look("a")
    assert view is not None
    assert (view.state.step, view.state.config.lr, view.phase) == (47, 0.0005, "running")


def test_a_run_at_rest_stays_at_rest_when_its_settings_change(runner: Runner) -> None:
    state = fresh()
    runner.open("a", state, RECIPE)
    runner.play("a", steps=3)
    until(runner, "a", lambda v: v.phase == "paused")
    runner.change("a", replace(state.config, epochs=1, schedule="cosine"))
    view = runner.look("a")
    assert view is not None
    assert (view.state.step, view.phase, view.state.config.epochs) == (3, "paused", 1)
    with pytest.raises(ValueError, match="on the way only"):
        runner.change("a", replace(state.config, seed=9))


def test_a_run_is_finished_when_its_last_look_at_the_validation_set_is_done() -> None:
    """A slice may end between the two; a page that stopped looking then would lack the result."""
    runner, executor = by_hand()
    state = fresh()
    runner.open("a", state, RECIPE)
    runner.play("a")
    executor.bring(10_000)
    view = runner.look("a")
    assert view is not None
    assert (view.state.step, view.phase) == (state.config.total_steps, "running")
    looked = replace(view.state.history, check_step=[view.state.step])
    executor.sent.pop()[0].set_result(Slice(replace(view.state, history=looked), 0.1))
    view = runner.look("a")
    assert view is not None and view.phase == "finished"


def test_no_two_runs_are_taken_for_one_another() -> None:
    runner, _ = by_hand()
    seen = set()
    for _ in range(3):
        start_again(runner)
        view = runner.look("a")
        assert view is not None
        seen.add(view.identity)
    assert len(seen) == 3


def test_training_that_is_asked_for_twice_is_sent_once() -> None:
    runner, executor = by_hand(slots=4)
    runner.open("a", fresh(), RECIPE)
    runner.play("a", steps=3)
    runner.play("a")
    assert len(executor.sent) == 1
    executor.bring(3)
    assert (step_of(runner), len(executor.sent)) == (3, 1)


def test_a_run_nobody_watches_stops() -> None:
    now = [0.0]

    def work(state: RunState, recipe: Recipe, budget: Budget) -> Slice:
        now[0] += 1.0
        return further(state)

    runner = Runner(make=threads(), work=work, clock=lambda: now[0], forgotten_after=5.0)
    try:
        runner.open("gone", fresh(epochs=50), RECIPE)
        runner.play("gone")
        run = runner._runs["gone"]  # to look would be to watch
        end = time.monotonic() + 30
        while run.playing:
            assert time.monotonic() < end
            time.sleep(0.005)
        assert run.state.step <= 7
    finally:
        runner.shutdown()


def test_a_reset_throws_the_slice_under_way_away() -> None:
    runner, executor = by_hand()
    runner.open("a", fresh(), RECIPE)
    runner.play("a")
    runner.open("a", fresh(), RECIPE)
    executor.bring(3)
    view = runner.look("a")
    assert view is not None
    assert (view.state.step, view.phase) == (0, "paused")


def test_opening_is_needed_first(runner: Runner) -> None:
    with pytest.raises(ValueError, match="run_id"):
        runner.play("nobody")
    assert runner.look("nobody") is None
