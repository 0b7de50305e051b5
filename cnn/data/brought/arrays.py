""".npz: NumPy's arrays by name, as Keras' ``mnist.npz`` and MedMNIST have them; never pickled.

Training images and labels, and test images and labels if there are some. The arrays are read a few
images at a time, after their headers have been checked: what an array claims to be is no reason to
take memory for it.
"""

from __future__ import annotations

import math
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

import numpy as np

from cnn.arrays import Array
from cnn.data.brought import archive
from cnn.data.brought.files import File, Meter, exactly
from cnn.data.brought.found import (
    Found,
    by_lot,
    checked_size,
    most_images,
    named,
    note_by_lot,
)
from cnn.data.brought.limits import AT_ONCE, MOST_LABELS, MOST_PIXELS, MOST_UNPACKED, FileProblem
from cnn.data.brought.rows import Range

#: What arrays are called: images, labels; of each part of the data.
_IMAGES = ("x_{0}", "{0}_x", "{0}_images", "images_{0}", "{0}_data", "x{0}")
_LABELS = ("y_{0}", "{0}_y", "{0}_labels", "labels_{0}", "{0}_label", "y{0}")
_WHOLE = (("x", "images", "data", "image", "arr_0"), ("y", "labels", "label", "target", "arr_1"))
_PARTS = (("train", "training"), ("val", "valid", "validation"), ("test", "testing"))
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


@dataclass(frozen=True)
class _Pair:
    """Images and labels that belong together."""

    images: str
    labels: str
    test: bool


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]
    fortran: bool

    @property
    def each(self) -> int:
        """Values of one image."""
        return math.prod(self.shape[1:])


def read_arrays(file: File, meter: Meter) -> Found:
    """Read an ``.npz``.

    Args:
        file: The archive.
        meter: Of this reading.

    Raises:
        FileProblem: It has no such arrays, or they are not what they should be.
    """
    with archive.opened(file) as opened:
        parts = _Parts(opened, meter)
        pairs = _pairs([*parts.files])
        raw = [parts.labels(pair.labels) for pair in pairs]
        heads = [parts.header(pair.images) for pair in pairs]
        for pair, head, labels in zip(pairs, heads, raw, strict=True):
            _fitting(pair, head, labels)
        shape, last = _picture(heads[0].shape)
        if any(head.shape[1:] != heads[0].shape[1:] for head in heads):
            raise FileProblem("Its test images have another size than those to train with.")
        kept, chosen = _chosen([len(labels) for labels in raw], math.prod(shape))
        images, seen = parts.images(pairs, heads, chosen)
    words = np.concatenate([np.asarray(labels).astype(np.str_) for labels in raw])[kept]
    labels, classes = named(words)
    tests = sum(len(c) for pair, c in zip(pairs, chosen, strict=True) if pair.test)
    images = _as_channels_first(images, shape, last)
    notes = note_by_lot(sum(len(labels) for labels in raw), len(labels))
    low, high = seen.ends
    return Found(images, labels, classes, "NumPy file", "", low, high, seen.whole, tests, notes)


def is_text(words: Array) -> bool:
    """Whether words (N,), NumPy's ``U``, are made of characters: in a file any number may stand."""
    if not words.dtype.itemsize:
        return True
    number = np.dtype(np.uint32).newbyteorder(words.dtype.byteorder)
    return bool((words.view(number) <= sys.maxunicode).all())


def _pairs(names: list[str]) -> list[_Pair]:
    """Which arrays belong together: training, validation, test; in that order."""
    there = {name.lower(): name for name in names}
    found = []
    for part in _PARTS:
        images = _first(there, [form.format(p) for p in part for form in _IMAGES])
        labels = _first(there, [form.format(p) for p in part for form in _LABELS])
        if images and labels:
            found.append(_Pair(images, labels, part[0] == "test"))
        elif images:
            raise FileProblem(f"It has pictures, {images}, and no labels for them (y_{part[0]}).")
        elif labels:
            raise FileProblem(f"It has labels, {labels}, and no pictures for them (x_{part[0]}).")
    if not found:
        images, labels = (_first(there, list(forms)) for forms in _WHOLE)
        if images and labels:
            return [_Pair(images, labels, False)]
        shown = ", ".join(sorted(names)[:8]) or "none"
        raise FileProblem(f"Its arrays are {shown}: x_train and y_train are needed.")
    if all(pair.test for pair in found):
        found = [_Pair(found[0].images, found[0].labels, False)]
    return found


