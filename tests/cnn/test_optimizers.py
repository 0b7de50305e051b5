import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.learn import optimizers, schedules
from cnn.learn.optimizers import BLOCK, OPTIMIZERS, SGD, Adam, AdamW, make_optimizer
from cnn.learn.schedules import SCHEDULES, learning_rate
from tests.cnn.torch_cases import fixtures

MANIFEST, ARRAYS = fixtures()


@pytest.mark.parametrize("case", MANIFEST["optimizers"], ids=lambda c: f"{c['kind']}{c['kwargs']}")
def test_steps_as_pytorch(case):
    param = ARRAYS["optimizer.start"].copy()
    optimizer = getattr(optimizers, case["kind"])({"w": param}, **case["kwargs"])
    for grad, expected in zip(
        ARRAYS["optimizer.grads"], ARRAYS[f"{case['case']}.path"], strict=True
    ):
        before = grad.copy()
        optimizer.step({"w": grad})
        np.testing.assert_allclose(param, expected, rtol=1e-12, atol=1e-14)
        assert np.array_equal(grad, before), "the gradient is the reader's, too"


@pytest.mark.parametrize("case", MANIFEST["schedules"], ids=lambda c: f"{c['name']}-{c['case']}")
def test_schedules_as_pytorch(case):
    schedule = getattr(schedules, case["name"])
    path = [schedule(step, lr=0.3, **case["kwargs"]) for step in range(39)]
    np.testing.assert_allclose(path, ARRAYS[f"{case['case']}.path"], rtol=1e-9)


def take_steps(optimizer, params, steps, seed):
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        optimizer.step(
            {name: rng.standard_normal(p.shape).astype(p.dtype) for name, p in params.items()}
        )


def fresh():
    rng = np.random.default_rng(3)
    return {"a": rng.standard_normal((3, 4)).astype(np.float32), "b": np.ones(5, np.float32)}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_run_goes_on_from_its_state(name):
    params = fresh()
    optimizer = make_optimizer(name, params, lr=0.1, weight_decay=0.1)
    take_steps(optimizer, params, 4, seed=0)
    state = pickle.loads(pickle.dumps(optimizer.state()))
    copies = {key: p.copy() for key, p in params.items()}
    take_steps(optimizer, params, 3, seed=1)

    other = make_optimizer(name, copies, lr=9.0)
    other.load_state(state)
    take_steps(other, copies, 3, seed=1)
    for key, p in params.items():
        assert np.array_equal(p, copies[key])
    assert other.steps == 7 and other.lr == 0.1


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_state_is_a_copy(name):
    params = fresh()
    optimizer = make_optimizer(name, params, lr=0.1)
    take_steps(optimizer, params, 1, seed=0)
    state = optimizer.state()
    kept = pickle.dumps(state)
    take_steps(optimizer, params, 2, seed=1)
    assert pickle.dumps(state) == kept
    optimizer.load_state(state)
    take_steps(optimizer, params, 2, seed=1)
    assert pickle.dumps(state) == kept


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_do_not_show(name, dtype):
    """A parameter longer than a block moves as its parts would alone."""
    rng = np.random.default_rng(0)
    size = 2 * BLOCK + 17
    whole = rng.standard_normal(size).astype(dtype)
    ends = {"first": whole[:5].copy(), "last": whole[-5:].copy()}
    params = {"w": whole.reshape(-1, 1)}
    one, two = (make_optimizer(name, p, lr=0.1, weight_decay=0.1) for p in (params, ends))
    for _ in range(3):
        grad = rng.standard_normal(size).astype(dtype)
        one.step({"w": grad[:, None]})
        two.step({"first": grad[:5], "last": grad[-5:]})
    assert whole.dtype == dtype
    assert np.array_equal(whole[:5], ends["first"]) and np.array_equal(whole[-5:], ends["last"])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_finds_the_bottom_of_a_bowl(name):
    target = np.array([3.0, -2.0])
    params = {"w": np.zeros(2)}
    optimizer = make_optimizer(name, params, lr=0.05)
    for _ in range(600):
        optimizer.step({"w": params["w"] - target})
    np.testing.assert_allclose(params["w"], target, atol=1e-3)


