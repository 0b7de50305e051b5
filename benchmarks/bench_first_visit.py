"""What a first visit to each page brings to a browser that knows nothing, and how long it takes.

For each page: requests and kilobytes of files, kilobytes of messages, and the seconds until it
stands (its script has run and every component in sight has drawn) on a link of 250 kB/s with
150 ms from question to answer. Chromium slows files down, messages it does not. Needs no PyTorch.

    python -m benchmarks.bench_first_visit                   (every page)
    python -m benchmarks.bench_first_visit draw --requests   (and what is asked for, when)
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, WebSocket, sync_playwright

from benchmarks.bench_browser import served
from tests.browser import chromium
from tests.browser.conftest import FLAGS, settle
from ui import lessons

LINK = {"offline": False, "latency": 150, "downloadThroughput": 250e3, "uploadThroughput": 250e3}
MOST_FILES, MOST_MESSAGES, MOST_SECONDS = 1200, 150, 6.0


@dataclass
class Visit:
    """What came: files by address with their bytes and seconds, and the bytes of messages."""

    begun: float = 0.0
    seconds: float = 0.0
    names: dict[str, str] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)
    came: dict[str, tuple[float, float]] = field(default_factory=dict)
    messages: int = 0

    def ask(self, event: Mapping[str, Any]) -> None:
        """A request leaves."""
        self.begun = self.begun or event["timestamp"]
        self.names[event["requestId"]] = urlparse(event["request"]["url"]).path
        self.asked[event["requestId"]] = event["timestamp"] - self.begun

    def finish(self, event: Mapping[str, Any]) -> None:
        """Its answer is here."""
        at = event["timestamp"] - self.begun
        self.came[event["requestId"]] = (at, event["encodedDataLength"])

    def hear(self, frame: str | bytes) -> None:
        """A message is here."""
        self.messages += len(frame)

    @property
    def files(self) -> float:
        """Kilobytes."""
        return sum(size for _, size in self.came.values()) / 1000

    def listing(self) -> str:
        """A line a request, in the order in which they left."""
        lines = []
        for key, begun in sorted(self.asked.items(), key=lambda entry: entry[1]):
            at, size = self.came.get(key, (float("nan"), 0))
            lines.append(f"    {begun:6.2f} {at:6.2f} {size / 1000:8.1f}  {self.names[key]}")
        return "\n".join(lines)


def visit(browser: Browser, url: str) -> Visit:
    """Open a page in a browser context of its own."""
    found = Visit()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINK)
    session.on("Network.requestWillBeSent", found.ask)
    session.on("Network.loadingFinished", found.finish)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", found.hear)

    page.on("websocket", listen)
    begun = time.perf_counter()
    page.goto(url, wait_until="commit")
    settle(page, calm=3)
    found.seconds = time.perf_counter() - begun
    context.close()
    return found


def main() -> None:
    """Print one line a page."""
    pages = {entry.slug or "home": entry.slug for entry in (lessons.HOME, *lessons.shown())}
    parser = argparse.ArgumentParser(description="What a first visit brings.")
    parser.add_argument("pages", nargs="*", help=f"of {', '.join(pages)} (default: every one)")
    parser.add_argument("--requests", action="store_true", help="list them")
    options = parser.parse_args()
    if unknown := set(options.pages) - set(pages):
        parser.error(f"no such page: {', '.join(sorted(unknown))}")
    path = chromium.find()
    if path is None:
        sys.exit(chromium.HELP)
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        print(f"{'page':18} {'requests':>8} {'files':>8} {'messages':>8} {'stands':>8}")
        print(f"{'wanted':18} {'':8} {MOST_FILES:5} kB {MOST_MESSAGES:5} kB {MOST_SECONDS:6.1f} s")
        for name in options.pages or pages:
            found = visit(browser, f"{url}/{pages[name]}")
            print(
                f"{name:18} {len(found.came):8} {found.files:8.0f} {found.messages / 1000:8.0f} "
                f"{found.seconds:8.2f}",
                flush=True,
            )
            if options.requests:
                print(found.listing())
        browser.close()


if __name__ == "__main__":
    main()
