"""What a student kept to compare, as one file."""

from __future__ import annotations

import pytest

from cnn.data.recipes import Recipe
from cnn.learn.state import RunConfig
from cnn.learn.training import begin
from jobs import album

STATE = begin(RunConfig([{"kind": "linear", "out_features": 2}], (1, 4, 4), classes=2, samples=8))


def test_what_was_packed_comes_back_by_name_and_in_order() -> None:
    runs = {"zwei": (STATE, Recipe(seed=2)), "../eins": (STATE, Recipe(seed=1))}
    found = album.unpacked(album.packed(runs))
    assert list(found) == ["zwei", "../eins"]
    assert [recipe.seed for _, recipe in found.values()] == [2, 1]
    assert found["zwei"][0].config == STATE.config


@pytest.mark.parametrize("damage", [lambda d: b"", lambda d: d[: len(d) // 2], lambda d: b"x" * 99])
def test_a_damaged_file_holds_nothing(damage: object) -> None:
    assert callable(damage)
    assert album.unpacked(damage(album.packed({"one": (STATE, Recipe())}))) == {}
