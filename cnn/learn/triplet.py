"""Triplet loss: no classes, only that like things lie closer than unlike ones."""

from __future__ import annotations

import math

import numpy as np

from cnn.arrays import Array, floats, real
from cnn.learn.losses import check_same, reduce, spread


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
        eps: Keeps the norm's slope finite at 0.
        swap: Use ‖p − n‖ where that is smaller than ‖a − n‖ (Balntas et al., 2016).
        reduction: "mean", "sum" or "none".
    """
    anchor = floats(anchor, "anchor")
    positive = floats(positive, "positive")
    negative = floats(negative, "negative")
    real(margin, "margin")
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
    """(danchor, dpositive, dnegative), shaped as they are; 0 where the margin is kept."""
    anchor = floats(anchor, "anchor")
    positive = floats(positive, "positive")
    negative = floats(negative, "negative")
    real(margin, "margin")
    near, far, swapped = _triplet_distances(anchor, positive, negative, p, eps, swap)
    active = (near - far + margin > 0) * spread(dy, reduction, near.size, near.shape)
    active = np.asarray(active)[..., None]
    pull = active * _norm_slope(anchor - positive + eps, p)
    from_anchor = active * ~swapped[..., None] * _norm_slope(anchor - negative + eps, p)
    from_positive = active * swapped[..., None] * _norm_slope(positive - negative + eps, p)
    return pull - from_anchor, -pull - from_positive, from_anchor + from_positive


def _triplet_distances(
    anchor: Array, positive: Array, negative: Array, p: float, eps: float, swap: bool
) -> tuple[Array, Array, Array]:
    """‖a − p‖, the distance to the negative, and where that is the swapped one."""
    if math.isnan(real(p, "p")):
        raise ValueError("p: got nan, need a number")
    real(eps, "eps")
    if np.ndim(anchor) == 0:
        raise ValueError("anchor: got a single number, need (N, F) or (F,)")
    check_same(anchor, positive)
    check_same(anchor, negative)
    near = _norm(anchor - positive + eps, p)
    far = _norm(anchor - negative + eps, p)
    if not swap:
        return near, far, np.zeros(np.shape(far), bool)
    other = _norm(positive - negative + eps, p)
    return near, np.minimum(far, other), np.asarray(other < far)


def _norm(d: Array, p: float) -> Array:
    if p == 0:  # how many numbers are not 0, as PyTorch has it
        return (d != 0).sum(axis=-1).astype(d.dtype)
    if p == math.inf:
        return np.abs(d).max(axis=-1)
    return (np.abs(d) ** p).sum(axis=-1) ** (1 / p)


def _norm_slope(d: Array, p: float) -> Array:
    if p == 0:
        return np.zeros_like(d)
    norm = _norm(d, p)[..., None]
    if p == math.inf:  # shared by all that are as large as the largest
        largest = np.abs(d) == norm
        return np.sign(d) * largest / largest.sum(axis=-1, keepdims=True)
    safe = np.where(norm > 0, norm, 1)
    return np.sign(d) * (np.abs(d) / safe) ** (p - 1)
