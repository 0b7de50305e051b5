"""Networks in files: one ``.npz`` with the network's table and its arrays, and no pickles.

A file says how to build its network (the spec, as JSON), so nothing else is needed to load it. It
is written beside its place and moved there whole: whoever reads never sees half a file. Files come
from anywhere; one that is damaged, foreign or out of proportion gives one clear error.
"""

from __future__ import annotations

import io
import json
import math
import os
import secrets
import tokenize
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
from cnn.nets.spec import build
from cnn.nets.table import spec_of
from cnn.settings import whole

FORMAT = "convscope network"
VERSION = 1
#: The table of Inception-v4 has 100 kB; more than this is no table.
LARGEST_HEADER = 1_000_000
#: Numbers in one sample; a colour picture of 4,096² has half as many.
LARGEST_INPUT = 100_000_000
#: A packed file may unpack to so many times its size: weights are noise and hardly pack at all.
MOST_UNPACKED = 16
DTYPES: dict[str, type[np.floating[Any]]] = {
    "float16": np.float16, "float32": np.float32, "float64": np.float64
}  # fmt: skip

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
        ValueError: the network cannot be written as a table, its numbers are not all finite or
            not all of one dtype, or ``meta`` is nothing that JSON can hold.
    """
    _check_file(file, "write")
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
    """What :func:`save` would write, for a download; raises as it does."""
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
        reader.fill(net, whole=False)  # nobody has it yet
        net.eval()
        return net, reader.header["meta"]


def load_into(net: Container, file: File, whole: bool = True) -> None:
    """Fill the parameters and buffers of ``net`` from a file of the same network.

    Args:
        net: The network.
        file: A path, or something open for reading bytes.
        whole: Read everything before the first number is changed. Without it, array by array,
            which takes half of the memory.

    Raises:
        FileError: as :func:`load`, or the file has a network of other names or shapes. ``net``
            is then as it was, if ``whole``.
    """
    with _Reader(file) as reader:
        reader.fill(net, whole)


def read_meta(file: File) -> dict[str, Any]:
    """Only the ``meta`` of a file; raises as :func:`load`."""
    with _Reader(file) as reader:
        meta: dict[str, Any] = reader.header["meta"]
        return meta


def names_in(file: File) -> set[str]:
    """The paths of the arrays in a file; none is read. Raises as :func:`load`."""
    with _Reader(file) as reader:
        return reader.names()


def _check_file(file: Any, use: str) -> None:
    """Raise a FileError unless ``file`` is a path, or open for ``use``, "read" or "write"."""
    a_path = isinstance(file, str | os.PathLike)
    if (a_path and not Path(file).name) or not (a_path or hasattr(file, use)):
        raise FileError(f"file: got {file!r}, need a path or something open to {use} bytes")


def _arrays(net: Container, meta: dict[str, Any]) -> dict[str, Array]:
    """What a file holds: the header as JSON in bytes, and every array by its path."""
    spec = spec_of(net)  # first: it says if the network cannot be a table
    arrays = {**net.parameters(), **net.buffers()}
    header = {
        "format": FORMAT,
        "version": VERSION,
        "spec": _checked(spec, "net"),
        "input_shape": net.input_shape,
        "dtype": _dtype_name(arrays),
        "meta": _checked(meta, "meta"),
    }
    text = json.dumps(header).encode()
    if len(text) > LARGEST_HEADER:
        raise ValueError(f"meta: got {len(text):,} bytes with the table, need {LARGEST_HEADER:,}")
    for path, array in arrays.items():
        if not np.isfinite(array).all():
            raise ValueError(
                f"net: got NaN or infinite numbers in {path}, need finite ones to save"
            )
    return {"header": np.frombuffer(text, np.uint8), **arrays}


def _checked(value: Any, name: str) -> Any:
    """``value`` if JSON can hold it; a ValueError that names it otherwise."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{name}: got something JSON cannot hold ({error})") from error
    return value


