"""Names what goes wrong in a training run, in words, with the likely cause.

Looked at after a batch's forward and backward pass, while the layers still hold both. A cause is
named only where the network itself shows it: its layers, its weights beside those it began with,
and what the batch left in them (:mod:`cnn.learn.evidence`). Here are the loss that is no number and
the loss that stays; what lets no gradient through has :mod:`cnn.learn.stuck`.
"""

from __future__ import annotations

import math

import numpy as np

from cnn.learn.evidence import FAR, HARDLY, Evidence, decayed, last_saturated
from cnn.learn.state import Diagnosis, FirstWeights, History, RunConfig
from cnn.learn.stuck import SYMMETRIC, dead, less, silent, vanishing
from cnn.nets.network import Sequential

#: Steps that the plateau looks back over, and the share of progress that still counts as some.
WINDOW = 60
PROGRESS = 0.01

_EITHER_WAY = (
    "The learning rate may be too low to leave the start, or so high that it jumps about; try a "
    "factor of 10 either way, or other first weights."
)


def diagnose(
    config: RunConfig, history: History, net: Sequential, first: FirstWeights | None = None
) -> Diagnosis | None:
    """The worst thing that can be said of the run just now, or None.

    Args:
        config: Of the run.
        history: What it has seen.
        net: As it is now; its layers still hold the last batch.
        first: The weights that it began with, where they are those of a file.
    """
    run = Evidence(config, history, net, first)
    values = [*history.loss[-1:], *history.check_loss[-1:]]
    if not all(math.isfinite(value) for value in values):
        return _not_a_number(run, "the loss is no longer a number")
    if not all(np.isfinite(value).all() for value in net.parameters().values()):
        return _not_a_number(run, "weights are no longer numbers")
    return dead(run) or silent(run) or vanishing(run) or _plateau(run)


def _not_a_number(run: Evidence, what: str) -> Diagnosis:
    history, rate = run.history, run.config.lr
    step = history.step[-1] if history.step else 0
    finite = [v for v in history.loss if math.isfinite(v)]
    grew = len(finite) > 1 and max(finite) > 3 * finite[0]
    last = f" The loss had grown to {max(finite):.3g} before that." if grew else ""
    if not finite:
        cause = (
            "It was none before any weight had moved: the first weights are too large for this "
            "network, or the images hold such numbers. Choose other first weights."
        )
    elif run.config.optimizer != "adamw" and rate * run.config.weight_decay > 2:
        cause = (
            f"The weight decay ({run.config.weight_decay:g}) times the learning rate ({rate:g}) "
            "is above 2, so that every step overshoots 0 and the weights grow. Lower either."
        )
    else:
        cause = (
            f"Most likely the learning rate ({rate:g}) is too high: every step overshoots, the "
            "weights grow until they overflow. Divide it by 10 and start again."
        )
    seen = f"At step {step} {what}.{last}"
    return Diagnosis("NaN", seen, cause, fatal=True)


def _plateau(run: Evidence) -> Diagnosis | None:
    history = run.history
    if len(history.loss) < 2 * WINDOW:
        return None
    before = float(np.mean(history.loss[-2 * WINDOW : -WINDOW]))
    now = float(np.mean(history.loss[-WINDOW:]))
    accuracy = float(np.mean(history.accuracy[-WINDOW:]))
    if now < before * (1 - PROGRESS) or accuracy > 0.9:
        return None
    chance = 1 / run.config.classes
    guesses = accuracy < chance + 0.1 * (1 - chance)
    return Diagnosis(
        "Plateau",
        f"The training loss stayed at {now:.3g} over the last {2 * WINDOW} steps "
        f"(accuracy {accuracy:.0%}).",
        _why_it_guesses(run, chance) if guesses else _why_it_stays(run),
    )


def _why_it_guesses(run: Evidence, chance: float) -> str:
    words = f"It still guesses: {run.config.classes} classes by chance give {chance:.0%}. "
    if run.began_at_zero() and run.all_alike():
        return words + SYMMETRIC
    if decay := decayed(run):
        return words + decay
    if saturated := last_saturated(run):
        return words + (f"{saturated} is saturated, where its slope is 0. {less(run)}")
    if run.began_at_zero():
        return words + _EITHER_WAY
    far = max(run.moved(name) for name in run.weights)
    if far < HARDLY:
        return words + (
            f"Its weights have moved by {far:.1%} only: the learning rate ({run.config.lr:g}) is "
            "too low to leave the start. Try ten times as much."
        )
    if far > FAR:
        return words + (
            f"Its weights are far from where they began: the learning rate ({run.config.lr:g}) is "
            "so high that it jumps about. Try a tenth."
        )
    return words + _EITHER_WAY


def _why_it_stays(run: Evidence) -> str:
    if decay := decayed(run):
        return decay
    rate, most = run.history.lr[-1], max(run.history.lr)
    if rate < 0.05 * most:
        return (
            f"The schedule has lowered the learning rate to {rate:.2g}: hardly a weight moves any "
            "more. That is how the run was meant to end; a network that is larger, or trained "
            "longer, may get further."
        )
    lower = "" if rate < most else " (try a schedule that lowers it)"
    return (
        f"The learning rate may now be too high to settle{lower}, or the network too small for "
        "the data."
    )
