"""A network's weights as a safetensors file: the header in JSON, then all the numbers.

PyTorch, JAX and others read it; the names are those of the network's parameters and buffers. The
network's table stands in the header's ``__metadata__``, so that the file alone gives the network
back (:func:`cnn.pretrained.own.load_safetensors`).
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from cnn.nets.container import Container
from cnn.nets.table import spec_of

#: What safetensors calls the kinds of numbers that a network here may have.
KINDS = {"float32": "F32", "float16": "F16", "int64": "I64"}
#: The header is filled up with blanks to a multiple of this, so that the numbers are aligned.
ALIGNMENT = 8


def to_safetensors(net: Container, **meta: Any) -> bytes:
    """The file.

    Args:
        net: Made of layers that :mod:`cnn.nets.spec` knows.
        **meta: For people and programs; what JSON can hold.

    Raises:
        ValueError: the network cannot be written as a table or has no arrays, or one of them is of
            a kind that the format's readers here do not take, or has numbers that are none.
    """
    table = {"spec": spec_of(net), "input_shape": net.input_shape, "meta": meta}
    header: dict[str, Any] = {"__metadata__": {"convscope": json.dumps(table, allow_nan=False)}}
    parts, at = [], 0
    for name, array in {**net.parameters(), **net.buffers()}.items():
        kind = KINDS.get(array.dtype.name)
        if kind is None or not np.isfinite(array).all():
            wrong = f"{array.dtype}" if kind is None else "NaN or infinite numbers"
            raise ValueError(f"net: {name} holds {wrong}, need finite {', '.join(KINDS)}")
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        end = at + little.nbytes
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [at, end]}
        parts.append(little.tobytes())
        at = end
    if not parts:
        raise ValueError("net: got one without parameters, need some for a file of arrays")
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return len(text).to_bytes(8, "little") + text + b"".join(parts)
