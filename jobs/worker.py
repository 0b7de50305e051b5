"""What a worker process does: load its data once, then advance runs a slice at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache

from cnn.arrays import Array
from cnn.data.brought.files import File
from cnn.data.brought.found import to_bytes
from cnn.data.brought.pictures import Decode
from cnn.data.brought.reading import Options
from cnn.data.brought.reading import read as read_files
from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, load_recipe
from cnn.explain import landscape
from cnn.explain.landscape import Plane
from cnn.learn.losses import make_loss
from cnn.learn.one_step import DetailedStep, detailed_step
from cnn.learn.state import Budget, RunState
from cnn.learn.training import advance, network_of, validation_scores
from jobs.stash import Stash, from_environment


@lru_cache(maxsize=3)
def _data(recipe: Recipe) -> Split:
    return load_recipe(recipe, stash().found(recipe.digest) if recipe.digest else None)


@lru_cache(maxsize=1)
def stash() -> Stash:
    """Where this process finds the files that students brought."""
    return from_environment()


@dataclass(frozen=True)
class Slice:
    """What comes back of one slice.

    Attributes:
        state: How far the run is now.
        seconds: Of a processor that it took: neither waiting for one, nor its way here and back.
    """

    state: RunState
    seconds: float


def advance_slice(state: RunState, recipe: Recipe, budget: Budget) -> Slice:
    """One slice of one run, in a worker; arguments as :func:`cnn.learn.training.advance`.

    The data of the recipe are kept between slices; who needs them first is charged for making them.
    """
    began = time.thread_time()
    after = advance(state, _data(recipe), budget)
    return Slice(after, time.thread_time() - began)


def scores(state: RunState, recipe: Recipe) -> Array:
    """Logits (N, K) of a run's network on its validation set."""
    return validation_scores(state, _data(recipe))


def next_step(state: RunState, recipe: Recipe) -> DetailedStep | None:
    """The next step of a run, taken apart."""
    return detailed_step(state, _data(recipe))


def losses(
    state: RunState,
    recipe: Recipe,
    plane: Plane,
    points: list[tuple[float, float]],
    images: int,
) -> list[float]:
    """The loss of a run's network at points of a plane of weights, on its first training images."""
    train = _data(recipe).train
    some = slice(0, images)
    loss = make_loss(state.config.loss)
    return landscape.losses(
        network_of(state), loss.forward, train.floats(some), train.labels[some], plane, points
    )


def read(files: tuple[File, ...], decode: Decode, options: Options) -> bytes:
    """What is in files that somebody brought, packed; see :func:`cnn.data.brought.reading.read`.

    Args:
        files: They travel with the order; a path is one on this machine.
        decode: Makes numbers of a picture's file.
        options: How they are to be read.
    """
    return to_bytes(read_files(files, decode, options))


def prepare(recipe: Recipe) -> bool:
    """Have the data at hand before the first slice asks for it."""
    _data(recipe)
    return True


def ready() -> bool:
    """Nothing, once the worker is up and has imported what it needs."""
    return True
