"""Runs many training runs side by side, a slice at a time, each getting its fair turn.

A run is a plain state. The runner sends a state and a budget of time to an executor, gets the
next state back, and puts the run at the end of the line. So thirty runs share two cores evenly,
pausing is not sending the next slice, and a worker that dies costs one slice, which is sent again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from cnn.learn.state import Budget, RunState
from cnn.learn.training import detach, join
from jobs import worker
from jobs.executors import Place, make_place

Work = Callable[[RunState, Any, Budget], RunState]

#: A slice is long enough to hide the cost of sending it and short enough to feel live.
SLICE_SECONDS = 0.3
FIRST_SLICE_SECONDS = 0.05
#: A run whose page has not looked for this long is paused: the tab is gone.
FORGOTTEN_AFTER = 12.0
#: A paused run that nobody looks at is dropped after this long.
DROPPED_AFTER = 3600.0
#: A slice whose worker dies is sent again this often before the run is called failed.
TRIES = 3


@dataclass
class _Run:
    state: RunState
    data: Any
    until: int
    playing: bool = False
    in_flight: bool = False
    seen: float = 0.0
    tries: int = 0
    lost_slices: int = 0
    generation: int = 0
    error: str | None = None


@dataclass(frozen=True)
class View:
    """What a page may know of its run."""

    state: RunState
    phase: str  #: "paused", "queued", "running", "finished" or "failed"
    position: int | None  #: place in the line, 1 is next; None when not queued
    runs: int  #: how many runs are training just now, on the whole server
    slots: int
    lost_slices: int
    error: str | None


@dataclass
class Runner:
    """Shares one executor among any number of runs; safe to call from any thread."""

    make: Callable[[], Place] = make_place
    work: Work = worker.advance_slice
    slice_seconds: float = SLICE_SECONDS
    forgotten_after: float = FORGOTTEN_AFTER
    clock: Callable[[], float] = time.monotonic
    _runs: dict[str, _Run] = field(default_factory=dict)
    _line: deque[str] = field(default_factory=deque)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _place: Place | None = None
    _in_flight: int = 0

    # ----------------------------------------------------------------- what a page calls

    def warm(self) -> None:
        """Start the workers now, so that the first slice does not wait for them."""
        with self._lock:
            place = self._ensure_place()
            for _ in range(place.slots):
                place.executor.submit(worker.ready)

    def prepare(self, data: Any) -> None:
        """Let the workers make these data now, so that Train finds them there."""
        with self._lock:
            place = self._ensure_place()
            for _ in range(place.slots):
                place.executor.submit(worker.prepare, data)

    def open(self, run_id: str, state: RunState, data: Any) -> None:
        """Put a run under ``run_id``, paused; replaces what was there (a reset)."""
        with self._lock:
            old = self._runs.get(run_id)
            generation = old.generation + 1 if old else 0
            self._leave_line(run_id)
            self._runs[run_id] = _Run(
                state, data, until=state.step, seen=self.clock(), generation=generation
            )
            self._sweep()

    def play(self, run_id: str, steps: int | None = None) -> None:
        """Train to the end of the run, or ``steps`` optimisation steps further."""
        with self._lock:
            run = self._get(run_id)
            total = run.state.config.total_steps
            run.until = total if steps is None else min(total, run.state.step + steps)
            run.playing, run.error, run.tries = True, None, 0
            run.seen = self.clock()
            self._enter_line(run_id)
            self._dispatch()

    def pause(self, run_id: str) -> None:
        """Send no further slice. One that is under way still counts when it comes back."""
        with self._lock:
            self._get(run_id).playing = False
            self._leave_line(run_id)

    def look(self, run_id: str) -> View | None:
        """The newest state of a run; also tells the runner that somebody is watching."""
        with self._lock:
            run = self._runs.get(run_id)
            if run is None:
                return None
            run.seen = self.clock()
            position = self._line.index(run_id) + 1 if run_id in self._line else None
            active = sum(r.playing for r in self._runs.values())
            slots = self._place.slots if self._place else 1
            return View(run.state, _phase(run), position, active, slots, run.lost_slices, run.error)

    def close(self, run_id: str) -> None:
        """Forget a run; a slice that is under way is thrown away when it comes back."""
        with self._lock:
            self._leave_line(run_id)
            self._runs.pop(run_id, None)

    def shutdown(self) -> None:
        """Stop the workers."""
        with self._lock:
            self._runs.clear()
            self._line.clear()
            if self._place:
                self._place.close()
                self._place = None

    # ------------------------------------------------------------------------ the line

    def _get(self, run_id: str) -> _Run:
        run = self._runs.get(run_id)
        if run is None:
            raise ValueError(f"run_id: there is no run {run_id!r}; open it first")
        return run

    def _enter_line(self, run_id: str) -> None:
        run = self._runs[run_id]
        if run.playing and not run.in_flight and run_id not in self._line:
            self._line.append(run_id)

    def _leave_line(self, run_id: str) -> None:
        if run_id in self._line:
            self._line.remove(run_id)

    def _dispatch(self) -> None:
        while self._line and self._in_flight < self._ensure_place().slots:
            run_id = self._line.popleft()
            run = self._runs[run_id]
            if self.clock() - run.seen > self.forgotten_after or run.state.step >= run.until:
                run.playing = False
            else:
                self._send(run_id, run)

    def _send(self, run_id: str, run: _Run) -> None:
        # The first slices are short: whoever presses Train sees something at once.
        seconds = min(self.slice_seconds, FIRST_SLICE_SECONDS + run.state.seconds)
        budget = Budget(steps=run.until - run.state.step, seconds=seconds)
        run.in_flight = True
        self._in_flight += 1
        place = self._ensure_place()
        generation = run.generation
        try:
            future = place.executor.submit(self.work, detach(run.state), run.data, budget)
        except (BrokenProcessPool, RuntimeError) as broken:
            future = Future()
            future.set_exception(broken)
        future.add_done_callback(
            lambda done: self._came_back(run_id, generation, place.executor, done)
        )

    def _came_back(
        self, run_id: str, generation: int, executor: Executor, done: Future[RunState]
    ) -> None:
        with self._lock:
            self._in_flight -= 1
            error = done.exception() if not done.cancelled() else RuntimeError("cancelled")
            if isinstance(error, BrokenProcessPool):
                self._replace_place(executor)
            run = self._runs.get(run_id)
            if run is not None and run.generation == generation:
                run.in_flight = False
                if error is None:
                    run.state, run.tries = join(run.state, done.result()), 0
                    run.playing = run.playing and run.state.step < run.until
                    run.playing = run.playing and not run.state.stopped
                else:
                    self._lost(run, error)
                self._enter_line(run_id)
            self._dispatch()

    def _lost(self, run: _Run, error: BaseException) -> None:
        """A worker died (send the slice again) or the slice itself raised (stop, say why)."""
        run.lost_slices += 1
        run.tries += 1
        if not _worker_died(error) or run.tries >= TRIES:
            run.playing = False
            run.error = str(error) or type(error).__name__

    def _sweep(self) -> None:
        now = self.clock()
        for run_id in [
            i
            for i, r in self._runs.items()
            if not r.playing and not r.in_flight and now - r.seen > DROPPED_AFTER
        ]:
            del self._runs[run_id]

    # ----------------------------------------------------------------------- the place

    def _ensure_place(self) -> Place:
        if self._place is None:
            self._place = self.make()
        return self._place

    def _replace_place(self, broken: Executor) -> None:
        # Every slice of the dead pool reports here; only the first may take it away.
        if self._place is not None and self._place.executor is broken:
            self._place.close()
            self._place = None


def _worker_died(error: BaseException) -> bool:
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"


def _phase(run: _Run) -> str:
    if run.error:
        return "failed"
    if run.state.stopped or run.state.step >= run.state.config.total_steps:
        return "finished"
    if run.in_flight:
        return "running"
    return "queued" if run.playing else "paused"
