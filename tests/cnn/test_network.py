import copy
import pickle

import numpy as np
import pytest

from cnn.layers.activations import GELU, ReLU, Tanh
from cnn.layers.adaptive_pooling import GlobalAvgPool2d
from cnn.layers.convolution import Conv2d
from cnn.layers.dense import Flatten, Linear
from cnn.layers.dropout import Dropout
from cnn.layers.layer import Layer
from cnn.layers.pooling import MaxPool2d
from cnn.nets.network import Branches, Residual, Sequential
from cnn.nets.spec import build
from cnn.window.receptive_field import receptive_field
from tests.cnn.gradcheck import assert_close, numeric_gradient
from tests.cnn.tables import LENET, SMALL


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def check_network(net, x):
    """Every gradient of a network against central differences; the net must repeat itself."""
    dy = np.random.default_rng(1).standard_normal(net.forward(x).shape)

    def loss():
        return float((dy * net.forward(x)).sum())

    net.forward(x)
    dx = net.backward(dy, need_dx=True)
    gradients = {path: g.copy() for path, g in net.gradients().items()}
    assert gradients.keys() == net.parameters().keys()
    assert_close(dx, numeric_gradient(loss, x), "x", 1e-6)
    for path, array in net.parameters().items():
        assert_close(gradients[path], numeric_gradient(loss, array), path, 1e-6)


def test_layers_are_named_by_kind_and_counted():
    net = build(LENET, (1, 28, 28))
    assert [name for name, _ in net.named_layers()] == [
        "conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "flatten1",
        "fc1", "relu3", "fc2", "relu4", "fc3",
    ]  # fmt: skip
    assert list(net.parameters())[:4] == [
        "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"
    ]  # fmt: skip
    assert net.count_parameters() == 61_706
    assert net["conv2"] is net[3] is list(net)[3]
    assert len(net) == 12


def test_names_given_and_refused():
    net = Sequential(("look", Conv2d(1, 2, 3)), ReLU(), ReLU())
    assert [name for name, _ in net.children()] == ["look", "relu1", "relu2"]
    with pytest.raises(ValueError, match="name: got 'a', need one without dots, not among a"):
        Sequential(("a", ReLU()), ("a", ReLU()))
    with pytest.raises(ValueError, match=r"name: got 'a\.b'"):
        Sequential(("a.b", ReLU()))
    with pytest.raises(KeyError, match="no layer 'conv'; there are look, relu1"):
        net["conv"]
    with pytest.raises(KeyError, match="'look' has no layers inside"):
        net["look.weight"]


def test_deep_paths():
    net = build(SMALL, (2, 8, 8))
    assert isinstance(net["mix.body.conv1"], Conv2d)
    assert "mix.shortcut.conv1.bias" in net.parameters()
    assert set(net.buffers()) == {"bn1.running_mean", "bn1.running_var"}
    paths = [name for name, _ in net.named_layers(containers=True)]
    assert paths[2:6] == ["mix", "mix.body", "mix.body.conv1", "mix.shortcut"]
    assert all(not list(layer.children()) for _, layer in net.named_layers())


def test_gradients_of_everything_at_once(rng):
    spec = [block for block in SMALL if block["kind"] not in ("dropout", "batch_norm")]
    net = build(spec, (2, 5, 6), rng=rng, dtype=np.float64)
    check_network(net, rng.standard_normal((2, 5, 6, 3)))


@pytest.mark.parametrize("activation", [None, "relu", GELU()])
@pytest.mark.parametrize("shortcut", [None, "conv"])
def test_residual_gradient_and_meaning(rng, activation, shortcut):
    def conv():
        return Conv2d(2, 2, 3, padding=1, rng=rng, dtype=np.float64)

    inner = conv()
    net = Residual(Sequential(inner, Tanh()), shortcut and conv(), activation)
    x = rng.standard_normal((2, 4, 4, 2))
    kept = x if net.shortcut is None else net.shortcut.forward(x)
    total = np.tanh(inner.forward(x)) + kept
    expected = total if net.activation is None else net.activation.forward(total)
    np.testing.assert_allclose(net.forward(x), expected)
    check_network(net, x)
    assert net.output_shape((2, 4, 4)) == (2, 4, 4)


