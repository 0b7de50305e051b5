"""A training run as a plain state, and one function that takes it further.

``advance(state, data, budget)`` takes some optimisation steps and returns the new state; the old
one is left as it was. Everything that a step depends on is in the state (parameters, running
statistics, optimizer state, random state, step number), so that the same seed gives the same run
however it is sliced, paused, sent to another process or taken up again after a crash.
:mod:`cnn.learn.state` says what a state is made of.
"""

from __future__ import annotations

import copy
import math
import time
from dataclasses import dataclass, replace

import numpy as np

from cnn.arrays import Array, batch_last
from cnn.data.datasets import Dataset, Split
from cnn.learn.diagnosis import diagnose
from cnn.learn.losses import Loss, make_loss
from cnn.learn.optimizers import Optimizer, make_optimizer
from cnn.learn.schedules import learning_rate
from cnn.learn.state import Budget, History, Moment, RunConfig, RunState
from cnn.nets.network import Sequential
from cnn.nets.spec import build

#: Samples that a validation pass looks at in one go; bounds its memory.
EVALUATION_BATCH = 256


def start(config: RunConfig, data: Split) -> RunState:
    """A run before its first step, with one check and one moment of the untrained network."""
    rng = np.random.default_rng(config.seed)
    net = build(config.blocks, config.input_shape, rng=rng, init=config.init)
    optimizer = _optimizer(config, net)
    state = RunState(
        config=config,
        step=0,
        parameters=_copies(net.parameters()),
        buffers=_copies(net.buffers()),
        optimizer=optimizer.state(),
        rng=net.rng_state(),
        history=History(),
    )
    check = evaluate(net, data.validation, make_loss(config.loss))
    _note_check(state.history, 0, check)
    return replace(state, moments=(_moment(net, 0, check),))


def extended(state: RunState, epochs: int) -> RunState:
    """The same run, to go on for ``epochs`` in all; with a constant rate its past is the same.

    Raises:
        ValueError: the schedule depends on the length of the run.
    """
    if state.config.schedule != "constant":
        raise ValueError(
            f"schedule: got {state.config.schedule!r}, which depends on the length of the run; "
            "need 'constant' to train longer"
        )
    return replace(state, config=replace(state.config, epochs=epochs))


def network_of(state: RunState, moment: Moment | None = None) -> Sequential:
    """The network of a run as it is now, or as it was at a stored moment; in eval mode."""
    config = state.config
    net = build(config.blocks, config.input_shape, rng=np.random.default_rng(config.seed))
    source = moment or state
    net.load_state_dict({**source.parameters, **source.buffers})
    net.eval()
    return net


def advance(state: RunState, data: Split, budget: Budget) -> RunState:
    """Take optimisation steps until ``budget`` or the run ends.

    Pure: ``state`` is left as it was. At least one step is taken unless the run is over, so
    that a slow machine gets ahead too.
    """
    run = Working(state, data)
    began, worked = time.perf_counter(), time.thread_time()
    last = state.config.total_steps
    if budget.steps is not None:
        last = min(last, state.step + budget.steps)
    while run.step < last and not run.stopped:
        # An overflow is no accident here: the diagnosis names it on the page.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            run.take_step()
            run.look()
        if budget.seconds is not None and (
            time.thread_time() - worked >= budget.seconds
            or time.perf_counter() - began >= 3 * budget.seconds
        ):
            break
    return run.state(time.perf_counter() - began)


def detach(state: RunState) -> RunState:
    """The state without its stored moments: what has to travel to a worker."""
    return replace(state, moments=())


def join(before: RunState, after: RunState) -> RunState:
    """``after`` (of a detached state) with the moments that were kept back."""
    return replace(after, moments=before.moments + after.moments)


@dataclass(frozen=True)
class Check:
    """One look at a data set: mean loss, accuracy in [0, 1], confusion (K, K)."""

    loss: float
    accuracy: float
    confusion: Array


def evaluate(net: Sequential, data: Dataset, loss: Loss) -> Check:
    """Mean loss, accuracy and confusion of ``net`` on ``data``; leaves the mode as it was."""
    was_training = net.training
    net.eval()
    classes = len(data.classes)
    confusion = np.zeros((classes, classes), dtype=np.int64)
    total = 0.0
    for begin in range(0, len(data.labels), EVALUATION_BATCH):
        rows = slice(begin, begin + EVALUATION_BATCH)
        scores = net.forward(batch_last(data.floats(rows)))
        labels = data.labels[rows]
        total += loss.forward(scores, labels) * len(labels)
        np.add.at(confusion, (labels, scores.argmax(axis=0)), 1)
    if was_training:
        net.train()
    count = max(1, len(data.labels))
    return Check(total / count, float(np.trace(confusion)) / count, confusion)


