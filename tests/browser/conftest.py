"""A server a session, one browser, and pages that wait until Streamlit is idle."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError

from tests.browser import chromium
from tests.browser.servers import ROOT, free_port, shared, start

__all__ = ["ROOT", "free_port", "start"]  # for tests that have a server to themselves
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process for all tabs of a server: Streamlit's program is compiled once, not in each.
    "--process-per-site",
]
# Playwright's own five seconds pass, now and then, while a busy machine works on an answer.
expect.set_options(timeout=20_000)
IDLE = """() => { const app = document.querySelector('[data-testid="stApp"]');
  return app && app.getAttribute('data-test-script-state') === 'notRunning'
             && app.getAttribute('data-test-connection-state') === 'CONNECTED' }"""

# What a page says to its server, and whether it has heard anything since.
WIRE = """
  window.wire = { sent: 0, heard: 0 };
  window.WebSocket = class extends window.WebSocket {
    constructor(...rest) {
      super(...rest);
      this.addEventListener('message', () => { window.wire.heard = window.wire.sent; });
    }
    send(message) {
      window.wire.sent += 1;
      super.send(message);
    }
  };
"""
#: What the page is written on in each theme.
PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 22, 26)"}
CALM = 12  # frames in a row in which nothing changes: a busy machine has fewer of them a second
RESTLESS = 3000  # milliseconds: what changes for longer than these does so by itself

# Whether, since `token` was new, the script has run, what was sent has been answered, and what is
# drawn has stayed as it is and where it is. Nothing is, while the program of a widget or a typeface
# has not arrived, or a component in sight has drawn nothing.
SETTLED = (
    f"([token, calm, restless]) => {{ const idle = ({IDLE})();"
    + """
  if (window.settling?.token !== token) window.settling = { token, drawn: "", calm: 0, since: 0 };
  const here = window.settling;
  here.since ||= idle ? performance.now() : 0;
  const hosts = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')];
  const empty = (host) => {
    const root = host.shadowRoot?.querySelector('.root');
    return !root || (!root.childElementCount && getComputedStyle(root).display !== 'none');
  };
  const missing = document.querySelector('[data-testid="stSkeleton"]')
    || document.fonts.status !== 'loaded'
    || hosts.some((host) => host.getClientRects().length && empty(host));
  const trees = [document, ...hosts.map((host) => host.shadowRoot).filter(Boolean)];
  const count = (sum, tree) => sum + tree.querySelectorAll('*').length;
  const place = (host) => Object.values(host.getBoundingClientRect().toJSON());
  const drawn = !missing && idle && `${trees.reduce(count, 0)} at ${hosts.map(place)}`;
  const answered = window.wire?.heard === window.wire?.sent;
  const still = drawn && drawn === here.drawn && answered;
  here.calm = still ? here.calm + 1 : 0;
  here.drawn = drawn;
  return here.calm >= calm || (drawn && answered && performance.now() - here.since > restless);
}"""
)
_tokens = itertools.count(1)

OpenPage = Callable[..., Page]
Contexts = Callable[[bool, float], BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)


def settle(page: Page, seconds: float = 40, calm: int = CALM) -> None:
    """Wait until the script has run, and what it gave is drawn and stays so for a moment."""
    about = [next(_tokens), calm, RESTLESS]
    page.wait_for_function(SETTLED, arg=about, timeout=seconds * 1000)


def frames(page: Page, count: int = 2) -> None:
    """Wait until the browser has painted: what an event changed is drawn in the next frame."""
    page.evaluate(
        """(count) => new Promise((done) => {
          const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
          next(); })""",
        count,
    )


def until(page: Page, holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until ``holds()``, looked at anew after every few frames."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        frames(page, 4)


def says(button: Locator, text: str) -> None:
    """Press a button that answers with other words on it, for a moment."""
    button.evaluate(
        """(button, text) => { window.said = false;
          new MutationObserver(() => { window.said ||= button.textContent === text; })
            .observe(button, { childList: true, characterData: true, subtree: true }); }""",
        text,
    )
    button.click()
    button.page.wait_for_function("window.said")


@pytest.fixture(scope="session")
def serve() -> Callable[[str | Path], str]:
    """``serve(script)`` gives the URL of a Streamlit script's server, started when first needed."""
    return functools.cache(lambda script: shared((ROOT / script).resolve()))


@pytest.fixture(scope="session")
def app_url(serve: Callable[[str | Path], str]) -> str:
    """The real app, started as a newcomer starts it."""
    return serve("app.py")


@pytest.fixture(scope="session")
def stage_url(serve: Callable[[str | Path], str]) -> Callable[..., str]:
    """``stage_url(**config)``: URL of a page with that window stage, or with several."""

    def url(*several: dict[str, Any], **config: Any) -> str:
        given = urllib.parse.quote(json.dumps(several or config))
        return f"{serve('tests/browser/apps/stage_app.py')}/?c={given}"

    return url


@pytest.fixture(scope="session")
def pad_url(serve: Callable[[str | Path], str]) -> str:
    """URL of a page with a drawing pad."""
    return serve("tests/browser/apps/pad_app.py")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all browsers: a process can have no second."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = chromium.find()
    if path is None:
        pytest.fail(chromium.HELP)
    launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    """By touch and scale: kept for all tests, for a new one loads and compiles Streamlit anew."""

    @functools.cache
    def context(touch: bool, scale: float) -> BrowserContext:
        made = browser.new_context(has_touch=touch, device_scale_factor=scale)
        made.grant_permissions(["clipboard-read", "clipboard-write"])
        made.add_init_script(WIRE)
        return made

    return context


@pytest.fixture(scope="session")
def close_pages() -> Callable[[BrowserContext], None]:
    """Closes all tabs but one small one of each server: the process that it keeps has Streamlit's
    program compiled, which costs more than all else that opening a page takes."""
    kept: dict[tuple[BrowserContext, str], Page] = {}

    def close(context: BrowserContext) -> None:
        for page in context.pages:
            if page in kept.values():
                continue
            server = "/".join(page.url.split("/")[:3])
            if server.startswith("http") and (context, server) not in kept:
                kept[context, server] = context.new_page()
                with contextlib.suppress(PlaywrightError):  # a server that the test has ended
                    kept[context, server].goto(f"{server}/_stcore/health")
            page.close()

    return close


@pytest.fixture
def open_page(
    contexts: Contexts, close_pages: Callable[[BrowserContext], None]
) -> Iterator[OpenPage]:
    """``open_page(url, width=, height=, theme=, touch=, reduced_motion=)`` → a page at rest.

    Each is a new tab of a browser that knows nobody: what the last test left is cleared.
    """
    used: list[BrowserContext] = []

    def open_it(
        url: str,
        width: int = 1440,
        height: int = 900,
        theme: str = "light",
        touch: bool = False,
        reduced_motion: bool = False,
        scale: float = 1,
        wait: bool = True,
    ) -> Page:
        context = contexts(touch, scale)
        used.append(context)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce" if reduced_motion else "no-preference",
        )
        page.goto(url)
        if wait:
            settle(page)
        return page

    yield open_it
    for context in set(used):
        close_pages(context)
        context.clear_cookies()
