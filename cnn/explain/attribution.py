"""Which inputs made a network say what it says: gradients, occlusion, Grad-CAM.

All of it runs the network's own forward and backward passes, on a copy in evaluation mode.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import numpy as np

from cnn.arrays import Array
from cnn.explain.cell import Contribution, strongest
from cnn.explain.copies import evaluation_copy
from cnn.explain.path import centres, path_to
from cnn.explain.snapshot import prepared
from cnn.explain.sums import checked_index
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d
from cnn.layers.layer import Layer
from cnn.layers.pooling import Pool2d
from cnn.layers.softmax import log_softmax, softmax
from cnn.nets.container import Container
from cnn.nets.network import Sequential
from cnn.settings import choice, finite, whole

#: What is explained: the class's logit, its probability, or the log of that.
Of = Literal["score", "probability", "log_probability"]
WATCHED: tuple[Of, ...] = get_args(Of)


@dataclass(frozen=True)
class Attribution:
    """The gradient of one number of the network at one sample.

    Attributes:
        value: The number.
        x: The sample, (C, H, W) or (F,).
        gradient: d value / d x, the same shape.
    """

    value: float
    x: Array
    gradient: Array

    @property
    def saliency(self) -> Array:
        """(H, W): the largest |gradient| over the channels (Simonyan et al., 2014)."""
        largest: Array = np.abs(self.gradient).max(axis=0)
        return largest

    @property
    def times_input(self) -> Array:
        """Gradient × input, the shape of x: what each input adds, were the network linear."""
        product: Array = self.gradient * self.x
        return product

    def strongest(self, count: int = 5) -> tuple[list[Contribution], list[Contribution]]:
        """The inputs whose gradient × input is largest: (upwards, downwards)."""
        return strongest(self.x, self.gradient, self.times_input, count)


def input_gradient(net: Container, x: Array, target: int, of: Of = "score") -> Attribution:
    """How class ``target`` changes with each input: saliency, and gradient × input.

    Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks" (2014).

    Args:
        net: A classifier that gives logits.
        x: One sample, (C, H, W) or (F,).
        target: The class.
        of: "score" is the logit, which only this class moves; "probability" and "log_probability"
            also fall when another class rises.

    Raises:
        ValueError: x does not fit, there is no such class, or ``of`` is none of the three.
    """
    asked, sample = evaluation_copy(net), prepared(net, x)
    scores = asked.forward(sample[..., None])
    (target,) = checked_index((target,), scores.shape[:1])
    values, dscores = _heads(scores, [target], of)
    dx = asked.input_gradient(dscores)  # (…, N)
    return Attribution(float(values[0, 0]), sample, dx[..., 0])


def input_gradients(net: Container, x: Array, of: Of = "score") -> list[Attribution]:
    """:func:`input_gradient` of every class, in one pass over as many copies of the sample.

    Raises:
        ValueError: x does not fit, or ``of`` is none of the three.
    """
    asked, sample = evaluation_copy(net), prepared(net, x)
    classes = asked.output_shape(sample.shape)[0]
    scores = asked.forward(_copies(sample, classes))
    values, dscores = _heads(scores, list(range(classes)), of)
    dx = asked.input_gradient(dscores)  # (…, N)
    return [Attribution(float(values[k, k]), sample, dx[..., k]) for k in range(classes)]


def unit_gradient(net: Container, x: Array, name: str, index: Sequence[int]) -> Attribution:
    """How one unit of layer ``name`` changes with each input of the network.

    Args:
        net: The network.
        x: One sample, (C, H, W) or (F,).
        name: Path of the layer, see :func:`cnn.explain.path_to`.
        index: The unit, (channel, row, column) or (unit,).

    Raises:
        ValueError: x does not fit, or there is no such layer or unit.
    """
    sample, path = prepared(net, x), path_to(evaluation_copy(net), name)
    value = sample[..., None]
    for layer in path:
        value = layer.forward(value)
    place = checked_index(index, value.shape[:-1])
    one = np.zeros_like(value)
    one[(*place, 0)] = 1
    gradient = one
    for layer in reversed(path):
        gradient = layer.input_gradient(gradient)
    return Attribution(float(value[(*place, 0)]), sample, gradient[..., 0])


def integrated_gradients(
    net: Container, x: Array, target: int, steps: int = 32, baseline: float | Array = 0.0
) -> Array:
    """What each input adds to the class's score on the way from ``baseline`` to ``x``.

    Sundararajan, Taly and Yan, "Axiomatic Attribution for Deep Networks" (2017): the mean gradient
    along the straight way, times the distance. With enough steps it adds up to
    score(x) − score(baseline), which gradient × input does not.

    Args:
        net: A classifier that gives logits.
        x: One sample, (C, H, W) or (F,).
        target: The class.
        steps: Points on the way at which the gradient is taken.
        baseline: Where the way begins: one number, or an array that has the shape of x.

    Returns:
        The shape of x.

    Raises:
        ValueError: x does not fit, there is no such class, or ``steps`` is below 1.
    """
    if steps < 1:
        raise ValueError(f"steps: got {steps}, need 1 or more")
    asked, sample = evaluation_copy(net), prepared(net, x)
    start = np.broadcast_to(np.asarray(baseline, sample.dtype), sample.shape)
    shares = ((np.arange(steps) + 0.5) / steps).astype(sample.dtype)
    way = start[..., None] + (sample - start)[..., None] * shares  # (…, steps)
    scores = asked.forward(np.ascontiguousarray(way))
    (target,) = checked_index((target,), scores.shape[:1])
    dscores = np.zeros_like(scores)  # (K, steps)
    dscores[target] = 1
    dx = asked.input_gradient(dscores)  # (…, steps)
    added: Array = dx.mean(axis=-1) * (sample - start)
    return added


def _heads(scores: Array, targets: list[int], of: Of) -> tuple[Array, Array]:
    """For sample n and class targets[n]: the values (K, N), and d value / d scores (K, N)."""
    choice(of, "of", WATCHED)
    picked = np.zeros_like(scores)
    picked[targets, np.arange(len(targets))] = 1
    if of == "score":
        return scores[targets], picked
    chances = softmax(scores, 0)
    if of == "log_probability":
        return log_softmax(scores, 0)[targets], picked - chances
    own = (picked * chances).sum(axis=0)
    return chances[targets], own * (picked - chances)


def _copies(sample: Array, count: int) -> Array:
    """``count`` copies of a sample side by side, batch last."""
    return np.repeat(sample[..., None], count, axis=-1)


@dataclass(frozen=True)
class Occlusion:
    """What covering a patch takes away from each class.

    Attributes:
        values: (K,) with nothing covered.
        drops: (K, OH, OW) values minus those with the patch over each place: large where the
            network needs what was covered; negative where it spoke against the class.
        rows: (OH,) input rows of the patches' middles.
        columns: (OW,) input columns.
        size: Side of the patch in cells.
    """

    values: Array
    drops: Array
    rows: Array
    columns: Array
    size: int

    def heat(self, target: int, shape: tuple[int, int]) -> Array:
        """The drops of one class as a map (H, W), interpolated between the places."""
        return resample(self.drops[target], self.rows, self.columns, shape)

    def patch(self, row: int, column: int) -> tuple[slice, slice]:
        """Rows and columns that were covered at a place of ``drops``: at the rim, fewer."""
        return (
            _spans(self.rows[[row]], self.size)[0],
            _spans(self.columns[[column]], self.size)[0],
        )


def occlusion(
    net: Container,
    x: Array,
    size: int = 5,
    stride: int = 1,
    fill: float = 0.0,
    of: Of = "probability",
    batch: int = 64,
    report: Callable[[int, int], None] | None = None,
) -> Occlusion:
    """Cover a square patch at each place in turn and see what every class loses.

    Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014). Patches that
    cover nothing but ``fill`` change nothing and are not run.

    Args:
        net: A classifier that gives logits.
        x: One image, (C, H, W).
        size: Side of the patch; its middle moves over the image, so at the rim it is cut off.
        stride: Cells from one place to the next.
        fill: What the patch shows; 0 is no ink.
        of: What is watched, as in :func:`input_gradient`.
        batch: Images that run at once.
        report: Told after each batch how many places are done, and of how many. Whatever it raises
            ends the search.

    Raises:
        ValueError: x is no image or does not fit, ``size``, ``stride`` or ``batch`` is below 1, or
            ``of`` is none of the three.
    """
    for name, value in (("size", size), ("stride", stride), ("batch", batch)):
        whole(value, name, 1)
    finite(fill, "fill")
    if not (report is None or callable(report)):
        raise ValueError(f"report: got {report!r}, need a function of two numbers, or None")
    asked, sample = evaluation_copy(net), prepared(net, x)
    if sample.ndim != 3:
        raise ValueError(f"x: got shape {sample.shape}, need an image (C, H, W)")
    rows, columns = np.arange(0, sample.shape[1], stride), np.arange(0, sample.shape[2], stride)
    down, across = (_spans(axis, size) for axis in (rows, columns))
    patches = list(product(down, across))
    changing = [at for at, patch in enumerate(patches) if np.any(sample[:, *patch] != fill)]
    values = _watched(asked.forward(sample[..., None]), of)
    watched = np.repeat(values, len(patches), axis=1)
    for first in range(0, len(changing), batch):
        some = changing[first : first + batch]
        images = _copies(sample, len(some))
        for n, at in enumerate(some):
            images[:, *patches[at], n] = fill
        watched[:, some] = _watched(asked.forward(images), of)
        if report is not None:
            report(first + len(some), len(changing))
    drops = (values - watched).reshape(-1, len(rows), len(columns))  # (K, rows, columns)
    return Occlusion(values[:, 0], drops, rows, columns, size)


def _spans(middles: Array, size: int) -> list[slice]:
    """The cells of patches around ``middles``, cut off at 0."""
    firsts = [int(middle) - (size - 1) // 2 for middle in middles]
    return [slice(max(0, first), first + size) for first in firsts]


def _watched(scores: Array, of: Of) -> Array:
    """(K, N) scores as what is watched."""
    choice(of, "of", WATCHED)
    if of == "score":
        return scores
    return softmax(scores, 0) if of == "probability" else log_softmax(scores, 0)


@dataclass(frozen=True)
class GradCam:
    """Where in the maps of one layer a class was found.

    Attributes:
        layer: Whose maps.
        weights: (C,) mean gradient of the class's score over each map.
        signed: (h, w) the weighted sum of the maps: what is > 0 speaks for the class.
        rows: (h,) input rows of the map cells' middles.
        columns: (w,) input columns.
    """

    layer: str
    weights: Array
    signed: Array
    rows: Array
    columns: Array

    @property
    def cam(self) -> Array:
        """(h, w) as in the paper: only what speaks for the class."""
        positive: Array = np.maximum(self.signed, 0)
        return positive

    def heat(self, shape: tuple[int, int]) -> Array:
        """``cam`` over the input, (H, W): each cell's value lies at the middle of its field."""
        return resample(self.cam, self.rows, self.columns, shape)


