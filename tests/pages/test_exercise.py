"""A student's own exercise on the pages: typed or pasted, in the link, checked, copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from classroom import folder
from cnn import definitions
from cnn.window.geometry import Window
from tests.pages.opening import visit, words
from tests.pages.payload import array, sent
from tests.pages.test_class import joined
from tests.pages.test_votes import CONVOLUTION, step, voting
from tests.ui.exercise.test_slips import KERNEL, REFERENCE
from ui import codecs, link
from ui.convolution import patches
from ui.exercise import dealing, opening
from ui.exercise import questions as exercise_questions
from ui.room import file, task

INPUT_TEXT = "2 2 3 3 3\n0 0 1 3 0\n0 2 3 0 1\n3 3 2 1 2\n3 3 0 2 3"
OWN = {"cv_in": "own", "cv_k": "own", "cv_s": "2", "cv_p": "1"}
OWN |= {
    "cv_own": "2,2,3,3,3;0,0,1,3,0;0,2,3,0,1;3,3,2,1,2;3,3,0,2,3",
    "cv_kown": "2,0,1;1,0,0;0,1,1",
}
RIGHT = [[0, 6, 3], [6, 8, 8], [3, 10, 4]]
_numbers = iter(range(1, 10_000))


@pytest.fixture(autouse=True)
def _class(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(folder.VARIABLE, str(tmp_path / "class"))
    yield
    file.at.cache_clear()


def paste(at: AppTest, key: str, text: str) -> AppTest:
    """What the field sends while a text is typed into it."""
    at.session_state[key] = {"edit": {"sequence": next(_numbers), "text": text}}
    at.run()
    assert not at.exception
    return at


def shown(at: AppTest) -> np.ndarray:
    return array(sent(at, "window_stage")["y"])


def field(at: AppTest, key: str) -> dict[str, Any]:
    return sent(at, "matrix_field", key)


def test_the_reference_of_an_exercise_sheet_through_the_page() -> None:
    at = visit("convolution", cv_in="own", cv_k="own", cv_s="2", cv_p="1")
    paste(at, "cv_own_field", INPUT_TEXT)
    assert field(at, "cv_own_field")["said"] == "Read as 5 × 5."
    paste(at, "cv_kown_field", r"\begin{bmatrix}2&0&1\\1&0&0\\0&1&1\end{bmatrix}")
    assert shown(at)[0].tolist() == RIGHT
    assert r"x_{\,2i+u-1,\,2j+v-1}" in words(at)
    assert r"= 3 \times 3 \text{ outputs}" in words(at)
    held = at.session_state["_link"].chosen
    assert {name: held[name] for name in ("cv_own", "cv_kown")} == {
        name: OWN[name] for name in ("cv_own", "cv_kown")
    }
    again = visit("convolution", **OWN)
    assert shown(again)[0].tolist() == RIGHT


def test_what_cannot_be_read_is_named_and_the_last_good_matrix_stays() -> None:
    at = visit("convolution", **OWN)
    paste(at, "cv_own_field", "1 2\n3 x")
    said = field(at, "cv_own_field")
    assert (
        said["said"] == ("Line 2, column 3: “x” is not a number. The last good matrix stays.")
        and said["wrong"]
    )
    assert shown(at)[0].tolist() == RIGHT
    paste(at, "cv_own_field", INPUT_TEXT)
    assert not field(at, "cv_own_field")["wrong"]


def test_cells_typed_one_by_one_and_another_size() -> None:
    at = visit("convolution", cv_in="own", cv_k="corner")
    edit = {"sequence": next(_numbers), "size": [1, 2, 3], "values": [1, 2, 3, 4, 5, 6]}
    at.session_state["cv_own_field"] = {"edit": edit}
    at.run()
    assert shown(at)[0].tolist() == [[1 + 2 + 5, 2 + 3 + 6]]
    for wrong in ({"size": [1, 2, 99], "values": [0] * 198}, {"size": "x"}, {"size": [1, 1, 1]},
                  {"size": [1, 1, 1], "values": [float("nan")]}, {"text": ["1"]}):  # fmt: skip
        at.session_state["cv_own_field"] = {"edit": {"sequence": next(_numbers), **wrong}}
        at.run()
        assert not at.exception
        assert shown(at)[0].tolist() == [[8, 11]], "what is no matrix changes nothing"


def test_an_own_matrix_starts_as_what_was_shown() -> None:
    at = visit("convolution", cv_in="edge", cv_k="sobel_x")
    before = shown(at)
    at.selectbox(key="cv_in").set_value("own").run()
    at.selectbox(key="cv_k").set_value("own").run()
    np.testing.assert_array_equal(shown(at), before)


@pytest.mark.parametrize("broken", ["1,2;3", "~rubbish", "~eJw", "1,nan", ",".join("1" * 17), ""])
def test_a_broken_matrix_in_the_link_is_the_example(broken: str) -> None:
    at = visit("convolution", cv_in="own", cv_own=broken)
    assert shown(at).ravel().tolist() == [9, 32, 14, 26]


def test_a_large_matrix_makes_a_short_link() -> None:
    from ui.matrix.own_matrix import text

    values = np.random.default_rng(0).integers(0, 256, (3, 16, 16)).astype(float)
    written = text(values)
    assert len(written) < 2000
    at = visit("convolution", cv_in="own", cv_k="box", cv_own=written)
    x = array(sent(at, "window_stage")["padded"])
    np.testing.assert_array_equal(x, values)
    bomb = codecs.shrunk(codecs.text(10**7)).encode("1," * 10**6)
    assert not visit("convolution", cv_in="own", cv_own=bomb).exception


@pytest.mark.parametrize("kernel", ["1", "1,2,3", "1;2;3", "1,1,1,1,1,1,1;" * 6 + "1,1,1,1,1,1,1"])
@pytest.mark.parametrize("size", ["1,2", "1;2", "5", "1,2,3!4,5,6!7,8,9"])
def test_no_kernel_of_ones_own_can_be_too_large_for_the_input(kernel: str, size: str) -> None:
    for apart in ("0", "1"):
        at = visit(
            "convolution", cv_in="own", cv_k="own", cv_own=size, cv_kown=kernel, cv_hw=apart,
            cv_d="3", cv_s="3", cv_sw="2", cv_patch=apart, cv_true="1",
        )  # fmt: skip
        assert not at.exception


def test_stride_padding_and_dilation_differ_for_height_and_width() -> None:
    at = visit("convolution", **OWN, cv_hw="1", cv_sw="1", cv_pw="2", cv_d="1", cv_dw="2")
    expected = definitions.conv2d(
        REFERENCE[None, None], KERNEL[None, None], None, (2, 1), (1, 1, 2, 2), (1, 2)
    )
    np.testing.assert_allclose(shown(at), expected[0])
    assert r"x_{\,2i+u-1,\,j+2v-2}" in words(at)


def test_the_matrix_product_has_padding_and_stride_too() -> None:
    window = Window((3, 3), (2, 2), (1, 1, 1, 1))
    product = patches.product(REFERENCE[None], KERNEL[None], 0.0, None, window)
    assert product.z.tolist() == RIGHT
    inside = product.source >= 0
    assert not product.rows[~inside].any(), "padding is zeros"
    assert (product.rows[inside] == REFERENCE.ravel()[product.source[inside]]).all()
    assert not visit("convolution", **OWN, cv_patch="1").exception


def test_channels_of_a_kernel_are_fitted_to_the_input_and_it_is_said() -> None:
    at = visit("convolution", **OWN | {"cv_kown": "1,0;0,1!1,1;1,1"})
    assert "The kernel has 2 channels, the input has 1 channel: the others are left out." in words(
        at
    )


# --- check mine -----------------------------------------------------------------------------------


def checked(answer: str, **more: str) -> AppTest:
    at = visit("convolution", **OWN, cv_mine="1", **more)
    return paste(at, "cv_mine_field", answer)


def test_a_right_output_is_right() -> None:
    at = checked("0 6 3; 6 8 8; 3 10 4")
    assert field(at, "cv_mine_field")["right"] == [True] * 9
    assert "**Yes.** All 9 are right." in words(at)


def test_a_wrong_cell_opens_its_sum() -> None:
    at = checked("0 6 3; 6 5 8; 3 10 4")
    data = field(at, "cv_mine_field")
    assert data["right"].count(False) == 1 and not data["right"][4]
    (note,) = data["notes"]
    assert note["line"] == "✗ y[1, 1]: you have 5"
    assert note["more"].endswith("= 8. The product 3·1 is missing.")
    assert "**Not yet.** 8 of 9 cells are right." in words(at)


def test_an_empty_cell_is_neither_right_nor_wrong() -> None:
    at = checked("0\t6\t\n6\t5\t8\n\t\t4")
    data = field(at, "cv_mine_field")
    assert data["right"] == [True, True, None, True, False, True, None, None, True]
    assert [note["line"] for note in data["notes"]] == ["✗ y[1, 1]: you have 5"]
    assert "**Not yet.** 5 of 6 cells are right; 3 cells are empty." in words(at)
    paste(at, "cv_mine_field", "0\t6\t3\n6\t\t8\n3\t10\t4")
    assert "**So far so good.** 8 of 8 cells are right; 1 cell is empty." in words(at)


def test_typed_cell_by_cell_nothing_is_given_away_before_all_are_filled() -> None:
    at = visit("convolution", **OWN, cv_mine="1")
    for values, said in (
        ([None] * 4, "**Nothing typed yet.**"),
        ([0, 6, 6, None], "1 cell is empty. Its size is judged when all are filled."),
        ([0, 6, 6, 8], "**Not 2 × 2.** The output is 3 × 3"),
    ):
        edit = {"sequence": next(_numbers), "size": [1, 2, 2], "values": values}
        at.session_state["cv_mine_field"] = {"edit": edit}
        at.run()
        assert not at.exception
        assert said in words(at) and ("3 × 3" in words(at)) == (None not in values)
    edit = {"sequence": next(_numbers), "size": [1, 1, 2], "values": [1, None]}
    at.session_state["cv_own_field"] = {"edit": edit}
    at.run()
    assert shown(at).shape == (1, 3, 3), "an input has no empty cells"


def test_slips_are_named_on_the_page() -> None:
    assert "turned by 180°" in words(checked("2 9 3; 8 6 4; 6 7 3"))
    forgotten = definitions.conv2d(REFERENCE[None, None], KERNEL[None, None], None, (2, 2))[0, 0]
    said = words(checked("; ".join(" ".join(f"{v:g}" for v in row) for row in forgotten)))
    assert "**Not 2 × 2.** The output is 3 × 3" in said and "padding was forgotten" in said


def test_the_size_alone_is_checked() -> None:
    at = visit("convolution", **OWN, cv_mine="1")
    at.text_input(key="cv_mine_size").set_value("3x3").run()
    assert "**Yes.** rows: ⌊(5 + 2 − 1·(3 − 1) − 1) / 2⌋ + 1 = 3" in words(at)
    at.text_input(key="cv_mine_size").set_value("2 2").run()
    assert "**Not 2 × 2.** The padding was forgotten." in words(at)
    at.text_input(key="cv_mine_size").set_value("[x](http://a.b)").run()
    assert "is not a size" in words(at)


def test_right_and_wrong_are_not_told_while_a_guess_hides_the_cell() -> None:
    at = checked("0 6 3; 6 8 8; 3 10 4", cv_ask="1", cv_copy="1")
    data = field(at, "cv_mine_field")
    assert data["right"] is None and data["notes"] == [] and "**Yes.**" not in words(at)
    assert not [e for e in at.get("bidi_component") if "copy_text" in e.proto.component_name]


def test_right_and_wrong_are_not_told_before_a_vote_is_revealed() -> None:
    teacher, code = voting(CONVOLUTION, "cv_g1")
    at = joined(code, CONVOLUTION)
    at.session_state["_link"].chosen |= OWN | {"cv_mine": "1"}
    at.session_state["_link"].arrived |= {*OWN, "cv_mine"}
    at.run()
    paste(at, "cv_mine_field", "0 6 3; 6 8 8; 3 10 5")
    assert field(at, "cv_mine_field")["right"] is None
    assert "of 9 cells are right" not in words(at)
    step(teacher, "Reveal")
    at.run()
    assert field(at, "cv_mine_field")["right"].count(True) == 8


# --- copied, locked -------------------------------------------------------------------------------


def test_the_answer_is_copied_in_the_form_that_is_chosen() -> None:
    at = visit("convolution", **OWN, cv_copy="1")
    assert sent(at, "copy_text")["text"] == " 0  6  3\n 6  8  8\n 3 10  4"
    at = visit("convolution", **OWN, cv_copy="1", cv_form="tabs")
    assert sent(at, "copy_text")["text"] == "0\t6\t3\n6\t8\t8\n3\t10\t4"
    at = visit("convolution", **OWN, cv_copy="1", cv_form="torch", cv_what="working")
    assert "F.conv2d(x, w, b, stride=(2, 2), dilation=(1, 1))" in sent(at, "copy_text")["text"]


def test_a_matrix_is_held_with_the_control_that_chooses_it() -> None:
    from classroom.tasks import Task

    given = Task("convolution", OWN, locked=frozenset({"cv_in", "cv_k"}))
    at = visit("convolution", **OWN | {"cv_own": "1,1;1,1"}, task=task.CODEC.encode(given))
    assert shown(at)[0].tolist() == RIGHT, "not through the address"
    assert not field(at, "cv_own_field")["editable"]
    paste(at, "cv_own_field", "9 9; 9 9")
    assert shown(at)[0].tolist() == RIGHT, "not through a message"


# --- padding, pooling, filters --------------------------------------------------------------------


PADDED = {"pa_own": "1", "pa_x": OWN["cv_own"], "pa_k": OWN["cv_kown"], "pa_s": "2", "pa_p": "1"}


def test_padding_takes_an_input_and_a_kernel_of_ones_own() -> None:
    at = visit("padding", **PADDED)
    assert shown(at)[0].tolist() == RIGHT
    paste(at, "pa_x_field", "1 2 3 4\n5 6 7 8")
    assert shown(at).shape == (1, 2, 2), "not only square; the kernel is cut to two rows"
    assert "The kernel is larger than the input" in words(at)
    checked_there = visit("padding", **PADDED, pa_mine="1")
    paste(checked_there, "pa_mine_field", "2 9 3; 8 6 4; 6 7 3")
    assert "turned by 180°" in words(checked_there)


@pytest.mark.parametrize("fill", ["zeros", "reflect", "replicate"])
@pytest.mark.parametrize("mode", ["valid", "same", "full", "explicit"])
def test_no_setting_of_ones_own_matrices_can_fail(mode: str, fill: str) -> None:
    for size, kernel in (("1", "1,1;1,1"), ("1,2,3,4,5", "1,1,1"), ("1;2", "1;2;3")):
        settings = PADDED | {"pa_x": size, "pa_k": kernel, "pa_p": "4", "pa_d": "3"}
        assert not visit("padding", **settings, pa_mode=mode, pa_fill=fill).exception
        assert not visit("padding", **settings, pa_mode=mode, pa_fill=fill, pa_rect="1").exception


def test_pooling_takes_an_input_of_ones_own_and_differs_for_height_and_width() -> None:
    at = visit("pooling", po_in="own", po_own="1,2,3,4;5,6,7,8;9,1,2,3;4,5,6,7")
    assert shown(at)[0].tolist() == [[6, 8], [9, 7]]
    at = visit("pooling", po_in="own", po_own="1,2,3,4;5,6,7,8", po_hw="1", po_sw="1", po_mine="1")
    assert shown(at)[0].tolist() == [[6, 7, 8]]
    paste(at, "po_mine_field", "3.5 4.5 5.5")
    assert "This is the mean of each window, not the largest." in words(at)
    channels = visit("pooling", po_in="own", po_own="1,2;3,4!5,6;7,8", po_back="1")
    assert shown(channels).ravel().tolist() == [4, 8]
    for size in ("1", "1,2,3", "1;2"):
        for kind in ("max", "avg", "sum"):
            visit("pooling", po_in="own", po_own=size, po_k="4", po_s="4", po_kind=kind, po_hw="1")
            visit("pooling", po_in="own", po_own=size, po_k="3", po_kind=kind, po_back="1")


def test_filters_take_a_pasted_kernel_that_is_not_square() -> None:
    at = visit("filters", fi_kernel_of="paste")
    paste(at, "fi_own_field", "1/3 1/3 1/3")
    kernels = sent(at, "image_lens")["kernels"]
    assert [array(k).shape for k in kernels] == [(1, 3)]
    assert r"\sum_{u \,<\, 1}\;\sum_{v \,<\, 3}" in words(at)
    assert list(sent(at, "image_lens")["sides"]) == [0, 0, 1, 1]
    assert at.session_state["_link"].chosen["fi_own"].startswith("0.333333333333")
    at.button(key="fi_transpose").click().run()
    assert array(sent(at, "image_lens")["kernels"][0]).shape == (3, 1)
    twin = visit("filters", fi_kernel_of="paste", fi_own="1,2,1", fi_two="magnitude")
    assert len(sent(twin, "image_lens")["kernels"]) == 1, "only a square kernel has a twin"


# --- sheets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", dealing.KINDS)
def test_a_sheet_is_asked_one_after_another(kind: str) -> None:
    at = visit("exercises", ex_kind=kind, ex_level="hard", ex_count="3", ex_seed="5")
    dealt = dealing.deal(5, kind, "hard", 3)
    assert f"Exercise 1. {dealing.task(dealt[0], kind)}" in words(at)
    at.button(key="ex_g1_another").click().run()
    asked = exercise_questions.question(dealt[1], kind, 2)
    assert "Exercise 2 of 3" in words(at)
    name = next(t.key for t in at.text_input if t.key.startswith("ex_g1_answer"))
    at.text_input(key=name).set_value(f"{asked.answer:g}")
    next(b for b in at.button if b.key and b.key.startswith("ex_g1_check")).click()
    at.run()
    assert "**Yes.**" in words(at)


def test_an_exercise_opens_on_the_stage_that_shows_it() -> None:
    for kind, level in (("convolution", "hard"), ("pooling", "hard"), ("convolution", "medium")):
        for one in dealing.deal(2, kind, level, 2):
            page, settings = opening.settings(one)
            at = visit(page, **{n: link.text_of(v) for n, v in settings.items()})
            np.testing.assert_allclose(shown(at), one.y, atol=1e-6)
