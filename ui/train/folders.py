"""Where files of data lie: set by the person who starts the app, never by a link or a student.

``CONVSCOPE_DATA`` names one folder (without it: ``data`` beside ``app.py``); each folder in it that
holds a data set's files is offered by its name. Only with ``CONVSCOPE_DOWNLOAD=1`` may a student
have a missing data set fetched, into the folder of its name.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from cnn.data.datasets import Source
from ui.folders import named

_HOME = Path(__file__).resolve().parents[2] / "data"
#: Files of one's own that are offered by name.
_ENDINGS = (".csv", ".csv.gz", ".tsv", ".npz", ".zip")
_IDX = re.compile(r"(.*?)(?:train|t10k|test)[-_.]?(?:images|labels).*ubyte(?:\.gz)?", re.IGNORECASE)
#: More folders than this are not offered.
MOST = 50


def root() -> Path:
    """The folder of all data sets."""
    return named("CONVSCOPE_DATA", _HOME)


def may_download() -> bool:
    """Whether students may fetch a data set that is not there."""
    return os.environ.get("CONVSCOPE_DOWNLOAD", "") == "1"


def offered(name: str, sources: dict[str, Source]) -> dict[str, Path]:
    """Folder's name → folder, of all that hold the training files of the data set ``name``.

    The one of its own name comes first; one that bears another data set's name holds that one.
    """
    source = sources[name]
    found = {
        folder.name: folder
        for folder in _folders()
        if folder.name == name or folder.name not in sources
        if holds(source, folder)
    }
    names = sorted(found, key=lambda one: (one != name, one))
    return {one: found[one] for one in names[:MOST]}


def files() -> dict[str, tuple[Path, ...]]:
    """Name → the file, or the IDX files that belong together, laid out in :func:`root`.

    They lie in it or in one of its folders. MNIST's and Fashion-MNIST's own are data sets already.
    """
    found: dict[str, list[Path]] = {}
    for folder in (root(), *sorted(_folders())):
        try:
            inside = sorted(one for one in folder.iterdir() if one.is_file())
        except OSError:  # a folder that may not be looked into
            continue
        where = "" if folder == root() else f"{folder.name}/"
        for one in inside:
            if not one.name.isprintable() or one.name.startswith("."):
                continue
            if match := _IDX.fullmatch(one.name):
                if where not in ("mnist/", "fashion/"):
                    found.setdefault(f"{where}{match[1].rstrip('-_.') or 'IDX files'}", []).append(
                        one
                    )
            elif one.name.lower().endswith(_ENDINGS):
                found[where + one.name] = [one]
    return {name: tuple(found[name]) for name in sorted(found)[:MOST]}


def holds(source: Source, folder: Path) -> bool:
    """Whether the training images and labels lie in the folder, gzipped or not."""
    needed = [name for name in source.checksums if name.startswith("train")]
    try:
        return all(
            any((folder / form).is_file() for form in (name, name.removesuffix(".gz")))
            for name in needed
        )
    except OSError:  # a folder that may not be looked into
        return False


def _folders() -> list[Path]:
    """The folders in :func:`root` whose name can be shown and sent."""
    try:
        return [one for one in root().iterdir() if one.name.isprintable() and one.is_dir()]
    except OSError:  # there is none
        return []
