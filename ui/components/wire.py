"""What a component is given, as it travels: JSON, then the numbers of its arrays, deflated.

A component puts NumPy arrays into its data as they are; its JavaScript finds a typed array of the
same numbers in their place (``shared/wire.js``). Base64 in JSON would take a third more, and be
packed worse. Data without arrays travel as JSON while they are short.

JSON knows no NaN and no infinity, and a browser refuses the whole message for one of them: such a
float travels as a mark, ``{"number": "nan"}``. Arrays have a place for them.

What stays the same from one message to the next (the weights of a trained network) is :class:`Kept`
by the browser, under a mark that its content gives it, for as long as the page is open. Nobody here
remembers what was sent: a message can be overtaken and never arrive, and a server or a process can
be another one than before. The browser says what it holds, along with what it sends anyway, and
what it does not name it is given again.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
import struct
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ui.components.deflated import Deflated

#: Little-endian types that have a typed array in the browser.
TYPES = ("f4", "f8", "i1", "i2", "u1", "u2")
#: Bytes of JSON up to which packing gains too little to be worth a look.
SHORT = 1000
#: Each array begins at a multiple of this, as typed arrays must.
ALIGNED = 8
_DEFLATED = Deflated()


@dataclass(frozen=True)
class Held:
    """In the place of what the browser holds: its mark."""

    mark: str


@dataclass(frozen=True)
class Smooth:
    """A picture's bytes, (…, H, W): each travels as what it is off the guess that its neighbours
    give, which packs better. The browser finds a typed array as of any other.
    """

    pixels: np.ndarray

    def off(self) -> np.ndarray:
        """uint8 alike: each byte less the median of left, above, and their sum less the corner."""
        x = np.pad(self.pixels.astype(np.int16), [(0, 0)] * (self.pixels.ndim - 2) + [(1, 0)] * 2)
        left, above, corner = x[..., 1:, :-1], x[..., :-1, 1:], x[..., :-1, :-1]
        low, high = np.minimum(left, above), np.maximum(left, above)
        return (x[..., 1:, 1:] - np.clip(left + above - corner, low, high)).astype(np.uint8)


@dataclass(frozen=True)
class Kept:
    """Data of which a browser needs only the mark, once it holds them.

    Attributes:
        value: Data for a component; not to be changed any more.
    """

    value: Any

    @functools.cached_property
    def mark(self) -> str:
        """Another one for another content."""
        return hashlib.sha256(_packed(self.value)).hexdigest()[:16]

    def unless(self, held: Collection[str]) -> Kept | Held:
        """As a browser is given it that holds what has these marks."""
        return Held(self.mark) if self.mark in held else self


def to_wire(data: Any) -> Any:
    """``data`` as Streamlit may send it: itself with marks, or packed bytes.

    The bytes are the length of what is packed (uint32), then that, deflated: the length of the
    JSON (uint32), the JSON, and the arrays. In the JSON an array is ``{"array": [type, offset,
    count]}``, in bytes and in numbers; its shape is for the component to tell, but for that of one
    picture where it is :class:`Smooth`: ``"smooth": [height, width]``. What is kept is
    ``{"kept": [mark, value]}``, or ``{"kept": [mark]}`` where the browser holds it.

    Raises:
        ValueError: An array's type has no typed array in the browser.
    """
    arrays: list[np.ndarray] = []
    plain = _plain(data, arrays)
    text = json.dumps(plain, separators=(",", ":")).encode()
    if not arrays and len(text) <= SHORT:
        return plain
    body = _joined(text, arrays)
    # What is left of a smooth picture is small numbers at random: repeats are not worth much.
    strategy = zlib.Z_FILTERED if b'"smooth":' in text else zlib.Z_DEFAULT_STRATEGY
    return struct.pack("<I", len(body)) + _DEFLATED.of(body, strategy)


def _packed(data: Any) -> bytes:
    arrays: list[np.ndarray] = []
    return _joined(json.dumps(_plain(data, arrays)).encode(), arrays)


def _joined(text: bytes, arrays: list[np.ndarray]) -> bytes:
    # The arrays' places are known once the length of the JSON is: they are counted from its end.
    parts = [struct.pack("<I", len(text)), text, bytes(-(4 + len(text)) % ALIGNED)]
    for array in arrays:
        raw = array.tobytes()
        parts += [raw, bytes(-len(raw) % ALIGNED)]
    return b"".join(parts)


def _plain(data: Any, arrays: list[np.ndarray]) -> Any:
    """``data`` in JSON's types; its arrays are appended to ``arrays``."""
    if data is None or isinstance(data, str | int):
        return data
    if isinstance(data, float):
        return data if math.isfinite(data) else {"number": str(float(data))}
    if isinstance(data, np.ndarray):
        return _place(data, arrays)
    if isinstance(data, Smooth):
        return _place(data.off(), arrays) | {"smooth": list(data.pixels.shape[-2:])}
    if isinstance(data, Kept):
        return {"kept": [data.mark, _plain(data.value, arrays)]}
    if isinstance(data, Held):
        return {"kept": [data.mark]}
    if isinstance(data, Mapping):
        return {key: _plain(value, arrays) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value, arrays) for value in data]
    return data


def _place(array: np.ndarray, arrays: list[np.ndarray]) -> dict[str, Any]:
    values = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    name = values.dtype.str[1:]
    if name not in TYPES:
        raise ValueError(f"array: got {array.dtype}, need one of {', '.join(TYPES)}")
    at = sum(before.nbytes + -before.nbytes % ALIGNED for before in arrays)
    arrays.append(values)
    return {"array": [name, at, values.size]}
