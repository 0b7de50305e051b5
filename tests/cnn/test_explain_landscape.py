"""The loss around a network's weights, and networks that are one linear map."""

from __future__ import annotations

import numpy as np
import pytest

import cnn
from cnn.explain.landscape import losses, path_plane, random_plane, share_in_plane
from cnn.explain.linear import as_linear_map, composed
from cnn.functional import conv2d
from cnn.learn.losses import make_loss
from cnn.nets.network import Sequential


def net(seed: int = 0, *, bend: bool = True) -> Sequential:
    rng = np.random.default_rng(seed)
    layers = [cnn.Conv2d(1, 3, 3, rng=rng), *([cnn.ReLU()] if bend else []), cnn.AvgPool2d(2)]
    made = Sequential(*layers, cnn.Flatten(), cnn.Linear(27, 4, rng=rng))
    made.eval()
    return made


@pytest.fixture
def batch() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.random((5, 1, 8, 8), np.float32), rng.integers(0, 4, 5)


def test_each_filter_of_a_random_direction_is_as_long_as_the_networks_and_biases_stay() -> None:
    weights = net().parameters()
    plane = random_plane(weights, np.random.default_rng(1))
    for direction in (plane.across, plane.up):
        for name, value in weights.items():
            if value.ndim < 2:
                assert not direction[name].any()
                continue
            lengths = (
                np.linalg.norm(a.reshape(len(a), -1), axis=1) for a in (value, direction[name])
            )
            np.testing.assert_allclose(*lengths, rtol=1e-5)
    again = random_plane(weights, np.random.default_rng(1))
    np.testing.assert_array_equal(plane.up["fc1.weight"], again.up["fc1.weight"])
    assert not np.array_equal(plane.up["fc1.weight"], plane.across["fc1.weight"])


def test_the_loss_at_a_point_is_that_of_the_network_with_those_weights(
    batch: tuple[np.ndarray, np.ndarray],
) -> None:
    images, labels = batch
    here, loss = net(), make_loss("cross_entropy")
    before = {name: value.copy() for name, value in here.state_dict().items()}
    plane = random_plane(here.parameters(), np.random.default_rng(1))
    found = losses(here, loss.forward, images, labels, plane, [(0, 0), (0.5, -1)])
    moved = net()
    expected = [loss.forward(moved(images).T, labels)]
    moved.load_state_dict(
        {n: v + 0.5 * plane.across[n] - plane.up[n] for n, v in moved.parameters().items()}
    )
    expected.append(loss.forward(moved(images).T, labels))
    np.testing.assert_allclose(found, expected, rtol=1e-5)
    for name, value in here.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_point_of_the_plane_is_found_again() -> None:
    plane = random_plane(net().parameters(), np.random.default_rng(1))
    assert plane.place(plane.at(0.25, -0.75)) == pytest.approx((0.25, -0.75), abs=1e-5)
    assert share_in_plane(plane, [plane.at(1, 2), plane.at(-1, 0)]) == pytest.approx(1, abs=1e-5)


def test_the_plane_of_a_path_holds_more_of_it_than_any_random_one() -> None:
    here = net().parameters()
    rng = np.random.default_rng(5)
    one, two = ({n: rng.standard_normal(v.shape) for n, v in here.items()} for _ in range(2))
    flat = [{n: v + a * one[n] + b * two[n] for n, v in here.items()}
            for a, b in ((3, 0), (2, 1), (1, 1))]  # fmt: skip
    plane = path_plane(here, flat)
    assert share_in_plane(plane, flat) == pytest.approx(1, abs=1e-6)
    assert plane.place(flat[0])[0] == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(
        _dot(plane.across, plane.up) / _dot(plane.up, plane.up), 0, atol=1e-5
    )
    crooked = [{n: v + rng.standard_normal(v.shape) for n, v in m.items()} for m in flat]
    random = share_in_plane(random_plane(here, rng), crooked)
    assert random < share_in_plane(path_plane(here, crooked), crooked) < 1


def _dot(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> float:
    return float(sum((a[n] * b[n]).sum() for n in a))


def test_a_path_without_a_bend_has_no_plane() -> None:
    here = net().parameters()
    line = [{n: v + a for n, v in here.items()} for a in (2, 1)]
    for path in ([], line[:1], line):
        with pytest.raises(ValueError, match="need a way with a bend"):
            path_plane(here, path)


def test_a_network_without_a_bend_is_its_linear_map_and_another_one_is_not(
    batch: tuple[np.ndarray, np.ndarray],
) -> None:
    images, _ = batch
    for bend in (False, True):
        made = net(bend=bend)
        away = np.abs(as_linear_map(made, (1, 8, 8), at_once=20)(images) - made(images)).max()
        assert (away > 0.05) if bend else (away < 1e-5)


@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (2, 4), (1, 1)])
def test_two_kernels_in_a_row_are_one(rows: int, columns: int) -> None:
    rng = np.random.default_rng(7)
    first, second = rng.standard_normal((3, 2)), rng.standard_normal((rows, columns))
    x = rng.standard_normal((1, 1, 9, 9))
    whole = composed(first, second)
    assert whole.shape == (rows + 2, columns + 1)
    twice = conv2d(conv2d(x, first[None, None]), second[None, None])
    np.testing.assert_allclose(conv2d(x, whole[None, None]), twice, atol=1e-12)


def test_with_padding_the_outermost_ring_differs_and_nothing_else() -> None:
    rng = np.random.default_rng(7)
    first, second = rng.uniform(0.1, 1, (2, 3, 3))
    x = rng.uniform(0.1, 1, (1, 1, 9, 9))
    twice = conv2d(conv2d(x, first[None, None], padding=1), second[None, None], padding=1)[0, 0]
    once = conv2d(x, composed(first, second)[None, None], padding=2)[0, 0]
    differ = ~np.isclose(once, twice)
    assert differ.sum() == 32
    assert not differ[1:-1, 1:-1].any()
