"""What all of cnn calls an array, a shape, a pair and sides, and the two layouts of a batch."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray
Shape = tuple[int, ...]
Pair = tuple[int, int]  # (rows, columns)
Sides = tuple[int, int, int, int]  # (top, bottom, left, right)


def numbers(value: Any, name: str) -> Array:
    """``value`` as an array of numbers: a list will do; a ValueError that names it otherwise.

    What derives from an array comes back as a plain one: ``*`` of two ``np.matrix`` is no product
    of cells.
    """
    if type(value) is np.ndarray and value.dtype.kind in "fiu":
        return value
    if np.ma.is_masked(value):
        raise ValueError(f"{name}: got masked numbers, need them filled")
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name}: got rows of different lengths, need an array") from None
    if array.dtype.kind == "b":
        return array.astype(np.int64)
    if array.dtype.kind not in "fiu":
        what = "nothing" if value is None else f"{array.dtype}"
        raise ValueError(f"{name}: got {what}, need an array of numbers")
    return array


def given(value: Any, name: str) -> Any:
    """As :func:`numbers`; None, for an array that is not given, stays None."""
    return None if value is None else numbers(value, name)


def floats(value: Any, name: str) -> Array:
    """As :func:`numbers`; whole numbers become float64, for functions that need fractions."""
    array = numbers(value, name)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def check_gradient(dy: Array, shape: Shape) -> None:
    """Raise a ValueError unless ``dy`` has the shape of the output, ``shape``."""
    if np.shape(dy) != shape:
        raise ValueError(f"dy: got shape {np.shape(dy)}, need the output's {shape}")


def images(x: Array) -> Array:
    """``x``, if it is (N, C, H, W); a ValueError otherwise."""
    if np.ndim(x) != 4:
        raise ValueError(f"x: got shape {np.shape(x)}, need (N, C, H, W)")
    return x


def batch_last(x: Array) -> Array:
    """(N, …) to a contiguous (…, N)."""
    return np.ascontiguousarray(np.moveaxis(x, 0, -1))


def batch_first(x: Array) -> Array:
    """(…, N) to a contiguous (N, …)."""
    return np.ascontiguousarray(np.moveaxis(x, -1, 0))
