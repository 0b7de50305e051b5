import numpy as np
import pytest

from cnn.layers import initialisation
from cnn.layers.dense import Flatten, Linear, linear, linear_backward
from tests.cnn.gradcheck import check, check_layer
from tests.cnn.torch_cases import check_function, function_cases


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("case", function_cases("linear"))
def test_as_pytorch(case):
    check_function(case)


def test_function_gradient(rng):
    arrays = [rng.standard_normal(s) for s in ((4, 5), (3, 5), (3,))]
    check(linear, arrays, linear_backward)
    assert linear_backward(np.ones((4, 3)), *arrays[:2])[2] is None


@pytest.mark.parametrize("bias", [True, False])
def test_layer_gradient(rng, bias):
    check_layer(Linear(6, 3, bias, rng=rng, dtype=np.float64), rng.standard_normal((6, 5)))


def test_layer_equals_function(rng):
    layer = Linear(6, 3, rng=rng)
    x = rng.standard_normal((5, 6)).astype(np.float32)
    y = layer(x)
    assert y.shape == (5, 3) and y.dtype == np.float32
    expected = linear(x, layer.params["weight"], layer.params["bias"])
    np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-6)


def test_second_backward_replaces_the_first(rng):
    layer = Linear(3, 2, rng=rng)
    for n in (4, 7):
        x, dy = (rng.standard_normal((f, n)).astype(np.float32) for f in (3, 2))
        layer.forward(x)
        assert layer.backward(dy, need_dx=False) is None
        np.testing.assert_allclose(layer.grads["weight"], dy @ x.T, rtol=1e-5)
        np.testing.assert_allclose(layer.grads["bias"], dy.sum(1), rtol=1e-5)


def test_counts():
    layer = Linear(400, 120)
    assert layer.multiply_adds((400,)) == 48_000
    assert layer.output_shape((400,)) == (120,)


def test_errors_name_the_number():
    with pytest.raises(ValueError, match=r"in_features: got 0, need a whole number ≥ 1"):
        Linear(0, 3)
    with pytest.raises(ValueError, match=r"got shape \(4, 2\), need \(3, N\)"):
        Linear(3, 2).forward(np.zeros((4, 2)))
    with pytest.raises(ValueError, match=r"got \(1, 2, 3\), need \(6,\)"):
        Linear(6, 2).output_shape((1, 2, 3))
    with pytest.raises(ValueError, match="weight: got"):
        linear(np.zeros((2, 3)), np.zeros((4, 5)))
    with pytest.raises(ValueError, match=r"bias: got \(3,\), need \(4,\)"):
        linear(np.zeros((2, 5)), np.zeros((4, 5)), np.zeros(3))
    with pytest.raises(ValueError, match=r"dy: got \(2, 3\), need the output's \(2, 4\)"):
        linear_backward(np.zeros((2, 3)), np.zeros((2, 5)), np.zeros((4, 5)))


def test_flatten_runs_as_pytorch_does(rng):
    x = rng.standard_normal((4, 2, 3, 5))
    flatten = Flatten()
    assert np.array_equal(flatten(x), x.reshape(4, -1))
    assert flatten.output_shape((2, 3, 5)) == (30,)
    check_layer(flatten, rng.standard_normal((2, 3, 2, 4)))


SHAPE = (64, 32, 3, 3)
FAN_IN, FAN_OUT = 288, 576


@pytest.mark.parametrize(
    ("scheme", "std", "bounded"),
    [
        ("pytorch", 1 / np.sqrt(3 * FAN_IN), True),
        ("kaiming_uniform", np.sqrt(2 / FAN_IN), True),
        ("kaiming_normal", np.sqrt(2 / FAN_IN), False),
        ("xavier_uniform", np.sqrt(2 / (FAN_IN + FAN_OUT)), True),
        ("xavier_normal", np.sqrt(2 / (FAN_IN + FAN_OUT)), False),
        ("normal", 0.01, False),
        ("uniform", 0.5 / np.sqrt(3), True),
        ("zeros", 0, True),
    ],
)
def test_initial_weights_have_the_variance_they_should(rng, scheme, std, bounded):
    weight = initialisation.weight(SHAPE, scheme, rng)
    assert weight.shape == SHAPE and weight.dtype == np.float32
    assert abs(weight.mean()) < 0.02 * std + 1e-12
    assert weight.std() == pytest.approx(std, rel=0.02)
    # A uniform distribution ends at √3 standard deviations; a normal one goes on.
    assert (np.abs(weight).max() <= np.sqrt(3) * std * 1.0001) == bounded


def test_initial_values_come_from_the_seed_and_dtype():
    draws = [initialisation.weight((4, 3), rng=np.random.default_rng(s)) for s in (1, 1, 2)]
    assert np.array_equal(draws[0], draws[1]) and not np.array_equal(draws[0], draws[2])
    assert initialisation.weight((4, 3), dtype=np.float64).dtype == np.float64
    assert not initialisation.bias((4, 3), 4).any()
    assert 0 < np.abs(initialisation.bias((4, 3), 4, "pytorch")).max() <= 1 / np.sqrt(3)


def test_initial_errors():
    with pytest.raises(ValueError, match="init: got 'glorot', need one of pytorch, kaiming"):
        initialisation.weight((2, 3), "glorot")
    with pytest.raises(ValueError, match="shape: got"):
        initialisation.weight((3,))
    assert initialisation.fans((8, 4, 3, 5)) == (60, 120)
