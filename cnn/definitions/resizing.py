"""Resizing by the nearest cell or between cells, and its gradient, as loops."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, Pair


def interpolate(x: Array, size: Pair, mode: str = "nearest") -> Array:
    """``x`` (N, C, H, W) resized to (N, C, *size).

    y[n, c, r, q] = Σ_u Σ_v a_r[u] · a_q[v] · x[n, c, u, v]

    with shares a of the rows and columns that add up to 1: see :func:`shares`.
    """
    rows, columns = (shares(n, count, mode) for n, count in zip(x.shape[2:], size, strict=True))
    y = np.zeros((*x.shape[:2], *size))
    for n, c, r, q in np.ndindex(y.shape):
        for u, v in np.ndindex(x.shape[2:]):
            y[n, c, r, q] += rows[r, u] * columns[q, v] * x[n, c, u, v]
    return y


def interpolate_gradient(dy: Array, size: Pair, mode: str = "nearest") -> Array:
    """∂L/∂x, (N, C, *size): every cell gets its shares of the gradients of what read it.

    Arguments as :func:`interpolate`'s.
    """
    rows, columns = (shares(n, count, mode) for n, count in zip(size, dy.shape[2:], strict=True))
    dx = np.zeros((*dy.shape[:2], *size))
    for n, c, r, q in np.ndindex(dy.shape):
        for u, v in np.ndindex(size):
            dx[n, c, u, v] += rows[r, u] * columns[q, v] * dy[n, c, r, q]
    return dx


def shares(n: int, size: int, mode: str) -> Array:
    """(size, n): how much of each of ``n`` cells goes into each of ``size``.

    "nearest": output i is the cell ⌊i · n/size⌋. "bilinear": the middle of output i lies at
    t = (i + ½) · n/size − ½, not before the first cell; the cells at ⌊t⌋ and one further share by
    how near they are, 1 − (t − ⌊t⌋) and t − ⌊t⌋.

    Args:
        n: Cells before.
        size: Cells after.
        mode: "nearest" or "bilinear".
    """
    found = np.zeros((size, n))
    for i in range(size):
        if mode == "nearest":
            found[i, i * n // size] = 1
            continue
        t = max((i + 0.5) * n / size - 0.5, 0)
        low = min(int(t), n - 1)
        found[i, low] += 1 - (t - low)
        found[i, min(low + 1, n - 1)] += t - low
    return found
