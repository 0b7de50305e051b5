"""What a photograph goes through before a trained network sees it.

It belongs to the weights: they were learned on pictures that were made smaller, cropped and shifted
in one certain way, and on others the network is worse, without any error. So it is data, and a page
can show it step by step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, numbers
from cnn.data.resample import resample

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Preprocessing:
    """From a picture to a network's input: resize, crop, scale, shift.

    Attributes:
        shorter: Pixels of the shorter side after resizing; the other one follows.
        side: Of the square in the middle that is kept.
        method: Of resizing, one of :data:`cnn.data.resample.FILTERS`.
        scale: What pixels, 0 to 255, are divided by first.
        mean: What is then taken away of red, green and blue.
        deviation: What the rest is divided by.
    """

    shorter: int
    side: int
    method: str
    scale: float
    mean: Colour
    deviation: Colour

    def apply(self, picture: Array) -> Array:
        """(H, W, 3) in grey levels, 0 to 255, to the network's input (3, side, side), float32.

        Raises:
            ValueError: it is no picture in colour.
        """
        pixels = self.cropped(picture).astype(np.float32)
        mean, deviation = (np.array(c, np.float32) for c in (self.mean, self.deviation))
        shifted = (pixels / np.float32(self.scale) - mean) / deviation
        return np.ascontiguousarray(np.moveaxis(shifted, 2, 0))  # channels: red, green, blue

    def cropped(self, picture: Array) -> Array:
        """The part that the network sees, (side, side, 3) uint8; raises as :meth:`apply`."""
        picture = self._checked(picture)
        height, width = self.resized(*picture.shape[:2])
        top, left = (round((n - self.side) / 2) for n in (height, width))
        return resample(
            picture,
            (height, width),
            self.method,
            rows=range(top, top + self.side),
            columns=range(left, left + self.side),
        )

    def resized(self, height: int, width: int) -> tuple[int, int]:
        """(rows, columns) of a picture after resizing."""
        short, long = min(height, width), max(height, width)
        other = self.shorter * long // short
        return (self.shorter, other) if height <= width else (other, self.shorter)

    def box(self, height: int, width: int) -> tuple[float, float, float, float]:
        """(top, left, bottom, right) of what is kept, in pixels of a picture of that size."""
        rows, columns = self.resized(height, width)
        top, left = (round((n - self.side) / 2) for n in (rows, columns))
        down, across = height / rows, width / columns
        return top * down, left * across, (top + self.side) * down, (left + self.side) * across

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """(name, what is done) of each step, in order."""
        scale = f"pixel / {self.scale:g}" if self.scale != 1 else "pixel"
        shift = [
            f"{colour} ({scale} − {mean:g}) / {deviation:g}"
            for colour, mean, deviation in zip(
                ("red", "green", "blue"), self.mean, self.deviation, strict=True
            )
        ]
        if len(set(zip(self.mean, self.deviation, strict=True))) == 1:
            shift = [shift[0].removeprefix("red ")]
        return (
            ("resize", f"the shorter side to {self.shorter} pixels ({self.method})"),
            ("crop", f"the middle {self.side} × {self.side} pixels"),
            ("scale", ", ".join(shift)),
            ("order", f"red, green and blue as three maps: (3, {self.side}, {self.side})"),
        )

    def _checked(self, picture: Array) -> Array:
        picture = numbers(picture, "picture")
        if picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
            raise ValueError(f"picture: got shape {picture.shape}, need (H, W, 3)")
        if picture.dtype != np.uint8:
            if not np.isfinite(picture).all():
                raise ValueError("picture: got NaN or infinite numbers, need pixels from 0 to 255")
            picture = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
        return picture


#: EfficientNet-Lite: the authors' own evaluation.
LITE = Preprocessing(256, 224, "bicubic", 1.0, (127.0, 127.0, 127.0), (128.0, 128.0, 128.0))
#: torchvision's AlexNet, VGG and ResNet, their first weights (IMAGENET1K_V1).
TORCHVISION = Preprocessing(
    256, 224, "bilinear", 255.0, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
)
#: timm's Inception-v4: 299 is 0.875 of the shorter side.
TIMM_INCEPTION = Preprocessing(341, 299, "bicubic", 255.0, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
