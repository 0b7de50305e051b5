from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from cnn import definitions
from cnn import functional as F
from cnn.layers.adaptive_pooling import AdaptiveAvgPool2d, GlobalAvgPool2d
from cnn.layers.pooling import AvgPool2d, MaxPool2d, SumPool2d
from tests.cnn.geometries import Setting, settings
from tests.cnn.gradcheck import check, check_layer
from tests.cnn.torch_cases import check_function, fixtures, function_cases


def arguments(setting: Setting) -> dict:
    """The setting's window as keyword arguments."""
    window = setting.window
    return {"stride": window.stride, "padding": window.padding, "ceil_mode": window.ceil_mode}


def fits(setting: Setting) -> bool:
    try:
        setting.window.axes(*setting.shape[1:3])
    except ValueError:
        return False
    return True


def untied(setting: Setting) -> np.ndarray:
    """Numbers (N, C, H, W) of which no two are closer than 0.01: maxima have no kinks nearby."""
    count = int(np.prod(setting.shape))
    order = np.random.default_rng(setting.seed).permutation(count)
    return (order / 100 - count / 200).reshape(setting.public_shape)


POOLS = ("max_pool2d", "avg_pool2d", "adaptive_avg_pool2d")


@pytest.mark.parametrize("case", function_cases(*POOLS))
def test_as_pytorch(case) -> None:
    check_function(case)


@pytest.mark.parametrize("case", function_cases("max_pool2d"))
def test_indices_as_pytorch(case) -> None:
    arrays = fixtures()[1]
    x = arrays[f"{case['case']}.input"]
    y, indices = F.max_pool2d(x, **case["kwargs"], return_indices=True)
    np.testing.assert_array_equal(indices, arrays[f"{case['case']}.indices"])
    flat = x.reshape(*x.shape[:2], -1)
    picked = np.take_along_axis(flat, indices.reshape(*x.shape[:2], -1), axis=2)
    np.testing.assert_array_equal(picked.reshape(y.shape), y)


#: What all cells of an input may become that are below 0, for windows to be full of it.
BELOW = (None, -np.inf, np.nan)


@limits(max_examples=80)
@given(settings(pool=True), st.booleans(), st.sampled_from(BELOW))
def test_maximum_as_the_definition(setting: Setting, ties: bool, below: float | None) -> None:
    assume(fits(setting))
    x = setting.normal(*setting.public_shape)
    x = np.round(x) if ties else x
    x = x if below is None else np.where(x < 0, below, x)
    more = arguments(setting) | {"dilation": setting.window.dilation}
    expected, places = definitions.max_pool2d(x, setting.window.kernel, **more)
    y, indices = F.max_pool2d(x, setting.window.kernel, **more, return_indices=True)
    np.testing.assert_array_equal(y, expected)
    ones, _ = definitions.max_pool2d(np.ones_like(x), setting.window.kernel, **more)
    real = ones == 1  # dilated windows may see nothing but padding
    np.testing.assert_array_equal(indices[real], places[real])
    dy = setting.normal(*y.shape)
    (dx,) = F.max_pool2d_backward(dy, x, setting.window.kernel, **more)
    dy = np.where(real, dy, 0)  # nothing to pass on where only padding was seen
    won = definitions.max_pool2d_gradient(dy, places, x.shape[2:])
    np.testing.assert_allclose(dx, won, atol=1e-12)


@limits(max_examples=50)
@given(settings(pool=True, dilated=False), st.booleans())
def test_mean_and_sum_as_the_definition(setting: Setting, include: bool) -> None:
    assume(fits(setting))
    x, kernel, more = (
        setting.normal(*setting.public_shape),
        setting.window.kernel,
        arguments(setting),
    )
    np.testing.assert_allclose(
        F.avg_pool2d(x, kernel, **more, count_include_pad=include),
        definitions.avg_pool2d(x, kernel, **more, count_include_pad=include),
        atol=1e-12,
    )
    total = definitions.avg_pool2d(x, kernel, **more, divisor_override=1)
    np.testing.assert_allclose(F.sum_pool2d(x, kernel, **more), total, atol=1e-12)
    third = F.avg_pool2d(x, kernel, **more, divisor_override=3)
    np.testing.assert_allclose(third, total / 3, atol=1e-12)


