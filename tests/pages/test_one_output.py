"""A network with a single output: it trains on two classes and goes everywhere that others go."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.explain import both_scores, both_ways, input_gradient, snapshot
from cnn.layers.activations import sigmoid
from cnn.layers.softmax import softmax
from cnn.learn.losses import make_loss
from cnn.nets import storage
from cnn.nets.export import to_numpy
from cnn.nets.spec import build, outline
from tests.pages.opening import visit, words
from tests.pages.payload import array, sent
from tests.pages.training import press, until
from ui import networks, trained_net
from ui.train import update_rule

FIRST = {"tr_preset": "first", "tr_head": "single", "tr_count": "250"}
FIRST |= {"tr_classes": "two", "tr_batch": "20", "tr_opt": "sgd", "tr_lr": "0.05"}


def start(**params: str) -> AppTest:
    return visit("train", **{**FIRST, "tr_loss": "half_mse", **params})


def first_network() -> list[dict[str, object]]:
    return [*networks.PRESETS["first"].blocks, *networks.head_blocks("single", 2)]


def test_the_tutorials_network_has_1728_numbers_and_one_output() -> None:
    rows = outline(first_network(), (1, 28, 28)).rows
    shapes = [row.output_shape for row in rows]
    assert (3, 24, 24) in shapes and (1728,) in shapes and shapes[-1] == (1,)
    assert networks.PRESETS["first"].settings["tr_loss"] == "half_mse"


def test_the_tutorials_lenet_ends_in_120_100_10() -> None:
    blocks = [*networks.PRESETS["tutorial"].blocks, *networks.head_blocks("dense", 10)]
    shapes = [row.output_shape for row in outline(blocks, (1, 28, 28)).rows]
    assert [s for s in shapes if len(s) == 1 and s[0] != 400][::2][-3:] == [(120,), (100,), (10,)]


@pytest.mark.parametrize("loss", ["half_mse", "bce", "cross_entropy"])
def test_it_trains_and_every_view_works(loss: str) -> None:
    at = start(tr_loss=loss, tr_epochs="4", tr_view="learned")
    press(at, "Train")
    until(at, "**Finished**")
    counts = sent(at, "confusion")["counts"]
    counts = array(counts) if isinstance(counts, dict) else np.array(counts)
    assert counts.sum() == 50 and np.trace(counts.reshape(2, 2)) > 35
    for view in ("maps", "hist", "step", "compare", "net", "data"):
        at.pills(key="tr_view").set_value(view).run()
        assert not at.exception, view


def test_it_reads_on_the_drawing_page_and_every_section_there_works() -> None:
    net = build(first_network()[:-1], (1, 28, 28), rng=3)
    net.eval()
    at = AppTest.from_file("../../app.py", default_timeout=90)
    at.session_state["_taken_network"] = trained_net.Taken(net, ("0", "1"), 0.98)
    at.query_params["d_net"] = trained_net.NAME
    at.switch_page("pages/draw.py")
    at.run()
    assert not at.exception
    view = sent(at, "network_view")
    assert len(view["logits"]) == 1 and view["classes"] == ["0", "1"]
    p = 1 / (1 + np.exp(-view["logits"][0]))
    assert view["probabilities"] == pytest.approx([1 - p, p], abs=1e-5)
    assert "a **sigmoid** makes it the share of 1" in words(at)
    for section, said in {
        "why": "Grad-CAM",
        "looks": "What does it look for?",
        "fool": "aimed ones of the same size change it for",
        "map": "The nearest dot is of the same class",
        "if": "Unchanged it was",
        "none": "One output always answers",
        "two": "parameters, 98.0% of the images that its run held out",
        "solid": "Drag to turn",
        "own": "Give the drawing a label",
    }.items():
        at.button_group(key="d_more").set_value(section).run()
        assert not at.exception, section
        assert said in words(at), section


def test_other_data_than_two_classes_get_a_sentence() -> None:
    assert "One unit tells two classes apart, but the data have 10" in words(
        start(tr_classes="all")
    )


@pytest.mark.parametrize(("loss", "border"), [("half_mse", 0.5), ("bce", 0.0), ("mse", 0.5)])
def test_one_output_says_the_class_on_its_side_of_the_border(loss: str, border: float) -> None:
    scores = border + np.array([[-0.1, 0.1, 2.0]], np.float32)
    assert make_loss(loss).said(scores).tolist() == [0, 1, 1]
    assert make_loss(loss).said(np.eye(3)).tolist() == [0, 1, 2]


def test_a_softmax_of_zero_and_the_logit_is_the_sigmoid() -> None:
    z = np.array([[-2.0, 0.0, 3.0]])
    np.testing.assert_allclose(softmax(both_scores(z), 0)[1], sigmoid(z)[0])


def test_what_speaks_for_one_class_speaks_against_the_other() -> None:
    net = build(first_network()[:-1], (1, 28, 28), rng=3)
    x = np.random.default_rng(1).random((1, 28, 28), np.float32)
    against, favour = (input_gradient(both_ways(net), x, k).gradient for k in (0, 1))
    np.testing.assert_allclose(favour, input_gradient(net, x, 0).gradient, rtol=1e-5)
    np.testing.assert_allclose(against, -favour)
    chances = snapshot(net, x).probabilities
    assert chances.shape == (2,) and chances.sum() == pytest.approx(1)


def test_its_program_gives_the_same_number(tmp_path: Path) -> None:
    net = build(first_network(), (1, 28, 28), rng=3)
    net.eval()
    (tmp_path / "weights.npz").write_bytes(storage.to_bytes(net))
    (tmp_path / "model.py").write_text(to_numpy(net), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "model.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    scope: dict[str, Any] = {"__name__": "model"}
    exec((tmp_path / "model.py").read_text("utf-8"), scope)
    x = np.random.default_rng(2).random((3, 1, 28, 28), np.float32)
    answers = scope["forward"](x, scope["load"](tmp_path / "weights.npz"))
    np.testing.assert_allclose(answers, net(x), atol=2e-6)
    assert answers.shape == (3, 1)


@pytest.mark.parametrize(
    ("loss", "scores", "label", "value"),
    [
        ("half_mse", [0.7], 1, 0.5 * 0.3**2),
        ("bce_probabilities", [0.7], 1, -np.log(0.7)),
        ("bce", [0.0], 0, np.log(2)),
        ("cross_entropy", [1.0, 2.0], 1, np.log(1 + np.exp(-1))),
        ("half_mse", [0.5, 0.5], 1, 0.125),
    ],
)
def test_the_loss_of_the_first_image_is_written_with_its_numbers(
    loss: str, scores: list[float], label: int, value: float
) -> None:
    written = update_rule.of_loss(np.array(scores), label, loss)
    assert written.endswith(f"= {update_rule.number(float(value))}")
