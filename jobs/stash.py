"""What was found in files that students brought: kept by its own digest, bounded, oldest go first.

It lies in a folder that the workers look into as well; where there is none, the server itself holds
some of it. Two who bring the same file share one copy.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from cnn.data.brought.found import Found, from_bytes
from jobs import shelf
from jobs.shelf import Shelf

_DIGEST = re.compile(r"[0-9a-f]{40}")
_FOLDER = "files"


@dataclass
class Stash:
    """Packed data by digest.

    Attributes:
        shelf: The folder, if there is one.
        most_bytes: That are held in memory, where there is none.
    """

    shelf: Shelf | None
    most_bytes: int = 100_000_000
    _held: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, data: bytes) -> str:
        """Keep what :func:`cnn.data.brought.found.to_bytes` made; its digest."""
        digest = hashlib.sha256(data).hexdigest()[:40]
        if self.shelf is not None and self.shelf.put(digest, data):
            return digest
        with self._lock:
            self._held[digest] = data
            self._held.move_to_end(digest)
            while len(self._held) > 1 and sum(map(len, self._held.values())) > self.most_bytes:
                self._held.popitem(last=False)
        return digest

    def found(self, digest: str) -> Found | None:
        """What is kept under a digest, which counts as new again; None if it is gone."""
        if not _DIGEST.fullmatch(digest):
            return None
        with self._lock:
            data = self._held.get(digest)
            if data is not None:
                self._held.move_to_end(digest)
        if data is None and self.shelf is not None:
            data = self.shelf.get(digest)
            self.shelf.touch(digest)
        try:
            return None if data is None else from_bytes(data)
        except ValueError:
            return None

    def touch(self, digest: str) -> None:
        """Somebody works with it: it counts as new again."""
        if self.shelf is not None and _DIGEST.fullmatch(digest):
            self.shelf.touch(digest)

    def shared(self, digest: str) -> bool:
        """Whether the workers find it too."""
        return digest not in self._held


def from_environment() -> Stash:
    """Beside the runs that outlive the server: see :func:`jobs.shelf.from_environment`."""
    runs = shelf.from_environment()
    if runs is None:
        return Stash(None)
    with contextlib.suppress(OSError):  # the shelf says itself that it takes nothing
        runs.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Stash(Shelf(runs.folder / _FOLDER))
