"""How the numbers of a file are probably meant; a person sees it, and may say otherwise."""

from __future__ import annotations

import string

import numpy as np

from cnn.data.brought.found import Found
from cnn.data.datasets import DIGITS, FASHION

#: EMNIST's classes (Cohen, Afshar, Tapson and van Schaik 2017): in the sets Balanced and ByMerge
#: small letters that look like large ones are one class with these.
BY_CLASS = (*DIGITS, *string.ascii_uppercase, *string.ascii_lowercase)
BY_MERGE = (*DIGITS, *string.ascii_uppercase, *"abdefghnqrt")
LETTERS = tuple(string.ascii_uppercase)
CIFAR = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
#: Brightness of the rim, 0 to 1, from which the paper is taken to be white.
_LIGHT = 0.75
_LOOKED_AT = 400
RANGES = {
    "unit": (0.0, 1.0),
    "byte": (0.0, 255.0),
    "signed": (-1.0, 1.0),
    "sixteen": (0.0, 16.0),
    "deep": (0.0, 65535.0),
}


def names(found: Found) -> tuple[str, ...]:
    """What the classes are called: known sets by their names, others as in the file."""
    called, there = found.name.lower(), found.classes
    if there == _numbers(0, 47):
        return BY_MERGE
    if there == _numbers(0, 62):
        return BY_CLASS
    if there in (_numbers(1, 26), _numbers(0, 26)):
        return LETTERS
    if "sign" in called and set(there) <= set(_numbers(0, 26)):
        return tuple(LETTERS[int(word)] for word in there)
    if there == DIGITS and "fashion" in called:
        return FASHION.classes
    if there == DIGITS and "cifar" in called:
        return CIFAR
    return there


def _numbers(first: int, count: int) -> tuple[str, ...]:
    return tuple(str(first + i) for i in range(count))


def turned(found: Found) -> bool:
    """Whether rows and columns are exchanged, as in all of EMNIST's sets."""
    emnist = found.classes in (_numbers(1, 26), _numbers(0, 47), _numbers(0, 62))
    square = found.shape[1] == found.shape[2]
    return square and (emnist or "emnist" in found.name.lower())


def inverted(found: Found) -> bool:
    """Whether it is black on white, like paper: nearly all of the rim is light."""
    images = found.images[:: max(1, len(found) // _LOOKED_AT)][:_LOOKED_AT]
    low, high = RANGES.get(span(found), (found.low, found.high))
    rim = np.concatenate(
        [images[..., 0, :], images[..., -1, :], images[..., :, 0], images[..., :, -1]], axis=-1
    )
    values = found.low + rim.reshape(len(rim), -1).mean(1) / 255 * (found.high - found.low)
    return float(np.median((values - low) / (high - low))) > _LIGHT


def span(found: Found) -> str:
    """What range the numbers are of: one of :data:`RANGES`, or "file", its own."""
    low, high = found.low, found.high
    if low == 0 and high == 255 and found.whole:
        top = int(found.images.max())
        return "unit" if top <= 1 else "sixteen" if top <= 16 else "byte"
    if low >= 0 and high <= 1:
        return "unit"
    if low >= -1 and high <= 1:
        return "signed"
    if low >= 0 and high <= 255:
        return "byte"
    return "deep" if found.whole and low >= 0 and 4096 < high <= 65535 else "file"
