"""What large networks need: batch norms folded in, a pass that tells of its layers, Grad-CAM."""

import tracemalloc

import numpy as np
import pytest

from cnn import explain
from cnn.architectures import ARCHITECTURES
from cnn.layers.batch_normalisation import BatchNorm2d
from cnn.layers.layer import Layer
from cnn.nets.folding import folded
from cnn.nets.network import Sequential
from cnn.nets.spec import build
from tests.cnn.test_architectures import TINY, tiny

#: The tiny forms of the networks that look at photographs.
PHOTOGRAPHIC = [slug for slug in TINY if slug != "lenet"]


def trained(slug: str) -> tuple[Sequential, np.ndarray]:
    """A network whose batch norms have seen something, and a sample for it."""
    net = tiny(ARCHITECTURES[slug])
    assert net.input_shape is not None
    rng = np.random.default_rng(3)
    for _ in range(3):
        net(rng.standard_normal((4, *net.input_shape), dtype=np.float32))
    net.eval()
    return net, rng.standard_normal(net.input_shape, dtype=np.float32)


# --- folding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", PHOTOGRAPHIC)
def test_folded_batch_norms_change_no_answer(slug: str) -> None:
    net, x = trained(slug)
    before = {path: array.copy() for path, array in net.parameters().items()}
    quick = folded(net)
    kinds = [type(layer) for _, layer in quick.named_layers()]
    assert BatchNorm2d not in kinds and not quick.training
    expected = net(x[None])
    np.testing.assert_allclose(quick(x[None]), expected, atol=1e-4 * np.abs(expected).max())
    assert all(np.array_equal(array, before[path]) for path, array in net.parameters().items())
    assert quick.input_shape == net.input_shape


def test_a_batch_norm_that_follows_no_convolution_stays() -> None:
    spec = [
        {"kind": "batch_norm"},
        {"kind": "conv", "out_channels": 3, "kernel_size": 3},
        {"kind": "relu"},
        {"kind": "batch_norm"},
        {"kind": "conv", "out_channels": 2, "kernel_size": 1, "bias": False},
        {"kind": "batch_norm"},
        {"kind": "batch_norm"},
    ]
    net = build(spec, (2, 6, 6), rng=0)
    x = np.random.default_rng(1).standard_normal((5, 2, 6, 6))
    net(x)
    net.eval()
    quick = folded(net)
    assert list(quick.layers) == ["bn1", "conv1", "relu1", "bn2", "conv2", "bn4"]
    np.testing.assert_allclose(quick(x), net(x), atol=1e-5)


# --- a pass that tells --------------------------------------------------------------------------


@pytest.mark.parametrize("slug", PHOTOGRAPHIC)
def test_a_pass_tells_of_every_layer_in_order_and_says_the_same(slug: str) -> None:
    net, x = trained(slug)
    told: list[explain.Passed] = []
    scores = explain.watch(net, x, told.append)
    assert np.array_equal(scores, net(x[None])[0])
    snapshot = explain.snapshot(net, x)
    assert [each.name for each in told] == [name for name, _ in net.named_layers()]
    assert [each.place for each in told] == list(range(1, told[0].total + 1))
    for each in told:
        assert np.array_equal(each.y, snapshot[each.name].y)
        assert each.kind == snapshot[each.name].kind
        assert each.bytes == 4 * np.prod(each.shape) and each.seconds >= 0


def test_a_pass_keeps_nothing_and_can_be_ended() -> None:
    layers = [{"kind": "conv", "out_channels": 8, "kernel_size": 3, "padding": 1}, {"kind": "relu"}]
    net = build([*layers * 6], (8, 64, 64), rng=0)
    x = np.ones((8, 64, 64), np.float32)
    names: list[str] = []
    explain.watch(net, x, lambda each: names.append(each.name))
    tracemalloc.start()
    explain.watch(net, x, lambda each: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * x.nbytes, "input, output and what two layers need; there are twelve"
    assert net.x is None and net["conv1"].y is None

    def stop(each: explain.Passed) -> None:
        if each.place == 3:
            raise InterruptedError(each.name)

    with pytest.raises(InterruptedError, match="conv2"):
        explain.watch(net, x, stop)


# --- Grad-CAM -----------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", PHOTOGRAPHIC)
def test_grad_cam_looks_at_the_last_maps_and_runs_nothing_before_them(
    slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    net, x = trained(slug)
    copy = explain.evaluation_copy(net)
    scores = copy.forward(x[..., None])
    dscores = np.zeros_like(scores)
    dscores[2] = 1
    copy.backward(dscores, need_dx=True)
    back: list[Layer] = []
    original = Layer.input_gradient
    monkeypatch.setattr(
        Layer, "input_gradient", lambda self, dy: (back.append(self), original(self, dy))[1]
    )
    found = explain.grad_cam(net, x, 2)
    assert "pool" not in found.layer and found.signed.ndim == 2
    maps = copy[found.layer]
    assert maps.y is not None and maps.dy is not None
    weights = maps.dy[..., 0].mean(axis=(1, 2))
    np.testing.assert_allclose(found.weights, weights, rtol=1e-4, atol=1e-8)
    np.testing.assert_allclose(
        found.signed, np.tensordot(weights, maps.y[..., 0], 1), rtol=1e-3, atol=1e-7
    )
    names = list(net.layers)
    passed = {id(layer.params["weight"]) for layer in back if "weight" in layer.params}
    before = names[: names.index(found.layer) + 1]
    arrays = {p: a for p, a in net.parameters().items() if p.partition(".")[0] in before}
    assert passed and not passed & {id(array) for array in arrays.values()}


def test_an_explanation_works_out_no_gradient_of_a_parameter() -> None:
    net = build([{"kind": "linear", "out_features": 2000}], (2000,), rng=0)
    x = np.ones(2000, np.float32)
    tracemalloc.start()
    found = explain.input_gradient(net, x, 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(found.gradient, net.parameters()["fc1.weight"][3])
    assert peak < 1_000_000, "the weights are 16 MB"
    net.backward(np.ones_like(net(x[None]).T), need_dx=False)  # the network itself can still learn
    assert net.gradients()["fc1.weight"].shape == (2000, 2000)
