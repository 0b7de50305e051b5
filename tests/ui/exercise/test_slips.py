"""Each slip, made on random exercises, is named; a right answer never is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from cnn import definitions
from cnn.window.geometry import Window
from ui.components.window_stage.numbers import Setting
from ui.exercise import slips
from ui.exercise.exercise import Exercise, same

REFERENCE = np.array(
    [[2, 2, 3, 3, 3], [0, 0, 1, 3, 0], [0, 2, 3, 0, 1], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3]], float
)
KERNEL = np.array([[2, 0, 1], [1, 0, 0], [0, 1, 1]], float)


def reference() -> Exercise:
    window = Window((3, 3), (2, 2), (1, 1, 1, 1))
    return Exercise(REFERENCE[None], Setting("conv", window), KERNEL[None])


def exercises() -> Iterator[Exercise]:
    for seed in range(14):
        rng = np.random.default_rng(seed)
        channels = int(rng.integers(1, 4))
        size = rng.integers(4, 8, 2)
        kernel = tuple(int(n) for n in rng.integers(1, 4, 2))
        stride = tuple(int(n) for n in rng.integers(1, 3, 2))
        top, left = (int(n) for n in rng.integers(0, 3, 2))
        window = Window(kernel, stride, (top, top, left, left), (int(rng.integers(1, 3)), 1))
        x = rng.integers(-5, 10, (channels, *size)).astype(float)
        weight = rng.integers(-3, 4, (channels, *kernel)).astype(float)
        activation = [None, "relu", "tanh"][seed % 3]
        try:
            one = Exercise(x, Setting("conv", window, "zeros", activation), weight, seed % 4 - 1.0)
            assert one.y.size
        except ValueError:
            continue
        yield one


def poolings() -> Iterator[Exercise]:
    for seed in range(6):
        rng = np.random.default_rng(seed)
        x = rng.integers(-9, 10, (1, 6, 7)).astype(float)
        rim = seed % 2
        window = Window((2, 2), (2, 1 + seed % 3), (rim, rim, rim, rim))
        for kind in ("max", "avg", "sum"):
            yield Exercise(x, Setting(kind, window))


def test_a_slip_is_named_once_half_of_the_answer_is_there() -> None:
    one = reference()
    turned = np.array([[[2, 9, 3], [8, 6, 4], [6, 7, 3]]], float)
    turned.flat[[1, 2, 5, 8]] = np.nan
    assert [slip.name for slip in slips.named(one, turned)] == ["kernel turned"]
    turned.flat[4] = np.nan
    assert slips.named(one, turned) == []
    so_far = one.y.copy()
    so_far.flat[[0, 4]] = np.nan
    assert slips.named(one, so_far) == []


def test_the_reference_of_the_exercise_sheet() -> None:
    one = reference()
    assert one.y[0].tolist() == [[0, 6, 3], [6, 8, 8], [3, 10, 4]]
    plain = definitions.conv2d(
        REFERENCE[None, None], KERNEL[None, None], None, (2, 2), (1, 1, 1, 1)
    )
    np.testing.assert_array_equal(one.y, plain[0])
    turned = np.array([[[2, 9, 3], [8, 6, 4], [6, 7, 3]]], float)
    (slip,) = slips.named(one, turned)
    assert slip.name == "kernel turned" and "180°" in slip.words
    assert slips.named(one, one.y) == []


def test_every_slip_is_named_and_a_right_answer_never_is() -> None:
    met: set[str] = set()
    for one in [*exercises(), *poolings()]:
        assert slips.named(one, one.y) == []
        assert slips.named(one, np.round(one.y, 2)) == [], "as one rounds on paper"
        for slip in slips.of(one):
            assert not same(slip.answer, one.y)
            assert slip.words in [found.words for found in slips.named(one, slip.answer)]
            met.add(slip.name)
    assert met == {
        "kernel turned",
        "stride forgotten",
        "padding forgotten",
        "padding doubled",
        "dilation forgotten",
        "bias forgotten",
        "ReLU forgotten",
        "activation forgotten",
        "rows and columns exchanged",
        "channels not added",
        "one channel missing",
        "one product missing",
        "another pooling",
        "padding counted as zeros",
        "padding left out of the mean",
    }


def test_a_wrong_answer_without_a_reason_gets_none() -> None:
    one = reference()
    assert slips.named(one, one.y + 1000) == []
    assert slips.named(one, np.zeros((1, 9, 9))) == []


def test_a_slip_in_one_cell_is_named() -> None:
    one = reference()
    assert one.y[0, 1, 1] == 8  # 0·2 + 1·0 + 3·1 + 2·1 + …
    taken = one.cell((0, 1, 1))
    assert taken.y == 8 and taken.products.sum() == 8
    assert slips.in_cell(one, (0, 1, 1), 5.0) == "The product 3·1 is missing."
    assert slips.in_cell(one, (0, 1, 1), 8.0 + 3) == "The product 3·1 counts twice."
    assert slips.in_cell(one, (0, 1, 1), 100.0) == ""


def test_cells_taken_apart_agree_with_the_answer() -> None:
    for one in [*exercises(), *poolings()]:
        for index in np.ndindex(one.y.shape):
            assert one.cell(index).y == pytest.approx(one.y[index])


def test_slips_in_a_size_are_named() -> None:
    rows, columns = Window((3, 3), (2, 2), (1, 1, 1, 1)).axes(6, 8)
    assert (rows.size, columns.size) == (3, 4)
    assert slips.of_size(rows, columns, (3, 4)) == []
    assert slips.of_size(rows, columns, (4, 3)) == ["Rows and columns were exchanged."]
    assert slips.of_size(rows, columns, (2, 3))[0] == "The padding was forgotten."
    assert slips.of_size(rows, columns, (6, 8))[0] == "The stride was forgotten."
    assert "It was rounded up: a window that does not fit wholly does not count." in slips.of_size(
        rows, columns, (4, 5)
    )
    assert "The + 1 was forgotten: the first place counts too." in slips.of_size(
        rows, columns, (2, 3)
    )
    assert slips.of_size(rows, columns, (40, 50)) == []
