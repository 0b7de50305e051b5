"""Slices on a real local cluster of two worker processes give the unbroken run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from distributed import LocalCluster

from cnn.data.recipes import load_recipe
from cnn.learn.state import Budget
from cnn.learn.training import advance
from jobs.executors import make_place
from jobs.runner import Runner
from tests.jobs.test_runner import RECIPE, finished, fresh, until


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