@limits(max_examples=30)
@given(settings(pool=True, channels=2), st.booleans())
def test_gradients(setting: Setting, include: bool) -> None:
    assume(fits(setting) and np.prod(setting.shape) <= 60)
    kernel, more = setting.window.kernel, arguments(setting)
    x, wide = untied(setting), more | {"dilation": setting.window.dilation}
    window = setting.window
    seen = F.max_pool2d(x, kernel, **wide)
    if np.isfinite(seen).all():
        check(
            lambda x: F.max_pool2d(x, kernel, **wide),
            [x],
            lambda dy, x: F.max_pool2d_backward(dy, x, kernel, **wide),
        )
    if window.dilation == (1, 1):
        mean = more | {"count_include_pad": include}
        check(
            lambda x: F.avg_pool2d(x, kernel, **mean),
            [x],
            lambda dy, x: F.avg_pool2d_backward(dy, x, kernel, **mean),
        )
        check(
            lambda x: F.sum_pool2d(x, kernel, **more),
            [x],
            lambda dy, x: F.sum_pool2d_backward(dy, x, kernel, **more),
        )


@pytest.mark.parametrize("size", [1, (2, 3), (5, 4), (7, 1), (3, 6)])
def test_adaptive_means_and_their_gradient(size) -> None:
    x = np.random.default_rng(0).standard_normal((2, 3, 5, 4))
    check(
        lambda x: F.adaptive_avg_pool2d(x, size),
        [x],
        lambda dy, x: F.adaptive_avg_pool2d_backward(dy, x, size),
    )


def test_the_global_mean() -> None:
    x = np.random.default_rng(1).standard_normal((3, 4, 5, 2))
    layer = GlobalAvgPool2d()
    np.testing.assert_allclose(layer.forward(x)[:, 0, 0], x.mean(axis=(1, 2)))
    assert layer.output_shape((3, 4, 5)) == (3, 1, 1)
    check_layer(layer, x)


@limits(max_examples=40)
@given(settings(pool=True, dilated=False))
def test_means_lie_between_the_least_and_the_greatest(setting: Setting) -> None:
    assume(fits(setting))
    x, kernel, more = (
        setting.normal(*setting.public_shape),
        setting.window.kernel,
        arguments(setting),
    )
    mean = F.avg_pool2d(x, kernel, **more, count_include_pad=False)
    highest, lowest = F.max_pool2d(x, kernel, **more), -F.max_pool2d(-x, kernel, **more)
    assert (lowest <= mean + 1e-12).all() and (mean <= highest + 1e-12).all()
    assert highest.max() <= x.max() and lowest.min() >= x.min()


@limits(max_examples=40)
@given(settings(pool=True))
def test_the_maximum_goes_with_any_rising_function(setting: Setting) -> None:
    assume(fits(setting))
    x, kernel = setting.normal(*setting.public_shape), setting.window.kernel
    more = arguments(setting) | {"dilation": setting.window.dilation}
    risen = np.exp(F.max_pool2d(x, kernel, **more))
    # Where a window sees only padding its maximum is −∞ on both sides of the function.
    real = risen > 0
    np.testing.assert_array_equal(F.max_pool2d(np.exp(x), kernel, **more)[real], risen[real])


