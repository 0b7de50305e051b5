"""What the pages show of a network's inside is what the network computes."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cnn import explain
from cnn.architectures import ARCHITECTURES
from cnn.architectures.lenet import C3_INPUTS, codes
from cnn.layers.activations import ReLU
from cnn.nets.network import Branches, Residual, Sequential
from cnn.nets.spec import build
from cnn.nets.table import spec_of
from tests.cnn.looked_at import branching, image


def test_a_snapshot_is_the_networks_own_pass() -> None:
    net, x = branching(), image(2, 13, 11)
    shot = explain.snapshot(net, x)
    net.eval()
    scores = net(x[None])[0]
    np.testing.assert_array_equal(shot.scores, scores)
    for name, layer in net.named_layers(containers=True):
        assert layer.y is not None
        np.testing.assert_array_equal(shot[name].y, layer.y[..., 0])
        assert shot[name].kind == type(layer).__name__
    np.testing.assert_allclose(shot.probabilities.sum(), 1, rtol=1e-6)
    assert shot.top(1)[0][0] == scores.argmax()
    assert list(shot.views)[:4] == ["conv1", "bn1", "lrelu1", "fork"]


def test_a_snapshot_stays_as_it_was() -> None:
    net = branching()
    shot = explain.snapshot(net, image(2, 13, 11))
    before = {name: view.y.copy() for name, view in shot.views.items()}
    explain.snapshot(net, image(2, 13, 11, seed=5))
    net(np.stack([image(2, 13, 11, seed=6)]))
    for name, y in before.items():
        np.testing.assert_array_equal(shot[name].y, y)


@pytest.mark.parametrize(
    "name",
    ["conv1", "bn1", "fork", "fork.branch2.branches1", "same", "same.body.conv2", "same.body",
     "half", "half.shortcut", "half.activation", "drop1", "fc1", "fc2"],
)  # fmt: skip
def test_any_unit_of_a_network_is_taken_apart(name: str) -> None:
    shot = explain.snapshot(branching(), image(2, 13, 11))
    y = shot[name].y
    for index in list(np.ndindex(y.shape))[::7]:
        taken = shot.window_sum(name, index, activate=False)
        assert taken.y == pytest.approx(y[index], rel=1e-4, abs=1e-5)


def test_the_activation_that_follows_is_found() -> None:
    shot = explain.snapshot(branching(), image(2, 13, 11))
    assert shot.window_sum("fc1", (3,)).y == pytest.approx(shot["sigmoid1"].y[3], rel=1e-5)
    inside = shot.window_sum("same.body.conv1", (2, 1, 1))
    assert inside.y == pytest.approx(shot["same.body.relu1"].y[2, 1, 1], rel=1e-5, abs=1e-6)
    assert shot.following("conv1") is None  # a norm comes first
    sums = shot.map_sums("same.body.conv1", 2)
    np.testing.assert_allclose(sums.y, shot["same.body.relu1"].y[2], rtol=1e-5, atol=1e-5)


def test_a_branch_that_ends_in_an_activation_shows_the_sum_before_it() -> None:
    side = [{"kind": "conv", "out_channels": 2, "kernel_size": 1}, {"kind": "relu"}]
    net = build([{"kind": "branches", "bodies": [side, side]}], (3, 4, 4), rng=0)
    shot = explain.snapshot(net, image(3, 4, 4))
    for index in np.ndindex(4, 4, 4):
        taken = shot.window_sum("branches1", index)
        assert taken.name == f"branches1.branch{index[0] // 2 + 1}.conv1"
        assert len(taken.channel_sums) == 3
        assert taken.y == pytest.approx(shot.scores[index], rel=1e-5, abs=1e-6)


def test_a_dense_layer_after_maps_shows_maps() -> None:
    shot = explain.snapshot(branching(), image(2, 13, 11))
    taken = shot.window_sum("fc1", (0,))
    assert taken.x.shape == shot["half"].y.shape
    np.testing.assert_allclose(taken.x, shot["half"].y, rtol=1e-6)
    assert shot.window_sum("fc2", (0,)).x.shape == (7, 1, 1)


def test_a_residual_is_the_sum_of_two_terms() -> None:
    shot = explain.snapshot(branching(), image(2, 13, 11))
    taken = shot.window_sum("half", (1, 2, 0))
    expected = [shot[f"half.{part}"].y[1, 2, 0] for part in ("body", "shortcut")]
    np.testing.assert_allclose(taken.channel_sums, expected, rtol=1e-6)
    assert taken.y == max(taken.z, 0) or taken.y == pytest.approx(taken.z, rel=1e-6)
    plain = shot.window_sum("same", (1, 2, 0))
    assert plain.x[1, 0, 0] == shot["fork"].y[1, 2, 0]


def test_looking_leaves_the_network_alone() -> None:
    net, x = branching(), image(2, 13, 11)
    net.forward(image(2, 13, 11, 4))
    net.backward(np.ones((5, 4), np.float32))
    kept = {
        name: (layer.training, layer.x, layer.y, layer.dy, layer.dx, dict(layer.grads))
        for name, layer in net.named_layers(containers=True)
    }
    arrays = net.state_dict()
    explain.snapshot(net, x)
    explain.input_gradients(net, x)
    explain.occlusion(net, x, stride=4)
    explain.grad_cam(net, x, 1)
    explain.unit_gradient(net, x, "same.body.conv1", (0, 1, 1))
    explain.integrated_gradients(net, x, 1, steps=2)
    for name, layer in net.named_layers(containers=True):
        training, *references, grads = kept[name]
        assert layer.training == training
        now = (layer.x, layer.y, layer.dy, layer.dx)
        assert all(a is b for a, b in zip(now, references, strict=True))
        assert layer.grads.keys() == grads.keys()
        assert all(layer.grads[key] is grads[key] for key in grads)
    for path, array in net.state_dict().items():
        np.testing.assert_array_equal(array, arrays[path])


def test_the_private_copy_shares_the_parameters() -> None:
    net = branching()
    twin = explain.evaluation_copy(net)
    for path, array in twin.parameters().items():
        assert array is net.parameters()[path]
    half = twin["half"]
    assert isinstance(half, Residual)
    assert half.body is half.layers["body"] and half.body is not net["half.body"]


def test_many_threads_look_at_one_network() -> None:
    net = ARCHITECTURES["lenet"].build(0)
    samples = [image(1, 28, 28, seed=s) for s in range(24)]
    alone = [explain.snapshot(net, x).scores.copy() for x in samples]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda x: explain.snapshot(net, x).scores, samples * 4))
    for s, scores in enumerate(together):
        np.testing.assert_array_equal(scores, alone[s % len(alone)])


@pytest.mark.parametrize(
    "name",
    ["conv1", "lrelu1", "fork", "fork.branch2.branches1.branch1.conv1", "same.body.conv1", "same",
     "half", "half.activation", "flatten1", "fc1", "fc2"],
)  # fmt: skip
def test_only_inputs_in_the_field_change_a_unit(name: str) -> None:
    """Seen by poking: every input outside leaves the unit alone, and the field's rim is reached."""
    net, x = positive(branching()), image(2, 13, 11).astype(np.float64)
    path = explain.path_to(explain.evaluation_copy(net), name)

    def unit_of(batch: np.ndarray) -> np.ndarray:
        for layer in path:
            batch = layer.forward(batch)
        return batch

    cells = [(r, c) for r in range(13) for c in range(11)]
    poked = np.repeat(x[..., None], len(cells) + 1, axis=-1)
    for n, (r, c) in enumerate(cells):
        poked[:, r, c, n] += 0.25
    y = unit_of(poked)
    moved = y[..., :-1] != y[..., -1:]
    shape = y.shape[:-1]
    for index in list(np.ndindex(shape))[:: max(1, math.prod(shape) // 12)]:
        seen = np.array(cells)[moved[index]]
        field = explain.unit_field(net, name, index)
        row0, row1, col0, col1 = field.clipped
        assert (seen[:, 0].min(), seen[:, 0].max() + 1) == (row0, row1)
        assert (seen[:, 1].min(), seen[:, 1].max() + 1) == (col0, col1)
        assert field.unclipped[0] <= row0 and field.unclipped[1] >= row1


def positive(net: Sequential) -> Sequential:
    """The same layout in float64 with positive weights and no dead units, so nothing cancels."""
    twin = build(spec_of(net), (2, 13, 11), dtype=np.float64)
    for path, array in twin.parameters().items():
        array[...] = np.abs(net.parameters()[path]) + 0.01
        if path.startswith("fc") and path.endswith("weight"):
            array *= 1e-3  # keeps the sigmoid off its flat end
    twin.eval()
    return twin


def test_fields_of_lenet() -> None:
    net = ARCHITECTURES["lenet"].build(0)
    assert explain.unit_field(net, "conv1", (0, 0, 0)).clipped == (0, 3, 0, 3)
    assert explain.unit_field(net, "conv1", (0, 0, 0)).unclipped == (-2, 3, -2, 3)
    assert explain.unit_field(net, "pool2", (3, 2, 2)).clipped == (6, 22, 6, 22)
    assert explain.unit_field(net, "pool2", (3, 2, 2)).size == (16, 16)
    assert explain.unit_field(net, "flatten1", (3 * 25 + 2 * 5 + 2,)).clipped == (6, 22, 6, 22)
    assert explain.unit_field(net, "fc3", (7,)).clipped == (0, 28, 0, 28)


def test_one_branchs_field_is_its_own() -> None:
    net = build(
        [{"kind": "branches", "bodies": [
            [{"kind": "conv", "out_channels": 2, "kernel_size": 1}],
            [{"kind": "conv", "out_channels": 2, "kernel_size": 5, "padding": 2}],
        ]}],
        (1, 9, 9), rng=0,
    )  # fmt: skip
    assert explain.unit_field(net, "branches1", (1, 4, 4)).clipped == (4, 5, 4, 5)
    assert explain.unit_field(net, "branches1", (2, 4, 4)).clipped == (2, 7, 2, 7)


def test_lenet_of_1998_is_taken_apart_too() -> None:
    net = ARCHITECTURES["lenet_1998"].build(0)
    shot = explain.snapshot(net, image(1, 32, 32))
    taken = shot.window_sum("c3", (6, 3, 3))
    assert tuple(taken.channels) == C3_INPUTS[6]
    assert taken.y == pytest.approx(shot["c3_squash"].y[6, 3, 3], rel=1e-4, abs=1e-5)
    digit = shot.window_sum("output", (4,))
    assert digit.y == pytest.approx(shot.scores[4], rel=1e-5)
    np.testing.assert_array_equal(digit.weight[:, 0, 0] > 0, [m == "#" for m in codes()[4]])
    assert explain.unit_field(net, "f6", (0,)).clipped == (0, 32, 0, 32)


def test_branches_and_residuals_are_layers_of_their_own() -> None:
    net = Sequential(Branches(Sequential(ReLU()), Sequential(Residual(Sequential(ReLU())))))
    shot = explain.snapshot(net, image(2, 3, 3))
    assert "branches1.branch2.res1" in shot.views
    taken = shot.window_sum("branches1", (3, 1, 1))
    assert taken.y == pytest.approx(shot.scores[3, 1, 1])
