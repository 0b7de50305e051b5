"""The one large network that the process holds, and its last pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnn import pretrained
from cnn.architectures import ARCHITECTURES
from cnn.arrays import Array, Shape
from cnn.nets.network import Sequential
from cnn.pretrained import Preprocessing
from cnn.pretrained.preprocessing import TORCHVISION
from jobs.large.preparing import usual

#: Is told how far the work is.
Tell = Callable[[Any], None]
#: Weights that are no file: drawn at random, or those of the package with EfficientNet-Lite0.
RANDOM, PACKAGED = "random", "lite0"
NO_NUMBERS = (
    "The network's answers are no numbers (NaN or infinite): its weights are damaged, or not "
    "those of this network."
)


@dataclass(frozen=True)
class Wanted:
    """A network and its weights.

    Attributes:
        slug: Of the architecture.
        weights: :data:`RANDOM`, :data:`PACKAGED`, or the path of a file.
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
class Layer:
    """A layer that was passed: path, class, shape of its output, seconds, bytes of its output."""

    name: str
    kind: str
    shape: Shape
    seconds: float
    bytes: int
    total: int  #: layers of the network


@dataclass
class Held:
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


HELD = Held()


def network(tell: Tell, wanted: Wanted) -> tuple[Sequential, Loaded]:
    """The network, loaded unless it is the one that is held; tells that it is there."""
    began = time.perf_counter()
    if HELD.wanted != wanted or HELD.net is None:
        HELD.wanted = HELD.net = None  # two would not be there at once
        HELD.forget_pass()
        HELD.net, HELD.name, HELD.preprocessing = _load(wanted)
        HELD.wanted = wanted
        seconds = time.perf_counter() - began
    else:
        seconds = 0.0
    net = HELD.net
    size = sum(array.nbytes for array in {**net.parameters(), **net.buffers()}.values())
    loaded = Loaded(HELD.name, size, seconds)
    tell(loaded)
    return net, loaded


def _load(wanted: Wanted) -> tuple[Sequential, str, Preprocessing]:
    if not wanted.trained:
        net = ARCHITECTURES[wanted.slug].build(rng=0)
        net.eval()
        return net, ARCHITECTURES[wanted.slug].name, usual(wanted.slug)
    found = (
        pretrained.lite0() if wanted.weights == PACKAGED else pretrained.load(Path(wanted.weights))
    )
    return found.net, found.architecture.name, found.preprocessing
