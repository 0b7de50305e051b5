"""What a file is taken to mean: turned back, white on black, its range, its names → data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.data.brought import guesses
from cnn.data.brought.found import Found
from cnn.data.datasets import Dataset

#: Weights of red, green and blue in brightness (ITU-R BT.601).
_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Meaning:
    """How a file is to be understood.

    Attributes:
        turned: Rows and columns are exchanged, and are changed back.
        inverted: It is black on white, and is made white on black.
        low: The number that becomes 0; smaller ones too.
        high: The number that becomes 255.
        grey: Colours become brightness.
        tests: The file's own test images are those that are held out.
        names: Of the classes; none leaves them as in the file.
    """

    turned: bool = False
    inverted: bool = False
    low: float = 0.0
    high: float = 255.0
    grey: bool = False
    tests: bool = True
    names: tuple[str, ...] = ()


def guessed(found: Found) -> Meaning:
    """How it is probably meant."""
    low, high = guesses.RANGES.get(guesses.span(found), (found.low, found.high))
    return Meaning(
        guesses.turned(found), guesses.inverted(found), low, high, names=guesses.names(found)
    )


def images_of(images: Array, found: Found, meaning: Meaning) -> Array:
    """Some of the images of ``found`` as they are meant: (N, C, H, W) uint8.

    Args:
        images: (N, C, H, W), as they stand in ``found``.
        found: Tells what their numbers are.
        meaning: How they are meant.
    """
    made = _table(found, meaning)[images]
    if meaning.grey and made.shape[1] == 3:
        mixed = np.tensordot(np.array(_LUMA, np.float32), made.astype(np.float32), (0, 1))
        made = np.rint(mixed).astype(np.uint8)[:, None]  # (N, 1, H, W)
    return np.ascontiguousarray(made.swapaxes(2, 3) if meaning.turned else made)


def dataset(found: Found, meaning: Meaning, rows: Array) -> Dataset:
    """Images and labels at ``rows`` of ``found``, as they are meant.

    Args:
        found: What was found in the file.
        meaning: How it is meant.
        rows: Which images, in that order.

    Raises:
        ValueError: There are not as many names as classes.
    """
    names = meaning.names or found.classes
    if len(names) != len(found.classes):
        raise ValueError(f"names: got {len(names)}, need {len(found.classes)}, one for each class")
    return Dataset(
        images_of(found.images[rows], found, meaning), found.labels[rows], names, found.name
    )


def _table(found: Found, meaning: Meaning) -> Array:
    """(256,) uint8: what each byte of ``found`` becomes."""
    values = found.low + np.arange(256) / 255 * (found.high - found.low)
    shares = np.clip((values - meaning.low) / ((meaning.high - meaning.low) or 1.0), 0, 1)
    return np.rint(255 * (1 - shares if meaning.inverted else shares)).astype(np.uint8)
