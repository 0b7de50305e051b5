"""What the pages show of a network's inside is what the network computes."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn import explain
from cnn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Softmax
from cnn.architectures import ARCHITECTURES
from cnn.architectures.lenet import C3_INPUTS, codes
from cnn.conv import Conv2d, ConvTranspose2d
from cnn.dense import Flatten, Linear
from cnn.historic import PartialConv2d, RadialBasis, ScaledTanh, Subsample2d
from cnn.layer import Layer
from cnn.network import Branches, Residual, Sequential
from cnn.norm import BatchNorm2d, LocalResponseNorm
from cnn.pool import AdaptiveAvgPool2d, AvgPool2d, GlobalAvgPool2d, MaxPool2d, SumPool2d
from cnn.spec import build, spec_of


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def image(*shape: int, seed: int = 1) -> np.ndarray:
    return rng(seed).standard_normal(shape).astype(np.float32)


def trained_norm(channels: int) -> BatchNorm2d:
    """A batch norm that has seen something, in evaluation mode."""
    norm = BatchNorm2d(channels)
    for array in (*norm.params.values(), *norm.buffers.values()):
        array[...] = rng(channels).uniform(0.5, 1.5, channels)
    norm.training = False
    return norm


def branching(seed: int = 3) -> Sequential:
    """Convolutions of every sort, branches in branches, two kinds of residual, dense layers."""
    inner = {"kind": "branches", "bodies": [
        [{"kind": "conv", "out_channels": 2, "kernel_size": (1, 3), "padding": (0, 1)}],
        [{"kind": "conv", "out_channels": 3, "kernel_size": (3, 1), "padding": (1, 0)}],
    ]}  # fmt: skip
    spec = [
        {"kind": "conv", "out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1},
        {"kind": "batch_norm"},
        {"kind": "leaky_relu"},
        {"kind": "branches", "name": "fork", "bodies": [
            [{"kind": "avg_pool", "kernel_size": 3, "stride": 1, "padding": 1}],
            [{"kind": "conv", "out_channels": 4, "kernel_size": 1}, inner],
            [{"kind": "conv", "out_channels": 3, "kernel_size": 5, "padding": 2}],
        ]},
        {"kind": "residual", "name": "same", "activation": "relu", "body": [
            {"kind": "conv", "out_channels": 12, "kernel_size": 3, "padding": 1},
            {"kind": "relu"},
            {"kind": "conv", "out_channels": 12, "kernel_size": 3, "padding": 1},
        ]},
        {"kind": "residual", "name": "half", "activation": "relu", "body": [
            {"kind": "conv", "out_channels": 6, "kernel_size": 3, "stride": 2, "padding": 1},
            {"kind": "batch_norm"},
        ], "shortcut": [{"kind": "conv", "out_channels": 6, "kernel_size": 1, "stride": 2}]},
        {"kind": "dropout", "p": 0.5},
        {"kind": "linear", "out_features": 7},
        {"kind": "sigmoid"},
        {"kind": "linear", "out_features": 5},
    ]  # fmt: skip
    net = build(spec, (2, 13, 11), rng=seed)
    for _, layer in net.named_layers():
        if isinstance(layer, BatchNorm2d):
            layer.buffers["running_mean"][...] = rng(9).normal(size=layer.num_features)
            layer.buffers["running_var"][...] = rng(8).uniform(0.5, 2, layer.num_features)
    return net


# One output cell -------------------------------------------------------------------------------

MAPS = (4, 9, 8)
LAYERS: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "conv": (Conv2d(4, 3, 3, rng=rng()), MAPS),
    "conv, no bias": (Conv2d(4, 3, 3, bias=False, rng=rng()), MAPS),
    "conv, strided": (Conv2d(4, 3, (3, 2), stride=(2, 3), padding=(2, 1), rng=rng()), MAPS),
    "conv, sides": (Conv2d(4, 3, 3, padding=(0, 2, 1, 0), dilation=2, rng=rng()), MAPS),
    "conv, groups": (Conv2d(4, 6, 3, padding=1, groups=2, rng=rng()), MAPS),
    "conv, depthwise": (Conv2d(4, 4, 3, padding=1, groups=4, rng=rng()), MAPS),
    "conv, reflect": (Conv2d(4, 3, 5, padding=2, padding_mode="reflect", rng=rng()), MAPS),
    "conv, replicate": (Conv2d(4, 3, 3, padding=2, padding_mode="replicate", rng=rng()), MAPS),
    "transpose": (ConvTranspose2d(4, 3, 3, rng=rng()), MAPS),
    "transpose, strided": (
        ConvTranspose2d(4, 6, (3, 4), stride=(2, 3), padding=1, output_padding=1, groups=2,
                        rng=rng()), MAPS),
    "max": (MaxPool2d(2), MAPS),
    "max, overlapping": (MaxPool2d(3, 2, padding=1, ceil_mode=True), MAPS),
    "average": (AvgPool2d(3, 2, padding=1, ceil_mode=True), MAPS),
    "average, no pad": (AvgPool2d(3, 1, padding=1, count_include_pad=False), MAPS),
    "sum": (SumPool2d(2), MAPS),
    "adaptive": (AdaptiveAvgPool2d((2, 3)), MAPS),
    "global": (GlobalAvgPool2d(), MAPS),
    "norm": (trained_norm(4), MAPS),
    "response norm": (LocalResponseNorm(3, 0.5, 0.75, 2.0), MAPS),
    "relu": (ReLU(), MAPS),
    "gelu": (GELU(), MAPS),
    "scaled tanh": (ScaledTanh(), MAPS),
    "subsample": (Subsample2d(4, 2, rng=rng()), MAPS),
    "partial": (PartialConv2d(4, [(0, 2), (1, 2, 3), (3,)], 3, rng=rng()), MAPS),
    "flatten": (Flatten(), MAPS),
    "linear": (Linear(6, 5, rng=rng(), init="pytorch"), (6,)),
    "softmax": (Softmax(), (6,)),
    "relu of features": (ReLU(), (6,)),
    "norm of features": (trained_norm(6), (6,)),
    "radial basis": (RadialBasis(["##..#.", "......", "######"]), (6,)),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYERS)
def test_window_sum_is_the_layers_own_output_at_every_cell(name: str) -> None:
    layer, shape = LAYERS[name]
    x = image(*shape)
    y = layer.forward(x[..., None])[..., 0]
    for index in np.ndindex(y.shape):
        taken = explain.window_sum(layer, x, index)
        assert taken.y == pytest.approx(y[index], rel=1e-5, abs=1e-5)
        assert taken.index == index


SUMS = [name for name in LAYERS if name not in ("relu", "gelu", "scaled tanh", "softmax")
        and "relu" not in name]  # fmt: skip


@pytest.mark.parametrize("name", SUMS)
def test_the_parts_of_a_sum_add_up(name: str) -> None:
    layer, shape = LAYERS[name]
    x = image(*shape)
    for index in list(np.ndindex(layer.output_shape(shape)))[::5]:
        taken = explain.window_sum(layer, x, index)
        assert taken.channel_sums.sum() + taken.bias == pytest.approx(taken.y, rel=1e-9, abs=1e-9)
        assert taken.z == pytest.approx(taken.y, rel=1e-9, abs=1e-9)
        cells = (len(taken.channels), len(taken.rows), len(taken.columns))
        assert taken.x.shape == taken.weight.shape == taken.products.shape == cells
        assert taken.inside.shape == cells[1:]
        if name != "radial basis" and not name.startswith("max"):
            np.testing.assert_allclose(taken.products, taken.x * taken.weight)


@pytest.mark.parametrize("name", LAYERS)
def test_the_window_says_where_its_values_come_from(name: str) -> None:
    layer, shape = LAYERS[name]
    x = image(*shape)
    maps = x if x.ndim == 3 else x[:, None, None]
    for index in list(np.ndindex(layer.output_shape(shape)))[::3]:
        taken = explain.window_sum(layer, x, index)
        for c, i, j in np.ndindex(taken.x.shape):
            row, column = taken.rows[i], taken.columns[j]
            within = 0 <= row < maps.shape[1] and 0 <= column < maps.shape[2]
            assert taken.inside[i, j] == within
            if within:
                assert taken.x[c, i, j] == maps[taken.channels[c], row, column]


def test_a_wide_convolution_whose_fast_path_takes_fewer_products() -> None:
    """3×3 filters over many channels go by Winograd's way, which rounds differently."""
    layer, x = Conv2d(48, 40, 3, padding=1, rng=rng()), image(48, 32, 30)
    y = layer.forward(x[..., None])[..., 0]
    scale = float(np.abs(y).max())
    for index in [(0, 0, 0), (39, 31, 29), (7, 13, 2), (21, 5, 29)]:
        taken = explain.window_sum(layer, x, index)
        assert taken.y == pytest.approx(y[index], abs=2e-5 * scale)
    np.testing.assert_allclose(explain.map_sums(layer, x, 5).z, y[5], atol=2e-5 * scale)


