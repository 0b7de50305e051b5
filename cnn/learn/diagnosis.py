"""Names what goes wrong in a training run, in words, with the likely cause.

Looked at after a batch's forward and backward pass, while the layers still hold both.
"""

from __future__ import annotations

import math

import numpy as np

from cnn.layers.activations import ReLU
from cnn.learn.state import Diagnosis, History, RunConfig
from cnn.nets.network import Sequential

#: Steps that the plateau looks back over, and the share of progress that still counts as some.
WINDOW = 60
PROGRESS = 0.01
#: A gradient this small, everywhere, moves nothing at float32.
NO_GRADIENT = 1e-9


def diagnose(config: RunConfig, history: History, net: Sequential) -> Diagnosis | None:
    """The worst thing that can be said of the run just now, or None."""
    if history.loss and not math.isfinite(history.loss[-1]):
        return _not_a_number(config, history)
    return _dead(net) or _silent(net) or _plateau(config, history)


def _not_a_number(config: RunConfig, history: History) -> Diagnosis:
    finite = [v for v in history.loss if math.isfinite(v)]
    grew = len(finite) > 1 and max(finite) > 3 * finite[0]
    last = f" The loss had grown to {max(finite):.3g} before that." if grew else ""
    return Diagnosis(
        "NaN",
        f"At step {history.step[-1]} the loss is no longer a number.{last}",
        f"Most likely the learning rate ({config.lr:g}) is too high: every step overshoots, the "
        "weights grow until they overflow. Divide it by 10 and start again.",
        fatal=True,
    )


def _dead(net: Sequential) -> Diagnosis | None:
    for name, layer in net.named_layers():
        if isinstance(layer, ReLU) and layer.y is not None and layer.y.size and not layer.y.any():
            return Diagnosis(
                "Dead network",
                f"Every output of {name} is 0, for every image of the batch.",
                "A ReLU that never fires passes no gradient back, so the layers before it cannot "
                "recover. A large step pushed their biases far below zero: use a lower learning "
                "rate, or leaky ReLU, and start again.",
            )
    return None


def _silent(net: Sequential) -> Diagnosis | None:
    gradients = list(net.gradients().items())
    if gradients and all(np.abs(g).max(initial=0.0) < NO_GRADIENT for _, g in gradients):
        return Diagnosis(
            "No gradient",
            "Every gradient is practically 0: no weight moves.",
            "Either the batch is already fitted perfectly, or saturated sigmoids or dead ReLUs "
            "stop the gradient on its way back. Look at the activation histograms.",
        )
    for name, gradient in gradients[:1]:
        last = np.abs(gradients[-1][1]).mean()
        first = np.abs(gradient).mean()
        if last > 0 and first < 1e-4 * last:
            return Diagnosis(
                "Vanishing gradient",
                f"The gradient of {name} is {last / max(first, 1e-30):.0f} times smaller than "
                "that of the last layer.",
                "Each sigmoid or tanh on the way back multiplies by a slope below 1. Use ReLU, "
                "batch norm or fewer layers.",
            )
    return None


def _plateau(config: RunConfig, history: History) -> Diagnosis | None:
    if len(history.loss) < 2 * WINDOW:
        return None
    before = float(np.mean(history.loss[-2 * WINDOW : -WINDOW]))
    now = float(np.mean(history.loss[-WINDOW:]))
    accuracy = float(np.mean(history.accuracy[-WINDOW:]))
    if now < before * (1 - PROGRESS) or accuracy > 0.9:
        return None
    guessing = accuracy < 1.5 / config.classes
    cause = (
        f"It still guesses: {config.classes} classes by chance give {1 / config.classes:.0%}. "
        "The learning rate may be too low to leave the start, or so high that it jumps about; "
        "try a factor of 10 either way, or another initialisation."
        if guessing
        else "The learning rate may now be too high to settle (try a schedule that lowers it), "
        "or the network too small for the data."
    )
    return Diagnosis(
        "Plateau",
        f"The training loss stayed at {now:.3g} over the last {2 * WINDOW} steps "
        f"(accuracy {accuracy:.0%}).",
        cause,
    )
