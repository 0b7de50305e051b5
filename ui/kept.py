"""What a student edited in a component, kept in the link for as long as it belongs there."""

from __future__ import annotations

import numpy as np

from ui import codecs, link
from ui.codecs import Codec
from ui.components import edits

Array = np.ndarray
Kept = tuple[str, Array | None]

NOTHING: Kept = ("", None)
MAX_SHAPE = (3, 16, 16)


def array(name: str, key: str, state: str, given: Array, belongs_to: str) -> Array:
    """The array in force: ``given``, or what the student made of it.

    Args:
        name: In the link.
        key: The component's key.
        state: The component's state that holds the edit, ``"kernel"`` or ``"input"``.
        given: (C, H, W) before any edit.
        belongs_to: What was edited (a preset's name, say): when it changes the edit is over.
    """
    owner, kept = link.get(name, NOTHING, _CODEC)
    base = kept if kept is not None and owner == belongs_to and kept.shape == given.shape else given
    values = edits.edited(key, state, base)
    if np.array_equal(values, given):
        link.put(name, NOTHING, _CODEC)
    else:
        link.put(name, (belongs_to, values), _CODEC)
    return values


def _encode(kept: Kept) -> str:
    owner, values = kept
    return "" if values is None else f"{owner}~{_ARRAY.encode(values)}"


def _decode(text: str) -> Kept:
    if not text:
        return NOTHING
    owner, tilde, values = text.partition("~")
    if not tilde:
        raise ValueError("no owner")
    return owner, _ARRAY.decode(values)


_ARRAY: Codec[Array] = codecs.tensor(MAX_SHAPE)
_CODEC: Codec[Kept] = Codec(_encode, _decode)
