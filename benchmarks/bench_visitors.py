"""How long a class waits when everybody opens a page at once, without browsers.

Each visitor is what a browser is to the server: a websocket that asks for a page and reads
messages until its first run has finished. The clock starts when all are asked to come and stops
for each when it has everything; the server has seen each page before, as after the first student
of a class. Needs no PyTorch. On a busy machine look at the server's own processor time.

    python -m benchmarks.bench_visitors                      (every lesson, thirty visitors)
    python -m benchmarks.bench_visitors draw train -n 60
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.bench_browser import started
from ui import lessons

TARGET = 2.5  # seconds until the last of thirty has everything
PATIENCE = 120
FINISHED = ForwardMsg.FINISHED_SUCCESSFULLY


@dataclass(frozen=True)
class Visit:
    """What one visitor waited (seconds) and was sent (bytes)."""

    seconds: float
    received: int


def ask(url: str, page: str, query: str = "") -> bytes:
    """The message by which a browser asks for a page's run."""
    message = BackMsg()
    state = message.rerun_script
    state.page_name, state.query_string = page, query
    state.context_info.url = f"{url}/{page}"
    state.context_info.timezone, state.context_info.locale = "Europe/Berlin", "en-GB"
    state.context_info.color_scheme = "light"
    return message.SerializeToString()


async def read_run(
    socket: ClientConnection, end: ForwardMsg.ScriptFinishedStatus = FINISHED
) -> int:
    """Read until the run has finished; how many bytes came.

    A run that ends early (a page that starts again through ``app.py``) is followed by another.

    Args:
        socket: Of the session.
        end: How the run will end: that of a page, or of a part of it.
    """
    received = 0
    while True:
        data = await asyncio.wait_for(socket.recv(), PATIENCE)
        assert isinstance(data, bytes)
        received += len(data)
        if len(data) > 1000:
            continue  # an element; the end of a run is a few bytes
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") != "script_finished":
            continue
        if message.script_finished == end:
            return received
        if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise RuntimeError("the page does not run")


def stream(url: str) -> connect:
    """The websocket of a new session, to be opened."""
    return connect(
        url.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=None,
        max_size=None,
        open_timeout=PATIENCE,
        ping_interval=None,
    )


async def visit(url: str, page: str, begun: float) -> Visit:
    """Open a page and wait for all of its first run."""
    async with stream(url) as socket:
        await socket.send(ask(url, page))
        received = await read_run(socket)
        return Visit(time.perf_counter() - begun, received)


async def class_opens(url: str, page: str, visitors: int) -> list[Visit]:
    """What each of the visitors waited, who all come at once."""
    begun = time.perf_counter()
    return list(await asyncio.gather(*(visit(url, page, begun) for _ in range(visitors))))


def spent(pid: int) -> float:
    """Seconds of processor time a process has used; nan where that cannot be read."""
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print one line a page."""
    pages = {entry.slug or "home": entry.slug for entry in (lessons.HOME, *lessons.shown())}
    parser = argparse.ArgumentParser(description="A class that opens a page at once.")
    parser.add_argument("pages", nargs="*", help=f"of {', '.join(pages)} (default: every one)")
    parser.add_argument("-n", type=int, default=30, help="visitors (default: %(default)s)")
    options = parser.parse_args()
    if unknown := set(options.pages) - set(pages):
        parser.error(f"no such page: {', '.join(sorted(unknown))}")
    with started() as (url, pid):
        print(f"{'page':14} {'alone':>7} {'median':>7} {'last':>7} {'server':>7} {'sent':>7}")
        print(f"{'':14} {'s':>7} {'s':>7} {'s':>7} {'ms each':>7} {'kB each':>7}", flush=True)
        for name in options.pages or pages:
            asyncio.run(class_opens(url, pages[name], 1))  # the first student of all
            (alone,) = asyncio.run(class_opens(url, pages[name], 1))
            before = spent(pid)
            found = asyncio.run(class_opens(url, pages[name], options.n))
            work = 1000 * (spent(pid) - before) / options.n
            waits = [each.seconds for each in found]
            print(
                f"{name:14} {alone.seconds:7.2f} {statistics.median(waits):7.2f} "
                f"{max(waits):7.2f} {work:7.0f} {alone.received / 1000:7.0f}"
                + (f"  (wanted: {TARGET})" if max(waits) > TARGET else ""),
                flush=True,
            )


if __name__ == "__main__":
    main()
