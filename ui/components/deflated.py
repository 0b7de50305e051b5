"""Deflated bytes, kept for whoever is sent the same next.

A class that opens a page at once is sent the same thirty times: the picture that a lesson begins
with took a quarter of all that the server did for a visitor. What is kept is bounded in bytes, and
nothing in it can be changed.
"""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field

#: Of zlib: more takes longer and gains next to nothing on such numbers.
EFFORT = 5
#: Fewer bytes are deflated sooner than they are looked up.
SHORT = 2000


@dataclass
class Deflated:
    """What was deflated lately, by a digest of what it was.

    Attributes:
        most: Bytes that are kept in all.
    """

    most: int = 16_000_000
    _kept: OrderedDict[bytes, bytes] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, body: bytes, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
        """``body``, deflated; the same bytes every time.

        Args:
            body: What is deflated; always with the same strategy.
            strategy: Of zlib.
        """
        if len(body) < SHORT:
            return _deflate(body, strategy)
        key = hashlib.blake2b(body, digest_size=16).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        packed = _deflate(body, strategy)  # others need not wait for it
        with self._lock:
            if key not in self._kept:
                self._kept[key] = packed
                self._size += len(packed)
            while self._size > self.most:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest)
        return packed


def _deflate(body: bytes, strategy: int) -> bytes:
    packer = zlib.compressobj(EFFORT, strategy=strategy)
    return packer.compress(body) + packer.flush()
