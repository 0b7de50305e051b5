"""What a training run shows of itself: how far weights have moved, which units are at their end.

Looked at after a batch's forward and backward pass, while the layers still hold both.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from cnn.arrays import Array
from cnn.layers.activations import ReLU, Sigmoid, Tanh
from cnn.layers.layer import Layer
from cnn.learn.state import FirstWeights, History, RunConfig
from cnn.nets.network import Sequential
from cnn.nets.spec import build

#: Share of units that tells of a whole layer.
MOST = 0.9
#: How far weights have moved, ‖W − W₀‖ / ‖W₀‖: hardly, and far.
HARDLY, FAR = 0.02, 2.0


class Evidence:
    """A run as a diagnosis looks at it; what costs something is worked out when asked for."""

    def __init__(
        self,
        config: RunConfig,
        history: History,
        net: Sequential,
        first: FirstWeights | None = None,
    ) -> None:
        self.config, self.history, self.net, self.first = config, history, net, first
        self.layers = list(net.named_layers())

    @cached_property
    def began(self) -> dict[str, Array]:
        """The parameters that the run began with."""
        if self.first is not None:
            return self.first.parameters
        config = self.config
        rng = np.random.default_rng(config.seed)
        return build(config.blocks, config.input_shape, rng=rng, init=config.init).parameters()

    def moved(self, name: str) -> float:
        """‖W − W₀‖ / ‖W₀‖ of a parameter; infinite where it began at 0 and is not 0 now."""
        first, now = self.began[name], self.net.parameters()[name]
        size, change = float(np.linalg.norm(first)), float(np.linalg.norm(now - first))
        return change / size if size else (math.inf if change else 0.0)

    def turned(self, name: str) -> float:
        """As :meth:`moved`, of the direction alone: weight decay shrinks weights, unturned."""
        first, now = self.began[name], self.net.parameters()[name]
        sizes = float(np.linalg.norm(first)), float(np.linalg.norm(now))
        if not all(sizes):
            return math.inf
        return float(np.linalg.norm(now / sizes[1] - first / sizes[0]))

    @property
    def weights(self) -> dict[str, Array]:
        """The weights (not the biases) of convolutions and dense layers, by path."""
        found = self.net.parameters().items()
        return {name: value for name, value in found if name.endswith("weight") and value.ndim > 1}

    def all_alike(self) -> str | None:
        """A layer whose units all have the same weights, but for rounding."""
        for name, weight in self.weights.items():
            apart = np.abs(weight - weight[:1]).max(initial=0.0)
            if len(weight) > 1 and apart <= 1e-3 * np.abs(weight).max():
                return name.removesuffix(".weight")
        return None

    def zero(self) -> str | None:
        """A layer whose weights are all exactly 0."""
        for name, weight in self.weights.items():
            if not weight.any():
                return name.removesuffix(".weight")
        return None

    def began_at_zero(self) -> bool:
        """Whether the weights of the run began at 0."""
        return not any(self.began[name].any() for name in self.weights)

    def before(self, name: str) -> tuple[str, Layer] | None:
        """The last layer with weights before layer ``name``."""
        found = None
        for path, layer in self.layers:
            if path == name:
                return found
            if "weight" in layer.params:
                found = path, layer
        return None


def last_saturated(run: Evidence) -> str | None:
    """The last sigmoid or tanh that is, by name; one that is passes nothing to those before."""
    for name, layer in reversed(run.layers):
        if isinstance(layer, Sigmoid | Tanh) and layer.y is not None:
            y = layer.y
            derivative = y * (1 - y) if isinstance(layer, Sigmoid) else 1 - y * y
            if (derivative < 1e-3).mean() > MOST:
                return name
    return None


def last_mostly_off(run: Evidence) -> str | None:
    """The last ReLU nearly all of whose outputs are 0, by name."""
    for name, layer in reversed(run.layers):
        if isinstance(layer, ReLU) and layer.y is not None and (layer.y == 0).mean() > MOST:
            return name
    return None


def decayed(run: Evidence) -> str | None:
    """One sentence if the weight decay has pulled the weights of a layer to almost nothing."""
    if not run.config.weight_decay:
        return None
    for name, weight in run.weights.items():
        first = float(np.linalg.norm(run.began[name]))
        if first and float(np.linalg.norm(weight)) < 0.1 * first:
            return (
                f"The weight decay ({run.config.weight_decay:g}) has pulled the weights of "
                f"{name.removesuffix('.weight')} to a tenth or less. Lower it."
            )
    return None
