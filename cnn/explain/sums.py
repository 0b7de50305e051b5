"""One output cell taken apart: window, weights, products, partial sums, bias, activation.

Whatever a layer is, its cells are written as y = activation(Σ products + bias): a convolution's
products are x · w; a mean pooling's weights are 1/count; a maximum's are 1 for the winner and 0
for the others; a normalisation has one product and a shift. All is computed in float64 from the
layer's own numbers and agrees with its fast path to float32 rounding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch

import numpy as np

from cnn.arrays import Array, Pair, Shape, numbers
from cnn.explain.cell import WindowSum
from cnn.explain.copies import once
from cnn.layers.activations import ACTIVATIONS
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d, ConvTranspose2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.group_normalisation import GroupNorm
from cnn.layers.instance_normalisation import InstanceNorm2d
from cnn.layers.layer import Layer, a_layer
from cnn.layers.layer_normalisation import LayerNorm
from cnn.layers.lenet_1998 import PartialConv2d, RadialBasis, Subsample2d
from cnn.layers.local_response import LocalResponseNorm
from cnn.layers.pooling import AvgPool2d, MaxPool2d
from cnn.settings import choice, whole
from cnn.window.geometry import Window, adaptive_bounds
from cnn.window.padding import pad

Activation = str | Layer | None


def window_sum(
    layer: Layer,
    x: Array,
    index: Sequence[int],
    activation: Activation = None,
    maps: Shape | None = None,
) -> WindowSum:
    """Take one output cell of a plain ``layer`` apart.

    Args:
        layer: Any layer without layers inside.
        x: Its input for one sample, (C, H, W) or (F,); e.g. ``layer.x[..., 0]``.
        index: The output cell, (channel, row, column) or (unit,).
        activation: What follows the sum: a layer, a name in
            :data:`cnn.layers.activations.ACTIVATIONS`, or nothing.
        maps: For a dense layer: the (C, H, W) that its input was before it was flattened.

    Raises:
        ValueError: No such cell; ``maps`` does not hold the input; or a kind of layer whose cells
            are no sums.
    """
    a_layer(layer, "layer")
    x = numbers(x, "x")
    index = checked_index(index, layer.output_shape(x.shape))
    taken = take_apart(layer, x, index)
    if maps is not None:
        taken = _as_maps(taken, maps)
    return taken if activation is None else replace(taken, y=float(activate(taken.z, activation)))


def checked_index(index: Sequence[int], shape: Shape) -> tuple[int, ...]:
    """``index`` as ints if it names a cell of ``shape``; a ValueError otherwise."""
    try:
        cell = tuple(whole(i, "index", 0) for i in index)
    except (TypeError, ValueError):
        raise ValueError(f"index: got {index!r}, need whole numbers") from None
    if len(cell) != len(shape) or not all(0 <= i < n for i, n in zip(cell, shape, strict=False)):
        raise ValueError(f"index: got {cell}, need one that lies in {tuple(shape)}")
    return cell


def activate(z: Array | float, activation: Activation) -> Array:
    """Every number of ``z`` through an activation, in float64; a ValueError if it is not known."""
    if isinstance(activation, str):
        activation = ACTIVATIONS[choice(activation, "activation", ACTIVATIONS, "or None")]()
    z = np.asarray(z, np.float64)
    if activation is None:
        return z
    flat = once(a_layer(activation, "activation"), z.reshape(1, z.size))  # one map, (1, cells)
    return flat.reshape(z.shape)


@singledispatch
def take_apart(layer: Layer, x: Array, index: tuple[int, ...]) -> WindowSum:
    """The sum behind one cell; each kind of layer registers its own way.

    A layer that nobody registered counts as a function of each cell: one product, x · 1, and y
    from the layer itself.

    Args:
        layer: Without layers inside.
        x: Its input for one sample, (C, H, W) or (F,).
        index: The output cell, known to be there.

    Raises:
        ValueError: the layer's cells are no sums.
    """
    y = once(layer, x)
    if y.shape != x.shape:
        raise ValueError(f"layer: got a {type(layer).__name__}, need one whose cells are sums")
    return _single(x, index, weight=1.0, bias=0.0, y=float(y[index]))


@take_apart.register
def _(layer: Conv2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    weight, bias = layer.params["weight"][index[0]], layer.params.get("bias")
    group = index[0] // (layer.out_channels // layer.groups)
    channels = np.arange(len(weight)) + group * len(weight)
    taken = _windowed(x, layer.window, index, channels, layer.padding_mode)
    return _weighted(taken, weight, 0.0 if bias is None else bias[index[0]])


@take_apart.register
def _(layer: PartialConv2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    channels = np.array(layer.inputs[index[0]])
    taken = _windowed(x, layer.full.window, index, channels)
    weight = layer.full_weight()[index[0], channels]
    return _weighted(taken, weight, layer.params["bias"][index[0]])


@take_apart.register
def _(layer: ConvTranspose2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    # Read from the output's side, the convolution that this one transposes says which of its
    # outputs, our inputs, meet the cell, and with which tap.
    channel, *cell = index
    _, *size = layer.output_shape(x.shape)
    axes = layer.window.axes(*size)
    met = [
        [(at, tap) for at, tap in axis.readers(place) if at < n]
        for axis, place, n in zip(axes, cell, x.shape[1:], strict=True)
    ]
    (rows, row_taps), (columns, column_taps) = (
        np.array(pairs, np.int64).reshape(-1, 2).T
        for pairs in met  # (2, readers)
    )
    per_group = layer.out_channels // layer.groups
    group = channel // per_group
    channels = np.arange(len(x) // layer.groups) + group * (len(x) // layer.groups)
    kernel = layer.params["weight"][channels, channel % per_group]
    weight = kernel[:, row_taps][:, :, column_taps]
    bias = layer.params.get("bias")
    taken = _cells(x, index, channels, rows, columns)
    return _weighted(taken, weight, 0.0 if bias is None else bias[channel])


@take_apart.register
def _(layer: MaxPool2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    return _largest(_windowed(x, layer.window, index, np.array([index[0]]), fill=-np.inf))


@take_apart.register
def _(layer: AvgPool2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    taken = _windowed(x, layer.window, index, np.array([index[0]]))
    divisor = layer.divisor_override
    if divisor is None:
        counted = taken.inside
        if layer.count_include_pad:  # padding counts, but not what lies beyond it
            top, bottom, left, right = layer.window.padding
            rows = (taken.rows >= -top) & (taken.rows < x.shape[1] + bottom)
            columns = (taken.columns >= -left) & (taken.columns < x.shape[2] + right)
            counted = rows[:, None] & columns
        divisor = int(np.count_nonzero(counted))
    return _weighted(taken, np.full(taken.x.shape, 1 / divisor), 0.0)


@take_apart.register
def _(layer: AdaptiveAvgPool2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    taken = _stretch(layer.output_size, x, index)
    return _weighted(taken, np.full(taken.x.shape, 1 / taken.x.size), 0.0)


@take_apart.register
def _(layer: AdaptiveMaxPool2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    return _largest(_stretch(layer.output_size, x, index))


@take_apart.register
def _(layer: Subsample2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    taken = _windowed(x, layer.pool.window, index, np.array([index[0]]))
    weight = np.full(taken.x.shape, layer.params["weight"][index[0]])
    return _weighted(taken, weight, layer.params["bias"][index[0]])


@take_apart.register
def _(layer: Linear, x: Array, index: tuple[int, ...]) -> WindowSum:
    bias = layer.params.get("bias")
    weight = layer.params["weight"][index[0]][:, None, None]
    return _weighted(_features(x, index), weight, 0.0 if bias is None else bias[index[0]])


@take_apart.register
def _(layer: RadialBasis, x: Array, index: tuple[int, ...]) -> WindowSum:
    taken = _features(x, index)
    code = layer.bufs["weight"][index[0]].astype(np.float64)[:, None, None]
    products = -np.square(taken.x - code)
    return replace(taken, weight=code, products=products, y=float(products.sum()))


@take_apart.register
def _(layer: BatchNorm2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    mean, var = layer.bufs["running_mean"][index[0]], layer.bufs["running_var"][index[0]]
    return _normalised(layer, x, index, mean, var, index[0])


@take_apart.register
def _(layer: GroupNorm, x: Array, index: tuple[int, ...]) -> WindowSum:
    size = layer.num_channels // layer.num_groups
    first = index[0] // size * size
    together = x[first : first + size].astype(np.float64)
    return _normalised(layer, x, index, together.mean(), together.var(), index[0])


@take_apart.register
def _(layer: LayerNorm, x: Array, index: tuple[int, ...]) -> WindowSum:
    apart = x.ndim - len(layer.normalized_shape)  # leading axes, each place of which is by itself
    together = x[index[:apart]].astype(np.float64)
    return _normalised(layer, x, index, together.mean(), together.var(), index[apart:])


@take_apart.register
def _(layer: InstanceNorm2d, x: Array, index: tuple[int, ...]) -> WindowSum:
    if layer.track_running_stats:
        mean, var = layer.bufs["running_mean"][index[0]], layer.bufs["running_var"][index[0]]
    else:
        together = x[index[0]].astype(np.float64)
        mean, var = together.mean(), together.var()
    return _normalised(layer, x, index, mean, var, index[0])


@take_apart.register
def _(layer: LocalResponseNorm, x: Array, index: tuple[int, ...]) -> WindowSum:
    first = max(0, index[0] - layer.size // 2)
    near = x[first : index[0] + (layer.size - 1) // 2 + 1, index[1], index[2]]
    base = layer.k + layer.alpha / layer.size * np.square(near.astype(np.float64)).sum()
    scale = base**-layer.beta
    return _single(x, index, scale, 0.0, float(x[index]) * scale)


@take_apart.register
def _(layer: Flatten, x: Array, index: tuple[int, ...]) -> WindowSum:
    place = tuple(int(i) for i in np.unravel_index(index[0], x.shape))
    return replace(_single(x, place, 1.0, 0.0, float(x[place])), index=index)


def windowed(x: Array, window: Window, padding_mode: str = "zeros") -> tuple[Array, Window]:
    """(C, H, W) with its padding written out, and the same window without padding.

    Args:
        x: (C, H, W).
        window: Its geometry.
        padding_mode: What the padding holds, as Conv2d's.
    """
    bare = replace(window, padding=(0, 0, 0, 0), ceil_mode=False)
    mode = "constant" if padding_mode == "zeros" else padding_mode
    return pad(x[..., None], window.padding, mode)[..., 0], bare  # (C, H, W, 1) and back


def _windowed(
    x: Array,
    window: Window,
    index: tuple[int, ...],
    channels: Array,
    padding_mode: str = "zeros",
    fill: float = 0.0,
) -> WindowSum:
    """The window of ``index`` with its input values; no weights yet."""
    axes = window.axes(*x.shape[1:])
    rows, columns = (np.array(axis.window(at)) for axis, at in zip(axes, index[1:], strict=True))
    if padding_mode == "zeros":
        return _cells(x, index, channels, rows, columns, fill)
    padded, _ = windowed(x[channels], window, padding_mode)
    top, _, left, _ = window.padding
    taken = _cells(x, index, channels, rows, columns)
    return replace(taken, x=_block(padded, rows + top, columns + left))


def _cells(
    x: Array,
    index: tuple[int, ...],
    channels: Array,
    rows: Array,
    columns: Array,
    fill: float = 0.0,
) -> WindowSum:
    """The cells ``rows`` × ``columns`` of ``channels``; outside of ``x`` lies ``fill``."""
    within = [(at >= 0) & (at < n) for at, n in zip((rows, columns), x.shape[1:], strict=True)]
    inside = within[0][:, None] & within[1]  # (kh, kw)
    height, width = x.shape[1:]
    near = _block(x[channels], rows.clip(0, height - 1), columns.clip(0, width - 1))
    values = np.where(inside, near, fill)
    empty = np.zeros(values.shape)
    return WindowSum(index, channels, rows, columns, inside, values, empty, empty, 0.0, 0.0)


def _stretch(output_size: Pair, x: Array, index: tuple[int, ...]) -> WindowSum:
    """The stretch of an adaptive pooling, with its input values; no weights yet."""
    rows, columns = (
        np.arange(*adaptive_bounds(n, size)[at])
        for n, size, at in zip(x.shape[1:], output_size, index[1:], strict=True)
    )
    return _cells(x, index, np.array([index[0]]), rows, columns)


def _largest(taken: WindowSum) -> WindowSum:
    """The first of the largest has weight 1, all others 0."""
    weight = np.zeros(taken.x.shape)
    weight.flat[np.argmax(taken.x)] = 1
    products = np.where(weight > 0, taken.x, 0.0)
    return replace(taken, weight=weight, products=products, y=float(products.sum()))


def _normalised(
    layer: BatchNorm2d | GroupNorm | LayerNorm | InstanceNorm2d,
    x: Array,
    index: tuple[int, ...],
    mean: float,
    var: float,
    own: int | tuple[int, ...],
) -> WindowSum:
    """(x − mean) / √(var + eps) · weight + bias as one product and a shift.

    The layer's parameters, where it has any, are those at ``own``.
    """
    weight = float(layer.params["weight"][own]) if "weight" in layer.params else 1.0
    bias = float(layer.params["bias"][own]) if "bias" in layer.params else 0.0
    scale = weight / float(np.sqrt(float(var) + layer.eps))
    shift = bias - float(mean) * scale
    return _single(x, index, scale, shift, float(x[index]) * scale + shift)


def _block(x: Array, rows: Array, columns: Array) -> Array:
    return x[:, rows][:, :, columns].astype(np.float64)  # (C, kh, kw)


def _features(x: Array, index: tuple[int, ...]) -> WindowSum:
    """All of a vector (F,), as (F, 1, 1)."""
    zero = np.zeros(1, np.int64)
    return _cells(x[:, None, None], index, np.arange(len(x)), zero, zero)


def _single(x: Array, index: tuple[int, ...], weight: float, bias: float, y: float) -> WindowSum:
    """One cell's own value times ``weight`` plus ``bias``."""
    channel, row, column = (*index, 0, 0)[:3]
    maps = x if x.ndim == 3 else x[:, None, None]  # (C, H, W), or (F, 1, 1)
    taken = _cells(maps, index, np.array([channel]), np.array([row]), np.array([column]))
    return replace(_weighted(taken, np.full((1, 1, 1), weight), bias), y=y)


def _weighted(taken: WindowSum, weight: Array, bias: float) -> WindowSum:
    """With weights, products and their sum."""
    weight = weight.astype(np.float64)
    products = taken.x * weight
    y = float(products.sum()) + float(bias)
    return replace(taken, weight=weight, products=products, bias=float(bias), y=y)


def _as_maps(taken: WindowSum, maps: Shape) -> WindowSum:
    """A dense layer's window as the maps that were flattened."""
    if not isinstance(maps, tuple | list) or len(maps) != 3:
        raise ValueError(f"maps: got {maps!r}, need (C, H, W)")
    maps = tuple(whole(n, "maps", 1) for n in maps)
    if math.prod(maps) != taken.x.size or taken.x.shape[1:] != (1, 1):
        raise ValueError(f"maps: got {maps}, need (C, H, W) with the {taken.x.size} inputs")
    channels, rows, columns = (np.arange(n) for n in maps)
    return replace(
        taken,
        channels=channels,
        rows=rows,
        columns=columns,
        inside=np.ones(maps[1:], bool),
        x=taken.x.reshape(maps),
        weight=taken.weight.reshape(maps),
        products=taken.products.reshape(maps),
    )
