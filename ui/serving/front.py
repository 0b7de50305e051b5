"""The one HTML file of the app, in which all is named that every page needs.

By itself a browser finds a script's imports when it has read the script, and each step costs the
way to the server and back: on a slow link seconds. Streamlit's file names the scripts of its own
beginning; here follow those of every page, Streamlit's and ours, and the house's style sheet,
which no message need carry then. After them come those of the page that is asked for: its stage and
its controls, which would be asked for when its script has run.

It also tells Streamlit's program where its server is. By itself that tries the address of the page
first (``/draw/_stcore/health``), and opens no connection before two answers have come.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import file_util

from ui import lessons
from ui.lessons import Lesson
from ui.serving.answers import packed
from ui.serving.files import FILES, STYLE, Files

#: Components that every page has.
OURS = ("shared/mount.js", "copy_link/copy_link.js", "address/address.js")
#: Parts of Streamlit that every page has; by the beginnings of their names, the rest is a hash.
STREAMLITS = ("rehype-raw", "BidiComponent", "Checkbox", "Button", "PageLink")
#: Nobody but this very server may speak to the page from outside of it.
SERVER = """<script>globalThis.__streamlit = {
  BACKEND_BASE_URL: new URL(".", location.href).href,
  HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false },
}</script>"""
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
        self.always = self._streamlits(static, STREAMLITS)
        self.static = static
        self._version = ""
        self._made: dict[str, bytes] = {}

    def _streamlits(self, static: Path, stems: Iterable[str]) -> list[str]:
        """Addresses of Streamlit's scripts that make these parts, but for those its HTML names."""

        @cache
        def read(name: str) -> str | None:
            path = static / "static" / name
            return path.read_text("utf-8") if path.is_file() else None

        folder = static / "static" / "js"
        roots = [f"js/{p.name}" for stem in stems for p in sorted(folder.glob(f"{stem}.*.js"))]
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
        body = self.html(scope["path"].rpartition("/")[2])
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

    def html(self, slug: str) -> bytes:
        """What is sent to who asks for that page; made anew when our files have changed."""
        version = self.files.version
        if self._version != version:
            self._version, self._made = version, {}
        page = slug if lessons.known(slug) else lessons.HOME.slug
        if page not in self._made:
            self._made[page] = self._make(version, lessons.by_slug(page))
        return self._made[page]

    def _make(self, version: str, page: Lesson) -> bytes:
        ours = f"./components/{version}/"
        always = closure(OURS, self.files.text)
        scripts = [f"./static/{name}" for name in self.always]
        scripts += [ours + name for name in always]
        head = [SERVER, *(f'<link rel="modulepreload" crossorigin href="{at}">' for at in scripts)]
        head += self._ahead(ours, page, set(always))
        table = json.dumps(imports(self.files), separators=(",", ":"))
        head.append(f"<script>globalThis.convscopeImports = {table}</script>")
        # In the body, so that it comes after Streamlit's own styles, as it must.
        sheet = f'<link rel="stylesheet" href="{ours}{STYLE}">'
        text = self.whole.decode().replace(_HEAD, "\n".join([*head, _HEAD]), 1)
        return text.replace(_BODY, f"{sheet}\n{_BODY}", 1).encode()

    def _ahead(self, ours: str, page: Lesson, always: Container[str]) -> list[str]:
        """What the page asks for when its script has run; all that every page has comes first."""
        roots = [f"{name}/{name}.js" for name in page.draws]
        scripts = [ours + n for n in closure(roots, self.files.text) if n not in always]
        used = self._streamlits(self.static, page.uses)
        scripts += [f"./static/{name}" for name in used if name not in self.always]
        sheets = dict.fromkeys(
            ours + sheet
            for name in (*(Path(root).parent.name for root in OURS), *page.draws)
            for sheet in self.files.styles(name)
        )
        low = 'fetchpriority="low" crossorigin href'
        return [
            *(f'<link rel="preload" as="fetch" {low}="{at}">' for at in sheets),
            *(f'<link rel="modulepreload" {low}="{at}">' for at in scripts),
        ]


def _is_html(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")


def _wants_html(scope: Scope) -> bool:
    return "text/html" in Headers(scope=scope).get("accept", "")
