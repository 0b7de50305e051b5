"""What the tests of cnn.explain look at."""

from typing import TypeVar

import numpy as np

from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.layer import Layer
from cnn.nets.network import Sequential
from cnn.nets.spec import build

AnyLayer = TypeVar("AnyLayer", bound=Layer)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def image(*shape: int, seed: int = 1) -> np.ndarray:
    return rng(seed).standard_normal(shape).astype(np.float32)


def trained_norm(channels: int) -> BatchNorm2d:
    """A batch norm that has seen something, in evaluation mode."""
    return trained(BatchNorm2d(channels))


def trained(layer: AnyLayer) -> AnyLayer:
    """A layer whose parameters and statistics have moved, in evaluation mode."""
    for array in (*layer.params.values(), *layer.bufs.values()):
        array[...] = rng(len(array)).uniform(0.5, 1.5, array.shape)
    layer.training = False
    return layer


def branching(seed: int = 3) -> Sequential:
    """Convolutions of every sort, branches in branches, two kinds of residual, dense layers."""
    inner = {"kind": "branches", "bodies": [
        [{"kind": "conv", "out_channels": 2, "kernel_size": (1, 3), "padding": (0, 1)}],
        [{"kind": "conv", "out_channels": 3, "kernel_size": (3, 1), "padding": (1, 0)}],
    ]}  # fmt: skip
    spec = [
        {"kind": "conv", "out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1},
        {"kind": "batch_norm"},
        {"kind": "leaky_relu"},
        {"kind": "branches", "name": "fork", "bodies": [
            [{"kind": "avg_pool", "kernel_size": 3, "stride": 1, "padding": 1}],
            [{"kind": "conv", "out_channels": 4, "kernel_size": 1}, inner],
            [{"kind": "conv", "out_channels": 3, "kernel_size": 5, "padding": 2}],
        ]},
        {"kind": "residual", "name": "same", "activation": "relu", "body": [
            {"kind": "conv", "out_channels": 12, "kernel_size": 3, "padding": 1},
            {"kind": "relu"},
            {"kind": "conv", "out_channels": 12, "kernel_size": 3, "padding": 1},
        ]},
        {"kind": "residual", "name": "half", "activation": "relu", "body": [
            {"kind": "conv", "out_channels": 6, "kernel_size": 3, "stride": 2, "padding": 1},
            {"kind": "batch_norm"},
        ], "shortcut": [{"kind": "conv", "out_channels": 6, "kernel_size": 1, "stride": 2}]},
        {"kind": "dropout", "p": 0.5},
        {"kind": "linear", "out_features": 7},
        {"kind": "sigmoid"},
        {"kind": "linear", "out_features": 5},
    ]  # fmt: skip
    net = build(spec, (2, 13, 11), rng=seed)
    for _, layer in net.named_layers():
        if isinstance(layer, BatchNorm2d):
            layer.bufs["running_mean"][...] = rng(9).normal(size=layer.num_features)
            layer.bufs["running_var"][...] = rng(8).uniform(0.5, 2, layer.num_features)
    return net
