"""A run in a file goes on as if it had never stopped; what is no run is refused."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from cnn.data.datasets import Split
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn import cost
from cnn.learn.checkpoint import from_bytes, thinned, to_bytes
from cnn.learn.state import Budget, Diagnosis, RunConfig, RunState
from cnn.learn.training import advance, begin, start
from cnn.nets.storage import FileError
from tests.jobs.test_training import IN_PARTS, config, same

RECIPE = Recipe("strokes", count=400, seed=3)


@pytest.fixture(scope="module")
def data() -> Split:
    return load_recipe(RECIPE)


def there_and_back(state: RunState) -> RunState:
    return from_bytes(to_bytes(state, RECIPE))[0]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adam", "adamw"])
def test_a_run_from_a_file_goes_on_to_the_last_bit(data: Split, optimizer: str) -> None:
    """With dropout and batch norm: the random state and the running statistics are in the file."""
    setup = config(data, optimizer=optimizer, schedule="one_cycle", weight_decay=1e-3)
    half = advance(start(setup, data), data, Budget(steps=9))
    again = there_and_back(half)
    assert same(half, again)
    assert again.config == half.config
    assert again.seconds == half.seconds
    assert same(advance(half, data, Budget(steps=9)), advance(again, data, Budget(steps=9)))


def test_a_run_in_the_middle_of_a_step_goes_on_there(
    data: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        cost, "PART_SECONDS", 10.5 * cost.run_cost(config(data, blocks=IN_PARTS)).seconds
    )
    inside = advance(start(config(data, blocks=IN_PARTS), data), data, Budget(seconds=0))
    assert inside.part is not None
    whole = advance(inside, data, Budget(steps=3))
    assert same(whole, advance(there_and_back(inside), data, Budget(steps=3)))


def test_a_run_before_its_first_step_and_one_that_overflowed_are_runs_too(data: Split) -> None:
    assert same(begin(config(data)), there_and_back(begin(config(data))))
    with np.errstate(all="ignore"):
        setup = config(data, optimizer="sgd", lr=1e6, loss="half_mse", epochs=20)
        gone = advance(start(setup, data), data, Budget())
    gone = replace(gone, diagnosis=Diagnosis("NaN", "seen", "cause", fatal=True))
    again = there_and_back(gone)
    assert again.stopped
    np.testing.assert_array_equal(again.history.loss, gone.history.loss)


def test_the_recipe_comes_back_with_its_drawings(data: Split) -> None:
    drawings = np.arange(784, dtype=np.uint8).tobytes()
    own = Recipe("drawings", drawings=drawings, labels=(1,), names=("a", "ünï"), classes=(0, 1))
    assert from_bytes(to_bytes(begin(config(data)), own))[1] == own


def test_few_moments_are_the_first_the_last_and_some_between(data: Split) -> None:
    state = advance(start(config(data), data), data, Budget())
    size = sum(a.nbytes for a in {**state.parameters, **state.buffers}.values())
    steps = [m.step for m in state.moments]
    few = [m.step for m in thinned(state, 3 * size).moments]
    assert len(few) == 3 and few[0] == 0 and few[-1] == steps[-1]
    assert [m.step for m in thinned(state, 0).moments] == [0]
    assert thinned(state, 10**9) is state


def changed(data: bytes, name: str, put: bytes) -> bytes:
    """The file with one member replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            new.writestr(member, put if member == name else old.read(member))
    return out.getvalue()


def npy(array: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def test_what_is_no_run_is_refused(data: Split) -> None:
    good = to_bytes(begin(config(data)), RECIPE)
    wrong_shape = npy(np.zeros((3, 3), np.float32))
    pickled = npy(np.array([{"a": 1}], object))
    for bad in (
        b"",
        b"no zip",
        good[: len(good) // 2],
        good.replace(b"convscope run", b"convscope cat"),
        changed(good, "parameters/conv1.weight.npy", wrong_shape),
        changed(good, "parameters/conv1.weight.npy", pickled),
        changed(good, "header.npy", npy(np.frombuffer(b"{}", np.uint8))),
        changed(good, "header.npy", npy(np.frombuffer(b"[" * 100_000, np.uint8))),
    ):
        with pytest.raises(FileError):
            from_bytes(bad)


def test_a_small_file_cannot_ask_for_a_large_network(data: Split) -> None:
    large = [{"kind": "linear", "out_features": 10**8}]
    small = begin(config(data))
    setup = RunConfig(blocks=large, input_shape=(1, 28, 28), classes=10, samples=4)
    with pytest.raises(FileError, match="larger than the file"):
        from_bytes(to_bytes(replace(small, config=setup), RECIPE))
