"""Who lies next to whom: how far classes come apart, counted.

T. Cover and P. Hart, "Nearest neighbor pattern classification" (1967).
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, numbers


def nearest_neighbours(places: Array) -> Array:
    """(N,) for each of (N, D) places which other one is nearest; of equally near ones the first.

    Raises:
        ValueError: There are fewer than two places.
    """
    points = np.asarray(numbers(places, "places"), np.float64)
    if points.ndim != 2 or len(points) < 2:
        raise ValueError(f"places: got shape {points.shape}, need (N, D) with N of 2 or more")
    away = np.square(points[:, None] - points[None]).sum(axis=2)  # (N, N)
    np.fill_diagonal(away, np.inf)  # nobody is its own neighbour
    nearest: Array = away.argmin(axis=1)
    return nearest


def same_class_share(places: Array, labels: Array) -> float:
    """Share of the places, 0 to 1, whose nearest neighbour is of the same class.

    Args:
        places: (N, D).
        labels: (N,) classes.

    Raises:
        ValueError: There are fewer than two places, or not one label for each.
    """
    nearest, given = nearest_neighbours(places), np.asarray(labels)
    if given.shape != nearest.shape:
        raise ValueError(f"labels: got shape {given.shape}, need one for each of {len(nearest)}")
    return float((given[nearest] == given).mean())
