"""A whole output map taken apart: what each input channel adds to every cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.explain.copies import once
from cnn.explain.sums import Activation, activate, checked_index, take_apart, windowed
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d
from cnn.layers.convolution import Conv2d, ConvTranspose2d
from cnn.layers.convolving.correlate import correlate_input_gradient
from cnn.layers.layer import Layer
from cnn.layers.lenet_1998 import PartialConv2d, Subsample2d
from cnn.layers.pooling import MaxPool2d, Pool2d
from cnn.layers.winners import places, winners
from cnn.window.geometry import Window


@dataclass(frozen=True)
class MapSums:
    """A whole output map taken apart; OH × OW cells, arrays float64.

    Attributes:
        channels: (C,) input channels that take part.
        partial: (C, OH, OW) each input channel's partial sum.
        bias: Added to every cell.
        z: (OH, OW) the sum over channels and the bias.
        y: (OH, OW) after the activation.
        winners: (OH, OW) of a MaxPool2d: row · W + column of the input cell that won. Else None.
    """

    channels: Array
    partial: Array
    bias: float
    z: Array
    y: Array
    winners: Array | None = None


def map_sums(layer: Layer, x: Array, channel: int, activation: Activation = None) -> MapSums:
    """Take a whole map of a convolution or pooling apart.

    Args:
        layer: A convolution, plain, partial or transposed, or a pooling.
        x: Its input for one sample, (C, H, W).
        channel: Which output map.
        activation: What follows the sum, as in :func:`window_sum`.

    Raises:
        ValueError: No such channel, or a layer without a sliding window.
    """
    x = np.asarray(x)
    checked_index((channel,), layer.output_shape(x.shape)[:1])
    if isinstance(layer, Pool2d | AdaptiveAvgPool2d | AdaptiveMaxPool2d):
        channels = np.array([channel])
        partial, bias = once(layer, x[channels]).astype(np.float64), 0.0
    else:
        channels, partial, bias = _partial(layer, x, channel)
    z = partial.sum(axis=0) + bias
    won_by = None
    if isinstance(layer, MaxPool2d):
        _, won = winners(x[channels][..., None], layer.window)
        won_by = places(won, layer.window, x.shape[1:])[0, ..., 0]  # (OH, OW)
    return MapSums(channels, partial, bias, z, activate(z, activation), won_by)


def partial_sums(x: Array, weight: Array, window: Window, padding_mode: str = "zeros") -> Array:
    """Each channel's part of one output map.

    Args:
        x: (C, H, W).
        weight: (C, kh, kw), one filter.
        window: Its geometry.
        padding_mode: What the padding holds, as Conv2d's.

    Returns:
        (C, OH, OW), float64; summed over C it is the filter's map without bias.
    """
    padded, bare = windowed(np.asarray(x, np.float64), window, padding_mode)
    rows, columns = bare.axes(*padded.shape[1:])
    partial = np.zeros((len(padded), rows.size, columns.size))
    for i, row in enumerate(rows.taps):
        for j, column in enumerate(columns.taps):
            taps = weight[:, i, j].astype(np.float64)
            seen = padded[:, row.inputs, column.inputs]  # (C, OH, OW)
            partial += taps[:, None, None] * seen
    return partial


def _partial(layer: Layer, x: Array, channel: int) -> tuple[Array, Array, float]:
    """(channels, partial sums, bias) of one map."""
    if isinstance(layer, Subsample2d):
        channels = np.array([channel])
        pooled = once(layer.pool, x[channels]).astype(np.float64)
        return channels, pooled * layer.params["weight"][channel], layer.params["bias"][channel]
    if isinstance(layer, ConvTranspose2d):
        return _transposed(layer, x, channel)
    if not isinstance(layer, Conv2d | PartialConv2d):
        raise ValueError(
            f"layer: got a {type(layer).__name__}, need one whose window slides over its input"
        )
    corner = take_apart(layer, x, (channel, 0, 0))
    full = layer.full if isinstance(layer, PartialConv2d) else layer
    part = partial_sums(x[corner.channels], corner.weight, full.window, full.padding_mode)
    return corner.channels, part, corner.bias


def _transposed(layer: ConvTranspose2d, x: Array, channel: int) -> tuple[Array, Array, float]:
    size = layer.step.output_size(x.shape[1], x.shape[2])
    per_group = layer.out_channels // layer.groups
    count = len(x) // layer.groups
    channels = np.arange(count) + channel // per_group * count
    weight = layer.params["weight"][channels, channel % per_group].astype(np.float64)
    partial = [
        correlate_input_gradient(x[c, ..., None][None], w[None, None], size, layer.window)
        for c, w in zip(channels, weight, strict=True)
    ]
    bias = layer.params["bias"][channel] if "bias" in layer.params else 0.0
    return channels, np.concatenate(partial)[..., 0], float(bias)
