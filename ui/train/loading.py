"""A run from a file: to go on with it as if it had never stopped, or to compare with it."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from cnn.data.recipes import FILE, Recipe
from cnn.learn.outside import read_run
from cnn.learn.state import RunState
from cnn.nets import storage
from cnn.nets.storage import FileError
from cnn.pretrained.own import load_safetensors
from ui import collection, lesson, link, our_file
from ui.collected import collected
from ui.collection import Collection, CollectionError
from ui.plain import plain
from ui.remembered import Remembered
from ui.train import brought, builder, folders, given_settings, going_on, session
from ui.train.data import FILES, SOURCES
from ui.train.outcome import portable

_FILE = "tr_file"


@dataclass(frozen=True)
class Loaded:
    """A run that somebody brought, checked; its file's name without the ending."""

    state: RunState
    recipe: Recipe
    name: str


_LOADED: Remembered[Loaded | None] = Remembered("_run_loaded", None)


def fold() -> None:
    """Folded away: a place for the file, what was found in it, and what can be done with it."""
    with lesson.more("A run from a file"):
        our_file.field(
            "The file of a whole run (.npz), saved under “What it learned”", _FILE, _read
        )
        loaded = _LOADED.get()
        if loaded is None:
            return
        st.markdown(_words(loaded))
        with st.container(horizontal=True):
            st.button("Go on with it", key="tr_go_on", on_click=_go_on, type="primary")
            st.button("Compare with it", key="tr_compare_it", on_click=_compare)


def _read() -> None:
    """What was dropped; a sentence if it is no run."""
    _LOADED.take()
    found = our_file.read(_FILE, _run_of)
    if found is not None:
        name, (state, recipe) = found
        _LOADED.put(Loaded(state, recipe, name))


def _run_of(data: bytes) -> tuple[RunState, Recipe]:
    """The run of a file; of a file of weights it is told what they are good for.

    Raises:
        FileError: It is no run.
    """
    try:
        return read_run(data)
    except FileError:
        if not _holds_weights(data):
            raise
        raise FileError(
            "file: it holds weights alone, and a run goes on from its optimizer and its random "
            "numbers too: that is the file of the whole run. For these weights you can draw, on "
            "the page “Draw a digit”, under “A network from a file”"
        ) from None


def _holds_weights(data: bytes) -> bool:
    try:
        if data[:2] == b"PK":
            storage.read_meta(io.BytesIO(data))
        else:
            load_safetensors(data)
    except FileError:
        return False
    return True


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
    if loaded is None:
        return
    said = session.keep_given(loaded.name, loaded.state, loaded.recipe)
    our_file.tell(_FILE, said)
    if said is None:
        link.assign(tr_view="compare")


def _go_on() -> None:
    """The page's settings become the run's; the run is taken up when the page has run with them."""
    loaded = _LOADED.get()
    if loaded is None:
        return
    try:
        preset, head, blocks = given_settings.of_network(loaded.state.config)
        recipe, images = _images(loaded.recipe)
    except (ValueError, CollectionError) as wrong:
        our_file.tell(_FILE, f"This run cannot go on here: {wrong}")
        return
    view = session.look()
    if view is not None and going_on.is_worth_asking(view):
        said = session.keep_former()
        if said is not None:
            our_file.tell(_FILE, said)
            return
    link.assign(
        tr_preset=preset,
        tr_head=head,
        **images,
        **given_settings.of_config(loaded.state.config),
    )
    builder.build(preset, blocks)
    session.current().arriving = loaded.state, recipe
    _LOADED.take()
    our_file.tell(_FILE, None)


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
