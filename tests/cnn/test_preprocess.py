import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.data.preprocess import fit_digit, resample, shrink
from cnn.data.strokes import draw


def blot(top, left, bottom, right, side=112):
    ink = np.zeros((side, side), np.float32)
    ink[top:bottom, left:right] = 1
    return ink


def test_a_rectangle_is_fitted_into_the_box_and_keeps_its_proportions():
    fitted = fit_digit(blot(10, 30, 90, 50))
    assert fitted.bounding_box == (10, 30, 90, 50)
    assert fitted.scale == pytest.approx(20 / 80)
    assert fitted.box_shape == (20, 5)
    rows, columns = np.nonzero(fitted.image)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (20, 5)
    assert np.allclose(fitted.image[fitted.image > 0], 1)
    assert fitted.centre_of_mass == pytest.approx((50, 40))


def test_centre_of_mass_comes_to_pixel_14_as_in_mnist():
    ink = blot(20, 20, 80, 30)
    ink[70:80, 20:70] = 1  # an L: heavy at the bottom left
    fitted = fit_digit(ink)
    weight = fitted.image.sum()
    row = fitted.image.sum(1) @ np.arange(28) / weight
    column = fitted.image.sum(0) @ np.arange(28) / weight
    assert abs(row - 14) <= 0.5
    assert abs(column - 14) <= 0.5
    assert fitted.shift[0] < 0 < fitted.shift[1]
    assert np.array_equal(np.roll(fitted.boxed, fitted.shift, (0, 1)), fitted.image)


@settings(max_examples=40, deadline=None)
@given(
    top=st.integers(0, 60),
    left=st.integers(0, 60),
    height=st.integers(1, 50),
    width=st.integers(1, 50),
    seed=st.integers(0, 99),
)
def test_where_it_is_drawn_changes_nothing_and_no_ink_is_lost(top, left, height, width, seed):
    patch = np.random.default_rng(seed).uniform(0.1, 1, (height, width)).astype(np.float32)
    first, second = np.zeros((2, 112, 112), np.float32)
    first[:height, :width] = patch
    second[top : top + height, left : left + width] = patch
    fitted, moved = fit_digit(first), fit_digit(second)
    assert np.array_equal(fitted.image, moved.image)
    assert moved.bounding_box == (top, left, top + height, left + width)
    assert fitted.image.sum() == pytest.approx(fitted.boxed.sum(), rel=1e-5)
    assert 0 <= fitted.image.min() <= fitted.image.max() <= 1 + 1e-6
    row, column = moved.to_image(*moved.centre_of_mass)
    assert moved.to_ink(row, column) == pytest.approx(moved.centre_of_mass, abs=1e-6)


def test_size_does_not_matter_much():
    stroke = np.array([[0.3, 0.1], [0.7, 0.5], [0.3, 0.9]], np.float32)
    large = fit_digit(draw([stroke], width=8))
    small = fit_digit(draw([stroke * 0.5 + 0.2], width=4))
    assert np.abs(large.boxed - small.boxed).mean() < 0.01
    assert small.scale == pytest.approx(2 * large.scale, rel=0.05)


def test_points_are_where_the_maps_say():
    ink = blot(20, 20, 100, 60)
    fitted = fit_digit(ink)
    assert fitted.to_image(20, 20) == fitted.origin
    bottom, right = fitted.to_image(100, 60)
    assert bottom - fitted.origin[0] == pytest.approx(20)
    assert right - fitted.origin[1] == pytest.approx(10)


def test_an_empty_pad_gives_an_empty_image():
    fitted = fit_digit(np.zeros((112, 112)))
    assert fitted.empty
    assert fitted.bounding_box is None
    assert not fitted.image.any()
    assert fitted.to_ink(*fitted.to_image(30, 40)) == pytest.approx((30, 40))


def test_a_dot_and_a_full_pad_work_too():
    dot = np.zeros((112, 112))
    dot[3, 108] = 1
    assert fit_digit(dot).box_shape == (20, 20)
    full = fit_digit(np.ones((112, 112)))
    assert full.image.sum() == pytest.approx(400)
    assert full.shift == (0, 0) or full.shift == (1, 1)


def test_faint_traces_do_not_widen_the_box():
    ink = blot(40, 40, 60, 60)
    ink[0, 0] = 0.02
    assert fit_digit(ink).bounding_box == (40, 40, 60, 60)


@pytest.mark.parametrize("wrong", [np.zeros(5), np.zeros((2, 3, 4)), np.zeros((0, 7))])
def test_what_is_no_drawing_is_named(wrong):
    with pytest.raises(ValueError, match=r"ink: got shape .*, need a drawing"):
        fit_digit(wrong)


def test_a_box_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match="box: got 30, need 1 to size = 28"):
        fit_digit(np.ones((5, 5)), box=30)


def test_numbers_that_are_no_ink_do_no_harm():
    ink = blot(40, 40, 60, 60)
    ink[0, 0], ink[50, 50], ink[45, 45] = np.nan, np.inf, 7
    fitted = fit_digit(ink)
    assert fitted.bounding_box == (40, 40, 60, 60)
    assert np.isfinite(fitted.image).all()
    assert fitted.image.max() <= 1


@settings(max_examples=30, deadline=None)
@given(
    before=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    after=st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_resampling_keeps_a_constant(before, after):
    assert np.allclose(resample(np.full(before, 0.25), *after), 0.25)


def test_shrinking_takes_area_means():
    ink = np.random.default_rng(0).random((112, 112)).astype(np.float32)
    means = ink.reshape(28, 4, 28, 4).mean((1, 3))
    assert np.allclose(shrink(ink), means, atol=1e-6)


def test_it_is_fast_enough_for_every_move_of_the_pen():
    ink = draw([np.array([[0.2, 0.2], [0.8, 0.8]])])
    fit_digit(ink)
    spent = []
    for _ in range(100):
        started = time.thread_time()  # others on the machine do not count
        fit_digit(ink)
        spent.append(time.thread_time() - started)
    assert min(spent) < 0.001
