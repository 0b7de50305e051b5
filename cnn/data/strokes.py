"""Pen strokes: smooth curves through points, and the ink they leave on a grid of pixels.

A stroke is a line that a pen draws without being lifted. Here it is always a chain of short
straight segments; :func:`curve_matrix` turns a few control points into such a chain, and
:func:`rasterise` gives every pixel the share of it that the ink covers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array

# So few images at a time keep all intermediate arrays in the processor's second-level cache.
_PIXELS_AT_ONCE = 32 * 28 * 28


def rasterise(
    segments: Array,
    radius: Array,
    size: int,
    roughness: Array | None = None,
    softness: float = 1.0,
) -> Array:
    """Ink of many drawings at once, anti-aliased.

    A pixel's coverage is taken from its middle's distance to the nearest segment: with softness
    1, none half a pixel outside the line's edge, full half a pixel inside. Segments are compared by
    (d² − r²) / 2r, which is d − r at the edge of a line of half-width r and needs no square root;
    only the smallest is turned into a distance, with the drawing's mean r: exact where all lines
    are as wide, and close where not.

    Args:
        segments: (N, S, 4): x₀, y₀, x₁, y₁ in pixels, edge coordinates, x to the right, y down.
        radius: (N, S) half the line's width in pixels, > 0.
        size: Side of the square images.
        roughness: (N, size, size) added to the distance, in pixels: the edge of ink on paper.
        softness: Pixels over which the edge goes from paper to ink.

    Returns:
        (N, size, size) float32 in [0, 1].
    """
    count = len(segments)
    image = np.empty((count, size, size), np.float32)
    chunk = max(1, _PIXELS_AT_ONCE // size**2)
    for start in range(0, count, chunk):
        part = slice(start, start + chunk)
        distance = _distance(segments[part], radius[part], size)
        if roughness is not None:
            distance += roughness[part]
        distance *= -1 / softness
        distance += 0.5
        np.clip(distance, 0, 1, out=image[part])
    return image


def _distance(segments: Array, radius: Array, size: int) -> Array:
    """(n, size, size): signed distance from the pixels' middles to the edge of the ink."""
    segments = segments.astype(np.float32)
    radius = np.maximum(radius.astype(np.float32), 0.05)
    begin, along = segments[..., :2], segments[..., 2:] - segments[..., :2]
    length = np.sqrt((along**2).sum(-1))
    unit = along / np.maximum(length, 1e-6)[..., None]
    # Everything is scaled by 1 / √(2r) so that squares come out already divided by 2r.
    scale = 1 / np.sqrt(2 * radius)
    unit *= scale[..., None]  # (n, S, 2)
    end = length * scale
    grid = np.arange(size, dtype=np.float32) + 0.5
    x = grid - begin[..., 0, None]  # (n, S, size)
    y = grid - begin[..., 1, None]
    along_x, along_y = x * unit[..., 0, None], y * unit[..., 1, None]
    across_x, across_y = x * unit[..., 1, None], y * unit[..., 0, None]
    # A segment of no length has no direction: a dot, whose distance is taken along both axes.
    dot = length < 1e-6
    if dot.any():
        along_x[dot], along_y[dot] = x[dot] * scale[dot][:, None], 0
        across_x[dot], across_y[dot] = 0, y[dot] * scale[dot][:, None]

    nearest = np.full((len(segments), size, size), np.inf, np.float32)
    t, beyond = np.empty_like(nearest), np.empty_like(nearest)
    half = (radius / 2)[..., None, None]  # (n, S, 1, 1)
    last = end[..., None, None]  # (n, S, 1, 1)
    for s in range(segments.shape[1]):
        np.add(along_x[:, s, None, :], along_y[:, s, :, None], out=t)  # (n, size, size)
        np.clip(t, 0, last[:, s], out=beyond)
        beyond -= t
        beyond *= beyond
        np.subtract(across_x[:, s, None, :], across_y[:, s, :, None], out=t)
        t *= t
        t += beyond
        t -= half[:, s]
        np.minimum(nearest, t, out=nearest)
    mean = radius.mean(1)[:, None, None]  # (n, 1, 1)
    nearest *= 2 * mean
    nearest += mean**2
    np.maximum(nearest, 0, out=nearest)
    np.sqrt(nearest, out=nearest)
    nearest -= mean
    return nearest


def draw(strokes: Sequence[Array], size: int = 112, width: float = 8.0) -> Array:
    """Ink of one drawing made by hand.

    Args:
        strokes: Each (points, 2): x, y as fractions of the side, 0 to 1. One point is a dot.
        size: Side of the image in pixels.
        width: Width of the pen in pixels.

    Returns:
        (size, size) float32 in [0, 1].
    """
    pieces = []
    for stroke in strokes:
        points = np.asarray(stroke, np.float32).reshape(-1, 2) * size  # (points, 2)
        ends = points[1:] if len(points) > 1 else points
        pieces.append(np.concatenate([points[: len(ends)], ends], 1))  # (segments, 4)
    if not any(len(piece) for piece in pieces):
        return np.zeros((size, size), np.float32)
    segments = np.concatenate(pieces)[None]  # (1, segments, 4)
    radius = np.full(segments.shape[:2], width / 2, np.float32)
    ink: Array = rasterise(segments, radius, size)[0]  # (1, size, size) to (size, size)
    return ink


def curve_matrix(corners: Sequence[bool], lengths: Sequence[int]) -> tuple[Array, Array]:
    """The curve through control points, as a matrix that multiplies them.

    Catmull–Rom splines (Catmull and Rom 1974) run through all of their control points and are
    linear in them, so one matrix product draws the same stroke for thousands of hands.

    Args:
        corners: For each of the K control points, whether the line turns sharply there.
        lengths: For each of the K − 1 spans between them, how many segments it gets.

    Returns:
        Two (points, K) matrices: the smooth curve, and the straight lines between the points.
    """
    count = len(corners)
    smooth, straight = [], []
    for span, steps in enumerate(lengths):
        final = span == count - 2
        for t in np.arange(steps + final) / steps:
            row = np.zeros(count)
            row[span], row[span + 1] = 1 - t, t
            straight.append(row)
            smooth.append(_catmull_rom(corners, span, float(t)))
    return np.array(smooth, np.float32), np.array(straight, np.float32)


def _catmull_rom(corners: Sequence[bool], span: int, t: float) -> Array:
    """Weights of all control points at ``t`` in [0, 1] between points span and span + 1."""
    row = np.zeros(len(corners))
    weights = (
        -t / 2 + t**2 - t**3 / 2,
        1 - 5 / 2 * t**2 + 3 / 2 * t**3,
        t / 2 + 2 * t**2 - 3 / 2 * t**3,
        -(t**2) / 2 + t**3 / 2,
    )
    # At an end or a corner the missing neighbour is the reflection 2·p₁ − p₂: the curve leaves
    # straight towards the next point.
    open_before = span == 0 or corners[span]
    open_after = span == len(corners) - 2 or corners[span + 1]
    row[span] += weights[1] + 2 * weights[0] * open_before - weights[3] * open_after
    row[span + 1] += weights[2] + 2 * weights[3] * open_after - weights[0] * open_before
    if not open_before:
        row[span - 1] += weights[0]
    if not open_after:
        row[span + 2] += weights[3]
    return row
