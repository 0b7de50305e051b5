"""Cross-entropy: how surprised a network is by the right class, and the gradient of that.

PyTorch's arguments and layouts: scores are (N, K) or (N, K, …), K the classes. The class for a
training loop is :class:`cnn.learn.losses.CrossEntropyLoss`.
"""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array, floats, given, numbers
from cnn.layers.softmax import log_softmax
from cnn.learn.reduction import reduce, spread
from cnn.settings import share, whole


def cross_entropy(
    input: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Array:
    """−log softmax(input) at the right class, averaged over the samples.

    In general −Σ_k t_k · log softmax(input)_k for a target t: 1 at the right class and 0 elsewhere,
    or probabilities. (C. Shannon's cross-entropy; "softmax loss" and "log loss" are the same.)

    Args:
        input: Scores (logits), (K,), (N, K) or (N, K, …).
        target: Class numbers of the shape of ``input`` without K; or probabilities, shaped as
            ``input``.
        weight: (K,) how much each class counts. The mean is then a weighted one.
        ignore_index: Samples of this class number count for nothing.
        reduction: "mean", "sum" or "none".
        label_smoothing: Share of the target that is spread evenly over all classes (Szegedy et al.,
            2016).

    Returns:
        A number, or with "none" an array of the shape of the class numbers.

    Raises:
        ValueError: shapes do not fit, a class number is outside 0 … K − 1, or label_smoothing
            outside 0 … 1.
    """
    input = floats(input, "input")
    target = numbers(target, "target")
    weight = given(weight, "weight")
    check_settings(weight, label_smoothing, ignore_index)
    axis = _class_axis(input)
    targets, count = weighted_targets(input, target, axis, weight, ignore_index, label_smoothing)
    losses = -target_times_log(targets, log_softmax(input, axis)).sum(axis=axis)
    return reduce(losses, reduction, count)


def cross_entropy_backward(
    dy: Array | float,
    input: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> tuple[Array]:
    """(dinput,): softmax(input) − target, weighted and reduced as :func:`cross_entropy` was.

    L = −Σ_k t_k · log p_k with log p_k = z_k − log Σ_j e^{z_j}. Moving z_i moves its own log p by 1
    and every log p by −e^{z_i}/Σ_j e^{z_j} = −p_i. So ∂L/∂z_i = −t_i + p_i · Σ_k t_k, and a target
    that adds up to 1 leaves p_i − t_i. With weights or smoothing t is the weighted target.

    Arguments and errors as :func:`cross_entropy`'s after ``dy``, the gradient at what it returned.
    """
    input = floats(input, "input")
    target = numbers(target, "target")
    weight = given(weight, "weight")
    check_settings(weight, label_smoothing, ignore_index)
    axis = _class_axis(input)
    targets, count = weighted_targets(input, target, axis, weight, ignore_index, label_smoothing)
    gradient = minus_targets(np.exp(log_softmax(input, axis)), targets, axis)
    upstream = spread(dy, reduction, count, input.shape[:axis] + input.shape[axis + 1 :])
    return (gradient * (np.expand_dims(upstream, axis) if np.ndim(upstream) else upstream),)


def minus_targets(p: Array, targets: Array, axis: int) -> Array:
    """p · Σ targets − targets, the sum along ``axis``: the gradient at the scores, written to p.

    Args:
        p: Softmax of the scores; it is written to.
        targets: Shaped as p; a sample's sum to its weight.
        axis: Of the classes.
    """
    p *= targets.sum(axis=axis, keepdims=True)
    p -= targets
    return p


def weighted_targets(
    input: Array,
    target: Array,
    axis: int,
    weight: Array | None,
    ignore_index: int,
    label_smoothing: float,
) -> tuple[Array, float]:
    """How much of each class's −log p the loss takes, and what its mean divides by.

    Args:
        input: Scores, with the classes along ``axis``.
        target: As :func:`cross_entropy`'s, as are the others.
        axis: Of the classes.
        weight: As there.
        ignore_index: As there.
        label_smoothing: As there.

    Returns:
        An array of the shape of ``input``: the target's probabilities, smoothed, times the
        weights, 0 for samples that are ignored; and the sum of the weights that count.

    Raises:
        ValueError: the target or the weights do not fit.
    """
    classes = input.shape[axis]
    if weight is not None and weight.shape != (classes,):
        raise ValueError(f"weight: got shape {weight.shape}, need ({classes},)")
    kept: Array | None = None
    if target.shape == input.shape and target.dtype.kind == "f":
        targets: Array = target.astype(input.dtype)
        count = input.size / classes
    else:
        counted = target
        if (target == ignore_index).any():
            kept = target != ignore_index
            counted = target[kept]
        check_labels(target, counted, input.shape[:axis] + input.shape[axis + 1 :], classes)
        labels = _along(np.arange(classes), axis, input.ndim)
        targets = (labels == np.expand_dims(target, axis)).astype(input.dtype)
        count = float(counted.size if weight is None else weight[counted].sum())
    if label_smoothing:
        targets *= 1 - label_smoothing
        targets += label_smoothing / classes
    if weight is not None:
        targets *= _along(weight.astype(input.dtype), axis, input.ndim)
    if kept is not None:
        targets *= np.expand_dims(kept, axis)
    return targets, count


def target_times_log(targets: Array, log_p: Array) -> Array:
    """t · log p, and 0 where t is: a class masked by a score of −∞ costs nothing there."""
    product: Array = np.zeros_like(log_p)
    np.multiply(targets, log_p, where=targets != 0, out=product)
    return product


def one_hot(labels: Array, classes: int, dtype: type = np.float32) -> Array:
    """(K, N): column n has a 1 in row ``labels[n]``, else 0; a ValueError for what is no class.

    Args:
        labels: (N,) class numbers.
        classes: K.
        dtype: Of the result.

    Raises:
        ValueError: a label is no class.
    """
    labels = np.asarray(labels)
    check_labels(labels, labels, (labels.size,), classes)
    columns: Array = np.arange(classes)[:, None] == labels  # (K, 1) against (N,)
    return columns.astype(dtype)


def _along(values: Array, axis: int, ndim: int) -> Array:
    """Values of the classes, to be broadcast along ``axis`` of ``ndim``."""
    return values.reshape([-1 if i == axis else 1 for i in range(ndim)])  # (1, …, K, …, 1)


def check_labels(target: Array, counted: Array, shape: tuple[int, ...], classes: int) -> None:
    """Raise a ValueError unless ``target`` has ``shape``, and those that count are classes.

    Args:
        target: Class numbers.
        counted: Those of them that are not left out.
        shape: That the target must have.
        classes: K; a class is 0 to K − 1.

    Raises:
        ValueError: it has another shape, is no whole number, or no class.
    """
    if target.dtype.kind not in "iu" or target.shape != shape:
        raise ValueError(
            f"target: got {target.dtype} of shape {target.shape}, need class numbers (integers) "
            f"of shape {shape}"
        )
    if counted.size and (counted.min() < 0 or counted.max() >= classes):
        bad = counted.min() if counted.min() < 0 else counted.max()
        raise ValueError(f"target: got class {bad}, need 0 to {classes - 1}")


def _class_axis(input: Array) -> int:
    """Where the classes of scores (K,), (N, K) or (N, K, …) are; a ValueError for anything else."""
    if input.ndim == 0:
        raise ValueError("input: got a single number, need (K,), (N, K) or (N, K, …)")
    axis = min(1, input.ndim - 1)
    if not input.shape[axis]:
        raise ValueError(f"input: got shape {input.shape}, need at least one class")
    return axis


def check_settings(weight: Array | None, label_smoothing: float, ignore_index: int) -> None:
    """Raise a ValueError unless these can be arguments of :func:`cross_entropy`."""
    if weight is not None and weight.ndim != 1:
        raise ValueError(f"weight: got shape {weight.shape}, need (K,), one number a class")
    share(label_smoothing, "label_smoothing")
    whole(ignore_index, "ignore_index", -(2**63))
