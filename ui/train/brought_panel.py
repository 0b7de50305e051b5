"""What was found in a file, before it is used: counts, examples, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from cnn.data.brought.guesses import RANGES
from cnn.data.brought.limits import LONGEST_NAME
from cnn.data.brought.meant import Meaning, images_of
from cnn.data.datasets import Dataset
from cnn.data.recipes import FILE, Recipe, load_recipe
from ui import figures, lesson, link, palette
from ui.components.tile_grid.tile_grid import tile_grid
from ui.plain import in_figure, plain, printable
from ui.train import brought
from ui.train.brought import MOST_MB, Card
from ui.train.tiles import picture_tiles

TURNED = {"no": "As they should be", "yes": "Exchanged: turned back here"}
INK = {"white": "Light on dark", "black": "Dark on light: inverted here"}
COLOUR = {"colour": "Red, green, blue", "grey": "Grey"}
TESTS = {"own": "The file's test images", "lot": "Some of all, by lot"}
_SPANS = {
    "unit": "0 to 1",
    "byte": "0 to 255",
    "signed": "−1 to 1",
    "sixteen": "0 to 16",
    "deep": "0 to 65,535",
}
#: Characters of all names together.
_MOST_TEXT = 1200
#: Bytes of images that a run carries about, where nothing keeps them for the workers.
_MOST_CARRIED = 8_000_000


@dataclass(frozen=True)
class Chosen:
    """A file that is used, and how it is meant.

    Attributes:
        card: What is shown of it.
        meaning: How the switches stand.
        problem: What is wrong with them, in one sentence; else "".
    """

    card: Card
    meaning: Meaning
    problem: str = ""


def switches(card: Card) -> Chosen:
    """One switch for each guess; what they come to."""
    guess, few = card.guess, card.few
    square = few.shape[1] == few.shape[2]
    turned = "no"
    if square:
        default = "yes" if guess.turned else "no"
        turned = link.choice(
            "Rows and columns in the file", "tr_f_turn", TURNED, default, kind="select"
        )
    ink = link.choice(
        "What is drawn in the file",
        "tr_f_ink",
        INK,
        "black" if guess.inverted else "white",
        kind="select",
    )
    span = _span(card)
    colour = "colour"
    if few.shape[0] == 3:
        colour = link.choice("Colour", "tr_f_colour", COLOUR, "colour")
    tests = "own"
    if few.tests:
        tests = link.choice("Held out", "tr_f_tests", TESTS, "own", kind="select")
    typed = link.text(
        "Names of the classes",
        "tr_f_names",
        "",
        max_chars=_MOST_TEXT,
        placeholder=", ".join(guess.names)[:60],
        help="In the order of the counts, with commas between them; empty leaves them as they are.",
    )
    names, problem = _names(typed, card)
    meaning = Meaning(
        turned == "yes", ink == "black", *span, colour == "grey", tests == "own", names
    )
    return Chosen(card, meaning, problem)


def _span(card: Card) -> tuple[float, float]:
    """The numbers that are black and white."""
    few = card.few
    own = f"{few.low:g} to {few.high:g}, as in the file".replace("-", "−")
    offered = _SPANS | {"file": own}
    guess = next((n for n, ends in RANGES.items() if ends == _ends(card.guess)), "file")
    name = link.choice("Range of the numbers", "tr_f_range", offered, guess, kind="select")
    return RANGES.get(name, (few.low, few.high))


def _ends(meaning: Meaning) -> tuple[float, float]:
    return meaning.low, meaning.high


def _names(typed: str, card: Card) -> tuple[tuple[str, ...], str]:
    """The names in force, and what is wrong with those that were typed."""
    if not typed.strip():
        return card.guess.names, ""
    names = tuple(printable(part)[:LONGEST_NAME] for part in typed.split(","))
    need = len(card.few.classes)
    if len(names) != need:
        return card.guess.names, f"There are {need} classes, and {len(names)} names for them."
    if "" in names or len(set(names)) < need:
        return card.guess.names, "Each class needs a name of its own."
    return names, ""


def recipe_of(base: Recipe, chosen: Chosen) -> Recipe:
    """The recipe of the file's data: it names them, and carries them only where it has to."""
    meaning = chosen.meaning
    made = replace(
        base,
        source=FILE,
        digest=chosen.card.digest,
        turned=meaning.turned,
        inverted=meaning.inverted,
        low=meaning.low,
        high=meaning.high,
        grey=meaning.grey,
        own_tests=meaning.tests,
        names=meaning.names,
    )
    return made if brought.for_workers(made.digest) else _carrying(made)


