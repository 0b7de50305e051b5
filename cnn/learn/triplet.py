"""Triplet loss: no classes, only that like things lie closer than unlike ones."""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, floats
from cnn.learn.reduction import check_same, reduce, spread
from cnn.settings import finite, flag, not_negative, real


def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> Array:
    """max(0, ‖a − p‖ − ‖a − n‖ + margin): the like closer than the unlike, by a margin.

    Schroff, Kalenichenko and Philbin, "FaceNet" (2015). Distances are p-norms over the last axis,
    with ``eps`` added to every difference, as in PyTorch.

    Args:
        anchor: (N, F) embeddings, (F,) for a single one.
        positive: Of the same class, same shape.
        negative: Of another class, same shape.
        margin: How much closer.
        p: Of the norm; 2 is the Euclidean one.
        eps: Keeps the norm's gradient finite at 0.
        swap: Use ‖p − n‖ where that is smaller than ‖a − n‖ (Balntas et al., 2016).
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: shapes differ, or a setting is no number.
    """
    anchor = floats(anchor, "anchor")
    positive = floats(positive, "positive")
    negative = floats(negative, "negative")
    finite(margin, "margin")
    near, far, _ = _triplet_distances(anchor, positive, negative, p, eps, swap)
    return reduce(np.maximum(near - far + margin, 0), reduction)


def triplet_margin_loss_backward(
    dy: Array | float,
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> tuple[Array, Array, Array]:
    """(danchor, dpositive, dnegative), shaped as they are; 0 where the margin is kept.

    Where it is not, L = ‖a − p‖ − ‖a − n‖ + margin. Each norm passes its gradient at the difference
    on to the first of its two with +, to the second with −: the anchor is pulled to the positive
    and pushed off the negative, and those two move the other way.

    Arguments after ``dy`` and errors as :func:`triplet_margin_loss`'s.
    """
    anchor = floats(anchor, "anchor")
    positive = floats(positive, "positive")
    negative = floats(negative, "negative")
    finite(margin, "margin")
    near, far, swapped = _triplet_distances(anchor, positive, negative, p, eps, swap)
    active = (near - far + margin > 0) * spread(dy, reduction, near.size, near.shape)
    active = np.asarray(active)[..., None]  # (N, 1)
    pull = active * _norm_gradient(anchor - positive + eps, p)
    from_anchor = active * ~swapped[..., None] * _norm_gradient(anchor - negative + eps, p)
    from_positive = active * swapped[..., None] * _norm_gradient(positive - negative + eps, p)
    return pull - from_anchor, -pull - from_positive, from_anchor + from_positive


def _triplet_distances(
    anchor: Array, positive: Array, negative: Array, p: float, eps: float, swap: bool
) -> tuple[Array, Array, Array]:
    """‖a − p‖, the distance to the negative, and where that is the swapped one."""
    if not real(p, "p") >= 0:
        raise ValueError(f"p: got {p}, need a number of 0 or more")
    not_negative(eps, "eps")
    if np.ndim(anchor) == 0:
        raise ValueError("anchor: got a single number, need (N, F) or (F,)")
    check_same(anchor, positive)
    check_same(anchor, negative)
    near = _norm(anchor - positive + eps, p)
    far = _norm(anchor - negative + eps, p)
    if not flag(swap, "swap"):
        return near, far, np.zeros(np.shape(far), bool)
    other = _norm(positive - negative + eps, p)
    return near, np.minimum(far, other), np.asarray(other < far)


def _norm(d: Array, p: float) -> Array:
    """‖d‖ over the last axis: (Σ |d_i|^p)^(1/p)."""
    if p == 0:  # how many numbers are not 0, as PyTorch has it
        norm: Array = (d != 0).sum(axis=-1).astype(d.dtype)
    elif p == math.inf:
        norm = np.abs(d).max(axis=-1)
    else:
        norm = (np.abs(d) ** p).sum(axis=-1) ** (1 / p)
    return norm


def _norm_gradient(d: Array, p: float) -> Array:
    """∂‖d‖/∂d_i = sign(d_i) · (|d_i| / ‖d‖)^(p − 1), shaped as d.

    The outer power has the derivative 1/p · ‖d‖^(1 − p), the inner one p · |d_i|^(p − 1) · sign.
    """
    if p == 0:
        return np.zeros_like(d)
    norm = _norm(d, p)[..., None]  # (…, 1)
    if p == math.inf:  # shared by all that are as large as the largest
        largest = np.abs(d) == norm
        gradient: Array = np.sign(d) * largest / largest.sum(axis=-1, keepdims=True)
    else:
        safe = np.where(norm > 0, norm, 1)
        gradient = np.sign(d) * (np.abs(d) / safe) ** (p - 1)
    return gradient
