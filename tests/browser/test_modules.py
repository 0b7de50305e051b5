"""How a component reaches the browser: as modules, whatever happens on their way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlparse

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocket, expect

from tests.browser.servers import ROOT, end, start

MODULES = "**/components/*/**"
STAGE = "tests/browser/apps/stage_app.py"
NETWORK = "tests/browser/apps/network_app.py"
QUERY = "/?c=" + quote(json.dumps({"size": [1, 5, 5], "spin": True}))

Serve = Callable[[str], str]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that has no module yet."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


class Held:
    """Keeps a page's requests waiting, until they are released."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.routes: list[Route] = []
        self.waiting = True
        page.route(pattern, self.take)

    def take(self, route: Route) -> None:
        if self.waiting:
            self.routes.append(route)
        else:
            route.continue_()

    def release(self) -> None:
        self.waiting = False
        for route in self.routes:
            route.continue_()


def ran(page: Page) -> None:
    page.wait_for_selector(
        "[data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    )


def render_again(page: Page) -> None:
    """Another run of the page, with the next bias."""
    page.get_by_role("button", name="render again").click()
    ran(page)


def shows_bias(page: Page, value: int) -> None:
    expect(page.locator("[data-row=bias] .value")).to_have_text(str(value), timeout=20_000)


def plays(page: Page) -> None:
    """What is pressed happens."""
    before = page.locator(".readout").inner_text()
    page.locator(".forward").click()
    expect(page.locator(".readout")).not_to_have_text(before)


def test_of_calls_that_came_before_the_modules_the_newest_counts(serve: Serve, page: Page) -> None:
    """And is not torn down when Streamlit notices that the others were overtaken."""
    held = Held(page, MODULES)
    page.goto(serve(STAGE) + QUERY)
    page.get_by_role("button", name="render again").wait_for(timeout=20_000)
    for _ in range(3):
        render_again(page)
    assert held.routes and not page.locator(".stage [data-row]").count()
    held.release()
    shows_bias(page, 3)
    plays(page)
    render_again(page)
    shows_bias(page, 4)
    plays(page)


def test_a_view_that_was_updated_before_its_modules_came_answers(serve: Serve, page: Page) -> None:
    held = Held(page, MODULES)
    page.goto(serve(NETWORK))
    elsewhere = page.get_by_role("button", name="elsewhere")
    elsewhere.wait_for(timeout=20_000)
    for _ in range(3):
        elsewhere.click()
        ran(page)
    held.release()
    view = page.locator(".network-view")
    expect(view).to_have_attribute("data-level", "map", timeout=20_000)
    view.get_by_role("application").focus()
    page.keyboard.press("Escape")
    expect(view).to_have_attribute("data-level", "layer")
    expect(page.get_by_text("open: pool1", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    "lost", ["shared/mount.js", "window_stage/numbers.js", "window_stage/window_stage.css"]
)
def test_what_is_lost_on_the_way_is_asked_for_again_under_another_address(
    serve: Serve, page: Page, lost: str
) -> None:
    asked: list[str] = []

    def lose_twice(route: Route) -> None:
        asked.append(urlparse(route.request.url).path.split("/")[2])
        if len(asked) > 2:
            route.continue_()
        elif len(asked) == 2:
            route.fulfill(status=503, body="busy")
        else:
            route.abort()

    page.route(f"**/{lost}", lose_twice)
    page.goto(serve(STAGE) + QUERY)
    shows_bias(page, 0)
    plays(page)
    assert len(asked) == len(set(asked)) == 3, "Firefox never asks twice for the same address"
    assert not page.get_by_text("BidiComponent Error").count()
    styled = page.locator(".stage").evaluate("stage => getComputedStyle(stage).position")
    assert styled == "relative"


def test_behind_a_base_path_components_come_too(page: Page, tmp_path: Path) -> None:
    process, url = start(ROOT / STAGE, tmp_path / "log", base_path="lab/two")
    try:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(urlparse(request.url).path))
        page.goto(url + QUERY)
        shows_bias(page, 0)
        plays(page)
        modules = [path for path in asked if "/components/" in path]
        assert modules and all(path.startswith("/lab/two/components/") for path in modules)
    finally:
        process.terminate()
        end(process)


def test_a_message_carries_data_and_no_script(serve: Serve, page: Page) -> None:
    received: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: received.append(payload))

    page.on("websocket", listen)
    page.goto(serve(STAGE) + QUERY)
    shows_bias(page, 0)
    received.clear()
    render_again(page)
    shows_bias(page, 1)
    assert 500 < sum(len(payload) for payload in received) < 10_000


def test_a_skeleton_is_not_seen_before_its_styles(serve: Serve, page: Page) -> None:
    held = Held(page, "**/draw_pad.css")
    page.goto(serve("tests/browser/apps/pad_app.py"))
    pad = page.locator(".root.pad")
    pad.wait_for(state="attached", timeout=20_000)
    expect(pad).not_to_be_visible()
    held.release()
    expect(pad).to_be_visible()
