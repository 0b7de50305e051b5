"""Networks in files: one ``.npz`` with the network's table and its arrays, and no pickles.

A file says how to build its network (the spec, as JSON), so nothing else is needed to load it. It
is written beside its place and moved there whole: whoever reads never sees half a file. Files come
from anywhere; one that is damaged, foreign or out of proportion gives one clear error.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from cnn.arrays import Array
from cnn.nets.container import Container
from cnn.nets.network import Sequential
from cnn.nets.spec import build, spec_of

FORMAT = "convscope network"
VERSION = 1
#: The table of Inception-v4 has 100 kB; more than this is no table.
LARGEST_HEADER = 4_000_000

File = str | os.PathLike[str] | IO[bytes]


class FileError(ValueError):
    """A file that is no saved network, or a damaged one."""


def save(net: Container, file: File, **meta: Any) -> None:
    """Write ``net`` with its parameters and buffers, and any ``meta`` that JSON can hold.

    Args:
        net: Made of layers that :mod:`cnn.nets.spec` knows.
        file: A path, which is replaced in one move; or something open for writing bytes.
        **meta: For people and programs: how it was trained, how well it does, …

    Raises:
        ValueError: the network cannot be written as a table, or ``meta`` not as JSON.
    """
    arrays = _arrays(net, meta)
    if not isinstance(file, str | os.PathLike):
        np.savez(file, **arrays)  # type: ignore[arg-type]
        return
    path = Path(file)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def to_bytes(net: Container, **meta: Any) -> bytes:
    """What :func:`save` would write, for a download."""
    stream = io.BytesIO()
    save(net, stream, **meta)
    return stream.getvalue()


def load(file: File) -> Sequential:
    """The network of a file, in evaluation mode.

    Args:
        file: A path, or something open for reading bytes.

    Raises:
        FileError: (a ValueError) it is no saved network, or a damaged one.
        FileNotFoundError: there is no such file.
    """
    return load_with_meta(file)[0]


def load_with_meta(file: File) -> tuple[Sequential, dict[str, Any]]:
    """The network of a file and the ``meta`` it was saved with; raises as :func:`load`."""
    with _Reader(file) as reader:
        net = reader.build()
        reader.fill(net)
        net.eval()
        return net, reader.header["meta"]


def load_into(net: Container, file: File) -> None:
    """Fill the parameters and buffers of ``net`` from a file of the same network.

    Raises:
        FileError: as :func:`load`, or the file has a network of other names or shapes. ``net``
            is then as it was.
    """
    with _Reader(file) as reader:
        reader.fill(net)


def read_meta(file: File) -> dict[str, Any]:
    """Only the ``meta`` of a file; raises as :func:`load`."""
    with _Reader(file) as reader:
        return reader.header["meta"]


def _arrays(net: Container, meta: dict[str, Any]) -> dict[str, Array]:
    """What a file holds: the header as JSON in bytes, and every array by its path."""
    first = next(iter(net.parameters().values()), np.empty(0, np.float32))
    header = {
        "format": FORMAT,
        "version": VERSION,
        "spec": spec_of(net),
        "input_shape": net.input_shape,
        "dtype": first.dtype.name,
        "meta": meta,
    }
    try:
        text = json.dumps(header, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"meta: got something JSON cannot hold ({error})") from error
    encoded = np.frombuffer(text.encode(), np.uint8)
    return {"header": encoded, **net.parameters(), **net.buffers()}


_WRONG = "file: this is not a network saved here, or it is damaged"

#: What reading a zip of arrays can run into when its bytes are wrong.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, ValueError, TypeError,
    NotImplementedError, RuntimeError, MemoryError, IndexError, AttributeError, OverflowError,
    SyntaxError,
)  # fmt: skip


@contextmanager
def _damage() -> Iterator[None]:
    """Turn whatever goes wrong in reading into a FileError."""
    try:
        yield
    except FileError:
        raise
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise
    except _DAMAGE as error:
        raise FileError(f"{_WRONG} ({type(error).__name__}: {error})") from error


class _Reader:
    """An open file whose header has been read."""

    def __init__(self, file: File) -> None:
        with _damage():
            self._zip = zipfile.ZipFile(file)
        try:
            with _damage():
                self.header = self._read_header()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _read_header(self) -> dict[str, Any]:
        if self._zip.getinfo("header.npy").file_size > LARGEST_HEADER:
            raise FileError(f"{_WRONG}: its header is too long")
        header = json.loads(self._array("header").tobytes())
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise FileError(_WRONG)
        if header.get("version") != VERSION:
            raise FileError(f"file: got version {header.get('version')}, need {VERSION}")
        if not isinstance(header.get("meta"), dict):
            raise FileError(_WRONG)
        return header

    def build(self) -> Sequential:
        """The network that the header describes, its arrays still zeros."""
        with _damage():
            spec, shape = self.header["spec"], self.header["input_shape"]
            # Every channel and feature has a number in the file, so none of the table's can be
            # larger than the file: a few bytes cannot ask for all of the memory.
            size = sum(info.file_size for info in self._zip.infolist())
            if _largest(spec) > size:
                raise FileError(f"{_WRONG}: its table asks for more than the file has")
            dtype = {"float32": np.float32, "float64": np.float64}[self.header["dtype"]]
            net = build(spec, dtype=dtype, init="zeros")
            net.input_shape = None if shape is None else tuple(int(n) for n in shape)
            return net

    def fill(self, net: Container) -> None:
        """Read every array of ``net``, then copy them in: all or nothing."""
        own = {**net.parameters(), **net.buffers()}
        with _damage():
            self._check_members(own)
            state = {path: self._array(path) for path in own}
        try:
            net.load_state_dict(state)
        except ValueError as error:
            raise FileError(f"file: it holds another network ({error})") from error

    def _check_members(self, own: dict[str, Array]) -> None:
        """The right arrays, and none larger than its place: before anything is unpacked."""
        infos = self._zip.infolist()
        sizes = {info.filename.removesuffix(".npy"): info.file_size for info in infos}
        sizes.pop("header", None)
        if sizes.keys() != own.keys():
            odd = sorted(sizes.keys() ^ own.keys())
            raise FileError(f"file: it holds another network (differs in {', '.join(odd[:5])})")
        for path, array in own.items():
            if sizes[path] > 8 * array.size + 4096:
                raise FileError(f"{_WRONG}: {path} is larger than its place in the network")

    def _array(self, name: str) -> Array:
        with self._zip.open(f"{name}.npy") as stream:
            array = np.lib.format.read_array(stream, allow_pickle=False)
            if stream.read(1):  # reading to the very end also checks the sum
                raise FileError(f"{_WRONG}: {name} is longer than it says")
        if array.dtype.kind not in "fiu":
            raise FileError(f"{_WRONG}: {name} holds {array.dtype}, not numbers")
        return array


def _largest(value: Any) -> float:
    """The largest number anywhere in a value from JSON."""
    if isinstance(value, dict):
        return max(map(_largest, value.values()), default=0)
    if isinstance(value, list):
        return max(map(_largest, value), default=0)
    return value if isinstance(value, int | float) else 0
