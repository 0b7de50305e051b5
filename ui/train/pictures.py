"""Curves and a confusion matrix as PNG, from the same numbers as on the page, to the same design.

Nothing here knows Streamlit: it is drawn when somebody asks for the file, beside the page.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from cnn.arrays import Array
from ui import lettering, palette
from ui.components.live_chart.live_chart import Panel, Series
from ui.lettering import INK, LINE, PAPER

#: Pixels of a panel, of its letters, around all, of a curve, of a dash: twice those of the page.
WIDTH, HEIGHT, TYPE, MARGIN, STROKE, DASH = 860, 520, 26, 40, 4, 24
#: Pixels of a cell of the confusion matrix; letters of its numbers.
CELL, NUMBER = 72, 24
_THEME: palette.Theme = "light"
#: How much of a pale curve's colour is left.
_FAINT = 0.3


@dataclass(frozen=True)
class _Place:
    """A panel's corner on the picture, and how its numbers become pixels."""

    left: float
    right: float
    top: float
    bottom: float
    ys: tuple[float, float]
    x: Callable[[float], float]
    y: Callable[[float], float]


def curves(panels: Sequence[Panel], x_label: str, x_end: float) -> bytes:
    """The panels below one another, over the same x, as a PNG.

    Args:
        panels: As :func:`ui.components.live_chart.live_chart.live_chart` takes them.
        x_label: What x is.
        x_end: Where x ends at the least.
    """
    size = WIDTH + 2 * MARGIN, len(panels) * HEIGHT + 2 * MARGIN
    picture = Image.new("RGB", size, PAPER[_THEME])
    draw = ImageDraw.Draw(picture)
    ends = [float(s.x[-1]) for panel in panels for s in panel.series if len(s.x)]
    end = max([x_end, 1.0, *ends])
    for row, panel in enumerate(panels):
        _panel(draw, panel, MARGIN + row * HEIGHT, x_label, end)
    return _png(picture)


def confusion(counts: Array, classes: Sequence[str]) -> bytes:
    """The matrix (K, K) of counts as a PNG: rows are what it is, columns what the network says."""
    letters = lettering.letters(NUMBER)
    wide = int(max(letters.getlength(name) for name in classes)) + NUMBER
    side = CELL * len(classes)
    top = MARGIN + 2 * TYPE + wide
    picture = Image.new("RGB", (MARGIN * 2 + wide + side, top + side + MARGIN), PAPER[_THEME])
    draw = ImageDraw.Draw(picture)
    title = "Confusion. Row: what it is. Column: what the network says."
    draw.text(
        (MARGIN, MARGIN),
        title,
        fill=INK[_THEME],
        font=lettering.letters(_fitting(title, picture.width)),
    )
    turned = any(letters.getlength(name) > CELL for name in classes)
    left, most = MARGIN + wide, max(1, int(counts.max(initial=0)))
    for i, name in enumerate(classes):
        middle = top + i * CELL + CELL / 2
        draw.text((left - NUMBER / 2, middle), name, INK[_THEME], letters, anchor="rm")
        if turned:
            _upright(picture, name, (left + i * CELL, top - wide, CELL, wide))
        else:
            above = left + (i + 0.5) * CELL, top - NUMBER / 2
            draw.text(above, name, INK[_THEME], letters, anchor="ms")
        for j in range(len(classes)):
            box = left + j * CELL, top + i * CELL, left + (j + 1) * CELL, top + (i + 1) * CELL
            colour = _shade(math.sqrt(counts[i, j] / most))
            draw.rectangle(box, fill=colour, outline=LINE[_THEME])
            ink = INK[_THEME] if sum(colour) > 380 else PAPER[_THEME]
            middle_of = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            draw.text(middle_of, f"{int(counts[i, j])}", ink, letters, anchor="mm")
    return _png(picture)


def _panel(draw: ImageDraw.ImageDraw, panel: Panel, top: int, x_label: str, end: float) -> None:
    p = _placed(panel, top, end)
    ink, letters = INK[_THEME], lettering.letters(TYPE)
    at = float(MARGIN)
    draw.text((at, top), panel.title, ink, lettering.letters(TYPE + 4))
    at += lettering.letters(TYPE + 4).getlength(panel.title) + TYPE
    for series in panel.series:
        if series.faint or not series.name:
            continue
        colour = palette.CATEGORICAL[_THEME][series.colour]
        words = f"{'- -' if series.dashed else '—'} {series.name}"
        draw.text((at, top + 4), words, colour, letters)
        at += letters.getlength(words) + TYPE
    for value in _ticks(*p.ys, 4, panel.log):
        y = p.y(value)
        draw.line((p.left, y, p.right, y), LINE[_THEME], 2)
        draw.text((p.left - TYPE / 2, y), _tick(value, panel.percent), ink, letters, anchor="rm")
    for value in _ticks(0.0, end, 8, log=False):
        text, half = _tick(value, False), letters.getlength(_tick(value, False)) / 2
        x = min(p.x(value), p.right - half)
        draw.text((x, p.bottom + TYPE * 0.9), text, ink, letters, anchor="mm")
    draw.text((p.right, p.bottom + TYPE * 2), x_label, ink, letters, anchor="rm")
    for mark in panel.marks:
        for y in range(int(p.top), int(p.bottom), 10):
            draw.line((p.x(mark.x), y, p.x(mark.x), y + 4), ink, 2)
        draw.text((p.x(mark.x) + 8, p.top), mark.name, ink, letters)
    for series in sorted(panel.series, key=lambda s: not s.faint):
        _curve(draw, series, panel, p)


