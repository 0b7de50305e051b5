"""Random small changes that leave an image's class as it was: more data for nothing.

Every image of a batch gets its own shift, rotation, scale, shear and elastic warp (Simard,
Steinkraus and Platt 2003, "Best practices for convolutional neural networks applied to visual
document analysis"). The changes are composed into one place to look for each pixel, and the image
is read there once, bilinearly: one resampling blurs less than five.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.settings import not_negative

_KNOTS = 6  # the elastic warp is drawn on a grid of this many knots a side


@dataclass(frozen=True)
class Augmentation:
    """How far images are changed at most, and the change itself: ``augment(images, rng)``.

    Attributes:
        shift: Pixels, in each direction.
        rotate: Degrees, either way.
        scale: Share, larger or smaller; height and width are scaled alike.
        stretch: Share by which the width changes against the height.
        shear: Columns per row, either way.
        elastic: Standard deviation, in pixels, of the smooth warp.

    Raises:
        ValueError: One of them is negative or no number, or ``scale`` or ``stretch`` is 1 or more.
    """

    shift: float = 2.0
    rotate: float = 12.0
    scale: float = 0.12
    stretch: float = 0.0
    shear: float = 0.2
    elastic: float = 0.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            not_negative(value, name)
        for name in ("scale", "stretch"):
            if getattr(self, name) >= 1:
                raise ValueError(f"{name}: got {getattr(self, name)}, need a share below 1")

    def __call__(self, images: Array, rng: np.random.Generator) -> Array:
        """Change each image in its own way.

        Args:
            images: (N, C, H, W), floats.
            rng: Source of the changes; the same state gives the same changes.

        Returns:
            (N, C, H, W), new, in the type of ``images``; what comes in from outside is 0.

        Raises:
            ValueError: ``images`` are not (N, C, H, W) floats.
        """
        if not isinstance(images, np.ndarray) or images.ndim != 4 or images.dtype.kind != "f":
            images = np.asarray(images)
            got = f"{images.shape} {images.dtype}"
            raise ValueError(f"images: got {got}, need (N, C, H, W) floats")
        count, _, height, width = images.shape
        rows, columns = self.places(count, height, width, rng)
        return sample(images, rows, columns)

    def places(
        self, count: int, height: int, width: int, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """Where each pixel of each new image is read.

        Args:
            count: N, how many images.
            height: H of each.
            width: W of each.
            rng: Source of the changes.

        Returns:
            Rows and columns, (N, H, W) each: pixel indices, with fractions.
        """

        def vary(most: float) -> Array:
            return rng.uniform(-most, most, count).astype(np.float32)

        angle, shear = np.deg2rad(vary(self.rotate)), vary(self.shear)
        tall = 1 / (1 + vary(self.scale))
        wide = tall / (1 + vary(self.stretch))
        down, across = vary(self.shift), vary(self.shift)
        cos, sin = np.cos(angle), np.sin(angle)
        y = np.arange(height, dtype=np.float32) - (height - 1) / 2
        x = np.arange(width, dtype=np.float32) - (width - 1) / 2

        def plane(by_row: Array, by_column: Array, start: Array) -> Array:
            """start + by_row · y + by_column · x, one plane per image."""
            vertical = by_row[:, None] * y + start[:, None]  # (N, H)
            planes: Array = vertical[:, :, None] + (by_column[:, None] * x)[:, None]  # (N, H, W)
            return planes

        rows = plane(tall * cos, -tall * sin, (height - 1) / 2 - down)
        columns = plane(
            wide * (sin + shear * cos), wide * (cos - shear * sin), (width - 1) / 2 - across
        )
        if self.elastic:
            rows += _elastic(count, height, width, self.elastic, rng)
            columns += _elastic(count, height, width, self.elastic, rng)
        return rows, columns


def moving(shift: float, rotate: float, elastic: float) -> Augmentation | None:
    """These changes and no others, as :class:`Augmentation`; None where all are 0."""
    if not (shift or rotate or elastic):
        return None
    return Augmentation(shift=shift, rotate=rotate, elastic=elastic, scale=0.0, shear=0.0)


def sample(images: Array, rows: Array, columns: Array) -> Array:
    """Read images between their pixels, bilinearly; outside they are 0.

    Args:
        images: (N, C, H, W).
        rows: (N, H', W') pixel indices, fractions allowed.
        columns: Likewise.

    Returns:
        (N, C, H', W').
    """
    count, channels, height, width = images.shape
    # A rim of zeros makes "outside" an ordinary place to read.
    padded = np.zeros((count, channels, height + 2, width + 2), images.dtype)
    padded[:, :, 1:-1, 1:-1] = images
    rows = np.clip(rows + 1, 0, height + 1 - 1e-3)
    columns = np.clip(columns + 1, 0, width + 1 - 1e-3)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, across = (rows - top).astype(images.dtype), (columns - left).astype(images.dtype)
    # The place of each corner in the flat (N·C·H·W) array, for channel 0: (N, H', W').
    corner = top * np.int32(width + 2) + left
    corner += (np.arange(count, dtype=np.int32) * (channels * padded[0, 0].size))[:, None, None]
    flat = padded.reshape(-1)  # (N·C·(H + 2)·(W + 2),)
    out = np.empty((count, channels, *rows.shape[1:]), images.dtype)
    for channel in range(channels):
        at = corner + np.int32(channel * padded[0, 0].size)
        upper, right = flat.take(at), flat.take(at + 1)
        upper += across * (right - upper)
        at += width + 2
        lower, right = flat.take(at), flat.take(at + 1)
        lower += across * (right - lower)
        out[:, channel] = upper + down * (lower - upper)
    return out


def shifted(images: Array, down: int, right: int) -> Array:
    """Images moved by whole pixels; what comes in from outside is 0, what leaves is lost.

    Args:
        images: (..., H, W).
        down: Rows; upwards where negative.
        right: Columns; to the left where negative.

    Returns:
        The same shape, new.
    """
    moved = np.zeros_like(images)
    to_rows, from_rows = _moved(images.shape[-2], down)
    to_columns, from_columns = _moved(images.shape[-1], right)
    moved[..., to_rows, to_columns] = images[..., from_rows, from_columns]
    return moved


def _moved(length: int, by: int) -> tuple[slice, slice]:
    """Where the cells that stay inside go, and where they come from."""
    kept = max(0, length - abs(by))
    start, end = max(0, by), max(0, -by)
    return slice(start, start + kept), slice(end, end + kept)


def _elastic(count: int, height: int, width: int, size: float, rng: np.random.Generator) -> Array:
    """(N, H, W) smooth random displacement with standard deviation about ``size``."""
    knots = rng.standard_normal((count, _KNOTS, _KNOTS), np.float32) * np.float32(size)
    warp: Array = np.matmul(_bumps(height) @ knots, _bumps(width).T)  # (H, k) · (N, k, k) · (k, W)
    return warp


def _bumps(length: int) -> Array:
    """(length, knots): how much each knot moves each pixel; squares sum to 1 at each pixel."""
    where = np.linspace(0.5, _KNOTS - 1.5, length)[:, None]  # (length, 1)
    bumps = np.exp(-((where - np.arange(_KNOTS)) ** 2) / (2 * 0.7**2))
    scaled: Array = (bumps / np.sqrt((bumps**2).sum(1, keepdims=True))).astype(np.float32)
    return scaled
