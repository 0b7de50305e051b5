"""What a student edited in a component, kept in the link for as long as it belongs there."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.arrays import Array
from ui import codecs, link
from ui.codecs import Codec
from ui.components import edits

Kept = tuple[str, Array | None]

NOTHING: Kept = ("", None)
MAX_SHAPE = (3, 16, 16)


def array(name: str, key: str, state: str, given: Array, belongs_to: str, label: str = "") -> Array:
    """The array in force: ``given``, or what the student made of it.

    Args:
        name: In the link.
        key: The component's key.
        state: The component's state that holds the edit, ``"kernel"`` or ``"input"``.
        given: (C, H, W) or (H, W) before any edit.
        belongs_to: What was edited (a preset's name, say): when it changes the edit is over.
        label: What it is called, for a teacher who locks it; then the component is not editable.
    """
    codec = _CODECS[given.ndim]
    owner, kept = link.get(name, NOTHING, codec, label)
    fits = kept is not None and owner == belongs_to and kept.shape == given.shape
    base = kept.astype(given.dtype) if kept is not None and fits else given
    edits.fix(key, state, link.held(name))
    if link.held(name):
        return base
    edits.adopt(key, state)
    values = edits.edited(key, state, base)
    edits.edited(key, state, values)  # taken over: from now on the link decides, and reset can
    if np.array_equal(values, given):
        link.put(name, NOTHING, codec)
    else:
        link.put(name, (belongs_to, values), codec)
    return values


def own(name: str, key: str, state: str, given: Array, codec: Codec[Array]) -> Array:
    """A matrix of the student's own, which is in the link itself: edits of it go there.

    Args:
        name: In the link.
        key: The component's key.
        state: The component's state that holds the edit, ``"kernel"`` or ``"input"``.
        given: The matrix as the link has it.
        codec: How the link writes it.
    """
    if link.held(name):
        return given
    edits.adopt(key, state)
    values = edits.edited(key, state, given)
    edits.edited(key, state, values)
    if not np.array_equal(values, given):
        link.put(name, values, codec)
    return values


def drop(name: str, key: str, state: str) -> None:
    """Forget the student's edit, in a callback (a button that puts the preset back)."""
    edits.forget(key, state)
    for codec in _CODECS.values():
        link.put(name, NOTHING, codec)


def replace(name: str, belongs_to: str, values: Array) -> None:
    """Put another array in the place of the student's, in a callback (a button that turns it)."""
    link.put(name, (belongs_to, values), _CODECS[values.ndim])


def _owned(array: Codec[Array]) -> Codec[Kept]:
    """The codec of an array with the name of what it belongs to."""

    def encode(kept: Kept) -> str:
        owner, values = kept
        return "" if values is None else f"{owner}~{array.encode(values)}"

    def decode(text: str) -> Kept:
        if not text:
            return NOTHING
        owner, tilde, values = text.partition("~")
        if not tilde:
            raise ValueError("no owner")
        return owner, array.decode(values)

    return Codec(encode, decode)


#: By the number of axes.
_CODECS: dict[int, Codec[Kept]] = {
    2: _owned(codecs.tensor(MAX_SHAPE[1:])),
    3: _owned(codecs.tensor(MAX_SHAPE)),
}


def mixer(name: str, given: Array, belongs_to: str) -> Array:
    """Nine sliders for a 3×3 mix of colours; moved ones stay in the link until the mix changes.

    Args:
        name: Prefix in the link.
        given: (3, 3) at the start; rows are outputs, columns inputs.
        belongs_to: The name of the mix.
    """
    colours = ("red", "green", "blue")
    found = given.copy()
    for row, (out, column) in enumerate(zip(colours, st.columns(3, gap="large"), strict=True)):
        with column:
            for col, source in enumerate(colours):
                found[row, col] = link.slider(
                    f"{source} into {out}",
                    f"{name}_{belongs_to}_{row}{col}",
                    -1.0,
                    1.0,
                    float(given[row, col]),
                    0.01,
                )
    return found
