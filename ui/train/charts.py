"""Curves of one run, or of several."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np

from cnn.arrays import Array
from cnn.learn.one_step import BINS, Histogram
from cnn.learn.schedules import learning_rate
from cnn.learn.state import History, RunConfig
from ui.components.live_chart.live_chart import Mark, Panel, Series
from ui.smoothing import smoothed

#: No browser needs more points than pixels.
MOST_POINTS = 600
#: Share of exact zeros above which a histogram leaves them out.
ZEROS = 0.05


def panels(
    config: RunConfig,
    history: History,
    *,
    log: bool,
    smoothing: float,
    marks: Sequence[Mark] = (),
) -> list[Panel]:
    """Loss, accuracy and learning rate over the steps; of the last also what is to come.

    Marks stand where settings changed on the way.
    """
    steps, keep = _thinned(history.step)
    faint = smoothing > 0

    def both(values: Sequence[float], checks: Sequence[float]) -> list[Series]:
        found = [Series("training", steps, smoothed(values, smoothing)[keep], 0)]
        if faint:
            found.append(Series("each batch", steps, np.array(values)[keep], 0, faint=True))
        found.append(Series("validation", history.check_step, checks, 1, dashed=True))
        return found

    return [
        Panel("Loss", both(history.loss, history.check_loss), log=log, floor=0.0, marks=marks),
        Panel(
            "Accuracy",
            both(history.accuracy, history.check_accuracy),
            percent=True,
            floor=0.0,
            ceiling=1.0,
            marks=marks,
        ),
        Panel(
            "Learning rate",
            [
                Series("so far", steps, np.array(history.lr)[keep], 6),
                Series("planned", *planned(config), 6, faint=True),
            ],
            floor=0.0,
            room=0.6,
            marks=marks,
        ),
    ]


def planned(config: RunConfig) -> tuple[Array, Array]:
    """(steps, learning rates) of the whole run, as far as these settings hold; fixed."""
    return _planned(config.schedule, config.lr, config.since.step, config.total_steps)


@functools.lru_cache(maxsize=64)
def _planned(schedule: str, lr: float, first: int, total: int) -> tuple[Array, Array]:
    """Once for everybody who trains with the same settings, and for every look at a run."""
    steps = np.unique(np.linspace(first, total - 1, min(total - first, 200)).astype(int))
    rates = np.array([learning_rate(schedule, lr, int(step), total) for step in steps])
    steps += 1
    steps.flags.writeable = rates.flags.writeable = False
    return steps, rates


def compared(
    histories: Mapping[str, History], *, log: bool, marks: Sequence[Mark] = ()
) -> list[Panel]:
    """Validation loss and accuracy of several runs, training loss behind it.

    Each run has a colour, and a sign on its points for those who do not see the colour. Marks stand
    where settings of one of them changed on the way.
    """
    losses: list[Series] = []
    accuracies: list[Series] = []
    for i, (name, history) in enumerate(histories.items()):
        steps, keep = _thinned(history.step)
        losses.append(Series(name, steps, smoothed(history.loss, 0.9)[keep], i, faint=True))
        for found, values in (
            (losses, history.check_loss),
            (accuracies, history.check_accuracy),
        ):
            found.append(Series(name, history.check_step, values, i, dashed=i % 2 == 1, point=i))
    return [
        Panel("Validation loss", losses, log=log, floor=0.0, marks=marks),
        Panel("Validation accuracy", accuracies, percent=True, floor=0.0, ceiling=1.0, marks=marks),
    ]


def histogram_panel(
    title: str, values: Histogram, kind: str, start: Histogram | None = None
) -> Panel:
    """A histogram as bars, coloured by sign; ``start``, on the same bins, as a line over it.

    Many exact zeros (a ReLU's) would dwarf the rest: they are told in words instead.
    """
    edges = np.linspace(-values.limit, values.limit, BINS + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    counts = values.counts.astype(np.float64)
    note = ""
    if values.zeros > ZEROS:
        counts[BINS // 2] -= round(values.zeros * counts.sum())
        note = f"{values.zeros:.0%} are 0 and left out"
    if values.lost:
        note = f"{'all' if values.lost == 1 else f'{values.lost:.1%}'} are no numbers"
    series = [Series("", middles, counts, 0, bars=kind)]
    if start is not None:
        series.append(Series("at the start", middles, start.counts, 6))
    return Panel(title, series, floor=0.0, own_x=True, note=note)


def _thinned(steps: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """At most :data:`MOST_POINTS` of the steps, evenly, the last among them; and their indices."""
    count = len(steps)
    keep = np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).astype(int))
    return np.array(steps)[keep] if count else np.array([]), keep
