"""Losses: one number that says how wrong a prediction is, and its gradient.

The functions take PyTorch's arguments and layouts, (N, K) or (N, K, …), and what each sample
contributes is reduced by "mean", "sum" or "none". ``f_backward(dy, *same arguments)`` gives the
gradient at the prediction; targets are data and get none, but for :func:`mse_loss`, where both
sides may come from a network. The classes at the end work batch last, (K, N), inside a training
loop.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnn.arrays import Array, check_gradient, floats, given, numbers, real
from cnn.layers.activations import log_softmax, sigmoid
from cnn.learn.answers import answers

REDUCTIONS = ("mean", "sum", "none")


def cross_entropy(
    input: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Array:
    """−log softmax(input) at the right class.

    Args:
        input: Scores (logits), (K,), (N, K) or (N, K, …).
        target: Class numbers of the shape of ``input`` without K; or probabilities, shaped as
            ``input``.
        weight: (K,) how much each class counts. The mean is then a weighted one.
        ignore_index: Samples of this class number count for nothing.
        reduction: "mean", "sum" or "none".
        label_smoothing: Share of the target that is spread evenly over all classes.

    Returns:
        A number, or with "none" an array of the shape of the class numbers.

    Raises:
        ValueError: shapes do not fit, or a class number is outside 0 … K − 1.
    """
    input = floats(input, "input")
    target = numbers(target, "target")
    weight = given(weight, "weight")
    _check_scores(input, label_smoothing, ignore_index)
    axis = min(1, input.ndim - 1)
    wanted, count = _wanted(input, target, axis, weight, ignore_index, label_smoothing)
    return reduce(-_wanted_log(wanted, log_softmax(input, axis)).sum(axis=axis), reduction, count)


def cross_entropy_backward(
    dy: Array | float,
    input: Array,
    target: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> tuple[Array]:
    """(dinput,): softmax(input) − target, weighted and reduced as :func:`cross_entropy` was."""
    input = floats(input, "input")
    target = numbers(target, "target")
    weight = given(weight, "weight")
    _check_scores(input, label_smoothing, ignore_index)
    axis = min(1, input.ndim - 1)
    wanted, count = _wanted(input, target, axis, weight, ignore_index, label_smoothing)
    slope = np.exp(log_softmax(input, axis)) * wanted.sum(axis=axis, keepdims=True) - wanted
    upstream = spread(dy, reduction, count, input.shape[:axis] + input.shape[axis + 1 :])
    return (slope * (np.expand_dims(upstream, axis) if np.ndim(upstream) else upstream),)


def _wanted(
    input: Array,
    target: Array,
    axis: int,
    weight: Array | None,
    ignore_index: int,
    label_smoothing: float,
) -> tuple[Array, float]:
    """How much of each −log p the loss takes, and what the mean divides by."""
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing: got {label_smoothing}, need 0 to 1")
    target = np.asarray(target)
    classes = input.shape[axis]
    if weight is not None and np.shape(weight) != (classes,):
        raise ValueError(f"weight: got shape {np.shape(weight)}, need ({classes},)")
    kept: Array | None = None
    if target.shape == input.shape and target.dtype.kind == "f":
        wanted = target.astype(input.dtype)
        count = input.size / classes
    else:
        counted = target
        if (target == ignore_index).any():
            kept = target != ignore_index
            counted = target[kept]
        _check_labels(target, counted, input.shape[:axis] + input.shape[axis + 1 :], classes)
        numbers = _along(np.arange(classes), axis, input.ndim)
        wanted = (numbers == np.expand_dims(target, axis)).astype(input.dtype)
        count = float(counted.size if weight is None else np.asarray(weight)[counted].sum())
    if label_smoothing:
        wanted *= 1 - label_smoothing
        wanted += label_smoothing / classes
    if weight is not None:
        wanted *= _along(np.asarray(weight, input.dtype), axis, input.ndim)
    if kept is not None:
        wanted *= np.expand_dims(kept, axis)
    return wanted, count


def _wanted_log(wanted: Array, log_p: Array) -> Array:
    """wanted · log p, and 0 where nothing is wanted: a class masked by a logit of −∞ costs none."""
    return np.multiply(wanted, log_p, where=wanted != 0, out=np.zeros_like(log_p))


def _along(values: Array, axis: int, ndim: int) -> Array:
    """Values of the classes, to be broadcast along ``axis`` of ``ndim``."""
    return values.reshape([-1 if i == axis else 1 for i in range(ndim)])


def _check_labels(target: Array, counted: Array, shape: tuple[int, ...], classes: int) -> None:
    """Raise unless ``target`` fits, and those that count are classes."""
    if target.dtype.kind not in "iu" or target.shape != shape:
        raise ValueError(
            f"target: got {target.dtype} of shape {target.shape}, need class numbers (integers) "
            f"of shape {shape}"
        )
    if counted.size and (counted.min() < 0 or counted.max() >= classes):
        bad = counted.min() if counted.min() < 0 else counted.max()
        raise ValueError(f"target: got class {bad}, need 0 to {classes - 1}")


def binary_cross_entropy(
    input: Array, target: Array, weight: Array | None = None, reduction: str = "mean"
) -> Array:
    """−t log p − (1 − t) log(1 − p) for probabilities ``input``, elementwise.

    As in PyTorch a logarithm is never taken below −100, so that certainty in error stays finite.

    Raises:
        ValueError: shapes differ, or ``input`` is no probability.
    """
    input = floats(input, "input")
    target = floats(target, "target")
    weight = given(weight, "weight")
    _check_broadcast(weight, input, "weight")
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
    """(dinput,): (p − t) / (p (1 − p)), the denominator kept above 1e-12 as in PyTorch."""
    input = floats(input, "input")
    target = floats(target, "target")
    weight = given(weight, "weight")
    _check_broadcast(weight, input, "weight")
    check_same(input, target)
    slope = (input - target) / np.maximum(input * (1 - input), 1e-12)
    if weight is not None:
        slope = slope * weight
    return (slope * spread(dy, reduction, input.size, input.shape),)


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
    """
    input = floats(input, "input")
    target = floats(target, "target")
    weight = given(weight, "weight")
    pos_weight = given(pos_weight, "pos_weight")
    _check_broadcast(weight, input, "weight")
    _check_broadcast(pos_weight, input, "pos_weight")
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
    """(dinput,): sigmoid(input) − t, weighted, shaped as the input."""
    input = floats(input, "input")
    target = floats(target, "target")
    weight = given(weight, "weight")
    pos_weight = given(pos_weight, "pos_weight")
    _check_broadcast(weight, input, "weight")
    _check_broadcast(pos_weight, input, "pos_weight")
    check_same(input, target)
    positive = 1 if pos_weight is None else 1 + (pos_weight - 1) * target
    slope = (1 - target) + positive * (sigmoid(input) - 1)
    if weight is not None:
        slope = slope * weight
    return (slope * spread(dy, reduction, input.size, input.shape),)


