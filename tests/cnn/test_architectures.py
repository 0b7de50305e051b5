"""The famous networks are what was published, and they run."""

import json
from pathlib import Path

import numpy as np
import pytest

from cnn.architectures import ARCHITECTURES, alexnet, efficientnet, inception, resnet, vgg
from cnn.architectures.architecture import Architecture
from cnn.architectures.lenet import C3_INPUTS, codes, modern
from cnn.explain import evaluation_copy
from cnn.layers.dropout import Dropout
from cnn.layers.layer import Layer
from cnn.layers.lenet_1998 import PartialConv2d, RadialBasis, ScaledTanh, Subsample2d
from cnn.nets import storage
from cnn.nets.container import Row
from cnn.nets.network import Sequential
from cnn.nets.spec import build
from cnn.nets.table import spec_of

ALL = list(ARCHITECTURES)


def rows_of(slug: str) -> dict[str, Row]:
    return {row.name: row for row in ARCHITECTURES[slug].summary()}


def figures(slug: str, *names: str) -> list[tuple[int, int]]:
    """(parameters, multiply–adds) of some layers."""
    rows = rows_of(slug)
    return [(rows[name].parameters, rows[name].multiply_adds) for name in names]


PUBLISHED = {
    "lenet_1998": 60_000,
    "lenet": 61_706,
    "lenet_tutorial": 63_802,
    "alexnet": 60_965_224,
    "alexnet_single": 61_100_840,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
    "resnet50": 25_557_032,
    "resnet50_v1": 25_557_032,
    "inception_v4": 42_679_816,
    "efficientnet_lite0": 4_652_008,
}
#: Billions, to the digits that are published.
MULTIPLY_ADDS = {
    "alexnet": (0.724, 3),
    "alexnet_single": (0.71, 2),
    "vgg16": (15.47, 2),
    "vgg19": (19.63, 2),
    "resnet50": (4.09, 2),
    "resnet50_v1": (3.86, 2),
    "inception_v4": (12.25, 2),
    "efficientnet_lite0": (0.385187552, 9),
}


@pytest.mark.parametrize("slug", ALL)
def test_totals_are_the_published_ones(slug: str) -> None:
    architecture = ARCHITECTURES[slug]
    rows = architecture.summary()
    assert sum(row.parameters for row in rows) == architecture.parameters == PUBLISHED[slug]
    assert sum(row.multiply_adds for row in rows) == architecture.multiply_adds
    if slug in MULTIPLY_ADDS:
        billions, digits = MULTIPLY_ADDS[slug]
        assert round(architecture.multiply_adds / 1e9, digits) == billions


@pytest.mark.parametrize("slug", ALL)
def test_stages_have_the_published_shapes(slug: str) -> None:
    rows = rows_of(slug)
    stages = ARCHITECTURES[slug].stages
    assert {s.layer: rows[s.layer].output_shape for s in stages} == {
        s.layer: s.shape for s in stages
    }
    assert len(stages) >= 5


@pytest.mark.parametrize("slug", ALL)
def test_the_card_is_filled_in(slug: str) -> None:
    card = ARCHITECTURES[slug]
    assert card.slug == slug
    assert 1998 <= card.year <= 2020
    assert all((card.name, card.authors, card.paper, card.idea, card.counted))
    assert card.link.startswith("https://")
    assert len(card.idea) < 100
    if card.top1 is not None:
        assert 50 < card.top1 < (card.top5 or 100) <= 100
        assert card.measured


@pytest.mark.parametrize("slug", ALL)
def test_a_spec_survives_json(slug: str) -> None:
    card = ARCHITECTURES[slug]
    again = build(json.loads(json.dumps(card.spec)), card.input_shape, init="zeros")
    assert tuple(again.summary()) == card.summary()


