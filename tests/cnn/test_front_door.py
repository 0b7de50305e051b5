"""``import cnn``: what it offers, the program in the README, and the package alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import numpy as np
import pytest

import cnn
from cnn.data.datasets import Split
from cnn.learn.state import Budget, RunConfig
from cnn.learn.training import advance, network_of, start
from cnn.nets.spec import build

ROOT = Path(__file__).parents[2]
#: Put before a program: whoever asks for a package of the app gets an error.
ALONE = """
import sys
for name in ("streamlit", "plotly", "PIL", "ui", "jobs"):
    sys.modules[name] = None
"""


def program() -> str:
    """The ten lines in the package's docstring."""
    assert cnn.__doc__
    return textwrap.dedent(cnn.__doc__.split("::\n", 1)[1].split("\n\nIt is a book")[0]).strip()


def test_the_readme_shows_the_same_program() -> None:
    shown = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert shown and shown[1].strip() == program()


def test_the_program_builds_trains_predicts_and_saves_without_the_apps_packages(
    tmp_path: Path,
) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ALONE + program()],
        cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    share = re.search(r"([\d.]+)% of unseen digits are read", done.stdout)
    assert share and float(share[1]) > 85
    net = cnn.load(tmp_path / "digits.npz")
    digits = cnn.generate_digits(200, seed=7)
    assert cnn.accuracy(net, digits.floats(), digits.labels) > 0.85


def test_every_name_of_the_front_door_is_there_and_written_down_once() -> None:
    assert sorted(cnn.__all__) == sorted(set(cnn.__all__))
    assert all(hasattr(cnn, name) for name in cnn.__all__)
    assert 40 <= len(cnn.__all__) <= 60


def test_all_layers_that_normalise_stand_at_the_front_door() -> None:
    """A notebook that compares them has each from the same place."""
    x = np.random.default_rng(0).standard_normal((3, 4, 5, 5), dtype=np.float32)
    layers = [
        cnn.BatchNorm2d(4), cnn.InstanceNorm2d(4), cnn.GroupNorm(4, 4), cnn.LayerNorm((4, 5, 5)),
    ]  # fmt: skip
    batch, instance, group, layer = (cnn.Sequential(one)(x) for one in layers)
    np.testing.assert_allclose(instance, group, atol=1e-5)  # a group a channel
    np.testing.assert_allclose(layer.mean(axis=(1, 2, 3)), 0, atol=1e-5)
    assert batch.shape == x.shape


def test_fit_takes_the_steps_of_a_run_to_the_last_bit() -> None:
    digits = cnn.generate_digits(150, seed=3)
    blocks = [
        {"kind": "conv", "out_channels": 4, "kernel_size": 5},
        {"kind": "relu"},
        {"kind": "max_pool", "kernel_size": 4},
        {"kind": "linear", "out_features": 10},
    ]
    config = RunConfig(blocks, (1, 28, 28), 10, 150, epochs=2, schedule="cosine", seed=5)
    data = Split(digits, digits.take(slice(0, 20)))
    run = network_of(advance(start(config, data), data, Budget()))
    net = build(blocks, (1, 28, 28), rng=np.random.default_rng(5), init=config.init)
    history = cnn.fit(
        net, digits.floats(), digits.labels, epochs=2, schedule="cosine", seed=5, report=None
    )
    assert len(history.step) == 6
    for path, array in run.parameters().items():
        np.testing.assert_array_equal(net.parameters()[path], array, err_msg=path)


def test_fit_tells_a_line_an_epoch_and_looks_at_what_is_held_out() -> None:
    digits = cnn.generate_digits(60)
    net = cnn.Sequential(cnn.Flatten(), cnn.Dropout(0.5), cnn.Linear(784, 10, rng=0))
    lines: list[str] = []
    x, labels = digits.floats(), digits.labels
    history = cnn.fit(
        net, x, labels, epochs=3, validation=(x[:20], labels[:20]), report=lines.append
    )
    assert [line.split()[1] for line in lines] == ["1/3", "2/3", "3/3"]
    assert history.check_step == [1, 2, 3]
    assert history.check_accuracy[-1] == cnn.accuracy(net, x[:20], labels[:20])
    assert not net.training


def test_predict_leaves_the_mode_as_it_was() -> None:
    net = cnn.Sequential(cnn.Flatten(), cnn.Dropout(0.5), cnn.Linear(4, 2))
    net.train()
    assert cnn.predict(net, np.zeros((3, 1, 2, 2), np.float32)).shape == (3,)
    assert net.training
    assert cnn.predict(net, np.zeros((0, 1, 2, 2), np.float32)).shape == (0,)


