"""What layers anywhere inside a network make of many samples, in one pass."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cnn.arrays import Array, batch_first, batch_last, numbers
from cnn.explain.copies import evaluation_copy
from cnn.explain.path import path_to
from cnn.nets.container import Container
from cnn.settings import whole


def layer_outputs(
    net: Container, x: Array, names: Sequence[str], batch: int = 128
) -> dict[str, Array]:
    """The outputs of layers for many samples, in evaluation mode; the network is not touched.

    Args:
        net: The network.
        x: (N, C, H, W) or (N, F).
        names: Paths of the layers, see :func:`cnn.explain.path_to`.
        batch: Samples that run at once.

    Returns:
        Name → (N, …), what that layer gave.

    Raises:
        ValueError: x does not fit, or there is no such layer.
    """
    whole(batch, "batch", 1)
    asked = evaluation_copy(net)
    layers = {name: path_to(asked, name)[-1] for name in names}
    samples = numbers(x, "x")
    dtype = next((array.dtype for array in net.parameters().values()), np.dtype(np.float32))
    found: dict[str, list[Array]] = {name: [] for name in names}
    for first in range(0, max(1, len(samples)), batch):
        asked.forward(batch_last(samples[first : first + batch].astype(dtype, copy=False)))
        for name, layer in layers.items():
            if layer.y is None:
                raise ValueError(f"{name}: got a layer that keeps no output, need one that does")
            found[name].append(batch_first(layer.y))
    return {name: np.concatenate(parts) for name, parts in found.items()}
