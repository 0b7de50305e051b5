"""The definitions themselves: against PyTorch, central differences, and the fast ways."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from cnn import definitions
from cnn import functional as F
from cnn.window.geometry import Window
from tests.cnn.geometries import Setting, settings
from tests.cnn.gradcheck import assert_close, check, numeric_gradient
from tests.cnn.torch_cases import fixtures

#: Loops are slow: larger cases of the fixtures are left to the fast ways.
MOST_PRODUCTS = 20_000


def small_cases(function: str) -> list:
    """PyTorch's cases of a convolution or pooling that loops get through in no time."""
    cases = [case for case in fixtures()[0]["functions"] if case["function"] == function]
    small = [c for c in cases if work(c) <= MOST_PRODUCTS]
    assert len(small) >= 20
    return [pytest.param(case, id=case["case"]) for case in small]


def array(case: dict, name: str) -> np.ndarray:
    return fixtures()[1][f"{case['case']}.{name}"]


def work(case: dict) -> int:
    taps = array(case, "weight")[0].size if "weight" in case["inputs"] else 9
    spread = max(array(case, "y").size, array(case, "input").size)
    return int(spread * taps)


def plainly(case: dict) -> tuple[Window, dict]:
    """The case's window, and the rest of its arguments."""
    more = dict(case["kwargs"])
    kernel = more.pop("kernel_size", None)
    if kernel is None:
        kernel = array(case, "weight").shape[2:]
    stride, padding, dilation = (
        more.pop(name, default)
        for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    window = Window.of(
        kernel,
        kernel if stride is None else stride,
        padding,
        dilation,
        input_size=array(case, "input").shape[2:],
    )
    return window, more


@pytest.mark.parametrize("case", small_cases("conv2d"))
def test_convolution_and_its_gradients_as_pytorch(case) -> None:
    window, more = plainly(case)
    more |= {"stride": window.stride, "padding": window.padding, "dilation": window.dilation}
    x, weight, dy = (array(case, name) for name in ("input", "weight", "dy"))
    bias = array(case, "bias") if "bias" in case["inputs"] else None
    y = definitions.conv2d(x, weight, bias, **more)
    np.testing.assert_allclose(y, array(case, "y"), atol=1e-11)
    dx = definitions.conv2d_input_gradient(dy, weight, x.shape[2:], **more)
    np.testing.assert_allclose(dx, array(case, "d_input"), atol=1e-11)
    dweight = definitions.conv2d_weight_gradient(dy, x, weight.shape, **more)
    np.testing.assert_allclose(dweight, array(case, "d_weight"), atol=1e-11)
    if bias is not None:
        dbias = definitions.conv2d_bias_gradient(dy)
        np.testing.assert_allclose(dbias, array(case, "d_bias"), atol=1e-11)


@pytest.mark.parametrize("case", small_cases("conv_transpose2d"))
def test_transposed_convolution_as_pytorch(case) -> None:
    window, more = plainly(case)
    extra = more.pop("output_padding")
    more["output_padding"] = (extra, extra) if isinstance(extra, int) else tuple(extra)
    more |= {"stride": window.stride, "padding": window.padding, "dilation": window.dilation}
    bias = array(case, "bias") if "bias" in case["inputs"] else None
    y = definitions.conv_transpose2d(array(case, "input"), array(case, "weight"), bias, **more)
    np.testing.assert_allclose(y, array(case, "y"), atol=1e-11)


@pytest.mark.parametrize("case", small_cases("max_pool2d"))
def test_max_pooling_and_its_gradient_as_pytorch(case) -> None:
    window, more = plainly(case)
    x = array(case, "input")
    more |= {"padding": window.padding, "dilation": window.dilation}
    y, indices = definitions.max_pool2d(x, window.kernel, window.stride, **more)
    np.testing.assert_array_equal(y, array(case, "y"))
    np.testing.assert_array_equal(indices, array(case, "indices"))
    dx = definitions.max_pool2d_gradient(array(case, "dy"), indices, x.shape[2:])
    np.testing.assert_allclose(dx, array(case, "d_input"), atol=1e-12)


@pytest.mark.parametrize("case", small_cases("avg_pool2d"))
def test_average_pooling_and_its_gradient_as_pytorch(case) -> None:
    window, more = plainly(case)
    x = array(case, "input")
    given = (window.kernel, window.stride, window.padding)
    np.testing.assert_allclose(
        definitions.avg_pool2d(x, *given, **more), array(case, "y"), atol=1e-12
    )
    dx = definitions.avg_pool2d_gradient(array(case, "dy"), x.shape[2:], *given, **more)
    np.testing.assert_allclose(dx, array(case, "d_input"), atol=1e-12)


@limits(max_examples=20)
@given(settings(channels=2), st.sampled_from([1, 2]))
def test_the_fast_gradients_are_the_defined_ones(setting: Setting, groups: int) -> None:
    assume(np.prod(setting.shape) <= 60)
    window, (samples, channels, height, width) = setting.window, setting.public_shape
    x = setting.normal(samples, channels * groups, height, width)
    weight = setting.normal(2 * groups, channels, *window.kernel)
    more = {"stride": window.stride, "padding": window.padding, "dilation": window.dilation}
    more["groups"] = groups
    dy = setting.normal(*F.conv2d(x, weight, **more).shape)
    dx, dweight, dbias = F.conv2d_backward(dy, x, weight, np.zeros(2 * groups), **more)
    by_definition = definitions.conv2d_input_gradient(dy, weight, (height, width), **more)
    np.testing.assert_allclose(dx, by_definition, atol=1e-12)
    by_definition = definitions.conv2d_weight_gradient(dy, x, weight.shape, **more)
    np.testing.assert_allclose(dweight, by_definition, atol=1e-12)
    np.testing.assert_allclose(dbias, definitions.conv2d_bias_gradient(dy), atol=1e-12)


def test_softmax_and_cross_entropy_are_what_the_functions_compute() -> None:
    rng = np.random.default_rng(0)
    z, target = rng.normal(size=(5, 4)) * 30, np.array([0, 3, 1, 1, 2])
    p = definitions.softmax(z)
    np.testing.assert_allclose(p, F.softmax(z, 1), rtol=1e-12)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    z /= 20
    loss = definitions.cross_entropy(z, target)
    np.testing.assert_allclose(loss, F.cross_entropy(z, target), rtol=1e-12)
    gradient = definitions.cross_entropy_gradient(z, target)
    np.testing.assert_allclose(gradient, F.cross_entropy_backward(1.0, z, target)[0], atol=1e-12)
    expected = numeric_gradient(lambda: definitions.cross_entropy(z, target), z)
    assert_close(gradient, expected, "z", 1e-7)


def test_softmax_of_huge_scores_does_not_overflow() -> None:
    np.testing.assert_allclose(definitions.softmax(np.array([[1000.0, 1000.0]])), 0.5)


def test_batch_norm_is_what_the_function_computes() -> None:
    rng = np.random.default_rng(1)
    x, weight, bias = rng.normal(2, 3, (3, 2, 2, 3)), rng.normal(size=2), rng.normal(size=2)
    y = definitions.batch_norm(x, weight, bias)
    np.testing.assert_allclose(
        y, F.batch_norm(x, None, None, weight, bias, training=True), atol=1e-12
    )
    check(
        definitions.batch_norm,
        [x, weight, bias],
        lambda dy, x, weight, bias: definitions.batch_norm_gradient(dy, x, weight),
        names=("x", "weight", "bias"),
    )
