"""Later activations, norms within a sample, resizing, unfolding: as PyTorch, and by differences."""

from __future__ import annotations

import numpy as np
import pytest

from cnn import definitions
from cnn import functional as F
from cnn.layers.adaptive_pooling import AdaptiveMaxPool2d, GlobalMaxPool2d
from cnn.layers.group_normalisation import GroupNorm
from cnn.layers.instance_normalisation import InstanceNorm2d
from cnn.layers.layer_normalisation import LayerNorm
from cnn.layers.more_activations import MORE_ACTIVATIONS
from cnn.learn.losses import CrossEntropyLoss
from tests.cnn.gradcheck import check_layer
from tests.cnn.torch_cases import check_function, function_cases

NAMES = (
    "silu", "hardswish", "relu6", "elu", "softplus", "group_norm", "layer_norm", "instance_norm",
    "interpolate", "unfold", "fold", "adaptive_max_pool2d",
)  # fmt: skip


@pytest.mark.parametrize("case", function_cases(*NAMES))
def test_as_pytorch(case) -> None:
    check_function(case)


LAYERS = (
    *(kind() for kind in MORE_ACTIVATIONS.values()),
    GroupNorm(2, 4, dtype=np.float64),
    LayerNorm((4, 5, 4), dtype=np.float64),
    LayerNorm(4, elementwise_affine=False),
    InstanceNorm2d(4),
    InstanceNorm2d(4, affine=True, dtype=np.float64),
    InstanceNorm2d(4, affine=True, track_running_stats=True, dtype=np.float64),
    AdaptiveMaxPool2d((2, 3)),
    GlobalMaxPool2d(),
)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_gradients_of_layers(layer) -> None:
    check_layer(layer, np.random.default_rng(3).standard_normal((4, 5, 4, 2)) * 2)


def test_norms_as_layers_are_the_functions_and_keep_running_statistics_as_they_do() -> None:
    rng = np.random.default_rng(8)
    x = rng.standard_normal((5, 4, 3, 6))
    weight, bias = rng.standard_normal((2, 4))
    mean, var = np.zeros(4), np.ones(4)
    tracked = InstanceNorm2d(4, affine=True, track_running_stats=True, dtype=np.float64)
    tracked.params |= {"weight": weight, "bias": bias}
    expected = F.instance_norm(x, mean, var, weight, bias)
    np.testing.assert_allclose(tracked(x), expected, atol=1e-12)
    np.testing.assert_allclose(tracked.bufs["running_mean"], mean, atol=1e-12)
    np.testing.assert_allclose(tracked.bufs["running_var"], var, atol=1e-12)
    tracked.training = False
    expected = F.instance_norm(x, mean, var, weight, bias, use_input_stats=False)
    np.testing.assert_allclose(tracked(x), expected, atol=1e-12)
    np.testing.assert_allclose(InstanceNorm2d(4)(x), F.instance_norm(x), atol=1e-12)
    np.testing.assert_allclose(LayerNorm((3, 6))(x), F.layer_norm(x, (3, 6)), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: LayerNorm(()), ["normalized_shape", "()"]),
        (lambda: LayerNorm((3, 0)), ["normalized_shape", "0"]),
        (lambda: LayerNorm((3, 4)).output_shape((5, 4, 3)), ["(3, 4)", "(5, 4, 3)"]),
        (lambda: InstanceNorm2d(4).output_shape((3, 5, 5)), ["num_features", "4", "(3, 5, 5)"]),
        (lambda: InstanceNorm2d(4).output_shape((4, 1, 1)), ["2 or more pixels", "(4, 1, 1)"]),
        (lambda: CrossEntropyLoss(label_smoothing=1.5), ["label_smoothing", "1.5", "0 to 1"]),
        (lambda: CrossEntropyLoss(np.ones((2, 2))), ["weight", "(2, 2)", "(K,)"]),
        (
            lambda: CrossEntropyLoss(np.ones(3)).forward(np.zeros((2, 4)), np.zeros(4, int)),
            ["weight", "(3,)", "(2,)"],
        ),
    ],
)
def test_what_does_not_fit_is_named(call, words) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_group_norm_as_the_definition(groups: int) -> None:
    rng = np.random.default_rng(9)
    x, dy = rng.standard_normal((2, 2, 4, 3, 2))
    weight, bias = rng.standard_normal((2, 4))
    y = definitions.group_norm(x, groups, weight, bias)
    np.testing.assert_allclose(F.group_norm(x, groups, weight, bias), y, atol=1e-12)
    expected = definitions.group_norm_gradient(dy, x, groups, weight)
    for got, gradient in zip(
        F.group_norm_backward(dy, x, groups, weight, bias), expected, strict=True
    ):
        np.testing.assert_allclose(got, gradient, atol=1e-12)
    if groups == 4:
        np.testing.assert_allclose(F.instance_norm(x, None, None, weight, bias), y, atol=1e-12)
    if groups == 1:
        whole = definitions.group_norm(x, 1, np.ones(4), np.zeros(4))
        np.testing.assert_allclose(F.layer_norm(x, (4, 3, 2)), whole, atol=1e-12)


