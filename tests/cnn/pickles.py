"""Pickles written by hand, instruction by instruction: also those that no honest program writes."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import numpy as np

MAGIC, VERSION = 0x1950A86A20F9469CFC6C, 1001


class Raw(bytes):
    """Instructions as they are."""


def named(module: str, name: str) -> Raw:
    """Something by its name."""
    return Raw(f"c{module}\n{name}\n".encode())


ORDERED = named("collections", "OrderedDict")
DICT = Raw(ORDERED + b")R")
REBUILD = named("torch._utils", "_rebuild_tensor_v2")


def written(value: Any) -> bytes:
    """The instructions that put a value on the stack."""
    if isinstance(value, Raw):
        return value
    if value is None:
        return b"N"
    if isinstance(value, bool):
        return b"\x88" if value else b"\x89"
    if isinstance(value, int):
        size = value.bit_length() // 8 + 1
        return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)
    if isinstance(value, str):
        return b"X" + struct.pack("<I", len(value.encode())) + value.encode()
    if isinstance(value, tuple):
        return b"(" + b"".join(map(written, value)) + b"t"
    if isinstance(value, list):
        return b"](" + b"".join(map(written, value)) + b"e"
    pairs = b"".join(written(key) + written(inner) for key, inner in value.items())
    return b"}(" + pairs + b"u"


def pickled(value: Any) -> bytes:
    """A whole pickle."""
    return b"\x80\x02" + written(value) + b"."


def storage(key: Any = "0", count: Any = 6, kind: str = "FloatStorage", *more: Any) -> Raw:
    """A storage by its description."""
    described = ("storage", named("torch", kind), key, "cpu", count, *more)
    return Raw(written(described) + b"Q")


def tensor(
    shape: Any = (2, 3), strides: Any = (3, 1), offset: Any = 0, memory: Raw | None = None
) -> Raw:
    """A tensor in a storage."""
    arguments = (memory or storage(), offset, shape, strides, False, DICT)
    return Raw(REBUILD + written(arguments) + b"R")


NUMBERS = np.arange(6, dtype="<f4").tobytes()


def zipped(table: bytes, files: dict[str, bytes] | None = None, **options: Any) -> bytes:
    """PyTorch's newer form."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **options) as archive:
        archive.writestr("archive/data.pkl", table)
        for name, content in (files or {"data/0": NUMBERS}).items():
            archive.writestr(f"archive/{name}", content)
    return stream.getvalue()


def older(table: bytes, keys: Any = ("0",), storages: bytes | None = None) -> bytes:
    """PyTorch's older form."""
    head = [pickled(MAGIC), pickled(VERSION), pickled({"little_endian": True})]
    numbers = struct.pack("<Q", 6) + NUMBERS if storages is None else storages
    return b"".join([*head, table, pickled(list(keys)), numbers])
