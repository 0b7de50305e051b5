"""Streamlit servers for the browser tests: one a script, for all test processes together."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOST = Path(__file__).with_name("host.py")
#: Names the folder in which the processes of one test run note their servers.
VARIABLE = "CONVSCOPE_TEST_SERVERS"
#: Below those that a system gives to whoever connects: between the choice of one and its use no
#: connection takes it.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port of this machine that nobody listens to, and that no other test is given."""
    given = os.environ.get(VARIABLE)
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            if given:
                (Path(given) / f"{port}.port").touch(exist_ok=False)
            return port
    raise RuntimeError("every port of this machine is taken")


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


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait until a server that was told to has ended."""
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:  # with work in hand on a busy machine
        process.kill()
        process.wait()


def shared(script: Path) -> str:
    """URL of the one server of ``script``: who asks first starts it, the others wait."""
    folder = Path(os.environ[VARIABLE])
    name = "-".join(script.with_suffix("").parts[1:])
    note, claim = folder / f"{name}.json", folder / f"{name}.claim"
    while not note.exists():
        try:
            claim.touch(exist_ok=False)
        except FileExistsError:
            time.sleep(0.2)
            continue
        try:
            process, url = start(script, folder / f"{name}.log")
        except BaseException:
            claim.unlink()  # whoever waits tries it, and hears why
            raise
        written = note.with_suffix(".part")
        written.write_text(json.dumps({"process": process.pid, "url": url}), "utf-8")
        written.replace(note)  # whole, or not there
    return str(json.loads(note.read_text("utf-8"))["url"])


def end_all() -> None:
    """End every server that was noted."""
    notes = [json.loads(n.read_text("utf-8")) for n in Path(os.environ[VARIABLE]).glob("*.json")]
    for note in notes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(note["process"], signal.SIGTERM)
    for note in notes:
        _wait(note["process"])


def _wait(process: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with contextlib.suppress(ChildProcessError):  # of a test process that has ended
                os.waitpid(process, os.WNOHANG)
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    with contextlib.suppress(ProcessLookupError):  # with work in hand, on a busy machine
        os.kill(process, signal.SIGKILL)
