"""A run that somebody brings goes on to the last bit; what is damaged or hostile is refused."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.changes import changed
from cnn.learn.checkpoint import to_bytes
from cnn.learn.outside import read_run
from cnn.learn.state import Budget, RunState
from cnn.learn.training import advance, begin, network_of, start
from cnn.nets import storage
from cnn.nets.storage import FileError
from tests.jobs.test_checkpoint import changed as with_member
from tests.jobs.test_checkpoint import npy
from tests.jobs.test_training import config

RECIPE = Recipe("strokes", count=400, seed=3)

#: In a process of its own: twenty steps more, and all that came of it.
GO_ON = """
import pathlib, sys
from cnn.data.recipes import load_recipe
from cnn.learn.checkpoint import to_bytes
from cnn.learn.outside import read_run
from cnn.learn.state import Budget
from cnn.learn.training import advance
path = pathlib.Path(sys.argv[1])
state, recipe = read_run(path.read_bytes())
state = advance(state, load_recipe(recipe), Budget(steps=20))
path.write_bytes(to_bytes(state, recipe))
"""


@pytest.fixture(scope="module")
def data() -> Split:
    return load_recipe(RECIPE)


@pytest.fixture(scope="module")
def state(data: Split) -> RunState:
    """After nine steps, with dropout, batch norm, and a rate that changed."""
    begun = advance(start(config(data), data), data, Budget(steps=5))
    return advance(changed(begun, replace(begun.config, lr=0.001)), data, Budget(steps=4))


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_saved_at_20_and_gone_on_with_in_another_process_40_is_the_same_to_the_last_bit(
    data: Split, tmp_path: Path, optimizer: str
) -> None:
    """With dropout and batch norm; the batch changed at step 15."""
    setup = config(data, optimizer=optimizer, schedule="one_cycle", weight_decay=1e-3, epochs=5)
    begun = advance(start(setup, data), data, Budget(steps=15))
    half = advance(changed(begun, replace(setup, batch_size=24)), data, Budget(steps=5))
    path = tmp_path / "run.npz"
    path.write_bytes(to_bytes(half, RECIPE))
    subprocess.run([sys.executable, "-c", GO_ON, str(path)], check=True)
    there, _ = read_run(path.read_bytes())
    here = advance(half, data, Budget(steps=20))
    assert there.step == here.step == 40
    assert there.history == here.history
    assert (there.config, there.earlier, there.rng) == (here.config, here.earlier, here.rng)
    for kind in ("parameters", "buffers"):
        for name, array in getattr(here, kind).items():
            np.testing.assert_array_equal(getattr(there, kind)[name], array)
    for name, slots in here.optimizer["slots"].items():
        for slot, array in slots.items():
            np.testing.assert_array_equal(there.optimizer["slots"][name][slot], array)


def test_a_run_before_its_first_step_and_one_that_never_changed_are_runs_too(data: Split) -> None:
    for steps in (0, 3):
        state = advance(begin(config(data)), data, Budget(steps=steps))
        assert read_run(to_bytes(state, RECIPE))[0].history == state.history
    assert read_run(to_bytes(begin(config(data)), RECIPE))[0].step == 0


def test_from_the_weights_alone_it_goes_on_otherwise(data: Split) -> None:
    """What the optimizer remembers is part of the run: this is why the file holds it."""
    half = advance(start(config(data), data), data, Budget(steps=20))
    bare = replace(half, optimizer=begin(half.config).optimizer)
    whole, alone = (advance(s, data, Budget(steps=5)).history.loss[-1] for s in (half, bare))
    assert whole != alone


def header(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """A damage: something else in the header."""

    def damaged(good: bytes) -> bytes:
        with np.load(io.BytesIO(good), allow_pickle=False) as file:
            found = json.loads(file["header"].tobytes())
        change(found)
        return with_member(good, "header.npy", npy(np.frombuffer(json.dumps(found).encode(), "u1")))

    return damaged


def member(name: str, array: np.ndarray) -> Callable[[bytes], bytes]:
    """A damage: another array."""
    return lambda good: with_member(good, f"{name}.npy", npy(array))


def packed(good: bytes) -> bytes:
    """A bomb: hundred megabytes of zeros in a few kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("header.npy", bytes(100_000_000))
    return out.getvalue()


