import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cnn import functional
from cnn.learn.cross_entropy import one_hot
from cnn.learn.losses import LOSSES, CrossEntropyLoss, HalfMSELoss, as_targets, make_loss
from tests.cnn.gradcheck import check, numeric_gradient
from tests.cnn.torch_cases import check_function, function_cases

NAMES = (
    "cross_entropy",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "mse_loss",
    "triplet_margin_loss",
)
REDUCTIONS = ("mean", "sum", "none")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("case", function_cases(*NAMES))
def test_as_pytorch(case):
    check_function(case)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", [(4,), (5, 4), (3, 4, 2)])
def test_cross_entropy_gradient(rng, shape, reduction):
    target = rng.integers(
        0, 4, shape[:0] + shape[2:] if len(shape) == 1 else (shape[0], *shape[2:])
    )
    more = {"weight": rng.random(4), "label_smoothing": 0.1, "reduction": reduction}
    check(
        lambda x: functional.cross_entropy(x, target, **more),
        [rng.standard_normal(shape)],
        lambda dy, x: functional.cross_entropy_backward(dy, x, target, **more),
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_binary_gradients(rng, reduction):
    target, weight = rng.random((4, 3)), rng.random((4, 3))
    check(
        lambda x: functional.binary_cross_entropy(x, target, weight, reduction),
        [rng.uniform(0.1, 0.9, (4, 3))],
        lambda dy, x: functional.binary_cross_entropy_backward(dy, x, target, weight, reduction),
    )
    more = {"weight": weight, "pos_weight": rng.random(3) * 3, "reduction": reduction}
    check(
        lambda x: functional.binary_cross_entropy_with_logits(x, target, **more),
        [rng.standard_normal((4, 3)) * 3],
        lambda dy, x: functional.binary_cross_entropy_with_logits_backward(dy, x, target, **more),
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_mse_gradient(rng, reduction):
    check(
        lambda x, t: functional.mse_loss(x, t, reduction),
        [rng.standard_normal((3, 4)), rng.standard_normal((3, 4))],
        lambda dy, x, t: functional.mse_loss_backward(dy, x, t, reduction),
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("more", [{}, {"swap": True}, {"p": 3.0, "margin": 0.5}])
def test_triplet_gradient(rng, reduction, more):
    more = {**more, "reduction": reduction}
    check(
        lambda a, p, n: functional.triplet_margin_loss(a, p, n, **more),
        [rng.standard_normal((6, 3)) for _ in range(3)],
        lambda dy, a, p, n: functional.triplet_margin_loss_backward(dy, a, p, n, **more),
    )


def test_triplet_at_rest_has_no_gradient():
    a, far = np.zeros((1, 2)), np.full((1, 2), 9.0)
    assert functional.triplet_margin_loss(a, a, far) == 0
    assert not any(g.any() for g in functional.triplet_margin_loss_backward(1.0, a, a, far))


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.float64, (5, 3), elements=st.floats(-30, 30)),
    hnp.arrays(np.int64, 5, elements=st.integers(0, 2)),
)
def test_cross_entropy_is_minus_log_softmax_at_the_label(logits, labels):
    p = functional.softmax(logits, 1)[np.arange(5), labels]
    loss = functional.cross_entropy(logits, labels, reduction="none")
    assert (loss >= 0).all()
    np.testing.assert_allclose(np.exp(-loss), p, atol=1e-14)
    (gradient,) = functional.cross_entropy_backward(1.0, logits, labels)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


def test_huge_logits_stay_finite():
    logits = np.array([[1e4, -1e4]], np.float32)
    with np.errstate(all="raise", under="ignore"):
        assert functional.cross_entropy(logits, np.array([1])) == 2e4
        target = np.array([[0.0, 1.0]], np.float32)
        assert functional.binary_cross_entropy_with_logits(logits, target) == 1e4
        certain_error = functional.binary_cross_entropy(np.zeros((1, 1)), np.ones((1, 1)))
    assert certain_error == 100


def targets_of(name, rng):
    if name == "cross_entropy":
        return rng.integers(0, 4, 6)
    return rng.random((4, 6)).astype(np.float32)


@pytest.mark.parametrize("name", list(LOSSES))
def test_training_losses_equal_the_functions_and_their_gradients(rng, name):
    prediction = rng.uniform(0.1, 0.9, (4, 6))
    target = targets_of(name, rng)
    function = {
        "cross_entropy": functional.cross_entropy,
        "bce": functional.binary_cross_entropy_with_logits,
        "bce_probabilities": functional.binary_cross_entropy,
        "mse": functional.mse_loss,
        "half_mse": lambda p, t: functional.mse_loss(p, t) / 2,
    }[name]
    loss = make_loss(name)
    value = loss.forward(prediction, target)
    assert isinstance(value, float)
    assert value == pytest.approx(float(function(prediction.T, target.T)))
    numeric = numeric_gradient(lambda: make_loss(name).forward(prediction, target), prediction)
    np.testing.assert_allclose(loss.backward(), numeric, atol=1e-8)


def test_a_class_masked_by_minus_infinity_costs_nothing():
    logits = np.array([[1.0, -np.inf, 0.0], [-np.inf, 2.0, 2.0]])
    labels = np.array([0, 2])
    expected = [np.log(1 + np.exp(-1)), np.log(2)]
    with np.errstate(all="raise", under="ignore"):
        losses = functional.cross_entropy(logits, labels, reduction="none")
        (gradient,) = functional.cross_entropy_backward(1.0, logits, labels)
        loss = CrossEntropyLoss()
        assert loss.forward(logits.T, labels) == pytest.approx(np.mean(expected))
    np.testing.assert_allclose(losses, expected)
    assert gradient[0, 1] == gradient[1, 0] == 0
    np.testing.assert_allclose(loss.backward(), gradient.T)


def test_a_mean_that_counts_nothing_is_no_number_and_has_no_gradient():
    logits, ignored = np.ones((2, 3)), np.full(2, -100)
    with np.errstate(all="raise"):
        loss = CrossEntropyLoss()
        assert np.isnan(functional.cross_entropy(logits, ignored))
        assert np.isnan(loss.forward(logits.T, ignored))
        assert not functional.cross_entropy_backward(1.0, logits, ignored)[0].any()
        assert not loss.backward().any()


def test_a_score_that_is_no_number_shows_in_the_loss():
    logits = np.array([[1.0, 2.0], [np.nan, 0.0]])
    assert np.isnan(functional.cross_entropy(logits, np.array([0, 1])))
    assert np.isnan(CrossEntropyLoss().forward(logits.T, np.array([0, 1])))


@pytest.mark.parametrize("name", list(LOSSES))
def test_training_losses_stay_in_float32_and_take_class_numbers(rng, name):
    prediction = rng.uniform(0.1, 0.9, (4, 6)).astype(np.float32)
    labels = rng.integers(0, 4, 6)
    loss = make_loss(name)
    value = loss.forward(prediction, labels)
    assert loss.backward().dtype == np.float32 and loss.backward().shape == (4, 6)
    assert value == pytest.approx(make_loss(name).forward(prediction, one_hot(labels, 4)))


def test_cross_entropy_loss_settings(rng):
    logits, labels = rng.standard_normal((4, 6)), rng.integers(0, 4, 6)
    weight = rng.random(4)
    loss = CrossEntropyLoss(weight, label_smoothing=0.2)
    expected = functional.cross_entropy(logits.T, labels, weight, label_smoothing=0.2)
    assert loss.forward(logits, labels) == pytest.approx(float(expected))
    (gradient,) = functional.cross_entropy_backward(
        1.0, logits.T, labels, weight, label_smoothing=0.2
    )
    np.testing.assert_allclose(loss.backward(), gradient.T, atol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_goes_back_only_after_it_went_forward(name):
    with pytest.raises(RuntimeError, match="backward needs a forward pass first"):
        make_loss(name).backward()


def test_half_mse_has_the_difference_as_gradient():
    loss = HalfMSELoss()
    assert loss.forward(np.array([[0.5, 2.0]]), np.array([0, 1])) == (0.25 + 1) / 4
    assert loss.backward().tolist() == [[0.25, 0.5]]


def test_one_hot_and_targets():
    assert one_hot(np.array([2, 0]), 3).tolist() == [[0, 1], [0, 0], [1, 0]]
    one_output = as_targets(np.array([0, 1, 1]), np.zeros((1, 3), np.float32))
    assert one_output.tolist() == [[0, 1, 1]] and one_output.dtype == np.float32


def test_errors_name_the_argument():
    x = np.zeros((2, 3))
    with pytest.raises(ValueError, match=r"target: got class 3, need 0 to 2"):
        functional.cross_entropy(x, np.array([0, 3]))
    with pytest.raises(ValueError, match=r"target: got class -1, need 0 to 2"):
        functional.cross_entropy(x, np.array([0, -1]))
    with pytest.raises(ValueError, match="need class numbers"):
        functional.cross_entropy(x, np.zeros(2))
    with pytest.raises(ValueError, match=r"need class numbers \(integers\) of shape \(2,\)"):
        functional.cross_entropy(x, np.zeros(3, int))
    with pytest.raises(ValueError, match=r"weight: got shape \(2,\), need \(3,\)"):
        functional.cross_entropy(x, np.zeros(2, int), np.ones(2))
    with pytest.raises(ValueError, match="reduction: got 'avg', need one of mean, sum, none"):
        functional.mse_loss(x, x, "avg")
    with pytest.raises(ValueError, match="need probabilities from 0 to 1; for logits"):
        functional.binary_cross_entropy(x + 2, x)
    with pytest.raises(ValueError, match="input: got values from nan to nan, need probabilities"):
        functional.binary_cross_entropy(x * np.nan, x)
    with pytest.raises(ValueError, match=r"target: got shape \(3,\), need the shape"):
        functional.mse_loss(x, np.zeros(3))
    with pytest.raises(ValueError, match="label_smoothing: got 2, need a number from 0 to 1"):
        functional.cross_entropy(x, np.zeros(2, int), label_smoothing=2)
    with pytest.raises(ValueError, match="loss: got 'hinge', need one of cross_entropy"):
        make_loss("hinge")
    with pytest.raises(ValueError, match=r"or class numbers \(3,\)"):
        as_targets(np.zeros(2, int), x)
