"""One optimisation step, slowly: what a batch does to the weights, with every number on the way.

:func:`cnn.learn.training.advance` does the same and keeps nothing of it; a test holds the two
equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnn.arrays import Array, batch_first
from cnn.data.datasets import Split
from cnn.learn.state import RunState
from cnn.learn.training import Working, between_steps

#: Bars of a histogram.
BINS = 41


@dataclass(frozen=True)
class Histogram:
    """Counts of values in equal bins over ±limit, and what lies at 0 exactly."""

    counts: Array
    limit: float
    zeros: float  #: share of values that are exactly 0
    mean: float
    spread: float  #: standard deviation
    lost: float = 0.0  #: share of values that are no finite numbers, and in no bin


@dataclass(frozen=True)
class LayerStep:
    """What one layer did in the step."""

    name: str
    kind: str
    activation: Histogram
    gradient: Histogram | None  #: of d loss / d output; None before the first trained layer


@dataclass(frozen=True)
class ParameterStep:
    """What the step did to one array of parameters."""

    name: str
    value: Array
    gradient: Array
    change: Array  #: ΔW, the new value less the old
    #: What the optimizer remembers of it, by name: (before the step, after it).
    memory: dict[str, tuple[Array, Array]] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """‖ΔW‖ / ‖W‖: around 10⁻³ is a healthy step."""
        size = float(np.linalg.norm(self.value))
        return float(np.linalg.norm(self.change)) / size if size else 0.0


@dataclass(frozen=True)
class DetailedStep:
    """A whole step.

    Attributes:
        images: The batch, (N, C, H, W) float32.
        labels: (N,).
        scores: Logits, (N, K).
        loss: Before the step, on this batch.
        loss_after: On the same batch, after it.
        lr: Learning rate of the step.
        count: Which step of the run it is, from 1.
        settings: Of the optimizer: momentum, weight_decay, betas, eps.
        layers: From first to last; of the part of the batch that went through last, where a batch
            is too much work to go through in one.
        parameters: By name.
    """

    images: Array
    labels: Array
    scores: Array
    loss: float
    loss_after: float
    lr: float
    count: int
    settings: dict[str, Any]
    layers: list[LayerStep]
    parameters: dict[str, ParameterStep]


def detailed_step(state: RunState, data: Split) -> DetailedStep | None:
    """The next step of a run, taken apart; ``state`` stays as it is.

    After the last step: the one that would come next. None if the run stopped on no numbers.
    """
    if state.stopped:
        return None
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return _detailed_step(state, data)


def _detailed_step(state: RunState, data: Split) -> DetailedStep:
    # A step that a slice left in the middle is taken from its beginning.
    run = Working(between_steps(state), data)
    images, labels = run.images(), data.train.labels[run.rows()]
    before = {name: value.copy() for name, value in run.net.parameters().items()}
    remembered = run.optimizer.state()["slots"]
    loss, lr, scores = run.take_step()
    gradients = {name: value.copy() for name, value in run.net.gradients().items()}
    layers = [
        LayerStep(name, type(layer).__name__, histogram(layer.y), _histogram_or_none(layer.dy))
        for name, layer in run.net.named_layers()
        if layer.y is not None
    ]
    after = run.net.parameters()
    parameters = {
        name: ParameterStep(
            name,
            before[name],
            gradients[name],
            after[name] - before[name],
            {s: (old, run.optimizer.slots[name][s]) for s, old in remembered[name].items()},
        )
        for name in before
    }
    loss_after = run.loss_on(images, labels)
    return DetailedStep(
        images=images,
        labels=labels,
        scores=batch_first(scores),
        loss=loss,
        loss_after=loss_after,
        lr=lr,
        count=run.optimizer.steps,
        settings=run.optimizer.settings,
        layers=layers,
        parameters=parameters,
    )


def histogram(values: Array, limit: float | None = None) -> Histogram:
    """Count finite values in bins over ±limit (by default their largest size)."""
    finite = values[np.isfinite(values)].astype(np.float64)  # squares of float32 may overflow
    lost = 1 - finite.size / values.size if values.size else 0.0
    if limit is None:
        limit = float(np.abs(finite).max(initial=0.0)) or 1.0
    counts, _ = np.histogram(finite, bins=BINS, range=(-limit, limit))
    share = float((finite == 0).mean()) if finite.size else 0.0
    mean = float(finite.mean()) if finite.size else float("nan")
    spread = float(finite.std()) if finite.size else float("nan")
    return Histogram(counts, limit, share, mean, spread, lost)


def _histogram_or_none(values: Array | None) -> Histogram | None:
    return None if values is None else histogram(values)
