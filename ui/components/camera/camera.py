"""Take a picture: with a live camera over https, with a phone's own camera over plain http."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from ui.components.base import register

_MOUNT = register("camera")
#: The browser makes longer pictures smaller before it sends them, in pixels.
MOST_SIDE = 1024
#: What a picture of that size hardly ever takes, in base64 characters.
MOST_CHARS = 4_000_000


@dataclass(frozen=True)
class Shot:
    """A picture as the browser sent it, not looked at yet.

    Attributes:
        name: Another one for every picture that was taken.
        data: The content of a file; :func:`ui.images.open_image` says whether it is a picture.
    """

    name: str
    data: bytes


def camera(
    key: str, words: str = "", *, live: bool = False, answered: str = "", most: int = MOST_SIDE
) -> Shot | None:
    """The camera, or a sentence why there is none; the last picture taken, if any.

    Args:
        key: Streamlit key, unique on the page.
        words: What to do, where there is a camera.
        live: While the camera runs it takes picture after picture by itself: the next one, as it is
            then, when the last one has been answered.
        answered: Name of the last shot that was.
        most: Pixels of the longer side of what is sent.
    """
    number = int(answered) if answered.isdecimal() else 0
    data = {"most": most, "words": words, "live": live, "answered": number}
    result = _MOUNT(key=key, data=data, on_shot_change=lambda: None)
    return read(result.get("shot"))


def read(sent: object) -> Shot | None:
    """What the browser sent, if it has the form of a picture."""
    if not isinstance(sent, Mapping):
        return None
    number, text = sent.get("sequence"), sent.get("jpeg")
    if isinstance(number, bool) or not isinstance(number, int) or not isinstance(text, str):
        return None
    if not 0 <= number < 2**53 or len(text) > MOST_CHARS:
        return None
    try:
        return Shot(str(number), base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return None