@pytest.mark.parametrize(
    ("images", "labels"), [(np.zeros((3, 1, 2, 2)), np.zeros(2, int)), (np.zeros((0, 1, 2, 2)), [])]
)
def test_samples_that_do_not_fit_are_told(images: np.ndarray, labels: np.ndarray) -> None:
    net = cnn.Sequential(cnn.Flatten(), cnn.Linear(4, 2))
    with pytest.raises(ValueError, match="labels: got shape"):
        cnn.fit(net, images, np.asarray(labels))
    with pytest.raises(ValueError, match="labels: got shape"):
        cnn.accuracy(net, images, np.asarray(labels))


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": -1}, {"epochs": 1.5}, {"epochs": None}, {"batch_size": 0}, {"batch_size": "a"},
        {"seed": None}, {"seed": 1.5}, {"seed": -1},
    ],
    ids=str,
)  # fmt: skip
def test_a_number_that_cannot_be_meant_is_told_by_its_name(wrong: dict[str, object]) -> None:
    images = np.zeros((4, 3), np.float32)
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: got"):
        cnn.fit(cnn.Sequential(cnn.Linear(3, 2)), images, np.zeros(4, int), **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="count: got"):
        cnn.generate_digits(2.5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "images",
    [None, 3.0, "abc", np.zeros((2, 5)), [[object()]]],
    ids=["none", "number", "words", "shape", "objects"],
)
def test_images_that_are_none_are_told_and_the_mode_stays(images: object) -> None:
    net = cnn.Sequential(cnn.Linear(3, 2), cnn.Dropout(0.5))
    net.train()
    for ask in (lambda: cnn.predict(net, images), lambda: cnn.accuracy(net, images, [0, 1])):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="got"):
            ask()
    assert net.training


@pytest.mark.parametrize(
    "net", [None, 3, cnn.ReLU(), [cnn.ReLU()]], ids=["none", "number", "layer", "list"]
)
def test_what_is_no_network_is_told(net: object) -> None:
    images = np.zeros((2, 3), np.float32)
    for ask in (
        lambda: cnn.fit(net, images, [0, 1]),  # type: ignore[arg-type]
        lambda: cnn.predict(net, images),  # type: ignore[arg-type]
        lambda: cnn.accuracy(net, images, [0, 1]),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match=r"net: got .* need a network"):
            ask()


@pytest.mark.parametrize("labels", [None, ["a", "b"], [[0], [0, 1]], [0, None]], ids=str)
def test_labels_that_are_no_numbers_are_told(labels: object) -> None:
    """An accuracy of 0 would be an answer to another question."""
    net, images = cnn.Sequential(cnn.Linear(3, 2)), np.zeros((2, 3), np.float32)
    for ask in (cnn.fit, cnn.accuracy):
        with pytest.raises(ValueError, match=r"labels: got .* need"):
            ask(net, images, labels)  # type: ignore[operator]


@pytest.mark.parametrize("validation", [3, np.zeros((2, 3)), (np.zeros((2, 3)),)], ids=repr)
def test_what_is_held_out_is_looked_at_before_training(validation: object) -> None:
    net, images = cnn.Sequential(cnn.Linear(3, 2)), np.ones((2, 3), np.float32)
    before = net.parameters()["fc1.weight"].copy()
    with pytest.raises(ValueError, match=r"validation: got .* need a pair"):
        cnn.fit(net, images, [0, 1], validation=validation, report=None)  # type: ignore[arg-type]
    np.testing.assert_array_equal(net.parameters()["fc1.weight"], before)


def test_data_and_looking_inside_name_what_does_not_fit() -> None:
    digits = cnn.generate_digits(20, seed=0)
    net = cnn.Sequential(cnn.Conv2d(1, 2, 3), cnn.Flatten(), cnn.Linear(1352, 3))
    x = digits.floats()[0]
    asks = {
        "dataset": lambda: cnn.split(None),
        "validation": lambda: cnn.split(digits, "a"),
        "seed": lambda: cnn.split(digits, seed=-1),
        "seed ": lambda: cnn.generate_digits(2, seed="a"),
        "count": lambda: cnn.generate_digits(True),
        "folder": lambda: cnn.load_mnist(None),
        "spec": lambda: cnn.build(None, (1, 8, 8)),
        "input_shape": lambda: cnn.build([{"kind": "relu"}], 8),
        "x": lambda: cnn.snapshot(net, "a"),
        "index": lambda: cnn.input_gradient(net, x, None),
        "name": lambda: cnn.grad_cam(net, x, 0, 0),
        "size": lambda: cnn.occlusion(net, x, "a"),
    }  # type: ignore[arg-type, dict-item]
    for name, ask in asks.items():
        with pytest.raises(ValueError, match=rf"^{name.strip()}: got .* need "):
            ask()


def test_the_package_asks_for_what_the_app_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    needed = sorted(line for line in lines if line and not line.startswith("#"))
    assert sorted([*project["dependencies"], *project["optional-dependencies"]["app"]]) == needed
    assert project["dependencies"] == ["numpy>=2.0,<3"]


def test_what_is_installed_holds_all_that_cnn_reads_and_tells_that_it_is_typed() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    folder, installed = ROOT / "cnn", patterns["package-data"]["cnn"]
    others = [
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
    ]
    assert Path("py.typed") in others
    assert not [path for path in others if not any(path.match(one) for one in installed)]
