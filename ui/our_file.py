"""A file that this app wrote and a student brings again: its field, and what is wrong with it.

One sentence stands below the field as long as what was dropped, or asked of it, cannot be.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cnn.data.recipes import Recipe
from cnn.learn.outside import read_run
from cnn.learn.state import RunState
from cnn.nets import storage
from cnn.nets.network import Sequential
from cnn.nets.storage import FileError
from cnn.pretrained.own import load_safetensors
from ui import lesson
from ui.plain import plain, printable
from ui.remembered import Remembered
from ui.upload import upload, uploaded

#: Megabytes of a file: the largest network here, what its optimizer remembers, some moments.
MOST_MB = 48
Read = TypeVar("Read")
_SAID: Remembered[str | None] = Remembered("_file_said", None)


@dataclass(frozen=True)
class SavedRun:
    """A whole run, checked, and the recipe of its data."""

    state: RunState
    recipe: Recipe


@dataclass(frozen=True)
class SavedWeights:
    """A network with its weights, in evaluation mode, and what was written beside them."""

    net: Sequential
    meta: dict[str, Any]


def contents(data: bytes) -> SavedRun | SavedWeights:
    """What a file of ours holds, whatever kind of ours it is.

    Raises:
        FileError: (a ValueError) it is none, or is damaged.
    """
    if data[:2] != b"PK":  # no zip, and so no .npz
        return SavedWeights(*load_safetensors(data))
    try:
        return SavedWeights(*storage.load_with_meta(io.BytesIO(data)))
    except FileError as no_weights:
        try:
            return SavedRun(*read_run(data))
        except FileError as no_run:
            raise (no_weights if "weights alone" in str(no_run) else no_run) from None


def field(label: str, key: str, on_change: Callable[[], None]) -> None:
    """A place for the file; what was told of it.

    Args:
        label: What may be dropped.
        key: Of the field.
        on_change: Called when a file was dropped or taken away; it calls :func:`read`.
    """
    upload(label, key, most_mb=MOST_MB, on_change=on_change)
    if said := _SAID.of(key).get():
        lesson.problem(plain(said))


def read(key: str, reader: Callable[[bytes], Read]) -> tuple[str, Read] | None:
    """The name, without its ending, and what ``reader`` finds in the file; None if there is none.

    Where the reader raises a :class:`~cnn.nets.storage.FileError`, its sentence is told.
    """
    tell(key, None)
    given = uploaded(key)
    if given is None:
        return None
    try:
        found = reader(given.getvalue())
    except FileError as wrong:
        tell(key, _sentence(wrong))
        return None
    return printable(Path(given.name).stem)[:40] or "file", found


def tell(key: str, said: str | None) -> None:
    """Have this sentence below the field, or none."""
    _SAID.of(key).put(said)


def _sentence(wrong: FileError) -> str:
    text = printable(str(wrong).removeprefix("file: ")).rstrip(".")[:300]
    return f"This file cannot be used: {text}."
