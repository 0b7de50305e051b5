"""Central differences: what anyone can hold a gradient against, with two forward passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from cnn.arrays import Array
from cnn.settings import real


def central_difference(
    f: Callable[[], float], array: Array, index: Sequence[int], eps: float = 1e-6
) -> float:
    """d f / d array[index], about: (f(… + eps) − f(… − eps)) / (2 eps).

    Args:
        f: A forward pass down to one number; it reads ``array``.
        array: Floats; one of them is moved in place, and put back.
        index: Which.
        eps: How far it is moved each way. The error of cutting off falls with eps², that of
            rounding rises with 1/eps. Where the array cannot tell so small a step, the difference
            is 0.

    Raises:
        ValueError: ``array`` holds no floats, or ``eps`` is not above 0 and finite.
    """
    if array.dtype.kind != "f":
        raise ValueError(f"array: got {array.dtype}, need floats, which can be moved a little")
    if not 0 < real(eps, "eps") < np.inf:
        raise ValueError(f"eps: got {eps:g}, need a step above 0")
    place = tuple(index)
    value = array[place]
    try:
        array[place] = value + eps
        above = f()
        array[place] = value - eps
        below = f()
    finally:
        array[place] = value
    return float(above - below) / (2 * eps)
