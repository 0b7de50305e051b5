"""Maximum, average and sum of the same windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.functional import avg_pool2d, max_pool2d, sum_pool2d
from cnn.settings import PairLike
from ui.components.panels.panels import Cells

KINDS = {"max": "Maximum", "avg": "Average", "sum": "Sum"}
#: What the padding does to the numbers of each kind.
PADDED = {
    "max": "The padding counts as −∞ here: it never wins, however negative a map is.",
    "avg": "The padding counts as zeros that belong to the window, so the means at the rim are "
    "pulled towards 0. (PyTorch's `count_include_pad`; some libraries divide by the cells inside "
    "only.)",
    "sum": "The padding counts as zeros: the sums at the rim have fewer cells to add.",
}


def pooled(x: Array, kind: str, size: PairLike, stride: PairLike, padding: PairLike) -> Array:
    """(H, W) to (OH, OW) under the pooling of that kind."""
    functions: dict[str, Callable[..., Any]]
    functions = {"max": max_pool2d, "avg": avg_pool2d, "sum": sum_pool2d}
    result: Array = functions[kind](x[None, None], size, stride, padding)[0, 0]
    return result


def side_by_side(outputs: dict[str, Array]) -> list[Cells]:
    """The same map under each kind; maximum and average share one scale."""
    limit = max(float(np.abs(outputs[kind]).max()) for kind in ("max", "avg"))
    return [
        Cells(KINDS[kind], output, limit=None if kind == "sum" else limit, decimals=1)
        for kind, output in outputs.items()
    ]
