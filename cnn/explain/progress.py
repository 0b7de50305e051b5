"""A pass through a large network that tells of every layer as it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cnn.arrays import Array, Shape
from cnn.explain.copies import evaluation_copy
from cnn.explain.snapshot import prepared
from cnn.layers.layer import Layer
from cnn.nets.container import Container


@dataclass(frozen=True)
class Passed:
    """A layer that has just been passed.

    Attributes:
        name: Path in the network.
        kind: The layer's class, e.g. "Conv2d".
        y: What came out, (C, H, W) or (F,). It is kept no longer than whoever is told keeps it.
        seconds: That the layer took.
        place: Of the layer among all of the network, from 1.
        total: How many there are.
    """

    name: str
    kind: str
    y: Array
    seconds: float
    place: int
    total: int

    @property
    def shape(self) -> Shape:
        """Of ``y``."""
        return self.y.shape

    @property
    def bytes(self) -> int:
        """That ``y`` takes."""
        return self.y.nbytes


Report = Callable[[Passed], None]


def watch(net: Container, x: Array, report: Report) -> Array:
    """One sample through the network, layer by layer; what is passed is forgotten.

    :func:`cnn.explain.snapshot` keeps every layer's output, here only ``report`` sees it: a large
    network takes no more memory than its weights and what two neighbouring layers hold. Whatever
    ``report`` raises ends the pass.

    Args:
        net: The network; it is not touched.
        x: One sample, (C, H, W) or (F,).
        report: Called after every layer that has none inside.

    Returns:
        What the network says, (K,).

    Raises:
        ValueError: x does not fit.
    """
    sample = prepared(net, x)
    names = [name for name, _ in net.named_layers()]
    asked = evaluation_copy(net)
    _watch_inside(asked, "", names, report)
    scores: Array = asked.forward(sample[..., None])[..., 0]
    return scores


def _watch_inside(container: Container, prefix: str, names: list[str], report: Report) -> None:
    """Put a :class:`_Watched` in the place of every layer inside."""
    for name, layer in container.layers.items():
        path = prefix + name
        if isinstance(layer, Container):
            _watch_inside(layer, f"{path}.", names, report)
            container.layers[name] = _Watched(layer)
        else:
            container.layers[name] = _Watched(layer, path, names, report)


class _Watched(Layer):
    """A layer that tells when it is done, and keeps nothing of the pass."""

    def __init__(
        self,
        layer: Layer,
        name: str = "",
        names: list[str] | None = None,
        report: Report | None = None,
    ) -> None:
        super().__init__()
        self.layer, self.name, self.names, self.report = layer, name, names or [], report

    def forward(self, x: Array) -> Array:
        """What the layer gives."""
        begin = time.perf_counter()
        y = self.layer.forward(x)
        seconds = time.perf_counter() - begin
        for attribute in self.layer.passing:
            setattr(self.layer, attribute, None)
        if self.report is not None:
            place, kind = self.names.index(self.name) + 1, type(self.layer).__name__
            self.report(Passed(self.name, kind, y[..., 0], seconds, place, len(self.names)))
        return y
