"""Looking without touching: a network of one's own that shares the parameters."""

from __future__ import annotations

import copy
from typing import TypeVar

import numpy as np

from cnn.arrays import Array
from cnn.layers.dense import Linear
from cnn.layers.layer import Layer, a_layer
from cnn.nets.container import Container
from cnn.nets.network import Sequential

AnyLayer = TypeVar("AnyLayer", bound=Layer)


def evaluation_copy(layer: AnyLayer) -> AnyLayer:
    """The same layer or network for one caller alone, in evaluation mode.

    Parameters and running statistics are the original's own arrays, and no gradients of them are
    worked out. Everything that a pass leaves
    behind (x, y, dy, dx, gradients, patches) stays in the copy: the original is not touched, and
    several threads may each look at one network through a copy of their own. Takes microseconds.
    """
    a_layer(layer, "net")
    twin = copy.copy(layer)
    twin.training, twin.frozen = False, True
    twin.params = dict(layer.params)
    twin.grads = {}
    if isinstance(twin, Container):
        twin.layers = {name: evaluation_copy(inner) for name, inner in twin.layers.items()}
    for name, value in vars(layer).items():
        if isinstance(value, Layer):  # what does a layer's work inside of it, e.g. Subsample2d.pool
            setattr(twin, name, evaluation_copy(value))
    return twin


def both_ways(net: Sequential) -> Sequential:
    """A network that gives one score z, as one that gives −z and z: a score for each class.

    What explains a class of several can then explain each of the two.
    """
    twice = Linear(1, 2, bias=False)
    twice.params["weight"] = np.array([[-1.0], [1.0]], np.float32)
    return Sequential(*evaluation_copy(net).layers.items(), ("both_ways", twice))


def once(layer: Layer, x: Array) -> Array:
    """What ``layer`` makes of one sample (C, H, W) or (F,), in evaluation mode."""
    return evaluation_copy(layer).forward(x[..., None])[..., 0]
