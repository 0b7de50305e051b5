"""Reads what a page sent to a component, as the component would."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest, local_script_runner


@contextlib.contextmanager
def counted(
    monkeypatch: pytest.MonkeyPatch, *, in_parts: bool = False
) -> Iterator[Callable[[], int]]:
    """Inside it, how many bytes of messages the last run of a page sent.

    ``in_parts``: of them, those of what stands in a part that also runs by itself.
    """
    sizes = [0]
    plain = local_script_runner.parse_tree_from_messages

    def counting(messages: list[Any]) -> Any:
        mine = [one for one in messages if one.delta.fragment_id or not in_parts]
        sizes.append(sum(message.ByteSize() for message in mine))
        return plain(messages)

    monkeypatch.setattr(local_script_runner, "parse_tree_from_messages", counting)
    yield lambda: sizes[-1]


def sent(at: AppTest, component: str, key: str | None = None) -> dict[str, Any]:
    """The data of the only (or the ``key``ed) component of that name on the page."""
    found = [
        element.proto
        for element in at.get("bidi_component")
        if element.proto.component_name == f"convscope_{component}"
        and (key is None or element.proto.id.endswith(f"-{key}"))
    ]
    assert len(found) == 1, f"{len(found)} components {component!r} with key {key!r}"
    data: dict[str, Any] = received(found[0])
    return data


#: What was received once, by its mark: as a page that stays open would keep it.
HELD: dict[str, Any] = {}


def received(proto: Any) -> Any:
    """The data of a component's message: the other end of :mod:`ui.components.wire`."""
    if proto.bytes:
        return unpacked(proto.bytes)
    return _read(proto.json or "null")


def smoothed(off: np.ndarray, height: int, width: int) -> np.ndarray:
    """The other end of :class:`ui.components.wire.Smooth`, byte by byte."""
    pictures = np.zeros((off.size // (height * width), height + 1, width + 1), np.uint8)
    for picture, given in zip(pictures, off.reshape(-1, height, width).tolist(), strict=True):
        rows = picture.tolist()
        for above, row, line in zip(rows, rows[1:], given, strict=False):
            for i, value in enumerate(line):
                a, b = row[i], above[i + 1]
                row[i + 1] = (value + sorted((a, b, a + b - above[i]))[1]) % 256
        picture[:] = rows
    return pictures[:, 1:, 1:].reshape(-1)


def no_such_constant(name: str) -> Any:
    """JSON has no NaN: a browser would refuse the message."""
    raise AssertionError(f"{name} in what a component is given")


def unpacked(wire: bytes) -> Any:
    """What :func:`ui.components.wire.to_wire` packed."""
    body = zlib.decompress(wire[4:])
    assert struct.unpack("<I", wire[:4]) == (len(body),)
    (length,) = struct.unpack("<I", body[:4])
    begin = -(-(4 + length) // 8) * 8

    def array_at(kind: str, at: int, count: int) -> np.ndarray:
        return np.frombuffer(body, f"<{kind}", count, begin + at)

    return _read(body[4 : 4 + length], array_at)


def _read(text: str | bytes, array_at: Callable[..., np.ndarray] | None = None) -> Any:
    def revived(mark: dict[str, Any]) -> Any:
        if array_at and "array" in mark:
            array = array_at(*mark["array"])
            return smoothed(array, *mark["smooth"]) if "smooth" in mark else array
        if "kept" in mark:
            name, *content = mark["kept"]
            return HELD.setdefault(name, *content) if content else HELD[name]
        return mark

    return json.loads(text, object_hook=revived, parse_constant=no_such_constant)


def pad_ink(ink: np.ndarray) -> str:
    """[0, 1] as the drawing pad sends it: after each 0 and 255, how many follow one another."""
    pixels = np.rint(np.clip(ink, 0, 1) * 255).astype(np.uint8).tobytes()
    packed = bytearray()
    for found in re.finditer(rb"\x00{1,255}|\xff{1,255}|[^\x00\xff]", pixels, re.DOTALL):
        run = found.group()
        packed += bytes([run[0], len(run)]) if run[0] in (0, 255) else run
    return base64.b64encode(packed).decode()


def array(packed: dict[str, Any]) -> np.ndarray:
    """The other end of :func:`ui.components.arrays.pack` and :func:`~.pack_seen`."""
    values: np.ndarray = packed["data"]
    if "parts" in packed:
        values = (values + 0.5 * np.sign(values)) / packed["parts"]
    return values.reshape(packed["shape"])
