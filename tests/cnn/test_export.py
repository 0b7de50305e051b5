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
from cnn.nets.spec import build
from tests.fixtures.make_export_fixture import FILE, images, network


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


def test_what_cannot_be_written_is_said() -> None:
    net = build([{"kind": "conv", "out_channels": 4, "kernel_size": 3, "groups": 2}], (2, 5, 5))
    for write in (to_numpy, to_pytorch):
        with pytest.raises(ValueError, match="conv1"):
            write(net)
