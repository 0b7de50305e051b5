"""The training page: what it says of data, networks and settings; training itself."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.datasets import DIGITS, Source
from cnn.data.handwriting import generate
from cnn.data.idx import write_idx
from cnn.learn.state import RunConfig
from cnn.learn.training import begin
from cnn.nets.spec import outline
from jobs.runner import View
from tests.pages.opening import words
from tests.pages.payload import array, sent
from tests.pages.training import press, start, until
from ui import codecs, collection, networks
from ui.train import data, heavy, learned, outcome, saving, session


def network(blocks: list[dict[str, object]], owner: str = "lenet") -> str:
    return codecs.packed(networks.checked).encode((owner, blocks))


def test_it_trains_step_by_step_and_to_the_end() -> None:
    at = start(tr_epochs="2", tr_preset="one", tr_batch="32")
    assert "step 0 of 20" in words(at)
    press(at, "One step")
    until(at, "step 1 of 20")
    press(at, "One epoch")
    until(at, "step 11 of 20")
    press(at, "Train")
    until(at, "**Finished**")
    assert len(array(sent(at, "live_chart")["panels"][0]["series"][0]["y"])) == 20
    press(at, "Start again")
    until(at, "step 0 of 20")


@pytest.mark.parametrize("view", ["maps", "hist", "step", "learned", "compare", "net", "data"])
@pytest.mark.parametrize("preset", ["lenet", "dense", "allconv", "resnet", "first"])
def test_every_view_of_every_preset(view: str, preset: str) -> None:
    start(tr_view=view, tr_preset=preset)


def test_the_builder_says_what_each_block_comes_to() -> None:
    shown = sent(start(tr_view="net", tr_data="strokes"), "block_list")
    assert shown["lines"][1]["words"] == "→ 6 × 28 × 28 · 156 parameters · 117,600 multiply–adds"
    assert shown["lines"][-1]["title"] == "Output: dense layer"
    assert "61,706 parameters" in shown["total"]


def test_a_block_that_cannot_fit_says_which_number_and_what_would() -> None:
    blocks = [networks.conv(4, 15, 4), networks.conv(8, 9)]
    at = start(tr_net=network(blocks), tr_view="net")
    assert "kernel_size: 9 taps" in words(at)
    assert "need kernel_size ≤" in words(at)
    shown = sent(at, "block_list")
    assert "kernel_size: 9 taps" in shown["lines"][2]["problem"]
    assert "Block 2, Convolution" in words(at)
    assert not any(b.label == "Train" for b in at.button)


@pytest.mark.parametrize(
    "broken",
    ["rubbish", network([{"kind": "conv", "out_channels": 4, "kernel_size": 3, "stride": 1,
                          "padding": 0}], owner="lenet")[:-9]],
)  # fmt: skip
def test_a_broken_network_in_the_link_is_the_preset(broken: str) -> None:
    at = start(tr_net=broken, tr_view="net", tr_data="strokes")
    assert "61,706 parameters" in sent(at, "block_list")["total"]


def test_what_a_link_may_hold_is_bounded() -> None:
    for bad in (
        ("lenet", [{"kind": "linear", "out_features": 10**9}]),
        ("lenet", [{"kind": "exec"}]),
        ("lenet", [networks.dense(4)] * 99),
        ("nobody", []),
    ):
        with pytest.raises((ValueError, KeyError)):
            networks.checked(bad)


def test_what_the_browser_sends_is_checked_before_it_is_taken() -> None:
    blocks = [networks.dense(7), {"kind": "relu"}]
    script = (
        "import streamlit as st\nfrom ui import link\nfrom ui.train import builder\n"
        "link.begin('train')\n"
        "for sent in ({blocks!r}, [{{'kind': 'exec'}}], 'rubbish', [{{}}], [3]):\n"
        "    builder._take('lenet', sent)\n"
        "st.write(str(builder.blocks_of('lenet')))\n"
    )
    at = AppTest.from_string(script.format(blocks=blocks), default_timeout=60).run()
    assert not at.exception
    assert at.markdown[0].value == str(blocks)


def test_the_preset_of_the_tutorials_brings_its_settings() -> None:
    at = start(tr_data="strokes")
    at.selectbox(key="tr_preset").set_value("first").run()
    assert not at.exception
    assert at.selectbox(key="tr_loss").value == "half_mse"
    assert at.selectbox(key="tr_opt").value == "sgd"
    assert "step 0 of 300" in words(at)  # 200 images, batches of 20, 30 epochs


def test_missing_data_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", Path("é" * 200)):
        monkeypatch.setenv("CONVSCOPE_DATA", str(folder))
        at = start(tr_data="mnist")
        assert "MNIST is not on this server." in words(at)
        assert str(tmp_path) not in words(at), "where data lie on the server is not told"
        assert not any("Download" in b.label for b in at.button), "only where the starter allows"
    assert "You have not collected drawings yet" in words(start(tr_data="drawings"))


def test_too_high_a_learning_rate_is_named() -> None:
    blocks = [networks.conv(4, 5), {"kind": "leaky_relu"}]
    at = start(tr_net=network(blocks), tr_opt="sgd", tr_lr="10", tr_loss="half_mse", tr_epochs="20")
    press(at, "Train")
    until(at, "**NaN.**")
    assert "learning rate (10) is too high" in words(at)


def test_a_dead_network_is_named() -> None:
    at = start(tr_preset="one", tr_opt="sgd", tr_lr="10", tr_loss="half_mse", tr_init="uniform")
    press(at, "Train")
    until(at, "**Dead network.**")
    assert "Every output of relu1 is 0" in words(at)


def test_the_filters_and_how_they_changed_have_scales_of_their_own() -> None:
    at = start(tr_epochs="2", tr_preset="one", tr_batch="32", tr_of="change")
    assert not array(sent(at, "tile_grid", "tr_kernels")["rows"][0]["maps"]).any()
    press(at, "One epoch")
    until(at, "step 10 of 20")
    change = sent(at, "tile_grid", "tr_kernels")["rows"][0]
    at.segmented_control(key="tr_of").set_value("now").run()
    now = sent(at, "tile_grid", "tr_kernels")["rows"][0]
    assert "change of the kernels since the start" in change["title"]
    first = array(now["maps"]) - array(change["maps"])
    assert 0 < change["limit"] == pytest.approx(np.abs(array(change["maps"])).max())
    assert change["limit"] < now["limit"] / 2
    again = start(tr_epochs="2", tr_preset="one", tr_batch="32")
    began = array(sent(again, "tile_grid", "tr_kernels")["rows"][0]["maps"])
    np.testing.assert_allclose(first, began, atol=1e-6)


def test_rates_divide_only_what_is_there() -> None:
    precision, recall = learned.rates(np.array([[3, 1], [0, 0]]))
    assert (precision[0], recall[0]) == (1.0, 0.75)
    assert precision[1] == 0
    assert np.isnan(recall[1])


def test_history_as_a_table() -> None:
    from cnn.learn.state import History

    history = History([1, 2], [0.5, 0.25], [0.1, 0.9], [0.01, 0.01], [0, 2], [2.0, 1.0], [0.1, 0.8])
    lines = outcome.history_csv(history).splitlines()
    assert lines[0].startswith("step,loss")
    assert lines[1] == "1,0.5,0.1,0.01,,"
    assert lines[2] == "2,0.25,0.9,0.01,1,0.8"


@pytest.fixture
def loopback(tmp_path: Path) -> Iterator[tuple[Source, list[str]]]:
    """A small data set in MNIST's files on this machine's own server; and what was asked for."""
    made = generate(300, 1)
    served = tmp_path / "served"
    served.mkdir()
    for part, count in (("train", 300), ("t10k", 30)):
        write_idx(served / f"{part}-images-idx3-ubyte.gz", made.images[:count, 0])
        write_idx(served / f"{part}-labels-idx1-ubyte.gz", made.labels[:count].astype(np.uint8))
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(served))

        def log_message(self, *args: Any) -> None:
            asked.append(self.path)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sums = {p.name: hashlib.md5(p.read_bytes()).hexdigest() for p in served.iterdir()}
    yield Source("MNIST", DIGITS, (f"http://127.0.0.1:{server.server_port}/",), sums), asked
    server.shutdown()
    server.server_close()


def written(folder: Path, images: np.ndarray, labels: np.ndarray) -> None:
    folder.mkdir(parents=True)
    write_idx(folder / "train-images-idx3-ubyte", images)
    write_idx(folder / "train-labels-idx1-ubyte.gz", labels.astype(np.uint8))


def test_a_student_chooses_among_the_folders_that_the_starter_of_the_app_offers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = generate(200, 1)
    offered, outside = tmp_path / "data", tmp_path / "outside"
    for folder in (offered / "mnist", offered / "school", offered / "fashion", outside / "mnist"):
        written(folder, made.images[:, 0], made.labels)
    (offered / "empty").mkdir()
    monkeypatch.setenv("CONVSCOPE_DATA", str(offered))
    for asked in ("school", str(outside / "mnist"), "../outside/mnist", "é" * 200, "a\0b"):
        at = start(tr_data="mnist", tr_folder=asked, tr_view="data")
        assert at.selectbox(key="tr_folder").options == ["mnist", "school"]
        assert at.selectbox(key="tr_folder").value == ("school" if asked == "school" else "mnist")
        assert "**160** images to train with" in words(at)
    written(offered / "broken", made.images[:, 0], made.labels)
    (offered / "broken" / "train-images-idx3-ubyte").write_bytes(b"rubbish")
    at = start(tr_data="mnist", tr_folder="broken")
    assert "train-images-idx3-ubyte is no IDX file" in words(at)
    written(offered / "other", made.images[:-1, 0], made.labels)
    at = start(tr_data="mnist", tr_folder="other")
    assert "in other, need one label for each image" in words(at)
    assert str(tmp_path) not in words(at)


def test_mnist_is_downloaded_on_request_and_trains(
    loopback: tuple[Source, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, asked = loopback
    monkeypatch.setitem(data.FILES, "mnist", source)
    monkeypatch.setenv("CONVSCOPE_DATA", str(tmp_path / "mine"))
    monkeypatch.setenv("CONVSCOPE_DOWNLOAD", "1")
    at, other = (start(tr_data="mnist", tr_count="200", tr_batch="32") for _ in range(2))
    assert "Download it: once for the whole class." in words(at)
    assert asked == []  # nothing is fetched unasked
    press(at, "Download MNIST")
    press(other, "Download MNIST")
    until(at, "step 0 of")
    assert not any(b.label == "Download MNIST" for b in at.button)
    until(other, "step 0 of")
    assert len(asked) <= 4, "two who ask at once fetch each file once"
    press(at, "One step")
    until(at, "step 1 of")


def test_no_network_and_a_folder_that_cannot_be_are_plain_sentences(
    loopback: tuple[Source, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, _ = loopback
    gone = replace(source, urls=("http://127.0.0.1:9/",))
    monkeypatch.setitem(data.FILES, "mnist", gone)
    monkeypatch.setenv("CONVSCOPE_DOWNLOAD", "1")
    monkeypatch.setenv("CONVSCOPE_DATA", str(tmp_path / "mine"))
    at = start(tr_data="mnist")
    press(at, "Download MNIST")
    until(at, "there seems to be no network here")
    (tmp_path / "file").write_text("not a folder")
    for unwritable in (tmp_path / "file", Path("/dev/null/x"), tmp_path / ("é" * 200)):
        monkeypatch.setenv("CONVSCOPE_DATA", str(unwritable))
        at = start(tr_data="mnist")
        press(at, "Download MNIST")
        until(at, "The folder for MNIST cannot be written on this server")
        assert "Errno" not in words(at) and str(tmp_path) not in words(at)


def drawings(per_class: dict[str, int]) -> collection.Collection:
    made = collection.EMPTY
    images = generate(sum(per_class.values()), 2).floats()[:, 0]
    names = [name for name, count in per_class.items() for _ in range(count)]
    for image, name in zip(images, names, strict=True):
        made = made.add(image, name)
    return made


def test_own_drawings_train_from_two_classes_up() -> None:
    at = start(tr_data="drawings", tr_batch="4", tr_epochs="2", tr_preset="dense")
    at.session_state["own_drawings"] = drawings({"cat": 8})
    at.run()
    assert not at.exception
    assert "at least 2" in words(at) or "two kinds" in words(at)
    at.session_state["own_drawings"] = drawings({"cat": 8, "dog": 12})
    at.run()
    assert not at.exception
    assert "step 0 of 8" in words(at)  # 16 of 20 to train with, four a batch, two epochs
    press(at, "Train")
    until(at, "**Finished**")
    at.pills(key="tr_view").set_value("learned").run()
    assert sent(at, "confusion")["classes"] == ["cat", "dog"]


def test_sessions_do_not_disturb_each_other() -> None:
    one = start(tr_epochs="2", tr_preset="one", tr_batch="32")
    two = start(tr_epochs="2", tr_preset="one", tr_batch="32")
    press(one, "One step")
    until(one, "step 1 of 20")
    two.run()
    assert "step 0 of 20" in words(two)


def test_kept_runs_differ_where_they_differ_and_the_same_seed_gives_the_same_history() -> None:
    at = start(tr_view="compare", tr_preset="one", tr_epochs="1", tr_batch="32")
    press(at, "Train")
    until(at, "**Finished**")
    press(at, "Keep")
    press(at, "Start again")
    press(at, "Train")
    until(at, "**Finished**")
    next(t for t in at.text_input if t.label.startswith("Keep the run")).set_value("again")
    press(at, "Keep")
    at.number_input(key="tr_lr").set_value(0.02).run()
    press(at, "Train")
    until(at, "**Finished**")
    kept = at.session_state["_training"].kept
    assert list(kept) == ["Run 1", "again"]
    assert kept["Run 1"].state.history == kept["again"].state.history
    table = at.dataframe[0].value
    assert list(table["run"]) == ["Run 1", "again", "now"]
    assert list(table["learning rate"]) == ["0.002", "0.002", "0.02"]
    assert "batch size" not in table and "seed" not in table
    press(at, "Drop again")
    assert list(at.dataframe[0].value["run"]) == ["Run 1", "now"]


def test_a_finished_run_trains_on() -> None:
    at = start(tr_preset="one", tr_epochs="1", tr_batch="32")
    press(at, "Train")
    until(at, "**Finished**")
    press(at, "Train on to 6 epochs")
    assert at.slider(key="tr_epochs").value == 6
    until(at, "step 60 of 60")


@pytest.mark.parametrize(("phase", "more"), [("finished", 6), ("running", None), ("queued", None)])
def test_train_on_pressed_twice_counts_once(
    phase: str, more: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second press was sent before the page had changed: the run is under way by then."""
    state = begin(RunConfig([networks.dense(2)], (1, 8, 8), 2, 16, epochs=1))
    view = View(state, 1, phase, None, 1, 1, 0, None)
    monkeypatch.setattr(session, "look", lambda: view)
    assert session.longer() == more