def grad_cam(
    net: Container, x: Array, target: int, layer: str | None = None, of: Of = "score"
) -> GradCam:
    """Which places of a layer's maps speak for class ``target``.

    Selvaraju et al., "Grad-CAM" (2017): each map is weighted by the mean gradient of the
    class's score over it.

    Args:
        net: A classifier that gives logits.
        x: One image, (C, H, W).
        target: The class.
        layer: Path of any layer that gives maps; by default the last that is not a pooling.
        of: What is explained, as in :func:`input_gradient`.

    Raises:
        ValueError: x does not fit, there is no such class, the layer gives no maps, or ``of`` is
            none of the three.
    """
    asked, sample = evaluation_copy(net), prepared(net, x)
    scores = asked.forward(sample[..., None])
    (target,) = checked_index((target,), scores.shape[:1])
    name = last_maps(asked) if layer is None else layer
    path = path_to(asked, name)
    maps = path[-1].y
    dmaps = _back_to(asked, name, path[-1], _heads(scores, [target], of)[1])
    if maps is None or maps.ndim != 4 or dmaps is None:
        raise ValueError(
            f"layer: got {name!r}, need one that gives maps, before the network flattens"
        )
    weights = dmaps[..., 0].mean(axis=(1, 2))
    signed = np.tensordot(weights, maps[..., 0], 1)  # (C,) · (C, h, w)
    return GradCam(name, weights, signed, *centres(path, sample.shape))


