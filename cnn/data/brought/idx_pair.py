"""IDX files that belong together: images and labels, and perhaps those to test with.

What they are called does not matter: images have three dimensions, labels one, and what belongs
together has the same number of each. Names tell only which of two pairs is the one to test with.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from cnn.arrays import Array
from cnn.data.brought.files import File, Meter, exactly
from cnn.data.brought.found import Found, by_lot, checked_size, most_images, named, note_by_lot
from cnn.data.brought.limits import AT_ONCE, MOST_LABELS, MOST_UNPACKED, FileProblem
from cnn.data.brought.rows import Range
from cnn.data.idx import TYPES

TEST = re.compile(r"t10k|test", re.IGNORECASE)


@dataclass(frozen=True)
class _Array:
    """One file, its header read."""

    file: File
    shape: tuple[int, ...]
    dtype: np.dtype[np.generic]


def is_idx(start: bytes) -> bool:
    """Whether a file that starts so is one."""
    return len(start) >= 4 and start[:2] == b"\0\0" and start[2] in TYPES and 1 <= start[3] <= 8


def read_idx_files(files: Sequence[File], meter: Meter) -> Found:
    """Read a pair of files, or two pairs.

    Args:
        files: In any order, gzipped or not.
        meter: Of this reading.

    Raises:
        FileProblem: They do not belong together, or one of them is damaged.
    """
    pairs = _paired([_header(file, meter) for file in files])
    shape = pairs[0][0].shape[1:]
    checked_size(*shape)
    if any(images.shape[1:] != shape for images, _ in pairs):
        raise FileProblem("The images to test with have another size than those to train with.")
    raw = np.concatenate([_labels(labels, meter) for _, labels in pairs])
    drawn = by_lot(len(raw), most_images(math.prod(shape)))
    kept = np.arange(len(raw)) if drawn is None else drawn
    seen = Range()
    if any(images.dtype != np.uint8 for images, _ in pairs):
        for images, _ in pairs:
            for first, values in _chunks(images, meter):
                seen.see(values, first)
    else:
        seen.low, seen.high = 0.0, 255.0
    made = [
        seen.bytes_of(values[here])
        for begin, (images, _) in zip(_begins(pairs), pairs, strict=True)
        for first, values in _chunks(images, meter)
        if len(here := _inside(kept, begin + first, len(values)))
    ]
    labels, classes = named(raw[kept])
    tests = int((kept >= _begins(pairs)[1]).sum()) if len(pairs) > 1 else 0
    low, high = seen.ends
    notes = note_by_lot(len(raw), len(kept))
    pixels = np.concatenate(made).reshape(-1, 1, *shape)  # (N, 1, H, W)
    return Found(pixels, labels, classes, "IDX files", "", low, high, seen.whole, tests, notes)


def _begins(pairs: Sequence[tuple[_Array, _Array]]) -> list[int]:
    return [sum(images.shape[0] for images, _ in pairs[:i]) for i in range(len(pairs))]


def _inside(kept: Array, first: int, count: int) -> Array:
    return kept[np.searchsorted(kept, first) : np.searchsorted(kept, first + count)] - first


def _header(file: File, meter: Meter) -> _Array:
    with file.open(meter) as stream:
        return _read_header(stream, file)


def _read_header(stream: BinaryIO, file: File) -> _Array:
    start = exactly(stream, 4, file.name)
    if not is_idx(start):
        raise FileProblem(f"{file.name} is no IDX file.")
    shape = struct.unpack(f">{start[3]}I", exactly(stream, 4 * start[3], file.name))
    dtype = np.dtype(TYPES[start[2]])
    if math.prod(shape) * dtype.itemsize > MOST_UNPACKED:
        raise FileProblem(f"{file.name} claims more than {MOST_UNPACKED // 10**6} MB.")
    if 0 in shape:
        raise FileProblem(f"{file.name} is empty.")
    return _Array(file, shape, dtype)


def _paired(arrays: list[_Array]) -> list[tuple[_Array, _Array]]:
    """(images, labels) to train with, and to test with if there are four files."""
    images = [one for one in arrays if len(one.shape) == 3]
    labels = [one for one in arrays if len(one.shape) == 1]
    if len(images) + len(labels) != len(arrays) or len(images) > 2 or len(labels) > 2:
        raise FileProblem(
            "Of IDX files two belong together, images and labels, or four with those to test with."
        )
    if not labels:
        raise FileProblem("These are pictures without labels: bring the file of labels with them.")
    if not images:
        raise FileProblem("These are labels without pictures: bring the file of images with them.")
    if len(images) != len(labels):
        raise FileProblem("One file of labels is needed for each file of images.")
    images = sorted(images, key=_order)
    labels = sorted(labels, key=_order)
    if len(images) == 2 and images[0].shape[0] != labels[0].shape[0]:
        labels.reverse()
    for pictures, names in zip(images, labels, strict=True):
        if pictures.shape[0] != names.shape[0]:
            raise FileProblem(
                f"{pictures.file.name} holds {pictures.shape[0]:,} pictures and {names.file.name} "
                f"{names.shape[0]:,} labels: each picture needs one."
            )
    return list(zip(images, labels, strict=True))


def _order(one: _Array) -> tuple[bool, int]:
    """Those to test with last: by name, else the smaller."""
    return TEST.search(one.file.name) is not None, -one.shape[0]


def _labels(array: _Array, meter: Meter) -> Array:
    if array.shape[0] > MOST_LABELS or array.dtype.kind not in "ui":
        raise FileProblem(f"{array.file.name} holds no labels.")
    with array.file.open(meter) as stream:
        _read_header(stream, array.file)
        size = array.shape[0] * array.dtype.itemsize
        return np.frombuffer(exactly(stream, size, array.file.name), array.dtype).astype(np.int64)


def _chunks(array: _Array, meter: Meter) -> Iterator[tuple[int, Array]]:
    """(number of the first, (n, pixels)) of some images at a time."""
    count, each = array.shape[0], math.prod(array.shape[1:])
    size = each * array.dtype.itemsize
    step = max(1, AT_ONCE // size)
    with array.file.open(meter) as stream:
        _read_header(stream, array.file)
        for first in range(0, count, step):
            rows = min(step, count - first)
            data = exactly(stream, rows * size, array.file.name)
            yield first, np.frombuffer(data, array.dtype).reshape(rows, each)  # (n, F)
        if stream.read(1):
            raise FileProblem(f"{array.file.name} is damaged: it is longer than it says.")