def _dtype_name(arrays: dict[str, Array]) -> str:
    """The one dtype of all arrays."""
    names = sorted({array.dtype.name for array in arrays.values()}) or ["float32"]
    if len(names) > 1 or names[0] not in DTYPES:
        raise ValueError(f"net: got {', '.join(names)}, need one of {', '.join(DTYPES)} to save")
    return names[0]


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
    except RecursionError as error:
        raise FileError(f"{_WRONG}: its table is nested too deeply") from error
    except _DAMAGE as error:
        raise FileError(f"{_WRONG} ({type(error).__name__}: {error})") from error


class _Reader:
    """An open file whose header has been read."""

    def __init__(self, file: File) -> None:
        _check_file(file, "read")
        with _damage():
            self._zip = zipfile.ZipFile(file)
        try:
            with _damage():
                self._check_zip()
                self.header = self._read_header()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def _check_zip(self) -> None:
        """Plainly stored or packed, no name twice, in proportion: before anything is unpacked."""
        infos = self._zip.infolist()
        self._sizes = {info.filename: info.file_size for info in infos}
        if len(self._sizes) < len(infos):
            raise FileError(f"{_WRONG}: it has two arrays of one name")
        if any(
            info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos
        ):
            raise FileError(f"{_WRONG}: it is packed in an unknown way")
        self._size = sum(self._sizes.values())
        if self._size > MOST_UNPACKED * self._packed_size() + LARGEST_HEADER:
            raise FileError(f"{_WRONG}: it would unpack to {self._size:,} bytes")

    def names(self) -> set[str]:
        """The paths of its arrays."""
        return {name.removesuffix(".npy") for name in self._sizes} - {"header"}

    def _packed_size(self) -> int:
        """Bytes of the file itself."""
        stream = self._zip.fp
        if stream is None:
            raise FileError(f"{_WRONG}: it is closed")
        return stream.seek(0, os.SEEK_END)

    def _read_header(self) -> dict[str, Any]:
        if self._sizes["header.npy"] > LARGEST_HEADER + 4096:
            raise FileError(f"{_WRONG}: its header is too long")
        array = self._array("header", None)
        if array.dtype != np.uint8 or array.ndim != 1:
            raise FileError(_WRONG)
        header = _from_json(array.tobytes())
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise FileError(_WRONG)
        if header.get("version") != VERSION or isinstance(header["version"], bool):
            raise FileError(f"file: got version {header.get('version')}, need {VERSION}")
        if not isinstance(header.get("meta"), dict):
            raise FileError(_WRONG)
        return header

    def build(self) -> Sequential:
        """The network that the header describes, its arrays still zeros."""
        with _damage():
            spec, shape = self.header["spec"], self.header["input_shape"]
            dtype = DTYPES.get(str(self.header["dtype"]))
            if dtype is None:
                raise FileError(
                    f"file: got {self.header['dtype']}, need one of {', '.join(DTYPES)}"
                )
            # Every channel and feature has a number in the file, so none of the table's can be
            # larger than the file, nor all arrays together: a few bytes cannot ask for all of the
            # memory.
            if _largest(spec) > self._size:
                raise FileError(f"{_WRONG}: its table asks for more than the file has")
            net = build(spec, dtype=dtype, init="zeros", most_bytes=self._size)
            if shape is not None:
                net.input_shape = input_shape(shape)
                net.output_shape(net.input_shape)
            return net

    def fill(self, net: Container, whole: bool) -> None:
        """Read every array of ``net``; as a ``whole``, or each straight into its place."""
        own = {**net.parameters(), **net.buffers()}
        with _damage():
            self._check_members(own)
            if not whole:
                for path, array in own.items():
                    array[...] = self._numbers(path, array)
                return
            state = {path: self._numbers(path, array) for path, array in own.items()}
        net.load_state_dict(state)

    def _check_members(self, own: dict[str, Array]) -> None:
        """The right arrays, and none larger than its place: before anything is unpacked."""
        needed = {f"{path}.npy": array for path, array in own.items()}
        given = self._sizes.keys() - {"header.npy"}
        if given != needed.keys():
            odd = (name.removesuffix(".npy") for name in sorted(given ^ needed.keys()))
            raise FileError(f"file: it holds another network (differs in {', '.join([*odd][:5])})")
        for name, array in needed.items():
            if self._sizes[name] > 8 * array.size + 4096:
                raise FileError(f"{_WRONG}: {name} is larger than its place in the network")

    def _numbers(self, path: str, place: Array) -> Array:
        """An array as ``place`` in the network takes it."""
        array = self._array(path, place.shape)
        if array.dtype.name not in DTYPES:
            raise FileError(f"{_WRONG}: {path} holds {array.dtype}, need {' or '.join(DTYPES)}")
        with np.errstate(over="ignore"):
            numbers = array.astype(place.dtype, copy=False)
        if not np.isfinite(array).all():
            raise FileError(f"file: {path} holds NaN or infinite numbers, need finite ones")
        if not np.isfinite(numbers).all():
            raise FileError(f"file: {path} holds numbers too large for {place.dtype}")
        if is_negative_variance(path, numbers):
            raise FileError(f"file: {path} holds a negative variance, need 0 or more")
        return numbers

    def _array(self, name: str, shape: tuple[int, ...] | None) -> Array:
        """An array, of ``shape`` if that is known: looked at before memory is taken for it."""
        with self._zip.open(f"{name}.npy") as stream:
            given, dtype = array_header(stream)
            if shape is not None and given != shape:
                raise FileError(
                    f"file: it holds another network (state: got shape {given} for {name}, "
                    f"need {shape})"
                )
            if dtype.kind not in "fiu" or math.prod(given) * dtype.itemsize > self._size:
                raise FileError(f"{_WRONG}: {name} holds {dtype} of shape {given}")
        with self._zip.open(f"{name}.npy") as stream:
            array = np.lib.format.read_array(stream, allow_pickle=False)
            if stream.read(1):  # reading to the very end also checks the sum
                raise FileError(f"{_WRONG}: {name} is longer than it says")
        return array


