"""The same digit a little differently: moved, turned, drawn with another pen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cnn.arrays import Array
from cnn.data.augment import sample
from cnn.data.preprocess import fit_digit
from ui.readers import Network


@dataclass(frozen=True)
class Change:
    """What is done to the image that the network sees.

    Attributes:
        right: Pixels.
        down: Pixels.
        turn: Degrees, clockwise, around the middle.
        thick: Pixels that the line grows on each side; negative makes it thinner.
    """

    right: float = 0.0
    down: float = 0.0
    turn: float = 0.0
    thick: float = 0.0


@dataclass(frozen=True)
class Quantity:
    """One of the ways to change an image: its name in :class:`Change`, and how far it goes."""

    name: str
    title: str
    unit: str
    most: float
    step: float


QUANTITIES = (
    Quantity("right", "Shift to the right", "pixels", 8, 0.5),
    Quantity("down", "Shift down", "pixels", 8, 0.5),
    Quantity("turn", "Turn clockwise", "degrees", 60, 2.5),
    Quantity("thick", "Thicken the line", "pixels", 2, 0.125),
)


def changed(image: Array, changes: list[Change], refit: bool = False) -> Array:
    """An image after each of some changes.

    Args:
        image: (H, W) in [0, 1].
        changes: One for each image wanted; the same image comes back exactly if there is none.
        refit: Fit and centre the result again, as the pad's drawing was.

    Returns:
        (len(changes), H, W) float32.
    """
    height, width = image.shape
    pens = np.stack([_thickened(image, change.thick) for change in changes])
    angle = np.deg2rad([change.turn for change in changes])[:, None, None]
    right = np.array([change.right for change in changes])[:, None, None]
    down = np.array([change.down for change in changes])[:, None, None]
    # For each new pixel, where it comes from: shifted back, then turned back.
    y = np.arange(height)[:, None] - (height - 1) / 2 - down
    x = np.arange(width)[None] - (width - 1) / 2 - right
    rows = np.cos(angle) * y - np.sin(angle) * x + (height - 1) / 2
    columns = np.sin(angle) * y + np.cos(angle) * x + (width - 1) / 2
    new = sample(pens[:, None].astype(np.float32), rows, columns)[:, 0]
    return np.stack([fit_digit(one, height).image for one in new]) if refit else new


def sweep(
    network: Network, image: Array, change: Change, quantity: Quantity, refit: bool = False
) -> tuple[Array, Array]:
    """The answer while one quantity runs through its range and the others stay.

    Returns:
        (N,) values of the quantity, and (N, 10) probabilities.
    """
    count = round(quantity.most / quantity.step)
    values = np.arange(-count, count + 1) * quantity.step
    variants = [replace(change, **{quantity.name: float(value)}) for value in values]
    return values, network.chances(changed(image, variants, refit))


def _thickened(image: Array, thick: float) -> Array:
    """The line grown by ``thick`` pixels on each side: between two whole disks, a mix of both."""
    size = abs(thick)
    whole = int(size)
    inner, share = _spread(image, whole, thick > 0), size - whole
    if share == 0:
        return inner
    return inner + share * (_spread(image, whole + 1, thick > 0) - inner)


def _spread(image: Array, radius: int, grow: bool) -> Array:
    """Largest (or smallest) value within a disk; paper lies around the image."""
    if radius == 0:
        return image
    height, width = image.shape
    padded = np.pad(image, radius)
    result = image
    for down in range(-radius, radius + 1):
        for right in range(-radius, radius + 1):
            if down**2 + right**2 > radius**2 + 0.5:
                continue
            moved = padded[radius + down :, radius + right :][:height, :width]
            result = np.maximum(result, moved) if grow else np.minimum(result, moved)
    return result