@settings(max_examples=40)
@given(st.data())
def test_any_convolution_cell(data: st.DataObject) -> None:
    draw = lambda low, high: data.draw(st.integers(low, high))  # noqa: E731
    kernel, dilation = (draw(1, 4), draw(1, 3)), (draw(1, 2), draw(1, 2))
    size = [k * d + draw(0, 5) for k, d in zip(kernel, dilation, strict=True)]
    layer = Conv2d(
        3, 2, kernel, (draw(1, 3), draw(1, 3)), tuple(draw(0, 2) for _ in range(4)), dilation,
        rng=rng(),
    )  # fmt: skip
    x = image(3, *size, seed=draw(0, 99))
    y = layer.forward(x[..., None])[..., 0]
    index = tuple(draw(0, n - 1) for n in y.shape)
    assert explain.window_sum(layer, x, index).y == pytest.approx(y[index], rel=1e-5, abs=1e-5)
    sums = explain.map_sums(layer, x, index[0])
    np.testing.assert_allclose(sums.z, y[index[0]], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        sums.partial[:, index[1], index[2]], explain.window_sum(layer, x, index).channel_sums
    )


def test_an_example_worked_by_hand() -> None:
    """Rows 1 7 2 / 11 1 23 / 2 2 2 under the kernel 1 1 / 0 1 give 9, 32, 14, 26."""
    layer = Conv2d(1, 1, 2, dtype=np.float64)
    layer.params["weight"][...] = [[1, 1], [0, 1]]
    layer.params["bias"][...] = 0
    x = np.array([[[1, 7, 2], [11, 1, 23], [2, 2, 2]]], np.float64)
    sums = explain.map_sums(layer, x, 0)
    np.testing.assert_array_equal(sums.z, [[9, 32], [14, 26]])
    taken = explain.window_sum(layer, x, (0, 0, 1))
    np.testing.assert_array_equal(taken.products, [[[7, 2], [0, 23]]])
    assert taken.y == 32


