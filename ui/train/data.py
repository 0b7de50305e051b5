"""Where a run's images come from: controls, a look at them, and downloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from cnn.data.datasets import FASHION, MNIST, Source, Split
from cnn.data.recipes import DRAWINGS, FILE, Recipe, load_recipe
from cnn.learn.state import RunState
from ui import lesson, link
from ui.collected import collected, keep_in_tab
from ui.collection import EMPTY
from ui.components.tile_grid.tile_grid import tile_grid
from ui.train import brought, brought_panel, folders, ours
from ui.train.fetching import downloads
from ui.train.ours import Ours
from ui.train.tiles import picture_tiles

SOURCES = {
    "strokes": "Digits made of pen strokes",
    "shapes": "Lines and shapes",
    "mnist": "MNIST digits",
    "fashion": "Fashion-MNIST",
    "drawings": "My own drawings",
    FILE: brought.TITLE,
}
FEW = {"all": "All that are not held out"} | {
    str(n): f"{n:,} only" for n in (20, 50, 100, 200, 500, 1000, 2000)
}
CLASSES = {"all": "All", "two": "Two (0 and 1)"}
FILES: dict[str, Source] = {"mnist": MNIST, "fashion": FASHION}


@dataclass(frozen=True)
class Chosen:
    """What the controls come to.

    Attributes:
        recipe: Of the data.
        ours: About the class's own drawings, where these are chosen.
        problem: Why there are none, in one sentence; else "".
        asks: Whether a file is asked for, or shown before it is used, in place of the data.
    """

    recipe: Recipe
    ours: Ours | None = None
    problem: str = ""
    asks: bool = False


def controls() -> Chosen:
    """The data's controls; what they come to."""
    offered = SOURCES | ({ours.SOURCE: ours.TITLE} if ours.offered("tr_data") else {})
    source = link.choice("Data", "tr_data", offered, "strokes", kind="select")
    folder = _folder(source) if source in FILES else ""
    if source == FILE:
        brought.choose()
    card = brought.current() if source == FILE else None
    file = None
    count = link.slider("Images", "tr_count", 50, 20000, 4000, 50)
    few = link.choice("Of them trained on", "tr_few", FEW, "all", kind="select")
    with lesson.more("More about the data"):
        offered_classes = CLASSES | ({"two": "The first two"} if source == FILE else {})
        classes = link.choice("Classes", "tr_classes", offered_classes, "all")
        validation = link.slider("Held out for validation", "tr_val", 0.1, 0.5, 0.2, 0.05)
        noise = link.slider("Noise on the pixels", "tr_noise", 0.0, 0.6, 0.0, 0.05)
        wrong = link.slider("Wrong labels in training", "tr_wrong", 0.0, 0.5, 0.0, 0.05)
        seed = link.number("Seed of the data", "tr_dseed", 0, 9999, 0)
        if source == FILE:
            brought.options()
        if card is not None and card.used:
            file = brought_panel.switches(card)
    own = EMPTY
    if source == "drawings":
        own = collected()
        keep_in_tab()
    data = own.dataset() if len(own) else None
    recipe = Recipe(
        source=source,
        count=count,
        classes=(0, 1) if classes == "two" and source not in DRAWINGS else (),
        validation=validation,
        noise=noise,
        wrong_labels=wrong,
        train_on=0 if few == "all" else int(few),
        seed=seed,
        folder=folder,
        drawings=data.images.tobytes() if data else b"",
        labels=tuple(int(n) for n in data.labels) if data else (),
        names=data.classes if data else (),
    )
    if file is not None:
        return Chosen(brought_panel.recipe_of(recipe, file), problem=file.problem)
    if source != ours.SOURCE:
        return Chosen(recipe, asks=source == FILE)
    found = ours.drawn(recipe)
    if isinstance(found, str):
        return Chosen(recipe, problem=found)
    ours.more(found)
    return Chosen(found.recipe, found)