def mse_loss(input: Array, target: Array, reduction: str = "mean") -> Array:
    """(input − target)² of two arrays of one shape, elementwise and then reduced."""
    input = floats(input, "input")
    target = floats(target, "target")
    check_same(input, target)
    return reduce(np.square(input - target), reduction)


def mse_loss_backward(
    dy: Array | float, input: Array, target: Array, reduction: str = "mean"
) -> tuple[Array, Array]:
    """(dinput, dtarget): 2 (input − target), and its negative; shaped as both."""
    input = floats(input, "input")
    target = floats(target, "target")
    check_same(input, target)
    slope = 2 * (input - target) * spread(dy, reduction, input.size, input.shape)
    return slope, -slope


def _check_scores(input: Array, label_smoothing: float, ignore_index: int) -> None:
    if input.ndim == 0:
        raise ValueError("input: got a single number, need (K,), (N, K) or (N, K, …)")
    real(label_smoothing, "label_smoothing")
    real(ignore_index, "ignore_index")


def _check_broadcast(weight: Array | None, input: Array, name: str) -> None:
    """Raise a ValueError unless ``weight`` can be spread over ``input``."""
    if weight is None:
        return
    try:
        spread_over = np.broadcast_shapes(weight.shape, input.shape)
    except ValueError:
        spread_over = ()
    if spread_over != input.shape:
        raise ValueError(f"{name}: got shape {weight.shape}, need one that fits {input.shape}")


def check_same(input: Array, target: Array) -> None:
    """Raise a ValueError unless both have one shape."""
    if np.shape(input) != np.shape(target):
        raise ValueError(
            f"target: got shape {np.shape(target)}, need the shape of the input, {np.shape(input)}"
        )


def reduce(losses: Array, reduction: str, count: float | None = None) -> Array:
    """Mean, sum, or all of the samples' losses; ``count`` is what a mean divides by.

    The mean of nothing is NaN, as PyTorch has it.
    """
    if reduction == "mean":
        with np.errstate(invalid="ignore"):
            return losses.sum() / losses.dtype.type(losses.size if count is None else count)
    if reduction == "sum":
        return losses.sum()
    if reduction == "none":
        return losses
    raise ValueError(f"reduction: got {reduction!r}, need one of {', '.join(REDUCTIONS)}")


