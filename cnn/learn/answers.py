"""What a network answers: the class with the largest score, if its scores are numbers."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array

#: In place of a class: a score is NaN or infinite, so that none is the largest.
NO_ANSWER = -1


def answers(scores: Array, axis: int = 0, border: float = 0.5) -> Array:
    """The class of each sample, :data:`NO_ANSWER` where its scores are not all finite.

    A single score, K = 1, tells two classes apart: class 1 where it is above ``border``.

    NumPy's argmax alone would take NaN for the largest number there is: the first of ten NaN
    would be class 0.

    Args:
        scores: Logits or probabilities, the classes along ``axis``.
        axis: 0 for (K, N), 1 for (N, K).
        border: Of a single score: a half for a probability, 0 for a logit.

    Returns:
        int64, the shape of ``scores`` without ``axis``.
    """
    known = np.isfinite(scores).all(axis=axis)
    if scores.shape[axis] == 1:
        found = (scores > border).squeeze(axis).astype(np.int64)
    else:
        found = scores.argmax(axis=axis)
    return np.where(known, found, NO_ANSWER)


def confusion_matrix(labels: Array, given: Array, classes: int) -> Array:
    """How often each class was taken for each; a sample without an answer is counted nowhere.

    Args:
        labels: (N,) the true classes.
        given: (N,) the classes that :func:`answers` gave.
        classes: K.

    Returns:
        (K, K) counts, a row for each true class.
    """
    counts = np.zeros((classes, classes), np.int64)
    answered = given != NO_ANSWER
    np.add.at(counts, (labels[answered], given[answered]), 1)
    return counts
