"""A run that somebody brings: a file of :mod:`cnn.learn.checkpoint` that anybody may have written.

The reader there bounds the memory and refuses pickles. Here what the file says of itself is held
against itself: numbers that are numbers, settings that there are, arrays of the right shapes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.data.recipes import Recipe, class_names
from cnn.layers.initialisation import SCHEMES
from cnn.learn.changes import dropout_shares, may_become
from cnn.learn.checkpoint import from_bytes
from cnn.learn.losses import LOSSES
from cnn.learn.optimizers import OPTIMIZERS
from cnn.learn.schedules import SCHEDULES
from cnn.learn.state import History, Moment, RunConfig, RunState
from cnn.learn.training import begin, network_of, optimizer_of
from cnn.nets.storage import FileError

#: What is more than this is no whole number that a run has.
LARGEST = 10**9
#: Letters of the name of a file.
LONGEST_NAME = 100
#: Where a dropout's generator may come from: NumPy's default.
GENERATOR = "PCG64"
_NAMES = {"loss": LOSSES, "optimizer": OPTIMIZERS, "schedule": SCHEDULES, "init": SCHEMES}
_WHOLE = {"classes": 1, "samples": 1, "batch_size": 1, "epochs": 0, "seed": 0, "patience": 0}
_REAL = ("lr", "momentum", "weight_decay", "shift", "rotate", "elastic")


def read_run(data: bytes) -> tuple[RunState, Recipe]:
    """The run of a file and the recipe of its data, all of it checked.

    What the run said of itself in words (its diagnosis) is left out: it says so again.

    Raises:
        FileError: (a ValueError) it is no run saved here, a damaged one, or one that cannot be.
    """
    state, recipe = from_bytes(data)
    try:
        problem = next(_problems(state), None) or next(_wrong_recipe(recipe), None)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        problem = str(error) or type(error).__name__
    if problem is not None:
        raise FileError(f"file: this run cannot be gone on with ({problem})")
    return replace(state, diagnosis=None), recipe


def _problems(state: RunState) -> Iterator[str]:
    """What is wrong with a run, the plainest first."""
    yield from _wrong_settings(state.config)
    configs = [*(earlier.config for earlier in state.earlier), state.config]
    for earlier, following in zip(state.earlier, configs[1:], strict=True):
        yield from _wrong_settings(earlier.config)
        yield from _wrong_whole("a changed setting's step", earlier.until, 0)
        if earlier.until != following.since.step or not may_become(earlier.config, following):
            yield "its settings do not follow from each other"
    yield from _wrong_whole("step", state.step, state.config.since.step)
    yield from _wrong_history(state.history, state.step)
    for name, array in _arrays(state):
        if not np.isfinite(array).all():
            yield f"{name} holds NaN or infinite numbers, need finite ones"
    for name, array in _squares(state):
        if (array < 0).any():
            yield f"{name} holds numbers below 0, need 0 or more"
    for moment in state.moments:
        yield from _wrong_moment(state, moment)
    yield from _wrong_first(state)
    yield from _wrong_memory(state)


def _wrong_first(state: RunState) -> Iterator[str]:
    """The weights that it began with, where they are those of a file."""
    first = state.first
    if first is not None and not (isinstance(first.name, str) and len(first.name) <= LONGEST_NAME):
        yield "the file of its first weights has no name"
    try:
        begin(state.config, first)
    except ValueError:
        yield "its first weights are none of this network, or others than it says"


def _wrong_settings(config: RunConfig) -> Iterator[str]:
    for name, least in _WHOLE.items():
        yield from _wrong_whole(name, getattr(config, name), least)
    for name in _REAL:
        value = getattr(config, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            yield f"{name} is {value!r}, need a number of 0 or more"
    for name, known in _NAMES.items():
        if getattr(config, name) not in known:
            yield f"its {name} is not known here"
    for value in (*config.since, *config.input_shape):
        yield from _wrong_whole("a place or a size", value, 0)
    if not all(_is_real(share) and 0 <= share <= 1 for share in dropout_shares(config.blocks)):
        yield "the share of a dropout is none"


def _wrong_recipe(recipe: Recipe) -> Iterator[str]:
    """What is wrong with how the data are made: each value is of the kind that it is by default."""
    for field in fields(recipe):
        value, usual = getattr(recipe, field.name), field.default
        fits = _is_real(value) if isinstance(usual, float) else type(value) is type(usual)
        if isinstance(value, tuple):
            kind = str if field.name == "names" else int
            fits = fits and all(type(entry) is kind for entry in value)
        if not fits:
            yield f"the {field.name} of its data is {value!r:.40}"
    if not class_names(recipe):
        yield "its data have no classes"


def _is_real(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _wrong_whole(name: str, value: Any, least: int) -> Iterator[str]:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not least <= value <= LARGEST:
        yield f"{name} is {value!r}, need a whole number from {least}"


def _wrong_history(history: History, step: int) -> Iterator[str]:
    values = {field.name: getattr(history, field.name) for field in fields(history)}
    steps = {name: len(found) for name, found in values.items() if not name.startswith("check")}
    looks = {name: len(found) for name, found in values.items() if name.startswith("check")}
    if set(steps.values()) != {step} or history.step != list(range(1, step + 1)):
        yield f"its history has not one entry for each of its {step} steps"
    if len(set(looks.values())) > 1 or sorted(set(history.check_step)) != history.check_step:
        yield "its looks at the validation set are not in order"
    for name, found in values.items():
        if not all(isinstance(v, int | float) and math.isfinite(v) for v in found):
            yield f"the {name} of its history holds what is no number"


def _arrays(state: RunState) -> Iterator[tuple[str, Array]]:
    yield from state.parameters.items()
    yield from state.buffers.items()
    if state.first is not None:
        named = {**state.first.parameters, **state.first.buffers}
        yield from ((f"the first {name}", array) for name, array in named.items())
    for name, slots in state.optimizer.get("slots", {}).items():
        yield from ((f"the optimizer's {slot} of {name}", array) for slot, array in slots.items())
    for moment in state.moments:
        named = {**moment.parameters, **moment.buffers}
        yield from ((f"{name} at step {moment.step}", array) for name, array in named.items())
    if state.part is not None:
        yield from state.part.gradients.items()


def _squares(state: RunState) -> Iterator[tuple[str, Array]]:
    """What a root is taken of: the variances of batch norms, Adam's mean of squared gradients."""
    for buffers in (state.buffers, *(moment.buffers for moment in state.moments)):
        yield from ((n, array) for n, array in buffers.items() if n.endswith("running_var"))
    for name, slots in state.optimizer.get("slots", {}).items():
        if "square" in slots:
            yield f"the optimizer's square of {name}", slots["square"]


