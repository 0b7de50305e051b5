"""Settings that change while a run goes on: it goes on as it stands, and can be run again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn import cost
from cnn.learn.changes import (
    Change,
    asked_for,
    changed,
    changes_of,
    first_config,
    may_become,
    replayed,
)
from cnn.learn.state import Budget, RunConfig, RunState
from cnn.learn.training import advance, begin, start
from tests.jobs.test_training import IN_PARTS, SMALL, config, same


@pytest.fixture(scope="module")
def data() -> Split:
    return load_recipe(Recipe("strokes", count=400, seed=3))


def to_step(data: Split, state: RunState, step: int) -> RunState:
    return advance(state, data, Budget(steps=step - state.step))


def dropping(share: float) -> list[dict[str, object]]:
    return [{**b, "p": share} if b["kind"] == "dropout" else b for b in SMALL]


CHANGES = {
    "rate": {"lr": 0.0005},
    "decay": {"weight_decay": 0.01},
    "momentum": {"optimizer": "momentum", "momentum": 0.5},
    "optimizer": {"optimizer": "sgd", "lr": 0.05},
    "batch": {"batch_size": 24},
    "dropout": {"blocks": dropping(0.6)},
    "schedule": {"schedule": "cosine"},
    "epochs": {"schedule": "cosine", "epochs": 5},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_run_is_the_same_however_it_is_sliced_and_when_it_is_run_again(
    data: Split, name: str
) -> None:
    before = config(data, optimizer="momentum" if name == "momentum" else "adam")
    half = advance(start(before, data), data, Budget(steps=13))
    wanted = replace(before, **CHANGES[name])
    whole = advance(changed(half, wanted), data, Budget())
    sliced = changed(half, wanted)
    while sliced.step < sliced.config.total_steps:
        sliced = advance(sliced, data, Budget(steps=5))
    again = replayed(whole, lambda state, step: to_step(data, state, step))
    assert same(whole, advance(sliced, data, Budget(steps=0)))
    assert same(whole, again)
    unchanged = advance(half, data, Budget())
    assert whole.history.loss[:13] == half.history.loss
    assert whole.history.loss[14:] != unchanged.history.loss[14:], "the change has an effect"
    assert first_config(whole) == before
    assert 13 in whole.history.check_step, "it is looked at where settings change"


def test_every_sample_of_an_epoch_is_seen_once_when_the_batch_changes_within_it(
    data: Split,
) -> None:
    before = config(data)  # 320 samples in batches of 32
    half = changed(to_step(data, start(before, data), 4), replace(before, batch_size=100))
    setup = half.config
    places = [setup.place(step) for step in range(4, setup.total_steps + 1)]
    assert [p.row for p in places[:6]] == [128, 228, 0, 100, 200, 300]
    assert places[-1] == (setup.total_steps, 3, 0)
    assert setup.total_steps == 4 + 2 + 2 * 4
    assert half.epoch == pytest.approx(128 / 320)


def test_the_optimizer_remembers_what_it_still_can(data: Split) -> None:
    half = advance(start(config(data, optimizer="momentum"), data), data, Budget(steps=5))
    name = next(iter(half.parameters))
    softer = changed(half, replace(half.config, momentum=0.5))
    assert softer.optimizer["settings"]["momentum"] == 0.5
    np.testing.assert_array_equal(
        softer.optimizer["slots"][name]["momentum"], half.optimizer["slots"][name]["momentum"]
    )
    other = changed(half, replace(half.config, optimizer="adam"))
    assert other.optimizer["steps"] == 0, "Adam corrects its means by the steps it has taken itself"
    assert not any(a.any() for a in other.optimizer["slots"][name].values())


def test_changed_back_before_a_step_nothing_changed(data: Split) -> None:
    half = advance(start(config(data), data), data, Budget(steps=5))
    there = changed(half, replace(half.config, lr=0.1))
    elsewhere = changed(there, replace(half.config, lr=0.2))
    assert changes_of(elsewhere) == [Change(5, "lr", 0.002, 0.2)]
    back = changed(elsewhere, half.config)
    assert (back.config, back.earlier) == (half.config, ())
    assert same(advance(back, data, Budget(steps=5)), advance(half, data, Budget(steps=5)))


def test_more_epochs_at_a_constant_rate_are_no_change_of_what_was(data: Split) -> None:
    half = advance(start(config(data), data), data, Budget(steps=5))
    longer = changed(half, replace(half.config, epochs=9))
    assert longer.earlier == () and longer.config.epochs == 9
    over = changed(to_step(data, half, 25), replace(half.config, epochs=1))
    assert over.config.total_steps == 25, "what is done is done"
    assert changes_of(over) == [Change(25, "epochs", 3, 1)]


def test_a_step_that_a_slice_left_in_the_middle_begins_anew(
    data: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = config(data, blocks=[*IN_PARTS[:-1], {"kind": "dropout", "p": 0.5}, IN_PARTS[-1]])
    monkeypatch.setattr(cost, "PART_SECONDS", 10.5 * cost.run_cost(before).seconds)
    half = advance(start(before, data), data, Budget(steps=2))
    inside = advance(half, data, Budget(seconds=0))
    assert inside.part is not None and inside.step == half.step
    wanted = replace(before, lr=0.01, batch_size=48)
    a, b = (advance(changed(s, wanted), data, Budget(steps=3)) for s in (half, inside))
    assert same(a, b)


@pytest.mark.parametrize(
    "other",
    [{"seed": 2}, {"loss": "half_mse"}, {"init": "zeros"}, {"samples": 10}, {"blocks": SMALL[2:]}],
)
def test_another_network_other_data_or_another_seed_are_another_run(
    data: Split, other: dict[str, object]
) -> None:
    setup = config(data)
    assert not may_become(setup, replace(setup, **other))
    with pytest.raises(ValueError, match="on the way only"):
        changed(begin(setup), replace(setup, **other))


def test_changes_are_told_in_their_order(data: Split) -> None:
    setup = config(data)
    state = to_step(data, begin(setup), 3)
    state = changed(state, replace(setup, lr=0.01, blocks=dropping(0.4)))
    state = changed(to_step(data, state, 6), replace(asked_for(state.config), batch_size=16))
    assert changes_of(state) == [
        Change(3, "lr", 0.002, 0.01),
        Change(3, "dropout 1", 0.2, 0.4),
        Change(6, "batch_size", 32, 16),
    ]
    assert isinstance(state.config, RunConfig)
