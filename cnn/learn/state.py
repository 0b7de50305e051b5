"""A training run as plain data: what decides it, where it stands, what it has seen.

Nothing here takes a step; :mod:`cnn.learn.training` takes a run further,
:mod:`cnn.learn.diagnosis` judges it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from cnn.arrays import Array, Shape
from cnn.data.augment import Augmentation, moving
from cnn.nets.spec import Spec


class Place(NamedTuple):
    """Where a run stands in its data.

    Attributes:
        step: Steps taken.
        epoch: Passes over the training set that are done.
        row: Samples of the pass under way that have been trained on.
    """

    step: int = 0
    epoch: int = 0
    row: int = 0


START = Place()


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a run, and nothing that it changes: plain values, no network.

    What the network of its blocks costs, and how often it is kept: :mod:`cnn.learn.cost`.

    Attributes:
        blocks: The network, as :func:`cnn.nets.spec.build` takes it; its last layer gives logits.
        input_shape: One sample, (C, H, W).
        classes: How many classes, K.
        samples: Training samples; decides the steps of an epoch.
        loss: A name in :data:`cnn.learn.losses.LOSSES`.
        optimizer: A name in :data:`cnn.learn.optimizers.OPTIMIZERS`.
        lr: The highest learning rate of the run.
        momentum: Of the optimizers that have one.
        weight_decay: Pull of every parameter towards 0.
        schedule: A name in :data:`cnn.learn.schedules.SCHEDULES`.
        batch_size: Samples in a step.
        epochs: Passes over the training set.
        init: A name in :data:`cnn.layers.initialisation.SCHEMES`.
        seed: Of the first weights, the order of the samples, the dropout and the augmentation.
        shift: Augmentation: every image of every batch is moved by up to so many pixels,
        rotate: turned by up to so many degrees,
        elastic: and warped smoothly by so many pixels (standard deviation); 0 leaves it alone.
        patience: Early stopping: the run ends when the validation loss has reached no new lowest
            value for so many epochs; 0 never ends it.
        since: Where these settings came into force: the beginning, unless they were changed on the
            way (:mod:`cnn.learn.changes`).
        weights: :attr:`FirstWeights.digest` of the weights of a file that the run begins with;
            empty where ``init`` draws them.
    """

    blocks: Spec
    input_shape: Shape
    classes: int
    samples: int
    loss: str = "cross_entropy"
    optimizer: str = "adam"
    lr: float = 0.002
    momentum: float = 0.9
    weight_decay: float = 0.0
    schedule: str = "constant"
    batch_size: int = 64
    epochs: int = 5
    init: str = "kaiming_normal"
    seed: int = 0
    shift: float = 0.0
    rotate: float = 0.0
    elastic: float = 0.0
    patience: int = 0
    since: Place = START
    weights: str = ""

    @property
    def augmentation(self) -> Augmentation | None:
        """What is done to the images of a batch; None where they stay as they are."""
        return moving(self.shift, self.rotate, self.elastic)

    @property
    def steps_per_epoch(self) -> int:
        """Batches in one pass; the last may be smaller."""
        return max(1, math.ceil(self.samples / self.batch_size))

    @property
    def total_steps(self) -> int:
        """Steps of the whole run."""
        more = self.epochs - self.since.epoch
        if more <= 0:
            return self.since.step
        return self.since.step + self._rest_of_epoch + (more - 1) * self.steps_per_epoch

    @property
    def _rest_of_epoch(self) -> int:
        """Steps of the pass that was under way when these settings came into force."""
        return max(1, math.ceil((self.samples - self.since.row) / self.batch_size))

    def place(self, step: int) -> Place:
        """Where in the data the run stands after ``step`` steps, of which these settings hold."""
        later = step - self.since.step
        if later < self._rest_of_epoch:
            return Place(step, self.since.epoch, self.since.row + later * self.batch_size)
        epochs, position = divmod(later - self._rest_of_epoch, self.steps_per_epoch)
        return Place(step, self.since.epoch + 1 + epochs, position * self.batch_size)

    @property
    def check_every(self) -> int:
        """Steps between two looks at the validation set: at least two an epoch, 25 at most.

        A look at the default 800 images costs as much as three steps.
        """
        return max(1, min(25, self.steps_per_epoch // 2))


@dataclass(frozen=True)
class FirstWeights:
    """Weights of a file that a run begins with, in place of random ones.

    Attributes:
        name: The file's, for people.
        parameters: Trainable arrays by path.
        buffers: Running statistics by path.
    """

    name: str
    parameters: dict[str, Array]
    buffers: dict[str, Array]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the numbers and of what they are called, whatever the file is called."""
        found = hashlib.sha256()
        for path, array in sorted({**self.parameters, **self.buffers}.items()):
            found.update(f"{path} {array.dtype} {array.shape};".encode())
            found.update(array.tobytes())
        return found.hexdigest()


@dataclass
class History:
    """What is plotted: one entry a step, and one a check on the validation set."""

    step: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    check_step: list[int] = field(default_factory=list)
    check_loss: list[float] = field(default_factory=list)
    check_accuracy: list[float] = field(default_factory=list)

    @property
    def best_check(self) -> int | None:
        """The step of the look with the lowest validation loss so far, the first of several."""
        if not self.check_loss:
            return None
        lowest = min(range(len(self.check_loss)), key=self.check_loss.__getitem__)
        return self.check_step[lowest]


@dataclass(frozen=True)
class Moment:
    """The network as it was at one check, so that a student can go back to it.

    Attributes:
        step: After how many steps.
        parameters: Trainable arrays by path.
        buffers: Running statistics by path.
        confusion: (K, K) counts on the validation set; rows are the truth.
    """

    step: int
    parameters: dict[str, Array]
    buffers: dict[str, Array]
    confusion: Array


@dataclass(frozen=True)
class Diagnosis:
    """A name, one sentence of what is seen, one of the likely cause; fatal ends the run."""

    name: str
    seen: str
    cause: str
    fatal: bool = False


@dataclass(frozen=True)
class Part:
    """Work that a slice began and the next one goes on with: a step, or a look at the validation.

    Attributes:
        done: Samples that have been through the network.
        loss: Their share of the mean loss over all of the step or look.
        confusion: (K, K) counts over them; rows are the truth.
        gradients: Of a step: d (mean loss of the batch) / d parameter as far as it is summed.
        rng: Of a step: where the dropout layers' generators were when it began.
    """

    done: int
    loss: float
    confusion: Array
    gradients: dict[str, Array]
    rng: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Earlier:
    """Settings that held before others came into force.

    Attributes:
        until: The last step that was taken with them.
        config: They themselves.
    """

    until: int
    config: RunConfig


@dataclass(frozen=True)
class RunState:
    """A run between two steps: plain data, nothing that a process could not send.

    Attributes:
        config: What was asked for, as it holds now.
        step: Steps taken so far.
        parameters: Trainable arrays by path.
        buffers: Running statistics by path.
        optimizer: As :meth:`cnn.learn.optimizers.Optimizer.state` gives it.
        rng: Where the dropout layers' generators are, by path.
        history: What is plotted.
        moments: Networks to go back to, oldest first.
        diagnosis: What goes wrong just now, if anything.
        seconds: Of work so far, on the clock.
        part: What is under way between two steps, where a step or a look is a long one.
        earlier: Settings that held before, where they were changed on the way; oldest first.
        first: The weights that it began with, where they are those of a file.
    """

    config: RunConfig
    step: int
    parameters: dict[str, Array]
    buffers: dict[str, Array]
    optimizer: dict[str, Any]
    rng: dict[str, Any]
    history: History
    moments: tuple[Moment, ...] = ()
    diagnosis: Diagnosis | None = None
    seconds: float = 0.0
    part: Part | None = None
    earlier: tuple[Earlier, ...] = ()
    first: FirstWeights | None = None

    @property
    def epoch(self) -> float:
        """Passes over the training set so far, with fractions."""
        place = self.config.place(self.step)
        return place.epoch + place.row / self.config.samples

    @property
    def stopped(self) -> bool:
        """True when going on makes no sense: the numbers are no numbers any more."""
        return self.diagnosis is not None and self.diagnosis.fatal

    @property
    def stopped_early(self) -> bool:
        """True when the validation loss has not reached a new lowest value for too long."""
        return out_of_patience(self.config, self.history)


def check_due(config: RunConfig, step: int, history: History) -> bool:
    """Whether the validation set is to be looked at before the next step.

    Args:
        config: Of the run.
        step: How many have been taken.
        history: What has been looked at.
    """
    # Where settings changed, too: whenever within its step one was made, the history is the same.
    on_time = step % config.check_every == 0 or step in (config.total_steps, config.since.step)
    return on_time and history.check_step[-1:] != [step]


def out_of_patience(config: RunConfig, history: History) -> bool:
    """Whether the last look at the validation set was one too many without a new lowest loss."""
    best = history.best_check
    if not config.patience or best is None:
        return False
    since = max(best, config.since.step)  # other settings get their time, too
    return history.check_step[-1] - since >= config.patience * config.steps_per_epoch


@dataclass(frozen=True)
class Budget:
    """How far one ``advance`` may go: steps, or seconds, whichever ends first.

    Seconds are the processor's, so that runs which share a busy machine get equal shares of it;
    after three times as many on the clock it is enough in any case, so that a page stays live.
    """

    steps: int | None = None
    seconds: float | None = None
