"""Where a run's images come from: controls, a look at them, and downloads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from cnn.data.datasets import FASHION, MNIST, Source, Split, download
from cnn.data.download import DownloadError, Progress
from cnn.data.recipes import Recipe, load_recipe
from ui import collection, lesson, link
from ui.components.tile_grid.tile_grid import Tiles, tile_grid

SOURCES = {
    "strokes": "Digits made of pen strokes",
    "shapes": "Lines and shapes",
    "mnist": "MNIST digits",
    "fashion": "Fashion-MNIST",
    "drawings": "My own drawings",
}
CLASSES = {"all": "All", "two": "Two (0 and 1)"}
FILES: dict[str, Source] = {"mnist": MNIST, "fashion": FASHION}


def controls() -> Recipe:
    """The data's controls; what they come to."""
    source = link.choice("Data", "tr_data", SOURCES, "strokes", kind="select")
    folder = ""
    if source in FILES:
        folder = link.text(
            "Folder with the IDX files",
            "tr_folder",
            f"data/{source}",
            help="Gzipped or not; downloaded into this folder if you ask for it.",
        )
        if not _there(FILES[source], folder):
            _downloader(FILES[source], folder)
    count = link.slider("Images", "tr_count", 50, 20000, 4000, 50)
    with lesson.more("More about the data"):
        classes = link.choice("Classes", "tr_classes", CLASSES, "all")
        validation = link.slider("Held out for validation", "tr_val", 0.1, 0.5, 0.2, 0.05)
        noise = link.slider("Noise on the pixels", "tr_noise", 0.0, 0.6, 0.0, 0.05)
        wrong = link.slider("Wrong labels in training", "tr_wrong", 0.0, 0.5, 0.0, 0.05)
        seed = link.number("Seed of the data", "tr_dseed", 0, 9999, 0)
    own = collection.current()
    drawn = source == "drawings" and len(own) > 0
    data = own.dataset() if drawn else None
    return Recipe(
        source=source,
        count=count,
        classes=(0, 1) if classes == "two" and source != "drawings" else (),
        validation=validation,
        noise=noise,
        wrong_labels=wrong,
        seed=seed,
        folder=folder,
        drawings=data.images.tobytes() if data else b"",
        labels=tuple(int(n) for n in data.labels) if data else (),
        names=data.classes if data else (),
    )


@st.cache_data(max_entries=6, show_spinner="Making the images …")
def _load(recipe: Recipe) -> Split:
    return load_recipe(recipe)


def load(recipe: Recipe) -> Split | str:
    """The data of a recipe, or one sentence that says why there is none."""
    if recipe.source == "drawings" and not recipe.labels:
        return (
            "You have not collected drawings yet: on the page “Draw a digit”, add drawings of at "
            "least two kinds to your set."
        )
    try:
        return _load(recipe)
    except FileNotFoundError as missing:
        return f"{missing} Download it, or name another folder."
    except (ValueError, OSError) as wrong:
        return f"{str(wrong).rstrip('.')}."


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
            rows.append(
                Tiles(f"{name}: {int(counts[label]):,}", train.floats(found)[:, 0], "grey", 1.0)
            )
    tile_grid("tr_look", rows, side=42, legend=False, projector=projector)


def _there(source: Source, folder: str) -> bool:
    """Whether the training images and labels lie in the folder, gzipped or not."""
    needed = [name for name in source.checksums if name.startswith("train")]
    return all(
        any((Path(folder) / form).is_file() for form in (name, name.removesuffix(".gz")))
        for name in needed
    )


def _downloader(source: Source, folder: str) -> None:
    if not st.button(f"Download {source.name} into this folder", key="tr_download"):
        return
    bar = st.progress(0.0, "Asking …")

    def progress(now: Progress) -> None:
        share = min(1.0, now.done / now.total) if now.total else 0.0
        bar.progress(share, f"{now.name}: {now.done / 1e6:.1f} MB")

    try:
        download(source, Path(folder), progress)
    except DownloadError as error:
        bar.empty()
        lesson.problem(str(error))
    except OSError as error:
        bar.empty()
        why = (error.strerror or type(error).__name__).lower()
        lesson.problem(f"The folder {folder} cannot be written: {why}. Name another one.")
    else:
        st.rerun()  # the files are there: no button any more, and the page has images
