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
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from cnn.arrays import Array, batch_last
from cnn.data.datasets import Split
from cnn.learn.answers import confusion_matrix
from cnn.learn.cost import keep_every, run_cost
from cnn.learn.diagnosis import diagnose
from cnn.learn.losses import make_loss
from cnn.learn.optimizers import Optimizer, make_optimizer
from cnn.learn.schedules import learning_rate
from cnn.learn.state import (
    Budget,
    FirstWeights,
    History,
    Moment,
    Part,
    RunConfig,
    RunState,
    check_due,
    out_of_patience,
)
from cnn.nets.network import Sequential
from cnn.nets.spec import build

#: Samples that a validation pass looks at in one go; bounds its memory.
EVALUATION_BATCH = 256


def begin(config: RunConfig, first: FirstWeights | None = None) -> RunState:
    """A run before its first step; its first slice looks at the validation set before it steps.

    Args:
        config: Its settings.
        first: The weights of a file that :attr:`RunConfig.weights` names. Its optimizer, schedule,
            random numbers and history begin anew all the same.

    Raises:
        ValueError: ``first`` are others than the settings name, or another network's.
    """
    if config.weights != ("" if first is None else first.digest):
        raise ValueError("first: got other weights than config.weights names")
    rng = np.random.default_rng(config.seed)
    net = build(config.blocks, config.input_shape, rng=rng, init=config.init)
    if first is not None:
        net.load_state_dict({**first.parameters, **first.buffers})
    return RunState(
        config=config,
        step=0,
        parameters=net.parameters(),
        buffers=net.buffers(),
        optimizer=optimizer_of(config, net).state(),
        rng=net.rng_state(),
        history=History(),
        first=first,
    )


def begun(state: RunState) -> RunState:
    """The same run before its first step."""
    return begin(state.config, state.first)


def start(config: RunConfig, data: Split) -> RunState:
    """A run before its first step, with one check and one moment of the untrained network."""
    return advance(begin(config), data, Budget(steps=0))


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