@pytest.mark.parametrize(
    "blocks",
    [
        [networks.dense(512)] * 24,
        [networks.conv(64, 15, padding=7), networks.conv(64, 15, padding=7)],
        [networks.conv(64, 3, padding=1), networks.conv(1, 15, padding=7)],
    ],
)
def test_a_network_too_large_for_a_shared_server_is_refused(blocks: list[dict[str, int]]) -> None:
    at = start(tr_net=network(blocks), tr_view="net", tr_data="strokes")
    assert "on a server that a class shares" in words(at)
    assert not any(b.label == "Train" for b in at.button)


WIDE = networks.conv(64, 3, padding=1)
HEAVY = {
    "gelu": [WIDE, *[{"kind": "gelu"}] * 23],
    "batch_norm": [WIDE, *[{"kind": "batch_norm"}, {"kind": "relu"}] * 11],
    "max_pool": [WIDE, *[networks.fresh("max_pool") | {"kernel_size": 3, "stride": 1, "padding": 1}]
                 * 23],
}  # fmt: skip


@pytest.mark.parametrize("kind", HEAVY)
def test_a_step_that_is_too_much_work_is_refused_and_the_batch_that_is_named_is_not(
    kind: str,
) -> None:
    blocks = HEAVY[kind]
    at = start(tr_net=network(blocks), tr_view="net", tr_data="strokes", tr_batch="256")
    found = re.search(r"Make the batch at most (\d+), or use fewer blocks", words(at))
    assert found, words(at)[:600]
    assert not any(b.label == "Train" for b in at.button)
    at.slider(key="tr_batch").set_value(int(found[1])).run()
    assert not at.exception
    assert any(b.label == "Train" for b in at.button)
    assert "on a server that a class shares" not in words(at)


