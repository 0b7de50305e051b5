"""Whatever a function is given, it answers or says in one sentence what it needs.

Empty batches have empty answers, as in PyTorch.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from cnn import functional as F
from cnn.layers.activations import LeakyReLU
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.convolution import Conv2d, ConvTranspose2d
from cnn.layers.dense import Linear
from cnn.layers.dropout import Dropout
from cnn.layers.layer import Layer
from cnn.layers.lenet_1998 import Subsample2d
from cnn.layers.local_response import LocalResponseNorm
from cnn.learn.optimizers import SGD, Adam, AdamW
from cnn.nets.kinds import KINDS
from cnn.nets.network import Residual, Sequential
from cnn.nets.spec import build
from tests.cnn.random_nets import ANYWHERE, FEATURES, MAPS, SHAPE
from tests.cnn.torch_cases import fixtures, functional_arguments

#: What a sample is one of.
BATCHED = ("x", "input", "target", "anchor", "positive", "negative")


def one_case_each() -> dict[str, dict[str, Any]]:
    """For each function a case that PyTorch answered, with a batch."""
    found: dict[str, dict[str, Any]] = {}
    for case in fixtures()[0]["functions"]:
        first = fixtures()[1][f"{case['case']}.{case['inputs'][0]}"]
        if first.ndim > 1 and case["kwargs"].get("dim") != 0:
            found.setdefault(case["function"], case)
    return found


CASES = one_case_each()
cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def arrays_of(case: dict[str, Any]) -> dict[str, np.ndarray]:
    """The case's arrays by the names of our arguments."""
    arrays = fixtures()[1]
    names = (*case["inputs"], *case["given"])
    given = {name: arrays[f"{case['case']}.{name}"].copy() for name in names}
    if "x" in functional_arguments(case["function"]) and "input" in given:
        given = {"x": given.pop("input"), **given}
    return given


def dy_of(case: dict[str, Any]) -> np.ndarray:
    return fixtures()[1][f"{case['case']}.dy"]


@cases
def test_an_empty_batch_has_an_empty_answer(case: dict[str, Any]) -> None:
    given = {
        name: array[:0] if name in BATCHED else array for name, array in arrays_of(case).items()
    }
    y, dy = fixtures()[1][f"{case['case']}.y"], dy_of(case)
    answer = getattr(F, case["function"])(**given, **case["kwargs"])
    assert np.shape(answer) == ((0, *y.shape[1:]) if y.ndim else ())
    if not y.ndim:
        assert np.isnan(answer) == (case["kwargs"]["reduction"] == "mean")
    backward = getattr(F, f"{case['function']}_backward")
    gradients = backward(dy[:0] if dy.ndim else dy, **given, **case["kwargs"])
    for gradient, array in zip(gradients, given.values(), strict=False):
        assert gradient is None or gradient.shape == array.shape
        assert gradient is None or not gradient.any()