def test_branches_stack_over_channels(rng):
    bodies = [Conv2d(2, c, 3, padding=1, rng=rng, dtype=np.float64) for c in (1, 3)]
    net = Branches(*bodies, Sequential())
    x = rng.standard_normal((2, 4, 5, 3))
    y = net.forward(x)
    assert y.shape == (6, 4, 5, 3) and net.output_shape((2, 4, 5)) == (6, 4, 5)
    np.testing.assert_allclose(y[:1], bodies[0].forward(x))
    np.testing.assert_allclose(y[1:4], bodies[1].forward(x))
    assert np.array_equal(y[4:], x)
    check_network(net, x)


def test_public_call_takes_nchw_of_any_dtype(rng):
    net = build(LENET, (1, 28, 28), rng=rng)
    net.eval()
    x = rng.integers(0, 255, (3, 1, 28, 28), dtype=np.uint8)
    y = net(x)
    assert y.shape == (3, 10) and y.dtype == np.float32
    one_by_one = np.concatenate([net(image[None]) for image in x.astype(np.float64)])
    np.testing.assert_allclose(y, one_by_one, rtol=2e-4, atol=2e-4)


class Watched(Layer):
    """Notes whether its input gradient was asked for."""

    def __init__(self, trained):
        super().__init__()
        self.asked = None
        if trained:
            self.params["weight"] = np.zeros(1)

    def forward(self, x):
        return x

    def backward(self, dy, need_dx=True):
        self.asked = need_dx
        return dy if need_dx else None


def test_backward_leaves_out_what_nobody_reads():
    layers = [Watched(trained) for trained in (False, True, False, True)]
    net = Sequential(*layers)
    assert net.backward(np.ones((1, 1))) is None
    assert [layer.asked for layer in layers] == [None, False, True, True]
    assert net.backward(np.ones((1, 1)), need_dx=True) is not None
    assert [layer.asked for layer in layers] == [True] * 4

    inner = [Watched(True), Watched(True)]
    Sequential(Sequential(inner[0]), Residual(inner[1])).backward(np.ones((1, 1)))
    assert [layer.asked for layer in inner] == [False, True]


def test_train_and_eval_reach_every_layer():
    net = build(SMALL, (2, 8, 8))
    net.eval()
    assert not any(layer.training for _, layer in net.named_layers(containers=True))
    net.train()
    assert all(layer.training for _, layer in net.named_layers(containers=True))


def test_errors_say_in_which_layer():
    net = Sequential(Conv2d(1, 4, 3), Residual(Conv2d(4, 4, 3)), Flatten(), Linear(10, 2))
    with pytest.raises(ValueError, match=r"^conv1: x: got shape \(2, 8, 8, 1\)"):
        net.forward(np.zeros((2, 8, 8, 1)))
    with pytest.raises(ValueError, match=r"^res1: shortcut: got \(4, 6, 6\) to add to the body's"):
        net.forward(np.zeros((1, 8, 8, 1)))
    with pytest.raises(ValueError, match=r"^res1: shortcut"):
        net.output_shape((1, 8, 8))
    with pytest.raises(ValueError, match=r"^res1: shortcut"):
        net.summary((1, 8, 8))
    with pytest.raises(ValueError, match="activation: got 'swish', need one of relu"):
        Residual(ReLU(), activation="swish")
    with pytest.raises(
        ValueError, match=r"branch1 \(2, 3, 3\), branch2 \(2, 5, 5\), need the same"
    ):
        Branches(Conv2d(1, 2, 3), Conv2d(1, 2, 1)).output_shape((1, 5, 5))
    with pytest.raises(ValueError, match="bodies: got none"):
        Branches()


def test_state_goes_around(rng):
    net = build(SMALL, (2, 8, 8), rng=1)
    net(rng.standard_normal((4, 2, 8, 8)))  # moves the running statistics
    state = net.state_dict()
    other = build(SMALL, (2, 8, 8), rng=2)
    other.load_state_dict(pickle.loads(pickle.dumps(state)))
    net.eval()
    other.eval()
    x = rng.standard_normal((4, 2, 8, 8))
    assert np.array_equal(net(x), other(x))
    state["conv1.weight"][:] = 0
    assert np.array_equal(net(x), other(x)), "a state is a copy"


def test_optimizers_keep_their_grip_after_loading():
    net = build(LENET, (1, 28, 28))
    held = net.parameters()
    net.load_state_dict({path: array + 1 for path, array in net.state_dict().items()})
    assert all(held[path] is array for path, array in net.parameters().items())


