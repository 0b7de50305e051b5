"""A class that draws: what one browser says during a stroke, said by many sessions at once.

A stroke is drawn once in Chromium and its messages are written down. Then so many students as are
asked for open the page, without browsers, and each says these messages again: the next as soon as
the last is answered, as the drawing pad does. The clock of an answer runs from the message to the
end of its run. Needs no PyTorch. On a busy machine look at the server's own processor time.

    python -m benchmarks.bench_class                         (1, 10 and 30 students, its own server)
    python -m benchmarks.bench_class -n 30 --url http://10.0.0.5:8501 --url http://10.0.0.5:8502

With ``--url``, several times for several processes (or once, for the proxy before them), students
are dealt out in turn; the processes must be of this very version, since a message names elements.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from playwright.sync_api import WebSocket, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from benchmarks.bench_browser import late, started
from benchmarks.bench_visitors import PATIENCE, ask, read_run, spent, stream
from tests.browser import chromium
from tests.browser.conftest import FLAGS, settle

PAGE = "draw"
POINTS = 60
PAUSE = 25  # ms between two pointer events


@dataclass
class Answers:
    """Seconds of each answer, its bytes, and how long all of it took."""

    waits: list[float]
    sizes: list[int]
    seconds: float

    def line(self, students: int, work: float) -> str:
        """For the table; ``work``: the server's own seconds."""
        waits = [1000 * wait for wait in self.waits]
        return (
            f"{students:8} {len(waits) / self.seconds:9.1f} {statistics.median(waits):8.0f} "
            f"{late(waits):8.0f} {statistics.mean(self.sizes) / 1000:8.1f} "
            f"{1000 * work / len(waits):8.1f}"
        )


def recorded(url: str) -> list[bytes]:
    """What a browser says while a stroke is drawn on the page, message by message."""
    path = chromium.find()
    if path is None:
        sys.exit(chromium.HELP)
    said: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: said.append(bytes(frame)))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("websocket", listen)
        page.goto(f"{url}/{PAGE}")
        settle(page)
        said.clear()
        box = page.locator(".pad .ink").bounding_box()
        assert box
        for i in range(POINTS):
            turn = 1.8 * math.pi * i / POINTS
            x = box["x"] + box["width"] * (0.5 + 0.25 * math.sin(turn))
            y = box["y"] + box["height"] * (0.5 - 0.35 * math.cos(turn))
            page.mouse.move(x, y)
            if i == 0:
                page.mouse.down()
            page.wait_for_timeout(PAUSE)
        messages = list(said)
        browser.close()
    return [message for message in messages if _is_drawing(message)]


def _is_drawing(message: bytes) -> bool:
    found = BackMsg.FromString(message)
    return found.WhichOneof("type") == "rerun_script" and bool(found.rerun_script.fragment_id)


async def draw(
    socket: ClientConnection, messages: Sequence[bytes], strokes: int
) -> tuple[list[float], list[int]]:
    """Say all of it, ``strokes`` times; seconds and bytes of each answer."""
    waits, sizes = [], []
    done = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
    for message in messages * strokes:
        begun = time.perf_counter()
        await socket.send(message)
        sizes.append(await read_run(socket, done))
        waits.append(time.perf_counter() - begun)
    return waits, sizes


async def class_draws(
    urls: Sequence[str], messages: Sequence[bytes], students: int, strokes: int
) -> Answers:
    """Everybody opens the page; when the last has it, all draw."""
    async with contextlib.AsyncExitStack() as open_sockets:
        sockets = []
        for i in range(students):
            url = urls[i % len(urls)]
            socket = await open_sockets.enter_async_context(stream(url))
            await socket.send(ask(url, PAGE))
            sockets.append(socket)
        await asyncio.gather(*(read_run(socket) for socket in sockets))
        begun = time.perf_counter()
        found = await asyncio.gather(*(draw(socket, messages, strokes) for socket in sockets))
        seconds = time.perf_counter() - begun
    waits = [wait for one, _ in found for wait in one]
    return Answers(waits, [size for _, one in found for size in one], seconds)


@contextlib.contextmanager
def servers(urls: Sequence[str]) -> Iterator[tuple[list[str], list[int]]]:
    """Addresses and process ids: those given (of unknown processes), or one started here."""
    if urls:
        yield [url.rstrip("/") for url in urls], []
        return
    with started() as (url, pid):
        yield [url], [pid]


def main() -> None:
    """Print one line a class."""
    parser = argparse.ArgumentParser(description="A class that draws at once.")
    parser.add_argument("-n", type=int, nargs="+", default=[1, 10, 30], help="students")
    parser.add_argument("--url", action="append", default=[], help="of a server that runs already")
    parser.add_argument("--strokes", type=int, default=2, help="each (default: %(default)s)")
    options = parser.parse_args()
    with servers(options.url) as (urls, pids):
        messages = recorded(urls[0])
        size = statistics.mean(map(len, messages)) / 1000
        print(f"{len(messages)} messages a stroke, {size:.1f} kB each, {len(urls)} server(s)")
        print(f"{'students':>8} {'answers/s':>9} {'median':>8} {'95 %':>8} {'kB':>8} {'server':>8}")
        print(f"{'':8} {'':9} {'ms':>8} {'ms':>8} {'each':>8} {'ms each':>8}", flush=True)
        for students in options.n:
            before = sum(map(spent, pids))
            found = asyncio.run(
                asyncio.wait_for(
                    class_draws(urls, messages, students, options.strokes), 10 * PATIENCE
                )
            )
            work = sum(map(spent, pids)) - before if pids else math.nan
            print(found.line(students, work), flush=True)


if __name__ == "__main__":
    main()
