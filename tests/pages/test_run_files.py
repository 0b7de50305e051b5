"""Everything of a run in one zip, unpacked and tried by programs of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, class_names, load_recipe
from cnn.learn.changes import changed
from cnn.learn.export_run import to_program
from cnn.learn.outside import read_run
from cnn.learn.state import Budget, RunConfig, RunState
from cnn.learn.training import advance, network_of, start
from cnn.pretrained.own import load_safetensors
from ui import networks
from ui.train import everything, outcome

ROOT = Path(__file__).parents[2]
RECIPE = Recipe("shapes", count=200, seed=3)
BLOCKS = [
    networks.conv(4, 5, 2),
    {"kind": "batch_norm"},
    networks.RELU,
    {"kind": "dropout", "p": 0.3},
    *networks.head_blocks("dense", 10),
]


@pytest.fixture(scope="module")
def data() -> Split:
    return load_recipe(RECIPE)


@pytest.fixture(scope="module")
def run(data: Split) -> RunState:
    """Twelve steps; after the fifth, the rate and the batch changed."""
    classes = len(data.train.classes)
    blocks = [*BLOCKS[:-1], *networks.head_blocks("dense", classes)]
    setup = RunConfig(blocks, data.train.shape, classes, len(data.train), batch_size=32, seed=4)
    five = advance(start(setup, data), data, Budget(steps=5))
    return advance(changed(five, replace(setup, lr=0.0005, batch_size=16)), data, Budget(steps=7))


@pytest.fixture(scope="module")
def folder(run: RunState, data: Split, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("run")
    with zipfile.ZipFile(io.BytesIO(everything.packed(run, RECIPE, data))) as file:
        assert file.testzip() is None
        file.extractall(made)
    return made


def said(folder: Path, *arguments: str) -> str:
    """What a program of the zip prints, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_numpy_program_says_what_the_network_said(
    folder: Path, run: RunState, data: Split
) -> None:
    printed = said(folder, "check.py")
    images = data.validation.floats(slice(everything.EXAMPLES))
    scores = network_of(run)(images)
    assert f"It says: {scores.argmax(axis=1).tolist()}" in printed
    with np.load(folder / "examples.npz", allow_pickle=False) as file:
        np.testing.assert_array_equal(file["scores"], scores)


def test_the_program_of_the_run_comes_to_the_same_to_the_last_bit(
    folder: Path, run: RunState
) -> None:
    """Its changes are written at their steps, and it is run from its first weights."""
    text = (folder / "reproduce.py").read_text("utf-8")
    assert "lr=0.0005, batch_size=16))  # at step 5" in text
    printed = said(folder, "reproduce.py")
    assert f"step 12, loss {run.history.loss[-1]:.6f}" in printed
    assert "the same to the last bit" in printed


def test_the_settings_the_history_and_the_page_know_of_the_changes(
    folder: Path, run: RunState
) -> None:
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    assert settings["settings"]["lr"] == 0.002 and settings["data"]["source"] == "shapes"
    assert [(c["step"], c["name"], c["after"]) for c in settings["changes"]] == [
        (5, "lr", 0.0005),
        (5, "batch_size", 16),
    ]
    with (folder / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert [r["step"] for r in rows if r["changed"]] == ["6"]
    assert rows[5]["changed"] == "lr=0.0005; batch_size=16"
    page = (folder / "README.md").read_text("utf-8")
    assert "after step 5: learning rate 0.002 → 0.0005, batch size 32 → 16" in page
    for path in folder.iterdir():
        assert path.name == "README.md" or f"`{path.name}`" in page


def test_the_weights_come_back_from_either_file_and_the_run_from_its_own(
    folder: Path, run: RunState
) -> None:
    state, recipe = read_run((folder / "run.npz").read_bytes())
    assert (state.history, recipe) == (run.history, RECIPE)
    net, meta = load_safetensors((folder / "weights.safetensors").read_bytes())
    assert tuple(meta["classes"]) == class_names(RECIPE)
    wanted = network_of(run).state_dict()
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, wanted[name])


def test_the_pictures_are_pictures_and_the_table_adds_up(folder: Path, data: Split) -> None:
    for name in ("curves.png", "confusion.png"):
        with Image.open(folder / name) as picture:
            colours = picture.convert("RGB").getcolors(1 << 20)
            assert colours is not None and len(colours) > 20
    with (folder / "confusion.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["truth", *data.validation.classes]
    counts = np.array([row[1:] for row in rows[1:]], int)
    np.testing.assert_array_equal(counts.sum(axis=1), data.validation.counts())


def test_no_path_of_the_server_leaves_it(run: RunState) -> None:
    secret = "/srv/somewhere/mnist"
    recipe = Recipe("mnist", folder=secret)
    assert secret.encode() not in everything.whole_run(run, recipe)
    program = to_program(run, outcome.portable(recipe))
    assert "/srv" not in program
    compile(program, "reproduce.py", "exec")
    assert "FOLDER_OF_MNIST" in program


def test_a_run_on_drawings_is_run_again_from_the_drawings_in_its_file(run: RunState) -> None:
    own = Recipe("drawings", drawings=bytes(784), labels=(0,), names=("a",))
    program = to_program(run, own)
    compile(program, "reproduce.py", "exec")
    assert "recipe = from_file" in program
