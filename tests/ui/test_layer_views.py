"""What the pages say of each type of layer, and the sum that makes one of its maps."""

from __future__ import annotations

import numpy as np
import pytest

from cnn.explain import snapshot
from cnn.layers.layer import Layer
from cnn.nets.kinds import KINDS
from cnn.nets.spec import Spec, build
from ui.components.window_stage import window_stage as stage
from ui.layer_views import shown, words_of
from ui.network_panels import INPUT, NetworkView, title_of

SHAPE = (4, 8, 8)
#: A block, its title, and whether a window's sum makes its cells.
BLOCKS: list[tuple[dict[str, object], str, bool]] = [
    ({"kind": "conv", "out_channels": 6, "kernel_size": 3, "groups": 2, "stride": 2},
     "convolution 3×3, stride 2", True),
    ({"kind": "conv", "out_channels": 2, "kernel_size": 3, "padding": 1, "padding_mode": "reflect"},
     "convolution 3×3, padding 1", True),
    ({"kind": "conv_transpose", "out_channels": 2, "kernel_size": 3},
     "transposed convolution", False),
    ({"kind": "max_pool", "kernel_size": 3, "stride": 2, "padding": 1},
     "maximum of 3×3, stride 2, padding 1", True),
    ({"kind": "avg_pool", "kernel_size": 2, "stride": 3, "ceil_mode": True},
     "mean of 2×2, stride 3", True),
    ({"kind": "avg_pool", "kernel_size": 3, "padding": 1, "count_include_pad": False},
     "mean of 3×3, padding 1", True),
    ({"kind": "sum_pool", "kernel_size": 2}, "sum of 2×2", True),
    ({"kind": "adaptive_avg_pool", "output_size": 2}, "mean of 4×4", True),
    ({"kind": "adaptive_avg_pool", "output_size": 3}, "mean of 4×4, stride 2", False),
    ({"kind": "adaptive_max_pool", "output_size": 4}, "maximum of 2×2", True),
    ({"kind": "batch_norm"}, "batch norm", True),
    ({"kind": "instance_norm"}, "instance norm", False),
    ({"kind": "group_norm", "num_groups": 2}, "group norm", False),
    ({"kind": "lrn", "size": 3}, "local response norm", False),
]  # fmt: skip


def test_every_layer_of_a_table_is_called_by_a_word() -> None:
    """One that is new says its own, or has its parent's."""
    nameless = words_of.dispatch(Layer)
    assert not [name for name, kind in KINDS.items() if words_of.dispatch(kind.layer) is nameless]


@pytest.mark.parametrize(("block", "title", "summed"), BLOCKS)
def test_a_map_is_the_sum_that_the_stage_shows(
    block: dict[str, object], title: str, summed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "_MOUNT", lambda **_: None)
    rng = np.random.default_rng(2)
    net = build([block], SHAPE, rng=3)
    net.forward(rng.normal(size=(*SHAPE, 5)).astype(np.float32))  # for the running statistics
    snap = snapshot(net, rng.normal(size=SHAPE).astype(np.float32))
    ((name, layer),) = net.layers.items()
    assert title_of(layer, snap.x) == title
    channel = len(snap[name].y) - 1
    found = shown(layer, snap.x, channel)
    assert (found is not None) == summed
    if found is not None:
        result = stage.window_stage("any", found)
        assert result.output[0] == pytest.approx(snap[name].y[channel], abs=1e-5)


def test_a_map_hears_those_of_its_group() -> None:
    spec: Spec = [{"kind": "conv", "out_channels": 6, "kernel_size": 3, "groups": 2}]
    view = NetworkView.of(snapshot(build(spec, SHAPE), np.ones(SHAPE, np.float32)))
    conv = view.layers()[-1]
    assert conv.source == INPUT and conv.groups == 2 and conv.edges is not None
    heard = np.array([[1, 1, 0, 0]] * 3 + [[0, 0, 1, 1]] * 3, bool)
    assert ((conv.edges > 0) == heard).all()
