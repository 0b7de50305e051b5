"""The page "Draw a digit": every section runs, the link holds the state, own data are kept."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnn.data import strokes
from cnn.data.preprocess import fit_digit
from tests.cnn.pad_drawings import WAYS
from tests.pages.opening import visit, words
from tests.pages.payload import HELD, pad_ink, received
from ui import collection, lessons, presets, readers
from ui.draw import live
from ui.draw.at_rest import SECTIONS

PAGE = lessons.by_slug("draw")


start = partial(visit, "draw")


def sent(at: AppTest, name: str) -> dict[str, Any]:
    """What went to the component ``name``."""
    found = [e.proto for e in at.get("bidi_component") if e.proto.component_name.endswith(name)]
    assert len(found) == 1
    return received(found[0])


def told(at: AppTest) -> Any:
    """What the tab is told to keep of the student's drawings."""
    found = [
        e.proto for e in at.get("bidi_component") if e.proto.component_name.endswith("keepsake")
    ]
    (mine,) = (data for data in (received(p) for p in found) if data["name"] == "drawings")
    return mine["value"]


def draw(
    at: AppTest,
    ink: np.ndarray,
    sequence: int = 1,
    held: list[str] | None = None,
    loaded: str | None = None,
    epoch: int | None = None,
) -> None:
    drawing = {"ink": pad_ink(ink), "sequence": sequence, "preset": None, "held": held or []}
    drawing |= {"loaded": loaded, "epoch": epoch}
    at.session_state["d_pad"] = {"drawing": drawing}


def ink_of(name: str) -> np.ndarray:
    preset = presets.by_id(name)
    assert preset
    return preset.ink()


def test_the_page_begins_with_a_digit_that_is_read() -> None:
    at = start()
    assert not at.exception
    pad, view = sent(at, "draw_pad"), sent(at, "network_view")
    assert pad["start"] == "3"
    assert "reads 3" in pad["text"]
    assert int(np.argmax(view["probabilities"])) == 3
    assert view["fieldTarget"] == pad["key"]


def test_a_drawing_goes_through_the_network_and_comes_back() -> None:
    at = start()
    ink = ink_of("7")
    draw(at, ink, 12)
    at.run()
    pad, view = sent(at, "draw_pad"), sent(at, "network_view")
    assert pad["sequence"] == view["sequence"] == 12
    assert int(np.argmax(view["probabilities"])) == 7
    ink = np.rint(ink * 255).astype(np.float32) / 255
    expected = readers.network("lenet").net(fit_digit(ink).image[None, None])[0]
    np.testing.assert_allclose(view["logits"], expected, atol=1e-3)
    shown = pad["fit"]["image"].reshape(28, 28)
    np.testing.assert_array_equal(shown, np.rint(fit_digit(ink).image * 255))


@pytest.mark.parametrize("name", readers.NAMES)
def test_the_answer_to_a_stroke_is_short(name: str) -> None:
    """At most 25 kB with the 4 kB that Streamlit adds; what the browser has is not sent again."""
    at = start(d_net=name)
    first = sent(at, "network_view")
    for share in (0.3, 0.7, 1.0):
        ways = [0.15 + 0.7 * np.array(way[: round(share * len(way))]) for way in WAYS[8][0]]
        draw(at, strokes.draw(ways, 112, 9), 7, held=[*HELD, "of another page"])
        at.run()
        answer = [
            e.proto
            for e in at.get("bidi_component")
            if e.proto.component_name.endswith(("_view", "_pad", "_address"))
        ]
        assert len(answer) == 3 and sum(p.ByteSize() for p in answer) < 20_000
        assert sent(at, "network_view")["layers"] is first["layers"]


def test_the_preparation_can_be_switched_off() -> None:
    at = start(d_fit="0", d_pre="6corner")
    assert sent(at, "draw_pad")["fit"]["box"] is None
    assert int(np.argmax(sent(at, "network_view")["probabilities"])) != 6
    at.toggle(key="d_fit").set_value(True).run()
    assert sent(at, "draw_pad")["fit"]["box"]
    assert int(np.argmax(sent(at, "network_view")["probabilities"])) == 6


def test_a_drawing_from_before_the_link_does_not_rename_what_the_link_begins_with() -> None:
    at = start(d_pre="7")
    epoch = at.session_state["_link"].epoch
    draw(at, ink_of("2"), epoch=epoch - 1)  # the pad has not taken up the link yet
    assert at.run().session_state["_link"].chosen["d_pre"] == "7"
    draw(at, ink_of("2"), 2, epoch=epoch)
    assert at.run().session_state["_link"].chosen["d_pre"] == "own"


