from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from cnn import definitions
from cnn import functional as F
from cnn.arrays import batch_first, batch_last
from cnn.layers.convolution import Conv2d, ConvTranspose2d
from cnn.layers.convolving import by_rows, choose, depthwise, plain, pointwise, shifted, winograd
from cnn.layers.convolving.correlate import correlate, correlate_input_gradient
from cnn.layers.pooling import MaxPool2d
from cnn.window.geometry import Window
from tests.cnn.geometries import Setting, settings
from tests.cnn.gradcheck import check, check_layer
from tests.cnn.torch_cases import check_function, function_cases


def arguments(setting: Setting) -> dict:
    """The setting's window as keyword arguments."""
    window = setting.window
    return {"stride": window.stride, "padding": window.padding, "dilation": window.dilation}


@pytest.mark.parametrize("case", function_cases("conv2d", "conv_transpose2d"))
def test_as_pytorch(case) -> None:
    check_function(case)


@limits(max_examples=50)
@given(settings(), st.sampled_from([1, 2]), st.booleans())
def test_as_the_definition(setting: Setting, groups: int, biased: bool) -> None:
    samples, channels, height, width = setting.public_shape
    x = setting.normal(samples, channels * groups, height, width)
    weight = setting.normal(2 * groups, channels, *setting.window.kernel)
    bias = setting.normal(2 * groups) if biased else None
    more = arguments(setting) | {"groups": groups}
    np.testing.assert_allclose(
        F.conv2d(x, weight, bias, **more), definitions.conv2d(x, weight, bias, **more), atol=1e-12
    )


@limits(max_examples=50)
@given(settings(), st.sampled_from([1, 2]), st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_transposed_as_the_definition(setting: Setting, groups: int, extra) -> None:
    window, (samples, channels, height, width) = setting.window, setting.public_shape
    extra = tuple(
        min(e, max(s, d) - 1) for e, s, d in zip(extra, window.stride, window.dilation, strict=True)
    )
    x = setting.normal(samples, channels * groups, height, width)
    weight = setting.normal(channels * groups, 2, *window.kernel)
    more = arguments(setting) | {"groups": groups, "output_padding": extra}
    expected = definitions.conv_transpose2d(x, weight, setting.normal(2 * groups), **more)
    if not expected.size:
        with pytest.raises(ValueError, match="padding"):
            F.conv_transpose2d(x, weight, **more)
        return
    got = F.conv_transpose2d(x, weight, setting.normal(2 * groups), **more)
    np.testing.assert_allclose(got, expected, atol=1e-12)


@limits(max_examples=30)
@given(settings(), st.sampled_from([1, 2]))
def test_gradients(setting: Setting, groups: int) -> None:
    assume(np.prod(setting.shape) <= 60)
    samples, channels, height, width = setting.public_shape
    arrays = [
        setting.normal(samples, channels * groups, height, width),
        setting.normal(groups, channels, *setting.window.kernel),
        setting.normal(groups),
    ]
    more = arguments(setting) | {"groups": groups}
    for f, backward in (
        (F.conv2d, F.conv2d_backward),
        (F.convolve2d_true, F.convolve2d_true_backward),
    ):
        check(
            lambda x, w, b, f=f: f(x, w, b, **more),
            arrays,
            lambda dy, x, w, b, backward=backward: backward(dy, x, w, b, **more),
            names=("x", "weight", "bias"),
        )


def test_gradients_of_the_transposed_convolution() -> None:
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.standard_normal(s) for s in ((2, 4, 3, 4), (4, 3, 3, 2), (6,)))
    more = {"stride": (2, 3), "padding": (1, 0), "output_padding": (1, 2), "groups": 2}
    check(
        lambda x, w, b: F.conv_transpose2d(x, w, b, **more),
        [x, weight, bias],
        lambda dy, x, w, b: F.conv_transpose2d_backward(dy, x, w, b, **more),
        names=("x", "weight", "bias"),
    )


@limits(max_examples=40)
@given(settings())
def test_it_is_linear(setting: Setting) -> None:
    one, two = setting.normal(2, *setting.public_shape)
    weight = setting.normal(2, setting.shape[0], *setting.window.kernel)

    def conv(x: np.ndarray) -> np.ndarray:
        return F.conv2d(x, weight, **arguments(setting))

    np.testing.assert_allclose(conv(2 * one - two), 2 * conv(one) - conv(two), atol=1e-10)


