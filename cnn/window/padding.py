"""Padding an image before a window slides over it, and the way back for the gradient.

Zero padding of convolutions and poolings is not done here: windows know which of their taps fall
outside (see :mod:`cnn.window.gather`). These functions make the padded image itself, for every
mode of PyTorch's ``pad``: ``constant``, ``reflect`` (mirrored, the edge not repeated),
``replicate`` (the edge repeated) and ``circular`` (the other side). Batch last, (C, H, W, N).
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, Sides
from cnn.settings import choice

PAD_MODES = ("constant", "reflect", "replicate", "circular")


def pad(x: Array, sides: Sides, mode: str = "constant", value: float = 0) -> Array:
    """(C, H, W, N) with (top, bottom, left, right) more cells.

    Args:
        x: (C, H, W, N).
        sides: (top, bottom, left, right).
        mode: One of :data:`PAD_MODES`.
        value: Of the new cells in mode "constant".

    Raises:
        ValueError: Unknown mode; ``reflect`` by the whole image or more, ``circular`` by more
            than it.
    """
    if mode == "constant":
        top, _, left, _ = sides
        height, width = x.shape[1:3]
        padded = np.full(_padded_shape(x, sides), value, x.dtype)
        padded[:, top : top + height, left : left + width] = x
        return padded
    rows, columns = _sources(x.shape[1:3], sides, mode)
    copied: Array = x[:, rows][:, :, columns]  # (C, top + H + bottom, left + W + right, N)
    return copied


def pad_backward(dy: Array, sides: Sides, mode: str = "constant") -> Array:
    """Gradient of :func:`pad`: every copy's gradient goes to the cell it was copied from.

    From (C, top + H + bottom, left + W + right, N) to (C, H, W, N). A cell that was copied several
    times gets the sum; a constant was copied from nowhere. Errors as :func:`pad`.
    """
    top, bottom, left, right = sides
    height, width = dy.shape[1] - top - bottom, dy.shape[2] - left - right
    if mode == "constant":
        return dy[:, top : top + height, left : left + width]
    rows, columns = _sources((height, width), sides, mode)
    return _collect(_collect(dy, rows, height, axis=1), columns, width, axis=2)


def _padded_shape(x: Array, sides: Sides) -> tuple[int, ...]:
    """(C, top + H + bottom, left + W + right, N)."""
    top, bottom, left, right = sides
    return x.shape[0], x.shape[1] + top + bottom, x.shape[2] + left + right, x.shape[3]


def _sources(size: tuple[int, ...], sides: Sides, mode: str) -> tuple[Array, Array]:
    """For each row and for each column of the padded image the one that it copies."""
    top, bottom, left, right = sides
    return _source(size[0], top, bottom, mode), _source(size[1], left, right, mode)


def _source(n: int, before: int, after: int, mode: str) -> Array:
    """For each padded cell the input cell that it copies."""
    check_fits(n, before, after, mode)
    cells = np.arange(-before, n + after)
    if mode == "replicate":
        return cells.clip(0, n - 1)
    if mode == "circular":
        return cells % n
    mirrored: Array = n - 1 - np.abs(n - 1 - np.abs(cells))  # at 0, and then at n − 1
    return mirrored


def check_fits(n: int, before: int, after: int, mode: str) -> None:
    """Raise a ValueError unless ``mode`` can add that many cells to ``n``.

    Args:
        n: Cells along an axis.
        before: Cells to be added at its start.
        after: Likewise at its end.
        mode: One of :data:`PAD_MODES`.

    Raises:
        ValueError: it cannot, or is none of them.
    """
    if choice(mode, "mode", PAD_MODES) == "constant":
        return
    most = {"reflect": n - 1, "circular": n}.get(mode, before + after if n else 0)
    if max(before, after) > most:
        raise ValueError(
            f"padding: {mode!r} can add at most {most} cells to {n}, got {before} + {after}"
        )


def _collect(dy: Array, sources: Array, n: int, axis: int) -> Array:
    """Add slices of ``dy`` along ``axis`` that share a source."""
    dy = np.moveaxis(dy, axis, 0)  # (before + n + after, …the other axes)
    dx = np.zeros((n, *dy.shape[1:]), dy.dtype)
    for copy, source in zip(dy, sources, strict=True):
        dx[source] += copy
    return np.moveaxis(dx, 0, axis)  # (n, …) back to (C, H, W, N)
