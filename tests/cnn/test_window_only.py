"""An output depends on its window alone, and is as exact as its window lets it be.

For every way of computing a convolution: one number is replaced, by another one, a huge one, an
infinite one or by NaN, and whatever does not see it must stay as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from cnn.layers.convolving import by_rows, choose, depthwise, plain, pointwise, shifted, winograd
from cnn.layers.convolving.correlate import (
    correlate,
    correlate_input_gradient,
    correlate_weight_gradient,
)
from cnn.window.geometry import Window


@dataclass(frozen=True)
class Way:
    """A shape that goes one way: input (C, H, W, N), kernels, geometry."""

    shape: tuple[int, int, int, int]
    outputs: int
    window: Window
    groups: int = 1
    dtype: type = np.float32

    @property
    def kernels(self) -> tuple[int, ...]:
        """(O, C/groups, kh, kw)."""
        return self.outputs, self.shape[0] // self.groups, *self.window.kernel

    def numbers(self, shape: tuple[int, ...], seed: int) -> np.ndarray:
        """Normal numbers."""
        return np.random.default_rng(seed).standard_normal(shape).astype(self.dtype)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """(O, OH, OW, N)."""
        return self.outputs, *self.window.output_size(*self.shape[1:3]), self.shape[3]


WAYS = {
    "row by row, long rows": Way((32, 9, 12, 16), 5, Window.of(3, 1, 1)),
    "row by row, small kernel": Way((2, 9, 8, 1), 5, Window.of(3, 2, (1, 0))),
    "two rows at once": Way((3, 9, 8, 2), 4, Window.of((3, 2), 1, 1)),
    "one product": Way((32, 7, 6, 2), 7, Window.of(3, 2, 1)),
    "one picture": Way((32, 9, 12, 1), 40, Window.of(3, 1, 1)),
    "pointwise": Way((6, 5, 4, 2), 7, Window.of(1)),
    "dilated": Way((4, 11, 11, 2), 3, Window.of(3, 1, 2, 2)),
    "grouped": Way((6, 9, 8, 2), 4, Window.of(3, 1, 1), groups=2),
    "a kernel for each channel": Way((6, 9, 8, 2), 6, Window.of(3, 1, 1), groups=6),
    "a kernel for each of many channels": Way((96, 7, 6, 2), 96, Window.of(3, 1, 1), groups=96),
    "a kernel for each of many channels, with a stride": Way(
        (96, 9, 8, 2), 96, Window.of(3, 2, 1), groups=96
    ),
    "a kernel for each, large maps": Way((3, 23, 21, 2), 3, Window.of(3, 1, 1), groups=3),
    "uneven padding": Way((3, 8, 9, 2), 4, Window.of((2, 3), (1, 2), (0, 1, 2, 0))),
    "double": Way((6, 9, 8, 2), 4, Window.of(3, 1, 1), dtype=np.float64),
    "half": Way((6, 9, 8, 2), 4, Window.of(3, 1, 1), dtype=np.float16),
}
WINOGRAD = {
    "Winograd": Way((48, 21, 26, 2), 50, Window.of(3, 1, 1)),
    "Winograd, uneven padding": Way((50, 30, 23, 2), 48, Window.of(3, 1, (0, 2, 1, 0))),
    "Winograd, double": Way((48, 27, 26, 1), 48, Window.of(3, 1, 2), dtype=np.float64),
}
VALUES = [np.inf, -np.inf, np.nan, 3e4, 1e6, 1e18, 3e38, 1e-30, 0.0, 1.5]
PLACES = [(0.5, 0.4), (0.0, 0.0), (0.99, 0.99)]
CASES = [(value, PLACES[i % 3]) for i, value in enumerate(VALUES)]
ways = pytest.mark.parametrize("way", (WAYS | WINOGRAD).values(), ids=(WAYS | WINOGRAD).keys())


poisons = pytest.mark.parametrize("value, place", CASES)


def test_these_shapes_do_go_these_ways() -> None:
    plainly = {"one product", "one picture", "dilated"}
    for name, way in (WAYS | WINOGRAD).items():
        x, weight = np.ones(way.shape, way.dtype), np.ones(way.kernels, way.dtype)
        case = choose.Case.of(x, weight, way.shape[1:3], way.window, way.groups)
        taken = choose.forward(case)
        if name in WINOGRAD:
            assert taken is winograd.forward
        elif name == "pointwise":
            assert taken is pointwise.forward
        elif "many channels" in name:
            assert taken is depthwise.forward
        elif "large maps" in name:
            assert taken is shifted.forward
        else:
            assert taken is (plain if name in plainly else by_rows).forward, name
    half = np.ones((48, 32, 32, 4), np.float16), np.ones((48, 48, 3, 3), np.float16)
    case = choose.Case.of(*half, (32, 32), Window.of(3, 1, 1))
    assert choose.forward(case) is not winograd.forward


def poisoned(array: np.ndarray, value: float, place: tuple[float, float]) -> tuple:
    """``array`` with one other number in it, and where."""
    at = (array.shape[0] // 2, *(int(p * n) for p, n in zip(place, array.shape[1:3], strict=True)))
    array, at = array.copy(), (*at, array.shape[3] - 1)
    with np.errstate(over="ignore"):
        array[at] = value
    return array, at


def readers(way: Way, at: tuple[int, ...]) -> np.ndarray:
    """(O, OH, OW, N): which outputs see the input at ``at``."""
    mark = np.zeros(way.shape)
    mark[at] = 1
    return correlate(mark, np.ones(way.kernels), None, way.window, way.groups) > 0


def read(way: Way, at: tuple[int, ...]) -> np.ndarray:
    """(C, H, W, N): which inputs the output at ``at`` sees."""
    mark = np.zeros(way.output_shape)
    mark[at] = 1
    weight = np.ones(way.kernels)
    return correlate_input_gradient(mark, weight, way.shape[1:3], way.window, way.groups) > 0


def tiles_of(seen: np.ndarray) -> np.ndarray:
    """All outputs of the 4×4 tiles that have one which is ``seen``."""
    rows, columns = (-n % 4 for n in seen.shape[1:3])
    grown = np.pad(seen, ((0, 0), (0, rows), (0, columns), (0, 0)))
    shape = len(grown), grown.shape[1] // 4, 4, grown.shape[2] // 4, 4, grown.shape[3]
    tiles = grown.reshape(shape).any(axis=(2, 4), keepdims=True)
    tiles = np.broadcast_to(tiles, shape).reshape(grown.shape)
    return tiles[:, : seen.shape[1], : seen.shape[2]]


def check_unseen(before: np.ndarray, after: np.ndarray, seen: np.ndarray, way: Way) -> None:
    """What is not ``seen`` is the same to the bit; with Winograd, what is in no tile with it."""
    if way in WINOGRAD.values():
        seen = tiles_of(seen)
    assert not seen.all()
    np.testing.assert_array_equal(after[~seen], before[~seen])


def check_exact(y: np.ndarray, x: np.ndarray, weight: np.ndarray, way: Way) -> None:
    """Every finite cell of ``y`` is off by a few roundings of its own window's size."""
    doubles = np.nan_to_num(x.astype(float), nan=0, posinf=0, neginf=0), weight.astype(float)
    exact = correlate(*doubles, None, way.window, way.groups)
    energy = np.abs(doubles[0]) ** 2, np.ones_like(doubles[1])
    size = np.sqrt(correlate(*energy, None, way.window, way.groups))
    kernel = np.sqrt((doubles[1] ** 2).sum(axis=(1, 2, 3)))[:, None, None, None]
    finite = np.isfinite(y)
    error = np.abs(y.astype(float) - exact)[finite]
    bound = 24 * np.finfo(y.dtype).eps * (size * kernel)[finite] + np.finfo(y.dtype).tiny
    assert (error <= bound).all(), (error / bound).max()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@ways
