"""Several finished states of runs, by name, as one file: what a student kept to compare."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

from cnn.data.recipes import Recipe
from cnn.learn.checkpoint import from_bytes, to_bytes
from cnn.learn.state import RunState
from cnn.nets.storage import FileError

_NAMES = "names.json"


def packed(runs: Mapping[str, tuple[RunState, Recipe]]) -> bytes:
    """The runs in their order; each as :mod:`cnn.learn.checkpoint` writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(_NAMES, json.dumps(list(runs)))
        for number, (state, recipe) in enumerate(runs.values()):
            file.writestr(str(number), to_bytes(state, recipe))
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, tuple[RunState, Recipe]]:
    """What :func:`packed` was given; none of it where the file is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = json.loads(file.read(_NAMES))
            return {str(name): from_bytes(file.read(str(i))) for i, name in enumerate(names)}
    except (zipfile.BadZipFile, KeyError, ValueError, FileError):
        return {}
