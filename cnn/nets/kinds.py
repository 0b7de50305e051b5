"""The kinds of blocks that a table may have: a name for each layer, and what its settings are.

The settings of a kind are the arguments of its layer's constructor, so there is nothing to keep in
step: a layer that gets an argument has a setting more. Tables are built in :mod:`cnn.nets.spec` and
read off networks in :mod:`cnn.nets.table`.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cached_property

from cnn.layers.activations import ACTIVATIONS
from cnn.layers.adaptive_pooling import (
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
)
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d, ConvTranspose2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.dropout import Dropout
from cnn.layers.group_normalisation import GroupNorm
from cnn.layers.instance_normalisation import InstanceNorm2d
from cnn.layers.layer import Layer
from cnn.layers.layer_normalisation import LayerNorm
from cnn.layers.lenet_1998 import PartialConv2d, RadialBasis, ScaledTanh, Subsample2d
from cnn.layers.local_response import LocalResponseNorm
from cnn.layers.more_activations import MORE_ACTIVATIONS
from cnn.layers.pooling import AvgPool2d, MaxPool2d, SumPool2d
from cnn.layers.softmax import Softmax


@dataclass(frozen=True)
class Kind:
    """One kind of plain block.

    Attributes:
        layer: Its class; the arguments of its constructor are the block's settings.
        inferred: The argument that is the number of channels or features before it, if any.
        maps: It works on (C, H, W) only.
    """

    layer: type[Layer]
    inferred: str | None = None
    maps: bool = False

    @cached_property
    def arguments(self) -> dict[str, inspect.Parameter]:
        """Of the layer's constructor, by name."""
        if self.layer.__init__ is Layer.__init__:
            return {}
        arguments = dict(inspect.signature(self.layer.__init__).parameters)
        del arguments["self"]
        return arguments

    @property
    def settings(self) -> list[str]:
        """Those arguments that a block of this kind gives."""
        return [name for name in self.arguments if name not in GIVEN]


#: Arguments of layers that come from :func:`build`, not from the block.
GIVEN = ("rng", "dtype", "init")

KINDS: dict[str, Kind] = {
    "conv": Kind(Conv2d, "in_channels", maps=True),
    "conv_transpose": Kind(ConvTranspose2d, "in_channels", maps=True),
    "max_pool": Kind(MaxPool2d, maps=True),
    "avg_pool": Kind(AvgPool2d, maps=True),
    "sum_pool": Kind(SumPool2d, maps=True),
    "adaptive_avg_pool": Kind(AdaptiveAvgPool2d, maps=True),
    "global_avg_pool": Kind(GlobalAvgPool2d, maps=True),
    "adaptive_max_pool": Kind(AdaptiveMaxPool2d, maps=True),
    "global_max_pool": Kind(GlobalMaxPool2d, maps=True),
    "batch_norm": Kind(BatchNorm2d, "num_features"),
    "group_norm": Kind(GroupNorm, "num_channels"),
    "layer_norm": Kind(LayerNorm),
    "instance_norm": Kind(InstanceNorm2d, "num_features", maps=True),
    "lrn": Kind(LocalResponseNorm, maps=True),
    "dropout": Kind(Dropout),
    "flatten": Kind(Flatten),
    "linear": Kind(Linear, "in_features"),
    "softmax": Kind(Softmax),
    **{name: Kind(layer) for name, layer in {**ACTIVATIONS, **MORE_ACTIVATIONS}.items()},
    "scaled_tanh": Kind(ScaledTanh),
    "subsample": Kind(Subsample2d, "channels", maps=True),
    "partial_conv": Kind(PartialConv2d, "in_channels", maps=True),
    "radial_basis": Kind(RadialBasis),
}

#: Where a layer's window keeps its settings.
IN_WINDOW = {
    "kernel_size": "kernel",
    "stride": "stride",
    "padding": "padding",
    "dilation": "dilation",
    "ceil_mode": "ceil_mode",
    "output_padding": "output_padding",
}

#: Blocks with blocks inside, and their settings.
NESTED = {
    "residual": ("body", "shortcut", "activation"),
    "branches": ("bodies", "names"),
    "sequence": ("layers",),
}