@pytest.mark.parametrize("activation", ["relu", "sigmoid", LeakyReLU(0.2), None])
def test_the_activation_comes_last(activation: str | Layer | None) -> None:
    layer, x = LAYERS["conv"][0], image(*MAPS)
    z = layer.forward(x[..., None])
    names = {"relu": ReLU(), "sigmoid": Sigmoid()}
    after = names.get(activation, activation) if isinstance(activation, str) else activation
    y = (z if after is None else after.forward(z))[..., 0]
    taken = explain.window_sum(layer, x, (1, 2, 3), activation)
    assert taken.y == pytest.approx(y[1, 2, 3], rel=1e-5)
    assert taken.z == pytest.approx(z[1, 2, 3, 0], rel=1e-5)
    sums = explain.map_sums(layer, x, 1, activation)
    np.testing.assert_allclose(sums.y, y[1], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(sums.z, z[1, ..., 0], rtol=1e-5, atol=1e-6)


WITH_MAPS = [name for name in LAYERS if name.split(",")[0] in
             ("conv", "transpose", "max", "average", "sum", "adaptive", "global", "subsample",
              "partial")]  # fmt: skip


@pytest.mark.parametrize("name", WITH_MAPS)
def test_map_sums_are_the_layers_own_map(name: str) -> None:
    layer, shape = LAYERS[name]
    x = image(*shape)
    y = layer.forward(x[..., None])[..., 0]
    for channel in range(len(y)):
        sums = explain.map_sums(layer, x, channel)
        assert sums.partial.shape == (len(sums.channels), *y.shape[1:])
        np.testing.assert_allclose(sums.y, y[channel], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(sums.partial.sum(axis=0) + sums.bias, sums.z, atol=1e-12)
        corner = explain.window_sum(layer, x, (channel, 0, 0))
        np.testing.assert_allclose(sums.partial[:, 0, 0], corner.channel_sums, atol=1e-6)


def test_a_maximum_knows_its_winners() -> None:
    layer, x = LAYERS["max, overlapping"][0], image(*MAPS)
    sums = explain.map_sums(layer, x, 2)
    assert sums.winners is not None
    np.testing.assert_array_equal(x[2].ravel()[sums.winners], sums.y)
    taken = explain.window_sum(layer, x, (2, 1, 1))
    _, i, j = np.argwhere(taken.weight == 1)[0]
    assert sums.winners[1, 1] == taken.rows[i] * x.shape[2] + taken.columns[j]


def test_a_dense_layers_inputs_as_the_maps_they_were() -> None:
    x = image(3, 4, 5)
    layer = Linear(60, 7, rng=rng())
    flat = explain.window_sum(layer, x.ravel(), (6,))
    maps = explain.window_sum(layer, x.ravel(), (6,), maps=(3, 4, 5))
    np.testing.assert_array_equal(maps.x, x)
    assert maps.y == flat.y
    np.testing.assert_allclose(maps.channel_sums.sum(), flat.products.sum())


def test_strongest_inputs_are_the_largest_products() -> None:
    taken = explain.window_sum(LAYERS["conv, sides"][0], image(*MAPS), (1, 0, 4))
    up, down = taken.strongest(4)
    flat = np.sort(taken.products.ravel())
    np.testing.assert_allclose([c.product for c in up], flat[::-1][:4])
    np.testing.assert_allclose([c.product for c in down], flat[:4])
    for each in (*up, *down):
        assert each.product == pytest.approx(each.x * each.weight)
        assert image(*MAPS)[each.channel, each.row, each.column] == pytest.approx(each.x)
    assert len(taken.strongest(1000)[0]) == np.count_nonzero(flat > 0)


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: explain.window_sum(ReLU(), image(2, 3, 3), (2, 0, 0)), "index"),
        (lambda: explain.window_sum(ReLU(), image(2, 3, 3), (0, 0)), "index"),
        (lambda: explain.window_sum(ReLU(), image(2, 3, 3), (0, 0, 0), "swish"), "activation"),
        (
            lambda: explain.window_sum(LAYERS["linear"][0], image(6), (0,), maps=(2, 2, 2)),
            "maps",
        ),
        (lambda: explain.map_sums(ReLU(), image(2, 3, 3), 0), "layer"),
        (lambda: explain.map_sums(LAYERS["conv"][0], image(*MAPS), 3), "index"),
        (lambda: explain.occlusion(branching(), image(2, 13, 11), size=0), "size"),
        (lambda: explain.input_gradient(branching(), image(2, 13, 11), 5), "index"),
        (lambda: explain.input_gradient(branching(), image(2, 13, 11), 0, of="x"), "of"),
        (lambda: explain.grad_cam(branching(), image(2, 13, 11), 0, "fc1"), "layer"),
        (lambda: explain.unit_field(branching(), "fork.conv9", (0, 0, 0)), "name"),
        (lambda: explain.unit_field(branching(), "conv1", (0, 7, 0)), "index"),
        (lambda: explain.snapshot(branching(), image(1, 2, 13, 11)), "x"),
        (lambda: explain.snapshot(branching(), image(2, 13, 11))["conv7"], "name"),
    ],
)
def test_errors_name_the_argument(call, names: str) -> None:
    with pytest.raises(ValueError, match=f"^{names}: "):
        call()