def test_lr_of_a_step_is_used_and_kept():
    params = {"w": np.array([1.0])}
    optimizer = SGD(params, lr=0.5)
    optimizer.step({"w": np.array([1.0])}, lr=0.25)
    assert params["w"][0] == 0.75 and optimizer.lr == 0.25


def test_weight_decay_of_adamw_is_decoupled():
    """Without gradient, AdamW shrinks by lr·decay; Adam takes the decay for a gradient."""
    params = [{"w": np.array([2.0])} for _ in range(2)]
    AdamW(params[0], lr=0.1, weight_decay=0.5).step({"w": np.zeros(1)})
    Adam(params[1], lr=0.1, weight_decay=0.5).step({"w": np.zeros(1)})
    assert params[0]["w"][0] == pytest.approx(1.9) and params[1]["w"][0] == pytest.approx(1.9)
    AdamW(params[0], lr=0.1, weight_decay=0.1).step({"w": np.zeros(1)})
    assert params[0]["w"][0] == pytest.approx(1.9 * 0.99)


def test_errors_name_the_argument():
    params = fresh()
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ValueError, match=r"lr: got .*, need a finite number of 0 or more"):
            SGD(params, wrong)
    with pytest.raises(ValueError, match=r"nesterov: got momentum 0\.0"):
        SGD(params, 0.1, nesterov=True)
    with pytest.raises(ValueError, match="betas: got"):
        Adam(params, betas=(0.9, 1.0))
    with pytest.raises(ValueError, match=r"eps: got -1, need a finite number of 0 or more"):
        Adam(params, eps=-1)
    with pytest.raises(ValueError, match="params: got 'w' in pieces"):
        SGD({"w": np.zeros((3, 4)).T}, 0.1)
    optimizer = SGD(params, 0.1, momentum=0.9)
    with pytest.raises(ValueError, match="grads: got nothing for 'b', need shape"):
        optimizer.step({"a": np.zeros((3, 4))})
    with pytest.raises(ValueError, match=r"grads: got shape \(4, 3\) for 'a'"):
        optimizer.step({"a": np.zeros((4, 3)), "b": np.zeros(5)})
    with pytest.raises(ValueError, match="state: got one of SGD, need one of Adam"):
        Adam(params).load_state(optimizer.state())
    with pytest.raises(ValueError, match="state: got arrays"):
        SGD({"a": np.zeros(2)}, 0.1, momentum=0.9).load_state(optimizer.state())
    with pytest.raises(ValueError, match="optimizer: got 'lion', need one of sgd, momentum"):
        make_optimizer("lion", params, lr=0.1)
    with pytest.raises(ValueError, match="schedule: got 'linear', need one of constant"):
        learning_rate("linear", 0.1, 0, 10)


@settings(max_examples=60, deadline=None)
@given(
    schedule=st.sampled_from(SCHEDULES),
    total=st.integers(1, 500),
    share=st.floats(0, 1),
)
def test_learning_rates_stay_between_zero_and_the_highest(schedule, total, share):
    step = min(total - 1, int(share * total))
    assert 0 <= learning_rate(schedule, 0.3, step, total) <= 0.3 * (1 + 1e-12)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_shape_of_schedules(schedule):
    path = [learning_rate(schedule, 1.0, step, 300) for step in range(300)]
    assert max(path) == pytest.approx(1.0, rel=1e-3)
    if schedule == "constant":
        assert min(path) == 1
    else:
        assert path[-1] < 0.05
    peak = path.index(max(path))
    assert path[peak:] == sorted(path[peak:], reverse=True)
    assert path[: peak + 1] == sorted(path[: peak + 1])
    assert (peak > 0) == (schedule in ("warmup_cosine", "one_cycle"))
