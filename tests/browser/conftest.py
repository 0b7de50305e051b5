"""A server a session, one browser, and pages that wait until Streamlit is idle."""

from __future__ import annotations

import functools
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parents[2]
HOST = Path(__file__).with_name("host.py")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IDLE = """() => { const app = document.querySelector('[data-testid="stApp"]');
  return app && app.getAttribute('data-test-script-state') === 'notRunning'
             && app.getAttribute('data-test-connection-state') === 'CONNECTED' }"""

# How many elements there are, those of our components included; 0 while the program of a widget
# has not arrived, or a component in sight has drawn nothing.
DRAWN = """() => {
  const hosts = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')];
  const empty = (host) => {
    const root = host.shadowRoot?.querySelector('.root');
    return !root || (!root.childElementCount && getComputedStyle(root).display !== 'none');
  };
  if (document.querySelector('[data-testid="stSkeleton"]')) return 0;
  if (hosts.some((host) => host.getClientRects().length && empty(host))) return 0;
  const trees = [document, ...hosts.map((host) => host.shadowRoot).filter(Boolean)];
  return trees.reduce((sum, tree) => sum + tree.querySelectorAll('*').length, 0) }"""
_MOMENT = 250  # milliseconds
_MOMENTS = 12  # what changes for longer than these does so by itself

OpenPage = Callable[..., Page]
Contexts = Callable[[bool, float], BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker(pytest.mark.browser)


def settle(page: Page, seconds: float = 40) -> None:
    """Wait until the script has run, and what it gave is drawn and stays so for a moment."""
    drawn = -1
    for _ in range(_MOMENTS):
        page.wait_for_function(IDLE, timeout=seconds * 1000)
        before, drawn = drawn, page.evaluate(DRAWN)
        if drawn and drawn == before:
            return
        page.wait_for_timeout(_MOMENT)


def free_port() -> int:
    """A port of this machine that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    script: Path, log: Path, port: int | None = None, base_path: str = ""
) -> tuple[subprocess.Popen[bytes], str]:
    """A server of ``script``, once it answers: its process and its URL.

    The app is its own entry; what is not gets one that serves the components' files.
    """
    port = port or free_port()
    entry = script if script.name == "app.py" else HOST
    command = [sys.executable, "-m", "streamlit", "run", str(entry)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.headless", "true", "--server.fileWatcherType", "none"]
    command += ["--server.baseUrlPath", base_path]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CONVSCOPE_TEST_APP": str(script)}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, env=env)
    url = f"http://127.0.0.1:{port}" + (base_path and f"/{base_path}")
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
            return process, url
        except OSError:
            time.sleep(0.25)
    process.terminate()
    raise RuntimeError(f"{script.name} did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:  # a server with work in hand on a busy machine
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str | Path], str]]:
    """``serve(script)`` starts a Streamlit script once a session and gives its URL."""
    running: dict[Path, tuple[subprocess.Popen[bytes], str]] = {}
    logs = tmp_path_factory.mktemp("servers")

    def url_of(script: str | Path) -> str:
        path = (ROOT / script).resolve()
        if path not in running:
            running[path] = start(path, logs / f"{path.stem}.log")
        return running[path][1]

    yield url_of
    for process, _ in running.values():
        process.terminate()
    for process, _ in running.values():
        _end(process)


@pytest.fixture(scope="session")
def app_url(serve: Callable[[str | Path], str]) -> str:
    """The real app, started as a newcomer starts it."""
    return serve("app.py")


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
        return made

    return context


@pytest.fixture
def open_page(contexts: Contexts) -> Iterator[OpenPage]:
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
    for context in used:
        for page in context.pages:
            page.close()
        context.clear_cookies()
