"""Writes runs to the shelf, beside everything else, so that a restart of the server finds them.

The newest state of a run is written when it has not been for some seconds, and soon after it came
to rest. One thread writes for all; it rests so much longer than it worked that it never takes more
than a small share of the processor, however many train.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from cnn.data.recipes import Recipe
from cnn.learn.checkpoint import from_bytes, thinned, to_bytes
from cnn.learn.state import RunState
from cnn.nets.storage import FileError
from jobs import album
from jobs.shelf import Shelf

#: Seconds between two writings of a run that trains.
EVERY = 5.0
#: Bytes of stored moments that are kept of a run.
MOMENT_BYTES = 4_000_000
#: Share of one core that writing may take.
SHARE = 0.05


@dataclass
class Keeper:
    """Keeps the newest state of every run that it is told of."""

    shelf: Shelf
    every: float = EVERY
    _waiting: dict[str, tuple[RunState, Recipe, bool]] = field(default_factory=dict)
    _written: dict[str, float] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _writing: str | None = None
    _void: set[str] = field(default_factory=set)  #: dropped while they were being written

    def keep(self, key: str, state: RunState, recipe: Recipe, *, at_rest: bool = False) -> None:
        """Have this state written some time soon, where its data may last; returns at once.

        Args:
            key: Under which it is found again.
            state: Of the run.
            recipe: Of its data.
            at_rest: The run trains no further just now: write it soon after.
        """
        if not recipe.lasting:
            return
        with self._changed:
            self._waiting[key] = (state, recipe, at_rest)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def drop(self, key: str) -> None:
        """The run is over and done with."""
        with self._changed:
            self._waiting.pop(key, None)
            self._written.pop(key, None)
            if self._writing == key:
                self._void.add(key)
        self.shelf.drop(key)

    def keep_beside(self, key: str, runs: Mapping[str, tuple[RunState, Recipe]]) -> None:
        """Write what is kept by name beside a run; it stays for as long as the run does."""
        lasting = {name: run for name, run in runs.items() if run[1].lasting}
        if lasting:
            self.shelf.put(_beside(key), album.packed(lasting))
        else:
            self.shelf.drop(_beside(key))

    def find_beside(self, key: str) -> dict[str, tuple[RunState, Recipe]]:
        """What was kept by name beside the run of that key."""
        data = self.shelf.get(_beside(key))
        return {} if data is None else album.unpacked(data)

    def find(self, key: str) -> tuple[RunState, Recipe] | None:
        """The run that was kept under ``key``, if it still is there."""
        with self._changed:
            if key in self._waiting:
                return self._waiting[key][:2]
        data = self.shelf.get(key)
        if data is None:
            return None
        try:
            return from_bytes(data)
        except FileError:
            return None

    def flush(self, timeout: float = 10) -> None:
        """Write everything that waits, and wait for it."""
        with self._changed:
            self._waiting = {k: (s, r, True) for k, (s, r, _) in self._waiting.items()}
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._waiting and not self._writing, timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                while (key := self._due()) is None:
                    self._changed.wait(self.every / 5 if self._waiting else None)
                state, recipe, _ = self._waiting.pop(key)
                self._writing = key
            began = time.perf_counter()
            try:
                self.shelf.put(key, to_bytes(thinned(state, MOMENT_BYTES), recipe))
                self.shelf.touch(_beside(key))
            except Exception:  # whatever it was: the next run is written all the same
                logging.getLogger(__name__).exception("a run could not be kept")
            finally:
                with self._changed:
                    self._written[key] = time.monotonic()
                    self._writing = None
                    if key in self._void:
                        self._void.discard(key)
                        self.shelf.drop(key)
                    self._forget()
                    self._changed.notify_all()
            time.sleep((time.perf_counter() - began) * (1 / SHARE - 1))

    def _due(self) -> str | None:
        now = time.monotonic()
        for key, (_, _, at_rest) in self._waiting.items():
            if at_rest or now - self._written.get(key, float("-inf")) >= self.every:
                return key
        return None

    def _forget(self) -> None:
        """When something was written matters only for a while."""
        recent = time.monotonic() - 10 * self.every
        self._written = {k: t for k, t in self._written.items() if t > recent or k in self._waiting}


def _beside(key: str) -> str:
    return f"{key}-kept"
