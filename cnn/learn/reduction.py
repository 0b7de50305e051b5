"""From the losses of many samples to one number, and the gradient back to each of them."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, check_gradient, numbers
from cnn.settings import choice

REDUCTIONS = ("mean", "sum", "none")


def reduce(losses: Array, reduction: str, count: float | None = None) -> Array:
    """Mean, sum, or all of the samples' losses.

    Args:
        losses: Of each sample, any shape.
        reduction: One of :data:`REDUCTIONS`.
        count: What a mean divides by; how many losses there are if not given. The mean of nothing
            is NaN, as PyTorch has it.

    Raises:
        ValueError: reduction is not known.
    """
    _check_reduction(reduction)
    if reduction == "none":
        return losses
    total: Array = losses.sum()
    if reduction == "mean":
        with np.errstate(invalid="ignore"):
            total = total / losses.dtype.type(losses.size if count is None else count)
    return total


def spread(
    dy: Array | float, reduction: str, count: float, shape: tuple[int, ...] = ()
) -> Array | float:
    """The gradient that reaches each sample's loss: that of :func:`reduce`.

    A sum passes dy on to each sample, a mean dy / count; 0 where a mean counted nothing.

    Args:
        dy: A number, or with "none" one for each sample.
        reduction: One of :data:`REDUCTIONS`.
        count: What a mean divided by.
        shape: Of the samples' losses.

    Raises:
        ValueError: reduction is not known, or dy has not the shape of what came out.
    """
    _check_reduction(reduction)
    if not isinstance(dy, int | float):
        dy = numbers(dy, "dy")
        check_gradient(dy, shape if reduction == "none" else ())
    return dy / (count or np.inf) if reduction == "mean" else dy


def _check_reduction(reduction: str) -> None:
    """Raise a ValueError unless it is one of :data:`REDUCTIONS`."""
    choice(reduction, "reduction", REDUCTIONS)


def check_same(input: Array, target: Array) -> None:
    """Raise a ValueError unless both have one shape."""
    if np.shape(input) != np.shape(target):
        raise ValueError(
            f"target: got shape {np.shape(target)}, need the shape of the input, {np.shape(input)}"
        )


def check_broadcast(weight: Array | None, input: Array, name: str) -> None:
    """Raise a ValueError unless ``weight`` can be spread over ``input``.

    Args:
        weight: None fits everything.
        input: The scores.
        name: Of the weight, for the sentence.

    Raises:
        ValueError: it does not spread.
    """
    if weight is None:
        return
    try:
        spread_over = np.broadcast_shapes(weight.shape, input.shape)
    except ValueError:
        spread_over = ()
    if spread_over != input.shape:
        raise ValueError(f"{name}: got shape {weight.shape}, need one that fits {input.shape}")
