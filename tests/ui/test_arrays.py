"""Numbers of which only what is seen is sent look as they are: in digits and in colours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages.payload import array
from ui.components.arrays import SHADES, pack_seen


def printed(values: np.ndarray, decimals: int) -> list[str]:
    """As the browser writes them: half a digit rounds away from zero, and there is no −0."""
    sizes = np.floor(np.abs(values.astype(np.float64)) * 10**decimals + 0.5) / 10**decimals
    signs = np.where((values < 0) & (sizes > 0), "−", "")
    return [f"{sign}{size:.{decimals}f}" for sign, size in zip(signs, sizes, strict=True)]


@given(
    st.lists(st.floats(-300, 300, width=32), min_size=1, max_size=40),
    st.sampled_from([0.01, 0.5, 3.0, 20.0, 300.0]),
)
@pytest.mark.slow
def test_what_is_printed_is_what_would_have_been(numbers: list[float], limit: float) -> None:
    values = np.array([*numbers, 0.005, 0.125, -0.375, 0.0499, 0.05, 12.345], np.float32)
    for packed in (pack_seen(values, limit), pack_seen(values[-6:], limit)):
        found = array(packed)
        given_ = values[-len(found) :]
        for decimals in (0, 1, 2):
            assert printed(found, decimals) == printed(given_, decimals)


@pytest.mark.parametrize("limit", [0.03, 1.0, 7.6, 120.0])
def test_a_colour_is_off_by_half_a_shade_at_most(limit: float) -> None:
    values = (np.random.default_rng(0).uniform(-1, 1, (3, 20, 20)) * limit).astype(np.float32)
    values[0, 0] = 0
    packed = pack_seen(values, limit)
    assert packed["data"].dtype == np.int16
    found = array(packed)
    assert np.abs(found - values).max() <= limit / SHADES  # around zero; else half of it
    far = np.abs(values) > limit / SHADES
    assert np.abs(found - values)[far].max() <= 0.501 * limit / SHADES
    assert not found[0, 0].any() and (np.sign(found) * np.sign(values) >= 0).all()


@pytest.mark.parametrize(
    "values",
    [
        np.array([np.nan, 1.234]),
        np.array([np.inf, 1.234]),
        np.array([1e9, 1.234]),
        np.array([3.0, -1.0, 0.0]),  # whole numbers are printed without decimals
        np.array([[[0.25, 0.31]], [[0.0, 0.5]]]),  # tenths in one of the maps
    ],
)
def test_what_would_look_different_is_sent_as_it_is(values: np.ndarray) -> None:
    values = values.astype(np.float32)
    packed = pack_seen(values, 4.0)
    assert "parts" not in packed
    np.testing.assert_array_equal(array(packed), values)