def giant(good: bytes) -> bytes:
    """An array that says it had a million million numbers."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "<f4", "fortran_order": False, "shape": (10**6, 10**6)}
    )
    return with_member(good, "parameters/conv1.bias.npy", stream.getvalue())


WEIGHT = (4, 1, 5, 5)
DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "NaN": (member("parameters/conv1.weight", np.full(WEIGHT, np.nan, "f4")), "NaN"),
    "a variance below 0": (member("buffers/bn1.running_var", np.full(4, -1, "f4")), "below 0"),
    "a square below 0": (
        member("slots/conv1.bias/square", np.full(4, -1, "f4")), "square .* below 0"),
    "a pickle": (member("parameters/conv1.weight", np.array([{}], object)), "object"),
    "words": (member("parameters/conv1.weight", np.full(WEIGHT, "a")), "<U1"),
    "another shape": (member("parameters/conv1.weight", np.zeros((9, 9), "f4")), "shape"),
    "a bomb": (packed, "unpack"),
    "a giant": (giant, "shape"),
    "cut": (lambda good: good[: len(good) // 2], "damaged"),
    "no zip": (lambda good: b"GIF89a", "damaged"),
    "another version": (header(lambda h: h.update(version=1)), "version"),
    "another generator": (
        header(lambda h: h["rng"]["drop1"].update(bit_generator="seed")), "PCG64"),
    "a step that was not": (header(lambda h: h.update(step=10**6)), "history"),
    "no epochs": (header(lambda h: h["config"].update(epochs="5")), "epochs"),
    "a rate of nothing": (header(lambda h: h["config"].update(lr=float("nan"))), "lr"),
    "an unknown loss": (header(lambda h: h["config"].update(loss="__import__")), "loss"),
    "another optimizer": (header(lambda h: h["config"].update(optimizer="sgd")), "optimizer"),
    "momentum from nowhere": (
        header(lambda h: h["optimizer"]["settings"].update(eps=9.0)), "settings"),
    "a past that was not": (header(lambda h: h["earlier"][0].update(until=3)), "follow"),
    "a share in words": (
        header(lambda h: h["earlier"][0]["config"]["blocks"][5].update(p="![x](http://x)")),
        "dropout"),
    "a source that is none": (header(lambda h: h["recipe"].update(source={"a": 1})), "source"),
    "data without end": (header(lambda h: h["recipe"].update(count=float("inf"))), "count"),
    "classes beyond": (header(lambda h: h["recipe"].update(classes=[3, 99])), "range"),
    "names that are none": (header(lambda h: h["recipe"].update(names=[{"a": 1}])), "names"),
    "an unknown setting": (header(lambda h: h["config"].update(more=1)), "damaged"),
    "a history too short": (member("history/loss", np.zeros(3)), "history"),
    "a loss that is none": (member("history/loss", np.full(9, np.inf)), "no number"),
    "huge layers": (
        header(lambda h: h["config"]["blocks"][0].update(out_channels=10**9)), "larger"),
    "nested without end": (
        lambda good: with_member(good, "header.npy", npy(np.frombuffer(b"[" * 90_000, "u1"))),
        "damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_damaged_or_hostile_is_one_sentence_and_takes_no_memory(
    state: RunState, name: str
) -> None:
    damage, said = DAMAGES[name]
    good = to_bytes(state, RECIPE)
    bad = damage(good)
    tracemalloc.start()
    try:
        with pytest.raises(FileError, match=said) as refused:
            read_run(bad)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "\n" not in str(refused.value)
    assert peak < 5_000_000 + 5 * len(good)


def test_weights_alone_are_told_from_a_run(state: RunState) -> None:
    with pytest.raises(FileError, match="weights alone"):
        read_run(storage.to_bytes(network_of(state)))
