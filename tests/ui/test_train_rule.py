"""The update rule as it is shown: its numbers make the change that the step makes."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.losses import make_loss
from cnn.learn.one_step import detailed_step
from cnn.learn.state import Budget, RunConfig
from cnn.learn.training import advance, start
from ui.train import update_rule

BLOCKS = [{"kind": "conv", "out_channels": 2, "kernel_size": 5}, {"kind": "relu"}]


@pytest.fixture(scope="module")
def data() -> Split:
    return load_recipe(Recipe("shapes", count=200, seed=3))


def numbers(tex: str) -> list[float]:
    """Every number in a piece of LaTeX, powers of ten multiplied out."""
    plain = re.sub(r"\\cdot 10\^\{(-?\d+)\}", r"e\1", tex)
    plain = re.sub(r"_\d|_\{[^}]*\}|\^2|\^\{\d+\}", "", plain)
    return [float(n) for n in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", plain)]


@pytest.mark.parametrize("decay", [0.0, 0.01])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam"])
def test_the_numbers_shown_make_the_change(data: Split, optimizer: str, decay: float) -> None:
    classes = len(data.train.classes)
    config = RunConfig(
        [*BLOCKS, {"kind": "linear", "out_features": classes}],
        data.train.shape,
        classes,
        len(data.train),
        optimizer=optimizer,
        lr=0.01,
        weight_decay=decay,
    )
    state = advance(start(config, data), data, Budget(steps=2))
    step = detailed_step(state, data)
    assert step is not None
    moved = step.parameters["conv1.weight"]
    index = int(np.abs(moved.change).argmax())
    lines = update_rule.of_weight(step, moved, index, optimizer).split(r"\\[4pt]")
    gradient = float(moved.gradient.flat[index]) + decay * float(moved.value.flat[index])
    assert ("lambda" in lines[1]) == bool(decay)
    shown = numbers(lines[-2])
    if optimizer == "sgd":
        made = -0.01 * gradient
    elif optimizer == "momentum":
        old, v = numbers(lines[-3])[1], numbers(lines[-3])[-1]
        assert v == pytest.approx(0.9 * old + gradient, rel=1e-2, abs=1e-5)
        made = -0.01 * v
    elif optimizer == "nesterov":
        made = -0.01 * (gradient + 0.9 * numbers(lines[-3])[-1])
    else:
        m_hat, s_hat = numbers(lines[-4])[-1], numbers(lines[-3])[-1]
        made = -0.01 * m_hat / (math.sqrt(s_hat) + 1e-8)
    assert shown[-1] == pytest.approx(made, rel=5e-3)
    assert shown[-1] == pytest.approx(float(moved.change.flat[index]), rel=5e-3)


@pytest.mark.parametrize(
    ("loss", "terms"),
    [
        ("half_mse", [r"\tfrac{1}{2}\, \tfrac{1}{3}", "(0.2 - 0)^2", "(0.7 - 1)^2", "(0.1 - 0)^2"]),
        ("mse", [r"\tfrac{1}{3}\bigl[(0.2 - 0)^2"]),
        ("bce_probabilities", [r"\ln 0.8", r"\ln 0.7", r"\ln 0.9"]),
        ("cross_entropy", [r"\frac{e^{z_t}}{\sum_k e^{z_k}}", "z_t = 0.7"]),
    ],
)
def test_each_loss_is_written_out_with_the_numbers_of_every_class(
    loss: str, terms: list[str]
) -> None:
    scores = np.array([0.2, 0.7, 0.1])
    written = update_rule.of_loss(scores, 1, loss)
    assert all(term in written for term in terms), written
    assert written.endswith(
        f"= {update_rule.number(make_loss(loss).forward(scores[:, None], np.array([1])))}"
    )


def test_a_sum_over_many_classes_is_shortened() -> None:
    written = update_rule.of_loss(np.full(10, 0.5), 3, "bce")
    assert written.count(r"\ln") == 2 + 3 and r"\dots" in written
