"""Schedules: the learning rate as a plain function of the step.

Nothing is remembered between steps, so a run can be cut and taken up anywhere.
"""

from __future__ import annotations

import math

from cnn.settings import choice, not_negative, whole


def constant(step: int, *, lr: float) -> float:
    """Always ``lr``."""
    return lr


def step_decay(step: int, *, lr: float, step_size: int, gamma: float = 0.1) -> float:
    """``lr``, times ``gamma`` after every ``step_size`` steps.

    Args:
        step: From 0.
        lr: The first learning rate.
        step_size: Steps from one change to the next.
        gamma: What the learning rate is multiplied by.

    Raises:
        ValueError: ``step_size`` is below 1.
    """
    if step_size < 1:
        raise ValueError(f"step_size: got {step_size}, need 1 or more")
    return lr * gamma ** (step // step_size)


def cosine(step: int, *, lr: float, total: int, lowest: float = 0.0) -> float:
    """From ``lr`` to ``lowest`` along half a cosine (Loshchilov and Hutter, 2017).

    lr(t) = lowest + (lr − lowest) · (1 + cos(π · t / total)) / 2

    Args:
        step: t, from 0.
        lr: The highest learning rate.
        total: Steps of the whole run; after them it stays at ``lowest``.
        lowest: The last learning rate.
    """
    done = min(1.0, step / max(1, total))
    return lowest + (lr - lowest) * (1 + math.cos(math.pi * done)) / 2


def warmup_cosine(step: int, *, lr: float, total: int, warmup: int, lowest: float = 0.0) -> float:
    """Straight up to ``lr`` over ``warmup`` steps (Goyal et al., 2017), then :func:`cosine`.

    Args:
        step: From 0.
        lr: The highest learning rate.
        total: Steps of the whole run, ``warmup`` included.
        warmup: Steps on the way up.
        lowest: The last learning rate.
    """
    if step < warmup:
        return lr * (step + 1) / warmup
    return cosine(step - warmup, lr=lr, total=total - warmup, lowest=lowest)


def one_cycle(
    step: int,
    *,
    lr: float,
    total: int,
    rise: float = 0.3,
    start_divisor: float = 25.0,
    end_divisor: float = 1e4,
) -> float:
    """Up from lr / start_divisor to ``lr``, then down to the start / end_divisor.

    Both ways along half a cosine, as PyTorch's OneCycleLR; after Smith and Topin,
    "Super-convergence" (2018).

    Args:
        step: From 0.
        lr: The highest learning rate.
        total: Steps of the whole run.
        rise: Share of them that goes up.
        start_divisor: lr over the first learning rate.
        end_divisor: The first learning rate over the last.
    """
    top = rise * total - 1
    low = lr / start_divisor
    if step <= top:
        return cosine_between(low, lr, step / top) if top > 0 else lr
    return cosine_between(lr, low / end_divisor, min(1.0, (step - top) / max(1, total - 1 - top)))


def cosine_between(start: float, end: float, share: float) -> float:
    """From ``start`` to ``end`` along half a cosine.

    Args:
        start: Where ``share`` is 0.
        end: Where it is 1.
        share: 0 to 1, how far it is.
    """
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


SCHEDULES = ("constant", "step", "cosine", "warmup_cosine", "one_cycle")


def learning_rate(schedule: str, lr: float, step: int, total: int) -> float:
    """The learning rate of ``step`` (from 0) of a run of ``total`` steps.

    Args:
        schedule: One of :data:`SCHEDULES`. "step" goes down tenfold after each third of the run,
            "warmup_cosine" warms up for its first twentieth.
        lr: The highest learning rate of the run.
        step: From 0.
        total: Steps of the whole run.

    Raises:
        ValueError: the schedule is not known, or a number is none or negative.
    """
    choice(schedule, "schedule", SCHEDULES)
    not_negative(lr, "lr")
    step, total = whole(step, "step", 0), whole(total, "total", 0)
    if schedule == "constant":
        return constant(step, lr=lr)
    if schedule == "step":
        return step_decay(step, lr=lr, step_size=math.ceil(total / 3))
    if schedule == "cosine":
        return cosine(step, lr=lr, total=total)
    if schedule == "warmup_cosine":
        return warmup_cosine(step, lr=lr, total=total, warmup=math.ceil(total / 20))
    return one_cycle(step, lr=lr, total=total)