def settings_of(recipe: Recipe) -> dict[str, str]:
    """Control → value, with which the file of ``recipe`` is read as it says."""
    ends = recipe.low, recipe.high
    return {
        "tr_f_turn": "yes" if recipe.turned else "no",
        "tr_f_ink": "black" if recipe.inverted else "white",
        "tr_f_range": next((name for name, known in RANGES.items() if known == ends), "file"),
        "tr_f_colour": "grey" if recipe.grey else "colour",
        "tr_f_tests": "own" if recipe.own_tests else "lot",
        "tr_f_names": ", ".join(map(str, recipe.names)),
    }


@st.cache_resource(max_entries=4, show_spinner=False)
def _carrying(recipe: Recipe) -> Recipe:
    """The same data inside the recipe; fewer, where they would be too heavy to carry."""
    found = brought.stash().found(recipe.digest)
    if found is None:
        return recipe
    most = _MOST_CARRIED // int(np.prod(found.shape))
    split = load_recipe(replace(recipe, count=min(recipe.count, most)), found)
    train, held = split.train, split.validation
    images = np.concatenate([train.images, held.images])
    return replace(
        recipe,
        digest="",
        noise=0.0,
        wrong_labels=0.0,
        classes=(),
        drawings=images.tobytes(),
        labels=tuple(np.concatenate([train.labels, held.labels]).tolist()),
        names=train.classes,
        held_out=tuple(range(len(train), len(images))),
        shape=images.shape[1:],
    )


def panel(card: Card | None) -> None:
    """In the stage, before there are data: what can be read, or what was found."""
    if card is None:
        st.markdown(
            "**Bring a file**: it is read on this server, shown to you, and used when you say so."
        )
        st.markdown(_FORMS)
        return
    few = card.few
    rows, columns = few.shape[1:]
    colours = "in colour" if few.shape[0] == 3 else "grey"
    st.markdown(
        f"**{plain(few.name)}**: {few.form}, **{card.total:,}** images of {rows} × {columns}, "
        f"{colours}, **{len(few.classes)}** classes."
    )
    notes = list(few.notes)
    if few.tests:
        notes.append(f"{few.tests:,} of them are the file's own test images.")
    if notes:
        st.markdown(" ".join(plain(note) for note in notes))
    examples, guesses = st.columns([3, 2], gap="large")
    with guesses:
        st.markdown("**Read so; change what is wrong**")
        seen = switches(card)
        if seen.problem:
            lesson.problem(seen.problem)
        st.button("Train on it", key="tr_f_use", type="primary", on_click=brought.use)
    with examples:
        _examples(card, seen.meaning)
        _counts(card, seen.meaning.names)


def _examples(card: Card, meaning: Meaning) -> None:
    few = card.few
    images = images_of(few.images, few, meaning)
    made = Dataset(images, few.labels, meaning.names)
    captions = [meaning.names[label] for label in few.labels]
    tiles = picture_tiles(f"{len(images)} examples, as the network will see them", made.floats())
    tile_grid(
        "tr_f_examples",
        [replace(tiles, captions=captions)],
        side=64,
        legend=False,
        projector=lesson.projector(),
    )


def _counts(card: Card, names: tuple[str, ...]) -> None:
    """How many images each class has: bars, and the same in words."""
    figure = go.Figure()
    figure.add_bar(
        x=[in_figure(name) for name in names],
        y=card.counts,
        marker={"color": palette.CATEGORICAL[figures.theme()][0]},
        text=[f"{n:,}" for n in card.counts] if len(names) <= 12 else None,
        hovertemplate="%{x}: %{y:,}<extra></extra>",
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(visible=False)
    words = ", ".join(f"{name}: {n:,}" for name, n in zip(names, card.counts, strict=True))
    st.markdown("**Images of each class**")
    figures.show(figure, "tr_f_counts", alt=f"Images of each class. {words}", height=170)


_FORMS = f"""
- **CSV**: a picture a row, its pixels in cells, and a column of labels, as Kaggle's *train.csv*;
  plain, gzipped or zipped.
- **.npz**: `x_train` and `y_train`, and `x_test` and `y_test` if there are some, as Keras'
  *mnist.npz*.
- **IDX**: images and labels together, as MNIST and EMNIST; gzipped or not.
- **A zip of pictures**, in folders named by their class.

At most {MOST_MB} MB: zipped, a table takes about a tenth. Larger ones whoever starts the app can
lay into the folder of its data; the README says how.
"""
