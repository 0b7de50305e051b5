"""Training data as a recipe: a few plain values from which any process makes the same data.

A run that moves between processes carries its recipe, not its images; only drawings, which
exist nowhere else, travel inside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnn.arrays import Array
from cnn.data import handwriting
from cnn.data.brought.found import Found
from cnn.data.brought.meant import Meaning, dataset
from cnn.data.datasets import DIGITS, FASHION, MNIST, Dataset, Split, load, noisy, split
from cnn.data.shapes import CLASSES as SHAPES
from cnn.data.shapes import shapes

#: Sources that are drawings → what the data set is called. Only what occurs in them is a class.
DRAWINGS = {"drawings": "own drawings", "class": "drawings of the class"}
#: The source that is a file of somebody's own.
FILE = "file"
SOURCES = ("strokes", "shapes", "mnist", "fashion", *DRAWINGS, FILE)


@dataclass(frozen=True)
class Recipe:
    """What data, how many, disturbed how, held out how.

    Attributes:
        source: One of :data:`SOURCES`.
        count: Samples in all, training and validation; at most what the source has.
        classes: Labels to keep, renumbered from 0 in rising order; empty keeps all.
        validation: Share held out, 0 to 1.
        noise: Standard deviation of pixel noise on both parts, white being 1.
        wrong_labels: Share of *training* labels that are replaced by another class.
        train_on: Samples that are left of the training part, none of the others being used; 0
            leaves all. What is held out stays the same, so that few images are judged by many.
        seed: Same seed, same data.
        folder: Where IDX files lie ("mnist", "fashion").
        drawings: Images (N, 28, 28) uint8 as bytes ("drawings", "class"); of a file (N, *shape),
            where it is not kept for all to find.
        labels: Their labels.
        names: Names of the labels; the digits by default.
        held_out: Which of the drawings are validated on (indices), in place of a share dealt by
            lot: drawings of one hand belong together, and this says which.
        digest: Under which a file that was brought is found ("file").
        turned: See :class:`cnn.data.brought.meant.Meaning`, as the next four.
        inverted: Likewise.
        low: Likewise.
        high: Likewise.
        grey: Likewise.
        own_tests: Whether the file's own test images are those that are held out.
        shape: (C, H, W) of the images in ``drawings``.
    """

    source: str = "strokes"
    count: int = 4000
    classes: tuple[int, ...] = ()
    validation: float = 0.2
    noise: float = 0.0
    wrong_labels: float = 0.0
    train_on: int = 0
    seed: int = 0
    folder: str = ""
    drawings: bytes = b""
    labels: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    held_out: tuple[int, ...] = ()
    digest: str = ""
    turned: bool = False
    inverted: bool = False
    low: float = 0.0
    high: float = 255.0
    grey: bool = False
    own_tests: bool = True
    shape: tuple[int, ...] = (1, 28, 28)

    @property
    def lasting(self) -> bool:
        """Whether what is trained on it may be kept on the disk: a class's drawings are not.

        Nor are a file's images that the recipe itself carries, because nothing keeps them.
        """
        return self.source != "class" and not (self.source == FILE and self.drawings)


def class_names(recipe: Recipe) -> tuple[str, ...]:
    """What the classes of ``recipe`` are called, in their order; no data are made for it."""
    known = {"fashion": FASHION.classes, "shapes": SHAPES}
    names = known.get(recipe.source, recipe.names or DIGITS)
    occurring = sorted(set(recipe.labels)) if recipe.source in DRAWINGS else range(len(names))
    return tuple(names[label] for label in sorted(recipe.classes) or occurring)


def load_recipe(recipe: Recipe, found: Found | None = None) -> Split:
    """Make the data of ``recipe``: the same every time, in every process.

    Args:
        recipe: Of the data.
        found: What was found in the file of :attr:`Recipe.digest`, of a recipe that has one.

    Raises:
        ValueError: the source is unknown, or has fewer than two classes.
        FileNotFoundError: files of an IDX source are missing.
    """
    if recipe.digest:
        parts = _brought(recipe, found)
    else:
        data = _restricted(_source(recipe), recipe.classes)
        _enough(data)
        parts = _by_hand(data, recipe.held_out) if recipe.held_out else _by_lot(data, recipe)
    some = parts.train.take(slice(0, recipe.train_on or None))  # they lie in random order
    train = noisy(some, recipe.noise, recipe.wrong_labels, recipe.seed)
    return Split(train, noisy(parts.validation, recipe.noise, seed=recipe.seed + 1))


def _enough(data: Dataset) -> None:
    present = np.count_nonzero(data.counts())
    if present < 2:
        raise ValueError(f"classes: got {present} with samples, need at least 2 to tell apart")


def _brought(recipe: Recipe, found: Found | None) -> Split:
    """The data of a file; no more of its images are made ready than are used."""
    if found is None:
        raise ValueError(
            "The data of this run are on the server no longer: choose the file once more."
        )
    meaning = Meaning(
        recipe.turned, recipe.inverted, recipe.low, recipe.high, recipe.grey, names=recipe.names
    )
    rows = np.arange(len(found))
    if recipe.classes:
        rows = rows[np.isin(found.labels, recipe.classes)]
    ends = len(found) - (found.tests if recipe.own_tests else 0)
    held = round(recipe.count * recipe.validation)
    rng = np.random.default_rng(recipe.seed)

    def part(of: Array, most: int) -> Dataset:
        return _restricted(dataset(found, meaning, rng.permutation(of)[:most]), recipe.classes)

    if ends == len(found):
        data = part(rows, recipe.count)
        _enough(data)
        return _by_lot(data, recipe)
    train = part(rows[rows < ends], recipe.count - held)
    _enough(train)
    return Split(train, part(rows[rows >= ends], held))


def _by_lot(data: Dataset, recipe: Recipe) -> Split:
    if len(data) > recipe.count:
        chosen = np.random.default_rng(recipe.seed).permutation(len(data))[: recipe.count]
        data = data.take(np.sort(chosen))
    return Split(*split(data, recipe.validation, recipe.seed))


def _by_hand(data: Dataset, held_out: tuple[int, ...]) -> Split:
    if not 0 <= min(held_out) <= max(held_out) < len(data):
        raise ValueError(f"held_out: got {max(held_out)}, need indices of {len(data)} samples")
    held = np.isin(np.arange(len(data)), held_out)
    if held.all():
        raise ValueError("held_out: got all samples, need some to train on")
    return Split(data.take(np.flatnonzero(~held)), data.take(np.flatnonzero(held)))


def _source(recipe: Recipe) -> Dataset:
    if recipe.source == "strokes":
        return _strokes(recipe.count, recipe.seed, recipe.classes)
    if recipe.source == "shapes":
        return shapes(recipe.count, recipe.seed)
    if recipe.source in ("mnist", "fashion"):
        return load({"mnist": MNIST, "fashion": FASHION}[recipe.source], recipe.folder)
    if recipe.source in DRAWINGS:
        images = np.frombuffer(recipe.drawings, np.uint8).reshape(-1, 1, 28, 28)  # (N, 1, 28, 28)
        return Dataset(
            images,
            np.array(recipe.labels, np.int64),
            recipe.names or DIGITS,
            DRAWINGS[recipe.source],
        )
    if recipe.source == FILE:
        images = np.frombuffer(recipe.drawings, np.uint8).reshape(-1, *recipe.shape)
        return Dataset(images, np.array(recipe.labels, np.int64), recipe.names, "a file")
    raise ValueError(f"source: got {recipe.source!r}, need one of {', '.join(SOURCES)}")


@lru_cache(maxsize=2)
def _strokes(count: int, seed: int, classes: tuple[int, ...]) -> Dataset:
    """Digits of pen strokes: drawing them takes longer than all that is done with them after."""
    labels = np.resize(np.array(classes), count) if classes else None
    made = handwriting.generate(count, seed, labels=labels)
    made.images.flags.writeable = made.labels.flags.writeable = False
    return made


def _restricted(data: Dataset, classes: tuple[int, ...]) -> Dataset:
    """Only the samples of ``classes``, renumbered; for drawings, only classes that occur."""
    keep = classes or (
        tuple(np.flatnonzero(data.counts())) if data.name in DRAWINGS.values() else ()
    )
    if not keep:
        return data
    bad = [c for c in keep if not 0 <= c < len(data.classes)]
    if bad:
        raise ValueError(f"classes: got {bad[0]}, need labels from 0 to {len(data.classes) - 1}")
    rows = np.flatnonzero(np.isin(data.labels, keep))
    renumbered = np.searchsorted(np.sort(keep), data.labels[rows])
    names = tuple(data.classes[c] for c in np.sort(keep))
    return Dataset(data.images[rows], renumbered, names, data.name)
