from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn.functional import conv2d
from cnn.window import named_kernels

STEP = np.repeat([[0.0, 0, 0, 0, 1, 1, 1, 1]], 8, axis=0)


def answer(kernel: np.ndarray, image: np.ndarray) -> np.ndarray:
    return conv2d(image[None, None], kernel[None, None])[0, 0]


@pytest.mark.parametrize("name", ["box", "gaussian", "sharpen", "motion", "identity"])
def test_even_pictures_stay_as_they_are(name: str) -> None:
    kernel = named_kernels.PRESETS[name]()
    np.testing.assert_allclose(answer(kernel, np.full((9, 9), 0.7)), 0.7, atol=1e-12)


@pytest.mark.parametrize(
    "name",
    ["laplacian_4", "laplacian_8", "outline", "sobel_x", "prewitt_y", "scharr_x", "gabor"],
)
def test_detectors_say_nothing_of_even_pictures(name: str) -> None:
    kernel = named_kernels.PRESETS[name]()
    np.testing.assert_allclose(answer(kernel, np.full((9, 9), 0.7)), 0, atol=1e-12)


@pytest.mark.parametrize("name", ["sobel", "prewitt", "scharr"])
def test_x_answers_to_vertical_edges_and_y_to_horizontal_ones(name: str) -> None:
    x, y = named_kernels.PRESETS[f"{name}_x"](), named_kernels.PRESETS[f"{name}_y"]()
    assert answer(x, STEP).max() > 0
    assert not answer(y, STEP).any()
    np.testing.assert_array_equal(answer(y, STEP.T), answer(x, STEP).T)


def test_gabor_prefers_its_own_direction_and_wavelength() -> None:
    columns = np.arange(24)

    def stripes(wavelength: float) -> np.ndarray:
        return np.repeat(np.cos(2 * np.pi * columns / wavelength)[None], 24, axis=0)

    def strength(angle: float, wavelength: float) -> float:
        kernel = named_kernels.gabor(9, angle, 4.0)
        return float(np.abs(answer(kernel, stripes(wavelength))).max())

    assert strength(0, 4) > 2 * strength(90, 4)
    assert strength(0, 4) > 2 * strength(0, 12)


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 180), st.sampled_from([3, 5, 7, 9]))
def test_motion_is_a_mean_along_a_line(angle: float, size: int) -> None:
    kernel = named_kernels.motion(size, angle)
    assert kernel.sum() == pytest.approx(1)
    assert kernel.min() >= 0
    np.testing.assert_allclose(kernel, named_kernels.turned(kernel), atol=1e-12)


def test_motion_along_the_horizontal_and_its_sense_of_turning() -> None:
    np.testing.assert_allclose(named_kernels.motion(5, 0)[2], 0.2)
    rising = named_kernels.motion(5, 45)
    assert rising[0, 4] > 0.1
    assert rising[0, 0] == 0


def test_normalised() -> None:
    assert named_kernels.normalised(np.ones((3, 3))).sum() == pytest.approx(1)
    assert np.abs(named_kernels.normalised(named_kernels.sobel_x())).sum() == pytest.approx(2)
    assert not named_kernels.normalised(np.zeros((2, 2))).any()


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(ValueError, match="sigma"):
        named_kernels.gaussian(3, 0)
    with pytest.raises(ValueError, match="wavelength"):
        named_kernels.gabor(7, 0, float("nan"))
    with pytest.raises(ValueError, match="neighbours"):
        named_kernels.laplacian(6)
