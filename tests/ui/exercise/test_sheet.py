"""A sheet: the same seed deals the same one, its answers are cnn's, and it prints by itself."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cnn import definitions
from cnn.functional import avg_pool2d, max_pool2d, sum_pool2d
from ui.exercise import dealing, questions, sheet, slips

ALL = [(kind, level) for kind in dealing.KINDS for level in dealing.LEVELS]


@pytest.mark.parametrize(("kind", "level"), ALL)
def test_the_same_seed_deals_the_same_sheet(kind: str, level: str) -> None:
    first, again = (dealing.deal(7, kind, level, n) for n in (4, 12))
    assert len(again) == 12
    for one, other in zip(first, again, strict=False):
        np.testing.assert_array_equal(one.x, other.x)
        assert one.setting == other.setting and one.bias == other.bias
    texts = {dealing.task(one, kind) + str(one.x.tolist()) for one in again}
    assert len(texts) > 6, "they differ"


@pytest.mark.parametrize("level", dealing.LEVELS)
def test_answers_are_those_of_the_definitions(level: str) -> None:
    for one in dealing.deal(3, "convolution", level, 8):
        window, weight = one.setting.window, one.weight
        assert weight is not None
        y = definitions.conv2d(
            one.x[None], weight[None], np.array([one.bias]), window.stride, window.padding,
            window.dilation,
        )[0]  # fmt: skip
        np.testing.assert_allclose(one.y, np.maximum(y, 0) if one.setting.activation else y)
        assert "kernel turned" in [slip.name for slip in slips.of(one)] or not one.y.any()
    pool = {"max": max_pool2d, "avg": avg_pool2d, "sum": sum_pool2d}
    for one in dealing.deal(3, "pooling", level, 8):
        window = one.setting.window
        rim = (window.padding[0], window.padding[2])
        y = pool[one.setting.kind](one.x[None], window.kernel, window.stride, rim)[0]
        np.testing.assert_allclose(one.y, y)


@pytest.mark.parametrize(("kind", "level"), ALL)
def test_the_sheet_is_one_file_with_the_answers_on_a_page_of_their_own(
    kind: str, level: str
) -> None:
    exercises = dealing.deal(1, kind, level, 5)
    text = sheet.html(exercises, kind, "A <sheet>", "letter")
    assert "@page { size: Letter;" in text and "break-before: page" in text
    assert not re.search(r"https?:|src=|href=|<script|url\(", text), "it asks for nothing"
    tasks, _, answers = text.partition('<section class="answers">')
    assert tasks.count("<li>") == answers.count("<li>") == 5
    assert "A &lt;sheet&gt;" in tasks and "<sheet>" not in text
    if kind != "size":
        cells = re.findall(r"<td>([^<]*)</td>", answers)
        numbers = [float(cell.replace("−", "-")) for cell in cells]
        np.testing.assert_allclose(
            numbers, np.concatenate([one.y.ravel() for one in exercises]), rtol=1e-3
        )


@pytest.mark.parametrize(("kind", "level"), ALL)
def test_the_same_exercises_are_guesses(kind: str, level: str) -> None:
    for place, one in enumerate(dealing.deal(1, kind, level, 5), 1):
        asked = questions.question(one, kind, place)
        assert asked.words.startswith(f"Exercise {place}. {dealing.task(one, kind)}")
        assert asked.answer == one.y.size if kind == "size" else asked.answer in one.y