@pytest.mark.parametrize("preset", networks.PRESETS)
def test_every_preset_may_be_trained_with_every_batch(preset: str) -> None:
    chosen = networks.PRESETS[preset]
    for classes in (2, 10, 62):
        rows = outline([*chosen.blocks, *networks.head_blocks(chosen.head, classes)], (1, 28, 28))
        assert networks.too_large(rows.rows, networks.MOST_BATCH) is None


@pytest.mark.parametrize("view", ["hist", "step", "learned"])
def test_what_is_much_work_is_done_by_a_worker_and_looks_the_same(
    view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heavy, "MOST_SECONDS", 1e9)
    light = start(tr_view=view, tr_preset="one", tr_epochs="1", tr_batch="32")
    monkeypatch.setattr(heavy, "MOST_SECONDS", 0.0)
    for name in ("validation_scores", "detailed_step"):
        monkeypatch.setattr(heavy, name, None)  # the server does none of it
    at = start(tr_view=view, tr_preset="one", tr_epochs="1", tr_batch="32")
    assert words(at) == words(light)
    assert any(b.label == "Train" for b in at.button)
    component = {"hist": "live_chart", "step": "tile_grid", "learned": "confusion"}[view]
    for one, other in zip(at.get("bidi_component"), light.get("bidi_component"), strict=True):
        if one.proto.component_name == f"convscope_{component}":
            assert one.proto.bytes == other.proto.bytes


