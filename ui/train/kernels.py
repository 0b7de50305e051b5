"""The kernels of a layer: as they are, as they began, and by how much they moved."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array
from cnn.layers.convolution import Conv2d
from cnn.learn.state import RunState
from cnn.learn.training import begun
from ui.components.tile_grid.tile_grid import Tiles

#: What is shown of a layer's kernels: training changes them too little to be seen in themselves.
OF = {"now": "Now", "change": "Change", "three": "Start, now, change"}
MOST = 32
#: Of each, where three stand one above the other.
MOST_OF_THREE = 12


def rows(state: RunState, name: str, layer: Conv2d, of: str, when: str = "Now") -> list[Tiles]:
    """One row of kernels, or three of the same kernels one above the other.

    Args:
        state: The run.
        name: Of the layer.
        layer: It itself, as it is or as it was at a stored moment.
        of: One of :data:`OF`.
        when: What the moment of ``layer`` is called.
    """
    now, began = layer.weight, _began(state, name)
    if of == "now":
        return [_row(_counted(name, now), now, MOST)]
    if of == "change":
        return [_row(f"{name}: change of the kernels since the start{_moved(now, began)}",
                     now - began, MOST)]  # fmt: skip
    limit = float(max(np.abs(now).max(), np.abs(began).max()))
    return [
        _row(f"{_counted(name, now)} at the start", began, MOST_OF_THREE, limit),
        _row(f"{when}, on the same scale", now, MOST_OF_THREE, limit),
        _row(f"Change since the start, on a scale of its own{_moved(now, began)}",
             now - began, MOST_OF_THREE),
    ]  # fmt: skip


def _began(state: RunState, name: str) -> Array:
    """The weights that the run began with: those that it has, until it takes a step."""
    return state.parameters[f"{name}.weight"] if state.step == 0 else _first(state, name)


def _first(state: RunState, name: str) -> Array:
    return begun(state).parameters[f"{name}.weight"]


def _counted(name: str, weight: Array) -> str:
    filters, kernels = weight.shape[:2]
    count = f"{filters} filter{'' if filters == 1 else 's'}"
    return f"{name}: {count}" + (f" of {kernels} kernels" if kernels > 1 else "")


def _moved(now: Array, began: Array) -> str:
    moved, size = float(np.linalg.norm(now - began)), float(np.linalg.norm(began))
    return f", {moved / size:.1%} of their size" if np.isfinite(moved) and size else ""


def _row(title: str, weight: Array, most: int, limit: float | None = None) -> Tiles:
    kernels = weight.reshape(-1, *weight.shape[2:])
    maps = kernels[:most]
    first = f", the first {len(maps)} kernels" if len(maps) < len(kernels) else ""
    return Tiles(title + first, maps, kind="weight", limit=limit)
