"""The loss around a network's weights: a plane through all of them, and the loss at its points.

H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, "Visualizing the loss landscape of neural nets"
(2018). A network has thousands of weights, a picture two directions. Two random ones show how steep
it is round about; two laid through the weights that a run went through show the way it took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, batch_last
from cnn.nets.network import Sequential

Weights = Mapping[str, Array]


@dataclass(frozen=True)
class Plane:
    """All weights that are ``centre + x · across + y · up``; each a dictionary of arrays by path.

    Attributes:
        centre: The weights in the middle.
        across: One step along x.
        up: One step along y.
    """

    centre: dict[str, Array]
    across: dict[str, Array]
    up: dict[str, Array]

    def at(self, x: float, y: float) -> dict[str, Array]:
        """The weights at a point."""
        return {
            name: (value + x * self.across[name] + y * self.up[name]).astype(value.dtype)
            for name, value in self.centre.items()
        }

    def place(self, weights: Weights) -> tuple[float, float]:
        """The point of the plane that is nearest to some weights."""
        basis = np.stack([_flat(self.across), _flat(self.up)], axis=1)  # (P, 2)
        found, *_ = np.linalg.lstsq(basis, _flat(weights) - _flat(self.centre), rcond=None)
        return float(found[0]), float(found[1])


def random_plane(weights: Weights, rng: np.random.Generator) -> Plane:
    """Two random directions, each filter of which is as long as the network's own filter.

    Without that, a network whose weights are all doubled, and which says the same behind a ReLU,
    would look half as steep. Biases and the numbers of a normalisation stay as they are.
    """
    return Plane(_copies(weights), _direction(weights, rng), _direction(weights, rng))


def path_plane(weights: Weights, path: Sequence[Weights]) -> Plane:
    """The plane through ``weights`` in which most of a run's path lies: its principal directions.

    Args:
        weights: Where the run stands.
        path: Where it was, two moments or more.

    Raises:
        ValueError: the run has not moved in two directions yet.
    """
    here = _flat(weights)
    way = np.array([_flat(moment) - here for moment in path]).reshape(-1, here.size)  # (M, P)
    # P is large and M is not: the directions are found among the M moments.
    lengths, mixes = np.linalg.eigh(way @ way.T)
    if len(way) < 2 or lengths[-2] <= 1e-9 * lengths[-1]:
        raise ValueError(f"path: got {len(way)} moments in one line, need a way with a bend")
    across, up = (mixes[:, -n] @ way for n in (1, 2))  # (P,), the longest first
    # As long as the way from the first moment is along the first of them: the start is near x = 1.
    size = abs(float(way[0] @ across)) / float(across @ across) or 1.0
    across = across * size * np.sign(way[0] @ across or 1.0)
    up = up * np.linalg.norm(across) / np.linalg.norm(up)
    return Plane(_copies(weights), _unflat(across, weights), _unflat(up, weights))


def share_in_plane(plane: Plane, path: Sequence[Weights]) -> float:
    """How much of the way lies in the plane, 0 to 1: of the squared distances from its centre."""
    there, whole = 0.0, 0.0
    centre = _flat(plane.centre)
    for moment in path:
        away = _flat(moment) - centre
        near = _flat(plane.at(*plane.place(moment))) - centre
        there, whole = there + float(near @ near), whole + float(away @ away)
    return min(1.0, there / whole) if whole else 1.0


def losses(
    net: Sequential,
    loss: Callable[[Array, Array], float],
    images: Array,
    labels: Array,
    plane: Plane,
    points: Sequence[tuple[float, float]],
) -> list[float]:
    """The loss at points of a plane.

    Args:
        net: The network, in evaluation mode; its weights are put back afterwards.
        loss: From scores (K, N) and labels (N,) to the mean loss.
        images: (N, C, H, W).
        labels: (N,).
        plane: Through the network's weights.
        points: (x, y) of each.
    """
    x, before, found = batch_last(images), _copies(net.parameters()), []
    buffers = {n: a for n, a in net.state_dict().items() if n not in before}
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for point in points:
            net.load_state_dict({**plane.at(*point), **buffers})
            found.append(float(loss(net.forward(x), labels)))
    net.load_state_dict({**before, **buffers})
    return found


def _direction(weights: Weights, rng: np.random.Generator) -> dict[str, Array]:
    return {name: _like(value, rng) for name, value in weights.items()}


def _like(value: Array, rng: np.random.Generator) -> Array:
    """Random numbers, each filter (first axis) of the length that it has in ``value``."""
    if value.ndim < 2:
        return np.zeros_like(value)
    drawn = rng.standard_normal(value.shape).astype(value.dtype)
    axes = tuple(range(1, value.ndim))
    wanted, has = (np.sqrt((a * a).sum(axes, keepdims=True)) for a in (value, drawn))
    found: Array = drawn * (wanted / has)
    return found


def _flat(weights: Weights) -> Array:
    return np.concatenate([value.ravel() for value in weights.values()]).astype(np.float64)


def _unflat(flat: Array, like: Weights) -> dict[str, Array]:
    cuts = np.cumsum([value.size for value in like.values()])[:-1]
    parts = np.split(flat, cuts)
    return {
        name: part.reshape(value.shape).astype(value.dtype)
        for (name, value), part in zip(like.items(), parts, strict=True)
    }


def _copies(weights: Weights) -> dict[str, Array]:
    return {name: value.copy() for name, value in weights.items()}
