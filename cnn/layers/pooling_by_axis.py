"""Sliding windows along one axis: maxima, sums, and their gradients.

A window's maximum is the maximum of its rows' maxima, and the same holds for sums. So each pooling
runs along one axis and then along the other: kh + kw slices instead of kh·kw.
Arrays are batch last, (C, H, W, N).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnn.arrays import Array
from cnn.window.geometry import AxisGeometry

COLUMNS, ROWS = 2, 1  # axes of (C, H, W, N)


def along(axis: int, cells: slice) -> tuple[slice, ...]:
    """Index of ``cells`` along ``axis``."""
    return (slice(None),) * axis + (cells,)


def resized(x: Array, size: int, axis: int) -> tuple[int, ...]:
    """Shape of ``x`` with ``size`` cells along ``axis``.

    Args:
        x: Any shape.
        size: Cells along the axis.
        axis: Which one, counted from the front.
    """
    return (*x.shape[:axis], size, *x.shape[axis + 1 :])


def lowest(dtype: np.dtype) -> float:
    """What padding holds for a maximum: −∞, or the least integer."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def slide(x: Array, geometry: AxisGeometry, axis: int, combine: np.ufunc, empty: float) -> Array:
    """``combine`` the taps of a window sliding along an axis.

    Args:
        x: (C, H, W, N).
        geometry: Of that axis.
        axis: :data:`ROWS` or :data:`COLUMNS`.
        combine: ``np.maximum`` or ``np.add``.
        empty: What padding holds.

    Returns:
        As x, with the output's size along the axis.
    """
    taps = geometry.taps
    if geometry.inside and len(taps) > 1:
        y: Array = combine(x[along(axis, taps[0].inputs)], x[along(axis, taps[1].inputs)])
        taps = taps[2:]
    else:
        y = np.full(resized(x, geometry.size, axis), empty, x.dtype)
    for tap in taps:
        target = y[along(axis, tap.outputs)]
        combine(target, x[along(axis, tap.inputs)], out=target)
    return y


def written(geometry: AxisGeometry) -> bool:
    """Whether a gradient that goes back to each window's cells gets to every cell just once."""
    return geometry.tiles and not geometry.dropped


def max_along(x: Array, geometry: AxisGeometry, axis: int) -> Array:
    """Maximum of each window along one axis.

    Arguments as :func:`slide`'s.
    """
    return slide(x, geometry, axis, np.maximum, lowest(x.dtype))


def needs_care(y: Array, dy: Array) -> bool:
    """Whether a maximum is NaN or a gradient not finite, which :func:`max_along_backward` minds.

    One product tells: it is not finite then. (Nor if a maximum is infinite: no harm.)
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return not np.isfinite(np.dot(y.reshape(y.size), dy.reshape(dy.size)))


def dtype_of_gradient(dy: Array, x: Array) -> np.dtype:
    """That of x, or where x has whole numbers that of dy: its fractions have to fit."""
    return x.dtype if x.dtype.kind == "f" else dy.dtype


def max_along_backward(
    dy: Array, x: Array, y: Array, geometry: AxisGeometry, axis: int, out: Array
) -> Array:
    """Gradient of :func:`max_along`: the first cell that equals the maximum gets all of it.

    y *is* the cell that won, so ∂y/∂x is 1 there and 0 for every other cell of the window.

    Args:
        dy: The gradient at y.
        x: What :func:`max_along` was given.
        y: What it gave.
        geometry: Of the axis.
        axis: :data:`ROWS` or :data:`COLUMNS`.
        out: Shaped as x; the result is written here.
    """
    out[...] = 0
    rest = dy.copy()
    for tap in geometry.taps:
        outputs, inputs = along(axis, tap.outputs), along(axis, tap.inputs)
        share = rest[outputs] * (x[inputs] == y[outputs])
        out[inputs] += share
        rest[outputs] -= share
    return out


def max_along_backward_with_care(
    dy: Array, x: Array, y: Array, geometry: AxisGeometry, axis: int, out: Array
) -> Array:
    """The same where NaN or infinity is about: ∞ · 0 is NaN, so nothing is multiplied.

    A window with a NaN has that as its maximum: the last NaN gets the gradient, as in PyTorch.

    Arguments as :func:`max_along_backward`'s.
    """
    out[...] = 0
    lost = np.isnan(y)
    for rest, taps in (
        (np.where(lost, 0, dy), geometry.taps),
        (np.where(lost, dy, 0), geometry.taps[::-1]),
    ):
        for tap in taps:
            outputs, inputs = along(axis, tap.outputs), along(axis, tap.inputs)
            wins = (x[inputs] == y[outputs]) | (np.isnan(x[inputs]) & lost[outputs])
            out[inputs] += np.where(wins, rest[outputs], 0)
            rest[outputs] = np.where(wins, 0, rest[outputs])
    return out


def sum_along(x: Array, geometry: AxisGeometry, axis: int) -> Array:
    """Sum of each window along one axis.

    Arguments as :func:`slide`'s.
    """
    return slide(x, geometry, axis, np.add, 0)


def sum_along_backward(dy: Array, geometry: AxisGeometry, axis: int) -> Array:
    """Gradient of :func:`sum_along`: every cell gets the gradients of all windows that read it.

    ∂y/∂x is 1 for each cell of a window.
    """
    make = np.empty if written(geometry) else np.zeros
    dx: Array = make(resized(dy, geometry.n, axis), dy.dtype)
    for tap in geometry.taps:
        target = dx[along(axis, tap.inputs)]
        if geometry.tiles:
            target[...] = dy
        else:
            target += dy[along(axis, tap.outputs)]
    return dx


def window_counts(geometry: AxisGeometry, include_pad: bool) -> Array:
    """Cells of each window along one axis.

    With ``include_pad`` padding counts as cells, but not what lies beyond it (``ceil_mode``).
    """
    if include_pad:
        geometry = replace(geometry, n=geometry.padded, before=0, after=0)
    counts = np.zeros(geometry.size, np.int64)
    for tap in geometry.taps:
        counts[tap.outputs] += 1
    return counts
