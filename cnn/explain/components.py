"""Principal components: many numbers a sample seen from the side where they differ most.

K. Pearson, "On lines and planes of closest fit to systems of points in space" (1901). The first
axis is the direction along which the samples are spread furthest, the second the one at a right
angle to it with the most of what is left, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array, numbers
from cnn.settings import whole

#: Of the largest spread: what is smaller is rounding, and no direction.
_NOTHING = 1e-10


@dataclass(frozen=True)
class PrincipalComponents:
    """A plane (or line, or space) laid through samples; all arrays float64.

    Attributes:
        mean: (F,) the middle of the samples.
        axes: (count, F), each of length 1 and at right angles to the others; 0 where the samples
            differ in fewer directions than were asked for.
        shares: (count,) how much of all the variance lies along each, 0 to 1.
    """

    mean: Array
    axes: Array
    shares: Array

    def place(self, x: Array) -> Array:
        """Where samples lie: (N, …) to (N, count)."""
        flat = np.asarray(x, np.float64).reshape(len(x), -1)  # (N, F)
        placed: Array = (flat - self.mean) @ self.axes.T
        return placed


def principal_components(x: Array, count: int = 2) -> PrincipalComponents:
    """The ``count`` directions in which samples differ most.

    An axis and its opposite are equally good; here the number that is largest in size is positive,
    so that the same samples give the same picture.

    Args:
        x: (N, …), one sample a row.
        count: How many axes.

    Raises:
        ValueError: There is no sample, a number is not finite, or ``count`` is below 1.
    """
    whole(count, "count", 1)
    samples = np.asarray(numbers(x, "x"), np.float64)
    if samples.ndim < 2 or not len(samples):
        raise ValueError(f"x: got shape {samples.shape}, need (N, …) with one sample or more")
    if not np.isfinite(samples).all():
        raise ValueError("x: got numbers that are not finite, need finite ones")
    samples = samples.reshape(len(samples), -1)  # (N, F)
    mean = samples.mean(axis=0)
    spread = samples - mean  # (N, F)
    squares, axes = _directions(spread, count)
    shares = squares / (np.square(spread).sum() or 1.0)
    return PrincipalComponents(mean, _turned(axes), shares)


def _directions(spread: Array, count: int) -> tuple[Array, Array]:
    """Σ of squares along each axis (count,), and the axes (count, F), the longest first.

    With X = U·S·Vᵀ, XᵀX has the axes V as its eigenvectors and XXᵀ has U, from which they are
    Vᵀ = S⁻¹·Uᵀ·X. The smaller of the two products is taken apart.
    """
    samples, features = spread.shape
    wide = features > samples
    gram = spread @ spread.T if wide else spread.T @ spread
    squares, vectors = np.linalg.eigh(gram)  # rising
    squares, vectors = squares[::-1][:count], vectors.T[::-1][:count]
    found, axes = np.zeros(count), np.zeros((count, features))
    for i, (square, vector) in enumerate(zip(squares, vectors, strict=True)):
        if square > _NOTHING * max(squares[0], 1e-300):
            found[i] = square
            axes[i] = vector @ spread / np.sqrt(square) if wide else vector
    return found, axes


def _turned(axes: Array) -> Array:
    """Each so that its number of the largest size is positive."""
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    turned: Array = axes * np.where(largest < 0, -1.0, 1.0)
    return turned
