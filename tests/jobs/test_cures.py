"""What keeps a network from learning by heart: augmentation, stopping early; and few images."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn import checkpoint, cost
from cnn.learn.changes import changed, replayed
from cnn.learn.one_step import detailed_step
from cnn.learn.state import Budget, History, RunConfig, out_of_patience
from cnn.learn.training import Working, advance, begin, detach, extended, join
from tests.jobs.test_training import same

DENSE = [{"kind": "flatten"}, {"kind": "linear", "out_features": 10}]
CHANGES = {"shift": 2.0, "rotate": 10.0, "elastic": 1.0}


@pytest.fixture(scope="module")
def data() -> Split:
    return load_recipe(Recipe("strokes", count=200, seed=3, train_on=60))


def config(data: Split, **changes: object) -> RunConfig:
    settings = {"samples": len(data.train), "batch_size": 20, "epochs": 4, "seed": 1}
    return RunConfig(DENSE, data.train.shape, 10, **{**settings, **changes})


def test_few_images_are_trained_on_and_judged_by_as_many_as_before(data: Split) -> None:
    whole = load_recipe(Recipe("strokes", count=200, seed=3))
    assert (len(whole.train), len(data.train)) == (160, 60)
    np.testing.assert_array_equal(data.train.images, whole.train.images[:60])
    np.testing.assert_array_equal(data.validation.images, whole.validation.images)
    wrong = load_recipe(Recipe("strokes", count=200, seed=3, train_on=60, wrong_labels=0.3))
    assert (wrong.train.labels != data.train.labels).sum() == 18
    assert len(load_recipe(Recipe("strokes", count=200, train_on=5000)).train) == 160


def test_every_batch_is_augmented_anew_and_the_same_seed_gives_the_same(data: Split) -> None:
    run, again = (Working(begin(config(data, **CHANGES)), data) for _ in range(2))
    first = run.images()
    np.testing.assert_array_equal(first, again.images())
    plain = data.train.floats(run.rows())
    assert (np.abs(first - plain).reshape(20, -1).max(axis=1) > 0.2).all()
    assert not np.array_equal(first, Working(begin(config(data, seed=2, **CHANGES)), data).images())


def test_an_augmented_run_is_the_same_however_it_is_sliced_and_kept(
    data: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = config(data, **CHANGES)
    whole = advance(begin(setup), data, Budget())
    state, recipe = begin(setup), Recipe("strokes", count=200, seed=3, train_on=60)
    for steps in (1, 4, 2, 99):
        state, kept = checkpoint.from_bytes(checkpoint.to_bytes(state, recipe))
        travelled = pickle.loads(pickle.dumps(detach(state)))
        state = join(state, advance(travelled, load_recipe(kept), Budget(steps=steps)))
    assert same(whole, state)
    # Cut into parts that each take a slice of their own, the batch is changed as it was whole.
    seconds = cost.run_cost(setup).seconds
    monkeypatch.setattr(cost, "PART_SECONDS", 7.5 * seconds)
    parts = begin(setup)
    while parts.step < 5:
        parts = advance(parts, data, Budget(steps=5 - parts.step, seconds=0.0))
    np.testing.assert_allclose(parts.history.loss, whole.history.loss[:5], rtol=1e-4)


def test_augmentation_and_patience_may_change_on_the_way(data: Split) -> None:
    half = advance(begin(config(data)), data, Budget(steps=5))
    done = advance(changed(half, config(data, patience=1, **CHANGES)), data, Budget())
    again = replayed(done, lambda s, step: advance(s, data, Budget(steps=step - s.step)))
    assert same(done, again)
    plain = advance(half, data, Budget())
    assert plain.history.loss[:5] == done.history.loss[:5]
    assert plain.history.loss[5:] != done.history.loss[5:]


def test_only_training_images_are_augmented(data: Split) -> None:
    plain, changed = (
        advance(begin(config(data, **c)), data, Budget(steps=0)) for c in ({}, CHANGES)
    )
    assert plain.history.check_loss == changed.history.check_loss


def test_the_step_that_is_shown_slowly_is_of_the_augmented_batch(data: Split) -> None:
    state = advance(begin(config(data, **CHANGES)), data, Budget(steps=2))
    step, after = detailed_step(state, data), advance(state, data, Budget(steps=1))
    assert step is not None
    np.testing.assert_array_equal(step.images, Working(state, data).images())
    assert step.loss == after.history.loss[-1]
    assert step.loss_after < step.loss


@pytest.mark.parametrize(
    ("losses", "patience", "ends"),
    [
        ([3, 2, 1], 1, False),
        ([3, 1, 2], 1, True),
        ([3, 1, 2], 2, False),
        ([3, 1, 1], 1, True),  # no new lowest value
        ([3, 1, 2, 0.5], 2, False),
        ([1, 2, 3, 4], 0, False),
        ([], 3, False),
    ],
)
def test_patience_counts_epochs_since_the_lowest_validation_loss(
    data: Split, losses: list[float], patience: int, ends: bool
) -> None:
    setup = config(data, patience=patience)  # three steps an epoch
    steps = [3 * i for i in range(len(losses))]
    history = History(check_step=steps, check_loss=losses, check_accuracy=[0.0] * len(losses))
    assert out_of_patience(setup, history) is ends


def test_a_run_that_stops_early_holds_its_best_network(data: Split) -> None:
    # Labels that say nothing: the sooner it stops the better.
    mixed = np.random.default_rng(1).permutation(data.train.labels)
    split = replace(data, train=replace(data.train, labels=mixed))
    setup = config(split, epochs=40, patience=2, lr=0.01)
    done = advance(begin(setup), split, Budget())
    best = done.history.best_check
    assert done.stopped_early
    assert not done.stopped
    assert best is not None
    assert done.step - best in (6, 7)
    assert best in [moment.step for moment in done.moments]
    assert advance(done, split, Budget(steps=3)).step == done.step
    assert len(done.moments) <= 41
    sliced = begin(setup)
    for _ in range(99):
        sliced = join(sliced, advance(detach(sliced), split, Budget(steps=1)))
    assert same(done, sliced)
    longer = extended(done, 50)
    assert longer.stopped_early
