"""What the training page brings to a browser while a run plays: bytes of a look, looks a second."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cnn.data.recipes import load_recipe
from cnn.learn.state import Budget, History, RunState
from cnn.learn.training import advance, begin
from tests.pages.opening import words
from tests.pages.payload import counted
from tests.pages.training import start
from ui.train import session, theatre

#: Bytes a second for each student; 2 kB a look are what Streamlit says of the run of a part.
MOST_A_SECOND, OF_A_RUN = 100_000, 2_000


def late(state: RunState) -> RunState:
    """The same run, with the history of one that has played for long: losses pack badly."""
    noise = np.random.default_rng(0)
    config = state.config
    steps = np.arange(1, config.total_steps)
    checks = steps[19::20]
    history = History(
        steps.tolist(),
        noise.random(steps.size).tolist(),
        (noise.integers(0, config.batch_size, steps.size) / config.batch_size).tolist(),
        [config.lr] * steps.size,
        checks.tolist(),
        noise.random(checks.size).tolist(),
        (noise.integers(0, 80, checks.size) / 80).tolist(),
    )
    return replace(state, step=int(steps[-1]), history=history)


@pytest.mark.parametrize(
    ("view", "preset"),
    [
        ("maps", "lenet"),
        ("hist", "lenet"),
        ("hist", "resnet"),
        ("learned", "lenet"),
        ("try", "lenet"),
        ("compare", "lenet"),
    ],
)
def test_a_run_that_plays_brings_less_than_100_kb_a_second(
    view: str, preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = start(tr_view=view, tr_preset=preset, tr_epochs="50", tr_batch="16", tr_data="strokes")
    mine: session.Session = at.session_state["_training"]
    assert mine.config is not None and mine.recipe is not None
    images = load_recipe(mine.recipe)
    state = late(advance(begin(mine.config), images, Budget(steps=2)))
    session.runner().open(mine.run_id, state, mine.recipe)
    with counted(monkeypatch, in_parts=True) as size:
        at.run()
    assert not at.exception and f"step {state.step:,} of" in words(at)
    assert size() > 5_000, "the curves are there"
    assert (size() + OF_A_RUN) / theatre.REFRESH < MOST_A_SECOND
