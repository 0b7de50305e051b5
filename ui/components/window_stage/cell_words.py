"""What the stage's cells say, as the browser writes it."""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array

#: Pixels of a cell from which on it carries its number.
READABLE = 24


def texts_of(
    volume: Array, values: Array, cell: int, hidden: frozenset[int]
) -> tuple[tuple[str, ...], ...]:
    """What the cells of one channel say, row by row; nothing where they are too small.

    Args:
        volume: (C, rows, columns), which has the same decimals everywhere.
        values: (rows, columns), the channel's.
        cell: Pixels of a cell's side.
        hidden: Cells that say "?", counted row by row.
    """
    if cell < READABLE:
        return ()
    finite = volume[np.isfinite(volume)]
    decimals = next((d for d in (0, 1) if np.allclose(finite, np.round(finite, d), atol=1e-6)), 2)
    longest = max((len(number(v, decimals)) for v in finite.ravel()), default=1)
    while decimals and longest * type_size(cell) * 0.52 > cell - 4:
        decimals, longest = decimals - 1, longest - (1 if decimals > 1 else 2)
    if longest * 11 * 0.5 > cell - 2:
        return ()
    columns = values.shape[1]
    return tuple(
        tuple("?" if r * columns + q in hidden else number(v, decimals) for q, v in enumerate(row))
        for r, row in enumerate(values)
    )


def number(value: float, decimals: int) -> str:
    """As the stage writes it: a true minus sign, no negative zero."""
    if not math.isfinite(value):
        return "−∞" if value < 0 else "∞"
    return f"{value:z.{decimals}f}".replace("-", "−")


def type_size(cell: int) -> int:
    """Of the numbers in cells of that side, in pixels."""
    return max(11, min(18, int(cell * 0.42)))


def caption(y: Array, i: int, j: int, hidden: frozenset[int], symbol: str = "y") -> str:
    """What the last line says at an output cell; y is (C, OH, OW)."""
    if i * y.shape[2] + j in hidden:
        return f"{symbol}[{i}, {j}] = ?"
    values = ", ".join(number(v, 2).removesuffix(".00") for v in y[:3, i, j])
    return f"{symbol}[{i}, {j}] = {values}{', …' if len(y) > 3 else ''}"
