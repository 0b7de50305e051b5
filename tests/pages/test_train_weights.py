"""Weights of a file as the start of a run: all else begins anew, and it is told everywhere."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import cnn
from classroom.tasks import Task
from cnn.arrays import Array
from cnn.data.recipes import load_recipe
from cnn.learn.checkpoint import to_bytes
from cnn.learn.outside import read_run
from cnn.learn.state import Budget, FirstWeights, RunState
from cnn.learn.training import advance, begin
from cnn.nets import storage
from cnn.nets.export_safetensors import to_safetensors
from cnn.nets.spec import build
from cnn.nets.storage import FileError
from cnn.nets.table import spec_of
from tests.pages.opening import visit, words
from tests.pages.payload import sent
from tests.pages.test_run_files import said
from tests.pages.test_task import packed
from tests.pages.test_train_loading import RECIPE, config, given, state_of, trained
from tests.pages.training import press, recall, restart, threads_for_workers, until
from ui import networks, our_file, residual
from ui.train import (
    compare,
    everything,
    first_weights,
    kernels,
    session,
    unbuilding,
)
from ui.train.first_weights import Brought

TEN = networks.head_blocks("dense", 10)
SMALL = [networks.conv(3, 5), networks.RELU, networks.pool(), networks.dense(8), *TEN]
ON_STROKES = {"tr_data": "strokes", "tr_count": "300", "tr_dseed": "3", "tr_noise": "0.1"}


@pytest.fixture(autouse=True)
def _a_server_with_threads_for_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with threads_for_workers(monkeypatch):
        yield


def weights(
    blocks: list[dict[str, Any]], shape: tuple[int, ...] = (1, 28, 28), **more: Any
) -> bytes:
    return storage.to_bytes(build(blocks, shape, rng=5, **more), steps=40)


def arrays(data: bytes) -> dict[str, Array]:
    return storage.load(io.BytesIO(data)).state_dict()


def begun_with(data: bytes, **params: str) -> AppTest:
    at = given(data, **{**ON_STROKES, **params})
    press(at, "Begin with these weights")
    return at


def same(found: dict[str, Array], wanted: dict[str, Array]) -> bool:
    return found.keys() == wanted.keys() and all((found[n] == wanted[n]).all() for n in found)


def test_a_run_begins_with_the_weights_of_a_file_and_all_else_anew() -> None:
    data = weights(SMALL)
    at = given(data, **ON_STROKES)
    told = "weights alone, without optimizer, schedule, random numbers and history"
    assert "which reads 1 × 28 × 28" in words(at) and told in words(at)
    press(at, "Begin with these weights")
    assert "A new run begins with the weights of “monday”" in words(at)
    state = state_of(at)
    assert "Begin with random weights again" in [b.label for b in at.button]
    assert state.step == 0 and not state.history.step and state.optimizer["steps"] == 0
    assert same(state.parameters, arrays(data))
    assert [block["kind"] for block in state.config.blocks] == [block["kind"] for block in SMALL]
    press(at, "One step")
    until(at, "step 1 of")
    assert "Its first weights are those of the file “monday”" in at.caption[0].value
    first = FirstWeights("monday", arrays(data), {})
    again = begin(replace(state.config, weights=first.digest), first)
    expected = advance(again, load_recipe(RECIPE), Budget(steps=1))
    assert state_of(at).history.loss == expected.history.loss


def test_start_again_begins_with_them_again_and_random_ones_can_be_had_back() -> None:
    data = weights(SMALL)
    at = begun_with(data)
    press(at, "One step")
    until(at, "step 1 of")
    press(at, "Start again")
    assert state_of(at).step == 0 and same(state_of(at).parameters, arrays(data))
    at.number_input(key="tr_lr").set_value(0.01).run()
    assert same(state_of(at).parameters, arrays(data)), "another rate changes nothing about them"
    press(at, "Begin with random weights again")
    assert state_of(at).first is None and not same(state_of(at).parameters, arrays(data))


def test_other_first_weights_are_another_choice() -> None:
    at = begun_with(weights(SMALL))
    at.selectbox(key="tr_init").set_value("zeros").run()
    assert state_of(at).first is None and not state_of(at).parameters["conv1.weight"].any()


def test_another_network_begins_with_random_ones_and_it_is_said() -> None:
    data = weights(SMALL)
    at = begun_with(data)
    at.selectbox(key="tr_preset").set_value("dense").run()
    assert state_of(at).first is None
    assert "The weights of “monday” are another network's" in words(at)


def test_a_run_of_much_work_stays_in_compare_and_its_weights_come_back() -> None:
    at = begun_with(weights(SMALL))
    press(at, "One step")
    until(at, "step 1 of")
    runner, key = session.runner(), at.session_state["_training"].run_id
    runner.open(key, replace(state_of(at), seconds=60.0), RECIPE)
    press(at, "Begin with random weights again")
    assert "The first weights" in words(at), "it asks"
    press(at, "Back to this run's settings")
    assert state_of(at).step == 1 and state_of(at).first is not None
    at.file_uploader(key="tr_file").upload("other.npz", weights([networks.dense(4), *TEN])).run()
    press(at, "Begin with these weights")
    assert state_of(at).step == 0 and list(at.session_state["_training"].kept) == ["Run 1"]
    assert "The run before is kept under" in words(at)


def test_it_is_found_again_with_its_first_weights_after_a_restart() -> None:
    data = weights(SMALL)
    at = begun_with(data)
    press(at, "One step")
    until(at, "step 1 of")
    key, link = sent(at, "keepsake", "keepsake-run")["value"], sent(at, "address")["query"]
    restart()
    again = visit("train", **dict(pair.split("=") for pair in link.split("&")))
    recall(again, "keepsake-run", key)
    assert "found again at step 1" in words(again)
    press(again, "Start again")
    assert same(state_of(again).parameters, arrays(data))


FORMS: dict[str, Callable[[], bytes]] = {
    "safetensors": lambda: to_safetensors(build(SMALL, (1, 28, 28), rng=5), classes=["a"]),
    "float64": lambda: weights(SMALL, dtype=np.float64),
    "float16": lambda: weights(SMALL, dtype=np.float16),
    "a reader's own": lambda: storage.to_bytes(
        cnn.Sequential(("see", cnn.Conv2d(1, 2, 5)), ("bend", cnn.ReLU()), cnn.Flatten(),
                       ("say", cnn.Linear(2 * 24 * 24, 10)))
    ),
    "residual": lambda: weights([
        networks.conv(4, 3, padding=1), networks.pool(4),
        *residual.expanded([residual.FRESH | {"stride": 2, "batch_norm": 1}], (4, 7, 7)),
        {"kind": "dropout", "p": 0.25}, *networks.head_blocks("conv", 10),
    ]),
    "a sigmoid": lambda: weights([networks.dense(4), *networks.head_blocks("sigmoid", 10)]),
}  # fmt: skip


def fitted(data: bytes) -> first_weights.Fitted:
    """As the page's network takes the weights of a file, on ten kinds of strokes."""
    held = our_file.contents(data)
    assert isinstance(held, our_file.SavedWeights)
    return first_weights.fitted(Brought(held.net, "monday"), load_recipe(RECIPE).train)