@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
@pytest.mark.parametrize("size", [(7, 3), (2, 9), (4, 5), (1, 1)])
def test_resizing_as_the_definition(mode: str, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(10)
    x, dy = rng.standard_normal((1, 2, 4, 5)), rng.standard_normal((1, 2, *size))
    y = definitions.interpolate(x, size, mode)
    np.testing.assert_allclose(F.interpolate(x, size, mode=mode), y, atol=1e-12)
    dx = definitions.interpolate_gradient(dy, (4, 5), mode)
    (got,) = F.interpolate_backward(dy, x, size, mode=mode)
    np.testing.assert_allclose(got, dx, atol=1e-12)


def test_a_convolution_is_a_product_with_unfolded_windows() -> None:
    rng = np.random.default_rng(4)
    x, weight = rng.standard_normal((2, 3, 7, 6)), rng.standard_normal((5, 3, 3, 2))
    columns = F.unfold(x, (3, 2), stride=2, padding=1)
    y = weight.reshape(5, -1) @ columns
    expected = F.conv2d(x, weight, stride=2, padding=1)
    np.testing.assert_allclose(y.reshape(expected.shape), expected, atol=1e-12)


def test_a_resized_cell_depends_on_what_it_reads_alone() -> None:
    x = np.random.default_rng(5).standard_normal((1, 2, 6, 6))
    for mode in ("nearest", "bilinear"):
        before = F.interpolate(x, scale_factor=2, mode=mode)
        other = x.copy()
        other[0, 1, 3, 3] = np.inf
        after = F.interpolate(other, scale_factor=2, mode=mode)
        kept = np.ones(before.shape, bool)
        kept[0, 1, 4:10, 4:10] = False
        np.testing.assert_array_equal(after[kept], before[kept])


def test_what_interpolate_cannot_do_is_said() -> None:
    x = np.ones((1, 1, 4, 4))
    for wrong in (
        {},
        {"size": 2, "scale_factor": 2},
        {"size": 0},
        {"scale_factor": 0.1},
        {"scale_factor": -1},
        {"size": 2, "mode": "cubic"},
        {"size": 2, "align_corners": True},
    ):
        with pytest.raises(ValueError, match="got"):
            F.interpolate(x, **wrong)


def test_a_loss_ignores_what_it_is_told_to() -> None:
    scores = np.random.default_rng(6).standard_normal((3, 5))
    labels = np.array([0, 2, 9, 1, 9])
    loss = CrossEntropyLoss(ignore_index=9)
    kept = labels != 9
    assert loss.forward(scores, labels) == pytest.approx(
        CrossEntropyLoss().forward(scores[:, kept], labels[kept])
    )
    assert not loss.backward()[:, ~kept].any() and loss.backward()[:, kept].any()
