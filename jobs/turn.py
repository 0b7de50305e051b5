"""One large network at a time on a machine whose server is several processes.

Two files that processes lock. Who holds the first one may have a network in memory; who waits for
it holds the second, by which the holder sees that somebody waits, and lets go. The system opens
the locks of a process that dies.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

try:
    import fcntl
except ImportError:  # not there on Windows, where the server is one process
    fcntl = None  # type: ignore[assignment]

#: In the environment: the folder of the two files. ``make class`` names one.
VARIABLE = "CONVSCOPE_TURN"
#: Seconds between two looks at a turn that another process has.
TICK = 0.05


@dataclass
class Turn:
    """This process's place among those that share a folder.

    Attributes:
        folder: Of the locked files; None where there is no other process: it is always our turn.
    """

    folder: Path | None = None
    _held: int | None = field(default=None, init=False)

    def take(self, given_up: Callable[[], bool]) -> bool:
        """Wait until it is our turn; False if it is given up before."""
        if self.folder is None or fcntl is None or self._held is not None:
            return True
        try:
            waiting = _until(self.folder / "next", given_up)
            if waiting is None:
                return False
            self._held = _until(self.folder / "turn", given_up)
            os.close(waiting)
        except OSError:  # no such files can be had: better two networks than none
            return True
        return self._held is not None

    @property
    def wanted(self) -> bool:
        """Whether it is ours and another process waits for it."""
        if self.folder is None or self._held is None:
            return False
        try:
            free = _locked(self.folder / "next")
        except OSError:
            return False
        if free is not None:
            os.close(free)
        return free is None

    def give(self) -> None:
        """Let the next have it."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


def from_environment() -> Turn:
    """The turn that :data:`VARIABLE` names; without it there is no other process."""
    named = os.environ.get(VARIABLE, "").strip()
    return Turn(Path(named) if named else None)


def _until(path: Path, given_up: Callable[[], bool]) -> int | None:
    """The file, open and locked, as soon as nobody else has it; None if it is given up before."""
    while (found := _locked(path)) is None:
        if given_up():
            return None
        time.sleep(TICK)
    return found


def _locked(path: Path) -> int | None:
    """The file, open and locked; None while another has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(found)
        return None
    return found
