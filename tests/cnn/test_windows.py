from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from cnn.window.gather import gather, gather_rows, patch_shape, scatter, scatter_columns, scratch
from cnn.window.geometry import Window
from tests.cnn.geometries import Setting, settings


@limits(max_examples=50)
@given(settings())
def test_gather_puts_every_window_where_it_belongs(setting: Setting) -> None:
    x = setting.normal(*setting.shape)
    patches = gather(x, setting.window)
    assert patches.shape == patch_shape(setting.shape, setting.window)
    rows, columns = setting.window.axes(*setting.shape[1:3])
    for r in range(rows.size):
        for q in range(columns.size):
            for i, row in enumerate(rows.window(r)):
                for j, column in enumerate(columns.window(q)):
                    inside = 0 <= row < rows.n and 0 <= column < columns.n
                    expected = x[:, row, column] if inside else 0
                    np.testing.assert_array_equal(patches[:, i, j, r, q], expected)


@limits(max_examples=50)
@given(settings())
def test_scatter_is_the_adjoint_of_gather(setting: Setting) -> None:
    x = setting.normal(*setting.shape)
    p = setting.normal(*patch_shape(setting.shape, setting.window))
    there = np.vdot(gather(x, setting.window), p)
    back = np.vdot(x, scatter(p, *setting.shape[1:3], setting.window))
    np.testing.assert_allclose(there, back, atol=1e-10)


@limits(max_examples=50)
@given(settings(dilated=False), st.sampled_from([1, 2]))
def test_gathering_by_rows_gives_the_same_patches(setting: Setting, groups: int) -> None:
    channels, height, width, samples = setting.shape
    x = setting.normal(channels * groups, height, width, samples)
    scratch("rows", (999,), x.dtype)[...] = np.nan  # whatever was there must not shine through
    by_rows = gather_rows(x, setting.window, groups)
    patches = gather(x, setting.window)
    _, kh, kw, rows, columns, _ = patches.shape
    expected = patches.reshape(groups, channels, kh, kw, rows, columns * samples)
    expected = expected.transpose(0, 4, 2, 1, 3, 5)
    expected = expected.reshape(groups, rows, kh * channels * kw, columns * samples)
    np.testing.assert_array_equal(by_rows, expected)


@limits(max_examples=50)
@given(settings(), st.sampled_from([1, 2]))
def test_scattering_columns_is_the_adjoint_of_lining_them_up(setting: Setting, groups: int) -> None:
    # With a single row of taps, lining up columns is all there is to do.
    (_, kernel), (_, stride), (_, dilation) = (
        setting.window.kernel,
        setting.window.stride,
        setting.window.dilation,
    )
    sides = (0, 0, *setting.window.padding[2:])
    window = Window((1, kernel), (1, stride), sides, (1, dilation))
    channels, height, width, samples = setting.shape
    x = setting.normal(channels * groups, height, width, samples)
    lined = gather_rows(x, window, groups)
    columns = window.axes(height, width)[1]
    p = setting.normal(groups, height, channels, kernel, columns.size, samples)
    there = np.vdot(lined, p.reshape(lined.shape))
    np.testing.assert_allclose(there, np.vdot(x, scatter_columns(p, columns)), atol=1e-10)


def test_gather_writes_where_it_is_told() -> None:
    x = np.arange(16.0).reshape(1, 4, 4, 1)
    window = Window.of(3, 1, 1)
    out = np.full(patch_shape(x.shape, window), np.nan)
    assert gather(x, window, out) is out
    np.testing.assert_array_equal(out, gather(x, window))


def test_scratch_memory_is_kept_and_grows() -> None:
    first = scratch("test", (4, 5), np.dtype(float))
    assert np.shares_memory(first, scratch("test", (2, 3), np.dtype(float)))
    assert not np.shares_memory(first, scratch("other", (4, 5), np.dtype(float)))
    assert not np.shares_memory(first, scratch("test", (4, 5), np.dtype(np.float32)))
    grown = scratch("test", (40, 5), np.dtype(float))
    assert grown.shape == (40, 5) and not np.shares_memory(first, grown)


def test_threads_have_their_own_scratch_memory() -> None:
    mine = scratch("test", (4,), np.dtype(float))
    theirs: list[np.ndarray] = []
    thread = threading.Thread(target=lambda: theirs.append(scratch("test", (4,), mine.dtype)))
    thread.start()
    thread.join()
    assert not np.shares_memory(mine, theirs[0])
