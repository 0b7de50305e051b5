"""What a network without a bend comes to: one linear map, and two kernels in a row one kernel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, Shape
from cnn.nets.network import Sequential


@dataclass(frozen=True)
class LinearMap:
    """y = weight · x + bias, for x with its numbers in one row.

    Attributes:
        weight: (K, F).
        bias: (K,).
    """

    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        """(N, …) to (N, K)."""
        y: Array = x.reshape(len(x), -1) @ self.weight.T + self.bias  # (N, F) · (F, K)
        return y


def as_linear_map(net: Sequential, input_shape: Shape, at_once: int = 256) -> LinearMap:
    """The linear map that agrees with a network at 0 and at each single pixel of 1.

    A network without a bend *is* this map, at every image; any other one is not.

    Args:
        net: In evaluation mode; its output is (N, K).
        input_shape: One sample, (C, H, W).
        at_once: Images that go through together.
    """
    size = int(np.prod(input_shape))
    bias = net(np.zeros((1, *input_shape), np.float32))[0]
    columns = []
    for begin in range(0, size, at_once):
        count = min(at_once, size - begin)
        pixels = np.eye(count, size, begin, dtype=np.float32)  # (count, C·H·W)
        columns.append(net(pixels.reshape(count, *input_shape)) - bias)  # (count, K)
    return LinearMap(np.concatenate(columns).T, bias)


def composed(first: Array, second: Array) -> Array:
    """The one kernel that does what two do one after the other, without padding, with stride 1.

    Convolutions here are cross-correlations, as everywhere in the field: the second kernel reads
    the answers of the first, so each of its weights places a copy of the first kernel.

    Args:
        first: (h, w).
        second: (h', w').

    Returns:
        (h + h' − 1, w + w' − 1).
    """
    height, width = first.shape
    rows, columns = second.shape
    whole = np.zeros((height + rows - 1, width + columns - 1), np.result_type(first, second))
    for row in range(rows):
        for column in range(columns):
            whole[row : row + height, column : column + width] += second[row, column] * first
    return whole
