"""Files of the safetensors format: the length of a header, a header in JSON, then all the numbers.

The header gives of each tensor its kind, its shape, and where its bytes begin and end. There is
nothing in such a file that could run.
"""

from __future__ import annotations

import json
import math
from typing import Any

from cnn.arrays import Array
from cnn.nets.storage import FileError
from cnn.pretrained.tensors import KINDS, MOST_AXES, Tensor, shown, tensor

#: Bytes of a header: that of Inception-v4 takes 0.1 MB.
LONGEST_HEADER = 4_000_000

_WRONG = "file: its header is damaged"


def read_safetensors(data: Array) -> dict[str, Tensor]:
    """The tensors of a file by name.

    Args:
        data: Its bytes, (length,).

    Raises:
        FileError: the header is none, or tensors lie outside of the file, on each other or apart.
    """
    length = int.from_bytes(data[:8].tobytes(), "little")
    if len(data) < 8 or length > min(LONGEST_HEADER, len(data) - 8):
        raise FileError(f"file: its header would be {length:,} bytes, which it cannot be")
    numbers = data[8 + length :]
    header = _parsed(data[8 : 8 + length].tobytes())
    header.pop("__metadata__", None)
    tensors, spans = {}, []
    for name, entry in header.items():
        kind, shape, begin, end = _entry(name, entry)
        if not 0 <= begin <= end <= len(numbers):
            raise FileError(f"file: {shown(name)} lies outside of it")
        if end - begin != math.prod(shape) * KINDS[kind].itemsize:
            raise FileError(f"file: {shown(name)} has another length than its shape {shape}")
        tensors[name] = tensor(name, kind, shape, numbers[begin:end].view(KINDS[kind]))
        spans.append((begin, end, name))
    _check_spans(sorted(spans), len(numbers))
    if not tensors:
        raise FileError("file: it holds no tensors")
    return tensors


def _parsed(text: bytes) -> dict[str, Any]:
    """The header."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise FileError(f"{_WRONG}: it gives a name twice")
        return dict(pairs)

    try:
        header = json.loads(text, object_pairs_hook=once)
    except FileError:
        raise
    except (ValueError, RecursionError) as error:
        raise FileError(f"{_WRONG}: it is no JSON") from error
    if not isinstance(header, dict):
        raise FileError(f"{_WRONG}: it is no table")
    return header


def _entry(name: str, entry: Any) -> tuple[str, tuple[int, ...], int, int]:
    """Kind, shape, begin and end of a tensor, each of the type that it should be."""
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise FileError(f"{_WRONG}: {shown(name)} lacks its kind, shape or place")
    kind, shape, span = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        raise FileError(f"file: {shown(name)} holds {shown(str(kind))}, need one of {known}")
    lists = isinstance(shape, list) and isinstance(span, list) and len(span) == 2
    if not lists or len(shape) > MOST_AXES or any(type(n) is not int or n < 0 for n in shape):
        raise FileError(f"file: the shape of {shown(name)} is none")
    if any(type(n) is not int for n in span):
        raise FileError(f"file: {shown(name)} lies outside of it")
    return kind, tuple(shape), span[0], span[1]


def _check_spans(spans: list[tuple[int, int, str]], length: int) -> None:
    """Raise a FileError unless the tensors lie side by side from the first byte to the last."""
    at = 0
    for begin, end, name in spans:
        if begin != at:
            wrong = "lies on another tensor" if begin < at else "leaves a gap before it"
            raise FileError(f"file: {shown(name)} {wrong}")
        at = end
    if at != length:
        raise FileError(f"file: it has {length - at:,} bytes that belong to no tensor")
