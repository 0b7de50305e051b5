"""How the pages show a layer, by its type: its words, its connections, the sum of a cell.

The view of a network (:mod:`ui.network_panels`) and the stage of an open cell
(:mod:`ui.network_unit`) ask here. Where nothing is said of a type, what is said of its parent
holds; of any other layer it is said that it hears everything, and its cells open no sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import Any, Literal

import numpy as np

from cnn.arrays import Array
from cnn.explain import window_sum
from cnn.layers.activations import GELU, Activation, LeakyReLU, Sigmoid, Tanh
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d
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
from cnn.layers.pooling import AvgPool2d, MaxPool2d, Pool2d, SumPool2d
from cnn.layers.softmax import Softmax
from cnn.nets.network import Branches, Residual
from ui.components.network_view.views import Connection
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Shown

Kind = Literal["conv", "dense", "pool", "activation", "norm", "other"]


@dataclass(frozen=True)
class Words:
    """What is said of a layer.

    Attributes:
        name: What it is called; for a window that slides, what stands before its size.
        kind: The colour of its title and its place in the overview.
        connect: How its maps hang on the maps before it.
        cell_by_cell: Each cell reads the cell in its place and no other.
        seen: Whether it has a column of its own; not where it changes no number of a pass.
        ends: Whether it makes probabilities of scores, where it is the last.
        sized: Whether its window's size is told.
    """

    name: str
    kind: Kind = "other"
    connect: Connection = "all"
    cell_by_cell: bool = False
    seen: bool = True
    ends: bool = False
    sized: bool = True


# --- words --------------------------------------------------------------------------------------


@singledispatch
def words_of(layer: Layer) -> Words:
    """What is said of a layer; its class's name where nothing is."""
    return Words(type(layer).__name__)


def _say(kind: type[Layer], *args: Any, **rest: Any) -> None:
    """The same words for every layer of a type."""
    said = Words(*args, **rest)
    words_of.register(kind, lambda layer: said)


_say(Conv2d, "convolution", "conv")
_say(PartialConv2d, "convolution", "conv")
_say(ConvTranspose2d, "transposed convolution")
_say(Linear, "dense", "dense")
_say(Pool2d, "mean of", "pool", "same")
_say(MaxPool2d, "maximum of", "pool", "same")
_say(SumPool2d, "sum of", "pool", "same")
_say(Subsample2d, "trained sum of", "pool", "same")
_say(LeakyReLU, "leaky ReLU", "activation", "same", cell_by_cell=True)
_say(Sigmoid, "sigmoid", "activation", "same", cell_by_cell=True, ends=True)
_say(Softmax, "softmax", "activation", "same", cell_by_cell=True, ends=True)
_say(Tanh, "tanh", "activation", "same", cell_by_cell=True)
_say(GELU, "GELU", "activation", "same", cell_by_cell=True)
_say(ScaledTanh, "scaled tanh", "activation", "same", cell_by_cell=True)
_say(BatchNorm2d, "batch norm", "norm", "same", cell_by_cell=True)
_say(InstanceNorm2d, "instance norm", "norm", "same")
_say(GroupNorm, "group norm", "norm")
_say(LayerNorm, "layer norm", "norm")
_say(LocalResponseNorm, "local response norm", "norm")
_say(RadialBasis, "distance to a code")
_say(Residual, "residual block")
_say(Branches, "branches side by side")
_say(Flatten, "flatten", seen=False)
_say(Dropout, "dropout", seen=False)


@words_of.register
def _(layer: Activation) -> Words:
    return Words(type(layer).__name__, "activation", "same", cell_by_cell=True)


@words_of.register
def _(layer: AdaptiveAvgPool2d) -> Words:
    if layer.output_size == (1, 1):
        return Words("mean of each map", "pool", "same", sized=False)
    return Words("mean of", "pool", "same")


@words_of.register
def _(layer: AdaptiveMaxPool2d) -> Words:
    if layer.output_size == (1, 1):
        return Words("maximum of each map", "pool", "same", sized=False)
    return Words("maximum of", "pool", "same")


# --- connections --------------------------------------------------------------------------------


@singledispatch
def kernels_of(layer: Layer) -> Array | None:
    """(O, I/groups, kh, kw) of a convolution; None for all others."""
    return None


@kernels_of.register
def _(layer: Conv2d) -> Array:
    return layer.params["weight"]


@kernels_of.register
def _(layer: PartialConv2d) -> Array:
    return layer.full_weight()


@singledispatch
def groups_of(layer: Layer) -> int:
    """Into how many groups a layer's maps fall, each of which hears its own."""
    return 1


@groups_of.register
def _(layer: Conv2d) -> int:
    return layer.groups


