"""From a drawing to the 28×28 image that a network trained on MNIST expects.

MNIST's digits were fitted into a 20×20 box without changing their proportions, and then moved by
whole pixels so that their centre of mass lies at the middle of a 28×28 field (LeCun, Bottou,
Bengio and Haffner 1998, "Gradient-based learning applied to document recognition", section III).
:func:`fit_digit` does the same to a drawing and keeps each step, so that a page can show it;
:func:`shrink` only makes the drawing smaller, which is what goes wrong without those steps.

Positions are *edge coordinates*, (row, column): pixel i covers i to i + 1, its middle is i + ½.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from cnn.arrays import Array, numbers
from cnn.settings import check_room, finite, whole


@dataclass(frozen=True)
class FittedDigit:
    """A drawing on its way into the network, step by step.

    Attributes:
        image: (size, size) float32 in [0, 1]: what the network reads.
        boxed: (size, size): fitted into the box, the box in the middle, not yet moved.
        bounding_box: (top, left, bottom, right) of the ink in the drawing's pixels, bottom and
            right exclusive; None when nothing is drawn.
        centre_of_mass: (row, column) of the ink's weight, in the drawing's edge coordinates.
        scale: Image pixels per drawing pixel, before rounding to whole pixels.
        shift: (rows, columns), whole pixels, from ``boxed`` to ``image``.
        origin: (row, column) of the top left corner of the fitted box in ``image``.
        box_shape: (rows, columns) of the fitted ink in ``image``.
    """

    image: Array
    boxed: Array
    bounding_box: tuple[int, int, int, int] | None
    centre_of_mass: tuple[float, float]
    scale: float
    shift: tuple[int, int]
    origin: tuple[int, int]
    box_shape: tuple[int, int]

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn."""
        return self.bounding_box is None

    def to_ink(self, row: float, column: float) -> tuple[float, float]:
        """Where a point of ``image`` lies in the drawing (edge coordinates)."""
        top, left, bottom, right = self.bounding_box or (0, 0, *self.box_shape)
        return (
            top + (row - self.origin[0]) * (bottom - top) / self.box_shape[0],
            left + (column - self.origin[1]) * (right - left) / self.box_shape[1],
        )

    def to_image(self, row: float, column: float) -> tuple[float, float]:
        """Where a point of the drawing lies in ``image`` (edge coordinates)."""
        top, left, bottom, right = self.bounding_box or (0, 0, *self.box_shape)
        return (
            self.origin[0] + (row - top) * self.box_shape[0] / (bottom - top),
            self.origin[1] + (column - left) * self.box_shape[1] / (right - left),
        )


