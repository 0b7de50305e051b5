"""A network of ours from a safetensors file: its table in the header, its numbers after it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from cnn.nets.network import Sequential
from cnn.nets.spec import build
from cnn.nets.storage import FileError, input_shape
from cnn.pretrained.safetensors import read_safetensors
from cnn.pretrained.tensors import shown

_WRONG = "file: the table of its network is damaged"
_DAMAGE = (
    ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError,
    MemoryError,
)  # fmt: skip


def load_safetensors(data: bytes) -> tuple[Sequential, dict[str, Any]]:
    """The network that :func:`cnn.nets.export_safetensors.to_safetensors` wrote, in eval mode.

    Args:
        data: The file.

    Returns:
        The network, and the ``meta`` that it was written with.

    Raises:
        FileError: (a ValueError) it is no such file, holds no table, or another network's arrays.
    """
    tensors = read_safetensors(np.frombuffer(data, np.uint8))
    table = _table(data)
    halves = {tensor.kind for tensor in tensors.values()} - {"I64"} == {"F16"}
    try:
        net = _network(table, len(data), np.float16 if halves else np.float32)
        meta = dict(table["meta"])
    except FileError:
        raise
    except _DAMAGE as error:
        raise FileError(f"{_WRONG} ({type(error).__name__}: {error})") from error
    own = {**net.parameters(), **net.buffers()}
    if own.keys() != tensors.keys():
        odd = ", ".join(shown(name) for name in sorted(own.keys() ^ tensors.keys())[:5])
        raise FileError(f"file: it holds another network than its table (differs in {odd})")
    for name, array in own.items():
        if tensors[name].shape != array.shape:
            raise FileError(
                f"file: got shape {tensors[name].shape} for {shown(name)}, need {array.shape}"
            )
    net.load_state_dict({name: tensors[name].read(name) for name in own})
    net.eval()
    return net, meta


def _network(table: dict[str, Any], size: int, dtype: type[np.floating[Any]]) -> Sequential:
    """The network of a table, its arrays still zeros.

    No array can be larger than the file: a few bytes cannot ask for all of the memory.
    """
    shape = table["input_shape"]
    net = build(table["spec"], dtype=dtype, init="zeros", most_bytes=size)
    if shape is not None:
        net.input_shape = input_shape(shape)
        net.output_shape(net.input_shape)
    return net


def _table(data: bytes) -> dict[str, Any]:
    length = int.from_bytes(data[:8], "little")
    about = json.loads(data[8 : 8 + length]).get("__metadata__")
    text = about.get("convscope") if isinstance(about, dict) else None
    if not isinstance(text, str):
        raise FileError(
            "file: it holds weights by name, and not what network they belong to; need a file "
            "that was saved here"
        )
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{_WRONG}: it is no JSON") from error
    if not isinstance(table, dict):
        raise FileError(f"{_WRONG}: it is no table")
    return table