@pytest.mark.parametrize("name", FORMS)
def test_every_network_of_the_builder_comes_back_as_its_blocks(name: str) -> None:
    data = FORMS[name]()
    held, found = our_file.contents(data), fitted(data)
    assert isinstance(held, our_file.SavedWeights)
    own, its = unbuilding.built(found.blocks, found.head, (1, 28, 28), 10), held.net
    assert unbuilding.nameless(spec_of(own)) == unbuilding.nameless(spec_of(its))
    arrays_ = [*found.weights.parameters.values(), *found.weights.buffers.values()]
    for array, given_ in zip(arrays_, its.state_dict().values(), strict=True):
        np.testing.assert_array_equal(array, given_.astype(np.float32))
    assert networks.checked(("lenet", found.blocks))[1] == found.blocks


def test_the_small_resnet_is_known_again() -> None:
    preset = networks.PRESETS["resnet"]
    found = fitted(weights(unbuilding.whole(preset.blocks, preset.head, (1, 28, 28), 10)))
    assert (found.preset, found.head, found.blocks) == ("resnet", "conv", preset.blocks)


def huge() -> bytes:
    net = build([{"kind": "flatten"}, *TEN], (1, 28, 28), dtype=np.float64)
    for array in net.parameters().values():
        array[...] = 1e300
    return storage.to_bytes(net)