def _back_to(net: Container, name: str, layer: Layer, dscores: Array) -> Array | None:
    """d value / d y of the layer ``name`` of a network that has just run.

    No further back than to the layer: what lies before it is most of a large network's work.
    """
    outermost = name.partition(".")[0]
    if not isinstance(net, Sequential):
        net.backward(dscores, need_dx=True)
        return layer.dy
    gradient = dscores
    for own, one in reversed(net.layers.items()):
        if own == name:
            return gradient
        gradient = one.input_gradient(gradient)
        if own == outermost:
            break
    return layer.dy


def last_maps(net: Container) -> str:
    """The last layer, after a forward pass, that gives maps of more than one cell; no pooling.

    Raises:
        ValueError: There is none.
    """
    for name, layer in reversed(list(net.children())):
        if _gives_maps(layer):
            return name
    raise ValueError("layer: got a network in which none gives maps, need one that does")


def _gives_maps(layer: Layer) -> bool:
    pooled = isinstance(layer, Pool2d | AdaptiveAvgPool2d)
    return not pooled and layer.y is not None and layer.y.ndim == 4 and layer.y[0, ..., 0].size > 1


def resample(values: Array, rows: Array, columns: Array, shape: tuple[int, int]) -> Array:
    """Values known at (rows × columns) interpolated linearly at every cell of (H, W).

    Outside of the first and last place the nearest value goes on.

    Args:
        values: (h, w).
        rows: (h,) where they lie, in rows of the result.
        columns: (w,) likewise.
        shape: (H, W).

    Returns:
        (H, W).
    """
    across = [np.interp(np.arange(shape[0]), rows, column) for column in values.T]
    down = np.array(across).T  # (w, H) to (H, w)
    return np.array([np.interp(np.arange(shape[1]), columns, row) for row in down])