def _first(there: dict[str, str], wanted: list[str]) -> str:
    return next((there[name] for name in wanted if name in there), "")


def _fitting(pair: _Pair, head: _Header, labels: Array) -> None:
    if not len(labels):
        raise FileProblem(f"{pair.labels} is empty.")
    if len(labels) != head.shape[0]:
        raise FileProblem(
            f"{pair.images} holds {head.shape[0]:,} pictures and {pair.labels} {len(labels):,} "
            "labels: each picture needs one."
        )


def _picture(shape: tuple[int, ...]) -> tuple[tuple[int, int, int], bool]:
    """(C, H, W) of one image, and whether the file has its channels last."""
    sizes = shape[1:]
    if len(sizes) == 1:
        side = math.isqrt(sizes[0])
        if side * side == sizes[0]:
            return (1, *checked_size(side, side)), False
    if len(sizes) == 2:
        return (1, *checked_size(*sizes)), False
    if len(sizes) == 3 and sizes[2] in (1, 3, 4):
        return (min(sizes[2], 3), *checked_size(*sizes[:2])), True
    if len(sizes) == 3 and sizes[0] in (1, 3):
        return (sizes[0], *checked_size(*sizes[1:])), False
    words = " × ".join(f"{n:,}" for n in shape)
    raise FileProblem(f"Its pictures are an array of {words}: N × rows × columns is needed.")


def _as_channels_first(images: Array, shape: tuple[int, int, int], last: bool) -> Array:
    if not last:
        return images.reshape(len(images), *shape)  # (N, C, H, W)
    each = images.reshape(len(images), *shape[1:], -1)[..., : shape[0]]  # opacity is left out
    return np.ascontiguousarray(each.transpose(0, 3, 1, 2))


def _chosen(counts: list[int], pixels: int) -> tuple[Array, list[Array]]:
    """Which images are kept: of all, and by pair."""
    total = sum(counts)
    drawn = by_lot(total, most_images(pixels))
    kept = np.arange(total) if drawn is None else drawn
    ends = np.cumsum([0, *counts])
    inside = [kept[(kept >= a) & (kept < b)] - a for a, b in pairwise(ends)]
    return kept, inside


