"""The runner shares an executor fairly, pauses, survives a dead worker, forgets closed tabs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.changes import replayed
from cnn.learn.state import Budget, RunConfig, RunState
from cnn.learn.training import advance, extended, start
from jobs import worker
from jobs.executors import Place, pool_place
from jobs.line import Line
from jobs.runner import Runner, View
from jobs.worker import Slice

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


def further(state: RunState, steps: int = 1, seconds: float = 1.0) -> Slice:
    """What a worker sends back."""
    return Slice(replace(state, step=state.step + steps), seconds)


class ByHand(Executor):
    """Slices come back when the test says so, with what it says."""

    def __init__(self) -> None:
        self.sent: list[tuple[Future[Slice], RunState, Budget]] = []
        self.broken = False

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.broken:
            raise BrokenProcessPool("a worker died")
        future: Future[Slice] = Future()
        self.sent.append((future, args[0], args[-1]))
        return future

    def bring(self, steps: int, place: int = 0, seconds: float = 1.0) -> None:
        """The slice at that place in the order of sending comes back so many steps further."""
        future, state, budget = self.sent.pop(place)
        assert budget.steps is not None
        future.set_result(further(state, min(steps, budget.steps), seconds))


def by_hand(slots: int = 1, **settings: Any) -> tuple[Runner, ByHand]:
    executor = ByHand()
    return Runner(make=lambda: Place(executor, slots, "by hand"), **settings), executor


def step_of(runner: Runner) -> int:
    view = runner.look("a")
    assert view is not None
    return view.state.step


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


def test_a_run_nobody_watches_stops() -> None:
    now = [0.0]

    def work(state: RunState, recipe: Recipe, budget: Budget) -> Slice:
        now[0] += 1.0
        return further(state)

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
    def work(state: RunState, recipe: Recipe, budget: Budget) -> Slice:
        if state.config.seed == 7:
            raise ValueError("the data went away")
        return further(state)

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
    def slow(state: RunState, recipe: Recipe, budget: Budget) -> Slice:
        time.sleep(0.15)
        return further(state)

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


def slow_slice(state: RunState, recipe: Recipe, budget: Budget) -> Slice:
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


@pytest.mark.parametrize("what", ["ask", "prepare", "play"])
def test_workers_that_died_while_nobody_trained_are_replaced(what: str) -> None:
    """Nobody was there to see it: whoever needs a worker next finds a new one."""
    places = [ByHand(), ByHand()]
    places[0].broken = True
    made = iter(places)
    runner = Runner(make=lambda: Place(next(made), 1, "by hand"))
    if what == "ask":
        runner.ask(worker.scores, fresh(), RECIPE, Budget())
    elif what == "prepare":
        runner.prepare(RECIPE)
    else:
        runner.open("a", fresh(), RECIPE)
        runner.play("a")
        view = runner.look("a")
        assert view is not None and (view.phase, view.lost_slices) == ("running", 0)
    assert len(places[1].sent) == 1


def test_a_worker_that_dies_over_a_question_is_replaced_for_all() -> None:
    executor, another = ByHand(), ByHand()
    made = iter((executor, another))
    runner = Runner(make=lambda: Place(next(made), 1, "by hand"))
    asked = runner.ask(worker.scores, fresh(), RECIPE, Budget())
    executor.sent.pop()[0].set_exception(BrokenProcessPool("gone"))
    assert isinstance(asked.exception(), BrokenProcessPool)
    runner.ask(worker.scores, fresh(), RECIPE, Budget())
    assert len(another.sent) == 1


def test_opening_is_needed_first(runner: Runner) -> None:
    with pytest.raises(ValueError, match="run_id"):
        runner.play("nobody")
    assert runner.look("nobody") is None


def test_workers_end_with_a_server_that_is_killed() -> None:
    """Which cannot end them itself; they would stay, with all that they hold in memory."""
    script = (
        "import time\n"
        "from jobs import worker\n"
        "from jobs.executors import pool_place\n"
        "if __name__ == '__main__':\n"
        "    place = pool_place(workers=1)\n"
        "    place.executor.submit(worker.ready).result()\n"
        "    print(*place.executor._processes, flush=True)\n"
        "    time.sleep(600)\n"
    )
    server = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    worker_id = int(server.stdout.readline())
    server.kill()
    server.wait()
    end = time.monotonic() + 30
    while alive(worker_id):
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(process_id: int) -> bool:
    """Whether a process that is not ours to wait for still runs."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process_id)], capture_output=True, text=True
    )
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")