class Working:
    """A state unpacked for stepping; lives for one ``advance``, or one ``one_step.walk``."""

    def __init__(self, state: RunState, data: Split) -> None:
        self.before = state
        self.config = state.config
        self.data = data
        self.step = state.step
        self.net = network_of(state)
        self.net.train()
        self.net.load_rng_state(state.rng)
        self.loss = make_loss(self.config.loss)
        self.optimizer = _optimizer(self.config, self.net)
        self.optimizer.load_state(state.optimizer)
        self.history = copy.deepcopy(state.history)
        self.moments = list(state.moments)
        self.diagnosis = state.diagnosis
        self._order_of: tuple[int, Array] | None = None

    @property
    def stopped(self) -> bool:
        """As :attr:`RunState.stopped`."""
        return self.diagnosis is not None and self.diagnosis.fatal

    def forward(self, rows: Array) -> tuple[float, Array]:
        """Loss and logits (K, N) of the training samples ``rows``."""
        scores = self.net.forward(batch_last(self.data.train.floats(rows)))
        return self.loss.forward(scores, self.data.train.labels[rows]), scores

    def take_step(self) -> tuple[float, float, Array]:
        """One optimisation step; the loss before it, its learning rate, its logits (K, N)."""
        rows = self.rows()
        value, scores = self.forward(rows)
        self.net.backward(self.loss.backward())
        total = self.config.total_steps
        lr = learning_rate(self.config.schedule, self.config.lr, min(self.step, total - 1), total)
        self.optimizer.step(self.net.gradients(), lr)
        self.step += 1
        labels = self.data.train.labels[rows]
        h = self.history
        h.step.append(self.step)
        h.loss.append(float(value))
        h.accuracy.append(float((scores.argmax(axis=0) == labels).mean()))
        h.lr.append(lr)
        if not math.isfinite(value):
            self.diagnosis = diagnose(self.config, h, self.net)
        return value, lr, scores

    def look(self) -> None:
        """Check on the validation set, where a check is due."""
        due = self.step % self.config.check_every == 0 or self.step == self.config.total_steps
        if due and not self.stopped:
            self._check()

    def rows(self) -> Array:
        """Rows of the training set in the next batch.

        The order of an epoch follows from the seed and the epoch alone: a run that is taken up
        in the middle of one needs no memory of how it got there.
        """
        epoch, position = divmod(self.step, self.config.steps_per_epoch)
        if self._order_of is None or self._order_of[0] != epoch:
            order = np.random.default_rng([self.config.seed, epoch, 1])
            self._order_of = (epoch, order.permutation(self.config.samples))
        size = self.config.batch_size
        return self._order_of[1][position * size : (position + 1) * size]

    def _check(self) -> None:
        # Asked before the validation pass, while the layers still hold the batch just seen.
        self.diagnosis = diagnose(self.config, self.history, self.net)
        check = evaluate(self.net, self.data.validation, self.loss)
        _note_check(self.history, self.step, check)
        if self.step % self.config.keep_every == 0 or self.step == self.config.total_steps:
            self.moments.append(_moment(self.net, self.step, check))

    def state(self, seconds: float) -> RunState:
        """Packed up again, ``seconds`` of work later."""
        return RunState(
            config=self.config,
            step=self.step,
            parameters=self.net.parameters(),
            buffers=self.net.buffers(),
            optimizer=self.optimizer.state(),
            rng=self.net.rng_state(),
            history=self.history,
            moments=tuple(self.moments),
            diagnosis=self.diagnosis,
            seconds=self.before.seconds + seconds,
        )


def _optimizer(config: RunConfig, net: Sequential) -> Optimizer:
    return make_optimizer(
        config.optimizer,
        net.parameters(),
        lr=config.lr,
        momentum=config.momentum,
        weight_decay=config.weight_decay,
    )


def _copies(arrays: dict[str, Array]) -> dict[str, Array]:
    return {name: array.copy() for name, array in arrays.items()}


def _note_check(history: History, step: int, check: Check) -> None:
    history.check_step.append(step)
    history.check_loss.append(check.loss)
    history.check_accuracy.append(check.accuracy)


def _moment(net: Sequential, step: int, check: Check) -> Moment:
    return Moment(step, _copies(net.parameters()), _copies(net.buffers()), check.confusion)