def fit_digit(ink: Array, size: int = 28, box: int = 20, threshold: float = 0.05) -> FittedDigit:
    """Prepare a drawing as MNIST prepared its digits.

    Args:
        ink: (H, W), 0 = paper, 1 = ink. Values outside are clipped; NaN counts as paper.
        size: Side of the image that comes out.
        box: Side of the square that the ink is fitted into.
        threshold: Fainter pixels do not count for the bounding box.

    Raises:
        ValueError: ``ink`` is not two-dimensional or has no pixels, or ``box`` does not fit into
            ``size``.
    """
    size, box = whole(size, "size", 1), whole(box, "box", 1)
    check_room((size, size), "size")
    finite(threshold, "threshold")
    if box > size:
        raise ValueError(f"box: got {box}, need 1 to size = {size}")
    ink = _checked(ink)
    bounds = _bounding_box(ink, threshold)
    if bounds is None:
        return _blank(ink.shape, size, box)
    top, left, bottom, right = bounds
    height, width = bottom - top, right - left
    scale = box / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    small = resample(ink[top:bottom, left:right], rows, columns)

    # MNIST brings the centre of mass, in pixel indices, to size / 2: 14 in 28, half a pixel right
    # of and below the field's own middle. Measured on its files: 14.00 ± 0.29 both ways.
    centre = _centre_of_mass(small)
    middle = ((size - rows) // 2, (size - columns) // 2)
    origin = (
        _clamp(round(size / 2 + 0.5 - centre[0]), 0, size - rows),
        _clamp(round(size / 2 + 0.5 - centre[1]), 0, size - columns),
    )
    return FittedDigit(
        image=_placed(small, origin, size),
        boxed=_placed(small, middle, size),
        bounding_box=bounds,
        centre_of_mass=(top + centre[0] * height / rows, left + centre[1] * width / columns),
        scale=scale,
        shift=(origin[0] - middle[0], origin[1] - middle[1]),
        origin=origin,
        box_shape=(rows, columns),
    )


def shrink(ink: Array, size: int = 28) -> Array:
    """The whole drawing made ``size`` × ``size``, wherever and however large the digit is.

    Args:
        ink: (H, W), 0 = paper, 1 = ink.
        size: Side of the image that comes out.

    Returns:
        (size, size) float32 in [0, 1].

    Raises:
        ValueError: ``ink`` is not two-dimensional, or has no pixels.
    """
    return resample(_checked(ink), size, size)


def resample(image: Array, rows: int, columns: int) -> Array:
    """Another size: area averages when shrinking, linear when enlarging.

    Args:
        image: (H, W).
        rows: Height of the result.
        columns: Its width.

    Returns:
        (rows, columns).
    """
    down = resampling(image.shape[0], rows)  # (rows, H)
    across = resampling(image.shape[1], columns)  # (columns, W)
    resampled: Array = down @ image.astype(np.float32, copy=False) @ across.T  # (rows, columns)
    return resampled


@lru_cache(maxsize=512)
def resampling(before: int, after: int) -> Array:
    """(after, before) matrix whose rows average the source pixels under one new pixel."""
    step = before / after
    if step >= 1:
        edges = np.arange(after + 1) * step
        overlap = np.minimum(edges[1:, None], np.arange(1, before + 1))  # (after, before)
        overlap -= np.maximum(edges[:-1, None], np.arange(before))
        weights = np.clip(overlap, 0, None)
    else:
        centres = np.clip((np.arange(after) + 0.5) * step - 0.5, 0, before - 1)
        distance = np.abs(centres[:, None] - np.arange(before))  # (after, before)
        weights = np.clip(1 - distance, 0, None)
    shares: Array = (weights / weights.sum(1, keepdims=True)).astype(np.float32)
    return shares


def _checked(ink: Array) -> Array:
    ink = numbers(ink, "ink")
    if ink.ndim != 2 or 0 in ink.shape:
        raise ValueError(f"ink: got shape {ink.shape}, need a drawing (H, W)")
    return np.clip(np.nan_to_num(ink.astype(np.float32, copy=False), posinf=1), 0, 1)


def _bounding_box(ink: Array, threshold: float) -> tuple[int, int, int, int] | None:
    rows = np.flatnonzero((ink > threshold).any(1))
    if not len(rows):
        return None
    columns = np.flatnonzero((ink > threshold).any(0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def _centre_of_mass(image: Array) -> tuple[float, float]:
    by_row, by_column = image.sum(1), image.sum(0)
    total = float(by_row.sum())
    row = float(by_row @ (np.arange(len(by_row)) + 0.5)) / total
    column = float(by_column @ (np.arange(len(by_column)) + 0.5)) / total
    return row, column


def _placed(small: Array, origin: tuple[int, int], size: int) -> Array:
    image = np.zeros((size, size), np.float32)
    image[origin[0] : origin[0] + small.shape[0], origin[1] : origin[1] + small.shape[1]] = small
    return image


def _blank(shape: tuple[int, ...], size: int, box: int) -> FittedDigit:
    origin = ((size - box) // 2, (size - box) // 2)
    nothing = np.zeros((size, size), np.float32)
    return FittedDigit(
        image=nothing,
        boxed=nothing.copy(),
        bounding_box=None,
        centre_of_mass=(shape[0] / 2, shape[1] / 2),
        scale=box / max(shape),
        shift=(0, 0),
        origin=origin,
        box_shape=(box, box),
    )


def _clamp(value: int, low: int, high: int) -> int:
    return min(max(value, low), high)
