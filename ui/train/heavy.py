"""What a view needs of a network that is much work: a worker does it, not the server.

The server answers everybody; what keeps it busy for a second keeps thirty pages waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

import numpy as np

from cnn.arrays import Array
from cnn.data.datasets import Split
from cnn.learn.cost import run_cost
from cnn.learn.one_step import DetailedStep, detailed_step
from cnn.learn.state import Moment, RunState
from cnn.learn.training import detach, validation_scores
from jobs import worker
from ui.train import session

#: Seconds of work, forward and backward, that the server does itself.
MOST_SECONDS = 0.3
#: Seconds to wait for a worker: others are before us.
PATIENCE = 60


class NotDone(Exception):
    """No worker did it: a sentence for the page."""


def is_heavy(state: RunState, samples: int) -> bool:
    """Whether so many samples through the network would hold the server up."""
    return samples * run_cost(state.config).seconds > MOST_SECONDS


def scores(state: RunState, data: Split, moment: Moment | None) -> Array:
    """Logits (N, K) on the validation set, of the run now or at a stored moment.

    Raises:
        NotDone: the workers are too busy for it, or ended over it.
    """
    if moment is not None:
        state = replace(state, parameters=moment.parameters, buffers=moment.buffers)
    recipe = session.current().recipe
    if recipe is None or not is_heavy(state, len(data.validation)):
        return validation_scores(state, data)
    return np.asarray(_asked(worker.scores, detach(state), recipe))


def next_step(state: RunState, data: Split) -> DetailedStep | None:
    """The next step of the run, taken apart; raises as :func:`scores`."""
    recipe = session.current().recipe
    # It is taken, and the loss looked at again after it.
    if recipe is None or not is_heavy(state, 2 * state.config.batch_size):
        return detailed_step(state, data)
    found: DetailedStep | None = _asked(worker.next_step, detach(state), recipe)
    return found


def asked_of_run(work: Callable[..., Any], state: RunState, *args: Any) -> Any:
    """What a worker makes of a run, its data and ``args``; raises as :func:`scores`."""
    recipe = session.current().recipe
    if recipe is None:
        raise NotDone("There is no run to look at. Train first.")
    return _asked(work, detach(state), recipe, *args)


def _asked(work: Callable[..., Any], *args: Any) -> Any:
    """What a worker makes of it; a worker that ends over it may have ended over something else."""
    for _ in range(2):
        future = session.runner().ask(work, *args)
        try:
            return future.result(PATIENCE)
        except TimeoutError:
            future.cancel()
            raise NotDone(
                "The workers have been too busy for this. Try again in a while."
            ) from None
        except BrokenProcessPool:
            pass
    raise NotDone("The process that was to work this out has ended twice over it. Try again.")