@limits(max_examples=40)
@given(settings())
def test_the_transposed_convolution_is_the_adjoint(setting: Setting) -> None:
    x = setting.normal(*setting.public_shape)
    weight = setting.normal(2, setting.shape[0], *setting.window.kernel)
    y = F.conv2d(x, weight, **arguments(setting))
    other = setting.normal(*y.shape)
    axes = setting.window.axes(*setting.shape[1:3])
    extra = tuple(axis.dropped for axis in axes)
    back = F.conv_transpose2d(other, weight, output_padding=extra, **arguments(setting))
    np.testing.assert_allclose(np.vdot(y, other), np.vdot(x, back), atol=1e-10)


@limits(max_examples=40)
@given(settings(dilated=True), st.integers(0, 3), st.integers(0, 3))
def test_what_moves_by_a_stride_comes_out_one_cell_further(setting: Setting, down, across) -> None:
    window = replace(setting.window, padding=(0, 0, 0, 0))
    samples, channels, height, width = setting.public_shape
    reach = [d * (k - 1) + 1 for k, d in zip(window.kernel, window.dilation, strict=True)]
    assume(height >= reach[0] and width >= reach[1])
    down, across = down * window.stride[0], across * window.stride[1]
    whole = setting.normal(samples, channels, height + down, width + across)
    weight = setting.normal(2, channels, *window.kernel)
    more = {"stride": window.stride, "dilation": window.dilation}
    all_of_it = F.conv2d(whole, weight, **more)
    moved = F.conv2d(whole[:, :, down:, across:], weight, **more)
    row, column = down // window.stride[0], across // window.stride[1]
    np.testing.assert_allclose(all_of_it[:, :, row:, column:], moved, atol=1e-12)


@limits(max_examples=40)
@given(settings())
def test_the_size_formula_tells_the_size(setting: Setting) -> None:
    layer = Conv2d(setting.shape[0], 3, setting.window.kernel, **arguments(setting))
    y = layer.forward(np.zeros(setting.shape, np.float32))
    assert y.shape[:3] == layer.output_shape(setting.shape[:3])
    cells = y.shape[1] * y.shape[2]
    assert layer.multiply_adds(setting.shape[:3]) == cells * layer.params["weight"].size


def test_true_convolution_turns_the_kernel() -> None:
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 2, 2] = 1
    kernel = np.arange(9.0).reshape(1, 1, 3, 3)
    # An impulse is answered by the kernel itself; by correlation, with the kernel turned.
    np.testing.assert_array_equal(
        F.convolve2d_true(x, kernel, padding=1)[0, 0, 1:4, 1:4], kernel[0, 0]
    )
    np.testing.assert_array_equal(
        F.conv2d(x, kernel, padding=1)[0, 0, 1:4, 1:4], kernel[0, 0, ::-1, ::-1]
    )


def test_padding_by_name() -> None:
    x, weight = np.ones((1, 1, 6, 7)), np.ones((1, 1, 3, 3))
    assert F.conv2d(x, weight, padding="same").shape == (1, 1, 6, 7)
    assert F.conv2d(x, weight, stride=2, padding="same").shape == (1, 1, 3, 4)
    assert F.conv2d(x, weight, padding="full").shape == (1, 1, 8, 9)
    assert F.conv2d(x, weight, padding="valid").shape == (1, 1, 4, 5)


def way(x: np.ndarray, weight: np.ndarray, window: Window, groups: int = 1):
    """The function that is chosen for these."""
    return choose.forward(choose.Case.of(x, weight, x.shape[1:3], window, groups))


# --- the ways of computing it ---------------------------------------------------------------


def possible_ways(window: Window, groups: int) -> list:
    """The modules that can convolve with ``window``, but for the plain one."""
    ways = [way for way in (by_rows, pointwise) if way.possible(window)]
    return ways + [winograd] * winograd.possible(window, groups, np.dtype(float))


