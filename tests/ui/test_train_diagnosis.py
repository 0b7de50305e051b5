"""What a diagnosis says is true of the network that it speaks of."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest

from cnn.data.datasets import Dataset, Split
from cnn.data.handwriting import generate
from cnn.layers.initialisation import SCHEMES
from cnn.learn.diagnosis import WINDOW, diagnose
from cnn.learn.state import Diagnosis, History, RunConfig
from cnn.learn.training import Budget, Working, advance, start
from ui import networks, residual
from ui.train import setup

SIZE = 16
RATES = (1e-4, 0.1, 10.0)
EVERY = list(itertools.product(networks.PRESETS, SCHEMES, setup.LOSSES, RATES))


@pytest.fixture(scope="module")
def digits() -> dict[int, Split]:
    """A few small digits of ten classes, and of two."""

    def some(count: int, seed: int, classes: int) -> Dataset:
        found = generate(count, seed, labels=np.arange(count) % classes, size=SIZE, box=12)
        return Dataset(found.images, found.labels, found.classes[:classes], "digits")

    return {classes: Split(some(24, 1, classes), some(8, 2, classes)) for classes in (10, 2)}


@pytest.fixture
def data(digits: dict[int, Split]) -> Split:
    return digits[10]


def config(
    preset: str, init: str, loss: str, rate: float, classes: int = 10, **changes: object
) -> RunConfig:
    """What the page would train, made small."""
    chosen = networks.PRESETS[preset]
    body = residual.expanded(chosen.blocks, (1, SIZE, SIZE))
    blocks = [*body, *networks.head_blocks(chosen.head, classes)]
    settings = {"loss": loss, "init": init, "lr": rate, "optimizer": "sgd", "batch_size": 8}
    empty = np.zeros((24, 1, SIZE, SIZE), np.uint8), np.zeros(24, np.int64)
    of = Dataset(*empty, tuple("0123456789")[:classes], "digits")
    return setup.config({**settings, **changes}, blocks, chosen.head, Split(of, of))


def after(setup: RunConfig, data: Split, steps: int) -> Working:
    """A run some steps on, while its layers still hold the last batch."""
    run = Working(start(setup, data), data)
    with np.errstate(all="ignore"):
        for _ in range(steps):
            run.take_step()
            if not np.isfinite(run.history.loss[-1]):
                break
    return run


def flat(history: History) -> History:
    """The same history, but its loss has stayed where it is, and it guesses."""
    steps = 2 * WINDOW
    last = [float(np.nan_to_num(history.loss[-1], posinf=2.3))]
    return replace(history, loss=last * steps, accuracy=[0.1] * steps, lr=[0.1] * steps)


def check(found: Diagnosis, run: Working) -> None:
    """Hold every claim of a diagnosis to the network and its run."""
    said = f"{found.seen} {found.cause}"
    layers = dict(run.net.named_layers())
    kinds = {type(layer).__name__ for layer in layers.values()}
    began = run.before.parameters
    weights = [name for name in began if name.endswith("weight")]
    zero = not any(began[name].any() for name in weights)
    for name in re.findall(r"\b(?:conv|fc|relu|sigmoid|tanh|bn)\d+\b", said):
        assert name in layers
    for kind in re.findall(r"Each ([\w ]+) on the way back multiplies by a slope", said):
        assert {word.capitalize() for word in kind.split(" or ")} <= kinds
    if "ReLU at 0" in said or "A ReLU that never" in said:
        assert "ReLU" in kinds
    if name := re.search(r"([\w.]+) is saturated", said):
        assert type(layers[name[1]]).__name__ in ("Sigmoid", "Tanh")
    assert ("began at 0" in said) <= zero
    if zero and found.name in ("Dead network", "No gradient", "Vanishing gradient", "Plateau"):
        others = ("fitted perfectly", "either way", "is saturated")
        assert "began at 0" in said or any(other in said for other in others)
        assert "smaller first weights" not in said
    if pushed := re.search(r"pushed the biases of ([\w.]*\w)", said):
        bias = layers[pushed[1]].params["bias"]
        assert bias.max() < 0
        assert (bias < began[f"{pushed[1]}.bias"]).all()
    if turned := re.search(r"turned the weights of ([\w.]*\w)", said):
        name = f"{turned[1]}.weight"
        assert np.abs(run.net.parameters()[name] - began[name]).max() > 0
    if "learning rate" in found.cause and "NaN" in found.name:
        assert np.isfinite(run.history.loss[0])
    if "none before any weight had moved" in said:
        assert not np.isfinite(run.history.loss[0])
    if "weight decay" in said:
        assert run.config.weight_decay > 0 or "or a lower weight decay" in said
    assert "nan" not in said.lower().split()
    assert "inf" not in said.lower().split()


@pytest.mark.parametrize("preset", networks.PRESETS)
def test_no_cause_is_named_that_cannot_be(preset: str, digits: dict[int, Split]) -> None:
    """All networks, first weights, losses and rates that the page offers, three steps on."""
    names = set()
    classes = 2 if networks.PRESETS[preset].head == "single" else 10
    for case in EVERY:
        if case[0] != preset:
            continue
        run = after(config(*case, classes), digits[classes], 3)
        for history in (run.history, flat(run.history)):
            with np.errstate(all="ignore"):
                found = diagnose(run.config, history, run.net)
            if found is not None:
                names.add(found.name)
                check(found, run)
    assert "Plateau" in names


@pytest.mark.parametrize("preset", ["lenet", "dense", "allconv"])
def test_weights_that_begin_at_zero_are_told_as_the_cause(preset: str, data: Split) -> None:
    run = after(config(preset, "zeros", "cross_entropy", 0.1), data, 6)
    found = diagnose(run.config, run.history, run.net)
    assert found is not None
    assert "All weights began at 0" in found.cause
    assert "bias" not in found.cause


def test_small_first_weights_are_told_apart_from_slopes_below_one(data: Split) -> None:
    run = after(config("lenet", "normal", "cross_entropy", 0.1), data, 6)
    found = diagnose(run.config, run.history, run.net)
    assert found is not None
    assert found.name == "Vanishing gradient"
    assert "multiplies by its weights" in found.cause
    assert "igmoid" not in found.cause

    deep = [networks.dense(16), {"kind": "sigmoid"}] * 8
    blocks = [*deep, *networks.head_blocks("dense", 10)]
    slopes = replace(config("dense", "xavier_normal", "cross_entropy", 0.1), blocks=blocks)
    run = after(slopes, data, 2)
    found = diagnose(run.config, run.history, run.net)
    assert found is not None
    assert found.cause.startswith("Each sigmoid on the way back")


def test_biases_that_a_large_step_pushed_down_are_told(data: Split) -> None:
    run = after(config("dense", "kaiming_normal", "cross_entropy", 0.01), data, 1)
    run.net["fc1"].params["bias"][...] = -50
    run.loss_on(run.images(), data.train.labels[run.rows()])
    found = diagnose(run.config, run.history, run.net)
    assert found is not None
    assert (found.name, "pushed the biases of fc1" in found.cause) == ("Dead network", True)


def test_a_network_that_was_dead_from_the_start_blames_no_step(data: Split) -> None:
    run = Working(start(config("one", "kaiming_normal", "cross_entropy", 0.1), data), data)
    run.net["conv1"].params["weight"][...] = -np.abs(run.net["conv1"].params["weight"])
    began = {name: value.copy() for name, value in run.net.parameters().items()}
    run.take_step()
    evidence = diagnose(run.config, run.history, run.net)
    assert evidence is not None
    assert evidence.name == "Dead network"
    assert np.array_equal(run.net.parameters()["conv1.weight"], began["conv1.weight"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate": 1e-5}, "too low to leave the start"),
        ({"rate": 0.5}, "jumps about"),
        ({"rate": 0.1, "weight_decay": 1.0, "steps": 40}, "weight decay"),
    ],
)
def test_a_plateau_tells_which_way_the_rate_is_wrong(changes, words: str, data: Split) -> None:
    steps, rate = changes.pop("steps", 8), changes.pop("rate")
    run = after(config("dense", "kaiming_normal", "half_mse", rate, **changes), data, steps)
    if words == "jumps about":
        for weight in run.net.parameters().values():
            weight += np.random.default_rng(0).normal(0, 3, weight.shape).astype(np.float32)
        run.take_step()
    found = diagnose(run.config, flat(run.history), run.net)
    assert found is not None
    assert found.name == "Plateau"
    assert words in found.cause


def test_a_network_that_overflows_between_two_checks_is_told_at_the_check(data: Split) -> None:
    """The last loss of a batch was a number; after its step no weight is."""
    setup = replace(config("lenet", "kaiming_normal", "half_mse", 10.0), epochs=4)
    with np.errstate(all="ignore"):
        state = advance(start(setup, data), data, Budget())
    assert state.stopped
    assert state.diagnosis is not None
    assert state.diagnosis.name == "NaN"
