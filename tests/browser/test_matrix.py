"""An exercise from paper in a real browser: pasted, typed, checked, and copied over plain http."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, says, settle, until
from tests.browser.stage import value
from tests.browser.test_accessibility import Auditor
from tests.browser.test_lessons import query, ready

SHEET = "2\t2\t3\t3\t3\n0\t0\t1\t3\t0\n0\t2\t3\t0\t1\n3\t3\t2\t1\t2\n3\t3\t0\t2\t3\n"
REPR = "array([[2., 0., 1.],\n       [1., 0., 0.],\n       [0., 1., 1.]], dtype=float32)"
BMATRIX = "\\begin{bmatrix}\n0 & 6 & 3 \\\\\n6 & 5 & 8 \\\\\n3 & 10 & 4\n\\end{bmatrix}"


def paste(page: Page, field: Locator, text: str) -> None:
    """Through the clipboard, as from a spreadsheet, a notebook or an editor."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")
    settle(page)


def text_of(page: Page, title: str) -> Locator:
    return page.get_by_label(f"{title}: type or paste a whole matrix")


def test_an_exercise_is_pasted_checked_and_copied(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/convolution?cv_in=own&cv_k=own&cv_s=2&cv_p=1&cv_mine=1&cv_copy=1")
    ready(page)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    paste(page, text_of(page, "Your input"), SHEET)
    expect(page.get_by_text("Read as 5 × 5.")).to_be_visible()
    paste(page, text_of(page, "Your kernel"), REPR)
    expect(page.get_by_text("Read as 3 × 3.")).to_be_visible()
    until(page, lambda: query(page).get("cv_kown") == "2,0,1;1,0,0;0,1,1")
    assert query(page)["cv_own"].startswith("2,2,3,3,3;0,0,1,3,0")
    until(page, lambda: value(page, "y") == 0)

    # My output: a wrong cell is marked by more than a colour, and opens its sum.
    paste(page, text_of(page, "Your output"), BMATRIX)
    cell = page.get_by_role("gridcell", name="row 1, column 1, wrong = 5")
    expect(cell).to_be_visible()
    marks = "cell => getComputedStyle(cell, '::before').content"
    assert cell.evaluate(marks) == '"✗"'
    right = page.get_by_role("gridcell", name="row 0, column 0, right = 0")
    assert right.evaluate(marks) == '"✓"'
    expect(page.get_by_text("✗ y[1, 1]: you have 5")).to_be_visible()
    expect(page.get_by_text("The product 3·1 is missing.")).to_be_visible()
    # Mended in its cell, by the keyboard.
    cell.focus()
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    settle(page)
    expect(page.get_by_text("All 9 are right.")).to_be_visible()
    # A cell is emptied, and filled again: in between it is neither right nor wrong.
    cell = page.get_by_role("gridcell", name="row 1, column 1, right = 8")
    cell.focus()
    page.keyboard.press("Delete")
    settle(page)
    expect(page.get_by_text("8 of 8 cells are right; 1 cell is empty.")).to_be_visible()
    auditor = Auditor(page)
    auditor.look("an answer with right, wrong and empty cells")
    assert auditor.wrong == {}
    empty = page.get_by_role("gridcell", name="row 1, column 1 is empty")
    assert empty.evaluate(marks) == "none" and empty.inner_text() == ""
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    settle(page)
    expect(page.get_by_text("All 9 are right.")).to_be_visible()

    # Over plain http there is no clipboard: it is copied by hand.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    copy = page.get_by_role("button", name="Copy", exact=True)
    says(copy, "Copied ✓")
    field = text_of(page, "Your output")
    field.fill("")
    field.focus()
    page.keyboard.press("Control+V")
    assert field.input_value() == " 0  6  3\n 6  8  8\n 3 10  4"
    # Where that is blocked too, the text is selected.
    page.evaluate("document.execCommand = () => false")
    says(copy, "Copy it from the field")
    chosen = """() => { const all = (root) => [...root.querySelectorAll('*')].flatMap(
        (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
      const field = all(document).find((e) => e.tagName === 'TEXTAREA' && e.readOnly);
      return field.value.slice(field.selectionStart, field.selectionEnd) === field.value; }"""
    assert page.evaluate(chosen)
    assert not errors


def test_a_matrix_is_typed_and_sized_by_the_keyboard_and_by_a_finger(
    app_url: str, open_page: OpenPage
) -> None:
    page = open_page(f"{app_url}/convolution?cv_in=own", width=390, height=844, touch=True)
    ready(page)
    field = text_of(page, "Your input")
    field.scroll_into_view_if_needed()
    field.fill("1 2\n3 x")
    settle(page)
    expect(page.get_by_text("Line 2, column 3: “x” is not a number. The last good")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="One column more").tap()
    until(page, lambda: query(page).get("cv_own") == "1,7,2,0;11,1,23,0;2,2,2,0")
    assert field.input_value() == "", "the text is no longer what is shown"
    cell = page.get_by_role("gridcell", name="row 0, column 3 = 0").last
    cell.focus()
    page.keyboard.type("-1,5")
    page.keyboard.press("Enter")
    until(page, lambda: query(page).get("cv_own") == "1,7,2,-1.5;11,1,23,0;2,2,2,0")
    settle(page)
    page.get_by_role("button", name="Reset").tap()
    until(page, lambda: "cv_own" not in query(page))


def test_several_filters_are_pasted_one_is_added_by_a_finger_and_their_maps_are_checked(
    app_url: str, open_page: OpenPage
) -> None:
    own = "ch_view=bank&ch_in=own&ch_of=own&ch_own=1,2;3,4!0,1;1,0&ch_mine=1"
    page = open_page(f"{app_url}/channels?{own}", width=390, height=844, touch=True)
    field = text_of(page, "Your filters")
    field.scroll_into_view_if_needed()
    field.fill("tensor([[[[1., 0.]], [[0., 2.]]], [[[0., 0.]], [[3., 0.]]]])")
    settle(page)
    expect(
        page.get_by_text("2 filters, each with a kernel for each of the 2 channels.")
    ).to_be_visible()
    page.get_by_role("button", name="One filter more").tap()
    until(page, lambda: query(page).get("ch_fown") == "1,0!0,2!0,0!3,0!0,0!0,0")
    settle(page)
    maps = page.get_by_role("grid", name="Feature maps, filter 1, 2 by 1")
    assert maps.get_by_role("gridcell").all_inner_texts() == ["0", "3"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    # My maps, from a LaTeX source: of the second filter a cell is wrong, and opens its own sum.
    mine = ("3 \\\\ 3", "0 \\\\ 2", "0 \\\\ 0")
    sheet = "\n".join(rf"\begin{{bmatrix}} {one} \end{{bmatrix}}" for one in mine)
    paste(page, text_of(page, "Your output"), sheet)
    expect(page.get_by_text("5 of 6 cells are right.")).to_be_visible()
    expect(page.get_by_text("✗ y[1, 1, 0]: you have 2")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
