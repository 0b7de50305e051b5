"""The files of a zip in which nothing is packed, as parts of the zip's own memory.

Python's zipfile would copy them, and take several times the memory of a list of files that is
nothing but long. A zip ends with where its list lies; the list says where each file begins.
"""

from __future__ import annotations

import struct
from itertools import pairwise

from cnn.arrays import Array
from cnn.nets.storage import FileError

#: Files in a zip: Inception-v4 has about 900 tensors.
MOST_FILES = 20_000
#: Bytes after the record at the end: a comment.
LONGEST_COMMENT = 65_535

_END, _ENTRY, _LOCAL = (
    struct.Struct("<4s4H2IH"),
    struct.Struct("<4s6H3I5H2I"),
    struct.Struct("<4s5H3I2H"),
)
_WRONG = "file: its list of parts is damaged"

Entries = dict[str, Array]


def entries(data: Array) -> Entries:
    """Bytes of each file, (length,) each, by name.

    Args:
        data: Bytes of the zip, (length,).

    Raises:
        FileError: it is no zip, is damaged, holds a file packed or twice, two in one place, or too
            many.
    """
    count, at = _directory(data)
    files: Entries = {}
    places: list[tuple[int, int]] = []
    for _ in range(count):
        fields = _unpacked(_ENTRY, data, at, b"PK\x01\x02")
        flags, method, packed, size = fields[3], fields[4], fields[8], fields[9]
        name_length, extra, comment, start = *fields[10:13], fields[16]
        name = data[at + _ENTRY.size : at + _ENTRY.size + name_length].tobytes()
        text = name.decode("utf-8", "replace")
        at += _ENTRY.size + name_length + extra + comment
        if method != 0 or packed != size or flags & 1:
            raise FileError("file: a part of it is packed, and PyTorch packs none")
        if text in files:
            raise FileError(f"{_WRONG}: it has a name twice")
        first = _contents(data, start, name)
        if first + size > len(data):
            raise FileError("file: it breaks off")
        files[text] = data[first : first + size]
        places.append((start, first + size))
    places.sort()
    if any(end > start for (_, end), (start, _) in pairwise(places)):
        raise FileError(f"{_WRONG}: two parts lie in one place")
    return files


def _directory(data: Array) -> tuple[int, int]:
    """How many files there are, and where the list of them begins."""
    tail = data[-(_END.size + LONGEST_COMMENT) :].tobytes()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0:
        raise FileError("file: it breaks off, or is no zip")
    fields = _unpacked(_END, data, len(data) - len(tail) + found, b"PK\x05\x06")
    count, length, start = fields[4], fields[5], fields[6]
    if count > MOST_FILES or start + length > len(data):
        raise FileError(f"{_WRONG}: it is too long")
    return count, start


def _contents(data: Array, at: int, name: bytes) -> int:
    """Where a file's bytes begin, from where its own header does."""
    fields = _unpacked(_LOCAL, data, at, b"PK\x03\x04")
    name_length, extra = fields[9], fields[10]
    if data[at + _LOCAL.size : at + _LOCAL.size + name_length].tobytes() != name:
        raise FileError(f"{_WRONG}: a part has two names")
    return int(at + _LOCAL.size + name_length + extra)


def _unpacked(form: struct.Struct, data: Array, at: int, sign: bytes) -> tuple[int, ...]:
    """A record's fields, if there is one."""
    record = data[at : at + form.size].tobytes()
    if len(record) < form.size or record[:4] != sign:
        raise FileError(_WRONG)
    return form.unpack(record)