@cases
def test_lists_will_do(case: dict[str, Any]) -> None:
    given = arrays_of(case)
    lists = {name: array.tolist() for name, array in given.items() if "running" not in name}
    f, backward = (getattr(F, case["function"] + more) for more in ("", "_backward"))
    expected, got = f(**given, **case["kwargs"]), f(**{**given, **lists}, **case["kwargs"])
    np.testing.assert_array_equal(got, expected)
    expected = backward(dy_of(case), **given, **case["kwargs"])
    got = backward(dy_of(case).tolist(), **{**given, **lists}, **case["kwargs"])
    for ours, theirs in zip(got, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def wrong_arrays(array: np.ndarray) -> Iterator[Any]:
    """Everything that somebody could pass for ``array``."""
    yield from ("abc", None, object(), {}, [[1, 2], [3]], 3.0)
    yield from (array.astype(complex), np.full(array.shape, "a"), np.full(array.shape, None))
    yield from (array[..., None], np.zeros((0,) * array.ndim))
    if array.ndim:
        yield from (array[:-1], array[0], np.concatenate([array, array], axis=-1))
        yield from (array[:0], array[..., :0])


WRONG_SETTINGS = (None, "x", -1, 0, 1.5, float("nan"), [], (1, 2, 3), [[1]], object(), 99)


def answers_or_says_why(f: Any, *given: Any, **named: Any) -> None:
    """The call gives something, or a ValueError that begins with the name of what is wrong."""
    try:
        f(*given, **named)
    except ValueError as error:
        named_first = str(error).split(":")[0].replace(",", "").replace(" ", "_")
        assert named_first.isidentifier(), error


@cases
def test_wrong_arguments_are_named_in_one_sentence(case: dict[str, Any]) -> None:
    given, kwargs, dy = arrays_of(case), case["kwargs"], dy_of(case)
    f, backward = (getattr(F, case["function"] + more) for more in ("", "_backward"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        for name, array in given.items():
            for wrong in wrong_arrays(array):
                answers_or_says_why(f, **{**given, name: wrong}, **kwargs)
                answers_or_says_why(backward, dy, **{**given, name: wrong}, **kwargs)
        for name in inspect.signature(f).parameters:
            for wrong in () if name in given else WRONG_SETTINGS:
                answers_or_says_why(f, **given, **{**kwargs, name: wrong})
                if name in inspect.signature(backward).parameters:
                    answers_or_says_why(backward, dy, **given, **{**kwargs, name: wrong})


@cases
def test_a_gradient_of_the_wrong_shape_is_refused(case: dict[str, Any]) -> None:
    given, kwargs, dy = arrays_of(case), case["kwargs"], dy_of(case)
    backward = getattr(F, f"{case['function']}_backward")
    for wrong in (dy[..., None], np.zeros((2, *dy.shape)), "abc", None):
        with pytest.raises(ValueError, match=r"^dy: "):
            backward(wrong, **given, **kwargs)


# --- layers ---------------------------------------------------------------------------------


def layers() -> dict[str, tuple[Layer, np.ndarray]]:
    """One of each kind, and an input (N, …)."""
    rng, made = np.random.default_rng(0), {}
    for kind, settings in {**MAPS, **ANYWHERE, **FEATURES, "flatten": {}}.items():
        shape = (2,) if kind in FEATURES else SHAPE
        block = {"kind": kind, **{name: values[0] for name, values in settings.items()}}
        made[kind] = build([block], shape, rng=0)[-1], rng.standard_normal((3, *shape))
    inner = Sequential(build([{"kind": "relu"}], SHAPE))
    made["sequence"] = inner, rng.standard_normal((3, *SHAPE))
    made["residual"] = Residual(Sequential(*inner)), rng.standard_normal((3, *SHAPE))
    return made


LAYERS = layers()
each_layer = pytest.mark.parametrize("kind", LAYERS)


def test_every_kind_of_layer_is_here() -> None:
    assert set(KINDS) <= set(LAYERS)


@each_layer
def test_a_layer_answers_an_empty_batch(kind: str) -> None:
    layer, x = LAYERS[kind]
    for training in (True, False):
        layer.training = training
        y = layer(x[:0])
        assert y.shape == (0, *layer(x).shape[1:])
        layer(x[:0])
        dx = layer.backward(np.moveaxis(y, 0, -1), need_dx=True)
        assert dx is not None and dx.shape == (*x.shape[1:], 0)
        assert not any(np.any(gradient) for gradient in layer.grads.values())


@each_layer
def test_a_layer_refuses_a_gradient_of_another_shape(kind: str) -> None:
    layer, x = LAYERS[kind]
    y = np.moveaxis(layer(x), 0, -1)
    for wrong in (y[:-1], y[..., :1], y[..., None], np.float64(1), "abc", None):
        with pytest.raises(ValueError, match=r"^dy: "):
            layer.backward(wrong, need_dx=True)


@each_layer
def test_a_layer_takes_lists_and_names_what_it_cannot_take(kind: str) -> None:
    layer, x = LAYERS[kind]
    layer.training = False
    np.testing.assert_array_equal(layer(x.tolist()), layer(x))
    for wrong in ("abc", None, 3.0, [1.0, 2.0], x.astype(complex), object(), [[1], [2, 3]]):
        with pytest.raises(ValueError, match="x: "):
            layer(wrong)


@each_layer
def test_a_layer_takes_whole_numbers_and_halves_for_what_they_are(kind: str) -> None:
    layer, x = LAYERS[kind]
    layer.training = False
    whole, halves = np.rint(2 * x), x.astype(np.float16)
    np.testing.assert_allclose(layer(whole.astype(int)), layer(whole), rtol=1e-5, atol=1e-5)
    near = layer(halves.astype(np.float32))
    np.testing.assert_allclose(layer(halves), near, rtol=0.01, atol=0.01)


# --- what was found -------------------------------------------------------------------------


def test_the_gradient_of_a_window_with_nan_belongs_to_the_last_nan() -> None:
    """As in PyTorch 2.13, where this was tried."""
    x = np.zeros((1, 1, 4, 4))
    x[0, 0, 0, 0], x[0, 0, 0, 1], x[0, 0, 1, 0] = 5, np.nan, np.nan
    y, where = F.max_pool2d(x, 2, return_indices=True)
    np.testing.assert_array_equal(where[0, 0], [[4, 2], [8, 10]])
    assert np.isnan(y[0, 0, 0, 0])
    for stride in (2, 1):
        dy = np.ones_like(F.max_pool2d(x, 2, stride))
        (dx,) = F.max_pool2d_backward(dy, x, 2, stride)
        assert dx.sum() == dy.sum() and np.isfinite(dx).all()
        assert dx[0, 0, 0, 0] == 0 and dx[0, 0, 1, 0] >= 1


def test_an_infinite_gradient_reaches_the_largest_cell_alone() -> None:
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    (dx,) = F.max_pool2d_backward(np.full((1, 1, 2, 2), np.inf), x, 2)
    assert np.isinf(dx).sum() == 4 and not np.isnan(dx).any()


@pytest.mark.parametrize("p, distances", [(0, (2, 3)), (np.inf, (1, 2)), (1, (2, 4))])
def test_triplets_by_any_norm(p: float, distances: tuple[float, float]) -> None:
    anchor, positive = np.zeros((1, 3)), np.array([[1.0, -1, 0]])
    negative = np.array([[-2.0, 1, 1]])
    near, far = distances
    loss = F.triplet_margin_loss(anchor, positive, negative, margin=5, p=p, eps=0)
    assert loss == near - far + 5
    gradients = F.triplet_margin_loss_backward(1.0, anchor, positive, negative, 5, p=p, eps=0)
    assert all(np.isfinite(gradient).all() for gradient in gradients)


def test_scores_of_no_class_are_none() -> None:
    for function, before in ((F.cross_entropy, ()), (F.cross_entropy_backward, (1.0,))):
        with pytest.raises(ValueError, match="need at least one class"):
            function(*before, np.zeros((2, 0)), np.zeros((2, 0)))


def test_reflecting_four_axes_takes_four_numbers() -> None:
    x = np.ones((1, 1, 4, 4))
    assert F.pad(x, (1, 1)).shape == (1, 1, 4, 6)
    for mode in ("reflect", "replicate", "circular"):
        with pytest.raises(ValueError, match=r"pad: got .* need"):
            F.pad(x, (1, 1), mode)


@pytest.mark.parametrize("function", [F.conv2d, F.conv_transpose2d])
def test_a_convolution_needs_channels(function: Any) -> None:
    with pytest.raises(ValueError, match="channels: got 0 in_channels and 2 out_channels"):
        shape = (2, 0, 3, 3) if function is F.conv2d else (0, 2, 3, 3)
        function(np.zeros((1, 0, 5, 5)), np.zeros(shape))


def test_the_turned_kernel_needs_four_axes_too() -> None:
    x = np.ones((1, 2, 5, 5))
    for weight in (3.0, [1.0], np.ones((2, 3, 3))):
        with pytest.raises(ValueError, match=r"weight: got shape .* need \(O, C/groups, kh, kw\)"):
            F.convolve2d_true(x, weight)  # type: ignore[arg-type]


def test_what_derives_from_an_array_is_taken_for_its_numbers() -> None:
    x, weight = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(4, 3)
    expected = F.linear(x, weight)
    np.testing.assert_array_equal(F.linear(np.ma.array(x), np.ma.array(weight)), expected)
    np.testing.assert_array_equal(F.silu(x.view(np.matrix)), F.silu(x))
    with pytest.raises(ValueError, match="x: got masked numbers, need them filled"):
        F.linear(np.ma.masked_less(x, 2), weight)


@pytest.mark.parametrize("kind", [np.int64, np.uint8, bool])
def test_the_gradient_of_whole_numbers_keeps_its_fractions(kind: type) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2 if kind is bool else 9, (2, 3, 6, 5)).astype(kind)
    dropped = F.dropout(x, 0.5, seed=1)
    np.testing.assert_array_equal(dropped, F.dropout(x.astype(float), 0.5, seed=1))
    for name, size in (("max_pool2d", 2), ("max_pool2d", (3, 2)), ("adaptive_max_pool2d", (2, 3))):
        forward, backward = getattr(F, name), getattr(F, f"{name}_backward")
        dy = rng.standard_normal(forward(x, size).shape)
        (expected,) = backward(dy, x.astype(float), size)
        np.testing.assert_array_equal(backward(dy, x, size)[0], expected)


def test_a_size_may_be_an_array_and_no_truth_value() -> None:
    x, weight = np.ones((1, 2, 6, 6)), np.ones((2, 2, 3, 3))
    two = np.array(2)
    np.testing.assert_array_equal(
        F.conv2d(x, weight, None, two, two), F.conv2d(x, weight, None, 2, 2)
    )
    np.testing.assert_array_equal(F.max_pool2d(x, two), F.max_pool2d(x, 2))
    with pytest.raises(ValueError, match="groups: got True, need a whole number"):
        F.conv2d(x, weight, groups=True)


# --- what a notebook gives ------------------------------------------------------------------


@pytest.mark.parametrize(
    "layer",
    [
        lambda rng: Conv2d(2, 3, 3, rng=rng),
        lambda rng: ConvTranspose2d(2, 3, 3, rng=rng),
        lambda rng: Linear(4, 3, rng=rng),
        lambda rng: Subsample2d(3, 2, rng=rng),
    ],
    ids=["conv", "transposed", "linear", "subsampling"],
)
def test_a_seed_does_for_a_generator(layer: Any) -> None:
    for seed in (0, 1):  # 0 as well, which is false
        of_seed, of_generator = layer(seed), layer(np.random.default_rng(seed))
        for name, array in of_seed.params.items():
            np.testing.assert_array_equal(array, of_generator.params[name])
    for wrong in ("abc", -1, 1.5):
        with pytest.raises(ValueError, match=r"rng: got .* need a generator"):
            layer(wrong)


def test_dropout_takes_a_seed() -> None:
    x = np.ones((3, 50))
    np.testing.assert_array_equal(Dropout(rng=0)(x), Dropout(rng=np.random.default_rng(0))(x))
    for ask in (lambda: Dropout(rng="a"), lambda: F.dropout(x, seed=-1)):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"(rng|seed): got .* need a generator"):
            ask()


@pytest.mark.parametrize(
    "wrong", ["abc", None, {}, object(), [0.5]], ids=lambda it: type(it).__name__
)
def test_a_setting_that_is_no_number_is_named(wrong: Any) -> None:
    params = {"w": np.zeros(3)}
    asks: dict[str, Any] = {
        "eps": lambda: BatchNorm2d(3, eps=wrong),
        "momentum": lambda: BatchNorm2d(3, momentum=wrong),
        "beta": lambda: LocalResponseNorm(3, beta=wrong),
        "negative_slope": lambda: LeakyReLU(wrong),
        "lr": lambda: SGD(params, lr=wrong),
        "betas": lambda: Adam(params, betas=wrong),
        "weight_decay": lambda: AdamW(params, weight_decay=wrong),
        "init": lambda: Linear(2, 3, init=wrong),
        "params": lambda: SGD(wrong if wrong != {} else [], 0.1),
    }
    for name, ask in asks.items():
        with pytest.raises(ValueError, match=rf"^{name}: got .* need "):
            ask()
