"""WebKit through WebKitGTK's own driver: classic WebDriver, one HTTP request a command."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.browser.conftest import free_port
from tests.other_browsers.driver import HEIGHT, PATIENCE, WIDTH, NotHere

NAME = "WebKit"
#: Classic WebDriver tells nobody of errors in scripts: the page collects them itself.
_LISTEN = """(() => {
  if (!window.pageErrors) {
    window.pageErrors = [];
    addEventListener('error', (event) => window.pageErrors.push(String(event.message)));
    addEventListener('unhandledrejection', (event) =>
      window.pageErrors.push(String(event.reason)));
  }
  return location.href;
})()"""


class WebKit:
    """A window of WebKitGTK's MiniBrowser, on a screen that exists in memory alone."""

    def __init__(self) -> None:
        driver = shutil.which("WebKitWebDriver")
        window = next(Path("/usr/lib").glob("**/webkit2gtk-4*/MiniBrowser"), None)
        if driver is None or window is None:
            raise NotHere(
                "WebKit is not here (Debian, Ubuntu: apt install webkit2gtk-driver xvfb)."
            )
        self._screen, display = _screen()
        port = free_port()
        self._base = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [driver, f"--port={port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "DISPLAY": display},
        )  # fmt: skip
        self._wait_until_it_answers()
        options = {"binary": str(window), "args": ["--automation"]}
        asked = {"webkitgtk:browserOptions": options, "pageLoadStrategy": "none"}
        made = self._send("POST", "/session", {"capabilities": {"alwaysMatch": asked}})
        self._base += f"/session/{made['sessionId']}"
        self._send("POST", "/window/rect", {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self._send("GET", "/status")
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as wrong:
            value = json.load(wrong)["value"]
            raise RuntimeError(f"{path}: {value['error']}: {value['message']}") from None

    def open(self, url: str) -> None:
        self._send("POST", "/url", {"url": url})
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            # The page before may still be there, or go while it is asked.
            with contextlib.suppress(RuntimeError):
                if self.evaluate(_LISTEN) == url:
                    return
        raise TimeoutError(f"{url} does not open")

    def evaluate(self, expression: str) -> Any:
        script = f"return JSON.stringify({expression})"
        text = self._send("POST", "/execute/sync", {"script": script, "args": []})
        return None if text is None else json.loads(text)

    def perform(self, actions: list[dict[str, Any]]) -> None:
        self._send("POST", "/actions", {"actions": actions})

    def errors(self) -> list[str]:
        found: list[str] = self.evaluate("window.pageErrors ?? []")
        return found

    def screenshot(self) -> bytes:
        return base64.b64decode(self._send("GET", "/screenshot"))

    def close(self) -> None:
        self._send("DELETE", "")
        for process in (self._process, self._screen):
            if process is not None:
                process.terminate()
                process.wait(timeout=PATIENCE)


def _screen() -> tuple[subprocess.Popen[str] | None, str]:
    """A screen to draw on: the one there is, or one in memory; its process and its name."""
    if display := os.environ.get("DISPLAY"):
        return None, display
    if shutil.which("Xvfb") is None:
        raise NotHere("WebKit needs a screen, or one in memory (Debian, Ubuntu: apt install xvfb).")
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT + 100}x24"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    return process, f":{process.stdout.readline().strip()}"
