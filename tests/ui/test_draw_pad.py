"""The drawing pad on Python's side: what is read from the browser and what is sent to it."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnn.data.preprocess import fit_digit, shrink
from tests.pages.payload import pad_ink, received, unpacked
from ui import presets
from ui.components.arrays import as_bytes
from ui.components.draw_pad.draw_pad import (
    SIDE,
    DrawPadState,
    Preset,
    draw_pad,
    fitted,
    from_message,
    unfitted,
)
from ui.components.wire import to_wire


def test_ink_goes_there_and_back() -> None:
    ink = np.random.default_rng(0).random((SIDE, SIDE)).astype(np.float32)
    state = from_message(
        {"ink": pad_ink(ink), "sequence": 7, "preset": "3", "moving": True, "held": ["a", "b"]}
    )
    assert state.held == {"a", "b"}
    assert np.abs(state.ink - ink).max() <= 0.5 / 255 + 1e-6
    assert state.ink.dtype == np.float32
    assert (state.sequence, state.preset, state.loaded, state.moving) == (7, "3", None, True)
    assert not state.empty
    np.testing.assert_array_equal(as_bytes(np.array([-1.0, 2.0])), [0, 255])


@pytest.mark.parametrize("preset", presets.all_presets(), ids=lambda preset: preset.id)
def test_a_drawing_is_sent_in_few_bytes(preset: Preset) -> None:
    message = {"ink": pad_ink(preset.ink()), "sequence": 7, "preset": None, "moving": True}
    assert len(json.dumps(message)) < 4000 - 1000  # the rest of the page's settings go along
    np.testing.assert_array_equal(from_message(message).ink * 255, np.rint(preset.ink() * 255))


@pytest.mark.parametrize(
    "drawing",
    [
        {},
        {"ink": None, "sequence": "many"},
        {"ink": "!!", "preset": 3},
        {"ink": base64.b64encode(b"short").decode()},
        {"ink": pad_ink(np.full((SIDE, SIDE + 1), 0.5))},
        {"ink": pad_ink(np.full((SIDE, SIDE - 1), 0.5))},
        {"ink": base64.b64encode(b"\x00").decode()},
        {"ink": base64.b64encode(b"\xff\xff" * 1_000_000).decode()},
        {"held": "a mark"},
        {"held": [3, None, ["a mark"], {}]},
    ],
)
def test_what_no_pad_would_send_counts_as_paper(drawing: dict[str, Any]) -> None:
    state = from_message(drawing)
    assert state.empty
    assert state.ink.shape == (SIDE, SIDE)
    assert (state.sequence, state.preset, state.held) == (0, None, frozenset())


def test_the_steps_are_those_of_the_preparation() -> None:
    preset = presets.by_id("5")
    assert preset
    fit = fit_digit(preset.ink())
    shown = fitted(fit)
    np.testing.assert_array_equal(shown["image"].reshape(28, 28), np.rint(fit.image * 255))
    assert shown["box"] == fit.bounding_box
    top, left, bottom, right = shown["frame"]
    # The frame is where the network's image lies on the paper: its corners go there and back.
    np.testing.assert_allclose(fit.to_image(top, left), (0, 0), atol=1e-6)
    np.testing.assert_allclose(fit.to_image(bottom, right), (28, 28), atol=1e-6)
    rows, columns = fit.box_shape
    assert f"{columns}×{rows}" in shown["caption"]
    assert unpacked(to_wire(shown))["caption"] == shown["caption"]


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        ((0, 0), "already centred"),
        ((2, 0), "moved 2 down"),
        ((-1, 3), "moved 3 right and 1 up"),
        ((0, -4), "moved 4 left"),
    ],
)
def test_the_shift_in_words(shift: tuple[int, int], words: str) -> None:
    preset = presets.by_id("5")
    assert preset
    fit = fit_digit(preset.ink())
    moved = type(fit)(**{**vars(fit), "shift": shift})
    assert words in fitted(moved)["caption"]


def test_nothing_and_no_preparation() -> None:
    blank = np.zeros((SIDE, SIDE))
    assert fitted(fit_digit(blank))["caption"] == "Nothing yet."
    assert fitted(fit_digit(blank))["box"] is None
    whole = unfitted(shrink(np.ones((SIDE, SIDE))))
    assert whole["frame"] == [0, 0, SIDE, SIDE]
    assert whole["image"].min() == 255


def test_presets_are_drawings_of_their_own() -> None:
    every = presets.all_presets()
    names = [preset.id for preset in every]
    assert names[:10] == [str(digit) for digit in range(10)]
    assert len(set(names)) == len(names)
    assert {"letter", "face", "spiral", "6corner", "5tilt"} <= set(names)
    for preset in every:
        assert preset.ink().sum() > 200
        assert all(stroke.dtype == np.uint16 and len(stroke) > 1 for stroke in preset.strokes)
    small = presets.by_id("6corner")
    assert small
    rows, columns = np.nonzero(small.ink() > 0.05)
    assert rows.max() < 0.55 * SIDE and columns.max() < 0.5 * SIDE
    assert presets.by_id("nothing") is None


def script(start: str | None = None, load: bool = False) -> None:
    import numpy as np
    import streamlit as st

    from ui import presets
    from ui.components.draw_pad import draw_pad

    shown = presets.all_presets()[:3]
    before = draw_pad.read("pad", shown, start)
    ink = np.full((112, 112), 0.25, np.float32)
    if not st.session_state.get("away"):
        draw_pad.draw_pad("pad", presets=shown, start=start, load=("x", ink) if load else None)
    st.session_state["result"] = before


def sent(at: AppTest) -> dict[str, Any]:
    return received(at.get("bidi_component")[0].proto)


def drawing(ink: np.ndarray, **more: Any) -> dict[str, Any]:
    return {"drawing": {"ink": pad_ink(ink), "sequence": 4, "preset": None, **more}}


def test_a_fresh_pad_begins_with_the_preset_of_the_link() -> None:
    at = AppTest.from_function(script, kwargs={"start": "2"}, default_timeout=60).run()
    state: DrawPadState = at.session_state["result"]
    preset = presets.by_id("2")
    assert preset
    np.testing.assert_array_equal(state.ink, preset.ink())
    assert (state.sequence, state.preset) == (0, "2")
    data = sent(at)
    assert data["start"] == "2"
    assert [sample["id"] for sample in data["samples"]] == ["0", "1", "2"]
    assert "restore" not in data
    assert AppTest.from_function(script, default_timeout=60).run().session_state["result"].empty


def test_an_answer_carries_the_number_of_the_drawing_and_no_presets() -> None:
    at = AppTest.from_function(script, kwargs={"start": "2"}, default_timeout=60)
    ink = np.eye(SIDE, dtype=np.float32)
    at.session_state["pad"] = drawing(ink)
    at.run()
    assert at.session_state["result"].sequence == 4
    data = sent(at)
    assert data["sequence"] == 4
    assert data["samples"] is None
    assert "restore" not in data
    np.testing.assert_array_equal(at.session_state["result"].ink, ink)


def test_a_drawing_survives_while_the_pad_is_away() -> None:
    at = AppTest.from_function(script, default_timeout=60)
    ink = np.eye(SIDE, dtype=np.float32)
    at.session_state["pad"] = drawing(ink)
    at.run()
    at.session_state["away"] = True
    at.run()
    at.session_state["away"] = False
    at.run()
    at.run()
    assert at.session_state["result"].sequence == 4
    np.testing.assert_array_equal(at.session_state["result"].ink, ink)


def test_a_picture_is_sent_until_the_pad_has_it() -> None:
    at = AppTest.from_function(script, kwargs={"load": True}, default_timeout=60).run()
    assert sent(at)["load"]["ink"].max() == 64
    at.session_state["pad"] = drawing(np.zeros((SIDE, SIDE)), loaded="x")
    at.run()
    assert sent(at)["load"] == {"id": "x"}


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match=r"load must bring ink of shape \(112, 112\)"):
        draw_pad("pad", load=("x", np.zeros((28, 28))))
