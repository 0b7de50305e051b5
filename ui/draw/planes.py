"""Planes through a network: digits laid out by the two directions in which a layer tells them
apart most, and where a drawing lies among them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.explain import (
    PrincipalComponents,
    layer_outputs,
    principal_components,
    same_class_share,
    snapshot,
)
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Linear
from cnn.layers.lenet_1998 import PartialConv2d
from cnn.nets.container import Container
from ui import readers
from ui.components.dot_map import dot_map
from ui.components.wire import Kept
from ui.draw import digits
from ui.network_panels import INPUT, NetworkView, Place
from ui.readers import Network, Reading, percent

#: Layers that are offered at most, the pixels among them.
MOST = 7
#: Dots that are joined to the drawing.
NEAR = 3
_BEGINS_A_BLOCK = (Conv2d, PartialConv2d, Linear, Container)


@dataclass(frozen=True)
class Plane:
    """The digits as one layer sees them.

    Attributes:
        layer: Its name; ``input`` for the pixels.
        title: What it is called, with the count of its numbers.
        components: The directions.
        points: (N, 2) where the digits lie.
        same: Share of the digits whose nearest neighbour here is of the same class.
        at: The points as they travel.
    """

    layer: str
    title: str
    components: PrincipalComponents
    points: Array
    same: float
    at: Kept

    def here(self, reading: Reading) -> tuple[float, float] | None:
        """Where a drawing lies; None where the layer gave no numbers."""
        snap = reading.snap
        values = snap.x if self.layer == INPUT else snap[self.layer].y
        x, y = self.components.place(values[None])[0]
        return (float(x), float(y)) if np.isfinite([x, y]).all() else None

    def near(self, place: tuple[float, float]) -> list[int]:
        """The digits that lie nearest to a place, the nearest first."""
        away = np.square(self.points - np.array(place)).sum(axis=1)
        return [int(n) for n in np.argsort(away, kind="stable")[:NEAR]]

    @property
    def axes(self) -> tuple[str, str]:
        """What lies along them."""
        first, second = (percent(float(share)) for share in self.components.shares)
        return f"component 1: {first} of the variance →", f"↑ component 2: {second}"


def planes(of: Network) -> dict[str, Plane]:
    """Layer → its plane, from the pixels to the last layer; those without numbers are left out."""
    return readers.made_once(of, make_planes)


def samples(of: Network) -> Kept:
    """The digits as they travel."""
    return readers.made_once(of, make_samples)


def answers(of: Network) -> Kept:
    """What the network says to each of them, in words, as it travels."""
    return readers.made_once(of, make_answers)


def default(of: Network) -> str:
    """The plane that is shown first: of the last hidden layer."""
    names = list(planes(of))
    return names[-2] if len(names) > 2 else names[-1]


def make_samples(of: Network) -> Kept:
    """:func:`samples`, made anew."""
    made = digits.for_network(of)
    return dot_map.samples(made.floats()[:, 0], made.labels, made.classes)


def make_answers(of: Network) -> Kept:
    """:func:`answers`, made anew."""
    with np.errstate(all="ignore"):
        chances = of.chances(digits.for_network(of).floats()[:, 0])
    said = []
    for each in chances:
        k = int(np.nan_to_num(each, nan=-1).argmax())
        known = bool(np.isfinite(each[k]))
        reads = f"reads {of.classes[k]}, {percent(float(each[k]))}." if known else "says nothing."
        said.append(f"{of.title} {reads}")
    return Kept(said)


def make_planes(of: Network) -> dict[str, Plane]:
    """:func:`planes`, made anew."""
    made = digits.for_network(of)
    images = made.floats()
    with np.errstate(all="ignore"):
        names = blocks(of)
        given = {INPUT: images} | layer_outputs(of.net, images, names)
    found = {name: _plane(name, values, made.labels) for name, values in given.items()
             if np.isfinite(values).all()}  # fmt: skip
    return found


def _plane(name: str, values: Array, labels: Array) -> Plane:
    flat = values.reshape(len(values), -1)
    components = principal_components(flat)
    points = components.place(flat)
    title = f"{'pixels' if name == INPUT else name} ({flat.shape[1]:,})"
    return Plane(
        name, title, components, points, same_class_share(points, labels), dot_map.places(points)
    )


def blocks(of: Network) -> list[str]:
    """The layers at which something is finished: those before the next with weights, and the last.

    An activation and a pooling belong to the weights before them.
    """
    with np.errstate(all="ignore"):
        blank = snapshot(of.net, np.zeros((1, 28, 28), np.float32))
        shown = [place for place in NetworkView.of(blank).places.values() if place.name != INPUT]
    ends = [
        place.name
        for place, after in zip(shown, [*shown[1:], None], strict=True)
        if after is None or _begins(after)
    ]
    return ends[-(MOST - 1) :]


def _begins(place: Place) -> bool:
    return isinstance(place.layer, _BEGINS_A_BLOCK)
