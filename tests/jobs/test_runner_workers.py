"""Workers that fail or die cost a slice and no run, and end with their server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest

from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.state import Budget, RunState
from cnn.learn.training import advance
from jobs import worker
from jobs.executors import Place, pool_place
from jobs.runner import Runner
from jobs.worker import Slice
from tests.jobs.running import RECIPE, ByHand, finished, fresh, further, threads, until


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
