"""The curves of runs side by side."""

from __future__ import annotations

import numpy as np
import pytest

from cnn.learn.schedules import learning_rate
from cnn.learn.state import History, RunConfig
from ui.train import charts


def test_compared_runs_are_told_apart_without_their_colours() -> None:
    history = History([1, 2], [2.0, 1.0], [0.1, 0.5], [0.1, 0.1], [0, 2], [2.0, 1.0], [0.1, 0.6])
    for panel in charts.compared({f"Run {n}": history for n in range(8)}, log=False):
        plain = [series for series in panel.series if not series.faint]
        assert len({series.point for series in plain}) == 8
        assert all(series.point is None for series in panel.series if series.faint)


@pytest.mark.parametrize("schedule", ["constant", "one_cycle"])
def test_the_planned_rates_are_those_of_the_schedule_and_nobody_can_change_them(
    schedule: str,
) -> None:
    config = RunConfig(
        [], (1, 28, 28), 10, schedule=schedule, lr=0.1, epochs=2, samples=640, batch_size=64
    )
    steps, rates = charts.planned(config)
    total = config.total_steps
    assert list(steps) == list(range(1, total + 1))
    wanted = [learning_rate(schedule, 0.1, step, total) for step in range(total)]
    np.testing.assert_array_equal(rates, wanted)
    for array in (steps, rates):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
