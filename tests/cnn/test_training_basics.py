"""Everything together: networks that learn, and learn as PyTorch's do."""

import gc
import sys
import tracemalloc

import numpy as np
import pytest

from cnn.architectures import ARCHITECTURES
from cnn.arrays import batch_last
from cnn.data.handwriting import generate
from cnn.learn import optimizers
from cnn.learn.losses import CrossEntropyLoss, make_loss
from cnn.learn.optimizers import SGD, Adam, make_optimizer
from cnn.nets.spec import build
from tests.cnn.tables import LENET
from tests.cnn.torch_cases import fixtures

MANIFEST, ARRAYS = fixtures()


def train(net, criterion, optimizer, x, labels, steps):
    """Losses of some steps on one batch, (C, H, W, N)."""
    losses = []
    for _ in range(steps):
        losses.append(criterion.forward(net.forward(x), labels))
        net.backward(criterion.backward())
        optimizer.step(net.gradients())
    return losses


def start_of_the_fixtures():
    """First weights, drawn as make_torch_fixtures_layers.py draws them."""
    draw = np.random.default_rng(7)
    shapes = {path: array.shape for path, array in build(LENET, (1, 28, 28)).parameters().items()}
    return {k: (draw.standard_normal(s) * 0.08).astype(np.float32) for k, s in shapes.items()}


@pytest.mark.parametrize("case", MANIFEST["lenet"], ids=lambda c: f"{c['kind']}{c['kwargs']}")
def test_lenet_steps_as_pytorch(case):
    data = np.random.default_rng(8)
    x = batch_last(data.standard_normal((16, 1, 28, 28)).astype(np.float32))
    labels = data.integers(0, 10, 16)
    net = build(LENET, (1, 28, 28))
    net.load_state_dict(start_of_the_fixtures())
    optimizer = getattr(optimizers, case["kind"])(net.parameters(), **case["kwargs"])
    losses = train(net, CrossEntropyLoss(), optimizer, x, labels, 6)
    np.testing.assert_allclose(losses, ARRAYS[f"{case['case']}.losses"], rtol=2e-5)
    for path, array in net.parameters().items():
        expected = ARRAYS[f"{case['case']}.{path}"]
        # Adam divides tiny gradients by their own size, which turns rounding into steps.
        tolerance = 2e-4 if case["kind"].startswith("Adam") else 2e-6
        np.testing.assert_allclose(
            array.reshape(-1)[::97], expected, rtol=1e-4, atol=tolerance, err_msg=path
        )


@pytest.mark.parametrize("extra", [[], [{"kind": "batch_norm"}]])
def test_one_batch_is_learnt_by_heart(extra):
    """Random images with random labels: nothing to understand, all to remember."""
    rng = np.random.default_rng(0)
    net = build([*LENET[:1], *extra, *LENET[1:]], (1, 28, 28), rng=rng)
    x = rng.standard_normal((1, 28, 28, 20)).astype(np.float32)
    labels = rng.integers(0, 10, 20)
    losses = train(net, CrossEntropyLoss(), Adam(net.parameters(), 2e-3), x, labels, 120)
    assert losses[0] > 2 and losses[-1] < 1e-3
    assert (net.forward(x).argmax(axis=0) == labels).all()


TUTORIAL = [
    {"kind": "conv", "out_channels": 3, "kernel_size": 5},
    {"kind": "sigmoid"},
    {"kind": "linear", "out_features": 2},
    {"kind": "sigmoid"},
]


@pytest.mark.parametrize("outputs", [1, 2])
def test_the_network_of_many_tutorials_learns(outputs):
    """3 filters of 5×5, sigmoid, one dense sigmoid layer, half MSE; 200 images, two classes."""
    digits = generate(200, seed=1, labels=np.arange(200) % 2)
    spec = [*TUTORIAL[:2], {"kind": "linear", "out_features": outputs}, *TUTORIAL[3:]]
    net = build(spec, (1, 28, 28), rng=0, init="xavier_uniform")
    x, criterion = batch_last(digits.floats()), make_loss("half_mse")
    optimizer = SGD(net.parameters(), 0.1)
    rng = np.random.default_rng(0)
    losses = []
    for _ in range(12):
        order = rng.permutation(200)
        for begin in range(0, 200, 20):
            rows = order[begin : begin + 20]
            losses += train(net, criterion, optimizer, x[..., rows], digits.labels[rows], 1)
    assert np.mean(losses[-10:]) < 0.3 * losses[0]
    answer = net.forward(x)
    guess = answer.argmax(axis=0) if outputs == 2 else (answer[0] > 0.5)
    assert (guess == digits.labels).mean() > 0.97


