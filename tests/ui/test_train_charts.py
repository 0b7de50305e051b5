"""The curves of runs side by side."""

from __future__ import annotations

from cnn.learn.state import History
from ui.train import charts


def test_compared_runs_are_told_apart_without_their_colours() -> None:
    history = History([1, 2], [2.0, 1.0], [0.1, 0.5], [0.1, 0.1], [0, 2], [2.0, 1.0], [0.1, 0.6])
    for panel in charts.compared({f"Run {n}": history for n in range(8)}, log=False):
        plain = [series for series in panel.series if not series.faint]
        assert len({series.point for series in plain}) == 8
        assert all(series.point is None for series in panel.series if series.faint)
