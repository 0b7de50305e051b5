"""A kernel over a picture: the numbers, by ``cnn``, and the bytes in which they are shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn import functional as F
from cnn.arrays import Array, Sides
from cnn.window import named_kernels
from cnn.window.padding_asked import resolve_padding

#: What is done with the kernel's answer, or with two of them.
COMBINE = {
    "one": "Nothing",
    "magnitude": "Its turned twin: magnitude",
    "direction": "Its turned twin: direction",
}
#: What the channels of a colour picture become.
CHANNELS = {"sum": "Added up", "each": "Apart"}
VIEWS = {"auto": "Auto", "signed": "Signed", "magnitude": "Magnitude", "clipped": "Clipped"}
PADDINGS = {"same": "Same size", "valid": "None", "full": "Full"}
FILLS = {"zeros": "Zeros", "reflect": "Reflect", "replicate": "Replicate"}
FIRST = {
    "none": "Nothing",
    "box": "Box blur 3×3",
    "gaussian": "Gaussian blur 5×5",
    "wide": "Gaussian blur 7×7",
    "sharpen": "Sharpen",
}
_FIRST = {
    "box": named_kernels.box,
    "gaussian": lambda: named_kernels.gaussian(5, 1.0),
    "wide": lambda: named_kernels.gaussian(7, 2.0),
    "sharpen": named_kernels.sharpen,
}


@dataclass(frozen=True)
class Setting:
    """How a kernel goes over a picture.

    Attributes:
        kernels: One (kh, kw), or two for a magnitude or a direction.
        first: A kernel that goes over the picture before them, (fh, fw), or None.
        stride: Pixels from one window to the next.
        sides: Padding (top, bottom, left, right).
        fill: ``zeros``, ``reflect`` or ``replicate``.
        channels: One of :data:`CHANNELS`; a grey picture's only channel is ``each``.
        combine: One of :data:`COMBINE`.
    """

    kernels: tuple[Array, ...]
    first: Array | None = None
    stride: int = 1
    sides: Sides = (0, 0, 0, 0)
    fill: str = "zeros"
    channels: str = "each"
    combine: str = "one"


@dataclass(frozen=True)
class Shown:
    """A result in bytes.

    Attributes:
        kind: ``signed`` (128 is 0, ±127 is ±limit), ``magnitude`` (255 is the limit), ``clipped``
            (0 to 255 as they are) or ``direction`` (plane 0: 256 is 360°; plane 1: strength).
        planes: (P, OH, OW) uint8.
        limit: What the strongest byte stands for; stronger answers look as strong.
        low: The smallest result.
        high: The largest.
        under: The share of cells below 0, which clipping shows black.
        over: The share above 255, which clipping shows white.
    """

    kind: str
    planes: Array
    limit: float
    low: float
    high: float
    under: float
    over: float


def first_kernel(name: str) -> Array | None:
    """What goes over the picture first: one of :data:`FIRST`."""
    return None if name == "none" else _FIRST[name]()


def fitting_paddings(size: tuple[int, ...], kernel: tuple[int, int], stride: int) -> dict[str, str]:
    """Those of :data:`PADDINGS` with which the kernel fits the picture."""
    fits = {}
    for name, label in PADDINGS.items():
        top, bottom, left, right = resolve_padding(name, kernel, stride, 1, size)
        if size[0] + top + bottom >= kernel[0] and size[1] + left + right >= kernel[1]:
            fits[name] = label
    return fits


def fitting_fills(size: tuple[int, ...], *paddings: Sides) -> dict[str, str]:
    """Those of :data:`FILLS` that can be: a reflection is no longer than what it mirrors."""
    mirrored = all(
        max(top, bottom) < size[0] and max(left, right) < size[1]
        for top, bottom, left, right in paddings
    )
    return {k: v for k, v in FILLS.items() if k != "reflect" or mirrored}


def same(kernel: Array) -> Sides:
    """Padding that keeps the size at stride 1."""
    return resolve_padding("same", kernel.shape, 1, 1, (1, 1))


def result(x: Array, setting: Setting) -> Array:
    """The numbers that are shown.

    Args:
        x: (C, H, W).
        setting: The kernels and how they go over it.

    Returns:
        (1, OH, OW), or (C, OH, OW) where the channels stay apart; (2, …): the angle in degrees
        from −180 to 180 and the strength, where the direction is asked for.
    """
    if setting.first is not None:
        x = _slide(x, setting.first, 1, same(setting.first), setting.fill, "each")
    answers = [
        _slide(x, kernel, setting.stride, setting.sides, setting.fill, setting.channels)
        for kernel in setting.kernels
    ]
    if setting.combine == "one":
        return answers[0]
    across, down = answers
    strength: Array = np.hypot(across, down)
    if setting.combine == "magnitude":
        return strength
    angle = np.degrees(np.arctan2(down, across))
    return np.concatenate([angle, strength])


def _slide(x: Array, kernel: Array, stride: int, sides: Sides, fill: str, channels: str) -> Array:
    """(1 or C, OH, OW): one convolution; channels apart are so many pictures of one channel."""
    weight = kernel.astype(x.dtype)[None, None]
    if channels == "each":
        x = x[:, None]
    else:
        x = x[None]
        weight = weight.repeat(x.shape[1], axis=1)
    if fill != "zeros" and any(sides):
        top, bottom, left, right = sides
        x, sides = F.pad(x, (left, right, top, bottom), fill), (0, 0, 0, 0)
    y = F.conv2d(x, weight, stride=stride, padding=sides)
    return y[:, 0] if channels == "each" else y[0]


def view_for(view: str, setting: Setting) -> str:
    """The view in force: ``auto`` shows a blur as a picture and all else with its sign."""
    if setting.combine == "direction":
        return "direction"
    if view != "auto":
        return view
    if setting.combine == "magnitude":
        return "magnitude"
    kernel = setting.kernels[0]
    weight = kernel.sum()
    blurs = kernel.min() >= 0 and 0 < weight <= 1 + 1e-9 and setting.channels == "each"
    return "clipped" if blurs and _positive(setting.first) else "signed"


def _positive(kernel: Array | None) -> bool:
    return kernel is None or (kernel.min() >= 0 and kernel.sum() <= 1 + 1e-9)


def shown(y: Array, view: str) -> Shown:
    """The result in bytes, for ``view``: ``signed``, ``magnitude``, ``clipped``, ``direction``."""
    if view == "direction":
        limit = _limit(y[1])
        angle = np.rint(y[0] * (256 / 360)).astype(np.int32) & 255
        strength = np.minimum(np.rint(y[1] * (255 / (limit or 1))), 255)
        planes = np.stack([angle, strength]).astype(np.uint8)
        return Shown(view, planes, limit, 0.0, float(y[1].max()), 0.0, 0.0)
    low, high = float(y.min()), float(y.max())
    limit = _limit(y)
    scale = 1 / (limit or 1)
    if view == "signed":
        planes = np.clip(np.rint(y * (127 * scale)), -127, 127) + 128
    elif view == "magnitude":
        planes = np.minimum(np.rint(np.abs(y) * (255 * scale)), 255)
    else:
        planes = np.clip(np.rint(y), 0, 255)
    under, over = float(np.mean(y < -0.5)), float(np.mean(y > 255.5))
    return Shown(view, planes.astype(np.uint8), limit, low, high, under, over)


#: A photograph has few answers as strong as its strongest; on their scale all others are pale.
_SEEN = 0.995
_SAMPLE = 40_000


def _limit(y: Array) -> float:
    """What the strongest colour stands for: all but a few of the answers are below it."""
    sizes = np.abs(y.ravel()[:: max(1, y.size // _SAMPLE)])
    found = float(np.quantile(sizes, _SEEN))
    return found if found > 1e-6 * sizes.max() else float(np.abs(y).max())
