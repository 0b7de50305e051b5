from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from cnn import definitions
from cnn.settings import pair
from cnn.window.coverage import coverage, coverage_2d
from cnn.window.geometry import (
    Window,
    adaptive_bounds,
    output_geometry,
    output_size,
    transposed_output_size,
)
from cnn.window.padding_asked import resolve_padding
from tests.cnn.geometries import Setting, settings


@pytest.mark.parametrize(
    ("n", "kernel", "stride", "padding", "dilation", "size", "dropped"),
    [
        (28, 5, 1, 0, 1, 24, 0),  # LeNet-5 on 28²
        (28, 5, 1, 2, 1, 28, 0),
        (227, 11, 4, 0, 1, 55, 0),  # AlexNet
        (224, 11, 4, 2, 1, 55, 1),  # its later form drops a column
        (224, 7, 2, 3, 1, 112, 1),  # ResNet
        (6, 3, 2, 0, 1, 2, 1),
        (7, 3, 1, 0, 2, 3, 0),
        (5, 2, 2, (1, 0), 1, 3, 0),
        (1, 1, 9, 0, 1, 1, 0),
    ],
)
def test_sizes_known_by_heart(n, kernel, stride, padding, dilation, size, dropped) -> None:
    axis = output_geometry(n, kernel, stride, padding, dilation)
    assert output_size(n, kernel, stride, padding, dilation) == axis.size == size
    assert axis.dropped == dropped


@pytest.mark.parametrize(
    ("n", "kernel", "stride", "padding", "size", "overhang"),
    [
        (5, 2, 2, 0, 3, 1),
        (6, 2, 2, 0, 3, 0),
        (10, 3, 3, 0, 4, 2),
        (4, 2, 3, 0, 2, 1),
        (3, 1, 3, 0, 1, 0),  # the next window would start beyond the input
        (2, 2, 2, 1, 2, 0),
        (3, 2, 2, 1, 2, 0),  # 3 padded cells are left, but a third window starts in the padding
    ],
)
def test_ceil_mode_lets_a_last_window_stick_out(n, kernel, stride, padding, size, overhang) -> None:
    axis = output_geometry(n, kernel, stride, padding, ceil_mode=True)
    assert (axis.size, axis.overhang) == (size, overhang)


def test_what_the_floor_drops_may_be_padding() -> None:
    axis = output_geometry(6, 3, 3, (0, 2))
    assert (axis.dropped, axis.dropped_input) == (2, 0)
    axis = output_geometry(8, 3, 3, (0, 0))
    assert (axis.dropped, axis.dropped_input) == (2, 2)


@limits(max_examples=60)
@given(settings(pool=True))
def test_windows_are_where_the_definition_puts_them(setting: Setting) -> None:
    window = setting.window
    size = setting.shape[1], setting.shape[2]
    try:
        rows, columns = window.axes(*setting.shape[1:3])
    except ValueError:
        assert not definitions.windows(
            size, window.kernel, window.stride, window.padding, window.dilation, window.ceil_mode
        )
        return
    places = definitions.windows(
        size, window.kernel, window.stride, window.padding, window.dilation, window.ceil_mode
    )
    assert (rows.size, columns.size) == (len(places), len(places[0]))
    for r, line in enumerate(places):
        for q, cells in enumerate(line):
            assert cells == [(i, j) for i in rows.window(r) for j in columns.window(q)]


@limits(max_examples=60)
@given(settings())
def test_taps_readers_and_windows_tell_the_same(setting: Setting) -> None:
    for axis in setting.window.axes(*setting.shape[1:3]):
        by_window = {
            (cell, o, t)
            for o in range(axis.size)
            for t, cell in enumerate(axis.window(o))
            if 0 <= cell < axis.n
        }
        by_tap = {
            (cell, o, t)
            for t, tap in enumerate(axis.taps)
            for o, cell in zip(
                range(axis.size)[tap.outputs], range(axis.n)[tap.inputs], strict=True
            )
        }
        by_reader = {(cell, *pair) for cell in range(axis.n) for pair in axis.readers(cell)}
        assert by_window == by_tap == by_reader
        assert axis.inside == (len(by_window) == axis.size * axis.kernel)


@limits(max_examples=60)
@given(settings())
def test_coverage_counts_the_windows_over_each_cell(setting: Setting) -> None:
    window, (_, height, width, _) = setting.window, setting.shape
    found = np.zeros((height, width), int)
    rows, columns = window.axes(height, width)
    for r in range(rows.size):
        for q in range(columns.size):
            for i in rows.window(r):
                for j in columns.window(q):
                    if 0 <= i < height and 0 <= j < width:
                        found[i, j] += 1
    settings = window.kernel, window.stride, window.padding, window.dilation
    np.testing.assert_array_equal(coverage_2d((height, width), *settings), found)
    top, bottom, *_ = window.padding
    line = coverage(height, window.kernel[0], window.stride[0], (top, bottom), window.dilation[0])
    assert line.tolist() == [len(rows.readers(cell)) for cell in range(height)]