def between_steps(state: RunState) -> RunState:
    """The run where its last whole step left it: what a slice began of the next one is undone."""
    if state.part is None:
        return state
    return replace(state, part=None, rng=state.part.rng or state.rng)


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

    Pure: ``state`` is left as it was. Looks at the validation set where the steps call for it.
    A long step or look may be left in the middle: the state then has a :attr:`RunState.part`. At
    least one part is worked on unless the run is over, so that a slow machine gets ahead too.

    Args:
        state: Where the run stands.
        data: What it trains and is looked at with.
        budget: How far to go.
    """
    unpacking = time.perf_counter()
    run = Working(state, data)
    began, worked = time.perf_counter(), time.thread_time()
    last = state.config.total_steps
    if budget.steps is not None:
        last = min(last, state.step + budget.steps)
    while run.check_due or (run.step < last and not run.over):
        # An overflow is no accident here: the diagnosis names it on the page.
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            run.work()
        if budget.seconds is not None and (
            time.thread_time() - worked >= budget.seconds
            or time.perf_counter() - began >= 3 * budget.seconds
        ):
            break
    return run.state(time.perf_counter() - unpacking)


def validation_scores(state: RunState, data: Split) -> Array:
    """Logits (N, K) on the validation set, in parts that fit in memory."""
    net, images = network_of(state), data.validation.floats()
    size = run_cost(state.config).at_once(EVALUATION_BATCH)
    parts = [net(images[begin : begin + size]) for begin in range(0, len(images), size)]
    return np.concatenate(parts)


def detach(state: RunState) -> RunState:
    """The state without its stored moments: what has to travel to a worker."""
    return replace(state, moments=())


def join(before: RunState, after: RunState) -> RunState:
    """``after`` (of a detached state) with the moments that were kept back."""
    moments = before.moments + after.moments
    return replace(after, moments=_on_beat_or_best(after.config, after.history, moments))


def _on_beat_or_best(
    config: RunConfig, history: History, moments: Iterable[Moment]
) -> tuple[Moment, ...]:
    """Without those that were the best for a while only: see :meth:`Working._end_look`."""
    if not config.patience:
        return tuple(moments)
    best = history.best_check
    return tuple(m for m in moments if m.step == best or _on_beat(config, m.step))


def _on_beat(config: RunConfig, step: int) -> bool:
    return step % keep_every(config) == 0 or step == config.total_steps


class Working:
    """A state unpacked for stepping; lives for one ``advance``, or one ``detailed_step``."""

    def __init__(self, state: RunState, data: Split) -> None:
        self.before = state
        self.config = state.config
        self.data = data
        self.step = state.step
        self.net = network_of(state)
        self.net.train()
        self.net.load_rng_state(state.rng)
        self.loss = make_loss(self.config.loss)
        self.optimizer = optimizer_of(self.config, self.net)
        self.optimizer.load_state(state.optimizer)
        self.history = copy.deepcopy(state.history)
        self.moments = list(state.moments)
        self.diagnosis = state.diagnosis
        self.part = state.part
        self._order_of: tuple[int, Array] | None = None
        self._images_of: tuple[int, Array] | None = None
        cost = run_cost(self.config)
        self._micro_batch = cost.micro_batch(self.config.batch_size)
        # Batch norm looks at running statistics then: a look can always be cut.
        self._looked_at = cost.at_once(EVALUATION_BATCH)

    @property
    def stopped(self) -> bool:
        """As :attr:`RunState.stopped`."""
        return self.diagnosis is not None and self.diagnosis.fatal

    @property
    def over(self) -> bool:
        """Whether the run ends here, whatever steps are left."""
        return self.stopped or out_of_patience(self.config, self.history)

    @property
    def check_due(self) -> bool:
        """As :attr:`RunState.check_due`."""
        return check_due(self.config, self.step, self.history) and not self.stopped

    def work(self) -> None:
        """A part of a look at the validation set if one is due, else of a step."""
        if self.check_due:
            self._look()
        else:
            self._step()

    def take_step(self) -> tuple[float, float, Array]:
        """One optimisation step; the loss before it, its learning rate, its logits (K, N)."""
        scores = [self._step()]
        while self.part is not None:
            scores.append(self._step())
        return self.history.loss[-1], self.history.lr[-1], np.concatenate(scores, axis=1)

    def loss_on(self, images: Array, labels: Array) -> float:
        """Mean loss of these samples, (N, C, H, W) and (N,), as the network is now."""
        size = self._micro_batch
        parts = [slice(begin, begin + size) for begin in range(0, len(labels), size)]
        losses = [self._forward(images[p], labels[p])[0] * len(labels[p]) for p in parts]
        return sum(losses) / len(labels)

    def _forward(self, images: Array, labels: Array) -> tuple[float, Array]:
        scores = self.net.forward(batch_last(images))
        return self.loss.forward(scores, labels), scores

    def _step(self) -> Array:
        """The next part of a step, or all of it; logits (K, N) of the samples it took."""
        rows = self.rows()
        part = self.part or self._nothing_yet(self._cut(rows))
        cut = slice(part.done, part.done + self._micro_batch)
        now, images = rows[cut], self.images()[cut]
        share = len(now) / len(rows)
        value, scores = self._forward(images, self.data.train.labels[now])
        self.net.backward(self.loss.backward())
        gradients = self.net.gradients()
        if share < 1:  # the mean over the batch is the weighted mean of its parts' means
            gradients = {
                name: gradient * share + part.gradients.get(name, 0)
                for name, gradient in gradients.items()
            }
        given = self.loss.said(scores)
        self.part = _more(part, value * share, given, self.data.train.labels[now], gradients)
        if self.part.done == len(rows):
            self._end_step(self.part)
        return scores

    def _end_step(self, part: Part) -> None:
        total = self.config.total_steps
        lr = learning_rate(self.config.schedule, self.config.lr, min(self.step, total - 1), total)
        self.optimizer.step(part.gradients, lr)
        self.step += 1
        self.part = None
        h = self.history
        h.step.append(self.step)
        h.loss.append(part.loss)
        h.accuracy.append(float(np.trace(part.confusion)) / part.done)
        h.lr.append(lr)
        # Asked while the layers still hold the batch just seen.
        if not math.isfinite(part.loss) or self.check_due:
            self.diagnosis = diagnose(self.config, h, self.net, self.before.first)

    def rows(self) -> Array:
        """Rows of the training set in the next batch.

        The order of an epoch follows from the seed and the epoch alone: a run that is taken up
        in the middle of one needs no memory of how it got there.
        """
        _, epoch, row = self.config.place(self.step)
        if self._order_of is None or self._order_of[0] != epoch:
            order = np.random.default_rng([self.config.seed, epoch, 1])
            self._order_of = (epoch, order.permutation(self.config.samples))
        return self._order_of[1][row : row + self.config.batch_size]

    def images(self) -> Array:
        """Those of the next batch, (N, C, H, W), augmented where the run asks for it.

        The changes follow from the seed and the step alone, however the batch is cut.
        """
        if self._images_of is None or self._images_of[0] != self.step:
            images = self.data.train.floats(self.rows())
            augment = self.config.augmentation
            if augment is not None:
                images = augment(images, np.random.default_rng([self.config.seed, self.step, 2]))
            self._images_of = self.step, images
        return self._images_of[1]

    def _look(self) -> None:
        """The next part of a look at the validation set, or all of it."""
        data = self.data.validation
        part = self.part or self._nothing_yet()
        now = np.arange(part.done, min(part.done + self._looked_at, len(data)))
        if not len(data):
            self._end_look(part)
            return
        self.net.eval()
        value, scores = self._forward(data.floats(now), data.labels[now])
        self.net.train()
        given = self.loss.said(scores)
        self.part = _more(part, value * len(now) / len(data), given, data.labels[now], {})
        if self.part.done == len(data):
            self._end_look(self.part)

    def _end_look(self, part: Part) -> None:
        self.part = None
        h = self.history
        h.check_step.append(self.step)
        h.check_loss.append(part.loss)
        h.check_accuracy.append(float(np.trace(part.confusion)) / max(1, part.done))
        if not math.isfinite(part.loss):
            self.diagnosis = diagnose(self.config, h, self.net, self.before.first)
        # With early stopping the best network is what the student wants back: it is kept, too.
        best = self.config.patience and h.best_check == self.step
        if best or _on_beat(self.config, self.step):
            parameters, buffers = _copies(self.net.parameters()), _copies(self.net.buffers())
            self.moments.append(Moment(self.step, parameters, buffers, part.confusion))
            self.moments = list(_on_beat_or_best(self.config, h, self.moments))

    def _cut(self, rows: Array) -> bool:
        """Whether a batch of these rows goes through the network in parts."""
        return len(rows) > self._micro_batch

    def _nothing_yet(self, to_be_cut: bool = False) -> Part:
        classes = self.config.classes
        rng = self.net.rng_state() if to_be_cut else {}
        return Part(0, 0.0, np.zeros((classes, classes), np.int64), {}, rng)

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
            part=self.part,
            earlier=self.before.earlier,
            first=self.before.first,
        )


def optimizer_of(config: RunConfig, net: Sequential) -> Optimizer:
    """The optimizer of a run, before its first step."""
    return make_optimizer(
        config.optimizer,
        net.parameters(),
        lr=config.lr,
        momentum=config.momentum,
        weight_decay=config.weight_decay,
    )


def _copies(arrays: dict[str, Array]) -> dict[str, Array]:
    return {name: array.copy() for name, array in arrays.items()}


def _more(
    part: Part, loss: float, given: Array, labels: Array, gradients: dict[str, Array]
) -> Part:
    """``part`` with what some more samples came to."""
    confusion = part.confusion + confusion_matrix(labels, given, len(part.confusion))
    return Part(part.done + len(labels), part.loss + float(loss), confusion, gradients, part.rng)
