"""Slices on a real local cluster of two worker processes give the unbroken run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from distributed import LocalCluster

from cnn.data.recipes import load_recipe
from cnn.learn.state import Budget
from cnn.learn.training import advance
from jobs import worker
from jobs.executors import make_place
from jobs.runner import Runner
from tests.jobs.running import RECIPE, finished, fresh, until


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster.scheduler_address


def test_the_environment_chooses_the_cluster(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
    place = make_place()
    assert place.slots == 2
    assert address in place.name
    states = {str(seed): fresh(seed, epochs=3) for seed in (1, 2, 3)}
    runner = Runner(make=lambda: place, slice_seconds=0.05)
    try:
        for name, state in states.items():
            runner.open(name, state, RECIPE)
            runner.play(name)
        views = {name: until(runner, name, finished, seconds=90) for name in states}
    finally:
        runner.shutdown()
    for name, state in states.items():
        whole = advance(state, load_recipe(RECIPE), Budget())
        np.testing.assert_allclose(views[name].state.history.loss, whole.history.loss, rtol=1e-4)
        assert views[name].state.step == whole.step


def test_a_cluster_that_is_gone_costs_a_slice_and_no_lesson(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Training goes on, on this machine, and the log says so."""
    runner = Runner(make=make_place, slice_seconds=0.05)
    state = fresh(1, epochs=3)
    try:
        with LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as gone:
            monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", gone.scheduler_address)
            runner.warm()
            runner.open("a", state, RECIPE)
            runner.play("a", steps=5)
            until(runner, "a", lambda view: view.state.step >= 5, seconds=60)
        runner.play("a")
        view = until(runner, "a", finished, seconds=90)
        assert runner.ask(worker.ready).result(60)
    finally:
        runner.shutdown()
    assert "training runs on this machine" in caplog.text
    whole = advance(state, load_recipe(RECIPE), Budget())
    np.testing.assert_allclose(view.state.history.loss, whole.history.loss, rtol=1e-4)


def test_an_address_that_is_none_is_said_and_training_runs_here(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", "no such thing")
    place = make_place()
    place.close()
    assert "on this machine" in place.name
    assert "No Dask scheduler answers at no such thing" in caplog.text