# Inside a network ------------------------------------------------------------------------------


def test_a_snapshot_is_the_networks_own_pass() -> None:
    net, x = branching(), image(2, 13, 11)
    shot = explain.snapshot(net, x)
    net.eval()
    scores = net(x[None])[0]
    np.testing.assert_array_equal(shot.scores, scores)
    for name, layer in net.named_layers(containers=True):
        assert layer.y is not None
        np.testing.assert_array_equal(shot[name].y, layer.y[..., 0])
        assert shot[name].kind == type(layer).__name__
    np.testing.assert_allclose(shot.probabilities.sum(), 1, rtol=1e-6)
    assert shot.top(1)[0][0] == scores.argmax()
    assert list(shot.views)[:4] == ["conv1", "bn1", "lrelu1", "fork"]


def test_a_snapshot_stays_as_it_was() -> None:
    net = branching()
    shot = explain.snapshot(net, image(2, 13, 11))
    before = {name: view.y.copy() for name, view in shot.views.items()}
    explain.snapshot(net, image(2, 13, 11, seed=5))
    net(np.stack([image(2, 13, 11, seed=6)]))
    for name, y in before.items():
        np.testing.assert_array_equal(shot[name].y, y)


@pytest.mark.parametrize(
    "name",
    ["conv1", "bn1", "fork", "fork.branch2.branches1", "same", "same.body.conv2", "same.body",
     "half", "half.shortcut", "half.activation", "drop1", "fc1", "fc2"],
)  # fmt: skip
def test_any_unit_of_a_network_is_taken_apart(name: str) -> None:
    shot = explain.snapshot(branching(), image(2, 13, 11))
    y = shot[name].y
    for index in list(np.ndindex(y.shape))[::7]:
        taken = shot.window_sum(name, index, activate=False)
        assert taken.y == pytest.approx(y[index], rel=1e-4, abs=1e-5)


