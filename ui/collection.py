"""The student's own data: drawings with labels, kept in the session and in one file.

The file is a plain ``.npz``: ``images`` (N, 28, 28) uint8, ``labels`` (N,) whole numbers,
``classes`` (K,) text. It is read with care, because it comes from outside.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import numpy as np

from cnn.data.brought.arrays import is_text
from cnn.data.datasets import DIGITS, Dataset
from ui.plain import printable
from ui.remembered import Remembered

SIDE = 28
MOST_IMAGES = 5000
MOST_CLASSES = 40
LONGEST_LABEL = 24
MOST_BYTES = 8 * 1024 * 1024
NAME = "own drawings"
_PARTS = ("images", "labels", "classes")
#: Of the ways to pack a zip archive those that NumPy uses; others unpack gigabytes at one read.
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class CollectionError(ValueError):
    """Why a file or a label is not taken, in one sentence."""


@dataclass(frozen=True)
class Collection:
    """Drawings with labels; a value, never changed in place.

    Attributes:
        images: (N, 28, 28) uint8, 0 = paper.
        names: The label of each, as the student wrote it.
    """

    images: np.ndarray
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    @property
    def classes(self) -> tuple[str, ...]:
        """All ten digits if every label is one; else the labels used, in order."""
        used = set(self.names)
        return DIGITS if used <= set(DIGITS) else tuple(sorted(used))

    def add(self, image: np.ndarray, label: str) -> Collection:
        """With one more drawing.

        Args:
            image: (28, 28) in [0, 1].
            label: Its name, 1 to 24 characters.

        Raises:
            CollectionError: The label is empty or too long, or the set is full.
            ValueError: ``image`` has another shape.
        """
        if image.shape != (SIDE, SIDE):
            raise ValueError(f"image must be ({SIDE}, {SIDE}), not {image.shape}")
        name = clean_label(label)
        if len(self) >= MOST_IMAGES:
            raise CollectionError(f"The set is full: it holds {MOST_IMAGES} drawings.")
        if name not in self.names and len({*self.names, name}) > MOST_CLASSES:
            raise CollectionError(f"A set has at most {MOST_CLASSES} different labels.")
        grey = np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
        return Collection(np.concatenate([self.images, grey[None]]), (*self.names, name))

    def without(self, index: int) -> Collection:
        """Without the drawing at ``index``."""
        kept = np.arange(len(self)) != index % max(1, len(self))
        return Collection(self.images[kept], tuple(np.array(self.names, object)[kept]))

    def counts(self) -> dict[str, int]:
        """How many drawings each label has, labels in order."""
        return {name: self.names.count(name) for name in sorted(set(self.names))}

    def dataset(self) -> Dataset:
        """For training: images (N, 1, 28, 28), labels as indices into :attr:`classes`."""
        classes = self.classes
        labels = np.array([classes.index(name) for name in self.names], np.int64)
        return Dataset(self.images[:, None], labels, classes, NAME)

    def to_bytes(self) -> bytes:
        """The file."""
        data = self.dataset()
        out = io.BytesIO()
        np.savez_compressed(
            out, images=self.images, labels=data.labels, classes=np.array(data.classes, np.str_)
        )
        return out.getvalue()


EMPTY = Collection(np.zeros((0, SIDE, SIDE), np.uint8))
_MINE = Remembered("own_drawings", EMPTY)


def current() -> Collection:
    """This session's set."""
    return _MINE.get()


def begun() -> bool:
    """Whether this session has a set, be it empty."""
    return _MINE.known


def keep(collection: Collection) -> None:
    """Make it this session's set."""
    _MINE.put(collection)


def clean_label(label: str) -> str:
    """A label as it is kept.

    Raises:
        CollectionError: Nothing is left of it, or too much.
    """
    name = printable(label)
    if not name:
        raise CollectionError("Give the drawing a label first.")
    if len(name) > LONGEST_LABEL:
        raise CollectionError(f"A label has at most {LONGEST_LABEL} characters.")
    return name


def from_bytes(data: bytes) -> Collection:
    """Read a file that :meth:`Collection.to_bytes` wrote.

    Raises:
        CollectionError: It is something else; the message is one sentence.
    """
    if len(data) > MOST_BYTES:
        raise CollectionError(
            f"The file has {len(data) / 2**20:.0f} MB; a set has at most {MOST_BYTES // 2**20} MB."
        )
    try:
        images, labels, classes = (_part(data, name) for name in _PARTS)
    except Exception as error:  # a foreign or damaged archive fails in many ways
        raise CollectionError("This is not a set of drawings saved from this page.") from error
    return _checked(images, labels, classes)


def _part(data: bytes, name: str) -> np.ndarray:
    """One array of the archive; its header is checked before memory is taken for it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        most = MOST_IMAGES * SIDE * SIDE + 4096
        if archive.getinfo(f"{name}.npy").compress_type not in _PACKED:
            raise ValueError("only what unpacks a little at a time is read")
        with archive.open(f"{name}.npy") as stream:
            raw = stream.read(most + 1)
    if len(raw) > most:
        raise ValueError(f"{name} is too large")
    stream = io.BytesIO(raw)
    version = np.lib.format.read_magic(stream)
    if version != (1, 0):
        raise ValueError(f"{name} has version {version}")
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    if dtype.hasobject or int(np.prod(shape, dtype=object)) * dtype.itemsize > len(raw):
        raise ValueError(f"{name} claims more than there is")
    return np.load(io.BytesIO(raw), allow_pickle=False)


def _checked(images: np.ndarray, labels: np.ndarray, classes: np.ndarray) -> Collection:
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise CollectionError(f"The drawings in the file are not {SIDE} × {SIDE} grey pictures.")
    if labels.dtype.kind not in "iu" or labels.shape != images.shape[:1]:
        raise CollectionError("The labels in the file do not belong to its drawings.")
    words = classes.dtype.kind == "U" and classes.ndim == 1 and is_text(classes)
    if not words or len(classes) > MOST_CLASSES:
        raise CollectionError("The names of the labels in the file cannot be read.")
    if len(labels) and not 0 <= labels.min() <= labels.max() < len(classes):
        raise CollectionError("The file has labels without a name.")
    if len(images) > MOST_IMAGES:
        raise CollectionError(f"A set holds at most {MOST_IMAGES} drawings.")
    names = [clean_label(str(name)) for name in classes]
    return Collection(images, tuple(names[int(i)] for i in labels))