def test_the_tutorial_variant_of_lenet_learns():
    """6–16–120–100–10 on 200 images of two classes; new images of both are told apart then."""
    labels = np.resize([3, 8], 200)
    seen, unseen = (generate(200, seed=seed, labels=labels, size=32) for seed in (1, 2))
    net = ARCHITECTURES["lenet_tutorial"].build(rng=0)
    optimizer, order = SGD(net.parameters(), 0.02, momentum=0.9), np.random.default_rng(0)
    for _ in range(10):
        for rows in order.permutation(200).reshape(-1, 20):
            x = batch_last(seen.floats(rows))
            train(net, CrossEntropyLoss(), optimizer, x, labels[rows], 1)
    net.eval()
    for data, share in ((seen, 0.98), (unseen, 0.95)):
        assert (net(data.floats()).argmax(axis=1) == labels).mean() >= share


def memory_in_arrays():
    """Bytes that NumPy holds for arrays made while traced, and the interpreter's blocks."""
    gc.collect()
    only_numpy = [tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)]
    traces = tracemalloc.take_snapshot().filter_traces(only_numpy).traces
    return sum(trace.size for trace in traces), sys.getallocatedblocks()


@pytest.mark.parametrize("name", optimizers.OPTIMIZERS)
@pytest.mark.slow
def test_a_step_allocates_no_more_on_its_hundredth_run_than_on_its_third(name):
    rng = np.random.default_rng(0)
    spec = [*LENET[:1], {"kind": "batch_norm"}, *LENET[1:8], {"kind": "dropout"}, *LENET[8:]]
    net = build(spec, (1, 28, 28), rng=rng)
    optimizer = make_optimizer(name, net.parameters(), lr=1e-3, weight_decay=0.01)
    images = rng.standard_normal((8, 1, 28, 28)).astype(np.float32)
    labels = rng.integers(0, 10, 8)
    criterion = CrossEntropyLoss()
    kept, blocks, peak = {}, {}, {}
    tracemalloc.start()
    try:
        for run in range(1, 101):
            if run in (3, 100):
                kept[run], blocks[run] = memory_in_arrays()
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            train(net, criterion, optimizer, batch_last(images), labels, 1)
            if run in (3, 4, 5, 98, 99, 100):
                peak[run] = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak[3] > 100_000, "the arrays are seen"
    # The smallest array of a step has 40 bytes; one more of them a step would be 3,880.
    assert kept[100] < kept[3] + 1000
    assert blocks[100] < blocks[3] + 97, "not one object a step"
    # Three runs of each: once in a while the interpreter enlarges a table of its own.
    assert min(peak[98], peak[99], peak[100]) < min(peak[3], peak[4], peak[5]) + 2000


def test_a_step_stays_in_float32():
    rng = np.random.default_rng(0)
    spec = [*LENET[:1], {"kind": "batch_norm"}, *LENET[1:7], {"kind": "dropout"}, *LENET[7:]]
    for name in ("sigmoid", "tanh", "gelu", "leaky_relu", "relu"):
        net = build([{**b, "kind": name} if b["kind"] == "relu" else b for b in spec], (1, 28, 28))
        x = rng.standard_normal((1, 28, 28, 4)).astype(np.float32)
        labels = rng.integers(0, 10, 4)
        for loss in ("cross_entropy", "bce", "half_mse"):
            optimizer = make_optimizer("adamw", net.parameters(), lr=1e-3, weight_decay=0.1)
            train(net, make_loss(loss), optimizer, x, labels, 1)
        arrays = [*net.gradients().values(), *net.buffers().values(), *net.parameters().values()]
        arrays += [a for _, layer in net.named_layers() for a in (layer.y, layer.dy, layer.dx)]
        assert {a.dtype for a in arrays if a is not None} == {np.dtype(np.float32)}


def test_the_same_seed_trains_the_same_network():
    def weights(seed):
        rng = np.random.default_rng(seed)
        net = build([*LENET[:8], {"kind": "dropout"}, *LENET[8:]], (1, 28, 28), rng=rng)
        x = rng.standard_normal((1, 28, 28, 8)).astype(np.float32)
        train(net, CrossEntropyLoss(), Adam(net.parameters()), x, rng.integers(0, 10, 8), 3)
        return net.parameters()["fc3.weight"]

    assert np.array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))