def is_negative_variance(path: str, numbers: Array) -> bool:
    """Whether these are running variances with one below 0, whose root would be no number."""
    return path.endswith("running_var") and bool((numbers < 0).any())


def array_header(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and dtype that an array in NumPy's format begins with.

    Raises:
        ValueError: it begins with something else.
    """
    first = np.lib.format.read_magic(stream) == (1, 0)
    read = np.lib.format.read_array_header_1_0 if first else np.lib.format.read_array_header_2_0
    try:
        shape, _, dtype = read(stream)
    except tokenize.TokenError as error:  # of a header that breaks off; it is no ValueError
        raise ValueError("the header of an array breaks off") from error
    return shape, dtype


def input_shape(shape: Any) -> tuple[int, ...]:
    """(C, H, W) or (F,) from JSON, in reason."""
    sizes = tuple(whole(n, "input_shape", 1) for n in shape)
    if len(sizes) not in (1, 3) or math.prod(sizes) > LARGEST_INPUT:
        raise FileError(f"{_WRONG}: its input is {' × '.join(map(str, sizes))}")
    return sizes


def _from_json(text: bytes) -> Any:
    """A value from JSON; NaN, Infinity and a name given twice are not JSON."""

    def refused(word: str) -> Any:
        raise FileError(f"{_WRONG}: its table holds {word}")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise FileError(f"{_WRONG}: its table gives a name twice")
        return dict(pairs)

    return json.loads(text, parse_constant=refused, object_pairs_hook=once)


def _largest(value: Any) -> float:
    """The largest number anywhere in a value from JSON."""
    if isinstance(value, dict):
        return max(map(_largest, value.values()), default=0)
    if isinstance(value, list):
        return max(map(_largest, value), default=0)
    return value if isinstance(value, int | float) else 0
