"""What is known of a famous network: its spec, its published figures, where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from cnn.arrays import Shape
from cnn.layers import initialisation as initial
from cnn.nets.container import Row
from cnn.nets.network import Sequential
from cnn.nets.spec import Spec, build


@dataclass(frozen=True)
class Stage:
    """A named point inside a network where a paper gives the shape.

    Attributes:
        label: As the paper calls it.
        layer: Name of the layer that ends it.
        shape: One sample's (C, H, W) or (F,) there.
    """

    label: str
    layer: str
    shape: Shape


@dataclass(frozen=True, eq=False)
class Architecture:
    """A network as a table, and what was published about it.

    Attributes:
        slug: Short name, for links and lookups.
        name: As people say it.
        year: Of the first publication.
        authors: In the paper's order.
        paper: Title and place.
        link: Where to read it.
        idea: What was new, in a sentence.
        input_shape: One sample's (C, H, W).
        spec: One dict a layer, as :func:`cnn.nets.spec.build` takes it.
        parameters: Trainable numbers, as published.
        multiply_adds: For one image, in the convention of ``counted``.
        counted: What that figure counts and what it leaves out.
        stages: Shapes along the way, as published.
        top1: Share of images whose first guess is right, in per cent; None if not published.
        top5: Share whose class is among the first five guesses, in per cent.
        measured: On which data and how ``top1`` and ``top5`` were measured.
    """

    slug: str
    name: str
    year: int
    authors: str
    paper: str
    link: str
    idea: str
    input_shape: Shape
    spec: Spec
    parameters: int
    multiply_adds: int
    counted: str
    stages: tuple[Stage, ...] = ()
    top1: float | None = None
    top5: float | None = None
    measured: str = ""

    def build(
        self,
        rng: np.random.Generator | int | None = None,
        *,
        dtype: type = np.float32,
        init: str = initial.DEFAULT,
    ) -> Sequential:
        """The network with fresh random weights, in training mode.

        Args:
            rng: A generator, a seed, or nothing for weights that differ each time.
            dtype: Of the parameters.
            init: One of :data:`cnn.layers.initialisation.SCHEMES`.
        """
        return build(self.spec, self.input_shape, rng=rng, dtype=dtype, init=init)

    def summary(self) -> tuple[Row, ...]:
        """Shape, parameters, multiply–adds and receptive field of every layer; no weight is drawn.

        Counted from the layers themselves, not copied from a paper.
        """
        return _summary(self)


@cache
def _summary(architecture: Architecture) -> tuple[Row, ...]:
    return tuple(architecture.build(init="zeros").summary())