def _wrong_moment(state: RunState, moment: Moment) -> Iterator[str]:
    network_of(state, moment)  # raises where an array has not the shape of its place
    yield from _wrong_whole("a moment's step", moment.step, 0)
    if moment.confusion.shape != (state.config.classes, state.config.classes):
        yield f"the counts of the moment at step {moment.step} have another number of classes"
    if moment.step not in state.history.check_step:
        yield f"its moment at step {moment.step} is none at which it was looked at"


def _wrong_memory(state: RunState) -> Iterator[str]:
    """The optimizer's and the generators'."""
    net = network_of(state)
    for generator in state.rng.values():
        if generator["bit_generator"] != GENERATOR:
            yield f"its random numbers come from another generator than {GENERATOR}"
            return
    net.load_rng_state(state.rng)
    fresh = optimizer_of(state.config, net)
    wanted = fresh.state()["settings"]
    yield from _wrong_whole("the optimizer's steps", state.optimizer["steps"], 0)
    if {**state.optimizer["settings"], "lr": 0} != {**wanted, "lr": 0}:
        yield "its optimizer has other settings than the run"
    fresh.load_state(state.optimizer)
    part = state.part
    if part is None:
        return
    yield from _wrong_whole("the samples of its step under way", part.done, 0)
    shapes = {name: array.shape for name, array in part.gradients.items()}
    own = {name: array.shape for name, array in net.parameters().items()}
    if part.confusion.shape != (state.config.classes,) * 2 or shapes not in ({}, own):
        yield "its step under way is another network's"
    if part.rng:
        yield from _wrong_memory(replace(state, part=None, rng=part.rng))
