"""Which pixels a unit of a large network hangs on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.explain import evaluation_copy, path_to
from jobs.large.network import HELD, NO_NUMBERS, Tell, Wanted, network
from jobs.large.preparing import as_read


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
    net, _ = network(tell, wanted)
    HELD.forget_pass()
    x = as_read(HELD.preprocessing, wanted.slug, picture)
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
