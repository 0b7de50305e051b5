"""The colours of the stage's cells, as the browser has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from ui import palette
from ui.components.window_stage.numbers import Numbers
from ui.components.window_stage.shown import Look
from ui.lettering import PAPER
from ui.palette import Theme

_RGB_ENDS = ((255, 60, 50), (60, 215, 80), (70, 120, 255))


@dataclass(frozen=True)
class Still:
    """How the stage is shown where nothing can be changed: its look, on which paper.

    Attributes:
        look: As the page says.
        theme: Light or dark.
        hidden: Flat indices of the output cells shown as "?".
    """

    look: Look
    theme: Theme
    hidden: frozenset[int] = frozenset()


def colours_of(
    role: str, channel: int, volume: Array, values: Array, numbers: Numbers, still: Still
) -> Array:
    """(rows, columns, 3) uint8 of one channel's cells.

    Args:
        role: ``input``, ``kernel`` or ``output``.
        channel: Which of the volume.
        volume: (C, rows, columns), by whose largest number the scale goes.
        values: (rows, columns), the channel's.
        numbers: Of the layer.
        still: How it is shown.
    """
    finite = volume[np.isfinite(volume)]
    top = float(np.abs(finite).max()) if finite.size else 0.0
    if role == "kernel":
        return _mixed(palette.DIVERGING["weight"][still.theme], _signed(values, top))
    if role == "input":
        colours = _input_colours(channel, values, finite, top, still)
        return _faint(colours, values, numbers, still.theme)
    kind = still.look.output_kind
    if kind in ("activation", "gradient"):
        colours = _mixed(palette.DIVERGING[kind][still.theme], _signed(values, top))
    elif kind == "grey":
        low = min(0.0, float(finite.min()))
        colours = _mixed(palette.GREY[still.theme], (values - low) / ((top - low) or 1.0))
    else:
        colours = _mixed(("#000000", "#ffffff"), values / (top or 1.0))
    for flat in still.hidden:
        colours[divmod(flat, values.shape[1])] = rgb(PAPER[still.theme])
    return colours


def _input_colours(channel: int, values: Array, finite: Array, top: float, still: Still) -> Array:
    low, high = min(0.0, float(finite.min())), max(0.0, float(finite.max()))
    place = (values - low) / ((high - low) or 1.0)
    if still.look.input_kind == "activation":
        return _mixed(palette.DIVERGING["activation"][still.theme], _signed(values, top))
    if still.look.input_kind == "grey":
        return _mixed(palette.GREY[still.theme], place)
    end = _RGB_ENDS[channel % 3] if still.look.input_kind == "rgb" else (255, 255, 255)
    return _mixed(("#000000", "#" + "".join(f"{v:02x}" for v in end)), place)


def _faint(colours: Array, values: Array, numbers: Numbers, theme: Theme) -> Array:
    """The padding half as strong; the paper itself where it is no number."""
    top, bottom, left, right = numbers.sides
    rows, columns = values.shape
    around = np.ones((rows, columns), bool)
    around[top : rows - bottom, left : columns - right] = False
    paper = np.array(rgb(PAPER[theme]), float)
    colours[around] = np.rint((colours[around] + paper) / 2).astype(np.uint8)
    colours[~np.isfinite(values)] = paper.astype(np.uint8)
    return colours


def _signed(values: Array, top: float) -> Array:
    return (values / (top or 1.0) + 1) / 2


def _mixed(stops: Sequence[str], place: Array) -> Array:
    """(rows, columns, 3) uint8 of places from 0 to 1 along the stops."""
    colours = np.array([rgb(stop) for stop in stops], float)
    at = np.clip(np.nan_to_num(place), 0, 1) * (len(colours) - 1)
    below = np.minimum(at.astype(int), len(colours) - 2)
    share = (at - below)[..., None]
    mixed: Array = np.rint(colours[below] * (1 - share) + colours[below + 1] * share)
    return mixed.astype(np.uint8)


def rgb(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` as three numbers."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ink_on(colour: Array) -> str:
    """Black or white, whichever reads better: as the browser has it."""
    light = [v / 3295 if v <= 10.3 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in colour]
    shade = float(np.dot((0.2126, 0.7152, 0.0722), light))
    return "#000000" if shade > 0.179 else "#ffffff"
