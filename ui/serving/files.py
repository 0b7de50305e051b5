"""The components' scripts and styles, which a browser fetches as files and keeps.

What is served is a dictionary that is read once: the scripts and styles under ``ui/components``,
the house's style sheet, and nothing else. An address is looked up in it and is never a path on this
machine. It holds a hash of all files, so that a browser may keep what it has for good. While
somebody works on the app (Streamlit's file watcher is on) the files are looked at again: a change
has another address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui.serving.answers import FOR_GOOD, SCRIPTS_AND_STYLES, base_path, packed

COMPONENTS = Path(__file__).resolve().parents[1] / "components"
#: The name under which the house's style sheet is served, which no component wears.
STYLE = "page/style.css"
SHEETS = {STYLE: COMPONENTS.parent / "style.css"}
ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class File:
    """A script or a style, as it is sent."""

    body: bytes
    media_type: str

    @cached_property
    def packed(self) -> bytes:
        """Compressed, for browsers that take it: all of them."""
        return packed(self.body)

    @cached_property
    def tag(self) -> str:
        """Another one for another content."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class Files:
    """All scripts and styles one level under a folder, by ``component/name``.

    Args:
        folder: Holds a folder for each component.
        watched: Look again for changes whenever the version is asked for.
        more: Files that lie elsewhere, by name.
    """

    def __init__(
        self, folder: Path, watched: bool = False, more: Mapping[str, Path] | None = None
    ) -> None:
        self.folder = folder
        self.watched = watched
        self.more = {path: name for name, path in (more or {}).items()}
        self._times: Mapping[Path, int] = {}
        self._files: Mapping[str, File] = {}
        self._version = ""
        self._read(self._found())

    def _found(self) -> dict[Path, int]:
        """The files that there are, and when each was changed last."""
        return {
            path: path.stat().st_mtime_ns
            for path in [*sorted(self.folder.glob("*/*")), *self.more]
            if path.suffix in SCRIPTS_AND_STYLES and path.name[0] != "." and path.is_file()
        }

    def _read(self, found: Mapping[Path, int]) -> None:
        self._times = found
        self._files = {
            self.more.get(path) or path.relative_to(self.folder).as_posix(): File(
                path.read_bytes(), SCRIPTS_AND_STYLES[path.suffix]
            )
            for path in found
        }
        whole = hashlib.sha256()
        for name, file in self._files.items():
            whole.update(f"{name}\0{len(file.body)}\0".encode() + file.body)
        self._version = whole.hexdigest()[:12]

    @property
    def version(self) -> str:
        """A hash of all files."""
        if self.watched and (found := self._found()) != self._times:
            self._read(found)
        return self._version

    def get(self, name: str) -> File | None:
        """The file ``component/name``, None if there is none."""
        return self._files.get(name)

    def text(self, name: str) -> str | None:
        """The text of ``component/name``, None if there is none."""
        file = self.get(name)
        return None if file is None else file.body.decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def styles(self, component: str) -> list[str]:
        """The styles that ``component`` wears: the shared ones, then its own."""
        own = ("shared/", f"{component}/")
        styles = [n for n in self._files if n.endswith(".css") and n.startswith(own)]
        return sorted(styles, key=lambda name: (not name.startswith("shared/"), name))


def watching() -> bool:
    """Whether somebody works on the app: Streamlit looks for changed files."""
    return bool(st.get_option("server.fileWatcherType") != "none")


FILES = Files(COMPONENTS, watching(), SHEETS)


def route() -> Route:
    """``/components/<version>/<component>/<name>``, behind the server's base path.

    A version may have a suffix, ``-1``, ``-2``, …: a browser that could not load a script does not
    ask again for the same address, so the next try is another one.
    """
    return Route(f"{base_path()}/components/{{version}}/{{component}}/{{name}}", _answer)


async def _answer(request: Request) -> Response:
    given = request.path_params
    newest = FILES.version
    file = FILES.get(f"{given['component']}/{given['name']}")
    if file is None:
        return Response("There is no such file.", 404, media_type="text/plain")
    headers = {
        "Cache-Control": FOR_GOOD if given["version"].split("-")[0] == newest else ASK_AGAIN,
        "ETag": file.tag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    body = file.body
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = file.packed, "gzip"
    return Response(body, media_type=file.media_type, headers=headers)
