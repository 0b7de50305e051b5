"""Handwritten digits without any handwriting: pen strokes, varied as hands vary.

A digit begins as one of the ways of writing it in :mod:`cnn.data.glyphs`. A hand then blends the
extremes of that way, misses its points a little, leans, stretches, bends and trembles, presses
more or less, and the ink gets a rough edge. What comes out has been prepared as MNIST was: fitted
into a 20×20 box, anti-aliased, its centre of mass brought to the middle of 28×28.

Everything is done for a thousand digits at once; the same seed gives the same digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, numbers
from cnn.data.datasets import DIGITS, Dataset
from cnn.data.glyphs import BY_LABEL, GLYPHS, SEGMENTS, Glyph, Strokes, on_pad
from cnn.data.preprocess import resampling
from cnn.data.strokes import rasterise
from cnn.settings import check_room, finite, generator, whole

_AT_ONCE = 1024


@dataclass(frozen=True)
class Style:
    """How much hands differ. Lengths are fractions of the digit's height unless in pixels.

    Attributes:
        reach: How far blends go beyond a glyph's extremes; 0 keeps them inside.
        miss: Standard deviation with which a control point is missed.
        slant: Mean and standard deviation of the shear, columns to the right per row upwards.
        turn: Standard deviation of the rotation in degrees.
        stretch: Standard deviation of the logarithm of width : height.
        bend: Size of the smooth warp over the whole digit.
        tremble: Size of the wobble along the pen's path.
        angular: Share of hands that draw straight lines between the points, more or less.
        pen: Median line width in pixels of the 28×28 image, and standard deviation of its log.
        pen_limits: Narrowest and widest line in pixels.
        pressure: How much the width varies along a stroke.
        roughness: Unevenness of the ink's edge in pixels.
        softness: Pixels over which the ink's edge goes from paper to ink.
        waist: Standard deviation with which the middle lies higher or lower, further left or right.
        fill: Share of hands whose digits are drawn out in width or height, the most of them until
            they fill the square.
        dots: Dots across the box that a coarse scanner sees, black or white; 0 for no scanner.
    """

    reach: float = 0.2
    miss: float = 0.02
    slant: tuple[float, float] = (0.11, 0.23)
    turn: float = 5.0
    stretch: float = 0.18
    bend: float = 0.034
    tremble: float = 0.006
    angular: float = 0.15
    pen: tuple[float, float] = (2.5, 0.27)
    pen_limits: tuple[float, float] = (1.2, 4.6)
    pressure: float = 0.13
    roughness: float = 0.22
    softness: float = 1.25
    waist: float = 0.04
    fill: float = 0.0
    dots: int = 0


HANDS = Style()
# What a mouse or a finger draws: any line width, steadier ink, more corners, more tilt.
PAD = Style(
    miss=0.024,
    slant=(0.05, 0.18),
    turn=10.0,
    stretch=0.2,
    bend=0.04,
    angular=0.45,
    pen=(2.2, 0.42),
    pen_limits=(0.6, 4.8),
    pressure=0.03,
    roughness=0.03,
    softness=1.1,
)
# What a form is read with: felt pens, one digit a field of the form, scanned in black and white.
SCANS = Style(
    miss=0.024,
    slant=(0.08, 0.2),
    stretch=0.22,
    pen=(3.0, 0.25),
    pen_limits=(1.7, 4.6),
    softness=1.0,
    waist=0.06,
    fill=0.7,
    dots=16,
)


def generate(
    count: int,
    seed: int = 0,
    *,
    labels: Sequence[int] | Array | None = None,
    way: Glyph | None = None,
    style: Style = HANDS,
    size: int = 28,
    box: int = 20,
) -> Dataset:
    """Draw ``count`` digits.

    Args:
        count: How many, at least 0.
        seed: Same seed, same digits.
        labels: Digits to draw, one each; by default all ten equally often, in random order.
        way: Draw all of them in this way (:func:`cnn.data.glyphs.way`), in place of ``labels``.
        style: How much hands differ.
        size: Side of the images.
        box: Side of the square that each digit is fitted into.

    Returns:
        Images (count, 1, size, size) uint8 and labels (count,) int64.

    Raises:
        ValueError: ``count`` is negative, ``labels`` are not ``count`` digits, or ``labels`` and
            ``way`` are both given.
    """
    rng = generator(seed, "seed")
    count, size = whole(count, "count", 0), whole(size, "size", 1)
    if not isinstance(style, Style):
        raise ValueError(f"style: got {style!r}, need a Style")
    if not 0 < finite(box, "box") <= size:
        raise ValueError(f"box: got {box}, need a number above 0, at most size = {size}")
    check_room((count,), "count")
    check_room((size, size), "size")
    if way is not None:
        if not isinstance(way, Glyph):
            raise ValueError(f"way: got {way!r}, need one of cnn.data.glyphs, or None")
        if labels is not None:
            raise ValueError("labels: got labels and a way, need one of them; a way has one label")
        labels = [way.label] * count
    digits = _labels(count, labels, rng)
    images = np.empty((count, 1, size, size), np.uint8)
    for start in range(0, count, _AT_ONCE):
        part = digits[start : start + _AT_ONCE]
        begin, end = _paths(part, way, style, rng)
        width = _pen(begin, end, style, rng)
        draw = _scanned if style.dots else _inked
        ink = draw(begin, end, width, style, rng, size, box)
        images[start : start + len(part), 0] = np.rint(_centred(ink) * 255)
    return Dataset(images, digits, DIGITS, "stroke-made digits")


def generate_strokes(label: int, seed: int = 0, *, style: Style = HANDS) -> Strokes:
    """The pen's path of one digit, as a person would draw it on a pad.

    Args:
        label: The digit.
        seed: Same seed, same path.
        style: How much hands differ.

    Returns:
        Strokes in order, each (points, 2) float32: x, y as fractions of the pad's side, the
        digit in the middle and 70 % of the side long.

    Raises:
        ValueError: ``label`` is no digit.
    """
    rng = generator(seed, "seed")
    begin, end, chosen = _written(np.array([_digit(label)]), None, style, rng)
    begin, end = _leaned(begin, end, style, rng)
    glyph = GLYPHS[chosen[0]]
    return on_pad(glyph.strokes(begin[0], end[0]))


def _labels(count: int, labels: Sequence[int] | Array | None, rng: np.random.Generator) -> Array:
    if labels is None:
        return rng.permutation(np.arange(count, dtype=np.int64) % 10)
    given = numbers(labels, "labels")
    if given.shape != (count,):
        raise ValueError(f"labels: got shape {given.shape}, need {count} digits, one each")
    if count and given.dtype.kind not in "iu":
        raise ValueError(f"labels: got {given.dtype}, need whole numbers")
    digits: Array = given.astype(np.int64)
    if count and not 0 <= digits.min() <= digits.max() <= 9:
        raise ValueError(f"labels: got {digits.min()} to {digits.max()}, need digits 0 to 9")
    return digits


def _digit(label: int) -> int:
    if not 0 <= label <= 9:
        raise ValueError(f"label: got {label}, need a digit 0 to 9")
    return label


def _paths(
    labels: Array, way: Glyph | None, style: Style, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Ends of all segments (N, SEGMENTS, 2), in units of about the digit's height."""
    begin, end, _ = _written(labels, way, style, rng)
    return _leaned(begin, end, style, rng)


