"""Whether an experiment came to what its forecast calls right: read off the runs at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cnn.learn.state import RunState
from ui.train.experiments import EXPERIMENTS


@dataclass(frozen=True)
class End:
    """Where a run came to.

    Attributes:
        training: Share of right answers while training, the mean over the last epoch.
        validation: The same of the validation images, at the end.
        top: The highest that was on the way.
    """

    training: float
    validation: float
    top: float


def end(state: RunState) -> End | None:
    """None while it trains, where it stopped over its numbers, and where nobody looked."""
    seen, done = state.history.check_accuracy, state.step >= state.config.total_steps
    if state.stopped or not (done or state.stopped_early) or not seen:
        return None
    return End(training_accuracy(state), seen[-1], max(seen))


def training_accuracy(state: RunState) -> float:
    """The share of right answers while training, the mean over the last epoch."""
    return float(np.mean(state.history.accuracy[-state.config.steps_per_epoch :]))


def _by_heart(here: End) -> bool:
    return here.training > 0.95 and here.training - here.validation > 0.1


def _closed(here: End, few: End) -> bool:
    less = few.training - few.validation
    return abs(here.training - here.validation) < less / 2 and here.validation > few.validation


def _between(here: End, few: End, more: End) -> bool:
    return few.validation < here.validation < more.validation


def _spoilt(here: End) -> bool:
    return here.training > 0.95 and here.top - here.validation > 0.05


def _cured(here: End, wrong: End) -> bool:
    return here.training < wrong.training and here.validation > wrong.validation


def _badly(here: End) -> bool:
    return 0.2 < here.validation < 0.8


def _well(here: End, linear: End) -> bool:
    return here.validation > 0.9 and here.validation > linear.validation


@dataclass(frozen=True)
class Claim:
    """What was foretold of an experiment's end.

    Attributes:
        holds: Given its own end and those of the others.
        others: The experiments that it is held against.
    """

    holds: Callable[..., bool]
    others: tuple[str, ...] = ()


CLAIMS = {
    "few": Claim(_by_heart),
    "few_more": Claim(_closed, ("few",)),
    "few_augment": Claim(_between, ("few", "few_more")),
    "wrong": Claim(_spoilt),
    **{
        f"wrong_{cure}": Claim(_cured, ("wrong",))
        for cure in ("more", "augment", "dropout", "decay", "stop")
    },
    "none": Claim(_badly),
    "none_relu": Claim(_well, ("none",)),
}


def came(name: str, ends: Mapping[str, End]) -> bool | None:
    """Whether an experiment came to what was foretold; None while that cannot be told.

    Args:
        name: Of the experiment.
        ends: Experiment → where its run came to, of those that were run.
    """
    claim = CLAIMS[name]
    if not {name, *claim.others} <= ends.keys():
        return None
    return claim.holds(ends[name], *(ends[other] for other in claim.others))


def words(name: str, ends: Mapping[str, End]) -> str:
    """One sentence about it; "" while it trains."""
    if name not in ends:
        return ""
    found = came(name, ends)
    if found is None:
        missing = [EXPERIMENTS[n].title for n in CLAIMS[name].others if n not in ends]
        return f"Run {' and '.join(f'*{m}*' for m in missing)}, too: this one is held against it."
    if found:
        return "**It came as the right forecast says.**"
    return (
        "**It came out otherwise than the right forecast says.** Chance has its part in it: try "
        "another seed, under *More about training*."
    )