def possible_ways_back(window: Window, groups: int) -> list:
    """Those that can do it for the gradient of the input."""
    ways = [by_rows] * by_rows.possible_input_gradient(window)
    ways += [pointwise] * pointwise.possible(window)
    back = winograd.mirrored(window)
    return ways + [winograd] * winograd.possible(back, groups, np.dtype(float))


@limits(max_examples=60)
@given(settings(), st.sampled_from([1, 2]), st.booleans())
def test_all_ways_that_are_possible_give_the_same(setting: Setting, groups: int, wide) -> None:
    window, (channels, *size, samples) = setting.window, setting.shape
    x = setting.normal(channels * groups, *size, samples)
    weight = setting.normal((9 if wide else 2) * groups, channels, *window.kernel)
    dy = setting.normal(len(weight), *window.output_size(*size), samples)
    for task, arguments, ways in (
        ("forward", (x, weight), possible_ways(window, groups)),
        ("weight_gradient", (dy, x), [w for w in possible_ways(window, groups) if w != winograd]),
        ("input_gradient", (dy, weight, tuple(size)), possible_ways_back(window, groups)),
    ):
        expected = getattr(plain, task)(*arguments, window, groups)
        for other in ways:
            got = getattr(other, task)(*arguments, window, groups)
            np.testing.assert_allclose(got, expected, atol=1e-10)


@limits(max_examples=60)
@given(settings())
def test_a_filter_for_each_channel_is_the_same_in_its_own_ways(setting: Setting) -> None:
    window, (channels, *size, samples) = setting.window, setting.shape
    x, weight = (
        setting.normal(channels, *size, samples),
        setting.normal(channels, 1, *window.kernel),
    )
    dy = setting.normal(channels, *window.output_size(*size), samples)
    for task, arguments in (
        ("forward", (x, weight)),
        ("weight_gradient", (dy, x)),
        ("input_gradient", (dy, weight, tuple(size))),
    ):
        expected = getattr(plain, task)(*arguments, window, channels)
        for other in ways_of_each_channel(window, task):
            got = getattr(other, task)(*arguments, window, channels)
            assert got.shape == expected.shape and got.flags.c_contiguous
            np.testing.assert_allclose(got, expected, atol=1e-10)


def ways_of_each_channel(window: Window, task: str) -> list:
    """The modules made for a filter for each channel that can do a task."""
    turned = winograd.mirrored(window) if task == "input_gradient" else window
    return [depthwise] + [shifted] * shifted.possible(turned, 1, 1, np.dtype(float))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("value", [np.inf, np.nan, 1e200])
@pytest.mark.parametrize("other", [depthwise, shifted], ids=["channels last", "shifted"])
def test_a_filter_for_each_channel_passes_on_what_is_not_finite(other, value: float) -> None:
    rng = np.random.default_rng(3)
    window = Window.of(3, 1, 1)
    x, dy, weight = (rng.standard_normal(s) for s in ((4, 6, 7, 2), (4, 6, 7, 2), (4, 1, 3, 3)))
    # In a corner, where windows reach into the padding, and at the end of a row.
    x[1, 0, 0, 1] = dy[2, 5, 6, 0] = x[3, 2, 6, 1] = weight[0, 0, 1, 2] = value
    for task, arguments in (
        ("forward", (x, weight)),
        ("weight_gradient", (dy, x)),
        ("input_gradient", (dy, weight, (6, 7))),
    ):
        expected = getattr(plain, task)(*arguments, window, 4)
        got = getattr(other, task)(*arguments, window, 4)
        np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-12)


def test_which_way_a_filter_for_each_channel_goes() -> None:
    tasks = ("forward", "weight_gradient", "input_gradient")
    for channels, side, stride, expected in (
        (96, 7, 1, depthwise),
        (96, 7, 2, depthwise),
        (96, 224, 2, depthwise),
        (96, 56, 1, shifted),
        (8, 56, 1, shifted),
    ):
        x, weight = np.ones((channels, side, side, 1)), np.ones((channels, 1, 3, 3))
        window = Window.of(3, stride, 1)
        case = choose.Case.of(x, weight, (side, side), window, channels)
        for task in tasks:
            assert getattr(choose, task)(case) is getattr(expected, task)
        half = replace(case, dtype=np.dtype(np.float16))
        assert choose.forward(half) is by_rows.forward
    few = choose.Case.of(np.ones((8, 7, 7, 1)), weight, (7, 7), Window.of(3, 1, 1), 8)
    assert choose.forward(few) is by_rows.forward


