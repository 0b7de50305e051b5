"""One process that is to be there: started, started again when it has died, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Seconds that a process must live to count as one that works.
YOUNG = 10.0
#: A process that dies young as often as this in a row will not do better the next time.
TRIES = 4
#: Seconds between two tries, times how many there were.
PAUSE = 0.5


class WillNotRunError(Exception):
    """A process dies again and again; the sentence to show."""


@dataclass
class Child:
    """A process under care.

    Attributes:
        name: As a person calls it.
        command: Starts it.
        environment: What it is told beside ours.
        log: Takes what it says; begun anew at each start.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = None
    _begun: float = 0.0
    _died_young: int = 0

    def start(self) -> None:
        """Start it, in a group of its own: a Ctrl-C in the terminal is ours to hear, not its.

        Raises:
            WillNotRunError: The command itself cannot be started.
        """
        try:
            with self.log.open("wb") as out:
                self._process = subprocess.Popen(
                    self.command,
                    env={**os.environ, **self.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as wrong:
            raise WillNotRunError(f"{self.name} does not start: {wrong.strerror}.") from wrong
        self._begun = time.monotonic()

    def revive(self) -> str:
        """Start it again if it has died; what to tell of that, "" if it lives.

        Raises:
            WillNotRunError: It has died young too often.
        """
        if self._process is None or self._process.poll() is None:
            return ""
        young = time.monotonic() - self._begun < YOUNG
        self._died_young = self._died_young + 1 if young else 0
        if self._died_young >= TRIES:
            raise WillNotRunError(f"{self.name} does not stay up. It said: {self.last_words()}")
        time.sleep(PAUSE * self._died_young)
        ended = _how(self._process.returncode)
        self.start()
        return f"{self.name} {ended}; it is started again."

    def last_words(self) -> str:
        """The last line of what it said."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text("utf-8", "replace").strip().splitlines()
            return lines[-1].strip() if lines else "nothing"
        return "nothing"

    def tell_to_end(self) -> None:
        """Ask it to end; returns at once."""
        if self._process is not None:
            self._process.terminate()

    def end(self, patience: float) -> None:
        """Wait until it has ended; after ``patience`` seconds end it, whatever it is doing."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, patience))
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process is not None:
            self._process.kill()


def _how(status: int) -> str:
    """How it ended, for a person."""
    if status >= 0:
        return f"has ended with status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
