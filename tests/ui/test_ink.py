"""Photographs of digits: the ink is found on dark, light, uneven and noisy paper."""

from __future__ import annotations

import numpy as np
import pytest

from cnn.data.preprocess import fit_digit, resample
from ui import presets
from ui.draw.ink import SIDE, InkError, find_ink


def drawing(name: str = "5") -> np.ndarray:
    preset = presets.by_id(name)
    assert preset
    return preset.ink()


def alike(found: np.ndarray, original: np.ndarray) -> float:
    """Correlation of what a network would see."""
    a, b = fit_digit(found).image.ravel(), fit_digit(original).image.ravel()
    return float(np.corrcoef(a, b)[0, 1])


def photo(ink: np.ndarray, rows: int = 300, columns: int = 400) -> np.ndarray:
    """Pencil on grey paper, lit from one side, in the lower left of a noisy picture."""
    rng = np.random.default_rng(0)
    light = np.linspace(0.45, 0.95, columns)[None] * np.linspace(1, 0.8, rows)[:, None]
    page = np.zeros((rows, columns))
    page[90:270, 30:210] = resample(ink, 180, 180)
    return np.clip(light * (1 - 0.55 * page) + rng.normal(0, 0.012, page.shape), 0, 1)


@pytest.mark.parametrize("name", ["0", "1", "4", "5", "8", "9thin"])
def test_an_unevenly_lit_photograph_gives_the_drawing(name: str) -> None:
    original = drawing(name)
    found = find_ink(photo(original))
    assert found.ink.shape == (SIDE, SIDE)
    assert found.dark_on_light
    assert found.ink.max() <= 1
    assert (found.ink == 0).mean() > 0.4
    assert alike(found.ink, original) > 0.9


def test_light_on_dark_is_told_from_dark_on_light() -> None:
    original = drawing("3")
    for grey, dark in ((original, False), (1 - original, True), (0.2 + 0.3 * original, False)):
        found = find_ink(grey)
        assert found.dark_on_light is dark
        assert alike(found.ink, original) > 0.97


def test_the_table_beside_the_paper_is_dropped() -> None:
    original = drawing("2")
    page = photo(original)
    page[:, 330:] *= 0.3
    assert alike(find_ink(page).ink, original) > 0.9


def test_ink_that_touches_the_edge_everywhere_is_kept() -> None:
    cross = np.zeros((60, 60))
    cross[28:32], cross[:, 28:32] = 1, 1
    assert find_ink(cross).ink.sum() > 100


@pytest.mark.parametrize("grey", [np.full((50, 50), 0.7), np.ones((1, 1)), np.zeros((5, 300))])
def test_an_even_picture_gets_one_sentence(grey: np.ndarray) -> None:
    with pytest.raises(InkError, match=r"No ink was found.*\.$"):
        find_ink(grey)
