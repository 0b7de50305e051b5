"""A run from a file, to go on with or to compare with; weights from one, to begin a run with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from cnn.data.datasets import Dataset
from cnn.data.recipes import FILE, Recipe
from cnn.learn.state import RunState
from ui import collection, lesson, link, our_file
from ui.collected import collected
from ui.collection import Collection, CollectionError
from ui.plain import plain
from ui.remembered import Remembered
from ui.train import (
    brought,
    builder,
    first_weights,
    folders,
    given_settings,
    going_on,
    session,
)
from ui.train.data import FILES, SOURCES
from ui.train.first_weights import Brought
from ui.train.outcome import portable

_FILE = "tr_file"


@dataclass(frozen=True)
class Loaded:
    """A run that somebody brought, checked; its file's name without the ending."""

    state: RunState
    recipe: Recipe
    name: str


_LOADED: Remembered[Loaded | Brought | None] = Remembered("_run_loaded", None)


def fold(data: Dataset | None) -> None:
    """Folded away: a place for the file, what was found in it, and what can be done with it.

    Args:
        data: What the page's settings train on; None where there are none.
    """
    with lesson.more("A run or weights from a file"):
        our_file.field(
            "The file of a whole run (.npz), or of weights (.npz, .safetensors), saved under “What "
            "it learned”",
            _FILE,
            _read,
        )
        loaded = _LOADED.get()
        if isinstance(loaded, Brought):
            st.markdown(first_weights.words(loaded))
            st.button(
                "Begin with these weights",
                key="tr_begin_with",
                on_click=_begin_with,
                args=(data,),
                type="primary",
            )
        elif loaded is not None:
            st.markdown(_words(loaded))
            with st.container(horizontal=True):
                st.button("Go on with it", key="tr_go_on", on_click=_go_on, type="primary")
                st.button("Compare with it", key="tr_compare_it", on_click=_compare)
        first_weights.present()


def _read() -> None:
    """What was dropped; a sentence if it is neither a run nor weights."""
    _LOADED.take()
    found = our_file.read(_FILE, our_file.contents)
    if found is None:
        return
    name, held = found
    if isinstance(held, our_file.SavedRun):
        _LOADED.put(Loaded(held.state, held.recipe, name))
    else:
        _LOADED.put(Brought(held.net, name))


def _words(loaded: Loaded) -> str:
    state = loaded.state
    checks = state.history.check_accuracy
    seen = f", validation accuracy {checks[-1]:.1%}" if checks else ""
    data = SOURCES.get(loaded.recipe.source, "images of its own")
    return (
        f"**{plain(loaded.name)}**: step {state.step:,} of {state.config.total_steps:,}, trained "
        f"on {state.config.samples:,} images ({plain(data)}){seen}."
    )


def _compare() -> None:
    loaded = _LOADED.get()
    if not isinstance(loaded, Loaded):
        return
    said = session.keep_given(loaded.name, loaded.state, loaded.recipe)
    our_file.tell(_FILE, said)
    if said is None:
        link.assign(tr_view="compare")


def _go_on() -> None:
    """The page's settings become the run's; the run is taken up when the page has run with them."""
    loaded = _LOADED.get()
    if not isinstance(loaded, Loaded):
        return
    try:
        preset, head, blocks = given_settings.of_network(loaded.state.config)
        recipe, images = _images(loaded.recipe)
    except (ValueError, CollectionError) as wrong:
        our_file.tell(_FILE, f"This run cannot go on here: {wrong}")
        return
    if not _kept_former():
        return
    link.assign(
        tr_preset=preset,
        tr_head=head,
        **images,
        **given_settings.of_config(loaded.state.config),
    )
    builder.build(preset, blocks)
    session.current().arriving = loaded.state, recipe
    our_file.tell(_FILE, None)


def _begin_with(data: Dataset | None) -> None:
    """The builder's network becomes that of the file; a new run begins with its weights."""
    loaded = _LOADED.get()
    if not isinstance(loaded, Brought):
        return
    try:
        if data is None:
            raise ValueError("There are no images to train on yet: choose the data first.")
        found = first_weights.fitted(loaded, data)
    except ValueError as wrong:
        our_file.tell(_FILE, f"No run can begin with these weights here: {wrong}")
        return
    if not _kept_former():
        return
    link.assign(tr_preset=found.preset, tr_head=found.head)
    builder.build(found.preset, found.blocks)
    session.current().arriving = found.weights, found.spec
    our_file.tell(_FILE, None)


def _kept_former() -> bool:
    """Keep the run that another takes the place of, where much work is in it; else say why not."""
    view = session.look()
    said = None
    session.current().note = ""
    if view is not None and going_on.is_worth_asking(view):
        said = session.keep_former()
    if said is not None:
        our_file.tell(_FILE, said)
    return said is None


def _images(recipe: Recipe) -> tuple[Recipe, dict[str, Any]]:
    """The recipe as this server has its data, and the settings that choose them.

    Raises:
        ValueError: it has them not; one sentence says so.
    """
    now = session.current().recipe
    if now is not None and portable(now) == portable(recipe):
        return now, {}
    if recipe.source not in given_settings.SETTABLE:
        raise ValueError(
            "It was trained on images that were brought along. Choose the same ones as the data, "
            "set as they were, and try again."
        )
    if recipe.source in FILES:
        there = folders.offered(recipe.source, FILES)
        if not there:
            name = FILES[recipe.source].name
            raise ValueError(f"It was trained on {name}, which is not on this server.")
        own = recipe.folder if recipe.folder in there else next(iter(there))
        recipe = replace(recipe, folder=own)
    if recipe.source == FILE and not brought.take_back(recipe.digest):
        raise ValueError(
            "It was trained on a file that is not on this server: choose that file among the data, "
            "and try again."
        )
    if recipe.source == "drawings":
        _take_drawings(recipe)
    return recipe, given_settings.of_recipe(recipe)


def _take_drawings(recipe: Recipe) -> None:
    """The drawings that it was trained on become this tab's set, where that is empty."""
    if len(recipe.drawings) % collection.SIDE**2:
        raise ValueError("Its drawings are cut short.")
    images = np.frombuffer(recipe.drawings, np.uint8).reshape(-1, collection.SIDE, collection.SIDE)
    if not all(0 <= label < len(recipe.names) for label in recipe.labels):
        raise ValueError("Its drawings have labels without a name.")
    names = tuple(collection.clean_label(recipe.names[label]) for label in recipe.labels)
    if not 0 < len(images) == len(names) <= collection.MOST_IMAGES:
        raise ValueError("Its drawings and their labels do not belong together.")
    mine, theirs = collected(), Collection(images, names)
    if len(mine) and mine.to_bytes() != theirs.to_bytes():
        raise ValueError(
            "It was trained on drawings, and this tab has a set of others. Save that set on the "
            "page “Draw a digit”, empty it, and try again."
        )
    collection.keep(theirs)
