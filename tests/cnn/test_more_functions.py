"""Later activations, norms within a sample, resizing, unfolding: as PyTorch, and by differences."""

from __future__ import annotations

import numpy as np
import pytest

from cnn import functional as F
from cnn.layers.adaptive_pooling import AdaptiveMaxPool2d, GlobalMaxPool2d
from cnn.layers.group_normalisation import GroupNorm
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
    AdaptiveMaxPool2d((2, 3)),
    GlobalMaxPool2d(),
)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_gradients_of_layers(layer) -> None:
    check_layer(layer, np.random.default_rng(3).standard_normal((4, 5, 4, 2)) * 2)


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