# --- Winograd's way -------------------------------------------------------------------------


@limits(max_examples=25)
@given(
    st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 3)),
    st.tuples(st.integers(3, 13), st.integers(3, 13)),
    st.tuples(*[st.integers(0, 2)] * 4),
)
def test_winograd_is_the_same_convolution(counts, size, padding) -> None:
    channels, outputs, samples = counts
    rng = np.random.default_rng(1)
    x = rng.standard_normal((channels, *size, samples))
    weight = rng.standard_normal((outputs, channels, 3, 3))
    got = winograd.convolve(x, weight, padding)
    expected = correlate(x, weight, None, Window.of(3, 1, padding))
    np.testing.assert_allclose(got, expected, atol=1e-12)


@pytest.mark.parametrize("padding", [0, 1, 2])
def test_large_3x3_convolutions_go_winograds_way_and_stay_exact(padding) -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal((50, 20, 22, 2))
    weight, bias = rng.standard_normal((48, 50, 3, 3)), rng.standard_normal(48)
    window = Window.of(3, 1, padding)
    assert way(x, weight, window) is winograd.forward
    y = correlate(x, weight, bias, window)
    dy = rng.standard_normal(y.shape)
    dx = correlate_input_gradient(dy, weight, (20, 22), window)
    # The same through five dilated zeros, which no shortcut knows.
    wide = np.zeros((48, 50, 5, 5))
    wide[:, :, 1:4, 1:4] = weight
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    window = Window.of(5, 1, padding)
    np.testing.assert_allclose(y, correlate(padded, wide, bias, window), atol=1e-10)
    expected = correlate_input_gradient(dy, wide, (22, 24), window)[:, 1:-1, 1:-1]
    np.testing.assert_allclose(dx, expected, atol=1e-10)


def test_winograd_in_float32_is_off_by_a_few_bits_only() -> None:
    rng = np.random.default_rng(3)
    x = rng.standard_normal((64, 24, 24, 4), dtype=np.float32)
    weight = rng.standard_normal((64, 64, 3, 3), dtype=np.float32) / 24
    window = Window.of(3, 1, 1)
    assert way(x, weight, window) is winograd.forward
    y = correlate(x, weight, None, window)
    exact = correlate(x.astype(float), weight.astype(float), None, window)
    assert y.dtype == np.float32
    assert np.sqrt(np.mean((y - exact) ** 2)) < 1.5e-6 * exact.std()
    assert np.abs(y - exact).max() < 3e-5 * exact.std()


def test_winograd_keeps_out_of_what_it_cannot_do() -> None:
    x, weight = np.zeros((64, 32, 32, 4)), np.zeros((64, 64, 3, 3))

    def chosen(*case, groups: int = 1) -> bool:
        return way(*case, groups) is winograd.forward

    assert chosen(x, weight, Window.of(3))
    assert not chosen(x, weight, Window.of(3, stride=2))
    assert not chosen(x, weight, Window.of(3, dilation=2))
    assert not chosen(x, weight[:, :, :, :2], Window.of((3, 2)))
    assert not chosen(x, weight[:, :32], Window.of(3), groups=2)
    assert not chosen(x.astype(int), weight.astype(int), Window.of(3))
    assert not chosen(x[:4], weight[:8, :4], Window.of(3))


