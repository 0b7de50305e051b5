"""Random networks over every kind of block and every option, to hold programs and files against."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnn.nets.network import Sequential
from cnn.nets.spec import Block, SpecError, build

SHAPE = (4, 11, 10)
#: Settings to choose from, by kind of block, while x is maps.
MAPS: dict[str, dict[str, list[Any]]] = {
    "conv": {
        "out_channels": [2, 4, 6],
        "kernel_size": [1, 2, 3, (3, 2)],
        "stride": [1, 1, 2, (1, 2)],
        "padding": [0, 1, "same", (2, 0), (1, 0, 0, 2)],
        "dilation": [1, 1, 2],
        "groups": [1, 1, 2],
        "bias": [True, False],
        "padding_mode": ["zeros", "zeros", "reflect", "replicate", "circular"],
    },
    "conv_transpose": {
        "out_channels": [2, 4],
        "kernel_size": [1, 2, 3, (3, 2)],
        "stride": [1, 2],
        "padding": [0, 1, (1, 0, 0, 0)],
        "output_padding": [0, 1],
        "groups": [1, 2],
        "bias": [True, False],
        "dilation": [1, 2],
    },
    "max_pool": {
        "kernel_size": [2, 3, (3, 2)],
        "stride": [None, 1, 2],
        "padding": [0, 1, (0, 1, 1, 0)],
        "dilation": [1, 1, 2],
        "ceil_mode": [False, True],
    },
    "avg_pool": {
        "kernel_size": [2, 3, (3, 2)],
        "stride": [None, 1, 2],
        "padding": [0, 1, (0, 1, 1, 0)],
        "ceil_mode": [False, True],
        "count_include_pad": [True, False],
        "divisor_override": [None, None, 1, 3],
    },
    "sum_pool": {"kernel_size": [2, (1, 2)], "stride": [None, 1], "ceil_mode": [False, True]},
    "adaptive_avg_pool": {"output_size": [2, 3, (4, 3)]},
    "global_avg_pool": {},
    "adaptive_max_pool": {"output_size": [2, 3, (4, 3)]},
    "global_max_pool": {},
    # An eps that keeps rounding small where a map is all of one value, as after a global pooling.
    "instance_norm": {"eps": [0.1], "affine": [False, True], "track_running_stats": [False, True]},
    "lrn": {"size": [1, 2, 5], "alpha": [1e-4, 0.5], "beta": [0.75, 0.5], "k": [1.0, 2.0]},
    "subsample": {"kernel_size": [2, (1, 2)], "stride": [None, 1]},
    "partial_conv": {"inputs": [[[0], [0, 1], [1]]], "kernel_size": [1, 2]},
}
#: And these anywhere.
ANYWHERE: dict[str, dict[str, list[Any]]] = {
    "batch_norm": {"eps": [1e-5, 0.1], "momentum": [0.1]},
    "group_norm": {"num_groups": [1, 2], "eps": [1e-5, 0.1]},
    "layer_norm": {
        "normalized_shape": [10, 2, 3, [11, 10], [4, 11, 10]],
        "eps": [0.1],
        "elementwise_affine": [True, False],
    },
    "silu": {},
    "hardswish": {},
    "relu6": {},
    "elu": {"alpha": [1.0, 0.4]},
    "softplus": {"beta": [1.0, 2.5], "threshold": [20.0, 1.0]},
    "dropout": {"p": [0.3]},
    "softmax": {},
    "relu": {},
    "leaky_relu": {"negative_slope": [0.01, 0.3, 1.5]},
    "sigmoid": {},
    "tanh": {},
    "gelu": {"approximate": ["none", "tanh"]},
    "scaled_tanh": {"amplitude": [1.7159, 2.0], "slope": [2 / 3]},
}
FEATURES: dict[str, dict[str, list[Any]]] = {
    "linear": {"out_features": [2, 3, 5], "bias": [True, False]},
    "radial_basis": {"codes": [["#.", ".#", "##"]]},
}
#: What PyTorch has no layer for.
OURS_ALONE = ("subsample", "partial_conv", "radial_basis", "scaled_tanh")

#: What it has.
NESTED = ("residual", "branches", "sequence")
IN_PYTORCH = tuple({*MAPS, *ANYWHERE, *FEATURES, *NESTED} - {*OURS_ALONE})


def random_network(seed: int, only: tuple[str, ...] | None = None) -> Sequential:
    """A network of random blocks with random weights, in evaluation; the same for a seed.

    Args:
        seed: Which one.
        only: Blocks of these kinds alone; all of them if not given.
    """
    rng = np.random.default_rng(seed)
    spec: list[Block] = []
    kinds = {**MAPS, **ANYWHERE, **_nested()}
    for _ in range(int(rng.integers(2, 7))):
        _grow(spec, kinds, rng, only)
    if rng.random() < 0.7:
        flat: list[Block] = [{"kind": "flatten"}, {"kind": "linear", "out_features": 2}]
        spec.append(flat[int(rng.integers(2))])
        for _ in range(int(rng.integers(0, 3))):
            _grow(spec, {**FEATURES, **ANYWHERE}, rng, only)
    net = build(spec, SHAPE, rng=rng)
    for name, buffer in net.buffers().items():
        if "running" in name:
            buffer[...] = rng.uniform(0.5, 2, buffer.shape)
    net.eval()
    return net


def images(seed: int) -> np.ndarray:
    """(3, 4, 11, 10) float32: what a network is shown."""
    return np.random.default_rng(seed + 10_000).normal(size=(3, *SHAPE)).astype(np.float32)


def _nested() -> dict[str, dict[str, list[Any]]]:
    """Blocks with blocks inside; their settings are whole tables."""
    same = [{"kind": "conv", "out_channels": 4, "kernel_size": 3, "padding": "same"}]
    even = [{"kind": "conv", "out_channels": 4, "kernel_size": 2, "padding": "same"}]
    point = [{"kind": "conv", "out_channels": 4, "kernel_size": 1}]
    return {
        "residual": {
            "body": [same, [*even, {"kind": "batch_norm"}, {"kind": "gelu"}, *point]],
            "shortcut": [point],
            "activation": ["relu", None, {"kind": "leaky_relu", "negative_slope": 0.4}],
        },
        "branches": {"bodies": [[[], same], [even, point, [{"kind": "relu"}]]]},
        "sequence": {"layers": [[*same, {"kind": "residual", "body": []}], []]},
    }


def _grow(
    spec: list[Block],
    kinds: dict[str, dict[str, list[Any]]],
    rng: np.random.Generator,
    only: tuple[str, ...] | None,
) -> None:
    """Add a block that fits; try others where one does not."""
    names = [name for name in sorted(kinds) if only is None or name in only]
    for _ in range(20):
        kind = names[int(rng.integers(len(names)))]
        block: Block = {"kind": kind}
        for name, values in kinds[kind].items():
            block[name] = values[int(rng.integers(len(values)))]
        try:
            build([*spec, block], SHAPE, init="zeros")
        except SpecError:
            continue
        spec.append(block)
        return
