"""Why convolution, as a student touches it: a weight and its copies, a digit that is dragged."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, settle
from tests.browser.test_lessons import until_address
from ui.why import steps

#: The first output that is chosen is y[3, 4]; this input is to the right of its middle.
ROW, COLUMN = 28, 29


def corner(canvas: Locator, cells: int) -> tuple[float, float, float]:
    """Where a canvas of so many cells across begins, inside of its frame, and how large one is."""
    box = canvas.bounding_box()
    assert box is not None
    return box["x"] + 1, box["y"] + 1, (box["width"] - 2) / cells


def spot(canvas: Locator, cells: int, row: int, column: int) -> tuple[float, float]:
    x, y, cell = corner(canvas, cells)
    return x + (column + 0.5) * cell, y + (row + 0.5) * cell


def outputs(page: Page) -> list[float]:
    label = str(page.locator(".output canvas").get_attribute("aria-label"))
    return [float(v.replace("−", "-")) for v in label.split(": ")[1].split(", ")]


def test_a_weight_is_dragged_and_its_copies_move(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/why?wy_view=steps&wy_step=shared")
    matrix, words, total = (page.locator(f".{n}") for n in ("matrix canvas", "words", "sum"))
    expect(words).to_contain_text("Weight 2 from input [3, 5] to output [3, 4]; it stands in 56")
    expect(total).to_contain_text(re.compile(r"2·9 .* = −9$"))

    # Pointing: at the input's corner, which feeds four outputs; at the matrix, where no weight is.
    page.mouse.move(*spot(page.locator(".input canvas"), 8, 0, 0))
    expect(total).to_have_text("Input [0, 0] feeds 4 outputs.")
    page.mouse.move(*spot(matrix, 64, 3, 60))
    expect(words).to_contain_text("No weight")

    x, y = spot(matrix, 64, ROW, COLUMN)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 33, steps=4)
    expect(words).to_contain_text("Weight 4 from")
    expect(total).to_contain_text("= 9")
    page.mouse.up()
    until_address(page, "wy_w9", "sobel_x~-1,0,1;-2,0,4;-1,0,1")
    settle(page)
    kernel = steps.named_kernels.sobel_x()
    kernel[1, 2] = 4
    layer = steps.layer(steps.kernel_matrix(kernel), steps.picture("cross", 1))
    assert outputs(page) == layer.y.ravel().tolist()

    # By the keyboard, by the slider, after a reload; then reset.
    matrix.focus()
    page.keyboard.press("PageUp")
    until_address(page, "wy_w9", "sobel_x~-1,0,1;-2,0,4.5;-1,0,1")
    page.keyboard.press("ArrowDown")
    expect(words).to_contain_text("to output [3, 5]")
    page.get_by_label("this weight").focus()
    page.keyboard.press("ArrowRight")
    until_address(page, "wy_w9", "sobel_x~-1,0,1;-2,0.5,4.5;-1,0,1")
    settle(page)
    page.reload()
    settle(page)
    expect(words).to_contain_text("Weight 4.5 from")
    page.get_by_role("button", name="Reset").click()
    until_address(page, "wy_w9", None)


def test_a_digit_is_dragged_and_the_sliders_follow(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/why?wy_view=along&wy_right=0")
    pad = page.get_by_role("application", name=re.compile("Drag the digit"))
    across = page.locator(".st-key-wy_right").get_by_role("slider")
    x, y, cell = corner(pad, 60)
    page.mouse.move(x + 30 * cell, y + 30 * cell)
    page.mouse.down()
    page.mouse.move(x + 34.2 * cell, y + 28.1 * cell, steps=5)
    expect(pad).to_have_attribute("aria-label", re.compile("4 to the right, 2 up"))
    page.mouse.up()
    until_address(page, "wy_right", "4")
    until_address(page, "wy_down", "-2")
    expect(across).to_have_attribute("value", "4")
    expect(page.get_by_text("exactly 0")).to_be_visible()
    pad.focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    until_address(page, "wy_right", "-2")
    settle(page)
    expect(pad).to_have_attribute("aria-label", re.compile("2 to the left, 2 up"))
    across.focus()
    page.keyboard.press("ArrowLeft")
    expect(pad).to_have_attribute("aria-label", re.compile("3 to the left, 2 up"))


def test_every_scene_on_a_phone_and_a_weight_by_touch(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/why", width=390, height=844, theme="dark", touch=True)
    scenes = page.locator(".st-key-wy_view button")
    for index in range(scenes.count()):
        scenes.nth(index).tap()
        settle(page)
        assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 390, index
    scenes.nth(1).tap()
    settle(page)
    matrix = page.locator(".matrix canvas")
    matrix.scroll_into_view_if_needed()
    x, y = spot(matrix, 64, 20, 41)
    page.touchscreen.tap(x, y)
    expect(page.locator(".words")).to_contain_text("from input [5, 1] to output [2, 4]")
    page.get_by_label("this weight").fill("3")
    until_address(page, "wy_dense", f"seed1~20,41,3{';-1,-1,-1' * (steps.MOST_CHANGES - 1)}")


def test_on_a_projector_what_is_played_with_is_above_the_fold(
    app_url: str, open_page: OpenPage
) -> None:
    page = open_page(f"{app_url}/why?wy_step=shared&projector=1")
    low: dict[int, float] = {}
    for index, last in enumerate(
        (
            ".bars",
            ".output canvas",
            ".st-key-wy_alike",
            ".st-key-wy_slid",
            ".st-key-wy_islands",
            "[data-testid='stDataFrame']",
            ".st-key-wy_heat",
        )
    ):
        page.locator(".st-key-wy_view button").nth(index).click()
        settle(page)
        bottom = page.locator(last).evaluate("e => e.getBoundingClientRect().bottom")
        if bottom > 900:
            low[index] = bottom
    assert not low
