"""One sample through every layer: what went in, what came out, and any unit of it taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cnn.arrays import Array, Shape, numbers
from cnn.explain.cell import WindowSum
from cnn.explain.copies import evaluation_copy
from cnn.explain.maps import MapSums, map_sums
from cnn.explain.path import UnitField, branch_of, unit_field
from cnn.explain.sums import checked_index, window_sum
from cnn.layers.activations import ACTIVATIONS
from cnn.layers.dense import Flatten
from cnn.layers.layer import Layer
from cnn.layers.lenet_1998 import ScaledTanh
from cnn.layers.softmax import softmax
from cnn.nets.container import Container, a_network
from cnn.nets.network import Branches, Residual, Sequential

ACTIVATION_LAYERS = (*ACTIVATIONS.values(), ScaledTanh)


def both_scores(scores: Array) -> Array:
    """(K, …) scores as they are; of a single one (1, …) what a softmax needs for both classes.

    Softmax of 0 and z gives e^z / (1 + e^z) = sigmoid(z) to the second, and the rest to the first.
    """
    return np.concatenate([np.zeros_like(scores), scores]) if len(scores) == 1 else scores


@dataclass(frozen=True)
class LayerView:
    """One layer while one sample passed.

    Attributes:
        name: Path in the network.
        kind: The layer's class, e.g. "Conv2d".
        layer: The layer itself; its parameters are the network's own arrays.
        x: What went in, (C, H, W) or (F,).
        y: What came out.
    """

    name: str
    kind: str
    layer: Layer
    x: Array
    y: Array

    @property
    def shape(self) -> Shape:
        """Of ``y``."""
        return self.y.shape


@dataclass(frozen=True)
class Snapshot:
    """One sample's way through a network. The arrays are the pass's own: later passes leave them.

    Attributes:
        x: The sample, (C, H, W) or (F,).
        scores: What the network says, (K,); logits for a classifier.
        views: Every layer by path, in the order of the data; a Residual, Branches or Sequential
            comes before what it holds.
        net: The copy of the network that was asked.
    """

    x: Array
    scores: Array
    views: dict[str, LayerView]
    net: Container

    def __getitem__(self, name: str) -> LayerView:
        """The view of layer ``name``."""
        if name not in self.views:
            raise ValueError(f"name: got {name!r}, need one of {', '.join(self.views)}")
        return self.views[name]

    @property
    def probabilities(self) -> Array:
        """(K,) softmax of the scores; (2,) where one score speaks for the second of two classes."""
        return softmax(both_scores(self.scores), 0)

    def top(self, count: int = 5) -> list[tuple[int, float]]:
        """(class, probability) of the most likely classes."""
        chances = self.probabilities
        return [(int(k), float(chances[k])) for k in np.argsort(-chances, kind="stable")[:count]]

    def window_sum(self, name: str, index: Sequence[int], activate: bool = True) -> WindowSum:
        """One unit of layer ``name`` taken apart, see :func:`cnn.explain.window_sum`.

        A unit of Branches is taken apart in the branch that makes it. A Residual's two terms are
        what its body and its shortcut give; its own activation always belongs to it. A dense
        layer's inputs come as the maps that were flattened, where they were.

        Args:
            name: Path of the layer.
            index: The unit, (channel, row, column) or (unit,).
            activate: Include the activation, if one follows the layer.
        """
        view, index = self._maker(name, index, activate)
        following = self.following(view.name) if activate else None
        if isinstance(view.layer, Residual):
            return self._residual_sum(view, view.layer, index)
        taken = window_sum(view.layer, view.x, index, following, self.maps_into(view.name))
        return replace(taken, name=view.name)

    def map_sums(self, name: str, channel: int, activate: bool = True) -> MapSums:
        """One map of layer ``name`` taken apart, see :func:`cnn.explain.map_sums`."""
        view, index = self._maker(name, (channel, 0, 0), activate)
        following = self.following(view.name) if activate else None
        return map_sums(view.layer, view.x, index[0], following)

    def field(self, name: str, index: Sequence[int]) -> UnitField:
        """What a unit sees of the sample, see :func:`cnn.explain.unit_field`."""
        return unit_field(self.net, name, index, self.x.shape)

    def following(self, name: str) -> Layer | None:
        """The activation right after layer ``name``, if there is one."""
        layers, at = self._place(name)
        after = layers[at + 1] if at + 1 < len(layers) else None
        return after if isinstance(after, ACTIVATION_LAYERS) else None

    def maps_into(self, name: str) -> Shape | None:
        """(C, H, W) of the maps that were flattened right before layer ``name``; None otherwise."""
        layers, at = self._place(name)
        before = layers[at - 1] if at else None
        if isinstance(before, Flatten) and before.x is not None and before.x.ndim == 4:
            return before.x.shape[:-1]
        return None

    def _place(self, name: str) -> tuple[list[Layer], int]:
        """The layers around layer ``name``, and its place among them."""
        parent, _, own = name.rpartition(".")
        around = self.net[parent] if parent else self.net
        if not isinstance(around, Sequential):
            return [self[name].layer], 0
        return list(around), list(around.layers).index(own)

    def _maker(
        self, name: str, index: Sequence[int], activate: bool
    ) -> tuple[LayerView, tuple[int, ...]]:
        """The plain layer or Residual that makes a unit of layer ``name``, and its unit there.

        Where layers inside end in an activation that is to be included, the one before it.
        """
        view = self[name]
        index = checked_index(index, view.shape)
        layer = view.layer
        if isinstance(layer, Branches):
            body, channel = branch_of(layer, index[0], view.x.shape)
            names = {id(inner): path for path, inner in layer.layers.items()}
            return self._maker(f"{name}.{names[id(body)]}", (channel, *index[1:]), activate)
        if isinstance(layer, Sequential) and layer.layers:
            return self._maker(f"{name}.{_last_sum(layer, activate)}", index, activate)
        return view, index

    def _residual_sum(self, view: LayerView, layer: Residual, index: tuple[int, ...]) -> WindowSum:
        _, added = layer.body.passed()
        kept = view.x[..., None] if layer.shortcut is None else layer.shortcut.passed()[1]
        terms = np.array([part[(*index, 0)] for part in (added, kept)], np.float64)
        terms = terms.reshape(2, 1, 1)  # (C, kh, kw)
        row, column = (*index, 0, 0)[1:3]
        return WindowSum(
            name=view.name,
            index=index,
            channels=np.array([0, 1]),
            rows=np.array([row]),
            columns=np.array([column]),
            inside=np.ones((1, 1), bool),
            x=terms,
            weight=np.ones((2, 1, 1)),
            products=terms,
            bias=0.0,
            y=float(view.y[index]),
        )


def _last_sum(layers: Sequential, activate: bool) -> str:
    """Name of the last layer, or of the plain one before it that a last activation completes."""
    names = list(layers.layers)
    completes = activate and len(names) > 1 and isinstance(layers[-1], ACTIVATION_LAYERS)
    return names[-2] if completes and not isinstance(layers[-2], Container) else names[-1]


def snapshot(net: Container, x: Array) -> Snapshot:
    """One sample through every layer of ``net``, in evaluation mode; the network is not touched.

    Args:
        net: The network.
        x: One sample in the public layout without N, (C, H, W) or (F,).

    Raises:
        ValueError: ``x`` does not fit; the message names the layer.
    """
    asked = evaluation_copy(net)
    sample = prepared(net, x)
    scores = asked.forward(sample[..., None])[..., 0]
    views = {}
    for name, layer in asked.named_layers(containers=True):
        if layer.x is None or layer.y is None:
            raise ValueError(f"{name}: got a {type(layer).__name__}, need one that keeps x and y")
        views[name] = LayerView(name, type(layer).__name__, layer, layer.x[..., 0], layer.y[..., 0])
    return Snapshot(sample, scores, views, asked)


def prepared(net: Container, x: Array) -> Array:
    """``x`` as an array in the dtype of the network's parameters.

    Raises:
        ValueError: ``net`` is no network, or ``x`` not the shape that the network is known to take.
    """
    a_network(net)
    dtype = next((array.dtype for array in net.parameters().values()), np.dtype(np.float32))
    sample = np.asarray(numbers(x, "x"), dtype)
    if net.input_shape is not None and sample.ndim != len(net.input_shape):
        raise ValueError(
            f"x: got shape {sample.shape}, need one sample like {net.input_shape}, without N"
        )
    return sample
