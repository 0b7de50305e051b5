"""What comes from outside, made into a value or refused: the only door into a class.

Text becomes one line of what can be shown. It is never read as Markdown, a path or a query here;
whoever shows it quotes it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from classroom import limits
from classroom.trouble import Refused

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_LARGEST = 2**63 - 1


def text(value: object, what: str, most: int, *, empty: bool = True) -> str:
    """One printable line of at most ``most`` characters.

    Args:
        value: What was sent.
        what: What it is, as a sentence begins: "The sentence".
        most: Characters.
        empty: Whether nothing is acceptable.

    Raises:
        Refused: It is no text, too long, or empty where something is needed.
    """
    if not isinstance(value, str):
        raise Refused(f"{what} must be text.")
    if len(value) > most:
        raise Refused(f"{what} is too long: at most {most} characters.")
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    if not line and not empty:
        raise Refused(f"{what} is empty.")
    return line


def name(value: object, what: str) -> str:
    """A name as the link has them: small letters, digits and underscores, at most 32.

    Raises:
        Refused: It is none.
    """
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Refused(f"{what} is not a name that a link can have.")
    return value


def slug(value: object) -> str:
    """A lesson's name; "" is the home page.

    Raises:
        Refused: It is none.
    """
    return "" if value == "" else name(value, "The lesson")


def whole(value: object, what: str, lo: int = 0, hi: int = _LARGEST) -> int:
    """A whole number from ``lo`` to ``hi``.

    Raises:
        Refused: It is none, or outside.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not lo <= value <= hi:
        raise Refused(f"{what} must be a whole number that there can be.")
    return value


def number(value: object, what: str, most: float = limits.NUMBER) -> float:
    """A finite number of at most ``most`` in size.

    Raises:
        Refused: It is none, or too large.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{what} must be a number.")
    if not (-most <= value <= most) or not math.isfinite(value):
        raise Refused(f"{what} must be a number, and not so large a one.")
    return float(value) + 0.0  # no negative zero


def fields(value: object, known: set[str], what: str) -> Mapping[str, object]:
    """A JSON object that has no other fields than the ``known`` ones.

    Raises:
        Refused: It is none, or has others.
    """
    if not isinstance(value, Mapping) or not set(value) <= known:
        raise Refused(f"{what} cannot be read.")
    return value


def settings(value: object) -> dict[str, str]:
    """Settings as the link writes them, name → text.

    Raises:
        Refused: They are none, or too many or too long.
    """
    if not isinstance(value, Mapping) or len(value) > limits.SETTINGS:
        raise Refused(f"The settings must be pairs, at most {limits.SETTINGS}.")
    found = {}
    for key, one in value.items():
        if not isinstance(one, str) or len(one) > limits.SETTING or not one.isprintable():
            raise Refused("A setting is not what a link can hold.")
        found[name(key, "A setting")] = one
    size = sum(len(key) + len(one.encode()) for key, one in found.items())
    if size > limits.MESSAGE_BYTES:
        raise Refused(f"The settings are too long: at most {limits.MESSAGE_BYTES // 1024} kB.")
    return found
