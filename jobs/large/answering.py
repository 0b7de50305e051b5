"""What a trained network says of a picture, and where it finds that."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.explain import grad_cam
from cnn.layers.softmax import softmax
from jobs.large.network import HELD, NO_NUMBERS, Tell, Wanted, network

#: Classes that are named.
NAMED = 5


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
    net, _ = network(tell, wanted)
    began = time.perf_counter()
    HELD.forget_pass()
    x = HELD.preprocessing.apply(picture)
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
        HELD.preprocessing.cropped(picture),
        seconds,
    )