@singledispatch
def edges_of(layer: Layer, source: Array) -> Array | None:
    """(maps, maps of the source): the weight itself, or the norm of a connection's weights.

    None where there are no weights. Those of other groups are 0.

    Args:
        layer: The layer.
        source: What it hears, (C, H, W) or (F,), as it is shown.
    """
    kernels = kernels_of(layer)
    return None if kernels is None else _grouped(_norms(kernels), len(source), groups_of(layer))


@edges_of.register
def _(layer: Linear, source: Array) -> Array:
    weight = layer.params["weight"]
    return weight if source.ndim == 1 else _norms(weight.reshape(*weight.shape[:1], *source.shape))


def _norms(weight: Array) -> Array:
    norms: Array = np.sqrt(np.square(weight).sum(axis=(2, 3)))
    return norms


def _grouped(norms: Array, count: int, groups: int) -> Array:
    if groups == 1:
        return norms
    edges = np.zeros((len(norms), count), norms.dtype)
    each, own = count // groups, len(norms) // groups
    for group in range(groups):
        rows, columns = slice(group * own, (group + 1) * own), group * each
        edges[rows, columns : columns + each] = norms[rows]
    return edges


@singledispatch
def whole_sum_at(layer: Layer, unit: int) -> tuple[int, ...] | None:
    """Which cell of the layer is the unit, where that is one sum over all it hears."""
    return None


@whole_sum_at.register
def _(layer: Linear, unit: int) -> tuple[int, ...]:
    return (unit,)


@whole_sum_at.register
def _(layer: Conv2d, unit: int) -> tuple[int, ...]:
    return (unit, 0, 0)


# --- the sum of a cell, for the window stage ----------------------------------------------------


@singledispatch
def shown(layer: Layer, x: Array, channel: int) -> Shown | None:
    """How one map of a layer comes from its input, cell by cell; None where no sum makes it.

    Args:
        layer: The layer, without what follows it.
        x: What it was given, (C, H, W).
        channel: The map.
    """
    return None


@shown.register
def _(layer: Conv2d, x: Array, channel: int) -> Shown:
    weight = layer.params["weight"][channel]
    first = channel // (layer.out_channels // layer.groups) * len(weight)
    names = [f"map {first + i}" for i in range(len(weight))]
    setting = Setting("conv", layer.receptive_step(x.shape), layer.padding_mode)
    heard = x[first : first + len(weight)]
    return Shown(heard, setting, weight, bias_of(layer, channel), names if len(names) > 1 else None)


@shown.register
def _(layer: PartialConv2d, x: Array, channel: int) -> Shown:
    heard = list(layer.inputs[channel])
    return Shown(
        x[heard],
        Setting("conv", layer.receptive_step(x.shape)),
        layer.full_weight()[channel, heard],
        bias_of(layer, channel),
        [f"map {i}" for i in heard],
    )


@shown.register
def _(layer: Subsample2d, x: Array, channel: int) -> Shown:
    weight = np.full((1, *layer.window.kernel), layer.params["weight"][channel])
    setting = Setting("conv", layer.receptive_step(x.shape))
    return Shown(x[[channel]], setting, weight, bias_of(layer, channel))


@shown.register
def _(layer: BatchNorm2d, x: Array, channel: int) -> Shown:
    taken = window_sum(layer, x, (channel, 0, 0))
    return Shown(x[[channel]], Setting.of_kernel(taken.weight), taken.weight, taken.bias)


def _pooled(kind: str) -> Callable[[Any, Array, int], Shown]:
    def shows(layer: Pool2d, x: Array, channel: int) -> Shown:
        counted = getattr(layer, "count_include_pad", True)
        setting = Setting(kind, layer.receptive_step(x.shape), count_include_pad=counted)
        return Shown(x[[channel]], setting)

    return shows


for _type, _kind in ((MaxPool2d, "max"), (AvgPool2d, "avg"), (SumPool2d, "sum")):
    shown.register(_type, _pooled(_kind))


def _adaptive(kind: str) -> Callable[[Any, Array, int], Shown | None]:
    def shows(layer: AdaptiveAvgPool2d | AdaptiveMaxPool2d, x: Array, channel: int) -> Shown | None:
        sizes = zip(x.shape[1:], layer.output_size, strict=True)
        if any(n % size for n, size in sizes):  # windows of several sizes
            return None
        return Shown(x[[channel]], Setting(kind, layer.receptive_step(x.shape)))

    return shows


shown.register(AdaptiveAvgPool2d, _adaptive("avg"))
shown.register(AdaptiveMaxPool2d, _adaptive("max"))


def bias_of(layer: Layer, unit: int) -> float:
    """What the layer adds to the sums of one map or unit."""
    return float(layer.params["bias"][unit]) if "bias" in layer.params else 0.0
