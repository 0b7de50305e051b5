"""The shell in a real browser: the address, the tools of a page, every page on every surface."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, Request, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import PAPER, ROOT, OpenPage, says, settle
from ui import lessons

Serve = Callable[[str | Path], str]

PAGES = (lessons.HOME, *lessons.shown())


def address(page: Page) -> str:
    parts = urlparse(page.url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def goes_to(page: Page, expected: str) -> None:
    with contextlib.suppress(PlaywrightTimeout):  # what is asserted says more
        page.wait_for_function(
            "text => location.pathname + location.search === text", arg=expected, timeout=20_000
        )
    assert address(page) == expected


def state(page: Page) -> str:
    return page.get_by_text(re.compile("^STATE ")).inner_text()


def open_tab(page: Page, title: str) -> None:
    page.locator("a[data-testid=stTopNavLink]", has_text=title).click()
    settle(page)


def nudge(page: Page, name: str, key: str, times: int = 1) -> None:
    slider = page.locator(f".st-key-{name}").get_by_role("slider")
    slider.focus()
    for _ in range(times):
        page.keyboard.press(key)
    settle(page)


def test_the_address_is_the_link_to_what_is_on_screen(serve: Serve, open_page: OpenPage) -> None:
    url = serve("tests/browser/apps/link_app.py")

    page = open_page(f"{url}/convolution?t_n=99&t_k=abc&t_mode=zz&t_w=1,2;3&other=7")
    assert state(page) == "STATE 10 3 v [[1.0, 0.0], [0.0, 1.0]]"
    goes_to(page, "/convolution")

    page = open_page(f"{url}/convolution?t_n=8&t_k=7&t_mode=s&t_w=1,2;3,-0.5&t_f=2")
    assert state(page) == "STATE 8 7 s [[1.0, 2.0], [3.0, -0.5]]"
    nudge(page, "t_n", "ArrowLeft", 3)
    assert state(page).startswith("STATE 5 5 s"), "the dependent slider came along"
    goes_to(page, "/convolution?t_n=5&t_k=5&t_mode=s&t_w=1,2;3,-0.5&t_f=2")
    page.get_by_role("button", name="bump").click()
    goes_to(page, "/convolution?t_n=5&t_k=5&t_mode=s&t_w=2,3;4,0.5&t_f=2")
    nudge(page, "t_f", "ArrowRight")
    here = "/convolution?t_n=5&t_k=5&t_mode=s&t_w=2,3;4,0.5&t_f=3"
    goes_to(page, here)  # a fragment's run

    length = page.evaluate("history.length")
    open_tab(page, "Second")
    assert state(page) == "STATE 3"
    goes_to(page, "/padding")
    nudge(page, "t_p", "ArrowRight")
    open_tab(page, "First")
    assert state(page) == "STATE 5 5 s [[2.0, 3.0], [4.0, 0.5]]"
    goes_to(page, here)
    assert page.evaluate("history.length") == length + 2, "one entry a page, none a control"

    page.go_back()
    settle(page)
    assert state(page) == "STATE 4"
    goes_to(page, "/padding?t_p=4")
    page.go_back()
    settle(page)
    assert state(page) == "STATE 5 5 s [[2.0, 3.0], [4.0, 0.5]]"
    goes_to(page, here)
    page.reload()
    settle(page)
    assert state(page) == "STATE 5 5 s [[2.0, 3.0], [4.0, 0.5]]"

    page.get_by_role("button", name="reset").click()
    settle(page)
    assert state(page) == "STATE 10 3 v [[1.0, 0.0], [0.0, 1.0]]"
    goes_to(page, "/convolution")


def test_copy_link_projector_and_reset(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/")
    page.locator(".st-key-home_k").get_by_text("Blur", exact=True).click()
    settle(page)
    goes_to(page, "/?home_k=box")

    copy = page.get_by_role("button", name="Copy link")
    says(copy, "Copied ✓")
    assert page.evaluate("navigator.clipboard.readText()") == f"{app_url}/?home_k=box"
    expect(copy).to_be_visible()  # the button comes to rest again

    # A class on plain http has no clipboard; and where copying is refused, the link is shown.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("document.execCommand = (c) => { window.asked = c; return true }")
    says(copy, "Copied ✓")
    assert page.evaluate("window.asked") == "copy"
    expect(copy).to_be_visible()
    page.evaluate("document.execCommand = () => false")
    copy.click()
    expect(page.get_by_label("Link to this state")).to_have_value(f"{app_url}/?home_k=box")

    before = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.get_by_text("Projector").click()
    settle(page)
    goes_to(page, "/?home_k=box&projector=1")
    after = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert after >= 1.2 * before
    page.get_by_role("button", name="Reset").click()
    settle(page)
    goes_to(page, "/?projector=1")
    page.get_by_role("link", name="Start with").click()
    settle(page)
    page.wait_for_function("location.search.includes('projector=1')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


#: Pills and segments that stand outside of what is seen, or of what holds them.
UNSEEN = """[...document.querySelectorAll('.stButtonGroup button')].filter((e) => {
  if (!e.getClientRects().length) return false;
  const box = e.getBoundingClientRect();
  const room = e.closest('.stButtonGroup').getBoundingClientRect();
  return box.left < Math.max(0, room.left) - 1 || box.right > Math.min(innerWidth, room.right) + 1;
}).map((e) => e.textContent)"""


def test_every_page_on_phone_and_desktop_in_both_themes(app_url: str, open_page: OpenPage) -> None:
    page = open_page(f"{app_url}/", width=390, height=844, theme="dark")
    outside: list[str] = []
    errors: list[str] = []

    def watch(request: Request) -> None:
        if request.url.split(":")[0] in ("http", "https", "ws", "wss"):
            host = urlparse(request.url).hostname
            if host not in ("127.0.0.1", "localhost"):
                outside.append(request.url)

    page.on("request", watch)
    page.on("pageerror", lambda error: errors.append(str(error)))
    trouble: dict[str, object] = {}
    for entry in PAGES:
        name = entry.slug or "home"
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="dark")
        page.goto(f"{app_url}/{entry.slug}")
        settle(page)
        wide = page.evaluate(
            "Math.max(document.documentElement.scrollWidth,"
            " document.querySelector('.stMain').scrollWidth)"
        )
        if wide > 390:
            trouble[f"{name}: scrolls sideways at 390 px"] = wide
        unseen = page.evaluate(UNSEEN)
        dark = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        settle(page)
        if unseen := unseen + page.evaluate(UNSEEN):
            trouble[f"{name}: choices out of sight"] = unseen
        light = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        if (dark, light) != (PAPER["dark"], PAPER["light"]):
            trouble[f"{name}: themes"] = (dark, light)
        failed = page.locator("[data-testid=stException]").count()
        if failed or not page.get_by_role("heading", level=1).count():
            trouble[f"{name}: does not run"] = True
        if entry.slug:
            head = page.locator(".st-key-lesson_head").bounding_box()
            if head is None or head["height"] > 110 or head["y"] > 100:
                trouble[f"{name}: the stage is pushed down by the head"] = head
    assert not trouble
    assert not outside
    assert not errors


@pytest.mark.parametrize("entry", PAGES[-1:], ids=lambda entry: entry.slug or "home")
def test_a_deep_link_as_first_visit_to_a_fresh_server(
    entry: lessons.Lesson, serve: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "pages").symlink_to(ROOT / "pages")
    (tmp_path / "app.py").write_text((ROOT / "app.py").read_text("utf-8"), "utf-8")
    page = open_page(f"{serve(tmp_path / 'app.py')}/{entry.slug}?projector=1")
    expect(page.locator("[data-testid=stTopNav]")).to_contain_text("ConvScope")
    expect(page.get_by_role("heading", level=1)).to_have_text(entry.title)
    goes_to(page, f"/{entry.slug}?projector=1")


def test_what_is_still_to_come_stands_still(app_url: str, open_page: OpenPage) -> None:
    """Streamlit's shimmer had a browser that draws by itself paint all the time while it loads."""
    page = open_page("about:blank", wait=False)
    page.route(re.compile(r"/BidiComponent\.[^/]*\.js"), lambda route: None)  # it never arrives
    page.goto(f"{app_url}/padding")
    place = page.get_by_test_id("stSkeleton").first
    expect(place).to_be_visible(timeout=20_000)
    expect(place).to_have_css("animation-name", "none")
