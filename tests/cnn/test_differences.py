"""Central differences of one number: right, and they leave everything as it was."""

from __future__ import annotations

import numpy as np
import pytest

from cnn.explain import central_difference


def test_a_parabola_has_its_exact_slope() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    before = x.copy()
    slope = central_difference(lambda: float((x**2).sum()), x, (1, 0), 1e-3)
    assert slope == pytest.approx(6, abs=1e-9)
    np.testing.assert_array_equal(x, before)


def test_a_step_that_the_floats_cannot_tell_gives_0() -> None:
    x = np.array([1.0], np.float32)
    assert central_difference(lambda: float(x[0]), x, (0,), 1e-12) == 0


def test_what_was_moved_is_put_back_even_if_the_function_fails() -> None:
    x = np.array([1.0])

    def fails() -> float:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        central_difference(fails, x, (0,))
    assert x[0] == 1


@pytest.mark.parametrize("eps", [0.0, -1e-3, np.inf, np.nan])
def test_a_step_of_nothing_says_nothing(eps: float) -> None:
    with pytest.raises(ValueError, match="need a step above 0"):
        central_difference(lambda: 0.0, np.zeros(1), (0,), eps)


def test_whole_numbers_cannot_be_moved_a_little() -> None:
    with pytest.raises(ValueError, match="need floats"):
        central_difference(lambda: 0.0, np.zeros(1, int), (0,))
