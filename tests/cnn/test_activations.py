import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cnn import functional
from cnn.functional import gelu, log_softmax, sigmoid, softmax
from cnn.layers.activations import ACTIVATIONS, GELU, LeakyReLU
from cnn.layers.error_function import erf
from cnn.layers.layer import Layer
from cnn.layers.softmax import Softmax
from tests.cnn.gradcheck import check, check_layer
from tests.cnn.torch_cases import check_function, function_cases

NAMES = ("relu", "leaky_relu", "sigmoid", "tanh", "gelu", "softmax", "log_softmax")


@pytest.mark.parametrize("case", function_cases(*NAMES))
def test_as_pytorch(case):
    check_function(case)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("relu", {}),
        ("leaky_relu", {"negative_slope": 0.2}),
        ("sigmoid", {}),
        ("tanh", {}),
        ("gelu", {}),
        ("gelu", {"approximate": "tanh"}),
        ("softmax", {"dim": 1}),
        ("log_softmax", {"dim": -1}),
    ],
)
def test_gradient(name, more):
    x = np.random.default_rng(1).standard_normal((3, 4, 2)) * 2
    function, backward = getattr(functional, name), getattr(functional, f"{name}_backward")
    check(lambda x: function(x, **more), [x], lambda dy, x: backward(dy, x, **more))


@pytest.mark.parametrize("make", [*ACTIVATIONS.values(), Softmax, lambda: GELU("tanh")])
def test_layer_gradient(make):
    layer = make()
    assert isinstance(layer, Layer)
    check_layer(layer, np.random.default_rng(2).standard_normal((3, 2, 2, 5)) * 2)
    assert layer.output_shape((3, 2, 2)) == (3, 2, 2)


def test_layers_keep_their_settings():
    x = np.array([[-2.0, 3.0]])
    assert LeakyReLU(0.5).forward(x).tolist() == [[-1.0, 3.0]]
    tanh_form, exact = GELU("tanh").forward(x), GELU().forward(x)
    assert np.abs(tanh_form - exact).max() > 1e-5
    with pytest.raises(ValueError, match="approximate: got 'no', need one of none, tanh"):
        gelu(x, "no")
    with pytest.raises(ValueError, match="approximate: got 'no'"):
        GELU("no")
    for function in (softmax, log_softmax):
        with pytest.raises(ValueError, match="dim: got 2, need -2 to 1 for 2 axes"):
            function(x, 2)


@pytest.mark.parametrize("name", ["relu", "relu6", "hardswish"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_is_flat_lets_no_gradient_through_not_even_infinity(name, dtype):
    dy, x = np.array([[np.inf, -np.inf, np.nan, 2], [-5, -5, -5, 2]], dtype)
    (dx,) = getattr(functional, f"{name}_backward")(dy, x)
    assert dx[:3].tolist() == [0, 0, 0] and dx[3] > 0 and dx.dtype == dtype


@pytest.mark.parametrize("name", ["relu", "relu6"])
def test_the_gradient_of_nan_is_let_through_as_in_pytorch(name):
    (dx,) = getattr(functional, f"{name}_backward")(np.array([3.0]), np.array([np.nan]))
    assert dx.tolist() == [3.0]


@pytest.mark.parametrize(
    "name", sorted({*ACTIVATIONS, "elu", "hardswish", "relu6", "silu", "softplus"})
)
def test_a_single_number_is_an_array_too(name):
    function, backward = getattr(functional, name), getattr(functional, f"{name}_backward")
    for value in (-4.0, 0.5, 7.0):
        alone, row = np.array(value), np.array([value])
        assert function(alone) == function(row)[0]
        assert backward(np.array(2.0), alone)[0] == backward(np.array([2.0]), row)[0][0]


def test_without_a_slope_a_leaky_relu_is_infinite_where_its_input_is():
    y = functional.leaky_relu(np.array([np.inf, 3, -2, np.nan]), 0)
    np.testing.assert_array_equal(y, [np.inf, 3, 0, np.nan])


def test_softmax_layer_works_over_channels():
    y = Softmax()(np.random.default_rng(0).standard_normal((2, 5, 3, 3)))
    np.testing.assert_allclose(y.sum(axis=1), 1)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_dtype_follows_the_input_and_x_is_left_alone(name):
    x = np.linspace(-3, 3, 12, dtype=np.float32).reshape(3, 4)
    before = x.copy()
    layer = ACTIVATIONS[name]()
    assert layer.forward(x).dtype == np.float32
    dx = layer.backward(np.ones_like(x))
    assert dx is not None and dx.dtype == np.float32
    assert np.array_equal(x, before)


def test_erf_to_the_last_bits():
    x = np.concatenate([np.linspace(-8, 8, 40001), [0.46875, 4.0, 1e-300, 1e300]])
    expected = np.array([math.erf(v) for v in x])
    np.testing.assert_allclose(erf(x), expected, rtol=1e-15, atol=0)
    assert np.isnan(erf(np.array([np.nan]))).all()
    assert erf(np.array([np.inf, -np.inf])).tolist() == [1, -1]
    short = erf(np.float32(x[:-1]))
    assert short.dtype == np.float32
    np.testing.assert_allclose(short, expected[:-1], rtol=0, atol=6e-7)
    assert erf(np.float32([np.inf, -np.inf])).tolist() == [1, -1]
    half = erf(np.float16([0.7, 3, 9, 6e4, -6e4]))  # Cody's coefficients are beyond its range
    assert half.dtype == np.float16 and half.tolist()[1:] == [1, 1, 1, -1]
    assert half[0] == pytest.approx(math.erf(0.7), abs=1e-3)


def test_nothing_overflows():
    x = np.array([-1e4, -100, 0, 100, 1e4])
    with np.errstate(all="raise", under="ignore"):
        assert sigmoid(x).tolist() == [0, sigmoid(-100.0), 0.5, 1, 1]
        assert softmax(x, 0).tolist() == [0, 0, 0, 0, 1]
        assert log_softmax(x, 0).tolist() == [-2e4, -10100, -1e4, -9900, 0]


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.float64, (4, 3), elements=st.floats(-50, 50)),
    st.floats(-1e3, 1e3),
    st.integers(0, 1),
)
def test_softmax_is_a_distribution_that_no_shift_changes(x, shift, dim):
    p = softmax(x, dim)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=dim), 1)
    np.testing.assert_allclose(softmax(x + shift, dim), p, atol=1e-12)
    np.testing.assert_allclose(np.exp(log_softmax(x, dim)), p, atol=1e-14)


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.float64, 6, elements=st.floats(-30, 30)))
def test_symmetries(x):
    np.testing.assert_allclose(sigmoid(x) + sigmoid(-x), 1)
    np.testing.assert_allclose(np.tanh(x), 2 * sigmoid(2 * x) - 1, atol=1e-14)
    np.testing.assert_allclose(gelu(x) - gelu(-x), x, atol=1e-13)
