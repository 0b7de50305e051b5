"""The running example: a 3×3 picture, one 2×2 filter, four weights, one output, and its gradients.

X ∗ f → Z1 → sigmoid → A1 → flatten → · W + b → Z2 → sigmoid → O → E = ½ (y − O)². All of it is one
forward and one backward pass of a :mod:`cnn` network in float64.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cnn import functional as F
from cnn.arrays import Array
from cnn.explain import central_difference
from cnn.layers.activations import Sigmoid
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Flatten, Linear
from cnn.learn.losses import HalfMSELoss
from cnn.nets.network import Sequential

#: The tutorial's picture, filter, weights, bias and target.
PICTURE = np.array([[1.0, 7, 2], [11, 1, 23], [2, 2, 2]])
FILTER = np.array([[1.0, 1], [0, 1]])
WEIGHTS = np.array([[0.5], [-0.4], [0.3], [-0.2]])
BIAS = np.array([[0.1]])
TARGET = 1.0
#: With the picture as it is every sigmoid is saturated; a tenth of it is not.
STRENGTH = 0.1


@dataclass(frozen=True)
class Example:
    """What a student can change, and what follows from it.

    Attributes:
        picture: (3, 3) before ``strength`` multiplies it.
        f: (2, 2).
        w: (4, 1).
        b: (1, 1).
        y: Target.
        strength: Of the picture.
    """

    picture: Array = field(default_factory=PICTURE.copy, repr=False)
    f: Array = field(default_factory=FILTER.copy, repr=False)
    w: Array = field(default_factory=WEIGHTS.copy, repr=False)
    b: Array = field(default_factory=BIAS.copy, repr=False)
    y: float = TARGET
    strength: float = STRENGTH

    @property
    def x(self) -> Array:
        """(3, 3) what the network is given."""
        return self.strength * self.picture

    def network(self, dtype: type = np.float64) -> Sequential:
        """The network with these numbers."""
        conv = Conv2d(1, 1, 2, bias=False, dtype=dtype, init="zeros")
        dense = Linear(4, 1, dtype=dtype, init="zeros")
        conv.params["weight"][...] = self.f
        dense.params["weight"][...] = self.w.T
        dense.params["bias"][...] = self.b[0]
        named = [("conv", conv), ("sigmoid1", Sigmoid()), ("flatten", Flatten())]
        return Sequential(*named, ("dense", dense), ("sigmoid2", Sigmoid()))


def both_passes(example: Example) -> dict[str, Array]:
    """Every number of both passes, each a matrix, by a name such as "z1" or "dz1".

    Values: x, f, z1, a1, flat, w, b, z2, o, y, e. Slopes of the sigmoids: s1, s2. Gradients of E:
    do, dz2, db, dw, dflat, da1, dz1, df, dx.
    """
    net, loss = example.network(), HalfMSELoss()
    output = net.forward(example.x[None, :, :, None])
    error = loss.forward(output, np.array([example.y]))
    net.backward(loss.backward(), need_dx=True)
    conv, sigmoid1, flatten, dense, sigmoid2 = net
    z1, z2 = _maps(sigmoid1.x), _maps(sigmoid2.x)
    return {
        "x": example.x,
        "f": example.f,
        "z1": z1,
        "a1": _maps(sigmoid1.y),
        "flat": _maps(flatten.y),
        "w": example.w,
        "b": example.b,
        "z2": z2,
        "o": _maps(output),
        "y": np.array([[example.y]]),
        "e": np.array([[error]]),
        "s1": F.sigmoid_backward(np.ones_like(z1), z1)[0],
        "s2": F.sigmoid_backward(np.ones_like(z2), z2)[0],
        "do": _maps(sigmoid2.dy),
        "dz2": _maps(sigmoid2.dx),
        "db": dense.grads["bias"][:, None],
        "dw": dense.grads["weight"].T,
        "dflat": _maps(flatten.dy),
        "da1": _maps(flatten.dx),
        "dz1": _maps(sigmoid1.dx),
        "df": conv.grads["weight"][0, 0],
        "dx": _maps(net.dx),
    }


def error_of(example: Example) -> float:
    """E alone: a forward pass."""
    output = example.network().forward(example.x[None, :, :, None])
    return HalfMSELoss().forward(output, np.array([example.y]))


def _maps(array: Array | None) -> Array:
    """(1, h, w, 1) to (h, w), and (F, 1) as it is."""
    if array is None:
        raise ValueError("array: got None, need what both passes have left")
    return array[0, :, :, 0] if array.ndim == 4 else array


#: The numbers that a difference can be taken of, and what they are called.
MOVABLE = {"f": "f, the filter", "w": "W, the weights", "b": "b, the bias", "x": "X, the picture"}


def difference(
    example: Example, name: str, index: tuple[int, int], eps: float, dtype: type = np.float64
) -> float:
    """d E / d one number by central differences: two forward passes in ``dtype``.

    Args:
        example: The numbers.
        name: A key of :data:`MOVABLE`.
        index: Row and column.
        eps: How far the number is moved each way.
        dtype: float64 or float32.

    Raises:
        ValueError: ``eps`` is not above 0.
    """
    net, loss = example.network(dtype), HalfMSELoss()
    x: Array = example.x.astype(dtype)
    weight, dense = net["conv"].params["weight"], net["dense"].params
    array, place = {
        "f": (weight, (0, 0, *index)),
        "w": (dense["weight"], index[::-1]),
        "b": (dense["bias"], index[:1]),
        "x": (x, index),
    }[name]
    target: Array = np.array([example.y], dtype)

    def error() -> float:
        return loss.forward(net.forward(x[None, :, :, None]), target)

    return central_difference(error, array, place, eps)