def test_the_link_holds_sample_selection_and_section() -> None:
    at = start(d_pre="8thick", d_sel="conv2.3.4.5", d_more="if", d_turn="20", d_along="turn")
    assert sent(at, "draw_pad")["start"] == "8thick"
    assert sent(at, "network_view")["selection"] == {
        "layer": "conv2", "map": 3, "row": 4, "col": 5,
    }  # fmt: skip
    assert len([e for e in at.get("bidi_component") if "window_stage" in e.proto.component_name])
    assert at.slider(key="d_turn").value == 20
    nonsense = start(d_pre="zz", d_sel="conv9.1", d_more="qq", d_turn="999", d_net="x")
    assert not nonsense.exception
    assert sent(nonsense, "draw_pad")["start"] == "3"
    assert sent(nonsense, "network_view")["selection"]["layer"] is None


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("sample", ["5", "face", "blank"])
def test_every_section_runs(section: str, sample: str) -> None:
    at = start(d_more=section)
    draw(at, np.zeros((112, 112)) if sample == "blank" else ink_of(sample))
    at.run()
    assert not at.exception


@pytest.mark.parametrize("name", readers.available())
def test_every_network_runs(name: str) -> None:
    for section in ("why", "two", "solid"):
        at = start(d_net=name, d_more=section)
        assert not at.exception
    assert int(np.argmax(sent(at, "network_view")["probabilities"])) == 3


def test_own_drawings_are_kept_and_counted() -> None:
    at = start(d_more="own")
    at.button(key="d_add").click().run()
    at.text_input(key="d_label").set_value("  tree ").run()
    at.button(key="d_add").click().run()
    assert not at.exception
    mine = at.session_state["own_drawings"]
    assert mine.names == ("3", "tree")
    expected = np.rint(fit_digit(ink_of("3")).image * 255)
    np.testing.assert_array_equal(mine.images[0], expected)
    assert any("1 × 3, 1 × tree" in m.value for m in at.markdown)
    at.button(key="d_undo").click().run()
    assert at.session_state["own_drawings"].names == ("3",)

    other = collection.EMPTY.add(np.ones((28, 28)), "9")
    at.file_uploader(key="d_file").upload("set.npz", other.to_bytes()).run()
    assert at.session_state["own_drawings"].names == ("9",)
    at.button(key="d_empty").click().run()
    assert len(at.session_state["own_drawings"]) == 0


def test_what_is_added_to_a_set_is_on_the_paper_when_the_button_is_pressed() -> None:
    at = start(d_more="own")
    draw(at, ink_of("4"))
    at.button(key="d_add").click().run()
    draw(at, np.zeros((112, 112)), sequence=2)
    at.button(key="d_add").click().run()
    assert at.session_state["own_drawings"].names == ("4",)
    assert "There is nothing on the paper." in words(at)


def test_own_drawings_come_back_from_the_tab_after_a_reload() -> None:
    at = start(d_more="own")
    assert told(at) is None  # it asks
    at.text_input(key="d_label").set_value("tree").run()
    at.button(key="d_add").click().run()
    kept = told(at)
    for text, there in ((kept, True), ("bm9uc2Vuc2U=", False), ("<p>", False)):
        again = start(d_more="own")
        again.session_state["_keepsake_drawings"] = "q"
        again.session_state["keepsake-drawings"] = {"answer": {"question": "q", "value": text}}
        again.run()
        assert not again.exception
        assert ("own_drawings" in again.session_state) == there
        assert not there or again.session_state["own_drawings"].names == ("tree",)
    at.button(key="d_empty").click().run()
    assert told(at) == ""  # what was emptied does not come back


def test_a_file_that_is_no_set_gets_one_sentence() -> None:
    at = start(d_more="own")
    at.button(key="d_add").click().run()
    at.file_uploader(key="d_file").upload("set.npz", b"nonsense").run()
    assert any("not a set of drawings" in m.value for m in at.markdown)
    assert at.session_state["own_drawings"].names == ("3",)


def picture(grey: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray((grey * 255).astype(np.uint8)).resize((300, 300)).save(out, "PNG")
    return out.getvalue()


def test_a_photograph_becomes_the_drawing() -> None:
    at = start()
    at.file_uploader(key="d_photo").upload("two.png", picture(1 - 0.6 * ink_of("2"))).run()
    assert not at.exception
    load = sent(at, "draw_pad")["load"]
    ink = load["ink"].reshape(112, 112) / 255
    scores = readers.network("lenet").net(fit_digit(ink).image[None, None])[0]
    assert scores.argmax() == 2
    assert any("dark on light" in m.value for m in at.markdown)


@pytest.mark.parametrize(
    ("data", "words"), [(b"no picture", "not a picture"), (picture(np.ones((50, 50))), "No ink")]
)
def test_a_picture_that_does_not_work_gets_one_sentence(data: bytes, words: str) -> None:
    at = start()
    at.file_uploader(key="d_photo").upload("x.png", data).run()
    assert not at.exception
    assert any(words in m.value for m in at.markdown)
    assert "load" not in sent(at, "draw_pad")


def test_what_a_page_says_that_was_left_meanwhile_is_no_error() -> None:
    """A choice that arrives with the step to this page finds none of its parts drawn."""
    at = start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "LIVE", "no such part")
        at.button_group(key="d_more").set_value("map").run()
    assert not at.exception
    assert sent(at, "dot_map")
