"""Famous networks, as a student touches them: a diagram that opens, and a table in step with it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, settle
from tests.browser.test_lessons import until_address


def rows(page: Page) -> Locator:
    return page.locator(".network .body .row")


def row(page: Page, name: str) -> Locator:
    return rows(page).filter(has=page.locator(".title", has_text=name)).first


def test_the_networks_side_by_side_are_read_about_by_keys_and_by_hand(
    app_url: str, open_page: OpenPage
) -> None:
    asked: list[str] = []
    page = open_page("about:blank", wait=False)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{app_url}/famous")
    settle(page)
    assert not [url for url in asked if "plotly" in url.lower()], "it is larger than all else"
    plot, words = page.locator(".plot"), page.locator(".words")
    expect(words).to_have_text("Point at a bubble to read about it.")
    plot.focus()
    page.keyboard.press("End")
    expect(words).to_contain_text("VGG-19: 72.4% right, 143,667,240 parameters, 19,632,062,464")
    page.keyboard.press("ArrowLeft")
    expect(words).to_contain_text("VGG-16: 71.6% right")
    box = page.locator(".name", has_text="Inception-v4").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] + 12)
    expect(words).to_contain_text("Inception-v4: 80.2% right")
    page.get_by_text("Parameters", exact=True).first.click()
    expect(page.locator(".across")).to_have_text("Parameters (logarithmic)")
    expect(words).to_contain_text("Inception-v4")  # what was read about stays


def test_a_network_opens_level_by_level_and_the_link_remembers(
    app_url: str, open_page: OpenPage
) -> None:
    page = open_page(f"{app_url}/famous?fn_view=walk&fn_net=resnet50")
    canvas, words = page.locator(".network canvas"), page.locator(".network .words")
    grid = page.get_by_role("treegrid", name="The layers of ResNet-50")
    expect(words).to_contain_text("Click a block to open it")
    closed = int(str(grid.get_attribute("aria-rowcount")))

    # By keys on the picture: the third block opens, its arc and its layers are in the table.
    canvas.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(words).to_contain_text("conv2_2 – conv2_3: 2 times the same, residual block")
    expect(grid).to_have_attribute("aria-rowcount", str(closed + 2))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(row(page, "conv2_2")).to_have_attribute("aria-expanded", "true")
    until_address(page, "fn_at", "resnet50~21~20.21")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(grid).to_have_attribute("aria-rowcount", str(closed))

    # By the table: a fold's sign opens it, the picture marks the row that is chosen.
    row(page, "conv1").locator(".fold").click()
    expect(row(page, "conv1")).to_have_attribute("aria-expanded", "true")
    row(page, "bn1").click()
    expect(row(page, "bn1")).to_have_attribute("aria-selected", "true")
    expect(words).to_contain_text("bn1: batch norm, 64 × 112 × 112 after it; 128 parameters")
    until_address(page, "fn_at", "resnet50~3~1")
    settle(page)

    page.reload()
    settle(page)
    expect(row(page, "bn1")).to_have_attribute("aria-selected", "true")


def test_inception_unfolds_on_a_phone_by_touch(app_url: str, open_page: OpenPage) -> None:
    page = open_page(
        f"{app_url}/famous?fn_view=walk&fn_net=inception_v4", width=390, height=844, touch=True
    )
    page.get_by_role("button", name="Open all").tap()
    grid = page.get_by_role("treegrid")
    settle(page)
    assert int(str(grid.get_attribute("aria-rowcount"))) > 494
    assert rows(page).count() < 40, "only the rows in sight exist"
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
    page.get_by_role("button", name="Close all").tap()
    settle(page)
    canvas = page.locator(".network canvas")
    canvas.tap(position={"x": 85, "y": 70})  # conv1
    expect(row(page, "conv1")).to_have_attribute("aria-expanded", "true")
