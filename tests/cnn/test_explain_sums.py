"""One output cell, and one map, taken apart: the sums are the layer's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn import explain
from cnn.layers.activations import GELU, LeakyReLU, ReLU, Sigmoid
from cnn.layers.adaptive_pooling import (
    AdaptiveAvgPool2d,
    AdaptiveMaxPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
)
from cnn.layers.convolution import Conv2d, ConvTranspose2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.group_normalisation import GroupNorm
from cnn.layers.instance_normalisation import InstanceNorm2d
from cnn.layers.layer import Layer
from cnn.layers.layer_normalisation import LayerNorm
from cnn.layers.lenet_1998 import PartialConv2d, RadialBasis, ScaledTanh, Subsample2d
from cnn.layers.local_response import LocalResponseNorm
from cnn.layers.pooling import AvgPool2d, MaxPool2d, SumPool2d
from cnn.layers.softmax import Softmax
from cnn.nets.kinds import KINDS
from tests.cnn.looked_at import branching, image, rng, trained, trained_norm

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
    "group norm": (trained(GroupNorm(2, 4)), MAPS),
    "layer norm": (trained(LayerNorm(MAPS)), MAPS),
    "layer norm of rows": (trained(LayerNorm(8, elementwise_affine=False)), MAPS),
    "instance norm": (trained(InstanceNorm2d(4)), MAPS),
    "instance norm, scaled": (trained(InstanceNorm2d(4, affine=True)), MAPS),
    "instance norm, tracked": (trained(InstanceNorm2d(4, track_running_stats=True)), MAPS),
    "group norm of features": (trained(GroupNorm(3, 6)), (6,)),
    "layer norm of features": (trained(LayerNorm(6)), (6,)),
    "max, adaptive": (AdaptiveMaxPool2d((2, 3)), MAPS),
    "max, global": (GlobalMaxPool2d(), MAPS),
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


#: Functions of a cell alone, or of all: y is what they make of the one product x · 1.
FUNCTIONS = ("relu", "leaky_relu", "sigmoid", "tanh", "gelu", "silu", "hardswish", "relu6", "elu",
             "softplus", "scaled_tanh", "softmax", "dropout")  # fmt: skip


def test_every_kind_of_layer_that_can_be_built_is_taken_apart() -> None:
    """Its cells add up, if it is no function of a cell."""
    here = {type(layer) for layer, _ in LAYERS.values()}
    missing = {name for name, kind in KINDS.items() if kind.layer not in here} - {*FUNCTIONS}
    assert not missing


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