# --- layers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"stride": 2, "padding": (1, 2), "dilation": (2, 1)},
        {"groups": 2, "padding": (0, 1, 2, 0), "bias": False},
        {"padding": 2, "padding_mode": "reflect", "stride": (1, 2)},
        {"padding": (2, 0, 1, 3), "padding_mode": "replicate"},
        {"padding": 1, "padding_mode": "circular", "groups": 2},
        {"padding": "same", "dilation": 2},
    ],
)
def test_layer_gradients(more) -> None:
    rng = np.random.default_rng(4)
    layer = Conv2d(2, 4, 3, **more, rng=rng, dtype=np.float64)
    if "bias" in layer.params:
        layer.params["bias"][...] = rng.standard_normal(4)
    check_layer(layer, rng.standard_normal((2, 6, 5, 2)))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"stride": 2, "padding": 1, "output_padding": 1},
        {"stride": (1, 2), "groups": 2, "dilation": (2, 1), "bias": False},
        {"dilation": 3, "output_padding": 2, "padding": (1, 0, 2, 1)},
    ],
)
def test_transposed_layer_gradients(more) -> None:
    rng = np.random.default_rng(5)
    layer = ConvTranspose2d(2, 4, 3, **more, rng=rng, dtype=np.float64)
    x = rng.standard_normal((2, 4, 3, 2))
    assert layer.forward(x).shape[:3] == layer.output_shape((2, 4, 3))
    check_layer(layer, x)


@pytest.mark.parametrize("kind", [Conv2d, ConvTranspose2d])
def test_layer_and_function_agree(kind) -> None:
    rng = np.random.default_rng(6)
    layer = kind(3, 2, (3, 2), 2, 1, rng=rng)
    x = rng.standard_normal((5, 3, 7, 8), dtype=np.float32)
    f = F.conv2d if kind is Conv2d else F.conv_transpose2d
    np.testing.assert_array_equal(layer(x), f(x, *layer.params.values(), stride=2, padding=1))


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_modes_pad_first(mode) -> None:
    rng = np.random.default_rng(7)
    layer = Conv2d(2, 3, 3, padding=(1, 2, 0, 2), padding_mode=mode, rng=rng)
    x = rng.standard_normal((2, 2, 6, 5), dtype=np.float32)
    padded = F.pad(x, (0, 2, 1, 2), mode)
    np.testing.assert_array_equal(layer(x), F.conv2d(padded, *layer.params.values()))