@pytest.mark.parametrize("trouble", [TimeoutError(), BrokenProcessPool("gone")])
@pytest.mark.parametrize("view", ["step", "learned"])
def test_where_no_worker_does_it_the_page_says_so(
    view: str, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_: object) -> Future[object]:
        failed: Future[object] = Future()
        failed.set_exception(trouble)
        return failed

    monkeypatch.setattr(heavy, "MOST_SECONDS", 0.0)
    monkeypatch.setattr(session.runner(), "ask", ask)
    at = start(tr_view=view, tr_preset="one", tr_epochs="1", tr_batch="32")
    said = "too busy" if isinstance(trouble, TimeoutError) else "has ended twice over it"
    assert said in words(at)
    assert any(b.label == "Train" for b in at.button), "the rest of the page stands"


def test_a_view_that_is_much_work_waits_for_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heavy, "MOST_SECONDS", 0.0)
    at = start(tr_view="learned", tr_preset="one", tr_epochs="50", tr_batch="4")
    press(at, "Train")
    assert "Pause the run to see this" in words(at)
    press(at, "Pause")
    at.run()
    assert sent(at, "confusion")


def test_a_network_that_cannot_be_written_as_a_program_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: object) -> str:
        raise ValueError("conv1: PyTorch has no such layer")

    monkeypatch.setattr(saving, "to_pytorch", refuse)
    at = start(tr_view="learned", tr_preset="one")
    assert "There is no PyTorch code of this network: conv1: PyTorch has no such layer." in words(
        at
    )
    labels = [button.proto.label for button in at.get("download_button")]
    assert "NumPy script" in labels and "PyTorch code" not in labels
