"""Streamlit's own scripts reach the browser compressed, and compressed once."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from ui import bundle


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
        scope = {"type": "http", "method": "GET", "path": unquote(path), "headers": raw}
        scope |= {"query_string": b"", "root_path": "", "raw_path": path.encode()}
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        # In a thread of its own: where a browser was driven before, a loop runs in this one.
        with ThreadPoolExecutor(1) as aside:
            aside.submit(asyncio.run, self.app(scope, receive, send)).result()
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], Headers(raw=sent[0]["headers"]), body)


@pytest.fixture
def packed(tmp_path: Path) -> Asking:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "index.abc.js").write_text("const long = 1;" * 500, "utf-8")
    (tmp_path / "js" / "font.woff2").write_bytes(b"font")
    rest = Starlette(routes=[Route("/{path:path}", lambda _: PlainTextResponse("Streamlit's own"))])
    return Asking(bundle.PackedBundle(rest, folder=tmp_path, prefix="/static/"))


def test_a_script_of_the_bundle_is_answered_from_a_packed_copy(
    packed: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []
    plain = bundle._pack
    monkeypatch.setattr(bundle, "_pack", lambda path: times.append(path) or plain(path))
    for _ in range(3):
        answer = packed.get("/static/js/index.abc.js")
        assert answer.text == "const long = 1;" * 500
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < 200
        assert answer.headers["cache-control"] == bundle.FOR_GOOD
    assert len(times) == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/font.woff2", {}),
        ("/static/js/other.js", {}),
        ("/static/../secret.js", {}),
        ("/static/js/index.abc.js", {"Accept-Encoding": "identity"}),
        ("/static/js/index.abc.js", {"Range": "bytes=0-9"}),
        ("/elsewhere", {}),
    ],
)
def test_the_rest_is_left_to_streamlit(packed: Asking, path: str, headers: dict) -> None:
    assert packed.get(path, headers=headers).text == "Streamlit's own"


def test_the_copy_is_the_file() -> None:
    """Of Streamlit's own entry script."""
    folder = Path(bundle.file_util.get_static_dir()) / "static"
    script = next(folder.glob("js/index.*.js"))
    assert gzip.decompress(bundle._pack(script)) == script.read_bytes()