LRN, DILATED = {"kind": "lrn", "size": 3}, networks.conv(3, 3) | {"dilation": 2}
OBLONG = networks.conv(3, 3) | {"kernel_size": [3, 5]}
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "another size": (lambda: weights(TEN, (1, 8, 8)), "reads 1 × 8 × 8, and an image of these"),
    "other classes": (lambda: weights([networks.dense(3)]), "tells 3 classes apart, and these"),
    "maps": (lambda: weights([networks.conv(3, 3)]), "no score for each class"),
    "a layer": (lambda: weights([LRN, *TEN]), "blocks or numbers that there are not here"),
    "a setting": (lambda: weights([DILATED, *TEN]), "blocks or numbers"),
    "oblong": (lambda: weights([OBLONG, *TEN]), "blocks or numbers"),
    "an end": (lambda: weights([networks.dense(10), networks.RELU]), "ends otherwise"),
    "too large": (lambda: weights([networks.dense(3000), *TEN]), "server that a class shares"),
    "huge numbers": (huge, "too large for those that are trained with"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_weights_that_cannot_be_begun_with_are_one_sentence(name: str) -> None:
    make, words_ = REFUSED[name]
    with pytest.raises(ValueError, match=words_) as refused:
        fitted(make())
    assert "\n" not in str(refused.value)


def test_the_sentence_stands_below_the_file_and_the_page_goes_on() -> None:
    at = begun_with(weights(TEN, (1, 8, 8)))
    refused = "No run can begin with these weights here: Its network reads 1 × 8 × 8"
    assert refused in words(at)
    assert at.selectbox(key="tr_preset").value == "one" and state_of(at).first is None
    press(at, "One step")
    until(at, "step 1 of")


def test_a_locked_network_or_locked_first_weights_stay() -> None:
    for setting in ("tr_preset", "tr_init"):
        lock = Task("train", {"tr_preset": "one"}, locked=frozenset({setting}))
        at = begun_with(weights(SMALL), task=packed(lock))
        assert "need a network or first weights that this page cannot be set to" in words(at)
        assert at.selectbox(key="tr_preset").value == "one" and state_of(at).first is None


# --- in what leaves the page ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def run() -> RunState:
    data = weights(SMALL)
    first = FirstWeights("monday", arrays(data), {})
    setup = config(blocks=SMALL, weights=first.digest)
    return advance(begin(setup, first), load_recipe(RECIPE), Budget(steps=4))


def test_the_file_of_the_run_holds_them(run: RunState) -> None:
    state, _ = read_run(everything.whole_run(run, RECIPE))
    assert state.first is not None and state.first.name == "monday"
    assert same(state.first.parameters, arrays(weights(SMALL)))
    at = given(everything.whole_run(run, RECIPE))
    press(at, "Go on with it")
    assert "it goes on from step 4" in words(at)
    press(at, "Start again")
    assert same(state_of(at).parameters, arrays(weights(SMALL)))


def test_the_zip_says_it_and_its_program_comes_to_the_same(run: RunState, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(everything.packed(run, RECIPE, load_recipe(RECIPE)))) as file:
        file.extractall(tmp_path)
    page = (tmp_path / "README.md").read_text("utf-8")
    assert "It began with the weights of the file “monday”, not with random ones." in page
    assert '"first weights": "monday"' in (tmp_path / "settings.json").read_text("utf-8")
    assert "the same to the last bit" in said(tmp_path, "reproduce.py")


def test_compared_with_another_run_they_are_named(run: RunState) -> None:
    random = trained(config(blocks=SMALL), steps=1)
    kept = {"file": session.Kept(run, RECIPE, 1), "lot": session.Kept(random, RECIPE, 2)}
    assert compare.differences(kept)["first weights"] == ["of the file “monday”", "kaiming_normal"]


def test_what_moved_is_measured_from_them(run: RunState) -> None:
    np.testing.assert_array_equal(
        kernels._began(run, "conv1"), arrays(weights(SMALL))["conv1.weight"]
    )


def test_hostile_first_weights_are_one_sentence(run: RunState) -> None:
    assert run.first is not None
    broken = {**run.first.parameters, "conv1.bias": np.full(3, np.nan, np.float32)}
    missing = {k: v for k, v in run.first.parameters.items() if k != "conv1.bias"}
    for wrong in (
        replace(run, first=None),
        replace(run, first=replace(run.first, name=["x"])),  # type: ignore[arg-type]
        replace(run, first=replace(run.first, name="x" * 1000)),
        replace(run, first=FirstWeights("x", broken, {})),
        replace(run, first=FirstWeights("x", missing, {})),
        replace(run, config=replace(run.config, weights="")),
    ):
        with pytest.raises(FileError, match="cannot be gone on with"):
            read_run(to_bytes(wrong, RECIPE))


def test_a_file_from_before_there_were_first_weights_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from cnn.learn import checkpoint

    monkeypatch.setattr(checkpoint, "VERSION", 2)
    data = to_bytes(trained(config(), steps=1), RECIPE)
    monkeypatch.undo()
    assert read_run(data)[0].first is None