@poisons
def test_an_output_depends_on_its_window_alone(way: Way, value: float, place: tuple) -> None:
    x, weight = way.numbers(way.shape, 1), way.numbers(way.kernels, 2)
    before = correlate(x, weight, None, way.window, way.groups)
    other, at = poisoned(x, value, place)
    after = correlate(other, weight, None, way.window, way.groups)
    seen = readers(way, at)
    check_unseen(before, after, seen, way)
    assert np.isfinite(after[~seen]).all()
    if not np.isfinite(value):
        assert not np.isfinite(after[seen]).any()
    check_exact(after, other, weight, way)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@ways
@poisons
def test_an_input_gradient_depends_on_what_reads_it_alone(
    way: Way, value: float, place: tuple
) -> None:
    """The same sums are a transposed convolution's outputs."""
    dy, weight = way.numbers(way.output_shape, 3), way.numbers(way.kernels, 4)
    settings = (way.shape[1:3], way.window, way.groups)
    before = correlate_input_gradient(dy, weight, *settings)
    other, at = poisoned(dy, value, place)
    after = correlate_input_gradient(other, weight, *settings)
    seen = read(way, at)
    check_unseen(before, after, seen, way)
    assert np.isfinite(after[~seen]).all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@ways
@pytest.mark.parametrize("value", [np.inf, np.nan, 1e6])
def test_a_weights_gradient_depends_on_its_channels_alone(way: Way, value: float) -> None:
    x, dy = way.numbers(way.shape, 5), way.numbers(way.output_shape, 6)
    before = correlate_weight_gradient(dy, x, way.window, way.groups)
    other, at = poisoned(dy, value, (0.5, 0.5))
    after = correlate_weight_gradient(other, x, way.window, way.groups)
    unseen = np.arange(way.outputs) != at[0]
    np.testing.assert_array_equal(after[unseen], before[unseen])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_winograd_is_as_exact_beside_silence_and_noise(dtype: type) -> None:
    """Black ground, edges, channels and samples of very different size."""
    way = replace(WINOGRAD["Winograd"], dtype=dtype)
    weight = way.numbers(way.kernels, 8)
    pictures = {name: way.numbers(way.shape, 7) for name in ("ink", "step", "ramp", "channel")}
    pictures["ink"][:, :11, 5:] = 0
    pictures["step"][:, :, 13:] *= 1e-7
    pictures["ramp"] *= np.logspace(-9, 9, 26, dtype=dtype)[:, None]
    pictures["channel"][0, 8:10] *= 1e8
    pictures["sample"] = pictures["ink"] * np.array([1e-12, 1e12], dtype)
    for x in pictures.values():
        check_exact(correlate(x, weight, None, way.window), x, weight, way)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("value", [np.inf, np.nan, 1e20])
def test_a_weight_out_of_range_spoils_its_own_map_alone(value: float) -> None:
    way = WINOGRAD["Winograd"]
    x, weight = way.numbers(way.shape, 9), way.numbers(way.kernels, 10)
    weight[3, 2, 1, 1] = value
    y = correlate(x, weight, None, way.window)
    check_exact(np.delete(y, 3, axis=0), x, np.delete(weight, 3, axis=0),
                replace(way, outputs=49))  # fmt: skip
