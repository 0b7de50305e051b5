"""The tutorial's own network, for scenes 6 and 7: 200 pictures of zeros and ones, one output.

(200, 1, 28, 28) → 3 filters of 5×5 → (200, 3, 24, 24) → sigmoid → 1,728 → one sigmoid output →
½ (y − O)².
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnn.arrays import Array, batch_last
from cnn.data import handwriting
from cnn.layers import initialisation
from cnn.layers.activations import Sigmoid
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Flatten, Linear
from cnn.learn.losses import HalfMSELoss
from cnn.nets.network import Sequential

COUNT, FILTERS, KERNEL, SIZE = 200, 3, 5, 28
INSIDE = SIZE - KERNEL + 1
FEATURES = FILTERS * INSIDE * INSIDE

STARTS = {
    "uniform": "U(0, 1), the tutorial's",
    "picture": "U(0, 1), picture standardised",
    "weights": "U(0, 1), weights standardised",
    "xavier": "Xavier",
}


@lru_cache(maxsize=8)
def pictures(seed: int) -> tuple[Array, Array]:
    """(1, 28, 28, 200) zeros and ones from pen strokes, ink 0 to 1, and their labels (200,)."""
    data = handwriting.generate(COUNT, seed, labels=np.arange(COUNT) % 2)
    x = batch_last(data.images / 255.0)
    x.flags.writeable = False
    return x, data.labels.astype(np.float64)


def network(start: str, seed: int, dtype: type = np.float64) -> Sequential:
    """The network with its first weights.

    Args:
        start: A key of :data:`STARTS`.
        seed: Of the weights.
        dtype: Of the parameters.
    """
    rng = np.random.default_rng([seed, 7])
    conv = Conv2d(1, FILTERS, KERNEL, bias=False, dtype=dtype)
    dense = Linear(FEATURES, 1, dtype=dtype)
    dense.params["bias"][...] = 0
    for layer in (conv, dense):
        weight = layer.params["weight"]
        if start == "xavier":
            weight[...] = initialisation.weight(weight.shape, "xavier_normal", rng, np.float64)
        else:
            weight[...] = rng.uniform(0, 1, weight.shape)
        if start == "weights":
            weight[...] = standardised(weight)
    return Sequential(conv, Sigmoid(), Flatten(), dense, Sigmoid())


def standardised(values: Array) -> Array:
    """Less their mean, over their standard deviation."""
    return np.asarray((values - values.mean()) / values.std())


@dataclass(frozen=True)
class Beginning:
    """The first forward and backward pass.

    Attributes:
        filters: (3, 5, 5).
        gradient: (3, 5, 5) ∂E/∂f of the mean over the pictures.
        z2: (200,) before the last sigmoid.
        o: (200,) answers.
        slopes: Mean slope of the first and of the last sigmoid.
        error: Mean E.
    """

    filters: Array
    gradient: Array
    z2: Array
    o: Array
    slopes: tuple[float, float]
    error: float


@lru_cache(maxsize=64)
def beginning(start: str, seed: int) -> Beginning:
    """The first pass of both directions, for one way to begin."""
    x, y = pictures(seed)
    net, loss = network(start, seed), HalfMSELoss()
    o = net.forward(standardised(x) if start == "picture" else x)
    error = loss.forward(o, y)
    net.backward(loss.backward())
    conv, first, _, dense, last = net
    assert first.y is not None and dense.y is not None and last.y is not None
    slopes = tuple(float((s.y * (1 - s.y)).mean()) for s in (first, last) if s.y is not None)
    return Beginning(
        conv.params["weight"][:, 0],
        conv.grads["weight"][:, 0],
        dense.y[0],
        o[0],
        (slopes[0], slopes[1]),
        error,
    )


@dataclass(frozen=True)
class Run:
    """Steps of plain gradient descent on all 200 pictures at once.

    Attributes:
        errors: (n + 1,) E before the first step and after each: the mean or the sum over pictures.
        right: Share of pictures on the right side of ½, at the end.
        filters: (3, 5, 5) at the end.
    """

    errors: Array
    right: float
    filters: Array


@lru_cache(maxsize=64)
def run(start: str, rate: float, summed: bool, steps: int, seed: int) -> Run:
    """Train.

    Args:
        start: A key of :data:`STARTS`.
        rate: η.
        summed: Whether E is the sum over the pictures, not their mean.
        steps: How many.
        seed: Of pictures and weights.
    """
    x, y = pictures(seed)
    x = (standardised(x) if start == "picture" else x).astype(np.float32)
    net, loss = network(start, seed, np.float32), HalfMSELoss()
    scale = float(COUNT) if summed else 1.0
    errors = []
    for step in range(steps + 1):
        o = net.forward(x)
        errors.append(scale * loss.forward(o, y))
        if step == steps:
            break
        net.backward(scale * loss.backward())
        gradients = net.gradients()
        for name, value in net.parameters().items():
            value -= rate * gradients[name]
    right = float(((o[0] > 0.5) == (y > 0.5)).mean())
    return Run(np.array(errors), right, net[0].params["weight"][:, 0])
