"""The server's start: it says where it is to be found, and asks nobody on the network."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from tests.browser.servers import free_port
from tests.ui.asking import aside
from ui.serving import addresses, life

ROOT = Path(__file__).parents[2]
#: Imported by Python before anything else: notes whom the process asks, by which means.
WATCH = """
import json, os, socket, sys
def note(event, args):
    if event == "socket.getaddrinfo" or event.startswith("socket.gethostby"):
        asked = [event, str(args[0])]
    elif event in ("socket.connect", "socket.sendto"):
        stream = args[0].type == socket.SOCK_STREAM or event == "socket.sendto"
        if args[0].family == socket.AF_UNIX or not stream:
            return  # on this machine; or no packet is sent
        asked = [event, str(args[1][0])]
    else:
        return
    with open(os.environ["ASKED"], "a") as file:
        file.write(json.dumps(asked) + "\\n")
sys.addaudithook(note)
"""


@dataclass
class Server:
    """A running app: what it printed, and whom it asked."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    asked: Path

    def outside(self) -> list[list[str]]:
        """Whom it asked that is not this machine."""
        lines = self.asked.read_text().splitlines() if self.asked.exists() else []
        return [event for event in map(json.loads, lines) if not _here(event[1])]

    def handshake(self, host: str, origin: str) -> int:
        """The status that a websocket gets from a browser at ``host``, on a page of ``origin``."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {
            "Host": host,
            "Origin": origin,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        line.request("GET", "/_stcore/stream", headers=headers)
        status = line.getresponse().status
        line.close()
        return status


def _here(host: str) -> bool:
    if host in ("None", "", "localhost", socket.gethostname()):
        return True
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as ``streamlit run app.py`` starts it on a machine without a screen."""
    place = tmp_path_factory.mktemp("server")
    (place / "sitecustomize.py").write_text(WATCH)
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    env = {**os.environ, "PYTHONPATH": str(place), "ASKED": str(place / "asked")}
    with (place / "log").open("wb") as out:
        process = subprocess.Popen(
            [*command, "--server.headless", "true"], cwd=ROOT, stdout=out, stderr=out, env=env
        )
    made = Server(process, port, place / "log", place / "asked")
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    yield made
    process.kill()
    process.wait()


def test_it_prints_its_addresses_and_asks_nobody(server: Server) -> None:
    said = server.log.read_text()
    assert f"http://localhost:{server.port}" in said
    for address in addresses.local_addresses():
        assert f"http://{address}:{server.port}" in said
    assert "Did not auto detect" not in said and "Traceback" not in said
    assert server.outside() == []


def test_a_browser_may_come_under_any_name_and_another_site_may_not(server: Server) -> None:
    name = f"class.test:{server.port}"
    assert server.handshake(name, f"http://{name}") == 101
    assert server.handshake(name, "http://evil.test") == 403
    assert server.outside() == [], "not even to find out whether that site is this machine"


def test_it_ends_quietly_when_it_is_told_to(server: Server) -> None:
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(20) == 0
    assert "Aborted" not in server.log.read_text()


def test_the_greeting_names_what_others_can_type(monkeypatch: pytest.MonkeyPatch) -> None:
    options = {
        "server.address": None,
        "browser.serverAddress": "localhost",
        "server.port": 8501,
        "server.baseUrlPath": "lab/",
        "server.sslCertFile": "cert.pem",
        "server.headless": False,
    }
    monkeypatch.setattr(life.st, "get_option", options.__getitem__)
    monkeypatch.setattr(life, "local_addresses", lambda: ["192.168.1.7", "10.0.0.3"])
    assert life.here() == "https://localhost:8501/lab"
    assert life.for_others() == ["https://192.168.1.7:8501/lab", "https://10.0.0.3:8501/lab"]
    options["browser.serverAddress"] = "class.test"
    assert life.for_others()[0] == "https://class.test:8501/lab"
    options["server.address"] = "127.0.0.1"
    assert "others" not in life.greeting(), "it listens to this machine alone"
    assert "opens in your browser" in life.greeting()
    options["server.headless"] = True
    assert "browser" not in life.greeting(), "none is opened"


def test_a_machine_without_a_network_has_no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_on_the_way_out", lambda: ["127.0.0.1", "0.0.0.0"])
    monkeypatch.setattr(addresses, "_by_interface", lambda: ["127.0.0.1", "169.254.3.4"])
    assert addresses.local_addresses() == []
    monkeypatch.setattr(addresses, "_by_interface", lambda: ["10.1.2.3", "192.168.0.9", "10.1.2.3"])
    assert addresses.local_addresses() == ["10.1.2.3", "192.168.0.9"]


def heard_from(peer: str, forwarded: str) -> str:
    """Whom the app takes for the visitor when a request from ``peer`` speaks for another."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"][0])

    config = uvicorn.Config(app, log_config=None)
    config.load()
    before = signal.signal(signal.SIGINT, uvicorn.Server(config).handle_exit)
    try:
        life.believe_nobody()
    finally:
        signal.signal(signal.SIGINT, before)
    scope = {"type": "websocket", "client": (peer, 50000), "scheme": "ws"}
    scope["headers"] = [(b"x-forwarded-for", forwarded.encode())]
    aside(config.loaded_app(scope, None, None))  # type: ignore[arg-type]
    return seen[0]


def test_nobody_speaks_for_another_unless_the_environment_names_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A tunnel brings the whole world to this machine's own address."""
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    assert heard_from("127.0.0.1", "10.9.8.7") == "127.0.0.1"
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
    assert heard_from("127.0.0.1", "10.9.8.7") == "10.9.8.7"
    assert heard_from("192.168.1.20", "10.9.8.7") == "192.168.1.20", "a student is no proxy"


def test_behind_a_proxy_its_addresses_are_those_for_others_and_it_greets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(life.ADDRESSES, "http://192.168.1.7:8501 https://192.168.1.7:8443")
    monkeypatch.setattr(life.st, "get_option", {"server.headless": True}.get)
    assert life.for_others() == ["http://192.168.1.7:8501", "https://192.168.1.7:8443"]

    async def lived() -> None:
        async with life.lifespan(None):
            pass

    aside(lived())
    assert capsys.readouterr().out == ""


def test_streamlits_own_greeting_is_off() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["logger"]["hideWelcomeMessage"] is True
