"""A run is a plain state: the same seed gives the same run, however it is sliced."""

from __future__ import annotations

import copy
import pickle
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn import cost
from cnn.learn.one_step import detailed_step, histogram
from cnn.learn.state import Budget, Diagnosis, RunConfig, RunState
from cnn.learn.training import (
    Working,
    advance,
    begin,
    detach,
    extended,
    join,
    network_of,
    start,
)

SMALL = [
    {"kind": "conv", "out_channels": 4, "kernel_size": 5, "stride": 2},
    {"kind": "batch_norm"},
    {"kind": "relu"},
    {"kind": "max_pool", "kernel_size": 2},
    {"kind": "flatten"},
    {"kind": "dropout", "p": 0.2},
    {"kind": "linear", "out_features": 10},
]


@pytest.fixture(scope="module")
def data() -> Split:
    return load_recipe(Recipe("strokes", count=400, seed=3))


def config(data: Split, **changes: object) -> RunConfig:
    settings = {
        "blocks": SMALL,
        "input_shape": data.train.shape,
        "classes": len(data.train.classes),
        "samples": len(data.train),
        "batch_size": 32,
        "epochs": 3,
        "seed": 1,
    }
    return RunConfig(**{**settings, **changes})


def same(a: RunState, b: RunState) -> bool:
    arrays = all(np.array_equal(a.parameters[k], b.parameters[k]) for k in a.parameters)
    buffers = all(np.array_equal(a.buffers[k], b.buffers[k]) for k in a.buffers)
    steps = [m.step for m in a.moments] == [m.step for m in b.moments]
    return arrays and buffers and steps and a.history == b.history


def test_the_same_seed_gives_the_same_history_and_another_seed_another(data: Split) -> None:
    one, two, other = (
        advance(start(c, data), data, Budget(steps=12))
        for c in (config(data), config(data), config(data, seed=2))
    )
    assert same(one, two)
    assert one.history.loss != other.history.loss


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=4))
def test_however_it_is_sliced(data: Split, slices: list[int]) -> None:
    """Slices, a trip through a process and a stay without moments change nothing."""
    whole = advance(start(config(data), data), data, Budget(steps=sum(slices)))
    state = start(config(data), data)
    for steps in slices:
        travelled = pickle.loads(pickle.dumps(detach(state)))
        state = join(state, advance(travelled, data, Budget(steps=steps)))
    assert same(whole, state)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw"])
def test_optimizer_state_survives_slicing(data: Split, optimizer: str) -> None:
    setup = config(data, optimizer=optimizer, lr=0.01, schedule="one_cycle", weight_decay=1e-3)
    whole = advance(start(setup, data), data, Budget(steps=6))
    half = advance(start(setup, data), data, Budget(steps=3))
    assert same(whole, advance(half, data, Budget(steps=3)))


def test_advance_leaves_the_state_it_was_given(data: Split) -> None:
    before = advance(start(config(data), data), data, Budget(steps=2))
    kept = copy.deepcopy(before)
    after = advance(before, data, Budget(steps=3))
    assert same(before, kept)
    assert after.step == 5
    assert not np.array_equal(after.parameters["fc1.weight"], kept.parameters["fc1.weight"])


def test_the_run_ends_and_a_budget_of_seconds_takes_at_least_one_step(data: Split) -> None:
    setup = config(data)
    done = advance(start(setup, data), data, Budget())
    assert done.step == setup.total_steps == 30
    assert advance(done, data, Budget(steps=5)).step == 30
    assert advance(start(setup, data), data, Budget(seconds=0.0)).step == 1


def test_it_learns(data: Split) -> None:
    setup = config(data, blocks=[b for b in SMALL if b["kind"] != "dropout"], epochs=10, lr=0.01)
    done = advance(start(setup, data), data, Budget())
    assert np.mean(done.history.loss[-10:]) < 0.3 * done.history.loss[0]
    assert done.history.check_accuracy[-1] > 0.6


