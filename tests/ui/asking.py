"""Sends requests to an ASGI app without a server."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message


def aside(work: Coroutine[Any, Any, None]) -> None:
    """Have it done in a thread of its own: where a browser was driven before, a loop runs in this
    one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@dataclass
class Answer:
    """What a server says to one request."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()


class Asking:
    """Sends requests to an ASGI app; takes packed answers, as every browser does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        given = {"Accept-Encoding": "gzip, br"} | (headers or {})
        raw = [(k.lower().encode(), v.encode()) for k, v in given.items()]
        path, _, query = path.partition("?")
        scope = {"type": "http", "method": "GET", "path": unquote(path), "headers": raw}
        scope |= {"query_string": query.encode(), "root_path": "", "raw_path": path.encode()}
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        aside(self.app(scope, receive, send))
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], Headers(raw=sent[0]["headers"]), body)