def _curve(draw: ImageDraw.ImageDraw, series: Series, panel: Panel, p: _Place) -> None:
    colour: tuple[int, ...] | str = palette.CATEGORICAL[_THEME][series.colour]
    if series.faint:
        colour = _mixed(palette.CATEGORICAL[_THEME][series.colour], _FAINT)
    shown = [
        (p.x(float(x)), p.y(float(y))) if math.isfinite(y) and (y > 0 or not panel.log) else None
        for x, y in zip(series.x, series.y, strict=True)
    ]
    for a, b in pairwise(shown):
        if a is not None and b is not None:
            _line(draw, a, b, colour, dashed=series.dashed)
    if series.dashed:  # what was looked at now and then is shown as points, too
        for x, y in filter(None, shown):
            draw.ellipse((x - STROKE, y - STROKE, x + STROKE, y + STROKE), colour)


def _line(
    draw: ImageDraw.ImageDraw,
    a: tuple[float, float],
    b: tuple[float, float],
    colour: tuple[int, ...] | str,
    *,
    dashed: bool,
) -> None:
    """From a to b; dashed, in pieces of equal length."""
    if not dashed:
        draw.line((*a, *b), colour, STROKE)
        return
    pieces = max(1, round(math.dist(a, b) / DASH)) * 2
    places = [[a[i] + (b[i] - a[i]) * n / pieces for i in (0, 1)] for n in range(pieces)]
    for start, end in zip(places[::2], places[1::2], strict=True):
        draw.line((*start, *end), colour, STROKE)


def _placed(panel: Panel, top: int, end: float) -> _Place:
    low, high = _range(panel)
    left, right = MARGIN + TYPE * 3.4, WIDTH + MARGIN - TYPE * 0.6
    upper, lower = top + TYPE * 2.2, top + HEIGHT - TYPE * 3.4

    def up(value: float) -> float:
        return math.log10(value) if panel.log else value

    span = up(high) - up(low) or 1.0
    return _Place(
        left,
        right,
        upper,
        lower,
        (low, high),
        lambda x: left + x / end * (right - left),
        lambda y: lower - (up(y) - up(low)) / span * (lower - upper),
    )


def _range(panel: Panel) -> tuple[float, float]:
    """The lowest and the highest value of the upright axis, as the page's chart has it."""
    values = np.concatenate([np.asarray(s.y, np.float64) for s in panel.series] or [np.zeros(0)])
    values = values[np.isfinite(values) & ((values > 0) | (not panel.log))]
    low, high = (values.min(), values.max()) if len(values) else (0.1 if panel.log else 0.0, 1.0)
    if panel.floor is not None and not panel.log:
        low = min(panel.floor, low)
    if panel.ceiling is not None:
        high = max(panel.ceiling, high)
    if low == high:
        high = low + (low if panel.log else 1)
    if panel.log:
        return float(low / 1.1), float(high * 1.1)
    return float(low), float(high if panel.ceiling is not None else high + (high - low) * 0.04)


def _ticks(low: float, high: float, count: int, log: bool) -> list[float]:
    """About so many round numbers from low to high; powers of ten on a logarithmic axis."""
    if log:
        powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
        return [10.0**e for e in powers] if len(powers) > 1 else [low, high]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next((m for m in (1, 2, 5) if m * power >= rough), 10)
    first, last = math.ceil(low / step), math.floor(high / step + 1e-6)
    return [i * step for i in range(first, last + 1)]


def _tick(value: float, percent: bool) -> str:
    return f"{value:.0%}" if percent else f"{value:.3g}".replace("-", "−")


def _shade(share: float) -> tuple[int, int, int]:
    """From the neutral to the strongest blue of an activation."""
    _, _, neutral, _, strongest = palette.DIVERGING["activation"][_THEME]
    a, b = (np.array(ImageColor.getrgb(c)[:3]) for c in (neutral, strongest))
    red, green, blue = np.rint(a + share * (b - a)).astype(int).tolist()
    return red, green, blue


def _mixed(colour: str, share: float) -> tuple[int, ...]:
    """A colour made pale on the paper."""
    a, b = (np.array(ImageColor.getrgb(c)[:3]) for c in (PAPER[_THEME], colour))
    return tuple(np.rint(a + share * (b - a)).astype(int).tolist())


def _upright(picture: Image.Image, text: str, box: tuple[int, int, int, int]) -> None:
    """A name above its column, turned, for names that are longer than a column is wide."""
    left, top, width, height = box
    letters = lettering.letters(NUMBER)
    long = int(letters.getlength(text)) + 2
    strip = Image.new("RGB", (long, NUMBER * 3 // 2), PAPER[_THEME])
    ImageDraw.Draw(strip).text((0, strip.height / 2), text, INK[_THEME], letters, anchor="lm")
    turned = strip.rotate(90, expand=True)
    picture.paste(turned, (left + (width - turned.width) // 2, top + height - turned.height - 8))


def _fitting(text: str, width: int) -> int:
    """The largest size of letters at which a line fits."""
    most = lettering.letters(TYPE).getlength(text)
    return max(8, min(TYPE, int(TYPE * (width - 2 * MARGIN) / most)))


def _png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
