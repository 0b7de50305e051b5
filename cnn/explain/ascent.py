"""What a unit looks for, without examples: a picture grown from noise that excites it most.

D. Erhan, Y. Bengio, A. Courville and P. Vincent, "Visualizing Higher-Layer Features of a Deep
Network" (2009): climb along the gradient of the unit by the pixels. K. Simonyan, A. Vedaldi and
A. Zisserman, "Deep Inside Convolutional Networks" (2014), did it for classes.

Left to itself the ascent ends in fine grain that no picture has. Two remedies: blur a little after
each step (J. Yosinski et al., "Understanding Neural Networks Through Deep Visualization", 2015),
and look at the picture moved by a few pixels at random (A. Mordvintsev, C. Olah and M. Tyka,
"Inceptionism", 2015).

A unit behind a ReLU that says 0 has no gradient to climb. There the gradient is led past the ReLU
until it says something (C. Olah, A. Mordvintsev and L. Schubert, "Feature Visualization", 2017,
redirect it so).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, batch_last, numbers
from cnn.explain.copies import evaluation_copy
from cnn.explain.path import path_to
from cnn.explain.sums import checked_index
from cnn.layers.activations import Activation
from cnn.layers.layer import Layer
from cnn.nets.container import Container
from cnn.settings import generator, whole

#: Noise of the start: pixels from 0 to this.
NOISE = 0.2
#: Beginnings that are tried; the one that excites the unit most goes on.
_BEGINNINGS = 8


@dataclass(frozen=True)
class Growth:
    """A picture on its way from noise.

    Attributes:
        images: (steps + 1, C, H, W) in [0, 1], the noise first.
        values: (steps + 1,) the unit's answer to each.
    """

    images: Array
    values: Array

    @property
    def risen(self) -> bool:
        """Whether the ascent got anywhere; a unit that nothing wakes does not."""
        return bool(self.values[-1] > self.values[0])


def grow(
    net: Container,
    name: str,
    index: Sequence[int],
    *,
    start: Array | None = None,
    steps: int = 100,
    rate: float = 0.05,
    blur: float = 0.0,
    shift: int = 0,
    seed: int = 0,
) -> Growth:
    """Climb: each step adds the unit's gradient, scaled so that its pixels change by ``rate``.

    Args:
        net: The network.
        name: Path of the layer, see :func:`cnn.explain.path_to`.
        index: The unit, (channel, row, column) or (unit,); (channel,) of a layer with maps means
            the mean over that map.
        start: (C, H, W) in [0, 1]; by default noise, the most exciting of a few.
        steps: How many.
        rate: Root of the mean square of the change of those pixels that the unit sees.
        blur: After each step a pixel takes this share of each of its neighbours, row- and then
            column-wise; 0 to 1/3.
        shift: Pixels by which the picture is moved at most, at random, before each look.
        seed: Of noise and shifts.

    Raises:
        ValueError: There is no such layer or unit, the network knows no input shape, or a setting
            is out of its range.
    """
    whole(steps, "steps", 1)
    whole(shift, "shift", 0)
    if not 0 <= blur <= 1 / 3:
        raise ValueError(f"blur: got {blur}, need 0 to 1/3")
    if net.input_shape is None or len(net.input_shape) != 3:
        raise ValueError(f"net: got an input shape {net.input_shape}, need (C, H, W)")
    rng, path = generator(seed, "seed"), path_to(evaluation_copy(net), name)
    image = _beginning(path, net.input_shape, index, rng) if start is None else _given(start, net)
    images = [image]
    for _ in range(steps):
        moved = tuple(int(n) for n in rng.integers(-shift, shift + 1, 2))
        gradient = _gradient(path, np.roll(image, moved, (1, 2)), index)
        gradient = np.roll(gradient, (-moved[0], -moved[1]), (1, 2))
        image = _blurred(np.clip(image + rate * _scaled(gradient), 0, 1), blur)
        images.append(image)
    grown = np.stack(images)
    return Growth(grown, _answers(path, grown, index))


def _given(start: Array, net: Container) -> Array:
    image = np.asarray(numbers(start, "start"), np.float32)
    if image.shape != net.input_shape:
        raise ValueError(f"start: got shape {image.shape}, need {net.input_shape}")
    return np.clip(image, 0, 1)


def _beginning(
    path: list[Layer], shape: tuple[int, ...], index: Sequence[int], rng: np.random.Generator
) -> Array:
    noise = rng.uniform(0, NOISE, (_BEGINNINGS, *shape)).astype(np.float32)
    best: Array = noise[int(np.nan_to_num(_answers(path, noise, index), nan=-np.inf).argmax())]
    return best


def _through(path: list[Layer], images: Array) -> Array:
    """(N, C, H, W) to the output of the last layer of ``path``, batch last."""
    value = batch_last(images)
    for layer in path:
        value = layer.forward(value)
    return value


def _unit(y: Array, index: Sequence[int]) -> tuple[int, ...]:
    """Where the unit lies in (…, N), checked; a whole map is its first axis alone."""
    shape = y.shape[:1] if len(index) == 1 else y.shape[:-1]
    return checked_index(index, shape)


def _answers(path: list[Layer], images: Array, index: Sequence[int]) -> Array:
    """(N,) the unit's answer to each of (N, C, H, W)."""
    y = _through(path, images)
    answers: Array = y[_unit(y, index)].reshape(-1, len(images)).mean(axis=0)  # of (cells, N)
    return answers


def _gradient(path: list[Layer], image: Array, index: Sequence[int]) -> Array:
    """(C, H, W): how the unit's answer to ``image`` changes with each pixel."""
    y = _through(path, image[None])
    gradient = np.zeros_like(y)
    place = _unit(y, index)
    gradient[place] = 1 / gradient[place].size
    for layer in reversed(path):
        before = layer.input_gradient(gradient)
        silent = isinstance(layer, Activation) and gradient.any() and not before.any()
        gradient = gradient if silent else before
    return gradient[..., 0]


def _scaled(gradient: Array) -> Array:
    """With 1 as the root of the mean square of what is not 0; nothing where all is 0."""
    seen = gradient[gradient != 0]
    size = float(np.sqrt(np.square(seen).mean())) if seen.size else 0.0
    return gradient / size if np.isfinite(size) and size > 0 else np.zeros_like(gradient)


def _blurred(image: Array, share: float) -> Array:
    """(C, H, W): a pixel gets ``share`` of each neighbour, along rows and then along columns."""
    if share == 0:
        return image
    rows = np.pad(image, ((0, 0), (1, 1), (0, 0)), "edge")
    image = (1 - 2 * share) * image + share * (rows[:, :-2] + rows[:, 2:])
    columns = np.pad(image, ((0, 0), (0, 0), (1, 1)), "edge")
    blurred: Array = (1 - 2 * share) * image + share * (columns[..., :-2] + columns[..., 2:])
    return blurred