def test_corner_pixels_are_seen_least_without_padding() -> None:
    assert coverage(6, 3).tolist() == [1, 2, 3, 3, 2, 1]
    assert coverage(6, 3, padding=1).tolist() == [2, 3, 3, 3, 3, 2]
    assert coverage(6, 3, stride=2).tolist() == [1, 1, 2, 1, 1, 0]  # the last one is dropped


@limits(max_examples=60)
@given(
    n=st.integers(1, 20), kernel=st.integers(1, 6), stride=st.integers(1, 4),
    dilation=st.integers(1, 3), upper=st.booleans(),
)  # fmt: skip
def test_same_padding_keeps_the_size(n, kernel, stride, dilation, upper) -> None:
    name = "same_upper" if upper else "same_lower"
    top, bottom, left, right = resolve_padding(name, kernel, stride, dilation, (n, n))
    assert (top, bottom) == (left, right)
    # With wide strides no padding at all may still cover more than is needed.
    assert output_size(n, kernel, stride, (top, bottom), dilation) == -(-n // stride)
    assert bottom - top in ((0, 1) if upper else (0, -1))


def test_padding_in_every_form() -> None:
    assert resolve_padding("valid", 3) == (0, 0, 0, 0)
    assert resolve_padding("full", (3, 5), dilation=(1, 2)) == (2, 2, 8, 8)
    assert resolve_padding("same", 4) == resolve_padding("same_upper", 4) == (1, 2, 1, 2)
    assert resolve_padding("same_lower", 4) == (2, 1, 2, 1)
    assert resolve_padding("same", 3, 2, input_size=(6, 7)) == (0, 1, 1, 1)
    assert resolve_padding(2, 3) == (2, 2, 2, 2)
    assert resolve_padding((1, 2), 3) == (1, 1, 2, 2)
    assert resolve_padding([1, 2, 3, 4], 3) == (1, 2, 3, 4)
    assert resolve_padding(((1, 2), (3, 4)), 3) == (1, 2, 3, 4)
    assert resolve_padding(np.int64(1), 3) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: output_size(4, 5), ["kernel_size", "5", "4", "kernel_size ≤ 4", "1 more"]),
        (lambda: output_size(4, 3, dilation=3), ["kernel_size", "span 7", "kernel_size ≤ 2"]),
        (lambda: output_size(0, 1), ["input size", "0"]),
        (lambda: output_size(4, 0), ["kernel_size", "0", "≥ 1"]),
        (lambda: output_size(4, 2, 0), ["stride", "0", "≥ 1"]),
        (lambda: output_size(4, 2, 1, -1), ["padding", "-1", "≥ 0"]),
        (lambda: output_size(4, 2, dilation=1.5), ["dilation", "1.5"]),
        (lambda: pair((1, 2, 3), "stride"), ["stride", "(1, 2, 3)", "pair"]),
        (lambda: pair("3", "stride"), ["stride", "'3'"]),
        (lambda: resolve_padding("sane", 3), ["padding", "'sane'", "same_upper"]),
        (lambda: resolve_padding("same", 3, 2), ["padding", "stride 2", "input_size"]),
        (lambda: resolve_padding((1, 2, 3), 3), ["padding", "(1, 2, 3)"]),
        (lambda: transposed_output_size(3, 3, 2, 0, 2), ["output_padding", "2", "stride 2"]),
        (lambda: transposed_output_size(1, 3, 1, 2), ["padding", "2 + 2", "at most 2"]),
        (lambda: Window.of(3).axes(2, 9), ["kernel_size", "3", "2"]),
        (lambda: adaptive_bounds(4, 0), ["output_size", "0"]),
    ],
)
def test_errors_name_the_argument_what_was_given_and_what_fits(call, words) -> None:
    with pytest.raises(ValueError) as error:
        call()
    for word in words:
        assert word in str(error.value)


@limits(max_examples=60)
@given(
    n=st.integers(1, 9), kernel=st.integers(1, 4), stride=st.integers(1, 4),
    padding=st.integers(0, 2), dilation=st.integers(1, 3), extra=st.integers(0, 3),
)  # fmt: skip
def test_transposed_size_is_undone_by_the_convolution(
    n, kernel, stride, padding, dilation, extra
) -> None:
    span = dilation * (kernel - 1) + 1
    if extra >= stride or stride * (n - 1) + span + extra <= 2 * padding:
        return
    size = transposed_output_size(n, kernel, stride, padding, extra, dilation)
    assert output_size(size, kernel, stride, padding, dilation) == n


def test_adaptive_stretches_cover_everything() -> None:
    assert adaptive_bounds(6, 3) == [(0, 2), (2, 4), (4, 6)]
    assert adaptive_bounds(5, 3) == [(0, 2), (1, 4), (3, 5)]
    assert adaptive_bounds(2, 4) == [(0, 1), (0, 1), (1, 2), (1, 2)]
