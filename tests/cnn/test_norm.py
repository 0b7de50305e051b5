import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.arrays import batch_first, batch_last
from cnn.layers.batch_normalisation import BatchNorm2d, batch_norm, batch_norm_backward
from cnn.layers.dropout import Dropout, dropout, dropout_backward
from cnn.layers.local_response import (
    LocalResponseNorm,
    local_response_norm,
    local_response_norm_backward,
)
from tests.cnn.gradcheck import check, check_layer
from tests.cnn.torch_cases import check_function, function_cases


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("case", function_cases("batch_norm", "local_response_norm"))
def test_as_pytorch(case):
    check_function(case, 1e-11)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_gradient(rng, training):
    arrays = [rng.standard_normal(s) for s in ((3, 2, 3, 2), (2,), (2,))]
    running = rng.standard_normal(2), rng.random(2) + 0.5

    def forward(x, weight, bias):
        copies = (a.copy() for a in running)
        return batch_norm(x, *copies, weight, bias, training=training)

    def backward(dy, x, weight, bias):
        return batch_norm_backward(dy, x, *running, weight, bias, training=training)

    check(forward, arrays, backward)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_layer_gradient(rng, training):
    layer = BatchNorm2d(3, dtype=np.float64, momentum=0.0)  # or the checks would move the means
    layer.params["weight"][:] = rng.standard_normal(3)
    layer.bufs["running_mean"][:] = rng.standard_normal(3)
    layer.training = training
    check_layer(layer, rng.standard_normal((3, 2, 2, 4)))


def test_batch_norm_layer_equals_function(rng):
    layer = BatchNorm2d(3, eps=1e-3, momentum=0.2)
    layer.params["weight"][:], layer.params["bias"][:] = (1, -2, 0.5), (0, 3, 1)
    mean, var = np.zeros(3, np.float32), np.ones(3, np.float32)
    for training in (True, True, False):
        layer.training = training
        x = (rng.standard_normal((4, 3, 5, 6)) * 3 + 2).astype(np.float32)
        expected = batch_norm(
            x, mean, var, *layer.params.values(), training=training, momentum=0.2, eps=1e-3
        )
        np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(layer.bufs["running_mean"], mean, rtol=1e-6)
        np.testing.assert_allclose(layer.bufs["running_var"], var, rtol=1e-6)


def test_batch_norm_normalises(rng):
    y = BatchNorm2d(4)((rng.standard_normal((8, 4, 6, 6)) * 7 + 100).astype(np.float32))
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=(0, 2, 3)), 1, atol=1e-4)
    assert y.dtype == np.float32


def test_batch_norm_errors(rng):
    with pytest.raises(ValueError, match="num_features: got 3, need 2, the input's channels"):
        BatchNorm2d(3).forward(np.zeros((2, 4, 4, 1)))
    with pytest.raises(ValueError, match="got 1 value a channel, need 2 or more"):
        BatchNorm2d(3).forward(np.zeros((3, 1, 1, 1)))
    with pytest.raises(ValueError, match=r"weight: got shape \(2,\), need \(3,\)"):
        batch_norm(np.zeros((4, 3)), None, None, np.ones(2), training=True)
    with pytest.raises(ValueError, match="got None, need both"):
        batch_norm(np.zeros((4, 3)), None, None)
    with pytest.raises(ValueError, match=r"dy: got shape \(4, 2\), need that of x, \(4, 3\)"):
        batch_norm_backward(np.zeros((4, 2)), np.zeros((4, 3)), np.zeros(3), np.ones(3))
    with pytest.raises(ValueError, match=r"x: got shape \(4,\), need \(N, C, …\)"):
        local_response_norm(np.zeros(4), 3)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("beta", [0.75, 0.6])
def test_local_response_norm_gradient(rng, size, beta):
    settings = {"size": size, "alpha": 0.3, "beta": beta, "k": 1.5}
    check(
        lambda x: local_response_norm(x, **settings),
        [rng.standard_normal((2, 4, 2, 2))],
        lambda dy, x: local_response_norm_backward(dy, x, **settings),
    )
    check_layer(LocalResponseNorm(**settings), rng.standard_normal((4, 2, 2, 3)))


def test_local_response_norm_by_its_definition(rng):
    x = rng.standard_normal((2, 7, 3, 3)).astype(np.float32)
    expected = np.empty_like(x)
    for c in range(7):
        near = x[:, max(0, c - 2) : c + 3]
        expected[:, c] = x[:, c] / (2 + 1e-1 / 5 * np.square(near).sum(axis=1)) ** 0.75
    layer = LocalResponseNorm(5, alpha=1e-1, beta=0.75, k=2)
    np.testing.assert_allclose(layer(x), expected, rtol=1e-5)
    with pytest.raises(ValueError, match="size: got 0, need a whole number ≥ 1"):
        LocalResponseNorm(0)


@settings(max_examples=25, deadline=None)
@given(p=st.floats(0, 1), seed=st.integers(0, 1000))
def test_dropout_keeps_the_mean_and_drops_its_share(p, seed):
    x = np.ones((200, 200))
    y = dropout(x, p, seed=seed)
    kept = y != 0
    assert kept.mean() == pytest.approx(1 - p, abs=0.02)
    if p < 1:
        np.testing.assert_allclose(y[kept], 1 / (1 - p), rtol=1e-6)
    assert dropout(x, p, training=False) is x


def test_dropout_gradient_drops_the_same(rng):
    x = rng.standard_normal((5, 6))
    check(
        lambda x: dropout(x, 0.4, seed=3), [x], lambda dy, x: dropout_backward(dy, x, 0.4, seed=3)
    )
    with pytest.raises(ValueError, match="seed: got None"):
        dropout_backward(x, x)
    with pytest.raises(ValueError, match=r"p: got 1\.5, need a number from 0 to 1"):
        dropout(x, 1.5)


def test_dropout_layer(rng):
    layer = Dropout(0.5, rng)
    x = np.ones((40, 50), np.float32)
    y = layer.forward(x)
    assert y.dtype == np.float32 and set(np.unique(y)) == {0, 2}
    assert np.array_equal(layer.backward(np.ones_like(x)), y)
    assert not np.array_equal(layer.forward(x), y), "another step, another draw"
    layer.training = False
    assert np.array_equal(layer.forward(x), x) and np.array_equal(layer.backward(x), x)


@pytest.mark.parametrize("kind", [np.random.PCG64, np.random.MT19937, np.random.Philox])
def test_dropout_takes_up_its_generator_where_it_was(kind):
    layer = Dropout(0.5, np.random.Generator(kind(1)))
    x = np.ones((30, 30), np.float32)
    layer.forward(x)
    state = layer.generator_state()
    expected = [layer.forward(x) for _ in range(3)]
    other = Dropout(0.5)
    other.set_generator_state(state)
    assert all(np.array_equal(other.forward(x), y) for y in expected)


def test_public_call_transposes_there_and_back(rng):
    x = rng.standard_normal((5, 3, 4, 2))
    assert np.array_equal(batch_first(batch_last(x)), x)