@limits(max_examples=40)
@given(settings(pool=True), st.sampled_from([MaxPool2d, AvgPool2d, SumPool2d]), st.booleans())
def test_the_size_formula_tells_the_size(setting: Setting, kind, training: bool) -> None:
    assume(fits(setting))
    window = setting.window
    assume(
        all(p <= k // 2 for p, k in zip(window.padding, np.repeat(window.kernel, 2), strict=True))
    )
    layer = kind(window.kernel, window.stride, window.padding, ceil_mode=window.ceil_mode)
    layer.training = training
    try:
        y = layer.forward(setting.normal(*setting.shape))
    except ValueError:
        assume(False)
    assert y.shape[:3] == layer.output_shape(setting.shape[:3])
    assert layer.multiply_adds(setting.shape[:3]) == 0


@pytest.mark.parametrize("window", [(2,), (3, 2, 1), (2, 2, 0, 1, True), (1,), (2, 1), (2, 3)])
def test_training_or_not_gives_the_same(window) -> None:
    x = np.round(np.random.default_rng(2).standard_normal((2, 7, 9, 3)))
    answers = []
    for training in (True, False):
        layer = MaxPool2d(*window)
        layer.training = training
        y = layer.forward(x)
        dy = np.random.default_rng(3).standard_normal(y.shape)
        answers.append((y, layer.backward(dy)))
        assert layer.backward(dy, need_dx=False) is None
    for one, other in zip(*answers, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("window", [(17, 1, 3), (17,), (3, 2, 1, 4), (3, 1, 1)], ids=str)
def test_wide_windows_and_large_maps_send_each_gradient_to_one_cell(window) -> None:
    """More cells than a byte counts; some channels at a time; windows on padding alone."""
    x = np.round(np.random.default_rng(4).standard_normal((5, 310, 300, 1)).astype(np.float32), 1)
    layer = MaxPool2d(*window)
    y = layer.forward(x[:, :40, :40] if window[0] == 17 else x)
    dx = layer.backward(np.ones_like(y))
    assert dx is not None and dx.sum() == np.isfinite(y).sum()
    cells = layer.x[dx > 0]
    assert set(np.unique(cells)) == set(np.unique(y[np.isfinite(y)]))


@pytest.mark.parametrize("window", [(2,), (3, 2, 1), (3, 1, 1)], ids=str)
def test_an_infinite_gradient_reaches_the_winner_alone(window) -> None:
    x = np.random.default_rng(5).standard_normal((1, 2, 6, 6))
    y, places = F.max_pool2d(x, *window, return_indices=True)
    dy = np.zeros_like(y)
    dy[0, 1, 1, 1] = np.inf
    (dx,) = F.max_pool2d_backward(dy, x, *window)
    assert np.argwhere(dx != 0).tolist() == [[0, 1, *divmod(int(places[0, 1, 1, 1]), 6)]]


def test_of_equal_cells_the_first_gets_the_gradient() -> None:
    x = np.array([[[[1.0, 5], [5, 5]]]])
    (dx,) = F.max_pool2d_backward(np.ones((1, 1, 1, 1)), x, 2)
    assert dx[0, 0].tolist() == [[0, 1], [0, 0]]
    assert F.max_pool2d(x, 2, return_indices=True)[1].item() == 1


def test_what_cannot_be_compared_comes_through() -> None:
    x = np.ones((1, 1, 4, 4))
    x[0, 0, 1, 2] = np.nan
    assert np.isnan(F.max_pool2d(x, 2)[0, 0]).tolist() == [[False, True], [False, False]]
    assert np.isnan(F.avg_pool2d(x, 2)[0, 0]).tolist() == [[False, True], [False, False]]


def test_whole_numbers() -> None:
    x = np.arange(16).reshape(1, 1, 4, 4) - 20
    assert F.max_pool2d(x, 2, padding=1)[0, 0].tolist() == [
        [-20, -18, -17],
        [-12, -10, -9],
        [-8, -6, -5],
    ]
    assert F.avg_pool2d(x, 2)[0, 0].tolist() == [[-17.5, -15.5], [-9.5, -7.5]]
    assert F.sum_pool2d(x, 2)[0, 0].tolist() == [[-70, -62], [-38, -30]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_follows_the_input(dtype) -> None:
    x = np.ones((1, 1, 5, 5), dtype)
    for y in (
        F.max_pool2d(x, 3, 2, 1),
        F.avg_pool2d(x, 3, 2, 1),
        F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
        F.sum_pool2d(x, 2),
        F.adaptive_avg_pool2d(x, 2),
        *F.avg_pool2d_backward(np.ones((1, 1, 3, 3), dtype), x, 3, 2, 1),
        *F.adaptive_avg_pool2d_backward(np.ones((1, 1, 2, 2), dtype), x, 2),
    ):
        assert y.dtype == dtype


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: MaxPool2d(2, padding=2), ["padding", "2 + 2 rows", "half", "1"]),
        (lambda: MaxPool2d(3, padding=(0, 2)), ["padding", "2 + 2 columns", "1"]),
        (lambda: MaxPool2d(0), ["kernel_size", "0"]),
        (lambda: AvgPool2d(2, 0), ["stride", "0"]),
        (lambda: AvgPool2d(2, divisor_override=0), ["divisor_override", "0"]),
        (lambda: AdaptiveAvgPool2d((0, 1)), ["output_size", "0"]),
        (lambda: F.max_pool2d(np.zeros((4, 4)), 2), ["x", "(4, 4)", "(N, C, H, W)"]),
        (lambda: MaxPool2d(2).forward(np.zeros((4, 4))), ["x", "(4, 4)", "(C, H, W, N)"]),
        (lambda: GlobalAvgPool2d().forward(np.zeros((4, 4))), ["x", "(4, 4)", "(C, H, W, N)"]),
        (lambda: F.max_pool2d(np.zeros((1, 1, 2, 2)), 3), ["kernel_size", "3", "2"]),
        (
            lambda: F.avg_pool2d_backward(np.zeros((1, 1, 3, 3)), np.zeros((1, 1, 4, 4)), 2),
            ["dy", "(1, 1, 3, 3)", "(1, 1, 2, 2)"],
        ),
        (lambda: MaxPool2d(2).output_shape((5,)), ["shape", "(5,)", "(C, H, W)"]),
        (lambda: GlobalAvgPool2d().output_shape((5,)), ["shape", "(5,)", "(C, H, W)"]),
    ],
)
def test_errors_name_the_argument_what_was_given_and_what_fits(call, words) -> None:
    with pytest.raises(ValueError) as error:
        call()
    for word in words:
        assert word in str(error.value)
