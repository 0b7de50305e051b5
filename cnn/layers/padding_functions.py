"""Padding as a function, in PyTorch's names, arguments and (N, C, H, W) arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array, Sides, batch_first, batch_last, check_gradient, images, numbers
from cnn.settings import check_room, real, whole
from cnn.window import padding as padded


def pad(x: Array, pad: Sequence[int], mode: str = "constant", value: float = 0) -> Array:
    """``x`` with a rim.

    Args:
        x: (N, C, H, W).
        pad: (left, right) or (left, right, top, bottom): PyTorch names the last axis first.
        mode: ``constant``, ``reflect`` (mirrored, the edge not repeated), ``replicate`` (the edge
            repeated) or ``circular`` (from the other side).
        value: Of a constant rim.

    Returns:
        (N, C, H + top + bottom, W + left + right).

    Raises:
        ValueError: ``pad`` is none of these, or the mode cannot add that many cells.
    """
    x = numbers(x, "x")
    sides = _sides(pad, images(x), mode)
    return batch_first(padded.pad(batch_last(images(x)), sides, mode, real(value, "value")))


def pad_backward(
    dy: Array, x: Array, pad: Sequence[int], mode: str = "constant", value: float = 0
) -> tuple[Array]:
    """Gradient (dx,) of :func:`pad`: every copy's gradient goes to where it was copied from."""
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    real(value, "value")
    sides = _sides(pad, images(x), mode)
    top, bottom, left, right = sides
    count, channels, height, width = images(x).shape
    check_gradient(dy, (count, channels, top + height + bottom, left + width + right))
    return (batch_first(padded.pad_backward(batch_last(dy), sides, mode)),)


def _sides(pad: Sequence[int], x: Array, mode: str) -> Sides:
    if not isinstance(pad, Sequence | np.ndarray) or len(pad) not in (2, 4):
        raise ValueError(f"pad: got {pad}, need (left, right) or (left, right, top, bottom)")
    cells = tuple(whole(side, "pad", 0) for side in pad)
    left, right, top, bottom = cells if len(cells) == 4 else (*cells, 0, 0)
    check_room((top + x.shape[2] + bottom, left + x.shape[3] + right), "pad")
    padded.check_fits(x.shape[2], top, bottom, mode)
    padded.check_fits(x.shape[3], left, right, mode)
    if len(cells) == 2 and mode != "constant":
        raise ValueError(f"pad: got {pad}, need (left, right, top, bottom) for {mode!r}")
    return top, bottom, left, right