def _folder(name: str) -> str:
    """Where the files of a data set lie, among what is offered; "" if nowhere."""
    there = folders.offered(name, FILES)
    if not there:
        if folders.may_download():
            _downloader(FILES[name], folders.root() / name)
        return ""
    if len(there) == 1:
        return str(next(iter(there.values())))
    chosen = link.choice("Folder", "tr_folder", list(there), next(iter(there)), kind="select")
    return str(there[chosen])


@st.cache_resource(max_entries=6, show_spinner="Making the images …")
def _load(recipe: Recipe) -> Split:
    """One copy for everybody; nobody may change it."""
    split = load_recipe(recipe, brought.stash().found(recipe.digest) if recipe.digest else None)
    for part in (split.train, split.validation):
        part.images.flags.writeable = part.labels.flags.writeable = False
    return split


def load(chosen: Chosen) -> Split | str:
    """The data, or one sentence that says why there are none."""
    recipe = chosen.recipe
    if chosen.problem or chosen.asks:
        return chosen.problem
    if recipe.source == "drawings" and not recipe.labels:
        return (
            "You have not collected drawings yet: on the page “Draw a digit”, add drawings of at "
            "least two kinds to your set."
        )
    if recipe.source in FILES and not recipe.folder:
        return _missing(FILES[recipe.source], recipe.source)
    try:
        return _load(recipe)
    except OSError as wrong:
        why = (wrong.strerror or "a file is missing").lower()
        return f"The files of {FILES[recipe.source].name} cannot be read on this server: {why}."
    except ValueError as wrong:
        return f"{_without_path(str(wrong), recipe.folder).rstrip('.')}."


def take_back(recipe: Recipe) -> None:
    """The data of ``recipe`` are to be those of the page again, as far as no link can say which."""
    if recipe.digest:
        brought.take_back(recipe.digest)


def instead(chosen: Chosen, why: str) -> None:
    """What stands in the stage where there are no data: why, or what was found in a file."""
    if chosen.asks:
        brought_panel.panel(brought.current())
    else:
        lesson.problem(why)


def _without_path(words: str, folder: str) -> str:
    """Where on the server the data lie is nobody's business; the folder's name is enough."""
    return words.replace(folder, Path(folder).name) if folder else words


def _missing(source: Source, name: str) -> str:
    if folders.may_download():
        return f"{source.name} is not on this server yet. Download it: once for the whole class."
    return (
        f"{source.name} is not on this server. Whoever starts the app puts its files into the "
        f"folder “{name}” of the app's data, or allows the download; the README says how."
    )


def beside(chosen: Chosen, split: Split) -> Callable[[RunState], None] | None:
    """What is said of these data at each look at a run, if anything is."""
    return None if chosen.ours is None else ours.beside(chosen.ours, split)


def look(split: Split, projector: bool) -> None:
    """A grid of training images, and how many there are of each class."""
    train = split.train
    counts = train.counts()
    there = counts[counts > 0]
    st.markdown(
        f"**{len(train):,}** images to train with, **{len(split.validation):,}** held out. "
        f"In training each class has "
        + (
            f"{there.min():,}."
            if there.min() == there.max()
            else f"{there.min():,} to {there.max():,}."
        )
    )
    columns = 15
    rows = []
    for label, name in enumerate(train.classes):
        found = np.flatnonzero(train.labels == label)[:columns]
        if len(found):
            rows.append(picture_tiles(f"{name}: {int(counts[label]):,}", train.floats(found)))
    tile_grid("tr_look", rows, side=42, legend=False, projector=projector)


def _downloader(source: Source, folder: Path) -> None:
    """The button, and how far the download is, whoever began it."""
    now = downloads().of(folder)
    running = now is not None and now.running
    if now is not None and now.trouble:
        lesson.problem(now.trouble)
    st.button(
        f"Download {source.name}",
        key="tr_download",
        on_click=downloads().begin,
        args=(source, folder),
        disabled=running,
        help="For everybody who uses this server; it is done once.",
    )
    if running:
        _watch(source, folder)


@st.fragment(run_every=0.5)
def _watch(source: Source, folder: Path) -> None:
    now = downloads().of(folder)
    if now is None or not now.running:
        st.rerun()  # the files are there, or a sentence says why not
    st.progress(now.share, now.words)
