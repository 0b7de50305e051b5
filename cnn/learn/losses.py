"""Losses for a training loop: one number that says how wrong a prediction is, and its gradient.

Batch last: predictions are (K, N), and what each sample contributes is averaged. The functions
under them, in PyTorch's layouts, are in :mod:`cnn.learn.cross_entropy` and
:mod:`cnn.learn.elementwise_losses`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnn.arrays import Array, floats, given, numbers
from cnn.layers.softmax import log_softmax
from cnn.learn.answers import answers
from cnn.learn.cross_entropy import (
    check_settings,
    minus_targets,
    one_hot,
    target_times_log,
    weighted_targets,
)
from cnn.learn.elementwise_losses import (
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_backward,
    mse_loss,
    mse_loss_backward,
)
from cnn.learn.reduction import reduce, spread
from cnn.settings import choice


class Loss:
    """Base of the losses of a training loop, batch last and averaged.

    ``forward(prediction, target)`` returns the loss, ``backward()`` its gradient, shaped as the
    prediction. Predictions are (K, N). Targets are class numbers (N,), or numbers shaped as the
    prediction: for :class:`CrossEntropyLoss` the probability of each class.
    """

    #: A network with one output says class 1 where it is above this: a half, as of a probability.
    border = 0.5
    passed = False  # whether there was a forward pass

    def said(self, prediction: Array) -> Array:
        """(N,) the class that each column of a prediction (K, N) stands for, as `answers` says."""
        return answers(prediction, border=self.border)

    def forward(self, prediction: Array, target: Array) -> float:
        """(K, N) and targets to the loss, averaged over the batch."""
        raise NotImplementedError

    def backward(self) -> Array:
        """d loss / d prediction of the last ``forward``, (K, N).

        Raises:
            RuntimeError: there was none.
        """
        raise NotImplementedError

    def check_passed(self) -> None:
        """Raise a RuntimeError unless there was a forward pass."""
        if not self.passed:
            raise RuntimeError(f"{type(self).__name__}: backward needs a forward pass first")


class CrossEntropyLoss(Loss):
    """−log softmax at the right class, averaged over the batch; the prediction is logits.

    Args:
        weight: (K,) how much each class counts.
        label_smoothing: Share of the target spread evenly over all classes.
        ignore_index: Samples of this class number count for nothing.

    Raises:
        ValueError: weight is no row of numbers, or label_smoothing outside 0 … 1.
    """

    def __init__(
        self, weight: Array | None = None, label_smoothing: float = 0.0, ignore_index: int = -100
    ) -> None:
        self.weight: Array | None = given(weight, "weight")
        check_settings(self.weight, label_smoothing, ignore_index)
        self.label_smoothing = label_smoothing
        self.ignore_index = ignore_index

    def forward(self, prediction: Array, target: Array) -> float:
        """Logits (K, N) and class numbers (N,), or probabilities (K, N), to the mean loss.

        Raises:
            ValueError: the target does not fit, or there is not one weight a class.
        """
        prediction, target = floats(prediction, "prediction"), numbers(target, "target")
        self._targets, self._count = weighted_targets(
            prediction, target, 0, self.weight, self.ignore_index, self.label_smoothing
        )
        self._log_p = log_softmax(prediction, 0)
        self.passed = True
        return float(reduce(-target_times_log(self._targets, self._log_p), "mean", self._count))

    def backward(self) -> Array:
        """softmax − target, over the number of samples; (K, N).

        Derived at :func:`cnn.learn.cross_entropy.cross_entropy_backward`; errors as :class:`Loss`.
        """
        self.check_passed()
        gradient = minus_targets(np.exp(self._log_p), self._targets, 0)
        gradient *= spread(1.0, "mean", self._count)
        return gradient


class _Elementwise(Loss):
    """A loss of each number on its own, averaged over all K·N of them."""

    function: Callable[..., Array]
    gradient: Callable[..., tuple[Array, ...]]
    scale = 1.0

    def forward(self, prediction: Array, target: Array) -> float:
        """(K, N) and targets as :func:`as_targets` takes them to the mean loss."""
        self._pair = prediction, as_targets(target, prediction)
        self.passed = True
        return self.scale * float(type(self).function(*self._pair))

    def backward(self) -> Array:
        """As the function's backward, (K, N); errors as :class:`Loss`."""
        self.check_passed()
        return type(self).gradient(self.scale, *self._pair)[0]


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
    """½ · mean squared error, whose gradient is just the difference."""

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
    """A loss by its name in :data:`LOSSES`; a ValueError for any other name."""
    return LOSSES[choice(name, "loss", LOSSES)]()
