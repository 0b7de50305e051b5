"""Arrays that lie in somebody else's file, looked at before any is read.

A file comes from anywhere. What it says of its arrays is checked first, all of it against the
length of the file; numbers are read one array at a time, when they have a place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnn.arrays import Array, Shape
from cnn.nets.storage import FileError, is_negative_variance

#: Kinds of numbers that are read, by the name that safetensors gives them: NumPy's type of the
#: bytes. BF16 is the upper half of a float32.
KINDS: dict[str, np.dtype] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "BF16": np.dtype("<u2"),
    "I64": np.dtype("<i8"),
}
#: Axes of an array: a convolution's weight has four.
MOST_AXES = 8


@dataclass(frozen=True)
class Tensor:
    """An array in a file.

    Attributes:
        kind: One of :data:`KINDS`.
        shape: Its sizes.
        memory: (numbers,) of the kind's type: the part of the file that holds it, and perhaps
            more. It is a map of the file: nothing has been read.
        offset: Place of the first number in it.
        strides: Numbers from one cell to the next along each axis.
    """

    kind: str
    shape: Shape
    memory: Array
    offset: int
    strides: tuple[int, ...]

    def read(self, name: str) -> Array:
        """The numbers: float32, or int64 for counters; a view of the file where it can be one.

        Raises:
            FileError: some are NaN or infinite, or variances below 0; it says so of ``name``.
        """
        size = self.memory.itemsize
        view = np.lib.stride_tricks.as_strided(
            self.memory[self.offset :],
            self.shape,
            tuple(stride * size for stride in self.strides),
            writeable=False,
        )
        if self.kind == "BF16":
            view = (view.astype("<u4") << 16).view("<f4")
        elif self.kind == "F16":
            view = view.astype(np.float32)
        if view.size and not (np.isfinite(view.min()) and np.isfinite(view.max())):
            raise FileError(f"file: {shown(name)} holds NaN or infinite numbers, need finite ones")
        if is_negative_variance(name, view):
            raise FileError(f"file: {shown(name)} holds a negative variance, need 0 or more")
        return view


#: What is in a file, by name.
Tensors = Mapping[str, Tensor]


def tensor(
    name: str,
    kind: str,
    shape: Shape,
    memory: Array,
    offset: int = 0,
    strides: tuple[int, ...] | None = None,
) -> Tensor:
    """A tensor, if it lies inside of its memory and is no larger than that.

    Args:
        name: For the sentence.
        kind: One of :data:`KINDS`.
        shape: As the file says.
        memory: (numbers,) that the file has for it.
        offset: As the file says, in numbers.
        strides: As the file says, in numbers; one row after another if not given.

    Raises:
        FileError: it does not.
    """
    strides = contiguous(shape) if strides is None else strides
    sizes = (*shape, *strides, offset)
    if len(shape) > MOST_AXES or len(strides) != len(shape) or not all(map(_is_size, sizes)):
        raise FileError(f"file: the shape of {shown(name)} is none")
    count = math.prod(shape)
    last = offset + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
    # No more numbers than memory, too: a stride of 0 would make any number of them out of one.
    if count > len(memory) or (count and last >= len(memory)) or offset > len(memory):
        raise FileError(
            f"file: {shown(name)} needs {count:,} numbers, and the file has {len(memory):,} there"
        )
    return Tensor(kind, shape, memory, offset, strides)


def contiguous(shape: Shape) -> tuple[int, ...]:
    """Strides of an array whose rows lie one after another."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))


def _is_size(value: object) -> bool:
    """A whole number from 0 to more than any file has; True is none."""
    return type(value) is int and 0 <= value < 1 << 48


def mapped(path: Path) -> Array:
    """The bytes of a file as (length,), read when they are looked at.

    Raises:
        FileError: there are none.
        OSError: it cannot be opened.
    """
    with path.open("rb") as stream:
        length = stream.seek(0, 2)
        if not length:
            raise FileError("file: it is empty")
        return np.memmap(stream, np.uint8, "r")


def shown(name: str, longest: int = 60) -> str:
    """A name from a file as a sentence can show it, whatever is in it."""
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[: longest + 1])
    return text if len(text) <= longest else f"{text[:longest]}…"
