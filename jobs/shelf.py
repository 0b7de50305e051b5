"""Files that outlive the server, in one folder: bounded in number, size and age.

A file goes by a key that only its owner knows; the folder shows a digest of it, so that whoever
can list the folder cannot take anything from it. Files are written beside their place and moved
there: whoever reads never sees half a file. The folder may be lost at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: Where runs are kept, in the environment: a folder, or "off".
VARIABLE = "CONVSCOPE_RUNS"
ENDING = ".run"


@dataclass
class Shelf:
    """A folder of files, each under a key.

    Attributes:
        folder: It is made, for this user alone, when the first file is put.
        most_files: The oldest go when there are more.
        most_bytes: Likewise, all together.
        oldest: Seconds after which a file is gone.
    """

    folder: Path
    most_files: int = 300
    most_bytes: int = 500_000_000
    oldest: float = 3600.0
    clock: Callable[[], float] = time.time

    def put(self, key: str, data: bytes) -> bool:
        """Keep ``data``, in place of what was there; False if the folder does not take it."""
        if len(data) > self.most_bytes or not self._ready():
            return False
        path = self._path(key)
        part = path.with_name(f"{path.stem}.{secrets.token_hex(4)}.part")
        try:
            part.write_bytes(data)
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            return False
        now = self.clock()
        with contextlib.suppress(OSError):
            os.utime(path, (now, now))
        self.tidy()
        return True

    def get(self, key: str) -> bytes | None:
        """What is kept under ``key``, unless it is too old; None if there is nothing."""
        path = self._path(key)
        try:
            if not self._ours() or self.clock() - path.stat().st_mtime > self.oldest:
                return None
            return path.read_bytes()
        except OSError:
            return None

    def touch(self, key: str) -> None:
        """Count its age from now, if it is there."""
        now = self.clock()
        with contextlib.suppress(OSError):
            os.utime(self._path(key), (now, now))

    def drop(self, key: str) -> None:
        """Keep it no longer."""
        with contextlib.suppress(OSError):
            self._path(key).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what is too old or too much, and what a broken-off writing left."""
        found = []
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                with contextlib.suppress(OSError):
                    state = path.stat()
                    if path.suffix in (ENDING, ".part"):
                        found.append((state.st_mtime, state.st_size, path))
        size = count = 0
        for written, bytes_, path in sorted(found, reverse=True):
            age = self.clock() - written
            part = path.suffix == ".part"
            size, count = size + bytes_, count + 1
            most = count > self.most_files or size > self.most_bytes
            if most or age > (60 if part else self.oldest):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _path(self, key: str) -> Path:
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / (digest[:40] + ENDING)

    def _ready(self) -> bool:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return False
        return self._ours()

    def _ours(self) -> bool:
        """Whether nobody else could have laid something into the folder.

        A folder in the system's temporary one could have been made by any user, before us.
        """
        try:
            state = self.folder.lstat()
        except OSError:
            return False
        if not hasattr(os, "getuid"):
            return self.folder.is_dir()
        mine = state.st_uid == os.getuid() and not state.st_mode & 0o022
        return mine and self.folder.is_dir() and not self.folder.is_symlink()


def from_environment() -> Shelf | None:
    """The folder that whoever starts the app has named, or one of ours among temporary files.

    None if it is switched off.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() == "off":
        return None
    if named:
        return Shelf(Path(named).expanduser())
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Shelf(Path(tempfile.gettempdir()) / f"convscope-{user}" / "runs")