def independent_count(spec: list, shape: tuple[int, ...]) -> tuple[tuple[int, ...], int, int]:
    """Shape, parameters and products of a spec by plain arithmetic, without any layer."""
    parameters = products = 0
    pair = lambda v: (v, v) if isinstance(v, int | str) else tuple(v)  # noqa: E731
    for block in spec:
        kind, size = block["kind"], shape[1:]
        if kind in ("conv", "max_pool", "avg_pool"):
            kernel, stride = pair(block["kernel_size"]), pair(block.get("stride", 1))
            padding = block.get("padding", 0)
            size = tuple(
                -(-n // s) if padding == "same" else (n + 2 * p - k) // s + 1
                for n, k, s, p in zip(size, kernel, stride, pair(padding), strict=True)
            )
            channels = shape[0]
            if kind == "conv":
                channels = block["out_channels"]
                weights = channels * shape[0] // block.get("groups", 1) * kernel[0] * kernel[1]
                parameters += weights + (channels if block.get("bias", True) else 0)
                products += weights * size[0] * size[1]
            shape = (channels, *size)
        elif kind == "batch_norm":
            parameters += 2 * shape[0]
        elif kind == "global_avg_pool":
            shape = (shape[0], 1, 1)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "linear":
            features = int(np.prod(shape))
            parameters += (features + 1) * block["out_features"]
            products += features * block["out_features"]
            shape = (block["out_features"],)
        elif kind == "sequence":
            shape, p, m = independent_count(block["layers"], shape)
            parameters, products = parameters + p, products + m
        elif kind in ("residual", "branches"):
            bodies = block.get("bodies") or [block["body"], block["shortcut"] or []]
            counts = [independent_count(body, shape) for body in bodies]
            assert len({s[1:] for s, _, _ in counts}) == 1
            parameters += sum(p for _, p, _ in counts)
            products += sum(m for _, _, m in counts)
            out = sum(s[0] for s, _, _ in counts) if kind == "branches" else counts[0][0][0]
            shape = (out, *counts[0][0][1:])
        else:
            assert kind in ("relu", "relu6", "lrn", "dropout"), kind
    return shape, parameters, products


@pytest.mark.parametrize("slug", [slug for slug in ALL if slug != "lenet_1998"])
def test_layers_count_as_plain_arithmetic_does(slug: str) -> None:
    card = ARCHITECTURES[slug]
    shape, parameters, products = independent_count(card.spec, card.input_shape)
    assert shape == card.summary()[-1].output_shape
    assert (parameters, products) == (card.parameters, card.multiply_adds)


# Figures per layer, as published -----------------------------------------------------------------


def test_lenet_of_1998_layer_by_layer() -> None:
    """Section II.B of the paper: trainable parameters, and connections, biases included."""
    names = ("c1", "s2", "c3", "s4", "c5", "f6", "output")
    found = figures("lenet_1998", *names)
    assert [p for p, _ in found] == [156, 12, 1_516, 32, 48_120, 10_164, 0]
    rows = rows_of("lenet_1998")
    biased = [int(np.prod(rows[name].output_shape)) for name in names[:-1]] + [0]
    connections = [products + b for (_, products), b in zip(found, biased, strict=True)]
    assert connections == [122_304, 5_880, 151_600, 2_000, 48_120, 10_164, 840]
    assert sum(connections) == 340_908
    output = ARCHITECTURES["lenet_1998"].build(0)["output"]
    assert sum(array.size for array in output.bufs.values()) == 840


def test_the_connection_table() -> None:
    """Table I: 6 maps see three neighbours in a ring, 6 four, 3 broken fours, 1 all: 60 in all."""
    assert [len(seen) for seen in C3_INPUTS] == [3] * 6 + [4] * 9 + [6]
    assert set(C3_INPUTS[:6]) == {tuple(sorted((i + d) % 6 for d in range(3))) for i in range(6)}
    assert set(C3_INPUTS[6:12]) == {tuple(sorted((i + d) % 6 for d in range(4))) for i in range(6)}
    for s2 in range(6):
        assert sum(s2 in seen for seen in C3_INPUTS) == 10


def test_the_ten_codes_differ() -> None:
    bits = np.array([[mark == "#" for mark in code] for code in codes()])
    assert bits.shape == (10, 84)
    distances = (bits[:, None] != bits[None]).sum(axis=2)
    assert distances[np.triu_indices(10, 1)].min() >= 10


def test_lenet_layer_by_layer() -> None:
    assert figures("lenet", "conv1", "conv2", "fc1", "fc2", "fc3") == [
        (156, 117_600),
        (2_416, 240_000),
        (48_120, 48_000),
        (10_164, 10_080),
        (850, 840),
    ]
    assert [p for p, _ in figures("lenet_tutorial", "fc1", "fc2", "fc3")] == [48_120, 12_100, 1_010]


def test_alexnet_layer_by_layer() -> None:
    assert figures("alexnet", "conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8") == [
        (34_944, 105_415_200),
        (307_456, 223_948_800),
        (885_120, 149_520_384),
        (663_936, 112_140_288),
        (442_624, 74_760_192),
        (37_752_832, 37_748_736),
        (16_781_312, 16_777_216),
        (4_097_000, 4_096_000),
    ]
    single = [p for p, _ in figures("alexnet_single", "conv1", "conv2", "conv3", "conv4", "conv5")]
    assert single == [23_296, 307_392, 663_936, 884_992, 590_080]


def test_vgg_layer_by_layer() -> None:
    parameters = [row.parameters for row in rows_of("vgg16").values() if row.parameters]
    assert parameters == [
        1_792, 36_928, 73_856, 147_584, 295_168, 590_080, 590_080, 1_180_160, 2_359_808,
        2_359_808, 2_359_808, 2_359_808, 2_359_808, 102_764_544, 16_781_312, 4_097_000,
    ]  # fmt: skip


def test_resnet_layer_by_layer() -> None:
    names = [f"conv{s}_1" for s in (2, 3, 4, 5)]
    rows = rows_of("resnet50").values()
    counted = [sum(r.parameters for r in rows if r.name.startswith(f"{n}.")) for n in names]
    assert counted == [75_008, 379_392, 1_512_448, 6_039_552]
    assert rows_of("resnet50")["average"].output_shape == (2048, 1, 1)
    assert rows_of("resnet50")["conv3_1.body.conv1"].output_shape == (128, 56, 56)
    assert rows_of("resnet50_v1")["conv3_1.body.conv1"].output_shape == (128, 28, 28)


def test_inception_layer_by_layer() -> None:
    """Widths of the branches, as the figures of the paper give them."""
    rows = rows_of("inception_v4")
    widths = {
        "stem_3": [192, 192],
        "inception_a1": [96, 96, 96, 96],
        "reduction_a": [384, 384, 256],
        "inception_b1": [128, 384, 256, 256],
        "reduction_b": [1024, 192, 320],
        "inception_c1": [256, 256, 512, 512],
    }
    for name, expected in widths.items():
        last = {}
        for row in rows.values():
            block, _, inside = row.name.partition(".")
            if block == name and inside:
                last[inside.partition(".")[0]] = row.output_shape[0]
        assert list(last.values()) == expected
        assert rows[name].output_shape[0] == sum(expected)


@pytest.mark.parametrize(
    ("slug", "layer", "field", "jump"),
    [("alexnet_single", "pool5", 195, 32), ("vgg16", "pool5", 212, 32),
     ("resnet50_v1", "conv5_3", 483, 32), ("inception_v4", "inception_c3", 2071, 32)],
)  # fmt: skip
def test_receptive_fields_are_the_published_ones(
    slug: str, layer: str, field: int, jump: int
) -> None:
    """Araujo, Norris and Sim, "Computing Receptive Fields of CNNs", Distill (2019), table."""
    row = rows_of(slug)[layer]
    assert row.receptive_field == (field, field)
    assert row.jump == (jump, jump)


# They run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ALL)
@pytest.mark.slow
def test_a_forward_pass_runs(slug: str) -> None:
    card = ARCHITECTURES[slug]
    net = card.build(1)
    net.eval()
    x = np.random.default_rng(2).standard_normal((1, *card.input_shape), dtype=np.float32)
    scores = net(x)
    assert scores.shape == (1, *card.summary()[-1].output_shape)
    assert np.isfinite(scores).all()
    assert scores.std() > 0
    reached = {name: layer.y for name, layer in net.named_layers(containers=True)}
    for stage in card.stages:
        y = reached[stage.layer]
        assert y is not None and y.shape == (*stage.shape, 1)


def tiny(card: Architecture) -> Sequential:
    """The same layout with few filters, to train a step in no time."""
    grouped = tuple((max(2, f // 96 * 2), *rest) for f, *rest in alexnet.TABLE_2012)
    single = tuple((f // 32, *rest) for f, *rest in alexnet.TABLE_2014)
    blocks = tuple((name, 2, w // 32, stride) for name, _, w, stride in resnet.RESNET_50_STAGES)
    lite = tuple((blocks, k, s, w, f // 8) for blocks, k, s, w, f in efficientnet.STAGES)
    specs = {
        "lenet": (modern((2, 3), (8, 6, 4)), (1, 28, 28)),
        "alexnet": (alexnet.spec(grouped, (6, 6, 4)), (3, 67, 67)),
        "alexnet_single": (alexnet.spec(single, (6, 6, 4), dropout_first=True), (3, 63, 63)),
        "vgg16": (vgg.spec(((2, 2), (2, 3), (3, 4), (3, 4), (3, 5)), (6, 6, 4)), (3, 32, 32)),
        "resnet50": (resnet.spec(blocks, 3, stem=4, classes=4), (3, 64, 64)),
        "resnet50_v1": (resnet.spec(blocks, 1, stem=4, classes=4), (3, 64, 64)),
        "inception_v4": (inception.spec(4, 1 / 32), (3, 75, 75)),
        "efficientnet_lite0": (efficientnet.spec(lite, 4, 8, 4), (3, 64, 64)),
    }
    spec, shape = specs[card.slug]
    return build(spec, shape, rng=0, init="kaiming_normal")


TINY = ["lenet", "alexnet", "alexnet_single", "vgg16", "resnet50", "resnet50_v1", "inception_v4"]
TINY += ["efficientnet_lite0"]


@pytest.mark.parametrize("slug", TINY)
def test_every_parameter_gets_a_gradient(slug: str) -> None:
    net = tiny(ARCHITECTURES[slug])
    assert net.input_shape is not None
    for _, layer in net.named_layers():
        if isinstance(layer, Dropout):  # would switch off most of these few units
            layer.training = False
    rng = np.random.default_rng(3)
    x = rng.standard_normal((*net.input_shape, 6), dtype=np.float32)
    net.forward(x)
    dx = net.backward(rng.standard_normal((4, 6), dtype=np.float32), need_dx=True)
    assert dx is not None and dx.shape == x.shape and np.any(dx)
    gradients = net.gradients()
    for path, array in net.parameters().items():
        assert gradients[path].shape == array.shape, path
        assert np.isfinite(gradients[path]).all(), path
    assert np.mean([np.any(g != 0) for g in gradients.values()]) > 0.8
    again = build(spec_of(net), init="zeros")
    assert list(again.parameters()) == list(net.parameters())


def test_the_same_seed_gives_the_same_network() -> None:
    one, two, other = (ARCHITECTURES["lenet_1998"].build(seed).parameters() for seed in (5, 5, 6))
    for path, array in one.items():
        np.testing.assert_array_equal(array, two[path])
    assert any(not np.array_equal(array, other[path]) for path, array in one.items())


# The layers of 1998 ------------------------------------------------------------------------------

OLD: dict[str, tuple[Layer, tuple[int, ...]]] = {
    "scaled tanh": (ScaledTanh(), (3, 4, 4)),
    "subsample": (Subsample2d(3, 2, rng=np.random.default_rng(0), dtype=np.float64), (3, 5, 4)),
    "partial": (
        PartialConv2d(4, [(0, 2), (1, 2, 3), (3,)], (3, 2), rng=np.random.default_rng(0),
                      dtype=np.float64),
        (4, 6, 5),
    ),
    "radial basis": (RadialBasis(["#.##.", ".....", "#####"], np.float64), (5,)),
}  # fmt: skip


@pytest.mark.parametrize("name", OLD)
def test_gradients_by_differences(name: str) -> None:
    layer, shape = OLD[name]
    rng = np.random.default_rng(4)
    x = rng.standard_normal((*shape, 2))
    dy = rng.standard_normal(layer.forward(x).shape)
    dx = layer.backward(dy)
    assert dx is not None

    def slope(array: np.ndarray, index: tuple[int, ...]) -> float:
        kept, step = array[index], 1e-6
        ends = []
        for sign in (1, -1):
            array[index] = kept + sign * step
            ends.append(float((layer.forward(x) * dy).sum()))
        array[index] = kept
        return (ends[0] - ends[1]) / (2 * step)

    grads = {key: grad.copy() for key, grad in layer.grads.items()}
    for array, grad in [(x, dx), *((layer.params[key], grads[key]) for key in layer.params)]:
        for index in list(np.ndindex(array.shape))[::3]:
            assert slope(array, index) == pytest.approx(grad[index], rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("name", OLD)
def test_a_frozen_copy_gives_the_same_gradient_of_its_input_and_no_other(name: str) -> None:
    layer, shape = OLD[name]
    x = np.random.default_rng(5).standard_normal((*shape, 1))
    dy = np.random.default_rng(6).standard_normal(layer.forward(x).shape)
    frozen = evaluation_copy(layer)
    frozen.forward(x)
    np.testing.assert_array_equal(frozen.input_gradient(dy), layer.input_gradient(dy))


def test_a_partial_convolution_ignores_what_it_does_not_see() -> None:
    layer, shape = OLD["partial"]
    x = np.random.default_rng(0).standard_normal((*shape, 1))
    before = layer.forward(x).copy()
    x[0] += 1  # only the first map of the output sees map 0
    after = layer.forward(x)
    assert not np.allclose(before[0], after[0])
    np.testing.assert_array_equal(before[1:], after[1:])


def test_the_nearest_code_wins() -> None:
    layer = ARCHITECTURES["lenet_1998"].build(0)["output"]
    codes_ = layer.bufs["weight"]
    scores = layer.forward(np.ascontiguousarray(codes_.T))
    assert (scores.argmax(axis=0) == np.arange(10)).all()
    np.testing.assert_array_equal(np.diag(scores), 0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: PartialConv2d(3, [(0, 3)], 3), "inputs"),
        (lambda: PartialConv2d(3, [(1, 1)], 3), "inputs"),
        (lambda: PartialConv2d(3, [()], 3), "inputs"),
        (lambda: RadialBasis(["#.", "#"]), "codes"),
        (lambda: RadialBasis(["#x"]), "codes"),
        (lambda: RadialBasis(["##"]).forward(np.zeros((3, 1))), "x"),
        (lambda: Subsample2d(2, 2).forward(np.zeros((3, 4, 4, 1))), "x"),
    ],
)
def test_errors_name_the_argument(call, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: "):
        call()


def test_lenet_of_1998_survives_a_file(tmp_path: Path) -> None:
    net = ARCHITECTURES["lenet_1998"].build(3)
    storage.save(net, tmp_path / "net.npz")
    again = storage.load(tmp_path / "net.npz")
    x = np.random.default_rng(0).standard_normal((2, 1, 32, 32), dtype=np.float32)
    np.testing.assert_array_equal(again(x), net(x))
