"""A zip, opened with care: nothing of it is ever written anywhere.

A few bytes can claim any number of parts, of any size, with any name. So the parts are counted
before they are listed, only the two ways of packing are taken that unpack a little at a time, and
what comes out is counted by the same meter as everything else.
"""

from __future__ import annotations

import io
import mmap
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from cnn.data.brought.files import File
from cnn.data.brought.limits import MOST_MEMBERS, FileProblem

MAGIC = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
#: What computers put beside files of their own accord.
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@contextmanager
def opened(file: File) -> Iterator[zipfile.ZipFile]:
    """The archive of a file.

    Raises:
        FileProblem: It is damaged, has too many parts, or one whose name leads out of it.
    """
    if _entries(file) > MOST_MEMBERS:
        raise FileProblem(f"{file.name} has far too many parts: at most {MOST_MEMBERS:,} are read.")
    with file.raw() as raw:
        try:
            archive = zipfile.ZipFile(raw)
        except Exception as error:  # a damaged archive fails in many ways
            raise FileProblem(f"{file.name} is damaged or incomplete.") from error
        with archive:
            for info in archive.infolist():
                _check(info)
            yield archive


def members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Its files, in the order of their names: neither folders nor what computers put beside."""
    found = [
        info
        for info in archive.infolist()
        if not info.is_dir() and not any(part in _LITTER for part in path_of(info).parts)
        and not path_of(info).name.startswith(".")
    ]  # fmt: skip
    return sorted(found, key=lambda info: info.filename)


def path_of(info: zipfile.ZipInfo) -> PurePosixPath:
    """Where a part lies in its archive; for its names only."""
    return PurePosixPath(info.filename.replace("\\", "/"))


def part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> File:
    """A part as a file of its own; reading it raises a FileProblem if it is damaged."""

    def open_part() -> BinaryIO:
        try:
            inner = cast(BinaryIO, archive.open(info))
            return cast(BinaryIO, _Part(inner, path_of(info).name))
        except Exception as error:  # of a damaged archive zipfile raises whatever it likes
            raise FileProblem(f"{path_of(info).name} in the zip is damaged.") from error

    return File(path_of(info).name, inside=open_part)


class _Part(io.RawIOBase):
    """A part's bytes; a wrong check sum or damage is told in a sentence."""

    def __init__(self, inner: BinaryIO, name: str) -> None:
        super().__init__()
        self._inner, self._name = inner, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        try:
            data = self._inner.read(len(view))
        except Exception as error:  # zipfile, zlib and struct raise whatever they like
            raise FileProblem(f"{self._name} in the zip is damaged.") from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _entries(file: File) -> int:
    """How many parts it can have at most: each has an entry, which begins with a mark."""
    if isinstance(file.data, bytes):
        return file.data.count(_ENTRY)
    return _entries_on_disk(file.data)


def _entries_on_disk(path: Path) -> int:
    count, at = 0, 0
    with path.open("rb") as raw, mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as held:
        while count <= MOST_MEMBERS and (at := held.find(_ENTRY, at)) >= 0:
            count, at = count + 1, at + len(_ENTRY)
    return count


def _check(info: zipfile.ZipInfo) -> None:
    path = path_of(info)
    if path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0]:
        raise FileProblem("A part of the zip has a name that leads out of it: it is not opened.")
    if info.flag_bits & _ENCRYPTED:
        raise FileProblem("The zip is locked by a password: pack it without one.")
    if not info.is_dir() and info.compress_type not in _PLAIN:
        raise FileProblem("The zip is packed in an unusual way: pack it anew, as a plain zip.")