def test_wrong_states_change_nothing():
    net = build(LENET, (1, 28, 28))
    before = net.state_dict()
    lacking = {path: array * 0 for path, array in before.items() if path != "fc3.bias"}
    misshapen = {**{path: array * 0 for path, array in before.items()}, "fc3.bias": np.zeros(9)}
    with pytest.raises(ValueError, match=r"state: lacks fc3\.bias; has no place for nothing"):
        net.load_state_dict(lacking)
    with pytest.raises(ValueError, match=r"has no place for extra"):
        net.load_state_dict({**before, "extra": np.zeros(1)})
    with pytest.raises(ValueError, match=r"got shape \(9,\) for fc3\.bias, need \(10,\)"):
        net.load_state_dict(misshapen)
    assert all(np.array_equal(before[path], array) for path, array in net.parameters().items())


def test_dropout_goes_on_where_it_was(rng):
    spec = [{"kind": "dropout"}, {"kind": "sequence", "layers": [{"kind": "dropout"}]}]
    net, other = build(spec, (50,), rng=0), build(spec, (50,), rng=1)
    x = np.ones((4, 50))
    net(x)
    state = pickle.loads(pickle.dumps(net.rng_state()))
    assert list(state) == ["drop1", "block1.drop1"]
    expected = [net(x) for _ in range(3)]
    other.load_rng_state(state)
    assert all(np.array_equal(other(x), y) for y in expected)
    with pytest.raises(ValueError, match="state: got generators"):
        other.load_rng_state({})


def test_pickles_and_copies_are_small(rng):
    net = build(SMALL, (2, 8, 8), rng=0)
    net.eval()
    x = rng.standard_normal((64, 2, 8, 8)).astype(np.float32)
    y = net(x)
    net.backward(np.ones((3, 64), np.float32))
    for other in (pickle.loads(pickle.dumps(net)), copy.deepcopy(net)):
        assert np.array_equal(other(x), y)
        assert other.parameters().keys() == net.parameters().keys()
    assert len(pickle.dumps(net)) < 4 * sum(a.nbytes for a in net.state_dict().values()) + 8000


def test_summary_of_lenet():
    rows = {row.name: row for row in build(LENET, (1, 28, 28), init="zeros").summary()}
    assert rows["conv1"].output_shape == (6, 28, 28)
    assert (rows["conv1"].parameters, rows["conv1"].multiply_adds) == (156, 117_600)
    assert (rows["conv2"].parameters, rows["conv2"].multiply_adds) == (2416, 240_000)
    assert (rows["conv2"].receptive_field, rows["conv2"].jump) == ((14, 14), (2, 2))
    assert (rows["pool2"].receptive_field, rows["pool2"].jump) == ((16, 16), (4, 4))
    assert (rows["fc1"].receptive_field, rows["fc1"].jump) == ((28, 28), None)
    assert (rows["fc1"].kind, rows["fc1"].multiply_adds) == ("Linear", 48_000)
    assert sum(row.multiply_adds for row in rows.values()) == 416_520


def test_summary_through_branches():
    net = build(SMALL, (2, 8, 9), init="zeros")
    rows = {row.name: row for row in net.summary()}
    assert sum(row.parameters for row in rows.values()) == net.count_parameters()
    assert sum(r.multiply_adds for r in rows.values()) == net.multiply_adds((2, 8, 9))
    assert rows["mix"].kind == "Residual" and rows["mix"].output_shape == (6, 4, 5)
    # 3×3 of 3×3 is 5×5, and the wider of the branches counts, each axis on its own.
    assert rows["mix"].receptive_field == (5, 5) and rows["mix"].jump == (2, 2)
    assert rows["branches1.branch1.conv1"].receptive_field == (5, 9)
    assert rows["branches1"].receptive_field == (9, 9)
    assert rows["branches1"].output_shape == (14, 4, 5)
    before_pool = Sequential(*list(net)[:4])
    fields = receptive_field(before_pool.receptive_stack((2, 8, 9)))
    assert tuple(field.size for field in fields) == (9, 9)


def test_summary_needs_a_shape():
    with pytest.raises(ValueError, match="input_shape: got None"):
        Sequential(ReLU()).summary()
    assert Sequential(Linear(3, 2)).summary((3,))[0].receptive_field == (3,)


def test_global_pool_then_linear():
    net = Sequential(MaxPool2d(2), GlobalAvgPool2d(), Flatten(), Dropout(0.0))
    x = np.arange(32.0).reshape(1, 2, 4, 4)
    np.testing.assert_allclose(net(x), [[10, 26]])
