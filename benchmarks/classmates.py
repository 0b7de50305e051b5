"""Students and a teacher without browsers: to the server they are what thirty browsers are.

Each is a websocket that asks for a page, remembers which fields and buttons it was given, and
presses them. A student also asks for news of its class every few seconds, as its ribbon does, and
a teacher's page looks again as often as the server told it to.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from classroom.folder import VARIABLE
from ui.room import ribbon
from ui.serving import news

PATIENCE = 120


@dataclass
class Visitor:
    """A browser, as the server sees it.

    Attributes:
        socket: Its connection.
        url: The app's.
        page: The slug of the page that it is on.
        query: The settings in its link.
        widgets: Key of a field or a button → its id, the newest last.
        looks: Fragment → seconds between two runs of it.
        failed: Runs of the page that ended in an error.
        script: What the server calls the page; a fragment that has all of it run needs that.
    """

    socket: ClientConnection
    url: str
    page: str
    query: str = ""
    widgets: dict[str, str] = field(default_factory=dict)
    looks: dict[str, float] = field(default_factory=dict)
    failed: int = 0
    script: str = ""
    _ran: asyncio.Condition = field(default_factory=asyncio.Condition)
    _runs: int = 0

    async def read(self) -> None:
        """Read what comes, for as long as it comes."""
        with contextlib.suppress(ConnectionClosed):
            async for data in self.socket:
                assert isinstance(data, bytes)
                await self._take(ForwardMsg.FromString(data))

    async def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            self._note(getattr(element, element.WhichOneof("type") or "empty"))
        elif kind == "navigation":
            self.script = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self.looks[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self.looks.pop(fragment, None)
        elif kind == "script_finished":
            done = message.script_finished
            self.failed += done == ForwardMsg.FINISHED_WITH_COMPILE_ERROR
            if done != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                async with self._ran:
                    self._runs += 1
                    self._ran.notify_all()

    def _note(self, element: Any) -> None:
        name = getattr(element, "id", "")
        if name.startswith("$$ID-"):
            key = name.split("-", 2)[2]
            self.widgets.pop(key, None)  # the newest is the last
            self.widgets[key] = name

    def find(self, key: str) -> str:
        """The newest field or button whose key begins so."""
        return next(name for at, name in reversed(self.widgets.items()) if at.startswith(key))

    async def run(self, message: BackMsg | None = None) -> None:
        """Have the page run, and wait until it has."""
        before = self._runs
        await self.socket.send((message or self.asking()).SerializeToString())
        async with self._ran:
            ran = self._ran.wait_for(lambda: self._runs > before)
            await asyncio.wait_for(ran, PATIENCE)

    def asking(self, fragment: str = "") -> BackMsg:
        """The message for a run of the page, or of a fragment of it."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.fragment_id = self.page, fragment
        state.query_string = self.query
        if fragment:
            state.page_script_hash = self.script
        state.context_info.url = f"{self.url}/{self.page}"
        state.context_info.timezone, state.context_info.locale = "Europe/Berlin", "en-GB"
        return message

    async def look(self) -> None:
        """Have each fragment run as often as the server wants it, until cancelled."""
        while True:
            await asyncio.sleep(min(self.looks.values(), default=1.0))
            for fragment in list(self.looks):
                await self.socket.send(self.asking(fragment).SerializeToString())


@contextlib.asynccontextmanager
async def visiting(
    url: str, page: str, cookies: dict[str, str], query: str = ""
) -> AsyncIterator[Visitor]:
    """A visitor whose first run of the page is over."""
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    async with connect(
        url.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": sent} if sent else None,
        origin=None,
        max_size=None,
        open_timeout=PATIENCE,
        ping_interval=None,
    ) as socket:
        visitor = Visitor(socket, url, page, query)
        reading = asyncio.create_task(visitor.read())
        try:
            await visitor.run()
            yield visitor
        finally:
            reading.cancel()


async def listen(url: str, page: str, seat: str) -> None:
    """Ask for news as a ribbon does, on one connection, until cancelled."""
    asked = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    headers = {news.HEADER: seat, "User-Agent": "x" * 110, "Accept": "*/*", "Accept-Language": "en"}

    def ask() -> None:
        asked.request("GET", f"{news.PATH}?at={page}", headers=headers)
        answer = asked.getresponse()
        if answer.status != 200 or not answer.read():
            raise RuntimeError(f"the ribbon was told {answer.status}")

    while True:
        await asyncio.sleep(ribbon.LISTENS * random.uniform(0.85, 1.15))
        try:
            await asyncio.to_thread(ask)
        except ConnectionError:  # it was idle for too long; a browser opens another, too
            asked.close()
            await asyncio.to_thread(ask)


@contextlib.contextmanager
def a_class(folder: Path) -> Iterator[None]:
    """Have a server that is started here keep its classes in this folder."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(VARIABLE) if before is None else os.environ.update({VARIABLE: before})


def resident(pid: int) -> float:
    """MiB of memory that a process holds; nan where that cannot be read."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
