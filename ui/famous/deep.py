"""Plain and residual networks of the same depth, how they start, and how a signal fares in them.

He, Zhang, Ren and Sun, "Deep residual learning for image recognition" (2016), section 4.2, in
small: the two networks have the same convolutions, and differ in what is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnn.arrays import Array, batch_last
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.losses import CrossEntropyLoss
from cnn.learn.state import RunConfig
from cnn.nets.network import Residual, Sequential
from cnn.nets.spec import Spec, build
from ui.networks import RELU, conv, pool

CHANNELS = 8
#: Depths: convolutions between the first one and the dense layer, two a block.
DEPTHS = (8, 20, 32, 44)
#: How the weights start, and whether a batch norm keeps the signal's size.
STARTS = {
    "pytorch": "PyTorch's default",
    "he": "He's",
    "norm": "With batch norm",
}
KINDS = {"plain": "plain", "residual": "residual"}
EPOCHS, SAMPLES, BATCH, RATE = 5, 2000, 64, 0.002
#: Strokes, a fifth more to validate on.
RECIPE = Recipe("strokes", count=SAMPLES * 5 // 4, validation=0.2, seed=0)
#: Images with which signals and gradients are measured.
_LOOKED_AT = 32


def spec(kind: str, start: str, depth: int, classes: int = 10) -> Spec:
    """The network: a convolution and a pooling to 7×7, ``depth`` more, a dense layer.

    Args:
        kind: One of :data:`KINDS`.
        start: One of :data:`STARTS`.
        depth: Convolutions in the middle, an even number.
        classes: Units of the dense layer.
    """
    norm: Spec = [{"kind": "batch_norm"}] if start == "norm" else []
    one = [conv(CHANNELS, 3, padding=1), *norm]
    blocks = [conv(CHANNELS, 3, stride=2, padding=1), *norm, RELU, pool()]
    for _ in range(depth // 2):
        body = [*one, RELU, *one]
        if kind == "residual":
            blocks.append({"kind": "residual", "body": body, "activation": "relu"})
        else:
            blocks += [*body, RELU]
    end = {"kind": "linear", "out_features": classes}
    return [*blocks, {"kind": "flatten"}, end]


def config(kind: str, start: str, depth: int, seed: int) -> RunConfig:
    """The run that trains :func:`spec`."""
    return RunConfig(
        blocks=spec(kind, start, depth),
        input_shape=(1, 28, 28),
        classes=10,
        samples=SAMPLES,
        lr=RATE,
        batch_size=BATCH,
        epochs=EPOCHS,
        init="kaiming_normal" if start == "he" else "pytorch",
        seed=seed,
    )


@dataclass(frozen=True)
class Signal:
    """What a network makes of a signal before it has learned anything, convolution by convolution.

    Attributes:
        forward: (depth + 1,) how much the maps differ from image to image: the standard deviation
            over the images, a mean over the cells.
        backward: (depth + 1,) root mean square of d loss / d map, in front of each.
    """

    forward: Array
    backward: Array


@lru_cache(maxsize=64)
def signal(kind: str, start: str, depth: int, seed: int) -> Signal:
    """A few digits there and their gradient back, through fresh weights.

    Maps are looked at after the first convolution and after each block of two.
    """
    of = config(kind, start, depth, seed)
    net = build(of.blocks, of.input_shape, rng=np.random.default_rng(seed), init=of.init)
    data = load_recipe(RECIPE).train
    net.train()
    scores = net.forward(batch_last(data.floats(slice(0, _LOOKED_AT))))
    loss = CrossEntropyLoss()
    loss.forward(scores, data.labels[:_LOOKED_AT])
    net.backward(loss.backward(), need_dx=True)
    stops = _stops(net)
    maps = [y for y, _ in stops]
    return Signal(
        np.array([float(y.std(axis=-1).mean()) for y in maps]),
        np.array([float(np.sqrt(np.mean(dy.astype(np.float64) ** 2))) for _, dy in stops]),
    )


def _stops(net: Sequential) -> list[tuple[Array, Array]]:
    """(y, dy) after the first ReLU and after each two convolutions."""
    layers = [layer for layer in net if type(layer).__name__ in ("ReLU", "Residual")]
    if not any(isinstance(layer, Residual) for layer in layers):
        layers = layers[::2]
    found = []
    for layer in layers:
        assert layer.y is not None and layer.dy is not None
        found.append((layer.y, layer.dy))
    return found


def places(depth: int) -> Array:
    """Which convolution each entry of a :class:`Signal` follows."""
    return np.arange(0, depth + 1, 2) + 1