def spread(
    dy: Array | float, reduction: str, count: float, shape: tuple[int, ...] = ()
) -> Array | float:
    """The gradient that reaches each sample of ``shape``; none where a mean counted nothing."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction: got {reduction!r}, need one of {', '.join(REDUCTIONS)}")
    if not isinstance(dy, int | float):
        dy = numbers(dy, "dy")
        check_gradient(dy, shape if reduction == "none" else ())
    return dy / (count or np.inf) if reduction == "mean" else dy


def one_hot(labels: Array, classes: int, dtype: type = np.float32) -> Array:
    """(K, N): column n has a 1 in row ``labels[n]``, else 0."""
    labels = np.asarray(labels)
    _check_labels(labels, labels, (labels.size,), classes)
    return (np.arange(classes)[:, None] == labels).astype(dtype)


class Loss:
    """Base of the losses of a training loop, batch last and averaged.

    ``forward(prediction, target)`` returns the loss, ``backward()`` its gradient, shaped as the
    prediction. Predictions are (K, N). Targets are class numbers (N,), or numbers shaped as the
    prediction: for :class:`CrossEntropyLoss` the probability of each class.
    """

    #: A network with one output says class 1 where it is above this: a half, as of a probability.
    border = 0.5

    def said(self, prediction: Array) -> Array:
        """(N,) the class that each column of a prediction (K, N) stands for, as `answers` says."""
        return answers(prediction, border=self.border)

    def forward(self, prediction: Array, target: Array) -> float:
        """(K, N) and targets to the loss, averaged over the batch."""
        raise NotImplementedError

    def backward(self) -> Array:
        """d loss / d prediction of the last ``forward``, (K, N)."""
        raise NotImplementedError


class CrossEntropyLoss(Loss):
    """−log softmax at the right class, averaged over the batch; the prediction is logits.

    Args:
        weight: (K,) how much each class counts.
        label_smoothing: Share of the target spread evenly over all classes.
        ignore_index: Samples of this class number count for nothing.
    """

    def __init__(
        self, weight: Array | None = None, label_smoothing: float = 0.0, ignore_index: int = -100
    ) -> None:
        self.weight = weight
        self.label_smoothing = label_smoothing
        self.ignore_index = ignore_index

    def forward(self, prediction: Array, target: Array) -> float:
        """Logits (K, N) and class numbers (N,), or probabilities (K, N), to the mean loss."""
        self._wanted, self._count = _wanted(
            prediction, target, 0, self.weight, self.ignore_index, self.label_smoothing
        )
        self._log_p = log_softmax(prediction, 0)
        return float(reduce(-_wanted_log(self._wanted, self._log_p), "mean", self._count))

    def backward(self) -> Array:
        """softmax − target, over the number of samples; (K, N)."""
        slope = np.exp(self._log_p)
        slope *= self._wanted.sum(axis=0)
        slope -= self._wanted
        slope *= spread(1.0, "mean", self._count)
        return slope


class _Elementwise(Loss):
    """A loss of each number on its own, averaged over all K·N of them."""

    function: Callable[..., Array]
    gradient: Callable[..., tuple[Array, ...]]
    scale = 1.0

    def forward(self, prediction: Array, target: Array) -> float:
        self._arguments = prediction, as_targets(target, prediction)
        return self.scale * float(type(self).function(*self._arguments))

    def backward(self) -> Array:
        return type(self).gradient(self.scale, *self._arguments)[0]


class BCELoss(_Elementwise):
    """Binary cross-entropy of probabilities, one for each class."""

    function = binary_cross_entropy
    gradient = binary_cross_entropy_backward


class BCEWithLogitsLoss(_Elementwise):
    """Binary cross-entropy of logits, one for each class."""

    border = 0.0

    function = binary_cross_entropy_with_logits
    gradient = binary_cross_entropy_with_logits_backward


class MSELoss(_Elementwise):
    """Mean squared error."""

    function = mse_loss
    gradient = mse_loss_backward


class HalfMSELoss(MSELoss):
    """½ · mean squared error, whose slope is just the difference."""

    scale = 0.5


def as_targets(target: Array, prediction: Array) -> Array:
    """Targets shaped (K, N) as the prediction: class numbers become one-hot columns.

    With one output, K = 1, numbers (N,) are taken as they are: 0 and 1 for two classes.

    Raises:
        ValueError: the target fits in neither way.
    """
    target = np.asarray(target)
    if target.shape == prediction.shape:
        return target.astype(prediction.dtype, copy=False)
    if target.shape == prediction.shape[1:] and prediction.ndim == 2:
        if len(prediction) == 1:
            return target[None].astype(prediction.dtype)
        return one_hot(target, len(prediction), prediction.dtype.type)
    raise ValueError(
        f"target: got shape {target.shape}, need {prediction.shape} as the prediction, or class "
        f"numbers {prediction.shape[1:]}"
    )


LOSSES: dict[str, type[Loss]] = {
    "cross_entropy": CrossEntropyLoss,
    "bce": BCEWithLogitsLoss,
    "bce_probabilities": BCELoss,
    "mse": MSELoss,
    "half_mse": HalfMSELoss,
}


def make_loss(name: str) -> Loss:
    """A loss by its name in :data:`LOSSES`."""
    if name not in LOSSES:
        raise ValueError(f"loss: got {name!r}, need one of {', '.join(LOSSES)}")
    return LOSSES[name]()