def _written(
    labels: Array, way: Glyph | None, style: Style, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Each digit in ``way`` or one of its ways, its points missed a little; and which it was."""
    chosen = _ways(labels, rng) if way is None else np.full(len(labels), GLYPHS.index(way))
    begin = np.empty((len(labels), SEGMENTS, 2), np.float32)
    end = np.empty_like(begin)
    for index in np.unique(chosen):
        glyph, of = GLYPHS[index], np.flatnonzero(chosen == index)
        path = _path(glyph, len(of), style, rng)
        begin[of] = path[:, glyph.segments[:, 0]]
        end[of] = path[:, glyph.segments[:, 1]]
    return begin, end, chosen


def _ways(labels: Array, rng: np.random.Generator) -> Array:
    chosen = np.empty(len(labels), np.intp)
    for label in np.unique(labels):
        ways = [GLYPHS.index(glyph) for glyph in BY_LABEL[label]]
        weights = np.array([GLYPHS[way].weight for way in ways])
        of = labels == label
        chosen[of] = rng.choice(ways, of.sum(), p=weights / weights.sum())
    return chosen


def _path(glyph: Glyph, count: int, style: Style, rng: np.random.Generator) -> Array:
    """(count, P, 2): the pen's path, as ``count`` hands draw this glyph."""
    forms = len(glyph.points)
    blend = rng.dirichlet(np.full(forms, 0.8), count)
    blend = (blend - 1 / forms) * (1 + style.reach) + 1 / forms
    points = np.tensordot(blend.astype(np.float32), glyph.points, 1)  # (count, points, 2)
    points += rng.standard_normal(points.shape, np.float32) * np.float32(style.miss)
    smooth, straight = glyph.curves
    angular = rng.random((count, 1, 1), np.float32)
    angular *= rng.random((count, 1, 1)) < style.angular
    path = np.matmul(smooth, points)  # (P, points) · (count, points, 2)
    path += angular * np.matmul(straight - smooth, points)
    trembling: Array = path + style.tremble * _along_path(count, len(path[0]), 2, rng)
    return trembling


def _along_path(count: int, points: int, channels: int, rng: np.random.Generator) -> Array:
    """(count, points, channels) smooth noise of unit size along the pen's path."""
    knots = 12
    where = np.linspace(0, knots - 1, points)
    hats = np.clip(1 - np.abs(where[:, None] - np.arange(knots)), 0, 1).astype(np.float32)
    noise = rng.standard_normal((count, knots, channels), np.float32)
    smooth: Array = np.matmul(hats, noise)  # (points, knots) · (count, knots, channels)
    return smooth


def _leaned(
    begin: Array, end: Array, style: Style, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Stretch, bend, slant and turn whole digits; ``begin`` and ``end`` move alike."""
    count = len(begin)
    points = np.stack([begin, end], 2)  # (count, SEGMENTS, 2 ends, 2)
    points = points.reshape(count, -1, 2) - np.float32(0.5)  # (count, 2·SEGMENTS, 2)
    stretch = np.exp(rng.normal(0, style.stretch, count))
    points[..., 0] *= stretch[:, None]
    points = _waisted(points, style, rng)
    waves = 3
    frequency = rng.uniform(-5, 5, (count, waves, 2)).astype(np.float32)
    phase = rng.uniform(0, 2 * np.pi, (count, waves, 1)).astype(np.float32)
    size = rng.normal(0, style.bend, (count, waves, 2)).astype(np.float32)
    wave = np.sin(np.matmul(frequency, points.transpose(0, 2, 1)) + phase)  # (count, waves, points)
    points = points + np.matmul(wave.transpose(0, 2, 1), size)  # (count, points, 2)
    slant = np.clip(rng.normal(*style.slant, count), -0.7, 0.8)
    points[..., 0] -= slant[:, None] * points[..., 1]
    turn = np.deg2rad(rng.normal(0, style.turn, count))
    cos, sin = np.cos(turn), np.sin(turn)
    rotation = np.stack([cos, sin, -sin, cos], 1).reshape(-1, 2, 2)  # (count, 2, 2)
    points = np.matmul(points, rotation.astype(np.float32))
    points = points.reshape(count, SEGMENTS, 2, 2)  # (count, segments, ends, x and y)
    return points[:, :, 0], points[:, :, 1]


def _waisted(points: Array, style: Style, rng: np.random.Generator) -> Array:
    """Small head and large belly, or the other way: the middle moves, the ends stay."""
    move = np.clip(rng.normal(0, style.waist, (len(points), 1, 2)), -0.18, 0.18)
    inside = np.clip(1 - 4 * points**2, 0, 1)
    moved: Array = points + move.astype(np.float32) * inside
    return moved


def _pen(begin: Array, end: Array, style: Style, rng: np.random.Generator) -> Array:
    """(N, SEGMENTS) line widths in pixels."""
    count = len(begin)
    median, spread = style.pen
    width = np.clip(median * np.exp(rng.normal(0, spread, count)), *style.pen_limits)
    pressure = _along_path(count, SEGMENTS, 1, rng)[..., 0]
    # A nib, or a ball pen held at an angle, draws lines in one direction thicker.
    along = end - begin
    direction = np.arctan2(along[..., 1], along[..., 0])
    nib = np.cos(2 * (direction - rng.uniform(0, np.pi, (count, 1))))
    vary = 1 + style.pressure * (0.6 * pressure + 0.8 * nib)
    widths: Array = (width[:, None] * np.clip(vary, 0.6, 1.5)).astype(np.float32)
    return widths


def _inked(
    begin: Array,
    end: Array,
    width: Array,
    style: Style,
    rng: np.random.Generator,
    size: int,
    box: int,
) -> Array:
    """(N, size, size): fitted into the box in the middle of the image, and drawn."""
    points = np.concatenate([begin, end], 1)  # (N, 2·SEGMENTS, 2)
    low, high = points.min(1), points.max(1)
    room = np.maximum(box - width.max(1), 1)[:, None]
    extent = np.maximum(high - low, 1e-6)
    scale = room / extent.max(1, keepdims=True)
    scale = scale * _drawn_out(room / (extent * scale), style, rng)
    offset = size / 2 - (low + high) / 2 * scale
    segments = np.concatenate([begin, end], 2) * np.tile(scale, 2)[:, None]  # (N, SEGMENTS, 4)
    segments += np.tile(offset, 2)[:, None]
    rough = _roughness(len(begin), size, style, rng)
    return rasterise(segments, width / 2, size, rough, style.softness)


def _drawn_out(most: Array, style: Style, rng: np.random.Generator) -> Array:
    """(N, 2) by how much to stretch each axis; ``most`` fills the box, twice is the limit."""
    if not style.fill:
        return np.ones_like(most)
    some = rng.random((len(most), 1)) < style.fill
    # The square root leans towards those that fill the box.
    share = some * np.sqrt(rng.random((len(most), 1)))
    stretch: Array = np.minimum(most, 2) ** share
    return stretch.astype(np.float32)


def _scanned(
    begin: Array,
    end: Array,
    width: Array,
    style: Style,
    rng: np.random.Generator,
    size: int,
    box: int,
) -> Array:
    """As :func:`_inked`, but seen as so many black and white dots, then scaled to the box."""
    dots = style.dots
    fine = _inked(begin, end, width * (dots / box), style, rng, dots, dots)
    rows = resampling(dots, box)
    seen = rows @ (fine > 0.5).astype(np.float32) @ rows.T
    ink = np.zeros((len(begin), size, size), np.float32)
    first = (size - box) // 2
    ink[:, first : first + box, first : first + box] = seen
    return ink


def _roughness(count: int, size: int, style: Style, rng: np.random.Generator) -> Array:
    """(count, size, size) pixels by which the ink's edge is off, smooth over two pixels."""
    bank: Array = rng.standard_normal((64, size, size), np.float32)
    bank = (bank + np.roll(bank, 1, 1)) / 2
    bank = (bank + np.roll(bank, 1, 2)) / 2
    amount = rng.random((count, 1, 1), np.float32) * np.float32(2 * style.roughness)
    rough: Array = bank[rng.integers(0, len(bank), count)] * amount  # (count, size, size)
    return rough


def _centred(ink: Array) -> Array:
    """Move each image by whole pixels, its centre of mass to the middle, as MNIST did."""
    count, size, _ = ink.shape
    grid = np.arange(size, dtype=np.float32)
    mass = np.maximum(ink.sum((1, 2)), 1e-6)
    rows, columns = ink.max(2) > 0.02, ink.max(1) > 0.02
    down = _whole_shift(ink.sum(2) @ grid / mass, rows)
    across = _whole_shift(ink.sum(1) @ grid / mass, columns)
    row = (np.arange(size) - down[:, None]) % size  # (count, size)
    column = (np.arange(size) - across[:, None]) % size
    each = np.arange(count)[:, None, None]  # (count, 1, 1)
    moved: Array = ink[each, row[:, :, None], column[:, None, :]]  # (count, size, size)
    return moved


def _whole_shift(centre: Array, inked: Array) -> Array:
    """(N,) whole pixels that bring ``centre`` to size / 2 and push no ink over the edge."""
    size = inked.shape[1]
    before = inked.argmax(1)
    after = inked[:, ::-1].argmax(1)
    shift: Array = np.clip(np.rint(size / 2 - centre), -before, after).astype(np.intp)
    return shift
