"""First values of the weights, drawn so that signals keep their size from layer to layer.

A weight of a dense layer is (out, in), of a convolution (out, in, kh, kw). *Fan in* is how many
numbers one output sums over, *fan out* how many outputs one input feeds. The variance of a sum
grows with the number of its terms, so the weights must shrink with the fan.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cnn.arrays import Array, Shape
from cnn.settings import check_room, choice, float_type

DEFAULT = "kaiming_uniform"


def fans(shape: Shape) -> tuple[int, int]:
    """(fan in, fan out) of a weight of ``shape`` (out, in, *kernel).

    Raises:
        ValueError: ``shape`` has fewer than two axes.
    """
    if len(shape) < 2:
        raise ValueError(f"shape: got {shape}, need (out, in, *kernel), two axes or more")
    cells = math.prod(shape[2:])
    return shape[1] * cells, shape[0] * cells


def uniform(
    shape: Shape, bound: float, rng: np.random.Generator, dtype: type = np.float32
) -> Array:
    """An array of ``shape``: values from −bound to bound, all as likely.

    Args:
        shape: Of the array.
        bound: Half the width.
        rng: Draws the numbers.
        dtype: Of the array.
    """
    values = rng.random(shape, dtype=_drawn(dtype))
    values -= 0.5
    values *= 2 * bound
    return values.astype(dtype, copy=False)


def normal(shape: Shape, std: float, rng: np.random.Generator, dtype: type = np.float32) -> Array:
    """An array of ``shape``, normally distributed with mean 0 and standard deviation ``std``.

    Args:
        shape: Of the array.
        std: The standard deviation.
        rng: Draws the numbers.
        dtype: Of the array.
    """
    values = rng.standard_normal(shape, dtype=_drawn(dtype))
    values *= std
    return values.astype(dtype, copy=False)


def kaiming_bound(fan_in: int) -> float:
    """Half-width of the uniform distribution of He et al., "Delving Deep into Rectifiers" (2015).

    Var = 2 / fan in: the 2 makes up for the half that ReLU sets to zero.
    """
    return math.sqrt(6 / fan_in)


def xavier_bound(fan_in: int, fan_out: int) -> float:
    """Half-width for Glorot and Bengio, "Understanding the difficulty of training" (2010).

    Var = 2 / (fan in + fan out), a compromise between the forward and the backward signal.
    """
    return math.sqrt(6 / (fan_in + fan_out))


Scheme = Callable[[Shape, np.random.Generator, type], Array]


def _pytorch(shape: Shape, rng: np.random.Generator, dtype: type) -> Array:
    # torch.nn's layers call kaiming_uniform_ with a = √5, which comes to 1/√fan_in.
    return uniform(shape, 1 / math.sqrt(fans(shape)[0]), rng, dtype)


def _kaiming_uniform(shape: Shape, rng: np.random.Generator, dtype: type) -> Array:
    return uniform(shape, kaiming_bound(fans(shape)[0]), rng, dtype)


def _kaiming_normal(shape: Shape, rng: np.random.Generator, dtype: type) -> Array:
    return normal(shape, kaiming_bound(fans(shape)[0]) / math.sqrt(3), rng, dtype)


def _xavier_uniform(shape: Shape, rng: np.random.Generator, dtype: type) -> Array:
    return uniform(shape, xavier_bound(*fans(shape)), rng, dtype)


def _xavier_normal(shape: Shape, rng: np.random.Generator, dtype: type) -> Array:
    return normal(shape, xavier_bound(*fans(shape)) / math.sqrt(3), rng, dtype)


def _normal(shape: Shape, rng: np.random.Generator, dtype: type) -> Array:
    return normal(shape, 0.01, rng, dtype)


def _uniform(shape: Shape, rng: np.random.Generator, dtype: type) -> Array:
    return uniform(shape, 0.5, rng, dtype)


def _zeros(shape: Shape, rng: np.random.Generator, dtype: type) -> Array:
    return np.zeros(shape, dtype)


SCHEMES: dict[str, Scheme] = {
    "pytorch": _pytorch,
    "kaiming_uniform": _kaiming_uniform,
    "kaiming_normal": _kaiming_normal,
    "xavier_uniform": _xavier_uniform,
    "xavier_normal": _xavier_normal,
    "normal": _normal,  # std 0.01, as AlexNet was started
    "uniform": _uniform,  # −0.5 to 0.5, blind to the fan: shows why the others exist
    "zeros": _zeros,  # every unit the same for ever
}


def weight(
    shape: Shape,
    scheme: str = DEFAULT,
    rng: np.random.Generator | None = None,
    dtype: type = np.float32,
) -> Array:
    """A weight of ``shape`` (out, in, *kernel) drawn by one of :data:`SCHEMES`.

    Without ``rng`` a fresh unseeded generator is used.

    Args:
        shape: (out, in, *kernel).
        scheme: A name in :data:`SCHEMES`.
        rng: Draws the numbers; a fresh, unseeded one if not given.
        dtype: Of the weight.

    Raises:
        ValueError: the scheme is not known, the dtype has no fractions, or the shape is beyond all
            reason.
    """
    dtype = float_type(dtype)
    check_room(shape, "weight")
    return SCHEMES[choice(scheme, "init", SCHEMES)](shape, rng or np.random.default_rng(), dtype)


def bias(
    weight_shape: Shape,
    size: int,
    scheme: str = DEFAULT,
    rng: np.random.Generator | None = None,
    dtype: type = np.float32,
) -> Array:
    """The (size,) bias that goes with a weight: zeros, but for PyTorch's default ±1/√fan_in.

    Args:
        weight_shape: Of the weight it goes with.
        size: How many numbers.
        scheme: And the rest as :func:`weight`'s.
        rng: As there.
        dtype: As there.
    """
    if scheme != "pytorch":
        return np.zeros(size, dtype)
    bound = 1 / math.sqrt(fans(weight_shape)[0])
    return uniform((size,), bound, rng or np.random.default_rng(), dtype)


def _drawn(dtype: type) -> type:
    """NumPy draws float32 and float64 directly; anything else goes by float64."""
    return np.float32 if np.dtype(dtype) == np.float32 else np.float64
