"""The image lens in Chromium: its numbers are NumPy's, pointing sends nothing, it has keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from cnn.window import named_kernels as named
from tests.browser.conftest import OpenPage, frames, settle
from tests.browser.test_lessons import until_address
from ui import pictures

MODES = {"replicate": "edge", "reflect": "reflect", "zeros": "constant"}


def number(text: str) -> float:
    return float(text.replace("−", "-").rstrip("°"))


def numbers(found: Locator) -> np.ndarray:
    return np.array([number(text) for text in found.all_inner_texts()])


def value(page: Page, row: str) -> float:
    return number(page.locator(f".lens [data-row={row}] .value").inner_text())


def place_on(page: Page, panel: str, row: int, column: int) -> tuple[float, float]:
    """The middle of a pixel on the screen."""
    where = page.locator(".lens").evaluate("lens => lens.panels")[panel]
    box = page.locator(".lens .overlay").bounding_box()
    assert box is not None
    x = box["x"] + where["x"] + (column + 0.5) * where["sx"]
    return x, box["y"] + where["y"] + (row + 0.5) * where["sy"]


def cell(page: Page) -> tuple[int, int]:
    words = page.locator(".lens .place").inner_text().split("→")[1].replace(",", "").split()
    return int(words[2]), int(words[4])


def messages(page: Page) -> list[str]:
    """What the page sends to the server from now on; call before `goto`."""
    sent: list[str] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda _: sent.append("frame")))
    return sent


def expected(x: np.ndarray, kernel: np.ndarray, i: int, j: int, stride: int, before: int,
             fill: str) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Window and products of each channel: the loops a student would write."""
    mode: Any = MODES[fill]
    padded = np.pad(x, ((0, 0), (8, 8), (8, 8)), mode=mode)
    k = len(kernel)
    top, left = i * stride - before + 8, j * stride - before + 8
    window = padded[:, top : top + k, left : left + k]
    return window, window * kernel


CASES: list[dict[str, Any]] = [
    {"pic": "house", "kernel": named.sobel_x(), "link": "", "stride": 1, "fill": "replicate"},
    {"pic": "spheres", "kernel": named.scharr_y(), "stride": 2, "fill": "reflect",
     "link": "fi_kernel_of=scharr_y&fi_col=rgb&fi_s=2&fi_fill=reflect&fi_p=full"},
    {"pic": "lake", "kernel": named.gabor(5, 30, 3.0), "stride": 1, "fill": "zeros",
     "link": "fi_kernel_of=gabor&fi_gabor_k=5&fi_gabor_angle=30&fi_wave=3&fi_fill=zeros"},
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["pic"])
def test_the_sums_under_the_magnifier_are_numpys(
    app_url: str, open_page: OpenPage, case: dict[str, Any]
) -> None:
    page = open_page("about:blank", wait=False)
    sent = messages(page)
    page.goto(f"{app_url}/filters?fi_pic={case['pic']}&{case['link']}")
    settle(page)
    picture = pictures.bundled(case["pic"])
    x = pictures.pixels(picture, "rgb" in case["link"]).astype(np.float64)
    before = len(case["kernel"]) - 1 if "full" in case["link"] else len(case["kernel"]) // 2
    rng = np.random.default_rng(5)
    quiet = len(sent)
    for turn in range(10):
        height, width = page.locator(".lens").evaluate(
            "lens => [lens.panels.output.rows, lens.panels.output.cols]"
        )
        i, j = int(rng.integers(height)), int(rng.integers(width))
        if turn == 0:
            i, j = 0, width - 1  # a corner: padding
        page.mouse.move(*place_on(page, "output", i, j))
        frames(page)
        assert cell(page) == (i, j)
        window, products = expected(x, case["kernel"], i, j, case["stride"], before, case["fill"])
        shown = page.locator(".lens .line")
        for c in range(len(x)):
            line = shown.nth(c)
            np.testing.assert_allclose(numbers(line.locator(".window span")), window[c].ravel())
            near = numbers(line.locator(".products span")) - products[c].ravel()
            assert np.abs(near).max() <= 0.00501
            if len(x) > 1:
                assert value(page, f"channel{c}") == pytest.approx(products[c].sum(), abs=0.006)
        assert value(page, "y") == pytest.approx(products.sum(), abs=0.006)
    assert len(sent) == quiet, "pointing must not send anything"


