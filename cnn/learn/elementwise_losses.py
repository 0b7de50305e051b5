"""Losses of each number on its own: binary cross-entropy and the squared error.

PyTorch's arguments; arrays of any shape. What each number contributes is reduced by "mean", "sum"
or "none". ``f_backward(dy, *same arguments)`` gives the gradient at the prediction; targets are
data and get none, but for :func:`mse_loss`, where both sides may come from a network.
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, floats, given
from cnn.layers.activations import sigmoid
from cnn.learn.reduction import check_broadcast, check_same, reduce, spread


def binary_cross_entropy(
    input: Array, target: Array, weight: Array | None = None, reduction: str = "mean"
) -> Array:
    """−t log p − (1 − t) log(1 − p) for probabilities ``input``, elementwise.

    As in PyTorch a logarithm is never taken below −100, so that certainty in error stays finite.

    Args:
        input: Probabilities p, any shape.
        target: t, 0 to 1, the same shape.
        weight: Multiplies each loss; broadcast.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: shapes differ, or ``input`` is no probability.
    """
    input = floats(input, "input")
    target = floats(target, "target")
    weight = given(weight, "weight")
    check_broadcast(weight, input, "weight")
    check_same(input, target)
    if input.size and not (input.min() >= 0 and input.max() <= 1):
        raise ValueError(
            f"input: got values from {input.min():g} to {input.max():g}, need probabilities from "
            f"0 to 1; for logits use binary_cross_entropy_with_logits"
        )
    with np.errstate(divide="ignore"):
        hit, miss = (np.maximum(np.log(p), -100) for p in (input, 1 - input))
    losses = -(target * hit + (1 - target) * miss)
    return reduce(losses if weight is None else losses * weight, reduction)


def binary_cross_entropy_backward(
    dy: Array | float,
    input: Array,
    target: Array,
    weight: Array | None = None,
    reduction: str = "mean",
) -> tuple[Array]:
    """(dinput,): (p − t) / (p (1 − p)), the denominator kept above 1e-12 as in PyTorch.

    The derivatives of −t log p and −(1 − t) log(1 − p) are −t/p and (1 − t)/(1 − p); their sum
    over one denominator is (−t (1 − p) + (1 − t) p) / (p (1 − p)). Arguments after ``dy`` and
    errors as :func:`binary_cross_entropy`'s.
    """
    input = floats(input, "input")
    target = floats(target, "target")
    weight = given(weight, "weight")
    check_broadcast(weight, input, "weight")
    check_same(input, target)
    gradient = (input - target) / np.maximum(input * (1 - input), 1e-12)
    if weight is not None:
        gradient = gradient * weight
    return (gradient * spread(dy, reduction, input.size, input.shape),)


def binary_cross_entropy_with_logits(
    input: Array,
    target: Array,
    weight: Array | None = None,
    reduction: str = "mean",
    pos_weight: Array | None = None,
) -> Array:
    """:func:`binary_cross_entropy` of sigmoid(input), in a form that cannot overflow.

    Args:
        input: Logits, any shape.
        target: 0 to 1, the same shape.
        weight: Multiplies each loss; broadcast.
        reduction: "mean", "sum" or "none".
        pos_weight: Multiplies the part of the positives, −t log p; broadcast.

    Raises:
        ValueError: shapes do not fit.
    """
    input = floats(input, "input")
    target = floats(target, "target")
    weight = given(weight, "weight")
    pos_weight = given(pos_weight, "pos_weight")
    check_broadcast(weight, input, "weight")
    check_broadcast(pos_weight, input, "pos_weight")
    check_same(input, target)
    positive = 1 if pos_weight is None else 1 + (pos_weight - 1) * target
    softplus = np.log1p(np.exp(-np.abs(input))) + np.maximum(-input, 0)  # −log sigmoid(input)
    losses = (1 - target) * input + positive * softplus
    return reduce(losses if weight is None else losses * weight, reduction)


def binary_cross_entropy_with_logits_backward(
    dy: Array | float,
    input: Array,
    target: Array,
    weight: Array | None = None,
    reduction: str = "mean",
    pos_weight: Array | None = None,
) -> tuple[Array]:
    """(dinput,): sigmoid(input) − t, weighted, shaped as the input.

    With p = sigmoid(z) the loss is (1 − t) z − log p, and d log p/dz = 1 − p: what is left is
    1 − t − (1 − p) = p − t. Arguments after ``dy`` and errors as
    :func:`binary_cross_entropy_with_logits`'s.
    """
    input = floats(input, "input")
    target = floats(target, "target")
    weight = given(weight, "weight")
    pos_weight = given(pos_weight, "pos_weight")
    check_broadcast(weight, input, "weight")
    check_broadcast(pos_weight, input, "pos_weight")
    check_same(input, target)
    positive = 1 if pos_weight is None else 1 + (pos_weight - 1) * target
    gradient = (1 - target) + positive * (sigmoid(input) - 1)
    if weight is not None:
        gradient = gradient * weight
    return (gradient * spread(dy, reduction, input.size, input.shape),)


def mse_loss(input: Array, target: Array, reduction: str = "mean") -> Array:
    """(input − target)² of two arrays of one shape, elementwise and then reduced.

    Args:
        input: Any shape.
        target: The same shape.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: shapes differ, or reduction is not "mean", "sum" or "none".
    """
    input = floats(input, "input")
    target = floats(target, "target")
    check_same(input, target)
    return reduce(np.square(input - target), reduction)


def mse_loss_backward(
    dy: Array | float, input: Array, target: Array, reduction: str = "mean"
) -> tuple[Array, Array]:
    """(dinput, dtarget): 2 (input − target), and its negative; shaped as both.

    Arguments after ``dy`` and errors as :func:`mse_loss`'s.
    """
    input = floats(input, "input")
    target = floats(target, "target")
    check_same(input, target)
    gradient: Array = 2 * (input - target) * spread(dy, reduction, input.size, input.shape)
    return gradient, -gradient
