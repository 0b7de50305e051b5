"""A decoded picture as floats of a bounded size, whatever its mode, in little memory.

Pillow keeps a picture of 24 million pixels in up to 96 MB. Turned into floats as a whole it would
take four times as much, so it is turned a few rows at a time, each averaged over small squares at
once; only the rest of the way to the wanted size is made with a good filter.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

from cnn.arrays import Array

Strip = Callable[[int, int], Image.Image]  # (first, end) → these rows of the picture
Rows = Callable[[int, int], Array]  # (first, end) → (rows, W, channels) of the picture
_AT_ONCE = 1 << 19  # pixels that are floats at one time
_OTHER_ORDER = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}


@dataclass(frozen=True)
class Planes:
    """A picture as floats.

    Attributes:
        colour: (1 or 3, H, W) float32, times the opacity: 0 stands for ``lowest`` of the file's
            values and 1 for ``highest``.
        opacity: (H, W) float32 in [0, 1], or None where everything is opaque.
        lowest: What 0 stands for.
        highest: What 1 stands for.
    """

    colour: Array
    opacity: Array | None = None
    lowest: float = 0.0
    highest: float = 255.0

    def resized(self, width: int, height: int) -> Planes:
        """At another size (Lanczos), with no value that was not there before."""
        if self.colour.shape[1:] == (height, width):
            return self
        colour = np.stack([_resized(plane, width, height) for plane in self.colour])
        if self.opacity is None:
            return replace(self, colour=colour)
        opacity = _resized(self.opacity, width, height)
        return replace(self, colour=np.minimum(colour, opacity), opacity=opacity)


def planes(image: Image.Image, side: int) -> Planes:
    """A loaded picture; averaged, where it is larger, to no less than twice ``side``."""
    if image.mode.startswith(("I", "F")):
        return _deep(image, side)
    transparent = image.has_transparency_data or image.mode in ("RGBa", "La")
    mode = "RGBA" if transparent else "L" if image.mode in ("L", "1") else "RGB"

    def strip(first: int, end: int) -> Image.Image:
        part = image.crop((0, first, image.width, end))
        return (part.convert("LA") if part.mode == "La" else part).convert(mode)

    return _eight_bits(strip, image.size, side)


def of_canvas(canvas: bytes, size: tuple[int, int], transparent: bool, side: int) -> Planes:
    """The same of a canvas that holds red, green, blue and opacity, a byte each."""
    width = size[0]
    pixels = np.frombuffer(canvas, np.uint8).reshape(-1, 4)
    mode = "RGBA" if transparent else "RGBX"

    def strip(first: int, end: int) -> Image.Image:
        rows = pixels[first * width : end * width]
        part = Image.frombuffer("RGBA", (width, end - first), rows, "raw", mode, 0, 1)
        return part if transparent else part.convert("RGB")

    return _eight_bits(strip, size, side)


def with_lower_bytes(upper: Planes, image: ImageFile, side: int) -> Planes | None:
    """The same picture with both bytes of its 16-bit values, as 0 to 65535.

    Pillow keeps the upper byte of each. Read in the other order of bytes, that is the lower one.

    Args:
        upper: What :func:`planes` gave, at any size.
        image: The file, opened anew and not yet loaded.
        side: As given there.

    Returns:
        None if it has not 16 bits in each of several channels.
    """
    grey = image.mode == "RGBA" and _raw_mode(image) == "LA;16B"
    if grey:  # its four bytes a pixel are taken for red, green, blue and opacity
        image.tile = [tile._replace(args="RGBA") for tile in image.tile]
    elif not _other_order(image):
        return None
    image.load()

    def rows(first: int, end: int) -> Array:
        values = np.asarray(image.crop((0, first, image.width, end)), np.float32)
        return values[..., 1:2] if grey else values[..., :3]

    lower = _averaged(rows, image.size, side).resized(*upper.colour.shape[:0:-1])
    opacity = 1 if upper.opacity is None else upper.opacity
    colour = (upper.colour * 65280 + opacity * lower.colour) / np.float32(65535)
    return Planes(colour.astype(np.float32), upper.opacity, 0.0, 65535.0)


def turned(found: Planes, orientation: int) -> Planes:
    """Upright, from a camera's note on how it was held (Exif's Orientation, 1 to 8)."""
    if orientation not in range(2, 9):
        return found

    def turn(values: Array) -> Array:
        if orientation in (5, 6, 7, 8):
            values = values.swapaxes(-1, -2)
        if orientation in (3, 4, 7, 8):
            values = values[..., ::-1, :]
        if orientation in (2, 3, 6, 7):
            values = values[..., ::-1]
        return np.ascontiguousarray(values)

    opacity = None if found.opacity is None else turn(found.opacity)
    return replace(found, colour=turn(found.colour), opacity=opacity)


def _raw_mode(image: ImageFile) -> str:
    """How an opened file's pixels lie in it, by Pillow's name; "" if they lie in several ways."""
    modes = {str(t.args[0] if isinstance(t.args, tuple) else t.args) for t in image.tile}
    return modes.pop() if len(modes) == 1 else ""


def _other_order(image: ImageFile) -> bool:
    """Swap the bytes of 16-bit values; False, and nothing done, if it has none."""
    raw = _raw_mode(image)
    if not raw.startswith("RGB") or raw[-4:-1] != ";16":
        return False
    other = raw[:-1] + _OTHER_ORDER[raw[-1]]
    image.tile = [
        tile._replace(args=(other, *tile.args[1:]) if isinstance(tile.args, tuple) else other)
        for tile in image.tile
    ]
    return True


def _deep(image: Image.Image, side: int) -> Planes:
    """More than 8 bits in one channel: whole numbers up to 65535, or whatever there is."""

    def values(first: int, end: int) -> Array:
        return np.asarray(image.crop((0, first, image.width, end))).astype(np.float64)

    low, high = _extremes(values, image.size)
    if image.mode != "F" and low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    key = image.info.get("transparency")

    def rows(first: int, end: int) -> Array:
        found = values(first, end)
        clean = np.nan_to_num(found, nan=low, posinf=high, neginf=low)
        scaled = ((clean - low) / ((high - low) or 1.0)).astype(np.float32)
        if not isinstance(key, int):
            return scaled[..., None]
        return np.stack([scaled, scaled, scaled, (found != key).astype(np.float32)], -1)

    return replace(_averaged(rows, image.size, side), lowest=low, highest=high)


def _extremes(values: Rows, size: tuple[int, int]) -> tuple[float, float]:
    """The smallest and the largest finite value; 0 and 0 if there is none."""
    low, high = np.inf, -np.inf
    for first, end in _strips(size, 1):
        found = values(first, end)
        found = found[np.isfinite(found)]
        if found.size:
            low, high = min(low, float(found.min())), max(high, float(found.max()))
    return (low, high) if low <= high else (0.0, 0.0)


def _eight_bits(strip: Strip, size: tuple[int, int], side: int) -> Planes:
    """The picture from strips of mode L, RGB or RGBA."""
    factor = _factor(size, side)
    parts = []
    for first, end in _strips(size, factor):
        part = strip(first, end)
        if factor > 1:
            part = (part.convert("RGBa") if part.mode == "RGBA" else part).reduce(factor)
        values = np.asarray(part, np.float32) / np.float32(255)
        values = values.reshape(*values.shape[:2], -1)
        if part.mode == "RGBA":
            values[..., :3] *= values[..., 3:]
        parts.append(values)
    return _joined(parts)


def _averaged(rows: Rows, size: tuple[int, int], side: int) -> Planes:
    """The picture from rows of any numbers; with four channels the last is the opacity."""
    factor = _factor(size, side)
    parts = []
    for first, end in _strips(size, factor):
        part = rows(first, end)
        if part.shape[-1] == 4:
            part[..., :3] *= part[..., 3:]
        parts.append(_mean(_mean(part, factor, 0), factor, 1) if factor > 1 else part)
    return _joined(parts)


def _joined(parts: list[Array]) -> Planes:
    found = np.ascontiguousarray(np.concatenate(parts).transpose(2, 0, 1))
    return Planes(found[:3], found[3]) if len(found) == 4 else Planes(found)


def _factor(size: tuple[int, int], side: int) -> int:
    """Side of the squares that are averaged: the rest is still twice as large as wanted."""
    return max(1, max(size) // (2 * side))


def _strips(size: tuple[int, int], factor: int) -> list[tuple[int, int]]:
    """(first, end) of a few rows at a time, whole squares of ``factor`` rows."""
    width, height = size
    step = max(1, _AT_ONCE // (width * factor)) * factor
    return [(first, min(height, first + step)) for first in range(0, height, step)]


def _mean(values: Array, factor: int, axis: int) -> Array:
    """Means of ``factor`` neighbours along an axis; of fewer at its end."""
    starts = np.arange(0, values.shape[axis], factor)
    counts = np.diff(np.append(starts, values.shape[axis])).astype(np.float32)
    sums: Array = np.add.reduceat(values, starts, axis)
    return sums / counts.reshape([-1 if i == axis else 1 for i in range(values.ndim)])


def _resized(plane: Array, width: int, height: int) -> Array:
    small = Image.fromarray(plane).resize((width, height), Image.Resampling.LANCZOS)
    return np.clip(np.asarray(small), plane.min(), plane.max())
