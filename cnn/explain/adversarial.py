"""The smallest change of a picture that makes a network say something else.

I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and Harnessing Adversarial Examples" (2014):
every pixel takes a small step in the direction that its gradient's sign tells. A. Kurakin,
I. Goodfellow and S. Bengio, "Adversarial examples in the physical world" (2016): many smaller
steps, after each of which the picture is brought back within the bound. A. Madry et al., "Towards
Deep Learning Models Resistant to Adversarial Attacks" (2017): that is projected gradient ascent.
What is climbed is the target class's lead over the best of the others, as N. Carlini and D. Wagner,
"Towards Evaluating the Robustness of Neural Networks" (2017), found best: its gradient does not
vanish where the network is sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnn.arrays import Array
from cnn.explain.copies import evaluation_copy
from cnn.explain.snapshot import prepared
from cnn.explain.sums import checked_index
from cnn.nets.container import Container
from cnn.settings import generator, whole


@dataclass(frozen=True)
class Fooling:
    """A picture changed within one bound after the other.

    Attributes:
        label: What the network reads in the unchanged picture.
        target: The class that it shall read; None for any other.
        bounds: (E,) rising: by how much a pixel may change.
        images: (E, C, H, W) in [0, 1], the most that was reached within each bound.
        scores: (E, K) what the network says to each.
    """

    label: int
    target: int | None
    bounds: Array
    images: Array
    scores: Array

    @property
    def fooled(self) -> Array:
        """(E,) whether the network reads what it shall."""
        read = self.scores.argmax(axis=1)
        reached = read != self.label if self.target is None else read == self.target
        fooled: Array = reached & np.isfinite(self.scores).all(axis=1)
        return fooled

    @property
    def smallest(self) -> int | None:
        """Place of the smallest of the bounds within which it is fooled; None: none is enough."""
        return int(self.fooled.argmax()) if self.fooled.any() else None


def fool(
    net: Container,
    x: Array,
    bounds: Sequence[float] | Array,
    target: int | None = None,
    steps: int = 12,
) -> Fooling:
    """Change a picture, within each of some bounds, towards another answer.

    All bounds climb at once, as one batch. What is reached within a bound is allowed within every
    larger one, so the lead of the target class never falls from bound to bound.

    Args:
        net: A classifier that gives two logits or more (:func:`cnn.explain.both_ways` makes two
            of one).
        x: One picture, (C, H, W), in [0, 1].
        bounds: By how much a pixel may change, each 0 or more; sorted in the result.
        target: The class that it shall read; None for any but its present answer.
        steps: Of the ascent, each 2.5 / ``steps`` of the bound.

    Raises:
        ValueError: x does not fit or leaves [0, 1], there is no such class, the network gives one
            score only, a bound is negative, or ``steps`` is below 1.
    """
    whole(steps, "steps", 1)
    asked, sample = evaluation_copy(net), prepared(net, x)
    if not ((sample >= 0) & (sample <= 1)).all():
        raise ValueError("x: got pixels below 0 or above 1, need them in [0, 1]")
    limits = np.sort(np.asarray(bounds, sample.dtype))
    if limits.ndim != 1 or not len(limits) or not (limits >= 0).all():
        raise ValueError(f"bounds: got {bounds!r}, need numbers of 0 or more")
    scores = asked.forward(sample[..., None])[:, 0]
    if len(scores) < 2:
        raise ValueError(f"net: got {len(scores)} score, need 2 or more; see both_ways")
    if target is not None:
        (target,) = checked_index((target,), scores.shape)
    label = int(scores.argmax())
    images, scores = _climbed(asked, sample, limits, label, target, steps)
    best = _kept_best(_lead(scores, label, target)[0])
    image = np.moveaxis(images, -1, 0)[best]  # (C, H, W)
    return Fooling(label, target, limits, image, scores.T[best])


def _climbed(
    net: Container, sample: Array, limits: Array, label: int, target: int | None, steps: int
) -> tuple[Array, Array]:
    """The best pictures (C, H, W, E) on the way and their scores (K, E)."""
    low = np.maximum(sample[..., None] - limits, 0)
    high = np.minimum(sample[..., None] + limits, 1)
    step = limits * np.asarray(2.5 / steps, limits.dtype)
    images = np.repeat(sample[..., None], len(limits), axis=-1)
    scores = net.forward(images)
    best, said = images, scores
    for _ in range(steps):
        _, towards = _lead(scores, label, target)
        gradient = net.input_gradient(towards)
        images = np.clip(images + step * np.sign(gradient), low, high)
        scores = net.forward(images)
        better = _lead(scores, label, target)[0] > _lead(said, label, target)[0]
        best, said = np.where(better, images, best), np.where(better, scores, said)
    return best, said


def _lead(scores: Array, label: int, target: int | None) -> tuple[Array, Array]:
    """By how much (E,) the target class leads, and the gradient of that by the scores (K, E).

    With a target: its score less the best of the others. Without: the best of the others less the
    present answer's.
    """
    known = label if target is None else target
    others = scores.copy()
    others[known] = -np.inf
    rival, each = others.argmax(axis=0), np.arange(scores.shape[1])
    sign = 1 if target is not None else -1
    towards = np.zeros_like(scores)
    towards[known] = sign
    towards[rival, each] = -sign
    lead: Array = sign * (scores[known] - scores[rival, each])
    return lead, towards


def _kept_best(lead: Array) -> Array:
    """(E,) for each bound, which bound up to it has the largest lead."""
    best = np.zeros(len(lead), np.intp)
    for i in range(1, len(lead)):
        best[i] = i if lead[i] > lead[best[i - 1]] else best[i - 1]
    return best


def random_change(x: Array, bound: float, seed: int | np.random.Generator | None = 0) -> Array:
    """``x`` with every pixel up or down by ``bound``, as a coin decides, and kept in [0, 1].

    Args:
        x: Any shape, in [0, 1].
        bound: How much.
        seed: Same seed, same coins.
    """
    signs = generator(seed, "seed").choice(np.array([-1, 1], np.float32), np.shape(x))
    changed: Array = np.clip(x + np.float32(bound) * signs, 0, 1)
    return changed
