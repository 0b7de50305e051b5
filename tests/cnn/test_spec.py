"""A network as a table: built, written down, built again, and refused in words."""

import json

import numpy as np
import pytest

from cnn.layers.activations import GELU, LeakyReLU, ReLU, Sigmoid
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.pooling import AvgPool2d
from cnn.nets.kinds import KINDS
from cnn.nets.network import Branches, Residual, Sequential
from cnn.nets.spec import SpecError, build, outline
from cnn.nets.table import spec_of
from tests.cnn.tables import LENET, SMALL


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_build_by_hand_and_by_table_agree(rng):
    table = build(
        [
            {"kind": "conv", "out_channels": 3, "kernel_size": 3, "padding": "same"},
            {"kind": "sigmoid"},
            {"kind": "avg_pool", "kernel_size": 2, "ceil_mode": True},
            {"kind": "batch_norm", "eps": 0.1},
            {"kind": "linear", "out_features": 4, "bias": False},
        ],
        (2, 5, 5),
    )
    by_hand = Sequential(
        Conv2d(2, 3, 3, padding=1), Sigmoid(), AvgPool2d(2, ceil_mode=True),
        BatchNorm2d(3, eps=0.1), Flatten(), Linear(27, 4, bias=False),
    )  # fmt: skip
    by_hand.load_state_dict(table.state_dict())
    x = rng.standard_normal((3, 2, 5, 5))
    assert np.array_equal(by_hand(x), table(x))
    assert spec_of(by_hand) == spec_of(table)


@pytest.mark.parametrize(("spec", "shape"), [(LENET, (1, 28, 28)), (SMALL, (2, 8, 8))])
def test_spec_of_a_network_makes_it_again(spec, shape, rng):
    net = build(spec, shape, rng=0)
    written = json.loads(json.dumps(spec_of(net)))
    again = build(written)  # no input shape: everything is written out
    assert spec_of(again) == written
    again.load_state_dict(net.state_dict())
    net.eval()
    again.eval()
    x = rng.standard_normal((2, *shape))
    assert np.array_equal(net(x), again(x))


@pytest.mark.parametrize(
    ("activation", "written"),
    [
        (None, None),
        ("relu", "relu"),
        ("gelu", "gelu"),
        (LeakyReLU(0.01), "leaky_relu"),
        (LeakyReLU(0.3), {"kind": "leaky_relu", "negative_slope": 0.3}),
        (GELU("tanh"), {"kind": "gelu", "approximate": "tanh"}),
    ],
)
def test_containers_made_by_hand_survive(rng, activation, written):
    body = Sequential(("inner", Conv2d(3, 3, 1)))
    net = Sequential(
        ("one", Residual(body, activation=activation)),
        ("two", Branches(("left", Sequential(ReLU())), ("right", Sequential()))),
        ("three", Sequential(Flatten())),
    )
    spec = json.loads(json.dumps(spec_of(net)))
    assert spec[0]["activation"] == written
    again = build(spec)
    again.load_state_dict(net.state_dict())
    assert isinstance(again["two.left.relu1"], ReLU)
    x = rng.standard_normal((2, 3, 4, 4))
    assert np.array_equal(again(x), net(x))
    with pytest.raises(ValueError, match="net: got a Residual, need a Sequential"):
        spec_of(net["one"])


#: For every kind of plain block: settings that are not its defaults, and an input shape.
PLAIN = {
    "conv": {
        "out_channels": 4, "kernel_size": [3, 5], "stride": [2, 1], "padding": [0, 1, 2, 3],
        "dilation": [1, 2], "groups": 2, "bias": False, "padding_mode": "reflect",
    },
    "conv_transpose": {
        "out_channels": 4, "kernel_size": [3, 2], "stride": 2, "padding": 1,
        "output_padding": 1, "groups": 2, "bias": False, "dilation": 2,
    },
    "max_pool": {
        "kernel_size": [2, 3], "stride": 1, "padding": 1, "dilation": 2, "ceil_mode": True
    },
    "avg_pool": {
        "kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True,
        "count_include_pad": False, "divisor_override": 4,
    },
    "sum_pool": {"kernel_size": 2, "stride": 1, "padding": 1, "ceil_mode": True},
    "adaptive_avg_pool": {"output_size": [2, 3]},
    "global_avg_pool": {},
    "adaptive_max_pool": {"output_size": [2, 3]},
    "global_max_pool": {},
    "group_norm": {"num_groups": 2, "eps": 0.1},
    "layer_norm": {"normalized_shape": [8, 8], "eps": 0.1, "elementwise_affine": False},
    "instance_norm": {
        "eps": 0.1, "momentum": 0.5, "affine": True, "track_running_stats": True
    },
    "silu": {},
    "hardswish": {},
    "relu6": {},
    "elu": {"alpha": 0.5},
    "softplus": {"beta": 2.0, "threshold": 5.0},
    "batch_norm": {"eps": 0.1, "momentum": 0.5},
    "lrn": {"size": 3, "alpha": 0.1, "beta": 0.5, "k": 2.0},
    "dropout": {"p": 0.0},
    "flatten": {},
    "linear": {"out_features": 3, "bias": False},
    "softmax": {},
    "relu": {},
    "leaky_relu": {"negative_slope": 0.3},
    "sigmoid": {},
    "tanh": {},
    "gelu": {"approximate": "tanh"},
    "scaled_tanh": {"amplitude": 2.0, "slope": 0.5},
    "subsample": {"kernel_size": 2, "stride": 1},
    "partial_conv": {"inputs": [[0, 1], [2, 3], [1, 2, 3]], "kernel_size": 3},
    "radial_basis": {"codes": ["#." * 128, ".#" * 128]},
}  # fmt: skip


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_setting_of_every_kind_survives(kind, rng):
    shape = (256,) if kind == "radial_basis" else (4, 8, 8)
    block = {"kind": kind, **PLAIN[kind], "name": "it"}
    net = build([block], shape, rng=0)
    written = json.loads(json.dumps(spec_of(net)))
    assert {key: written[-1][key] for key in block} == block
    again = build(written, rng=1)
    again.load_state_dict(net.state_dict())
    x = rng.standard_normal((2, *shape))
    y = net(x)
    assert np.array_equal(again(x), y)
    assert net.output_shape(shape) == y.shape[1:]


