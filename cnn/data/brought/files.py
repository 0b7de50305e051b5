"""A file's bytes, as a stream that is bounded: unpacked where it is gzipped, never run on for ever.

What arrives may unpack to a thousand times its size. So everything is read a piece at a time, and
a :class:`Meter` counts what came out and how long it took.
"""

from __future__ import annotations

import gzip
import io
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from cnn.data.brought.limits import MOST_SECONDS, MOST_UNPACKED, FileProblem

GZIP = b"\x1f\x8b"
_DAMAGE = (EOFError, gzip.BadGzipFile, zlib.error)


@dataclass
class Meter:
    """How much one reading may still take.

    Attributes:
        left: Bytes that may still be unpacked.
        seconds: That it may take in all.
        clock: Tells the time in seconds.
    """

    left: int = MOST_UNPACKED
    seconds: float = MOST_SECONDS
    clock: Callable[[], float] = time.monotonic
    _began: float = field(default=-1.0)

    def count(self, size: int) -> None:
        """``size`` bytes more have been read.

        Raises:
            FileProblem: That is more than may be, or took longer.
        """
        now = self.clock()
        self._began = now if self._began < 0 else self._began
        self.left -= size
        if self.left < 0:
            raise FileProblem(
                f"The file unpacks to more than {MOST_UNPACKED // 10**6} MB: bring a part of it."
            )
        if now - self._began > self.seconds:
            raise FileProblem(
                f"Reading the file took longer than {self.seconds:.0f} s: bring a part of it."
            )


class Stream(io.RawIOBase):
    """Bytes of another stream, counted by a meter; damage is told in one sentence."""

    def __init__(self, inner: BinaryIO, meter: Meter, name: str) -> None:
        super().__init__()
        self._inner, self._meter, self._name = inner, meter, name

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Some bytes more; a FileProblem if the file is damaged."""
        view = memoryview(cast(bytearray, buffer)).cast("B")
        try:
            data = self._inner.read(len(view))
        except _DAMAGE as error:
            raise FileProblem(f"{self._name} is damaged or incomplete.") from error
        self._meter.count(len(data))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Let go of what lies below."""
        self._inner.close()
        super().close()


@dataclass(frozen=True)
class File:
    """One file that was brought, or one part of an archive.

    Attributes:
        name: As it was called, without any folder.
        data: Its content, or where it lies on this machine.
        inside: Opens it, where it is a part of an archive.
    """

    name: str
    data: bytes | Path = b""
    inside: Callable[[], BinaryIO] | None = None

    def raw(self) -> BinaryIO:
        """As it is: neither unpacked nor counted."""
        if self.inside is not None:
            return self.inside()
        return self.data.open("rb") if isinstance(self.data, Path) else io.BytesIO(self.data)

    def start(self, meter: Meter, size: int = 512) -> bytes:
        """Its first bytes, unpacked."""
        with self.open(meter) as stream:
            return stream.read(size)

    def open(self, meter: Meter) -> io.BufferedReader:
        """Unpacked where it is gzipped, and counted."""
        with self.raw() as probe:
            packed = probe.read(2) == GZIP
        raw = self.raw()
        inner = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        return io.BufferedReader(Stream(inner, meter, self.name), 1 << 16)


def exactly(stream: BinaryIO, size: int, name: str) -> bytes:
    """The next ``size`` bytes of a stream.

    Args:
        stream: To read from.
        size: How many.
        name: Of the file, for the sentence.

    Raises:
        FileProblem: There are fewer.
    """
    data = stream.read(size)
    if len(data) < size:
        raise FileProblem(f"{name} is damaged or incomplete: it ends too early.")
    return data
