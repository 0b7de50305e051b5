"""From a photograph of a digit to ink on the pad.

Paper is seldom evenly lit and never quite white, a pencil seldom black; a screenshot may be light
on dark. What is looked for is what differs from its surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.data.preprocess import resample

SIDE = 112
#: Share of the pad that the longer side of the digit takes.
FILL = 0.72
#: Ink that differs from its paper by less than this share of the brightness is not seen.
FAINTEST = 0.08
#: Ink stands out from its paper by so many times the step between two neighbouring pixels.
OVER_NOISE = 8
_WORK = 280  # longest side while looking for the ink, pixels


class InkError(ValueError):
    """Why no ink was found, in one sentence."""


@dataclass(frozen=True)
class InkResult:
    """Ink found in a picture.

    Attributes:
        ink: (112, 112) float32, 0 = paper, 1 = ink, in the middle of the pad.
        dark_on_light: Whether the picture showed dark ink on light paper.
    """

    ink: np.ndarray
    dark_on_light: bool


def find_ink(grey: np.ndarray) -> InkResult:
    """The digit in a picture.

    Args:
        grey: (H, W) brightness in [0, 1].

    Raises:
        InkError: The picture is all but even.
    """
    rows, columns = grey.shape
    scale = min(1.0, _WORK / max(rows, columns))
    small = resample(grey, max(1, round(rows * scale)), max(1, round(columns * scale)))
    # Most of a picture of a digit is paper.
    low, high = np.percentile(small, (0.5, 99.5))
    dark_on_light = float(np.median(small)) >= (float(low) + float(high)) / 2
    paper = _paper(small if dark_on_light else -small)
    contrast = np.maximum(paper - (small if dark_on_light else -small), 0)
    if min(small.shape) < 3 or _strength(contrast) < max(FAINTEST, OVER_NOISE * _grain(small)):
        raise InkError("No ink was found: the picture is nearly even in brightness.")
    contrast = _without_rim(contrast)
    contrast = np.minimum(contrast / _strength(contrast), 1)
    threshold = _otsu(contrast)
    ink = np.clip((contrast - 0.75 * threshold) / (0.5 * threshold), 0, 1)
    return InkResult(_placed(ink), dark_on_light)


def _strength(contrast: np.ndarray) -> float:
    """Contrast of the darkest ink, a few stray pixels aside."""
    return float(np.percentile(contrast, 99.7))


def _grain(light: np.ndarray) -> float:
    """The usual step between two neighbours: that of the paper's grain or of the camera's noise."""
    steps = (np.abs(np.diff(light, axis=axis)).ravel() for axis in (0, 1))
    return float(np.median(np.concatenate(list(steps))))


def _paper(light: np.ndarray) -> np.ndarray:
    """Brightness of the paper everywhere: the brightest nearby, then smoothed."""
    reach = max(1, max(light.shape) // 8)
    for axis in (0, 1):
        light = _along(light, reach, axis, np.max)
    for axis in (0, 1):
        light = _along(light, reach, axis, np.mean)
    return light


def _along(image: np.ndarray, reach: int, axis: int, reduce) -> np.ndarray:  # type: ignore[no-untyped-def]
    """``reduce`` over windows of 2·reach + 1 cells along one axis, the edge repeated."""
    width = [(0, 0), (0, 0)]
    width[axis] = (reach, reach)
    padded = np.pad(image, width, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis)
    return reduce(windows, axis=-1)


def _otsu(values: np.ndarray) -> float:
    """The threshold that separates two kinds of pixels best (Otsu 1979)."""
    counts, edges = np.histogram(values, 64, (0, 1))
    middle = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    mass = np.cumsum(counts * middle)
    above = below[-1] - below
    with np.errstate(invalid="ignore", divide="ignore"):
        between = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    return float(edges[1:][np.nanargmax(np.nan_to_num(between))])


def _without_rim(contrast: np.ndarray) -> np.ndarray:
    """Drops what hangs on the picture's edge (a shadow, the table), if ink is left without it."""
    seen = contrast > max(FAINTEST, 0.25 * _strength(contrast))
    rim = np.zeros_like(seen)
    rim[[0, -1]], rim[:, [0, -1]] = seen[[0, -1]], seen[:, [0, -1]]
    while True:
        grown = rim.copy()
        grown[1:] |= rim[:-1]
        grown[:-1] |= rim[1:]
        grown[:, 1:] |= grown[:, :-1]
        grown[:, :-1] |= grown[:, 1:]
        grown &= seen
        if (grown == rim).all():
            break
        rim = grown
    # The soft edge around what is dropped goes with it.
    halo = _along(_along(rim, 3, 0, np.max), 3, 1, np.max)
    left = np.where(halo, 0, contrast)
    return left if _strength(left) > max(FAINTEST, 0.25 * _strength(contrast)) else contrast


def _placed(ink: np.ndarray) -> np.ndarray:
    """The ink's box, in its proportions, in the middle of the pad."""
    rows, columns = np.flatnonzero((ink > 0.5).any(1)), np.flatnonzero((ink > 0.5).any(0))
    top, bottom = max(0, rows[0] - 2), rows[-1] + 3
    left, right = max(0, columns[0] - 2), columns[-1] + 3
    part = ink[top:bottom, left:right]
    scale = FILL * SIDE / max(part.shape)
    height, width = (max(1, round(n * scale)) for n in part.shape)
    pad = np.zeros((SIDE, SIDE), np.float32)
    y, x = (SIDE - height) // 2, (SIDE - width) // 2
    pad[y : y + height, x : x + width] = np.clip(resample(part, height, width), 0, 1)
    return pad
