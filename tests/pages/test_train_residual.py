"""Residual blocks in the builder: their shortcut fits what comes in, and they train and export."""

from __future__ import annotations

import numpy as np
import pytest

from cnn.nets.export import to_numpy, to_pytorch
from cnn.nets.network import Residual
from cnn.nets.spec import build, outline
from tests.pages.opening import words
from tests.pages.payload import sent
from tests.pages.test_train import network
from tests.pages.training import press, start, until
from ui import networks, residual


def block(**more: int) -> dict[str, object]:
    return {**residual.FRESH, **more}


@pytest.mark.parametrize(
    ("channels", "more", "shortcut"),
    [
        (8, {}, False),
        (8, {"out_channels": 12}, True),
        (8, {"stride": 2}, True),
        (3, {"batch_norm": 1, "convolutions": 3, "kernel_size": 5}, True),
        (8, {"convolutions": 1, "kernel_size": 1}, False),
    ],
    ids=["same", "wider", "stride", "norm", "small"],
)
def test_the_shortcut_has_a_convolution_just_where_the_shape_changes(
    channels: int, more: dict[str, int], shortcut: bool
) -> None:
    of = block(**more)
    net = build(residual.expanded([of], (channels, 9, 9)), (channels, 9, 9), rng=0)
    layer = net[0]
    assert isinstance(layer, Residual) and (layer.shortcut is not None) == shortcut
    kinds = [type(one).__name__ for _, one in net.named_layers()]
    assert kinds.count("Conv2d") == int(str(of["convolutions"])) + shortcut
    side = -(-9 // int(str(of["stride"])))
    assert net(np.zeros((1, channels, 9, 9), np.float32)).shape[1:] == (
        of["out_channels"],
        side,
        side,
    )


def test_a_residual_block_after_another_sees_what_that_one_gives() -> None:
    blocks = [block(out_channels=12), block(out_channels=12), {"kind": "relu"}]
    whole = residual.expanded(blocks, (1, 8, 8))
    assert [one.get("shortcut") is not None for one in whole] == [True, False, False]
    assert outline(whole, (1, 8, 8)).error is None


def test_a_residual_network_is_listed_trained_and_exported() -> None:
    blocks = [networks.conv(4, 3, 2), block(out_channels=4), block(stride=2, batch_norm=1)]
    at = start(tr_net=network(blocks), tr_view="net", tr_epochs="1", tr_batch="32")
    lines = sent(at, "block_list")["lines"]
    assert lines[2]["title"] == "Residual block"
    assert lines[2]["words"].startswith("→ 4 × 13 × 13 · 296 parameters")
    assert [field["name"] for field in lines[2]["fields"]] == list(residual.FRESH)[1:]
    press(at, "Train")
    until(at, "**Finished**")
    net = build(residual.expanded(blocks, (1, 28, 28)), (1, 28, 28), rng=0)
    assert "shortcut" in to_pytorch(net) and "shortcut" in to_numpy(net)


@pytest.mark.parametrize("view", ["maps", "hist", "step", "learned"])
def test_every_view_can_look_into_one(view: str) -> None:
    start(tr_net=network([networks.conv(4, 3, 2), block(stride=2)]), tr_view=view)


def test_one_that_cannot_fit_is_told_by_its_place_in_the_list() -> None:
    at = start(tr_net=network([networks.dense(5), block()]), tr_view="net")
    assert "Block 2, Residual block:" in words(at) and "block 1" not in words(at)


def test_what_a_link_may_hold_of_it_is_bounded() -> None:
    for wrong in (
        block(kernel_size=4),
        block(convolutions=9),
        block(batch_norm=2),
        {"kind": "residual"},
    ):
        with pytest.raises((ValueError, KeyError)):
            networks.checked(("lenet", [wrong]))
    assert networks.checked(("lenet", [block(kernel_size=5, body=3)]))[1] == [block(kernel_size=5)]