@pytest.mark.parametrize(
    ("blocks", "block", "field", "message"),
    [
        ([{"kind": "conv", "out_channels": 6, "kernel_size": 31}], 0, "kernel_size", "≤ 28"),
        ([*LENET[:6], {"kind": "max_pool", "kernel_size": 6}], 6, "kernel_size", "≤ 5"),
        ([{"kind": "conv", "out_channels": 6, "kernel_size": 5, "groups": 2}], 0, "groups", ": 1"),
        ([{"kind": "conv", "out_channels": 0, "kernel_size": 5}], 0, "out_channels", "≥ 1"),
        ([{"kind": "conv", "out_channels": 6}], 0, "kernel_size", "got nothing"),
        ([{"kind": "conv", "filters": 6}], 0, "filters", "there are in_channels, out_channels"),
        ([{"kind": "conv", "in_channels": 3, "out_channels": 1, "kernel_size": 1}], 0,
         "in_channels", "got 3, need 1"),
        ([{"kind": "warp"}], 0, "kind", "got 'warp', need one of conv"),
        ([{"kind": "relu"}, {}], 1, "kind", "got None, need one of conv"),
        ([{"kind": "linear", "out_features": 9}, {"kind": "max_pool", "kernel_size": 2}], 1,
         "kind", "got 9 features from the block before, need maps"),
        ([{"kind": "relu"}, {"kind": "dropout", "p": 1.5}], 1, "p", "from 0 to 1"),
        ([{"kind": "relu", "name": "a"}, {"kind": "tanh", "name": "a"}], 1, "name", "not taken"),
        ([{"kind": "relu"}, {"kind": "residual", "body": LENET[:3]}], 1, "shortcut",
         r"got \(1, 28, 28\) to add to the body's \(6, 14, 14\)"),
        ([{"kind": "residual", "body": [*LENET[:1], {"kind": "lrn", "size": 0}]}], 0, "size",
         r"block 2 \(lrn\)"),
        ([{"kind": "residual"}], 0, "body", "got nothing"),
        ([{"kind": "branches", "bodies": []}], 0, "bodies", "got none"),
        ([{"kind": "branches", "bodies": [[]], "names": ["a", "b"]}], 0, "names", "got 2, need"),
    ],
)  # fmt: skip
def test_a_block_that_cannot_fit_says_which_number_is_wrong(blocks, block, field, message):
    kind = blocks[block].get("kind")
    with pytest.raises(SpecError, match=rf"^block {block + 1} \({kind}\): .*{message}") as caught:
        build(blocks, (1, 28, 28))
    assert (caught.value.block, caught.value.field) == (block, field)
    partial = outline(blocks, (1, 28, 28))
    assert partial.error is not None and str(partial.error) == str(caught.value)
    assert len(partial.blocks) == block


@pytest.mark.parametrize("block", [None, 3, "conv", ["conv"]])
def test_what_is_no_block_is_refused(block):
    with pytest.raises(SpecError, match="need a dict with a kind"):
        build([block], (1, 4, 4))


def test_outline_follows_the_blocks():
    found = outline(LENET, (1, 28, 28))
    assert found.error is None and len(found.blocks) == len(LENET)
    assert [row.name for row in found.blocks[6]] == ["flatten1", "fc1"]
    assert [row.name for row in found.blocks[7]] == ["relu3"]
    assert sum(row.parameters for row in found.rows) == 61_706
    assert len(outline(SMALL, (2, 8, 8)).blocks) == len(SMALL)
    assert outline([], (1, 4, 4)).blocks == []


def test_same_seed_same_network():
    first, same, other = (build(SMALL, (2, 8, 8), rng=seed) for seed in (5, 5, 6))
    for path, array in first.parameters().items():
        assert np.array_equal(array, same.parameters()[path])
    assert not np.array_equal(first["conv1"].params["weight"], other["conv1"].params["weight"])
    assert first.rng_state() == same.rng_state() != other.rng_state()


def test_init_and_dtype_reach_the_layers():
    net = build(LENET, (1, 28, 28), init="zeros", dtype=np.float64)
    assert all(a.dtype == np.float64 and not a.any() for a in net.parameters().values())
    assert net(np.zeros((1, 1, 28, 28), np.float32)).dtype == np.float64
