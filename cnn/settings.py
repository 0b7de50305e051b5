"""What a setting may be: a whole number, a share, a switch, a name. One form of message for all.

Each function gives the value back in the type that the caller goes on with, or raises a ValueError
of one sentence: the setting's name, what was given, what is needed.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from cnn.arrays import Pair, Shape

PairLike = int | Sequence[int]

#: Numbers in one array that a setting alone may ask for: 1 GB in float32. VGG-16's largest
#: weight has 103 million.
MOST_NUMBERS = 2**28
#: Cells along one axis that a setting may speak of.
MOST_CELLS = 2**24


def whole(value: object, name: str, least: int) -> int:
    """``value`` as an int of at least ``least``; a ValueError that names it otherwise.

    Args:
        value: What was given.
        name: Of the argument, for the sentence.
        least: The smallest that will do.

    Raises:
        ValueError: it is no whole number, or too small.
    """
    try:
        if isinstance(value, bool | np.bool_):  # an index in Python; NumPy takes it for no size
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"{name}: got {value!r}, need a whole number ≥ {least}") from None
    if number < least:
        raise ValueError(f"{name}: got {number}, need a whole number ≥ {least}")
    return number


def cells(value: object, name: str, least: int = 1) -> int:
    """As :func:`whole`; a ValueError, too, for more cells along an axis than anybody means."""
    number = whole(value, name, least)
    if number > MOST_CELLS:
        raise ValueError(f"{name}: got {number}, need at most {MOST_CELLS:,}")
    return number


def pair(value: PairLike, name: str, least: int = 1) -> Pair:
    """``3`` or ``(3, 5)`` to (rows, columns), as PyTorch accepts both.

    Args:
        value: One number for both, or two.
        name: Of the argument, for the sentence.
        least: The smallest that will do.

    Raises:
        ValueError: they are not one or two whole numbers, or too small or beyond all reason.
    """
    if isinstance(value, Sequence | np.ndarray) and np.ndim(value) and not isinstance(value, str):
        if len(value) != 2:
            raise ValueError(
                f"{name}: got {tuple(value)}, need one number or a (rows, columns) pair"
            )
        return cells(value[0], name, least), cells(value[1], name, least)
    both = cells(value, name, least)
    return both, both


def real(value: Any, name: str) -> float:
    """``value`` if it is one number, infinity and NaN among them; a ValueError otherwise."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        raise ValueError(f"{name}: got {value!r}, need one number")
    if isinstance(value, complex | np.complexfloating):
        raise ValueError(f"{name}: got {value!r}, need one number without an imaginary part")
    return value  # type: ignore[return-value]


def finite(value: Any, name: str) -> float:
    """As :func:`real`; a ValueError for infinity and NaN, too."""
    if not math.isfinite(_float(value, name)):
        raise ValueError(f"{name}: got {value}, need a finite number")
    return real(value, name)


def not_negative(value: Any, name: str) -> float:
    """As :func:`finite`; a ValueError below 0, too."""
    if not 0 <= _float(value, name) < math.inf:
        raise ValueError(f"{name}: got {value}, need a finite number of 0 or more")
    return real(value, name)


def share(value: Any, name: str) -> float:
    """As :func:`real`; a ValueError for what is not from 0 to 1, too."""
    if not 0 <= real(value, name) <= 1:
        raise ValueError(f"{name}: got {value}, need a number from 0 to 1")
    return real(value, name)


def _float(value: Any, name: str) -> float:
    """As Python's float, in which a whole number of 400 digits is infinite."""
    try:
        return float(real(value, name))
    except OverflowError:
        return math.inf


def flag(value: Any, name: str) -> bool:
    """True or False, for which 1 and 0 are taken, too; a ValueError for all others."""
    if not isinstance(value, bool | int | np.bool_ | np.integer) or value not in (0, 1):
        raise ValueError(f"{name}: got {value!r}, need True or False")
    return bool(value)


def choice(value: Any, name: str, known: Iterable[str], more: str = "") -> str:
    """``value`` if it is one of ``known``; a ValueError that lists them otherwise.

    Args:
        value: What was given.
        name: Of the argument, for the sentence.
        known: The names that there are.
        more: What else would do, for the sentence: "or None".

    Raises:
        ValueError: it is none of them.
    """
    names = tuple(known)
    if not isinstance(value, str) or value not in names:
        need = " ".join(part for part in (", ".join(names), more) if part)
        raise ValueError(f"{name}: got {value!r}, need one of {need}")
    return value


def generator(seed: Any, name: str) -> np.random.Generator:
    """A generator as it is, a new one of a seed, or of chance for None; a ValueError otherwise."""
    try:
        if isinstance(seed, bool | np.bool_):
            raise TypeError
        return np.random.default_rng(seed)
    except (TypeError, ValueError):
        need = "need a generator, a whole number ≥ 0 or None"
        raise ValueError(f"{name}: got {seed!r}, {need}") from None


def float_type(dtype: Any, name: str = "dtype") -> type[np.floating]:
    """The NumPy type of floats that ``dtype`` is, or names; a ValueError if it is none."""
    try:
        kind: type | None = None if dtype is None else np.dtype(dtype).type
    except (TypeError, ValueError):
        kind = None
    if kind is None or not issubclass(kind, np.floating):
        raise ValueError(f"{name}: got {dtype!r}, need a type of floats such as np.float32")
    return kind


def check_room(shape: Shape, name: str) -> None:
    """Raise a ValueError if ``shape`` is more than a setting can have meant.

    Memory would end, or the wait would not: a size with six zeros is a slip.
    """
    if math.prod(shape) > MOST_NUMBERS:
        raise ValueError(
            f"{name}: got {' × '.join(map(str, shape))} numbers, need at most {MOST_NUMBERS:,}"
        )
