"""Weights of a file as the start of a run; all else that a run remembers begins anew.

They are the session's, as the link cannot carry them: runs begin with them as long as the network
of the page is one that they fit, until other first weights are chosen. A run keeps those that it
began with (:attr:`cnn.learn.state.RunState.first`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from cnn.arrays import Shape
from cnn.data.datasets import Dataset
from cnn.data.recipes import Recipe
from cnn.learn.state import FirstWeights, RunConfig
from cnn.nets.network import Sequential
from cnn.nets.spec import Spec, build
from cnn.nets.table import spec_of
from ui import link
from ui.plain import plain
from ui.train import given_settings, session, unbuilding


@dataclass(frozen=True)
class Brought:
    """A network that somebody brought with its weights; its file's name without the ending."""

    net: Sequential
    name: str


@dataclass(frozen=True)
class Fitted:
    """Weights as the page's network takes them, and the settings that make that network."""

    weights: FirstWeights
    spec: Spec
    preset: str
    head: str
    blocks: Spec


def words(brought: Brought) -> str:
    """What was in the file, and what was not."""
    net = brought.net
    reads = "" if net.input_shape is None else f", which reads {_size(net.input_shape)}"
    return (
        f"**{plain(brought.name)}**: a network of {net.count_parameters():,} parameters{reads}. "
        "The file holds its weights alone, without optimizer, schedule, random numbers and "
        "history: a new run begins with them."
    )


def fitted(brought: Brought, data: Dataset) -> Fitted:
    """The weights for the page's data.

    Raises:
        ValueError: they are of a network for other images or another number of classes, or of one
            that the builder has not; one sentence says so.
    """
    net, shape = brought.net, data.shape
    if net.input_shape not in (None, shape):
        reads = _size(net.input_shape or ())
        raise ValueError(
            f"Its network reads {reads}, and an image of these data is {_size(shape)}."
        )
    try:
        outputs = net.output_shape(shape)
    except ValueError:
        raise ValueError(
            f"Its network does not fit the images of these data, {_size(shape)}."
        ) from None
    classes = 2 if outputs == (1,) else outputs[0]
    if len(outputs) > 1:
        raise ValueError("Its network gives no score for each class.")
    if classes != len(data.classes):
        raise ValueError(
            f"Its network tells {classes} classes apart, and these data have {len(data.classes)}."
        )
    config = RunConfig(spec_of(net), shape, classes, len(data), batch_size=1)
    preset, head, blocks = given_settings.of_network(config)
    own = unbuilding.built(blocks, head, shape, classes)
    # Layer by layer the same network, whatever its layers are called.
    parameters = dict(zip(own.parameters(), map(_single, net.parameters().values()), strict=True))
    buffers = dict(zip(own.buffers(), map(_single, net.buffers().values()), strict=True))
    named = {**parameters, **buffers}
    if not all(np.isfinite(array).all() for array in named.values()):
        raise ValueError("Its numbers are too large for those that are trained with here.")
    weights = FirstWeights(brought.name, parameters, buffers)
    return Fitted(weights, unbuilding.whole(blocks, head, shape, classes), preset, head, blocks)


def take_up(weights: FirstWeights, spec: Spec, config: RunConfig, recipe: Recipe) -> str:
    """A run with these settings is to begin with ``weights``; a sentence if it cannot."""
    if link.held("tr_init") or config.blocks != spec:
        return (
            "The weights of the file need a network or first weights that this page cannot be set "
            "to, so no run can begin with them here."
        )
    mine = session.current()
    mine.first = weights
    mine.agreed = under(config), recipe
    said = (
        f"A new run begins with the weights of “{plain(weights.name)}”; optimizer, schedule, "
        "random numbers and history were not in the file and begin anew."
    )
    mine.note = f"{said} {mine.note}".strip()
    return ""


def under(config: RunConfig) -> RunConfig:
    """The settings with the session's first weights, where the network is one that they fit."""
    first = session.current().first
    if first is None or not _fit(first, config):
        return config
    return replace(config, weights=first.digest)


def present() -> None:
    """Which weights runs begin with, where they are those of a file, and how to have others."""
    first = session.current().first
    if first is None:
        return
    st.markdown(f"Runs begin with the weights of “{plain(first.name)}” where they fit the network.")
    st.button("Begin with random weights again", key="tr_begin_random", on_click=drop)


def drop() -> None:
    """In a callback: runs begin with random weights from now on."""
    session.current().first = None


def unused(first: FirstWeights) -> str:
    """Said where a run begins without them, because the network is another one now."""
    return (
        f"The weights of “{plain(first.name)}” are another network's: this run begins with random "
        "ones."
    )


def _fit(first: FirstWeights, config: RunConfig) -> bool:
    own = build(config.blocks, config.input_shape, init="zeros").state_dict()
    its = {**first.parameters, **first.buffers}
    return {name: a.shape for name, a in own.items()} == {name: a.shape for name, a in its.items()}


def _single(array: np.ndarray) -> np.ndarray:
    """In the numbers that are trained with, and nobody else's."""
    with np.errstate(over="ignore"):
        return array.astype(np.float32)


def _size(shape: Shape) -> str:
    return " × ".join(map(str, shape))