def test_the_activation_that_follows_is_found() -> None:
    shot = explain.snapshot(branching(), image(2, 13, 11))
    assert shot.window_sum("fc1", (3,)).y == pytest.approx(shot["sigmoid1"].y[3], rel=1e-5)
    inside = shot.window_sum("same.body.conv1", (2, 1, 1))
    assert inside.y == pytest.approx(shot["same.body.relu1"].y[2, 1, 1], rel=1e-5, abs=1e-6)
    assert shot.following("conv1") is None  # a norm comes first
    sums = shot.map_sums("same.body.conv1", 2)
    np.testing.assert_allclose(sums.y, shot["same.body.relu1"].y[2], rtol=1e-5, atol=1e-5)


def test_a_branch_that_ends_in_an_activation_shows_the_sum_before_it() -> None:
    side = [{"kind": "conv", "out_channels": 2, "kernel_size": 1}, {"kind": "relu"}]
    net = build([{"kind": "branches", "bodies": [side, side]}], (3, 4, 4), rng=0)
    shot = explain.snapshot(net, image(3, 4, 4))
    for index in np.ndindex(4, 4, 4):
        taken = shot.window_sum("branches1", index)
        assert taken.name == f"branches1.branch{index[0] // 2 + 1}.conv1"
        assert len(taken.channel_sums) == 3
        assert taken.y == pytest.approx(shot.scores[index], rel=1e-5, abs=1e-6)


def test_a_dense_layer_after_maps_shows_maps() -> None:
    shot = explain.snapshot(branching(), image(2, 13, 11))
    taken = shot.window_sum("fc1", (0,))
    assert taken.x.shape == shot["half"].y.shape
    np.testing.assert_allclose(taken.x, shot["half"].y, rtol=1e-6)
    assert shot.window_sum("fc2", (0,)).x.shape == (7, 1, 1)


def test_a_residual_is_the_sum_of_two_terms() -> None:
    shot = explain.snapshot(branching(), image(2, 13, 11))
    taken = shot.window_sum("half", (1, 2, 0))
    expected = [shot[f"half.{part}"].y[1, 2, 0] for part in ("body", "shortcut")]
    np.testing.assert_allclose(taken.channel_sums, expected, rtol=1e-6)
    assert taken.y == max(taken.z, 0) or taken.y == pytest.approx(taken.z, rel=1e-6)
    plain = shot.window_sum("same", (1, 2, 0))
    assert plain.x[1, 0, 0] == shot["fork"].y[1, 2, 0]


def test_looking_leaves_the_network_alone() -> None:
    net, x = branching(), image(2, 13, 11)
    net.forward(image(2, 13, 11, 4))
    net.backward(np.ones((5, 4), np.float32))
    kept = {
        name: (layer.training, layer.x, layer.y, layer.dy, layer.dx, dict(layer.grads))
        for name, layer in net.named_layers(containers=True)
    }
    arrays = net.state_dict()
    explain.snapshot(net, x)
    explain.input_gradients(net, x)
    explain.occlusion(net, x, stride=4)
    explain.grad_cam(net, x, 1)
    explain.unit_gradient(net, x, "same.body.conv1", (0, 1, 1))
    explain.integrated_gradients(net, x, 1, steps=2)
    for name, layer in net.named_layers(containers=True):
        training, *references, grads = kept[name]
        assert layer.training == training
        now = (layer.x, layer.y, layer.dy, layer.dx)
        assert all(a is b for a, b in zip(now, references, strict=True))
        assert layer.grads.keys() == grads.keys()
        assert all(layer.grads[key] is grads[key] for key in grads)
    for path, array in net.state_dict().items():
        np.testing.assert_array_equal(array, arrays[path])


def test_the_private_copy_shares_the_parameters() -> None:
    net = branching()
    twin = explain.private(net)
    for path, array in twin.parameters().items():
        assert array is net.parameters()[path]
    half = twin["half"]
    assert isinstance(half, Residual)
    assert half.body is half.layers["body"] and half.body is not net["half.body"]


