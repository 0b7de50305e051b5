"""A saved run goes on, or is compared with; a saved network answers on the drawing page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from classroom.tasks import Task
from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.changes import changed
from cnn.learn.state import Budget, RunConfig, RunState
from cnn.learn.training import advance, begin, network_of
from cnn.nets import storage
from cnn.nets.export_safetensors import to_safetensors
from cnn.nets.spec import build
from tests.pages.opening import visit, words
from tests.pages.payload import sent
from tests.pages.test_task import packed
from tests.pages.training import press, recall, restart, start, threads_for_workers, until
from ui import networks, trained_net
from ui.collection import EMPTY
from ui.draw import from_file
from ui.train import everything, session

RECIPE = Recipe("strokes", count=300, seed=3, noise=0.1)


@pytest.fixture(autouse=True)
def _a_server_with_threads_for_workers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with threads_for_workers(monkeypatch):
        yield


def config(recipe: Recipe = RECIPE, **settings: object) -> RunConfig:
    data = load_recipe(recipe)
    classes = len(data.train.classes)
    usual: dict[str, Any] = {
        "blocks": [networks.dense(12), networks.RELU, *networks.head_blocks("dense", classes)],
        "batch_size": 32,
        "epochs": 4,
        "seed": 7,
    }
    return RunConfig(
        input_shape=data.train.shape,
        classes=classes,
        samples=len(data.train),
        **{**usual, **settings},
    )


def trained(setup: RunConfig, recipe: Recipe = RECIPE, steps: int = 6) -> RunState:
    return advance(begin(setup), load_recipe(recipe), Budget(steps=steps))


@pytest.fixture(scope="module")
def run() -> RunState:
    """Eleven steps, the rate changed after the sixth."""
    six = trained(config())
    data = load_recipe(RECIPE)
    return advance(changed(six, replace(six.config, lr=0.0005)), data, Budget(steps=5))


def given(data: bytes, name: str = "monday.npz", **params: str) -> AppTest:
    """The training page with that file dropped on it."""
    at = start(tr_preset="one", tr_epochs="2", tr_batch="32", **params)
    at.file_uploader(key="tr_file").upload(name, data).run()
    assert not at.exception
    return at


def state_of(at: AppTest) -> RunState:
    view = session.runner().look(at.session_state["_training"].run_id)
    assert view is not None
    return view.state


def test_a_saved_run_goes_on_as_if_it_had_never_stopped(run: RunState) -> None:
    at = given(everything.whole_run(run, RECIPE))
    assert "**monday**: step 11 of 32, trained on 240 images" in words(at)
    press(at, "Go on with it")
    assert "it goes on from step 11" in words(at) and "step 11 of 32" in words(at)
    assert at.slider(key="tr_count").value == 300 and at.number_input(key="tr_lr").value == 0.0005
    assert "learning rate 0.002 → 0.0005" in at.caption[0].value, "its changes are told"
    for steps in (12, 13):
        press(at, "One step")
        until(at, f"step {steps} of 32")
    whole = advance(run, load_recipe(RECIPE), Budget(steps=2))
    there = state_of(at)
    assert there.history == whole.history
    for name, array in whole.parameters.items():
        np.testing.assert_array_equal(there.parameters[name], array)


def test_it_is_found_again_after_a_reload_and_a_restart(run: RunState) -> None:
    """With settings that changed before and after it was loaded."""
    at = given(everything.whole_run(run, RECIPE))
    press(at, "Go on with it")
    at.number_input(key="tr_lr").set_value(0.01).run()
    press(at, "One step")
    until(at, "step 12 of 32")
    key, link = sent(at, "keepsake", "keepsake-run")["value"], sent(at, "address")["query"]
    restart()
    again = visit("train", **dict(pair.split("=") for pair in link.split("&")))
    recall(again, "keepsake-run", key)
    assert "found again at step 12" in words(again)
    assert again.session_state["_training"].kept == {}, "the run goes on; it is no earlier one"
    assert [step for step, _ in ((e.until, e.config) for e in state_of(again).earlier)] == [6, 11]


def test_it_is_compared_with_under_the_name_of_its_file(run: RunState) -> None:
    at = given(everything.whole_run(run, RECIPE), name="![x](http://e.vil)*now*.npz")
    press(at, "Compare with it")
    table = at.dataframe[0].value
    assert list(table["steps"]) == ["11"]
    assert "![x](http" not in words(at) + "".join(b.label for b in at.button)


#: How a network ends, and a loss of its run; the control says "bce" for the last.
ENDS = [
    ("dense", "bce"),
    ("conv", "half_mse"),
    ("sigmoid", "bce_probabilities"),
    ("single", "bce_probabilities"),
]


@pytest.mark.parametrize(("head", "loss"), ENDS)
def test_every_network_that_can_be_built_here_can_be_gone_on_with(head: str, loss: str) -> None:
    recipe = replace(RECIPE, classes=(0, 1)) if head == "single" else RECIPE
    classes = 2 if head == "single" else 10
    blocks = [
        networks.conv(3, 5),
        networks.RELU,
        networks.pool(),
        *networks.head_blocks(head, classes),
    ]
    state = trained(config(recipe, blocks=blocks, loss=loss), recipe, steps=1)
    at = given(everything.whole_run(state, recipe))
    press(at, "Go on with it")
    assert "it goes on from step 1" in words(at)


def test_augmentation_patience_and_few_images_come_along() -> None:
    recipe = replace(RECIPE, train_on=50)
    setup = config(recipe, shift=2.0, rotate=12.0, elastic=1.0, patience=3)
    state = trained(setup, recipe, steps=1)
    at = given(everything.whole_run(state, recipe))
    press(at, "Go on with it")
    assert "it goes on from step 1" in words(at)
    press(at, "One step")
    until(at, "step 2 of")
    whole = advance(state, load_recipe(recipe), Budget(steps=1))
    assert state_of(at).history.loss == whole.history.loss


def test_what_the_page_cannot_be_set_to_is_said_and_what_was_there_stays(run: RunState) -> None:
    at = given(everything.whole_run(trained(config(batch_size=33)), RECIPE))
    press(at, "Go on with it")
    assert "cannot go on here" in words(at)
    assert at.selectbox(key="tr_preset").value == "one" and at.slider(key="tr_batch").value == 32
    assert at.slider(key="tr_count").value == 400, "the settings are those from before"
    odd = config(blocks=[networks.dense(600), *networks.head_blocks("dense", 10)])
    at = given(everything.whole_run(trained(odd, steps=1), RECIPE))
    press(at, "Go on with it")
    assert "blocks or numbers that there are not here" in words(at)


def test_data_that_this_server_has_not_are_named(run: RunState) -> None:
    at = given(everything.whole_run(run, Recipe("mnist", folder="/somewhere/mnist")))
    press(at, "Go on with it")
    assert "It was trained on MNIST, which is not on this server." in words(at)


def test_images_that_were_brought_are_to_be_brought_again(run: RunState) -> None:
    at = given(everything.whole_run(run, Recipe("elsewhere")))
    press(at, "Go on with it")
    assert "Choose the same ones as the data" in words(at)
    assert "step 0 of 20" in words(at)


def test_a_run_on_own_drawings_brings_them_along() -> None:
    mine = EMPTY
    for label in "abab":
        mine = mine.add(np.eye(28) if label == "a" else np.fliplr(np.eye(28)), label)
    made = mine.dataset()
    recipe = Recipe("drawings", drawings=made.images.tobytes(), labels=tuple(made.labels.tolist()),
                    names=made.classes, validation=0.2)  # fmt: skip
    state = trained(config(recipe, seed=1), recipe, steps=1)
    at = given(everything.whole_run(state, recipe))
    press(at, "Go on with it")
    assert "it goes on from step 1" in words(at)
    assert at.session_state["own_drawings"].to_bytes() == mine.to_bytes()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"nonsense", "This file cannot be used: "),
        (b"PK nonsense", "This file cannot be used: this is not a run saved here"),
    ],
    ids=["nonsense", "no zip"],
)
def test_what_is_no_run_is_one_sentence_and_the_page_goes_on(data: bytes, said: str) -> None:
    at = given(data)
    assert said in words(at)
    press(at, "One step")
    until(at, "step 1 of 20")


def test_a_run_that_a_task_does_not_allow_is_only_compared_with(run: RunState) -> None:
    lock = Task("train", {"tr_preset": "one"}, locked=frozenset({"tr_preset"}))
    at = given(everything.whole_run(run, RECIPE), task=packed(lock))
    press(at, "Go on with it")
    assert "has settings or data that this page cannot be set to" in words(at)
    assert at.selectbox(key="tr_preset").value == "one" and "step 0 of 20" in words(at)
    press(at, "Compare with it")
    assert list(at.session_state["_training"].kept) == ["monday"]


def draw_with(data: bytes, name: str) -> AppTest:
    at = visit("draw")
    at.file_uploader(key="d_network_file").upload(name, data).run()
    assert not at.exception
    return at


FORMS: dict[str, Callable[[RunState], bytes]] = {
    "run.npz": lambda run: everything.whole_run(run, RECIPE),
    "weights.npz": lambda run: storage.to_bytes(network_of(run), classes=list("0123456789")),
    "weights.safetensors": lambda run: to_safetensors(network_of(run), classes=list("0123456789")),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_saved_network_answers_on_the_drawing_page(run: RunState, name: str) -> None:
    at = draw_with(FORMS[name](run), name)
    own = at.session_state["_taken_network"]
    assert own.classes == tuple("0123456789")
    image = np.zeros((1, 1, 28, 28), np.float32)
    np.testing.assert_array_equal(own.net(image), network_of(run)(image))
    assert "d_net=yours" in sent(at, "address")["query"]
    assert trained_net.TITLE in at.segmented_control(key="d_net").options


def test_a_network_that_ends_in_a_sigmoid_gives_scores_there() -> None:
    two = replace(RECIPE, classes=(0, 1))
    blocks = [networks.dense(4), networks.RELU, *networks.head_blocks("single", 2)]
    state = trained(config(two, blocks=blocks, loss="bce_probabilities"), two)
    own = from_file.read_network(everything.whole_run(state, two))
    assert own.classes == ("0", "1")
    image = np.random.default_rng(0).random((1, 1, 28, 28), np.float32)
    score = float(own.net(image)[0, 0])
    assert 1 / (1 + np.exp(-score)) == pytest.approx(
        float(network_of(state)(image)[0, 0]), rel=1e-5
    )


def weights(*blocks: dict[str, Any], shape: tuple[int, ...] = (1, 28, 28)) -> bytes:
    return storage.to_bytes(build(list(blocks), shape, rng=0))


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "header"),
    "words": (b"GIF89a and more", "header"),
    "a zip of nothing": (b"PK\x05\x06" + bytes(18), "not a run"),
    "another size": (weights(networks.dense(10), shape=(1, 8, 8)), "reads 1 × 8 × 8"),
    "maps": (weights(networks.conv(3, 3)), "no score for each class"),
    "too many classes": (weights(networks.dense(200)), "no score for each class"),
    "a foreign layer": (weights({"kind": "lrn", "size": 3}, networks.dense(10)), "not shown here"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_network_for_drawings_is_one_sentence(name: str) -> None:
    data, said = HOSTILE[name]
    with pytest.raises(storage.FileError, match=said) as refused:
        from_file.read_network(data)
    assert "\n" not in str(refused.value)


def test_on_the_drawing_page_the_sentence_stands_below_the_file() -> None:
    at = draw_with(b"nonsense", "weights.safetensors")
    assert "This file cannot be used" in "\n".join(m.value for m in at.markdown)
    assert "_taken_network" not in at.session_state
