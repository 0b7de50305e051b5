"""Runs to try a runner with, and workers that do as the test says."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.state import Budget, RunConfig, RunState
from cnn.learn.training import start
from jobs.executors import Place
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