def test_many_threads_look_at_one_network() -> None:
    net = ARCHITECTURES["lenet"].build(0)
    samples = [image(1, 28, 28, seed=s) for s in range(24)]
    alone = [explain.snapshot(net, x).scores.copy() for x in samples]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda x: explain.snapshot(net, x).scores, samples * 4))
    for s, scores in enumerate(together):
        np.testing.assert_array_equal(scores, alone[s % len(alone)])


# Receptive fields ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["conv1", "lrelu1", "fork", "fork.branch2.branches1.branch1.conv1", "same.body.conv1", "same",
     "half", "half.activation", "flatten1", "fc1", "fc2"],
)  # fmt: skip
def test_only_inputs_in_the_field_change_a_unit(name: str) -> None:
    """Seen by poking: every input outside leaves the unit alone, and the field's rim is reached."""
    net, x = positive(branching()), image(2, 13, 11).astype(np.float64)
    path = explain.path_to(explain.private(net), name)

    def unit_of(batch: np.ndarray) -> np.ndarray:
        for layer in path:
            batch = layer.forward(batch)
        return batch

    cells = [(r, c) for r in range(13) for c in range(11)]
    poked = np.repeat(x[..., None], len(cells) + 1, axis=-1)
    for n, (r, c) in enumerate(cells):
        poked[:, r, c, n] += 0.25
    y = unit_of(poked)
    moved = y[..., :-1] != y[..., -1:]
    shape = y.shape[:-1]
    for index in list(np.ndindex(shape))[:: max(1, math.prod(shape) // 12)]:
        seen = np.array(cells)[moved[index]]
        field = explain.unit_field(net, name, index)
        row0, row1, col0, col1 = field.clipped
        assert (seen[:, 0].min(), seen[:, 0].max() + 1) == (row0, row1)
        assert (seen[:, 1].min(), seen[:, 1].max() + 1) == (col0, col1)
        assert field.unclipped[0] <= row0 and field.unclipped[1] >= row1


def positive(net: Sequential) -> Sequential:
    """The same layout in float64 with positive weights and no dead units, so nothing cancels."""
    twin = build(spec_of(net), (2, 13, 11), dtype=np.float64)
    for path, array in twin.parameters().items():
        array[...] = np.abs(net.parameters()[path]) + 0.01
        if path.startswith("fc") and path.endswith("weight"):
            array *= 1e-3  # keeps the sigmoid off its flat end
    twin.eval()
    return twin


def test_fields_of_lenet() -> None:
    net = ARCHITECTURES["lenet"].build(0)
    assert explain.unit_field(net, "conv1", (0, 0, 0)).clipped == (0, 3, 0, 3)
    assert explain.unit_field(net, "conv1", (0, 0, 0)).unclipped == (-2, 3, -2, 3)
    assert explain.unit_field(net, "pool2", (3, 2, 2)).clipped == (6, 22, 6, 22)
    assert explain.unit_field(net, "pool2", (3, 2, 2)).size == (16, 16)
    assert explain.unit_field(net, "flatten1", (3 * 25 + 2 * 5 + 2,)).clipped == (6, 22, 6, 22)
    assert explain.unit_field(net, "fc3", (7,)).clipped == (0, 28, 0, 28)


def test_one_branchs_field_is_its_own() -> None:
    net = build(
        [{"kind": "branches", "bodies": [
            [{"kind": "conv", "out_channels": 2, "kernel_size": 1}],
            [{"kind": "conv", "out_channels": 2, "kernel_size": 5, "padding": 2}],
        ]}],
        (1, 9, 9), rng=0,
    )  # fmt: skip
    assert explain.unit_field(net, "branches1", (1, 4, 4)).clipped == (4, 5, 4, 5)
    assert explain.unit_field(net, "branches1", (2, 4, 4)).clipped == (2, 7, 2, 7)


# Why this answer -------------------------------------------------------------------------------


def smooth(seed: int = 0) -> Sequential:
    """A network without kinks, in float64: central differences are exact enough."""
    spec = [
        {"kind": "conv", "out_channels": 3, "kernel_size": 3, "padding": 1},
        {"kind": "tanh"},
        {"kind": "residual", "activation": "tanh", "body": [
            {"kind": "conv", "out_channels": 3, "kernel_size": 3, "padding": 1},
            {"kind": "batch_norm"},
        ]},
        {"kind": "avg_pool", "kernel_size": 2},
        {"kind": "linear", "out_features": 4},
    ]  # fmt: skip
    return build(spec, (2, 6, 6), rng=seed, dtype=np.float64)


def slopes_by_differences(value, x: np.ndarray) -> np.ndarray:
    step, slopes = 1e-5, np.zeros_like(x)
    for index in np.ndindex(x.shape):
        for sign in (1, -1):
            moved = x.copy()
            moved[index] += sign * step
            slopes[index] += sign * value(moved) / (2 * step)
    return slopes


def log_softmax(scores: np.ndarray) -> np.ndarray:
    return scores - np.log(np.exp(scores).sum())


@pytest.mark.parametrize("of", ["score", "probability", "log_probability"])
def test_input_gradients_by_differences(of) -> None:
    net, x = smooth(), image(2, 6, 6).astype(np.float64)
    heads = {"score": lambda s: s, "log_probability": log_softmax,
             "probability": lambda s: np.exp(log_softmax(s))}  # fmt: skip
    value = lambda at: heads[of](explain.snapshot(net, at).scores)[2]  # noqa: E731
    found = explain.input_gradient(net, x, 2, of)
    assert found.value == pytest.approx(value(x))
    np.testing.assert_allclose(found.gradient, slopes_by_differences(value, x), atol=1e-8)
    np.testing.assert_allclose(found.times_input, found.gradient * x)
    np.testing.assert_array_equal(found.saliency, np.abs(found.gradient).max(axis=0))
    together = explain.input_gradients(net, x, of)
    np.testing.assert_allclose(together[2].gradient, found.gradient, atol=1e-12)
    assert together[2].value == pytest.approx(found.value)
    assert len(together) == 4


@pytest.mark.parametrize(
    ("name", "index"),
    [("conv1", (1, 2, 3)), ("res1.body.conv1", (0, 5, 5)), ("res1", (2, 0, 1)),
     ("res1.activation", (2, 0, 1)), ("pool1", (1, 1, 1)), ("fc1", (3,))],
)  # fmt: skip
def test_unit_gradients_by_differences(name: str, index: tuple[int, ...]) -> None:
    net, x = smooth(), image(2, 6, 6).astype(np.float64)
    value = lambda at: explain.snapshot(net, at)[name].y[index]  # noqa: E731
    found = explain.unit_gradient(net, x, name, index)
    assert found.value == pytest.approx(value(x))
    np.testing.assert_allclose(found.gradient, slopes_by_differences(value, x), atol=1e-8)
    row0, row1, col0, col1 = explain.unit_field(net, name, index).clipped
    outside = found.gradient.copy()
    outside[:, row0:row1, col0:col1] = 0
    assert not outside.any()
    up, down = found.strongest(3)
    products = np.sort((found.gradient * x).ravel())
    np.testing.assert_allclose([c.product for c in up], products[::-1][:3])
    np.testing.assert_allclose([c.product for c in down], products[:3])


def test_integrated_gradients_add_up_to_the_difference() -> None:
    net, x = smooth(), image(2, 6, 6).astype(np.float64)
    parts = explain.integrated_gradients(net, x, 1, steps=200)
    scores = [explain.snapshot(net, at).scores[1] for at in (x, np.zeros_like(x))]
    assert parts.sum() == pytest.approx(scores[0] - scores[1], rel=1e-3)


@pytest.mark.parametrize("of", ["score", "probability"])
@pytest.mark.parametrize(("size", "stride", "fill"), [(5, 2, 0.0), (2, 3, 0.5), (1, 1, 0.0)])
def test_occlusion_is_what_covering_by_hand_gives(size, stride, fill, of) -> None:
    net = branching()
    x = image(2, 13, 11)
    x[:, :, 6:] = 0.0  # empty paper: nothing to cover there
    found = explain.occlusion(net, x, size, stride, fill, of, batch=7)
    head = (lambda s: s) if of == "score" else (lambda s: np.exp(log_softmax(s)))
    whole = head(explain.snapshot(net, x).scores)
    np.testing.assert_allclose(found.values, whole, rtol=1e-5)
    assert found.drops.shape == (5, -(-13 // stride), -(-11 // stride))
    for (i, row), (j, column) in [
        (r, c) for r in enumerate(found.rows) for c in enumerate(found.columns)
    ]:
        first = row - (size - 1) // 2, column - (size - 1) // 2
        covered = x.copy()
        covered[:, max(0, first[0]) : first[0] + size, max(0, first[1]) : first[1] + size] = fill
        expected = whole - head(explain.snapshot(net, covered).scores)
        np.testing.assert_allclose(found.drops[:, i, j], expected, atol=2e-6)
    heat = found.heat(3, (13, 11))
    np.testing.assert_allclose(heat[::stride, ::stride], found.drops[3], rtol=1e-6)


def test_grad_cam_finds_the_part_that_a_class_reads() -> None:
    """Class 0 reads the left half of one map, class 1 the right half of the other."""
    net = build(
        [{"kind": "conv", "out_channels": 2, "kernel_size": 3, "padding": 1}, {"kind": "relu"},
         {"kind": "linear", "out_features": 2}],
        (1, 8, 8), rng=0,
    )  # fmt: skip
    arrays = net.parameters()
    arrays["conv1.weight"][...] = 0
    arrays["conv1.weight"][:, 0, 1, 1] = [1, 2]
    arrays["conv1.bias"][...] = 0
    dense = arrays["fc1.weight"].reshape(2, 2, 8, 8)
    dense[...] = 0
    dense[0, 0, :, :4] = 1
    dense[1, 1, :, 4:] = 1
    x = np.abs(image(1, 8, 8))
    cam = explain.grad_cam(net, x, 1)
    assert cam.layer == "relu1"
    np.testing.assert_allclose(cam.weights, [0, 0.5])
    np.testing.assert_allclose(cam.signed, x[0], rtol=1e-6)
    np.testing.assert_allclose(cam.heat((8, 8)), x[0], rtol=1e-6)


@pytest.mark.parametrize("layer", [None, "conv1", "fork.branch1", "same.body.conv2", "half.body"])
def test_grad_cam_of_any_layer_is_its_formula(layer: str | None) -> None:
    net, x = branching(), image(2, 13, 11)
    found = explain.grad_cam(net, x, 3, layer)
    assert found.layer == (layer or "drop1")
    twin = explain.private(net)
    twin.forward(x[..., None])
    one = np.zeros((5, 1), np.float32)
    one[3] = 1
    twin.backward(one)
    view = twin[found.layer]
    assert view.dy is not None and view.y is not None
    weights = view.dy[..., 0].mean(axis=(1, 2))
    expected = sum(w * m for w, m in zip(weights, view.y[..., 0], strict=True))
    np.testing.assert_allclose(found.signed, expected, atol=1e-6)
    np.testing.assert_array_equal(found.cam, np.maximum(found.signed, 0))
    assert found.heat((13, 11)).shape == (13, 11)


def test_the_middle_of_a_map_cell_is_where_its_field_is() -> None:
    net = ARCHITECTURES["lenet"].build(0)
    rows, columns = explain.centres(explain.path_to(net, "pool2"), (1, 28, 28))
    for i in range(5):
        row0, row1, col0, col1 = explain.unit_field(net, "pool2", (0, i, i)).unclipped
        assert rows[i] == (row0 + row1 - 1) / 2
        assert columns[i] == (col0 + col1 - 1) / 2


def test_resampling_goes_through_the_known_values() -> None:
    values = image(3, 4).astype(np.float64)
    rows, columns = np.array([1, 4, 7]), np.array([0, 2, 4, 6])
    full = explain.resample(values, rows, columns, (9, 8))
    np.testing.assert_allclose(full[np.ix_(rows, columns)], values)
    np.testing.assert_allclose(full[0], full[1])
    np.testing.assert_allclose(full[1, 1], values[0, :2].mean())


def test_lenet_of_1998_is_taken_apart_too() -> None:
    net = ARCHITECTURES["lenet_1998"].build(0)
    shot = explain.snapshot(net, image(1, 32, 32))
    taken = shot.window_sum("c3", (6, 3, 3))
    assert tuple(taken.channels) == C3_INPUTS[6]
    assert taken.y == pytest.approx(shot["c3_squash"].y[6, 3, 3], rel=1e-4, abs=1e-5)
    digit = shot.window_sum("output", (4,))
    assert digit.y == pytest.approx(shot.scores[4], rel=1e-5)
    np.testing.assert_array_equal(digit.weight[:, 0, 0] > 0, [m == "#" for m in codes()[4]])
    assert explain.unit_field(net, "f6", (0,)).clipped == (0, 32, 0, 32)


def test_branches_and_residuals_are_layers_of_their_own() -> None:
    net = Sequential(Branches(Sequential(ReLU()), Sequential(Residual(Sequential(ReLU())))))
    shot = explain.snapshot(net, image(2, 3, 3))
    assert "branches1.branch2.res1" in shot.views
    taken = shot.window_sum("branches1", (3, 1, 1))
    assert taken.y == pytest.approx(shot.scores[3, 1, 1])