def test_a_moment_gives_back_the_network_as_it_was(data: Split) -> None:
    done = advance(start(config(data), data), data, Budget(steps=20))
    moment = done.moments[1]
    again = advance(start(config(data), data), data, Budget(steps=moment.step))
    x = data.validation.floats(slice(0, 4))
    np.testing.assert_array_equal(network_of(done, moment)(x), network_of(again)(x))
    assert moment.confusion.sum() == len(data.validation)


def test_nan_is_named_with_its_cause_and_ends_the_run(data: Split) -> None:
    blocks = [b for b in SMALL if b["kind"] not in ("batch_norm", "dropout")]
    setup = config(data, blocks=blocks, optimizer="sgd", lr=1e6, loss="half_mse", epochs=20)
    with np.errstate(all="ignore"):
        done = advance(start(setup, data), data, Budget())
    assert done.stopped
    assert done.step < setup.total_steps
    assert done.diagnosis is not None
    assert done.diagnosis.name == "NaN"
    assert "learning rate" in done.diagnosis.cause


def test_a_step_in_detail_is_the_step_that_training_takes(data: Split) -> None:
    blocks = [b for b in SMALL if b["kind"] != "dropout"]
    state = advance(start(config(data, blocks=blocks), data), data, Budget(steps=4))
    step = detailed_step(state, data)
    after = advance(state, data, Budget(steps=1))
    assert step is not None
    assert step.loss == after.history.loss[-1]
    for name, moved in step.parameters.items():
        np.testing.assert_allclose(moved.value + moved.change, after.parameters[name], atol=1e-6)
    assert step.loss_after < step.loss
    assert step.scores.shape == (32, 10)
    assert {layer.name for layer in step.layers} >= {"conv1", "bn1", "relu1", "fc1"}
    assert all(layer.activation.counts.sum() > 0 for layer in step.layers)
    done = advance(state, data, Budget())
    beyond = detailed_step(done, data)
    assert beyond is not None and beyond.count == done.step + 1
    no_number = Diagnosis("NaN", "", "", fatal=True)
    assert detailed_step(replace(done, diagnosis=no_number), data) is None


def test_histograms_count_every_number_once() -> None:
    values = np.array([-2.0, 0, 0, 1, 2, np.nan])
    found = histogram(values)
    assert found.counts.sum() == 5
    assert (found.limit, found.zeros, found.mean) == (2.0, 0.4, 0.2)


def test_a_long_run_stores_a_bounded_number_of_moments(data: Split) -> None:
    setup = config(data, epochs=60, batch_size=32)
    done = advance(start(setup, data), data, Budget())
    assert 20 <= len(done.moments) <= 42
    assert done.moments[0].step == 0
    assert done.moments[-1].step == setup.total_steps
    assert len(done.history.check_step) > len(done.moments)


def test_a_run_that_is_made_longer_is_the_long_run(data: Split) -> None:
    short = advance(start(config(data, epochs=2), data), data, Budget())
    longer = advance(extended(short, 4), data, Budget())
    long = advance(start(config(data, epochs=4), data), data, Budget())
    assert longer.history.loss == long.history.loss
    assert all(np.array_equal(longer.parameters[k], long.parameters[k]) for k in long.parameters)
    with pytest.raises(ValueError, match="schedule"):
        extended(start(config(data, schedule="cosine"), data), 4)


