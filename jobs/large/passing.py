"""One picture through a large network, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.explain import Passed, watch
from cnn.layers.convolution import Conv2d
from cnn.nets.network import Sequential
from jobs.large.maps import Maps, strongest
from jobs.large.network import HELD, NO_NUMBERS, Layer, Loaded, Tell, Wanted, network
from jobs.large.preparing import as_read, part


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
    net, loaded = network(tell, wanted)
    cropped = part(HELD.preprocessing, wanted.slug, picture)
    if HELD.shown != cropped.tobytes():
        _pass(tell, net, as_read(HELD.preprocessing, wanted.slug, picture), cropped)
    names = [one.name for one in HELD.layers]
    name = layer if layer in names else names[0]
    if not np.isfinite(HELD.outputs[name]).all():
        raise ValueError(NO_NUMBERS)
    first = next(one for _, one in net.named_layers() if isinstance(one, Conv2d))
    maps = strongest(name, HELD.outputs[name], channel)
    return Looked(loaded, HELD.layers, maps, first.weight.copy(), cropped)


def _pass(tell: Tell, net: Sequential, x: Array, cropped: Array) -> None:
    HELD.forget_pass()
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
    HELD.shown, HELD.layers, HELD.outputs = cropped.tobytes(), tuple(layers), outputs
