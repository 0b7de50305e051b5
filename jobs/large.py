"""What the process of :mod:`jobs.desk` does with a large network; it holds one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cnn import pretrained
from cnn.architectures import ARCHITECTURES
from cnn.arrays import Array, Shape
from cnn.explain import Passed, evaluation_copy, grad_cam, occlusion, path_to, watch
from cnn.layers.convolution import Conv2d
from cnn.layers.softmax import softmax
from cnn.nets.network import Sequential
from cnn.pretrained import Preprocessing
from cnn.pretrained.preprocessing import TORCHVISION

Tell = Callable[[Any], None]
#: Maps of a layer that are sent.
MOST_MAPS = 64
#: Rows and columns of a map that is sent small.
MOST_CELLS = 64
#: Classes that are named.
NAMED = 5
RANDOM, LITE0 = "random", "lite0"
NO_NUMBERS = (
    "The network's answers are no numbers (NaN or infinite): its weights are damaged, or not "
    "those of this network."
)


@dataclass(frozen=True)
class Wanted:
    """A network and its weights.

    Attributes:
        slug: Of the architecture.
        weights: :data:`RANDOM`, :data:`LITE0`, or the path of a file.
        stamp: Tells a file from another one that takes its name.
    """

    slug: str
    weights: str = RANDOM
    stamp: str = ""

    @property
    def trained(self) -> bool:
        """Whether its answers mean anything."""
        return self.weights != RANDOM


@dataclass(frozen=True)
class Layer:
    """A layer that was passed: path, class, shape of its output, seconds, bytes of its output."""

    name: str
    kind: str
    shape: Shape
    seconds: float
    bytes: int
    total: int  #: layers of the network


@dataclass(frozen=True)
class Loaded:
    """The network is there.

    Attributes:
        name: Of the network.
        bytes: That its weights take.
        seconds: That it took; 0 if it was there already.
    """

    name: str
    bytes: int
    seconds: float


@dataclass(frozen=True)
class Maps:
    """Maps of a layer, the strongest first.

    Attributes:
        layer: Its path.
        shape: Of all that it gave, (C, H, W) or (F,).
        channels: (K,) which of its maps.
        small: (K, h, w) float32, in at most :data:`MOST_CELLS` rows and columns.
        opened: Which of its maps is whole.
        whole: (H, W) that one; of a layer without maps all units in rows, padded with NaN.
    """

    layer: str
    shape: Shape
    channels: Array
    small: Array
    opened: int
    whole: Array


@dataclass(frozen=True)
class Looked:
    """A pass and one layer of it.

    Attributes:
        loaded: The network.
        layers: What was passed, in order.
        maps: Of the layer that was asked for.
        kernels: (O, C, kh, kw) of the first convolution.
        picture: (side, side, 3) uint8, the part that the network saw.
    """

    loaded: Loaded
    layers: tuple[Layer, ...]
    maps: Maps
    kernels: Array
    picture: Array


@dataclass(frozen=True)
class Seen:
    """What a trained network says of a picture.

    Attributes:
        top: (class, probability) of the likeliest.
        target: The class that is explained.
        chance: Its probability.
        heat: (side, side) Grad-CAM of it over the picture, from 0 to 1.
        picture: (side, side, 3) uint8, the part that the network saw.
        seconds: Of the pass.
    """

    top: tuple[tuple[int, float], ...]
    target: int
    chance: float
    heat: Array
    picture: Array
    seconds: float


@dataclass(frozen=True)
class Covered:
    """What covering a patch takes away from a class.

    Attributes:
        chance: Probability of the class with nothing covered.
        drops: (side, side) what it loses with the patch over each place.
        least: The lowest probability.
        picture: (side, side, 3) uint8 with the patch where it hurts most.
    """

    chance: float
    drops: Array
    least: float
    picture: Array


@dataclass(frozen=True)
class Heard:
    """How strongly a cell in the middle of a layer hangs on each pixel.

    Attributes:
        heat: (side, side) float32, the size of the gradient, at most 1.
        channel: Of the unit: of the cell's units the one that answers most strongly.
        value: What it answers.
    """

    heat: Array
    channel: int
    value: float


@dataclass
class _Held:
    """The one network of this process, and its last pass."""

    wanted: Wanted | None = None
    net: Sequential | None = None
    name: str = ""
    preprocessing: Preprocessing = TORCHVISION
    shown: bytes = b""
    layers: tuple[Layer, ...] = ()
    outputs: dict[str, Array] = field(default_factory=dict)

    def forget_pass(self) -> None:
        """The memory of the last pass is free."""
        self.shown, self.layers, self.outputs = b"", (), {}


_HELD = _Held()


def plain(slug: str) -> Preprocessing:
    """For random weights, to which no preparation belongs: the usual one, at the table's size."""
    side = ARCHITECTURES[slug].input_shape[1]
    usual = TORCHVISION
    shorter = side * usual.shorter // usual.side
    return Preprocessing(shorter, side, usual.method, usual.scale, usual.mean, usual.deviation)


