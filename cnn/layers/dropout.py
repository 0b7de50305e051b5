"""Dropout: during training, drop units at random so that none relies on another.

Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014), in
the inverted form: what survives is scaled by 1/(1 − p), so that nothing changes at test time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cnn.arrays import Array, check_gradient, floats, numbers
from cnn.layers.layer import SameShape
from cnn.settings import flag, generator, share


def dropout(x: Array, p: float = 0.5, training: bool = True, seed: int | None = None) -> Array:
    """x with a share ``p`` of its numbers set to 0 and the others divided by 1 − p.

    Args:
        x: Any shape.
        p: Probability to drop a number, 0 to 1.
        training: If false, x comes back as it is.
        seed: Which numbers; the same seed drops the same ones. Not given: different each time.

    Raises:
        ValueError: p is outside 0 to 1, or the seed is no seed.
    """
    x = floats(x, "x")
    share(p, "p")
    kept = generator(seed, "seed")
    return x * _mask(kept, x, p) if flag(training, "training") else x


def dropout_backward(
    dy: Array, x: Array, p: float = 0.5, training: bool = True, seed: int | None = None
) -> tuple[Array]:
    """Gradient (dx,) of :func:`dropout`: dy thinned out and scaled as x was.

    y is x times a mask, so dx is dy times it. Arguments after ``dy``, shaped as x, are those of
    :func:`dropout`; while training it needs the seed, to drop the same numbers.

    Raises:
        ValueError: training without a seed, p outside 0 to 1, or dy has not the shape of x.
    """
    dy = numbers(dy, "dy")
    x = numbers(x, "x")
    check_gradient(dy, x.shape)
    if flag(training, "training") and seed is None:
        raise ValueError("seed: got None, need that of the forward pass, to drop the same numbers")
    return (dropout(dy, p, training, seed),)


def _mask(rng: np.random.Generator, x: Array, p: float) -> Array:
    """0 where dropped, else 1/(1 − p); in the dtype of x."""
    mask = (rng.random(x.shape, dtype=np.float32) >= p).astype(x.dtype)
    if p < 1:
        mask *= 1 / (1 - p)
    return mask


class Dropout(SameShape):
    """Drops a share ``p`` of its inputs in training, none in evaluation.

    Args:
        p: Probability to drop.
        rng: Says which: a generator or a seed; a fresh one by default. Its state is saved and
            restored with the network's, so that a run that is interrupted goes on as if it had not
            been.

    Raises:
        ValueError: p is outside 0 to 1.
    """

    passing = (*SameShape.passing, "mask")

    def __init__(self, p: float = 0.5, rng: np.random.Generator | int | None = None) -> None:
        super().__init__()
        self.p = share(p, "p")
        self.rng = generator(rng, "rng")
        self.mask: Array | None = None

    def forward(self, x: Array) -> Array:
        """x thinned out and scaled if in training, x itself otherwise; any shape."""
        active = self.training and self.p > 0
        x = floats(x, "x") if active else numbers(x, "x")
        self.mask = _mask(self.rng, x, self.p) if active else None
        self.x, self.y = x, x if self.mask is None else x * self.mask
        return self.y

    def backward(self, dy: Array, need_dx: bool = True) -> Array | None:
        """dy thinned out as x was, the same shape."""
        dy = self.upstream(dy)
        self.dy, self.dx = dy, dy if self.mask is None else dy * self.mask
        return self.dx

    def generator_state(self) -> dict[str, Any]:
        """Where the generator is now: a plain dict."""
        return dict(self.rng.bit_generator.state)

    def set_generator_state(self, state: dict[str, Any]) -> None:
        """Back to where :meth:`generator_state` was taken, whatever the kind of generator."""
        kind = state["bit_generator"]
        if kind != type(self.rng.bit_generator).__name__:
            self.rng = np.random.Generator(getattr(np.random, kind)())
        self.rng.bit_generator.state = state
