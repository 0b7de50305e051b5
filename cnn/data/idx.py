"""IDX, the file format of MNIST: a few bytes of header, then the array.

Bytes 0–1 are zero, byte 2 names the type, byte 3 the number of dimensions; then each dimension as
a big-endian 32-bit integer; then the values, big-endian. The files are often gzipped.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from cnn.arrays import Array

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_CODES = {np.dtype(name).newbyteorder("="): code for code, name in TYPES.items()}
_LARGEST = 2**31  # bytes; a damaged header must not ask for all of the machine's memory


def read_idx(path: str | Path) -> Array:
    """Read one IDX file, gzipped or plain.

    Returns:
        The array, in the machine's own byte order.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no IDX file, is damaged, or is shorter or longer than its header says.
    """
    path = Path(path)
    with path.open("rb") as raw:
        zipped = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw
        try:
            return _parse(stream, path.name)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise ValueError(f"{path.name} is damaged: {error}") from error


def _parse(stream: BinaryIO, name: str) -> Array:
    header = stream.read(4)
    if len(header) < 4 or header[:2] != b"\0\0" or header[2] not in TYPES:
        raise ValueError(f"{name} is no IDX file: it starts with bytes {header.hex(' ') or 'none'}")
    dtype, dimensions = np.dtype(TYPES[header[2]]), header[3]
    sizes = stream.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise ValueError(f"{name} is damaged: it ends within its header")
    shape = struct.unpack(f">{dimensions}I", sizes)
    expected = math.prod(shape) * dtype.itemsize
    if expected > _LARGEST:
        raise ValueError(f"{name} is damaged: its header claims {expected:,} bytes of data")
    data = stream.read(expected)
    if len(data) < expected:
        raise ValueError(f"{name} is damaged: {len(data):,} bytes of data instead of {expected:,}")
    if stream.read(1):
        raise ValueError(f"{name} is damaged: more than the {expected:,} bytes its header claims")
    flat = np.frombuffer(data, dtype)
    return flat.reshape(shape).astype(dtype.newbyteorder("="))  # as the header says


def write_idx(path: str | Path, array: Array) -> None:
    """Write an array as an IDX file; gzipped where the name ends in ``.gz``.

    Raises:
        ValueError: IDX has no such type, or ``array`` has more than 255 dimensions.
    """
    path, array = Path(path), np.asarray(array)
    code = _CODES.get(array.dtype.newbyteorder("="))
    if code is None:
        known = ", ".join(str(dtype) for dtype in _CODES)
        raise ValueError(f"array: got {array.dtype}, need one of IDX's types: {known}")
    header = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    content = header + array.astype(TYPES[code]).tobytes()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
