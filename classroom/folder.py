"""Where the class's file lies: set by whoever starts the app, never by a link or a student.

``CONVSCOPE_CLASS`` names a folder; without it, one of this user's among temporary files is taken,
so that all app processes of a machine find the same. ``off``: this app has no classes. The folder
must be this user's alone; among temporary files anybody could have made it before us.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

#: In the environment: a folder, or "off".
VARIABLE = "CONVSCOPE_CLASS"
#: The form of the tables is part of the name: two releases of the app never share a file.
FILE = "class-1.sqlite3"


def named() -> Path | None:
    """The file, as the environment says; None if classes are switched off."""
    said = os.environ.get(VARIABLE, "").strip()
    if said.lower() == "off":
        return None
    if said:
        return Path(said).expanduser() / FILE
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return Path(tempfile.gettempdir()) / f"convscope-{user}" / "class" / FILE


def make(folder: Path) -> None:
    """Make the folder, for this user alone, if it is not there.

    Raises:
        OSError: It cannot be made, or others could lay something into it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    if hasattr(os, "getuid") and (state.st_uid != os.getuid() or state.st_mode & 0o022):
        raise PermissionError(f"{folder} is not this user's alone")


def others(path: Path, oldest: float, now: float) -> list[Path]:
    """Files of other releases beside ``path`` that nothing was written to for ``oldest`` seconds.

    Args:
        path: Our own file.
        oldest: Seconds.
        now: Seconds of the clock on the wall.
    """
    found = [one for one in path.parent.glob("class-*.sqlite3*") if not _ours(one, path)]
    return [one for one in found if now - one.stat().st_mtime > oldest]


def _ours(one: Path, path: Path) -> bool:
    return one.name in (path.name, f"{path.name}-wal", f"{path.name}-shm")
