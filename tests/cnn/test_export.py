"""Exported programs run by themselves and give the network's own answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnn.nets import storage
from cnn.nets.export import to_numpy, to_pytorch
from cnn.nets.network import Sequential
from cnn.nets.spec import build
from cnn.nets.table import spec_of
from tests.cnn.random_nets import IN_PYTORCH, OURS_ALONE, random_network
from tests.cnn.random_nets import images as random_images
from tests.fixtures.make_export_fixture import (
    FILE,
    RANDOM_FILE,
    images,
    network,
    to_pytorch_or_why,
)


def test_the_numpy_script_runs_alone_and_gives_the_same_logits(tmp_path: Path) -> None:
    net = network()
    net.eval()
    storage.save(net, tmp_path / "weights.npz")
    (tmp_path / "model.py").write_text(to_numpy(net), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "model.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    scope: dict[str, Any] = {"__name__": "model"}
    exec((tmp_path / "model.py").read_text("utf-8"), scope)
    logits = scope["forward"](images(), scope["load"](tmp_path / "weights.npz"))
    np.testing.assert_allclose(logits, net(images()), atol=2e-5)


def test_the_pytorch_program_is_the_one_that_was_run_and_its_answer_ours() -> None:
    """PyTorch is not here: the fixture keeps the program it ran, and what came out."""
    net = network()
    net.eval()
    with np.load(FILE, allow_pickle=False) as fixture:
        assert to_pytorch(net) == str(fixture["program"]), "run tests.fixtures.make_export_fixture"
        np.testing.assert_allclose(net(images()), fixture["answer"], atol=2e-5)


#: So many networks are held against their programs.
NETWORKS = 60
RUN_ALL = """
import numpy as np

for seed in range({count}):
    scope = {{"__name__": "model"}}
    exec(open(f"model{{seed}}.py", encoding="utf-8").read(), scope)
    images = np.load(f"images{{seed}}.npy")
    weights = scope["load"](f"weights{{seed}}.npz")
    np.save(f"answer{{seed}}.npy", scope["forward"](images, weights))
    assert len(scope["forward"](images[:0], weights)) == 0
"""


def test_random_networks_answer_alike_from_files_and_from_programs_of_their_own(
    tmp_path: Path,
) -> None:
    for seed in range(NETWORKS):
        net = random_network(seed)
        storage.save(net, tmp_path / f"weights{seed}.npz")
        (tmp_path / f"model{seed}.py").write_text(to_numpy(net), "utf-8")
        np.save(tmp_path / f"images{seed}.npy", random_images(seed))
    (tmp_path / "run.py").write_text(RUN_ALL.format(count=NETWORKS), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "run.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for seed in range(NETWORKS):
        expected = random_network(seed)(random_images(seed))
        loaded = storage.load(tmp_path / f"weights{seed}.npz")
        np.testing.assert_array_equal(loaded(random_images(seed)), expected)
        answer = np.load(tmp_path / f"answer{seed}.npy")
        np.testing.assert_allclose(answer, expected, atol=2e-5, rtol=2e-5, err_msg=f"{seed}")


def test_pytorch_gave_random_networks_the_same_answers() -> None:
    with np.load(RANDOM_FILE, allow_pickle=False) as fixture:
        for seed in range(int(fixture["count"])):
            net = random_network(seed, only=IN_PYTORCH)
            program = str(fixture[f"program{seed}"])
            assert to_pytorch_or_why(net) == program, "run tests.fixtures.make_export_fixture"
            if f"answer{seed}" in fixture.files:
                expected, answer = net(random_images(seed)), fixture[f"answer{seed}"]
                np.testing.assert_allclose(
                    answer, expected, atol=2e-5, rtol=2e-5, err_msg=f"{seed}"
                )


def test_what_cannot_be_written_is_said() -> None:
    def conv(name: str, **settings: Any) -> Sequential:
        block = {"kind": "conv", "out_channels": 4, "kernel_size": 3, "name": name}
        return build([{**block, **settings}], (2, 5, 5))

    for name in ("a b", "class", "train", "x=1", "_x", "é", "2nd"):
        with pytest.raises(ValueError, match=r"net: cannot write .*its name"):
            to_pytorch(conv(name))
        scope: dict[str, Any] = {"__name__": "model"}
        exec(to_numpy(conv(name)), scope)
    for kind in OURS_ALONE:
        net = next(n for n in map(random_network, range(400)) if kind in str(spec_of(n)))
        with pytest.raises(ValueError, match="net: cannot write"):
            to_pytorch(net)


def test_names_and_numbers_cannot_write_a_program_of_their_own() -> None:
    net = build(
        [
            {"kind": "linear", "out_features": 2, "name": '"]; print("in") #'},
            {"kind": "leaky_relu", "negative_slope": 1e30},
        ],
        (3,),
    )
    scope: dict[str, Any] = {"__name__": "model"}
    exec(to_numpy(net, 'a"b\\.npz'), scope)
    x = np.ones((2, 3), np.float32)
    np.testing.assert_allclose(scope["forward"](x, net.state_dict()), net(x), atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_a_network_keeps_its_precision(dtype: type) -> None:
    net = build([{"kind": "linear", "out_features": 2}], (3,), dtype=dtype)
    call = {np.float16: "Net().half()", np.float64: "Net().double()"}[dtype]
    assert call in to_pytorch(net)
