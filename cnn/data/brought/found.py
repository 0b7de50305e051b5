"""What every reader gives: pixels in bytes, labels, and what the file said of them.

Whatever numbers a file holds, a pixel is kept in one byte: 0 stands for the smallest number of
the file, 255 for its largest, and what these are is kept beside. So a file takes a bounded room,
and how its numbers are meant (:mod:`cnn.data.brought.meant`) can be decided later, by a table of
256 rows.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.data.brought.limits import (
    LONGEST_NAME,
    LONGEST_SIDE,
    MOST_CLASSES,
    MOST_PIXELS,
    SHORTEST_SIDE,
    FileProblem,
)

#: The quickest way of packing: digits take a fifth of the room.
_LEVEL = 1


@dataclass(frozen=True)
class Found:
    """What was found in a file.

    Attributes:
        images: (N, C, H, W) uint8; C is 1 or 3.
        labels: (N,) int64, index into ``classes``.
        classes: The labels as they stand in the file, in order.
        form: What kind of file it is, for a person.
        name: What the file is called.
        low: The number that 0 in ``images`` stands for.
        high: The number that 255 stands for.
        whole: Whether all numbers were whole.
        tests: So many images at the end are the file's own test images.
        notes: What else is to be said, one sentence each.
    """

    images: Array
    labels: Array
    classes: tuple[str, ...]
    form: str
    name: str = ""
    low: float = 0.0
    high: float = 255.0
    whole: bool = True
    tests: int = 0
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one image."""
        return self.images.shape[1:]

    def counts(self) -> Array:
        """(classes,) how many images of each class there are."""
        return np.bincount(self.labels, minlength=len(self.classes))

    def called(self, name: str) -> Found:
        """The same, under the name that a page shows."""
        return replace(self, name=name)


def checked_size(height: int, width: int) -> tuple[int, int]:
    """A picture's size, if it is one that is read.

    Raises:
        FileProblem: It is too large or too small.
    """
    if not SHORTEST_SIDE <= min(height, width) <= max(height, width) <= LONGEST_SIDE:
        raise FileProblem(
            f"The pictures have {height:,} × {width:,} pixels: from {SHORTEST_SIDE} × "
            f"{SHORTEST_SIDE} to {LONGEST_SIDE} × {LONGEST_SIDE} are read."
        )
    return height, width


def most_images(pixels: int) -> int:
    """How many images of so many pixels, all channels counted, are kept."""
    return max(1, MOST_PIXELS // pixels)


def named(raw: Sequence[str] | Array) -> tuple[Array, tuple[str, ...]]:
    """Labels as they stand in a file → (N,) indices, and the classes in order.

    Whole numbers are ordered as numbers, words as words.

    Raises:
        FileProblem: There is one class only, or far too many, or one without a name.
    """
    values, labels = np.unique(np.asarray(raw), return_inverse=True)
    if len(values) > MOST_CLASSES:
        raise FileProblem(
            f"The labels have {len(values):,} different values; data have at most {MOST_CLASSES} "
            "classes: is this the column of labels?"
        )
    words = [_label_text(value) for value in values]
    if "" in words:
        raise FileProblem("Some images have an empty label.")
    if any(len(word) > LONGEST_NAME for word in words):
        raise FileProblem(f"A label has more than {LONGEST_NAME} characters.")
    names = tuple(dict.fromkeys(sorted(words, key=_in_order)))
    if len(names) < 2:
        raise FileProblem(
            f"All images have the same label, {names[0] if names else 'none'}: to tell classes "
            "apart, a network needs at least two."
        )
    place = np.array([names.index(word) for word in words], np.int64)
    return place[labels.reshape(-1)], names


def _label_text(value: object) -> str:
    """ "5" of 5, 5.0 and "5.0"; printable, on one line."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text


def _in_order(word: str) -> tuple[int, float, str]:
    try:
        return 0, float(word), word
    except ValueError:
        return 1, 0.0, word


def by_lot(count: int, most: int) -> Array | None:
    """Which of ``count`` images are kept, in rising order; None if all are."""
    if count <= most:
        return None
    return np.sort(np.random.default_rng(0).permutation(count)[:most])


def note_by_lot(count: int, kept: int) -> tuple[str, ...]:
    """The sentence about it, if any is needed."""
    if kept == count:
        return ()
    return (f"The file holds {count:,} images; {kept:,} of them, drawn by lot, are used.",)


def to_bytes(found: Found) -> bytes:
    """As a file; :func:`from_bytes` gives it back."""
    header = asdict(replace(found, images=np.zeros(0), labels=np.zeros(0)))
    del header["images"], header["labels"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as file:
        file.writestr("header.json", json.dumps(header))
        for name, array in (("images", found.images), ("labels", found.labels)):
            with file.open(f"{name}.npy", "w") as stream:
                np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    return out.getvalue()


def from_bytes(data: bytes) -> Found:
    """What :func:`to_bytes` wrote: of our own making, and kept where nobody else writes.

    Raises:
        ValueError: It is something else.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            header = json.loads(file.read("header.json"))
            arrays: dict[str, Any] = {}
            for name in ("images", "labels"):
                with file.open(f"{name}.npy") as stream:
                    arrays[name] = np.lib.format.read_array(stream, allow_pickle=False)
    except Exception as error:  # a damaged archive fails in many ways
        raise ValueError("data: got something else, need what to_bytes wrote") from error
    header |= {"classes": tuple(header["classes"]), "notes": tuple(header["notes"])}
    return Found(**header, **arrays)