def test_the_first_layer_may_skip_the_gradient_nobody_reads() -> None:
    layer = Conv2d(1, 2, 3)
    dy = np.ones_like(layer.forward(np.ones((1, 5, 5, 2), np.float32)))
    assert layer.backward(dy, need_dx=False) is None and layer.dx is None
    assert layer.grads["weight"].shape == (2, 1, 3, 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_follows_the_input(dtype) -> None:
    rng = np.random.default_rng(8)
    x, weight = rng.standard_normal((1, 2, 6, 6)), rng.standard_normal((3, 2, 3, 3))
    y = F.conv2d(x.astype(dtype), weight.astype(dtype))
    gradients = F.conv2d_backward(y, x.astype(dtype), weight.astype(dtype))
    assert y.dtype == gradients[0].dtype == gradients[1].dtype == dtype


def test_whole_numbers_stay_whole() -> None:
    x = np.arange(16).reshape(1, 1, 4, 4)
    y = F.conv2d(x, np.array([[[[0, 1], [-1, 0]]]]))
    assert y.dtype == x.dtype and y[0, 0].tolist() == [[-3] * 3] * 3


def test_inputs_are_left_alone_and_gradients_do_not_hang_on_scratch_memory() -> None:
    rng = np.random.default_rng(9)
    layer = Conv2d(2, 3, 3, padding=1, rng=rng)
    x = rng.standard_normal((2, 6, 6, 4), dtype=np.float32)
    before = x.copy()
    y = layer.forward(x)
    dy = rng.standard_normal(y.shape, dtype=np.float32)
    dx = layer.backward(dy)
    kept = [a.copy() for a in (y, dy, dx, layer.grads["weight"])]
    other = Conv2d(2, 3, 3, padding=1, rng=rng)
    other.forward(2 * x)
    other.backward(3 * dy)
    np.testing.assert_array_equal(x, before)
    for kept_array, array in zip(kept, (y, dy, dx, layer.grads["weight"]), strict=True):
        np.testing.assert_array_equal(kept_array, array)
    # A second backward, and one after another layer's forward, give the same again.
    layer.backward(dy)
    np.testing.assert_array_equal(layer.grads["weight"], kept[3])


@pytest.mark.slow
def test_a_training_step_allocates_no_more_on_its_hundredth_run_than_on_its_third() -> None:
    rng = np.random.default_rng(10)
    layers = [Conv2d(1, 6, 5, padding=2), MaxPool2d(2), Conv2d(6, 16, 5), Conv2d(16, 40, 3, 2)]
    x = rng.standard_normal((1, 28, 28, 16), dtype=np.float32)
    peaks = np.zeros(100)
    tracemalloc.start()
    try:
        for step in range(100):
            tracemalloc.reset_peak()
            y = x
            for layer in layers:
                y = layer.forward(y)
            dy = np.ones_like(y)
            for layer in reversed(layers):
                dy = layer.backward(dy)
            peaks[step] = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # A little for what Python itself keeps; of ten steps the least, for a collector's odd moment.
    assert peaks[90:].min() <= 1.005 * peaks[2]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Conv2d(3, 4, 3, groups=2), ["groups", "2", "3 in_channels", "4 out_channels"]),
        (lambda: Conv2d(6, 4, 3, groups=0), ["groups", "0", "≥ 1"]),
        (lambda: Conv2d(0, 4, 3), ["in_channels", "0"]),
        (lambda: Conv2d(1, 4, 3, padding=-1), ["padding", "-1"]),
        (lambda: Conv2d(1, 4, 3, padding_mode="mirror"), ["padding_mode", "'mirror'", "reflect"]),
        (lambda: Conv2d(1, 4, 3, 2, padding="same"), ["padding", "'same'", "stride 2"]),
        (lambda: Conv2d(3, 4, 3).forward(np.zeros((1, 5, 5, 2))), ["x", "(1, 5, 5, 2)", "3"]),
        (lambda: Conv2d(1, 4, 7).forward(np.zeros((1, 5, 5, 2))), ["kernel_size", "7", "5"]),
        (
            lambda: Conv2d(1, 1, 3, padding=5, padding_mode="reflect")(np.zeros((1, 1, 4, 4))),
            ["padding", "reflect", "at most 3"],
        ),
        (lambda: F.conv2d(np.zeros((5, 5)), np.zeros((1, 1, 3, 3))), ["x", "(5, 5)", "(N, C"]),
        (lambda: F.conv2d(np.zeros((1, 1, 5, 5)), np.zeros((3, 3))), ["weight", "(3, 3)"]),
        (
            lambda: F.conv2d(np.zeros((1, 2, 5, 5)), np.zeros((1, 1, 3, 3))),
            ["weight", "(1, 1, 3, 3)", "2 input channels"],
        ),
        (
            lambda: F.conv2d(np.zeros((1, 1, 5, 5)), np.zeros((2, 1, 3, 3)), np.zeros(3)),
            ["bias", "(3,)", "(2,)"],
        ),
        (
            lambda: F.conv2d_backward(
                np.zeros((1, 1, 5, 5)), np.zeros((1, 1, 5, 5)), np.zeros((1, 1, 3, 3))
            ),
            ["dy", "(1, 1, 5, 5)", "(1, 1, 3, 3)"],
        ),
        (
            lambda: F.conv_transpose2d(np.zeros((1, 2, 5, 5)), np.zeros((1, 1, 3, 3))),
            ["weight", "(1, 1, 3, 3)", "2"],
        ),
        (
            lambda: ConvTranspose2d(1, 1, 3, 2, output_padding=2).forward(np.zeros((1, 3, 3, 1))),
            ["output_padding", "2"],
        ),
        (lambda: Conv2d(4, 2, 3).output_shape((3, 6, 6)), ["shape", "(3, 6, 6)", "(4, H, W)"]),
        (lambda: Conv2d(4, 2, 3).output_shape((4,)), ["shape", "(4,)", "(4, H, W)"]),
        (lambda: ConvTranspose2d(4, 2, 3).output_shape((3, 6, 6)), ["shape", "(4, H, W)"]),
    ],
)
def test_errors_name_the_argument_what_was_given_and_what_fits(call, words) -> None:
    with pytest.raises(ValueError) as error:
        call()
    for word in words:
        assert word in str(error.value)


def test_batch_last_and_back() -> None:
    x = np.arange(24).reshape(2, 3, 4)
    assert batch_last(x).shape == (3, 4, 2)
    np.testing.assert_array_equal(batch_first(batch_last(x)), x)
