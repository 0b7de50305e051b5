"""Firefox through WebDriver BiDi: commands and events over one websocket, no driver between."""

from __future__ import annotations

import base64
import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from websockets.sync.client import connect

from tests.other_browsers.driver import HEIGHT, PATIENCE, WIDTH, NotHere

NAME = "Firefox"
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
#: Nothing is asked of the internet.
_PREFERENCES = """\
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("app.update.disabledForTesting", true);
"""


class Firefox:
    """A window of the installed Firefox, without a screen."""

    def __init__(self) -> None:
        here = (shutil.which(name) for name in ("firefox", "firefox-esr"))
        program = os.environ.get("FIREFOX") or next(filter(None, here), None)
        if program is None:
            raise NotHere("Firefox is not installed (Debian, Ubuntu: apt install firefox-esr).")
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        Path(self._profile.name, "user.js").write_text(_PREFERENCES, "utf-8")
        command = [program, "--headless", "--no-remote", "--profile", self._profile.name]
        self._process = subprocess.Popen(
            [*command, "--remote-debugging-port", "0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._numbers = itertools.count(1)
        self._errors: list[str] = []
        self._socket = connect(self._address() + "/session", max_size=None, open_timeout=PATIENCE)
        self._ask("session.new", capabilities={})
        self._ask("session.subscribe", events=["log.entryAdded"])
        (first,) = self._ask("browsingContext.getTree")["contexts"]
        self._window = first["context"]
        viewport = {"width": WIDTH, "height": HEIGHT}
        self._ask("browsingContext.setViewport", context=self._window, viewport=viewport)

    def _address(self) -> str:
        """Where it listens; it says so among what it writes."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := _LISTENS.search(line):
                # Go on reading, or the pipe fills and Firefox waits.
                threading.Thread(target=self._process.stderr.read, daemon=True).start()
                return found[1]
        raise NotHere("This Firefox speaks no WebDriver BiDi; it takes version 129 or newer.")

    def _ask(self, method: str, **parameters: Any) -> Any:
        """Send a command; read until its answer, noting the events before it."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=PATIENCE))
            if message.get("method") == "log.entryAdded":
                self._note(message["params"])
            elif message.get("id") == number:
                if message["type"] == "error":
                    raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]

    def _note(self, entry: dict[str, Any]) -> None:
        if entry["type"] == "javascript" and entry["level"] == "error":
            self._errors.append(str(entry["text"]))

    def open(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._window, url=url, wait="none")

    def evaluate(self, expression: str) -> Any:
        found = self._ask(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": self._window},
            awaitPromise=False,
        )
        if found["type"] == "exception":
            raise RuntimeError(found["exceptionDetails"]["text"])
        text = found["result"].get("value")
        return None if text is None else json.loads(text)

    def perform(self, actions: list[dict[str, Any]]) -> None:
        self._ask("input.performActions", context=self._window, actions=actions)

    def errors(self) -> list[str]:
        return self._errors

    def screenshot(self) -> bytes:
        return base64.b64decode(
            self._ask("browsingContext.captureScreenshot", context=self._window)["data"]
        )

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=PATIENCE)
        self._profile.cleanup()
