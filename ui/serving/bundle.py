"""Streamlit's own scripts and styles, answered from copies that were compressed once.

Streamlit sends its bundle as it is, because it would compress anew at every request: 3 MB a first
visit. A school's network carries a quarter of that in a quarter of the time, and thirty first
visits cost a fifth of the processor time when a file is packed once and kept.

Half of what is left would be fonts: of four thousand icons Streamlit's elements use eighty. In
place of exactly those files goes what was cut from them (``assets/fonts.md``).
"""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import file_util

from ui.serving.answers import FOR_GOOD, SCRIPTS_AND_STYLES, base_path, packed

#: What gains by packing; fonts and pictures are packed already.
MEDIA_TYPES = {**SCRIPTS_AND_STYLES, ".json": "application/json"}
#: Smaller files in place of Streamlit's, under the same names: those hold a hash of the content.
CUT = Path(__file__).resolve().parents[2] / "assets" / "fonts"
FONT = "font/woff2"


def middleware() -> Middleware:
    """To be given to ``st.App``."""
    folder = Path(file_util.get_static_dir()) / "static"
    return Middleware(PackedBundle, folder=folder, prefix=f"{base_path()}/static/")


class PackedBundle:
    """Answers requests under ``prefix`` from compressed copies, where the browser takes them.

    Args:
        app: Whom to ask for all the rest.
        folder: Where the bundle lies; only names that are found there at start are answered.
        prefix: Of the address.
    """

    def __init__(self, app: ASGIApp, *, folder: Path, prefix: str) -> None:
        self.app = app
        self.prefix = prefix
        self.paths = {
            path.relative_to(folder).as_posix(): path
            for path in folder.rglob("*")
            if path.suffix in MEDIA_TYPES and path.is_file()
        }
        self.cut = {
            f"media/{path.name}": path.read_bytes()
            for path in CUT.glob("*.woff2")
            if (folder / "media" / path.name).is_file()
        }
        self._packed: dict[str, bytes] = {}
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        path = self._asked(scope)
        if path is None:
            await self.app(scope, receive, send)
            return
        headers = {"Cache-Control": FOR_GOOD, "X-Content-Type-Options": "nosniff"}
        if path in self.cut:
            await Response(self.cut[path], media_type=FONT, headers=headers)(scope, receive, send)
            return
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        body = await self._body(path)
        kind = MEDIA_TYPES[self.paths[path].suffix]
        await Response(body, media_type=kind, headers=headers)(scope, receive, send)

    def _asked(self, scope: Scope) -> str | None:
        """Which of our files is asked for, in a way that we can answer; None otherwise."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        address = scope["path"].removeprefix(scope.get("root_path", ""))
        if not address.startswith(self.prefix):
            return None
        headers = Headers(scope=scope)
        name = address[len(self.prefix) :]
        if "range" in headers:
            return None
        if name in self.cut:
            return name
        packs = "gzip" in headers.get("accept-encoding", "")
        return name if packs and name in self.paths else None

    async def _body(self, name: str) -> bytes:
        """The packed file; packed in a thread by whoever asks first."""
        if name not in self._packed:
            await asyncio.to_thread(self._fill, name)
        return self._packed[name]

    def _fill(self, name: str) -> None:
        with self._lock:  # one at a time: thirty first visitors ask for the same files
            if name not in self._packed:
                self._packed[name] = _pack(self.paths[name])


def _pack(path: Path) -> bytes:
    return packed(path.read_bytes())