def part(preparation: Preprocessing, slug: str, picture: Array) -> Array:
    """(side, side, 3) uint8: what a network is given of a picture; grey if it reads one map."""
    found = preparation.cropped(picture)
    if ARCHITECTURES[slug].input_shape[0] == 1:
        grey = np.rint(found.mean(axis=2, keepdims=True)).astype(np.uint8)
        found = np.repeat(grey, 3, axis=2)
    return found


def _prepared(slug: str, picture: Array) -> Array:
    """(3, side, side) as the network reads it, or (1, side, side): the mean of the colours."""
    x = _HELD.preprocessing.apply(picture)
    return x.mean(axis=0, keepdims=True) if ARCHITECTURES[slug].input_shape[0] == 1 else x


def _network(tell: Tell, wanted: Wanted) -> tuple[Sequential, Loaded]:
    """The network, loaded unless it is the one that is held; tells that it is there."""
    began = time.perf_counter()
    if _HELD.wanted != wanted or _HELD.net is None:
        _HELD.wanted = _HELD.net = None  # two would not be there at once
        _HELD.forget_pass()
        _HELD.net, _HELD.name, _HELD.preprocessing = _load(wanted)
        _HELD.wanted = wanted
        seconds = time.perf_counter() - began
    else:
        seconds = 0.0
    net = _HELD.net
    size = sum(array.nbytes for array in {**net.parameters(), **net.buffers()}.values())
    loaded = Loaded(_HELD.name, size, seconds)
    tell(loaded)
    return net, loaded


def _load(wanted: Wanted) -> tuple[Sequential, str, Preprocessing]:
    if not wanted.trained:
        net = ARCHITECTURES[wanted.slug].build(rng=0)
        net.eval()
        return net, ARCHITECTURES[wanted.slug].name, plain(wanted.slug)
    found = pretrained.lite0() if wanted.weights == LITE0 else pretrained.load(Path(wanted.weights))
    return found.net, found.architecture.name, found.preprocessing


def look(tell: Tell, wanted: Wanted, picture: Array, layer: str, channel: int | None) -> Looked:
    """One picture through the network, layer by layer, and the maps of one of them.

    Args:
        tell: Is told a :class:`Loaded`, then each :class:`Layer`.
        wanted: Which network.
        picture: (H, W, 3) uint8.
        layer: Path of the layer whose maps are wanted; the first if there is none of that name.
        channel: Which of its maps is wanted whole; None for the strongest.

    Raises:
        ValueError: the picture or the file does not fit, or the layer gives no numbers.
    """
    net, loaded = _network(tell, wanted)
    cropped = part(_HELD.preprocessing, wanted.slug, picture)
    if _HELD.shown != cropped.tobytes():
        _pass(tell, net, _prepared(wanted.slug, picture), cropped)
    names = [one.name for one in _HELD.layers]
    name = layer if layer in names else names[0]
    if not np.isfinite(_HELD.outputs[name]).all():
        raise ValueError(NO_NUMBERS)
    first = next(one for _, one in net.named_layers() if isinstance(one, Conv2d))
    maps = strongest(name, _HELD.outputs[name], channel)
    return Looked(loaded, _HELD.layers, maps, first.weight.copy(), cropped)


def _pass(tell: Tell, net: Sequential, x: Array, cropped: Array) -> None:
    _HELD.forget_pass()
    layers: list[Layer] = []
    outputs: dict[str, Array] = {}

    def report(passed: Passed) -> None:
        one = Layer(
            passed.name, passed.kind, passed.shape, passed.seconds, passed.bytes, passed.total
        )
        layers.append(one)
        outputs[passed.name] = passed.y
        tell(one)

    watch(net, x, report)
    _HELD.shown, _HELD.layers, _HELD.outputs = cropped.tobytes(), tuple(layers), outputs


