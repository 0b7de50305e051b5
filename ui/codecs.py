"""How a value is written in the link, and read back.

A codec is a pair: ``encode(value) -> str`` and ``decode(text) -> value``. ``decode`` raises
``ValueError`` for anything it does not fully accept; :mod:`ui.link` then takes the default. What
is written is short, readable, and exact: ``decode(encode(v))`` is ``v``.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np

T = TypeVar("T")

#: One separator for each axis, innermost last: channels ! rows ; cells.
SEPARATORS = ("!", ";", ",")
#: A packed value may unfold to this many characters and no more.
MAX_JSON = 200_000


@dataclass(frozen=True)
class Codec(Generic[T]):
    """A pair of functions between a value and its text in the link."""

    encode: Callable[[T], str]
    decode: Callable[[str], T]


def _number_text(value: float | np.floating | np.integer) -> str:
    """The shortest text that reads back as the same number, in its own precision."""
    if isinstance(value, int | np.integer):
        return str(int(value))
    if not np.isfinite(value):
        raise ValueError(f"a number in a link must be finite, got {value}")
    if value != 0 and not 1e-6 <= abs(float(value)) < 1e15:
        return np.format_float_scientific(value, unique=True, trim="-")
    text = np.format_float_positional(value, unique=True, trim="-")
    return "0" if text == "-0" else text


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or "_" in text:
        raise ValueError(f"not a finite number: {text!r}")
    return value + 0.0  # no negative zero


def _whole(text: str) -> int:
    if "_" in text:
        raise ValueError(f"not a whole number: {text!r}")
    return int(text)


def integer(lo: float | None = None, hi: float | None = None, step: float = 1) -> Codec[int]:
    """A whole number, optionally within ``[lo, hi]`` and on the grid ``lo, lo + step, …``."""

    def decode(text: str) -> int:
        value = _whole(text)
        _check_range(value, lo, hi)
        if lo is not None and (value - lo) % step:
            raise ValueError(f"{value} is not on the grid {lo}, {lo + step}, …")
        return value

    return Codec(_number_text, decode)


def real(lo: float | None = None, hi: float | None = None) -> Codec[float]:
    """A finite number, optionally within ``[lo, hi]``."""

    def decode(text: str) -> float:
        value = _finite(text)
        _check_range(value, lo, hi)
        return value

    return Codec(_number_text, decode)


def _check_range(value: float, lo: float | None, hi: float | None) -> None:
    if (lo is not None and value < lo) or (hi is not None and value > hi):
        raise ValueError(f"{value} is outside {lo} to {hi}")


def one_of(options: Collection[str]) -> Codec[str]:
    """One of some names."""

    def decode(text: str) -> str:
        if text not in options:
            raise ValueError(f"{text!r} is none of {', '.join(options)}")
        return text

    return Codec(str, decode)


def text(max_chars: int = 200) -> Codec[str]:
    """Any text of at most ``max_chars`` characters."""

    def decode(value: str) -> str:
        if len(value) > max_chars:
            raise ValueError(f"longer than {max_chars} characters")
        return value

    return Codec(str, decode)


def _decode_bool(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError(f"expected 0 or 1, got {value!r}")
    return value == "1"


BOOL: Codec[bool] = Codec(lambda value: "1" if value else "0", _decode_bool)
INT: Codec[int] = integer()
FLOAT: Codec[float] = real()


def _list_of(item: Codec[Any], max_length: int) -> Codec[tuple[Any, ...]]:
    def encode(values: Sequence[Any]) -> str:
        return ",".join(item.encode(v) for v in values)

    def decode(value: str) -> tuple[Any, ...]:
        parts = value.split(",") if value else []
        if len(parts) > max_length:
            raise ValueError(f"more than {max_length} values")
        return tuple(item.decode(part) for part in parts)

    return Codec(encode, decode)


def ints(max_length: int = 64, lo: int | None = None, hi: int | None = None) -> Codec[Any]:
    """A tuple of whole numbers, each within ``[lo, hi]``."""
    return _list_of(integer(lo, hi), max_length)


def floats(max_length: int = 64, lo: float | None = None, hi: float | None = None) -> Codec[Any]:
    """A tuple of finite numbers, each within ``[lo, hi]``."""
    return _list_of(real(lo, hi), max_length)


def matrix(max_rows: int, max_cols: int, lo: float = -1e6, hi: float = 1e6) -> Codec[np.ndarray]:
    """A 2-D array: ``1,1;0,1`` is [[1, 1], [0, 1]]. Read back as float64 (rows, cols)."""
    return tensor((max_rows, max_cols), lo, hi)


def tensor(max_shape: Sequence[int], lo: float = -1e6, hi: float = 1e6) -> Codec[np.ndarray]:
    """An array of 1 to 3 axes, none longer than ``max_shape`` says and none empty.

    Cells are separated by ``,``, rows by ``;``, channels by ``!``. Read back as float64; numbers
    written from float32 return to the same float32.
    """
    axes = len(max_shape)
    if not 1 <= axes <= len(SEPARATORS):
        raise ValueError(f"max_shape must have 1 to {len(SEPARATORS)} axes, got {axes}")
    separators = SEPARATORS[-axes:]

    def encode(array: np.ndarray) -> str:
        return _join(np.asarray(array), separators)

    def decode(value: str) -> np.ndarray:
        try:
            array = np.asarray(_split(value, separators, max_shape), dtype=np.float64)
        except TypeError as error:  # ragged rows, on some NumPy versions
            raise ValueError("rows of different length") from error
        if array.min() < lo or array.max() > hi:
            raise ValueError(f"a value is outside {lo} to {hi}")
        return array

    return Codec(encode, decode)


def _join(array: np.ndarray, separators: Sequence[str]) -> str:
    if array.ndim != len(separators):
        raise ValueError(f"expected an array of {len(separators)} axes, got {array.ndim}")
    if array.ndim == 1:
        return separators[0].join(_number_text(v) for v in array)
    return separators[0].join(_join(part, separators[1:]) for part in array)


def _split(value: str, separators: Sequence[str], max_shape: Sequence[int]) -> Any:
    parts = value.split(separators[0])
    if len(parts) > max_shape[0]:
        raise ValueError(f"more than {max_shape[0]} parts")
    if len(separators) == 1:
        return [_finite(part) for part in parts]
    return [_split(part, separators[1:], max_shape[1:]) for part in parts]


def shrunk(plain: Codec[T], most: int = 600, longest: int = 20_000) -> Codec[T]:
    """The same values; what takes more than ``most`` characters is deflated, behind a "~".

    It unfolds to ``longest`` characters and no more.
    """

    def encode(value: T) -> str:
        text = plain.encode(value)
        if len(text) <= most:
            return text
        return "~" + base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")

    def decode(value: str) -> T:
        if not value.startswith("~"):
            return plain.decode(value)
        body = value[1:]
        try:
            raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
            text = zlib.decompressobj().decompress(raw, longest).decode()
        except (ValueError, zlib.error) as error:
            raise ValueError("not a deflated value") from error
        return plain.decode(text)

    return Codec(encode, decode)


def packed(check: Callable[[Any], T], max_chars: int = 8000) -> Codec[T]:
    """Any JSON value, deflated: for a list of network blocks and the like.

    ``check`` receives what was read and returns the value to use, or raises ``ValueError``,
    ``TypeError`` or ``KeyError`` where it is not acceptable.
    """

    def encode(value: T) -> str:
        plain = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
        return base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode().rstrip("=")

    def decode(value: str) -> T:
        if len(value) > max_chars:
            raise ValueError(f"longer than {max_chars} characters")
        try:
            raw = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
            plain = zlib.decompressobj().decompress(raw, MAX_JSON)
            return check(json.loads(plain))
        except (ValueError, TypeError, KeyError, zlib.error, RecursionError) as error:
            raise ValueError("not a packed value") from error

    return Codec(encode, decode)