def test_an_overflow_is_named_on_the_page_and_not_in_the_log(data: Split) -> None:
    state = start(config(data, optimizer="sgd", lr=1e4, loss="half_mse"), data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = advance(state, data, Budget())
    assert done.stopped


def test_the_moments_of_a_large_network_are_fewer(data: Split) -> None:
    large = [{"kind": "linear", "out_features": 500}, {"kind": "linear", "out_features": 10}]
    setup = config(data, blocks=large, epochs=40)
    size = 4 * (785 * 500 + 501 * 10)
    assert cost.most_moments(setup) == 16_000_000 // size < cost.most_moments(config(data))
    assert setup.total_steps / cost.keep_every(setup) <= cost.most_moments(setup)


IN_PARTS = [block for block in SMALL if block["kind"] != "batch_norm"]


@pytest.fixture
def parts_of_ten(data: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if ten samples of ``IN_PARTS`` were as much work as should be done in one go."""
    monkeypatch.setattr(
        cost, "PART_SECONDS", 10.5 * cost.run_cost(config(data, blocks=IN_PARTS)).seconds
    )


@pytest.mark.usefixtures("parts_of_ten")
def test_a_long_step_goes_through_in_parts_and_comes_to_the_same(data: Split) -> None:
    setup = config(data, blocks=[b for b in IN_PARTS if b["kind"] != "dropout"])
    parts = advance(begin(setup), data, Budget(steps=1))
    whole = Working(begin(setup), data)
    whole._micro_batch = 32
    whole.take_step()
    np.testing.assert_allclose(parts.history.loss, whole.history.loss, rtol=1e-5)
    assert parts.history.accuracy == whole.history.accuracy
    for name, value in whole.net.parameters().items():
        np.testing.assert_allclose(parts.parameters[name], value, rtol=1e-3, atol=1e-5)


@pytest.mark.usefixtures("parts_of_ten")
def test_a_slice_may_end_inside_a_step_and_inside_a_look(data: Split) -> None:
    """Each time as soon as it can; the run is the unbroken one to the last bit."""
    setup = config(data, blocks=IN_PARTS, epochs=1)
    whole = advance(begin(setup), data, Budget())
    state, ends = begin(setup), []
    while state.step < setup.total_steps or state.part or state.history.check_step[-1] < 10:
        travelled = pickle.loads(pickle.dumps(detach(state)))
        state = join(state, advance(travelled, data, Budget(seconds=0)))
        ends.append(None if state.part is None else (bool(state.part.gradients), state.part.done))
    assert {(True, 10), (True, 20), (True, 30), (False, 10), (False, 70), None} <= set(ends)
    assert same(whole, state)
    assert whole.history.check_loss == state.history.check_loss


@pytest.mark.usefixtures("parts_of_ten")
def test_the_detail_of_a_step_in_parts_is_the_step_that_training_takes(data: Split) -> None:
    setup = config(data, blocks=[b for b in IN_PARTS if b["kind"] != "dropout"])
    state = advance(start(setup, data), data, Budget(seconds=0))
    assert state.part is not None
    step = detailed_step(state, data)
    after = advance(state, data, Budget(steps=1))
    assert step is not None
    assert step.scores.shape == (32, 10)
    assert step.loss == after.history.loss[0]
    for name, moved in step.parameters.items():
        np.testing.assert_allclose(moved.value + moved.change, after.parameters[name], atol=1e-6)


def test_batch_norm_sees_the_whole_batch(data: Split) -> None:
    costly = [{"kind": "gelu"}] * 24
    assert cost.run_cost(config(data, blocks=[*costly, *IN_PARTS])).micro_batch(4096) < 4096
    assert cost.run_cost(config(data, blocks=[*costly, *SMALL])).micro_batch(4096) == 4096


def test_a_run_begins_without_its_data_and_looks_at_it_first(data: Split) -> None:
    setup = config(data)
    begun = begin(setup)
    assert (begun.step, begun.moments, begun.history.check_step) == (0, (), [])
    assert same(start(setup, data), advance(begun, data, Budget(steps=0)))
    assert same(
        advance(start(setup, data), data, Budget(steps=3)), advance(begun, data, Budget(steps=3))
    )


def test_every_layer_of_a_network_adds_to_its_cost(data: Split) -> None:
    before = cost.run_cost(config(data, blocks=SMALL))
    for kind in ("relu", "gelu", "tanh", "dropout", "batch_norm"):
        more = cost.run_cost(config(data, blocks=[{"kind": kind}, *SMALL]))
        assert more.seconds > before.seconds
        assert more.bytes == before.bytes + 784 * cost.BYTES_PER_OUTPUT
    double = cost.run_cost(config(data, blocks=[SMALL[0] | {"out_channels": 8}, *SMALL[1:]]))
    assert double.seconds > 1.5 * before.seconds