def strongest(name: str, y: Array, channel: int | None) -> Maps:
    """The maps of a layer whose mean |value| is largest.

    Args:
        name: Of the layer.
        y: (C, H, W), or (F,), which becomes one map as square as may be.
        channel: As in :func:`look`.
    """
    if y.ndim == 1:
        columns = int(np.ceil(np.sqrt(len(y))))
        whole = np.full(columns * -(-len(y) // columns), np.nan, np.float32)
        whole[: len(y)] = y
        one = whole.reshape(-1, columns)
        return Maps(name, y.shape, np.array([0]), one[None], 0, one)
    strength = np.abs(y).mean(axis=(1, 2))
    best = np.argsort(-strength, kind="stable")[:MOST_MAPS]
    opened = int(best[0]) if channel is None or not 0 <= channel < len(y) else channel
    return Maps(name, y.shape, best, smaller(y[best]), opened, y[opened].astype(np.float32))


def smaller(values: Array) -> Array:
    """(K, h, w) in few cells: of each block of cells the one that is farthest from 0."""
    factor = -(-max(values.shape[1:]) // MOST_CELLS)
    if factor == 1:
        return values.astype(np.float32)
    height, width = (n // factor for n in values.shape[1:])
    blocks = values[:, : height * factor, : width * factor].reshape(
        len(values), height, factor, width, factor
    )
    high, low = blocks.max(axis=(2, 4)), blocks.min(axis=(2, 4))
    farthest: Array = np.where(high >= -low, high, low)
    return farthest.astype(np.float32)


def see(tell: Tell, wanted: Wanted, picture: Array, target: int | None) -> Seen:
    """What a trained network says of a picture, and where it finds a class.

    Args:
        tell: Is told a :class:`Loaded`.
        wanted: Which network.
        picture: (H, W, 3) uint8.
        target: The class to explain; None for the likeliest.

    Raises:
        ValueError: the picture or the file does not fit, or the answers are no numbers.
    """
    net, _ = _network(tell, wanted)
    began = time.perf_counter()
    _HELD.forget_pass()
    x = _HELD.preprocessing.apply(picture)
    scores = net(x[None])[0]
    seconds = time.perf_counter() - began
    if not np.isfinite(scores).all():
        raise ValueError(NO_NUMBERS)
    chances = softmax(scores, 0)
    best = np.argsort(-chances, kind="stable")[:NAMED]
    asked = int(best[0]) if target is None else target
    tell("answered")
    heat = grad_cam(net, x, asked).heat(x.shape[1:])
    return Seen(
        tuple((int(k), float(chances[k])) for k in best),
        asked,
        float(chances[asked]),
        (heat / (heat.max() or 1)).astype(np.float32),
        _HELD.preprocessing.cropped(picture),
        seconds,
    )


def cover(tell: Tell, wanted: Wanted, picture: Array, target: int, size: int, step: int) -> Covered:
    """What a class loses when a grey patch covers each place of the picture in turn.

    Args:
        tell: Is told a :class:`Loaded`, then (places that are done, of how many).
        wanted: Which network.
        picture: (H, W, 3) uint8.
        target: The class.
        size: Side of the patch, in pixels of what the network sees.
        step: Pixels from one place to the next.

    Raises:
        ValueError: as :func:`see`.
    """
    net, _ = _network(tell, wanted)
    _HELD.forget_pass()
    x = _HELD.preprocessing.apply(picture)
    found = occlusion(net, x, size, stride=step, batch=1, report=lambda *done: tell(done))
    if not np.isfinite(found.values).all():
        raise ValueError(NO_NUMBERS)
    drops = found.drops[target]
    row, column = np.unravel_index(drops.argmax(), drops.shape)
    cropped = _HELD.preprocessing.cropped(picture).copy()
    grey = np.multiply(_HELD.preprocessing.mean, _HELD.preprocessing.scale)  # what becomes 0
    cropped[found.patch(int(row), int(column))] = np.rint(grey)
    chance = float(found.values[target])
    return Covered(
        chance,
        found.heat(target, x.shape[1:]).astype(np.float32),
        chance - float(drops.max()),
        cropped,
    )


def listen(tell: Tell, wanted: Wanted, picture: Array, layer: str) -> Heard:
    """The gradient of one unit in the middle of a layer, with respect to the picture.

    Args:
        tell: Is told a :class:`Loaded`.
        wanted: Which network.
        picture: (H, W, 3) uint8.
        layer: Path of a layer that has maps.

    Raises:
        ValueError: there is no such layer, the file does not fit, or the answers are no numbers.
    """
    net, _ = _network(tell, wanted)
    _HELD.forget_pass()
    x = _prepared(wanted.slug, picture)
    passed = path_to(evaluation_copy(net), layer)
    y = x[..., None]
    for one in passed:
        y = one.forward(y)
    if y.ndim != 4:
        raise ValueError(f"layer: got {layer!r}, need one that has maps")
    row, column = y.shape[1] // 2, y.shape[2] // 2
    channel = int(np.abs(y[:, row, column, 0]).argmax())
    value = float(y[channel, row, column, 0])
    if not np.isfinite(value):
        raise ValueError(NO_NUMBERS)
    tell("answered")
    dy = np.zeros_like(y)
    dy[channel, row, column] = 1
    for one in reversed(passed):
        dy = one.input_gradient(dy)
    heat = np.abs(dy[..., 0]).max(axis=0)
    return Heard((heat / (heat.max() or 1)).astype(np.float32), channel, value)