def test_both_pictures_answer_and_a_pin_holds(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/filters?fi_s=2")
    page.mouse.move(*place_on(page, "input", 100, 201))
    frames(page)
    i, j = cell(page)
    assert abs(2 * i - 100) <= 1 and abs(2 * j - 201) <= 1
    page.mouse.click(*place_on(page, "output", 40, 50))
    settle(page)
    page.mouse.move(*place_on(page, "output", 90, 90))
    frames(page)
    assert cell(page) == (40, 50)
    until_address(page, "fi_at", "40,50")
    page.keyboard.press("Escape")
    until_address(page, "fi_at", None)
    for key, there in (("ArrowRight", (40, 51)), ("Shift+ArrowDown", (50, 51)), ("Home", (50, 0)),
                       ("ArrowLeft", (50, 0)), ("ArrowUp", (49, 0))):  # fmt: skip
        page.keyboard.press(key)
        frames(page)
        assert cell(page) == there
    expect(page.locator(".lens [aria-live]")).to_contain_text("Result row 49, column 0")


def test_below_the_magnifier_nothing_moves(app_url: str, open_page: OpenPage) -> None:
    """In its corners there is padding to tell of, and some sums are shown as black or white."""
    page = open_page(f"{app_url}/filters?fi_view=clipped")
    lens = page.locator(".lens")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(f"innerWidth === {width}")
        lens.scroll_into_view_if_needed()
        lens.focus()
        heights, shown = set(), set()
        for key in (
            "Home",
            *("Shift+ArrowUp",) * 16,
            *("Shift+ArrowRight", "Shift+ArrowDown") * 10,
        ):
            page.keyboard.press(key)
            frames(page)
            heights.add(lens.evaluate("lens => lens.getBoundingClientRect().height"))
            shown.add(page.locator(".lens [data-row=shown]").is_visible())
        assert shown == {True, False}
        assert len(heights) == 1, width


def test_an_edited_weight_changes_picture_sum_and_link(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/filters?fi_at=60,80")
    before = value(page, "y")
    middle = page.get_by_role("grid", name="kernel, 3 by 3").get_by_role("gridcell").nth(4)
    pixel = number(page.locator(".lens .window span").nth(4).inner_text())
    middle.click()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    settle(page)
    assert value(page, "y") == pytest.approx(before + 3 * pixel)
    page.wait_for_url("**fi_w=sobel_x*")
    page.reload()
    settle(page)
    assert value(page, "y") == pytest.approx(before + 3 * pixel)
    page.get_by_role("button", name="Negate").click()
    settle(page)
    assert value(page, "y") == pytest.approx(-before - 3 * pixel)


def test_a_phone_in_the_dark(app_url: str, open_page: OpenPage) -> None:
    page = open_page(
        f"{app_url}/filters?fi_pic=face&fi_col=rgb", width=390, height=844, theme="dark",
        touch=True, scale=2,
    )  # fmt: skip
    assert page.locator(".stMain").evaluate("main => main.scrollWidth <= main.clientWidth")
    page.touchscreen.tap(*place_on(page, "input", 200, 100))
    settle(page)
    i, j = cell(page)
    assert abs(i - 200) <= 1 and abs(j - 100) <= 1
    page.locator(".lens [data-channel='2']").click()
    frames(page)
    assert page.locator(".lens .line .name").all_inner_texts()[-1] == "B"
    sharp = page.locator(".lens .overlay").evaluate(
        "c => c.width / c.getBoundingClientRect().width"
    )
    assert sharp == pytest.approx(2, abs=0.02)


def test_zero_is_the_surfaces_neutral_in_both_themes(app_url: str, open_page: OpenPage) -> None:
    seen = {}
    for theme in ("light", "dark"):
        page = open_page(f"{app_url}/filters?fi_kernel_of=own", theme=theme)
        x, y = place_on(page, "output", 280, 20)
        seen[theme] = page.locator(".lens .maps canvas").first.evaluate(
            """(c, [x, y]) => {
              const box = c.getBoundingClientRect();
              const at = [x - box.x, y - box.y].map((v) => (v * c.width) / box.width);
              return [...c.getContext('2d').getImageData(...at, 1, 1).data];
            }""",
            [x, y],
        )[:3]
    assert min(seen["light"]) > 235 and max(seen["dark"]) < 45
