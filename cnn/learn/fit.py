"""Training in one call: what a notebook needs, and the plainest form of the training loop.

:func:`fit` is the loop that every text on learning draws: a batch forward, the loss, its gradient
back, a step of the optimizer. A run that pauses, moves to another process and keeps its past is
:mod:`cnn.learn.training`; it takes the same steps, to the last bit where a step is not so much
work that a run does it in parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cnn.arrays import Array, batch_last, numbers
from cnn.learn.answers import answers
from cnn.learn.losses import make_loss
from cnn.learn.optimizers import make_optimizer
from cnn.learn.schedules import SCHEDULES, learning_rate
from cnn.learn.state import History
from cnn.nets.container import Container, a_network
from cnn.settings import choice, finite, not_negative, whole

#: Samples that a pass without learning looks at in one go; bounds its memory.
AT_ONCE = 256


def fit(
    net: Container,
    images: Array,
    labels: Array,
    *,
    epochs: int = 5,
    batch_size: int = 64,
    optimizer: str = "adam",
    lr: float = 0.002,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
    schedule: str = "constant",
    loss: str = "cross_entropy",
    validation: tuple[Array, Array] | None = None,
    seed: int = 0,
    report: Callable[[str], None] | None = print,
) -> History:
    """Train ``net`` in place.

    Args:
        net: A network whose last layer gives what ``loss`` takes: (N, K) scores.
        images: (N, C, H, W), or (N, F) features.
        labels: (N,) class numbers from 0.
        epochs: Passes over all samples.
        batch_size: Samples in a step; the last of an epoch may have fewer.
        optimizer: A name in :data:`cnn.learn.optimizers.OPTIMIZERS`.
        lr: The highest learning rate.
        momentum: Of the optimizers that have one.
        weight_decay: Pull of every parameter towards 0.
        schedule: A name in :data:`cnn.learn.schedules.SCHEDULES`.
        loss: A name in :data:`cnn.learn.losses.LOSSES`.
        validation: (images, labels) that are never trained on, looked at after every epoch.
        seed: Of the order of the samples. With a network whose first weights were drawn with a
            seed, the same seed gives the same training.
        report: Is told one line an epoch; None for silence.

    Returns:
        What was seen on the way: loss, accuracy and learning rate of every step, and accuracy on
        ``validation`` after every epoch. The network is left in evaluation mode.

    Raises:
        ValueError: There are no samples, counts differ, a name or a number cannot be meant, or
            images do not fit.
    """
    a_network(net)
    images, labels = _samples(images, labels)
    if validation is not None:
        validation = _pair(validation)
    epochs, batch_size = whole(epochs, "epochs", 0), whole(batch_size, "batch_size", 1)
    seed, momentum = whole(seed, "seed", 0), not_negative(momentum, "momentum")
    choice(schedule, "schedule", SCHEDULES)
    if not (report is None or callable(report)):
        raise ValueError(f"report: got {report!r}, need a function of one line, or None")
    steps = epochs * math.ceil(len(labels) / batch_size)
    criterion = make_loss(loss)
    mover = make_optimizer(
        optimizer, net.parameters(), lr=lr, momentum=momentum, weight_decay=weight_decay
    )
    history = History()
    for epoch in range(epochs):
        net.train()
        order = np.random.default_rng([seed, epoch, 1]).permutation(len(labels))
        for first in range(0, len(order), batch_size):
            rows = order[first : first + batch_size]
            scores = net.forward(batch_last(images[rows]))  # (K, N)
            value = criterion.forward(scores, labels[rows])
            net.backward(criterion.backward())
            rate = learning_rate(schedule, lr, len(history.step), steps)
            mover.step(net.gradients(), rate)
            history.step.append(len(history.step) + 1)
            history.loss.append(value)
            history.accuracy.append(float((criterion.said(scores) == labels[rows]).mean()))
            history.lr.append(rate)
        net.eval()
        if validation is not None:
            history.check_step.append(len(history.step))
            history.check_accuracy.append(accuracy(net, *validation, criterion.border))
        if report is not None:
            report(_line(history, epoch + 1, epochs, math.ceil(len(labels) / batch_size)))
    net.eval()
    return history


def predict(net: Container, images: Array, border: float = 0.5) -> Array:
    """The class of each image, (N,): the one with the largest score; -1 where no score is a number.

    Looks at :data:`AT_ONCE` images at a time, in evaluation mode, and leaves the mode as it was.

    Args:
        net: Gives (N, K) scores.
        images: (N, C, H, W), or (N, F) features.
        border: A network with a single output says class 1 where that is above.

    Raises:
        ValueError: The images do not fit.
    """
    a_network(net)
    finite(border, "border")
    images = numbers(images, "images")
    if not images.ndim:
        raise ValueError("images: got a single number, need (N, C, H, W) or (N, F)")
    was_training = net.training
    net.eval()
    try:
        pieces = (images[i : i + AT_ONCE] for i in range(0, len(images), AT_ONCE))
        parts = [answers(net(piece), 1, border) for piece in pieces]
    finally:
        net.train(was_training)
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def accuracy(net: Container, images: Array, labels: Array, border: float = 0.5) -> float:
    """Share of ``images`` (N, C, H, W) whose class is read as its label says, 0 to 1.

    Arguments as :func:`predict`, and ``labels`` (N,).

    Raises:
        ValueError: There are no samples, counts differ, or the images do not fit.
    """
    images, labels = _samples(images, labels)
    return float((predict(net, images, border) == labels).mean())


def _samples(images: Array, labels: Array) -> tuple[Array, Array]:
    images, labels = numbers(images, "images"), numbers(labels, "labels")
    if not images.ndim or not len(images) or labels.shape != images.shape[:1]:
        raise ValueError(
            f"labels: got shape {labels.shape} for images {images.shape}, need one label an image "
            "and at least one of both"
        )
    return images, labels


def _pair(validation: tuple[Array, Array]) -> tuple[Array, Array]:
    """(images, labels), looked at before the first epoch and not after it."""
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise ValueError(
            f"validation: got {type(validation).__name__}, need a pair (images, labels)"
        )
    return _samples(*validation)


def _line(history: History, epoch: int, epochs: int, steps: int) -> str:
    parts = [
        f"epoch {epoch}/{epochs}",
        f"loss {np.mean(history.loss[-steps:]):.4f}",
        f"accuracy {np.mean(history.accuracy[-steps:]):.1%}",
    ]
    if history.check_accuracy:
        parts.append(f"validation {history.check_accuracy[-1]:.1%}")
    return "   ".join(parts)