class _Parts:
    """The arrays of an archive, read with care."""

    def __init__(self, opened: zipfile.ZipFile, meter: Meter) -> None:
        self._meter = meter
        self.files = {
            archive.path_of(info).name.removesuffix(".npy"): archive.part(opened, info)
            for info in archive.members(opened)
            if info.filename.endswith(".npy")
        }

    def header(self, name: str) -> _Header:
        """What an array says it is."""
        with self.files[name].open(self._meter) as stream:
            return self._header(stream, name)

    def _header(self, stream: BinaryIO, name: str) -> _Header:
        try:
            version = np.lib.format.read_magic(stream)
            shape, fortran, dtype = _HEADERS[version](stream)
        except FileProblem:
            raise
        except Exception as error:  # a foreign or damaged header fails in many ways
            raise FileProblem(f"The array {name} is damaged.") from error
        if dtype.hasobject:
            raise FileProblem(
                f"The array {name} holds pickled Python objects, which could run a program: they "
                "are not opened. Save it with a dtype of numbers."
            )
        if dtype.kind not in "buifUS" or not shape or not 1 <= dtype.itemsize <= 1024:
            raise FileProblem(
                f"The array {name} holds {dtype.name or dtype}, no pictures or labels."
            )
        if any(n < 0 for n in shape) or math.prod(shape) * dtype.itemsize > MOST_UNPACKED:
            raise FileProblem(f"The array {name} claims more than {MOST_UNPACKED // 10**6} MB.")
        return _Header(tuple(map(int, shape)), dtype, fortran)  # numpy takes True for 1

    def labels(self, name: str) -> Array:
        """(N,) labels: numbers or words; of rows with a single 1, where that stands.

        Raises:
            FileProblem: they are damaged, too many, or no labels.
        """
        with self.files[name].open(self._meter) as stream:
            head = self._header(stream, name)
            size = math.prod(head.shape) * head.dtype.itemsize
            if head.shape[0] > MOST_LABELS or size > 2 * MOST_PIXELS:
                raise FileProblem(f"The array {name} is too large for labels.")
            flat = np.frombuffer(exactly(stream, size, name), head.dtype)
        if head.dtype.kind == "U" and not is_text(flat):
            raise FileProblem(f"The labels {name} are damaged.")
        array = flat.reshape(head.shape, order="F" if head.fortran else "C")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise FileProblem(f"A label in {name} is no number.")
        if array.ndim == 2 and array.shape[1] == 1:
            array = array[:, 0]
        if array.ndim == 2 and array.dtype.kind in "buif" and (array.sum(1) == 1).all():
            ones: Array = array.argmax(1)
            return ones
        if array.ndim != 1:
            sizes = " × ".join(f"{n:,}" for n in array.shape)
            raise FileProblem(
                f"The labels {name} are an array of {sizes}: one a picture is needed."
            )
        text: Array = (
            np.char.decode(array, "utf-8", "replace") if array.dtype.kind == "S" else array
        )
        return text

    def images(
        self, pairs: list[_Pair], heads: list[_Header], chosen: list[Array]
    ) -> tuple[Array, Range]:
        """(n, pixels) bytes of the chosen images, and what numbers they were.

        Args:
            pairs: Which arrays.
            heads: Their headers.
            chosen: Of each pair, which images, in rising order.
        """
        seen = Range()
        if any(head.dtype.kind != "u" or head.dtype.itemsize > 1 for head in heads):
            for pair, head in zip(pairs, heads, strict=True):
                for first, values in self._chunks(pair.images, head):
                    seen.see(values, first)
        else:
            seen.low, seen.high = 0.0, 255.0
        count = sum(len(rows) for rows in chosen)
        images = np.empty((count, heads[0].each), np.uint8)
        at = 0
        for pair, head, rows in zip(pairs, heads, chosen, strict=True):
            for first, values in self._chunks(pair.images, head):
                here = rows[(rows >= first) & (rows < first + len(values))] - first
                images[at : at + len(here)] = seen.bytes_of(values[here])
                at += len(here)
        return images, seen

    def _chunks(self, name: str, head: _Header) -> Iterator[tuple[int, Array]]:
        """(number of the first, (n, pixels)) of some images at a time."""
        if head.dtype.kind not in "buif":
            raise FileProblem(f"The pictures {name} hold {head.dtype.name}, no numbers.")
        with self.files[name].open(self._meter) as stream:
            self._header(stream, name)
            if head.fortran:
                yield 0, self._turned(stream, name, head)
                return
            size = head.each * head.dtype.itemsize
            step = max(1, AT_ONCE // max(1, size))
            for first in range(0, head.shape[0], step):
                rows = min(step, head.shape[0] - first)
                data = exactly(stream, rows * size, name)
                values = np.frombuffer(data, head.dtype).reshape(rows, head.each)  # (n, F)
                yield first, values.astype(np.uint8) if head.dtype.kind == "b" else values

    def _turned(self, stream: BinaryIO, name: str, head: _Header) -> Array:
        """An array that lies column by column: it can only be read as a whole."""
        size = math.prod(head.shape) * head.dtype.itemsize
        if size > 2 * MOST_PIXELS:
            raise FileProblem(
                f"The array {name} lies column by column (Fortran's order): too large."
            )
        flat = np.frombuffer(exactly(stream, size, name), head.dtype)
        return flat.reshape(head.shape, order="F").reshape(head.shape[0], -1)
