"""The one HTML file of the app, in which all is named that every page needs.

By itself a browser finds a script's imports when it has read the script, and each step costs the
way to the server and back: on a slow link seconds. Streamlit's file names the scripts of its own
beginning; here follow those of every page, Streamlit's and ours, and the house's style sheet,
which no message need carry then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

from ui.serving.answers import packed
from ui.serving.files import FILES, STYLE, Files

#: Components that every page has.
OURS = ("shared/mount.js", "copy_link/copy_link.js", "address/address.js")
#: Parts of Streamlit that every page has; by the beginnings of their names, the rest is a hash.
STREAMLITS = ("rehype-raw", "BidiComponent", "Checkbox", "Button", "PageLink")
#: ``from "./x.js"`` and ``import "./x.js"``, but not ``import("./x.js")``, which may never come.
IMPORT = re.compile(r"""\b(?:from|import)\s*["'](\.[^"']+)["']""")
_HEAD, _BODY = "</head>", '<div id="root">'
#: A browser that asks whether its copy is still good would keep one that names older files; and
#: what Streamlit compressed could not be added to.
_CONDITIONS = (b"if-none-match", b"if-modified-since", b"accept-encoding")
#: Headers that speak of Streamlit's own HTML.
_OF_THE_BODY = (
    "content-type", "content-length", "content-encoding", "etag", "last-modified",
    "cache-control", "vary", "accept-ranges",
)  # fmt: skip


def middleware() -> Middleware:
    """To be given to ``st.App``."""
    return Middleware(Front, static=Path(file_util.get_static_dir()), files=FILES)


def closure(roots: Iterable[str], read: Callable[[str], str | None]) -> list[str]:
    """The scripts ``roots`` and all that they import, by name; each once, what imports first.

    Args:
        roots: ``folder/name.js`` each.
        read: A script's text by its name; None if there is none.
    """
    found: dict[str, None] = {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop(0)
        text = None if name in found else read(name)
        if text is None:
            continue
        found[name] = None
        folder = Path("/", name).parent
        for given in IMPORT.findall(text):
            waiting.append(_within(folder, given))
    return list(found)


def _within(folder: Path, given: str) -> str:
    """``../shared/x.js`` seen from ``/pad`` is ``shared/x.js``."""
    parts = list(folder.parts[1:])
    for part in given.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def imports(files: Files) -> dict[str, list[str]]:
    """Component → the scripts that it is made of, but for those that every page has."""
    always = set(closure(OURS, files.text))
    found = {}
    for root in files:
        component, _, name = root.partition("/")
        if name == f"{component}.js":
            found[component] = [n for n in closure([root], files.text) if n not in always]
    return found


class Front:
    """Answers with Streamlit's HTML, and what is to be named in it.

    Args:
        app: Whom to ask for all.
        static: Streamlit's folder of files.
        files: Ours.
    """

    def __init__(self, app: ASGIApp, *, static: Path, files: Files) -> None:
        self.app = app
        self.files = files
        self.whole = (static / "index.html").read_bytes()
        self.streamlits = self._streamlits(static)
        self._made: tuple[str, bytes] = ("", b"")

    def _streamlits(self, static: Path) -> list[str]:
        """Addresses of the scripts of every page that Streamlit's HTML does not name."""

        @cache
        def read(name: str) -> str | None:
            path = static / "static" / name
            return path.read_text("utf-8") if path.is_file() else None

        folder = static / "static" / "js"
        roots = [f"js/{p.name}" for stem in STREAMLITS for p in sorted(folder.glob(f"{stem}.*.js"))]
        named = self.whole.decode()
        return [name for name in closure(roots, read) if f"static/{name}" not in named]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; what comes back is exchanged if it is Streamlit's HTML."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_html(scope):
            await self.app(scope, receive, send)
            return
        headers = [(k, v) for k, v in scope["headers"] if k not in _CONDITIONS]
        held: list[Message] = []

        async def exchange(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_html(message):
                held.append(message)
            elif not held:
                await send(message)
            else:
                held.append(message)
                if not message.get("more_body"):
                    await self._answer(held, scope, receive, send)

        await self.app({**scope, "headers": headers}, receive, exchange)

    async def _answer(
        self, held: list[Message], scope: Scope, receive: Receive, send: Send
    ) -> None:
        if b"".join(message.get("body", b"") for message in held[1:]) != self.whole:
            for message in held:  # somebody else's HTML
                await send(message)
            return
        body = self.html
        answer = Response(body, media_type="text/html")
        if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            answer = Response(packed(body), media_type="text/html")
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Cache-Control"] = "no-cache"
        answer.headers["Vary"] = "Accept-Encoding"
        for name, value in Headers(raw=held[0]["headers"]).items():
            if name not in _OF_THE_BODY:
                answer.headers.append(name, value)
        await answer(scope, receive, send)

    @property
    def html(self) -> bytes:
        """What is sent; made anew when our files have changed."""
        version = self.files.version
        if self._made[0] != version:
            self._made = (version, self._make(version))
        return self._made[1]

    def _make(self, version: str) -> bytes:
        ours = f"./components/{version}/"
        scripts = [f"./static/{name}" for name in self.streamlits]
        scripts += [ours + name for name in closure(OURS, self.files.text)]
        head = [f'<link rel="modulepreload" crossorigin href="{href}">' for href in scripts]
        table = json.dumps(imports(self.files), separators=(",", ":"))
        head.append(f"<script>globalThis.convscopeImports = {table}</script>")
        # In the body, so that it comes after Streamlit's own styles, as it must.
        sheet = f'<link rel="stylesheet" href="{ours}{STYLE}">'
        text = self.whole.decode().replace(_HEAD, "\n".join([*head, _HEAD]), 1)
        return text.replace(_BODY, f"{sheet}\n{_BODY}", 1).encode()


def _is_html(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")


def _wants_html(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")
