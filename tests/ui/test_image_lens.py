"""The lens's arguments, and the bundled pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ui import pictures
from ui.components.image_lens.image_lens import image_lens

RIGHT: dict[str, Any] = {
    "x": np.zeros((1, 5, 6)),
    "kernels": [np.ones((3, 3))],
    "planes": np.zeros((1, 5, 6), np.uint8),
    "kind": "signed",
    "limit": 1.0,
}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("x", np.zeros((2, 5, 6))),
        ("x", np.zeros((5, 6))),
        ("kernels", [np.ones((3, 3)), np.ones((3, 3))]),
        ("kernels", [np.ones((8, 8))]),
        ("kernels", [np.ones(3)]),
        ("planes", np.zeros((1, 5, 6))),
        ("kind", "loud"),
        ("channels", "mixed"),
        ("combine", "both"),
    ],
)
def test_a_wrong_argument_is_named(name: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name if name != 'combine' else '(combine|kernels)'}:"):
        image_lens("key", **(RIGHT | {name: wrong}))


@pytest.mark.parametrize("name", pictures.BUNDLED)
def test_bundled_pictures_are_small_and_worth_filtering(name: str) -> None:
    picture = pictures.bundled(name)
    assert 256 <= max(picture.size) <= 512
    assert picture.notes == ()
    assert picture.coloured == (name != "chart")
    grey = pictures.pixels(picture, coloured=False)
    assert grey.shape == (1, *picture.size)
    assert np.array_equal(grey, np.rint(grey)) and grey.std() > 25
