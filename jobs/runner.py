"""Runs many training runs side by side, a slice at a time, each getting its fair share of time.

A run is a plain state. The runner sends a state and a budget of time to an executor, gets the
next state back, and puts the run into the line again. So thirty runs share two cores evenly,
pausing is not sending the next slice, and a worker that dies costs one slice, which is sent again.

A slice belongs to the one run that sent it, and to what that run was doing then. What comes back
after a pause, a reset or other settings is thrown away: what the page shows is what goes on.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from cnn.learn.changes import changed
from cnn.learn.state import Budget, RunConfig, RunState, check_due
from cnn.learn.training import detach, join
from jobs import worker
from jobs.executors import Place, make_place
from jobs.keeper import Keeper
from jobs.line import Line
from jobs.worker import Slice

Work = Callable[[RunState, Any, Budget], Slice]

#: A slice is long enough to hide the cost of sending it and short enough to feel live.
SLICE_SECONDS = 0.3
FIRST_SLICE_SECONDS = 0.05
#: A run whose page has not looked for this long is paused: the tab is gone.
FORGOTTEN_AFTER = 12.0
#: A paused run that nobody looks at is dropped after this long, or when so many wait.
DROPPED_AFTER = 1800.0
MOST_RUNS = 120
#: A slice whose worker dies is sent again this often before the run is called failed.
TRIES = 3


@dataclass(eq=False)  # every run is itself alone, whatever its numbers are
class _Run:
    run_id: str
    state: RunState
    data: Any
    until: int
    identity: int
    playing: bool = False
    slice: object | None = None  #: the one that is awaited; any other that arrives is thrown away
    seen: float = 0.0
    tries: int = 0
    lost_slices: int = 0
    error: str | None = None

    @property
    def there(self) -> bool:
        """Whether it has come as far as it was told to."""
        return self._looked_at(self.until)

    @property
    def over(self) -> bool:
        """Whether nothing is left to do: the last look at the validation set belongs to it."""
        return self._looked_at(self.state.config.total_steps)

    def _looked_at(self, step: int) -> bool:
        state = self.state
        if state.stopped or state.stopped_early:
            return True
        return state.step >= step and not check_due(state.config, state.step, state.history)


@dataclass(frozen=True)
class View:
    """What a page may know of its run."""

    state: RunState
    identity: int  #: no two runs share one, and none has it twice
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
    keeper: Keeper | None = None  #: writes runs where a restart of the server leaves them
    _runs: dict[str, _Run] = field(default_factory=dict)
    _line: Line = field(default_factory=Line)
    _identities: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _place: Place | None = None
    _in_flight: int = 0

    # ----------------------------------------------------------------- what a page calls

    def warm(self) -> None:
        """Start the workers now, so that the first slice does not wait for them."""
        with self._lock:
            for _ in range(self._ensure_place().slots):
                self._submit(worker.ready)

    def prepare(self, data: Any) -> None:
        """Let the workers make these data now, so that Train finds them there."""
        with self._lock:
            for _ in range(self._ensure_place().slots):
                self._submit(worker.prepare, data)

    def ask(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        """Something else for a worker to do: it is next, after the slices under way.

        The future fails with :class:`BrokenProcessPool` if the worker dies; asked again, another
        one does it.
        """
        with self._lock:
            return self._submit(work, *args)

    def open(self, run_id: str, state: RunState, data: Any) -> None:
        """Put a run under ``run_id``, paused; it takes the place of what was there (a reset).

        Args:
            run_id: Under which the page finds it again.
            state: Where it begins.
            data: What the workers make its data from, a :class:`cnn.data.recipes.Recipe`.
        """
        with self._lock:
            self.close(run_id)
            identity = next(self._identities)
            run = _Run(run_id, state, data, state.step, identity, seen=self.clock())
            self._runs[run_id] = run
            self._keep(run, at_rest=True)
            self._sweep()

    def play(self, run_id: str, steps: int | None = None) -> None:
        """Train to the end of the run, or ``steps`` optimisation steps further.

        Raises:
            ValueError: there is no such run.
        """
        with self._lock:
            run = self._get(run_id)
            total = run.state.config.total_steps
            until = total if steps is None else min(total, run.state.step + steps)
            if until < run.until:
                run.slice = None  # it may go beyond
            run.until = until
            run.playing, run.error, run.tries = True, None, 0
            run.seen = self.clock()
            if run.slice is None:
                self._line.enter(run)
            self._dispatch()

    def change(self, run_id: str, config: RunConfig) -> None:
        """Go on with other settings from the step that was last seen, playing or not.

        A slice that is under way counts for nothing: it was taken with the former ones.

        Raises:
            ValueError: there is no such run, or that would be another run.
        """
        with self._lock:
            run = self._get(run_id)
            before = run.state.config.total_steps
            run.state = changed(run.state, config)
            run.slice, run.error = None, None
            total = run.state.config.total_steps
            run.until = total if run.until >= before else min(run.until, total)
            if run.playing:
                self._line.enter(run)
                self._dispatch()
            else:
                self._keep(run, at_rest=True)

    def pause(self, run_id: str) -> None:
        """Stay at the step that was last seen; a slice that is under way counts for nothing.

        Raises:
            ValueError: there is no such run.
        """
        with self._lock:
            self._stop(self._get(run_id))

    def look(self, run_id: str) -> View | None:
        """The newest state of a run; also tells the runner that somebody is watching."""
        with self._lock:
            run = self._runs.get(run_id)
            if run is None:
                return None
            run.seen = self.clock()
            return View(
                state=run.state,
                identity=run.identity,
                phase=_phase(run),
                position=self._line.place(run),
                runs=sum(r.playing for r in self._runs.values()),
                slots=self._place.slots if self._place else 1,
                lost_slices=run.lost_slices,
                error=run.error,
            )

    def close(self, run_id: str) -> None:
        """Forget a run; a slice that is under way is thrown away when it comes back."""
        with self._lock:
            self._remove(run_id)
            if self.keeper is not None:
                self.keeper.drop(run_id)

    def find(self, run_id: str) -> bool:
        """Whether there is such a run; one that outlived the server is opened again, paused."""
        with self._lock:
            if run_id in self._runs:
                return True
        found = self.keeper.find(run_id) if self.keeper is not None else None
        with self._lock:
            if found is not None and run_id not in self._runs:
                state, data = found
                identity = next(self._identities)
                run = _Run(run_id, state, data, state.step, identity, seen=self.clock())
                self._runs[run_id] = run
            return run_id in self._runs

    @property
    def kept_for(self) -> float:
        """Seconds for which a run can be found after it last moved."""
        return DROPPED_AFTER if self.keeper is None else self.keeper.shelf.oldest

    def data_of(self, run_id: str) -> Any:
        """What a run trains on; a ValueError if there is no such run."""
        with self._lock:
            return self._get(run_id).data

    def shutdown(self) -> None:
        """Stop the workers."""
        with self._lock:
            for run_id in list(self._runs):
                self._remove(run_id)
            if self._place:
                self._place.close()
                self._place = None

    # ------------------------------------------------------------------------ the line

    def _get(self, run_id: str) -> _Run:
        run = self._runs.get(run_id)
        if run is None:
            raise ValueError(f"run_id: got {run_id!r}, need one that has been opened")
        return run

    def _remove(self, run_id: str) -> None:
        run = self._runs.pop(run_id, None)
        if run is not None:
            self._stop(run)

    def _stop(self, run: _Run) -> None:
        was_playing, run.playing, run.slice = run.playing, False, None
        self._line.leave(run)
        if was_playing:
            self._keep(run, at_rest=True)

    def _keep(self, run: _Run, *, at_rest: bool = False) -> None:
        if self.keeper is not None and run.state.step:
            self.keeper.keep(run.run_id, run.state, run.data, at_rest=at_rest)

    def _dispatch(self) -> None:
        while len(self._line) and self._in_flight < self._ensure_place().slots:
            run = self._line.take()
            if self.clock() - run.seen > self.forgotten_after or run.there:
                self._stop(run)
            else:
                self._send(run)

    def _send(self, run: _Run) -> None:
        # The first slices are short: whoever presses Train sees something at once.
        seconds = min(self.slice_seconds, FIRST_SLICE_SECONDS + run.state.seconds)
        budget = Budget(steps=max(0, run.until - run.state.step), seconds=seconds)
        mine = run.slice = object()
        self._in_flight += 1
        sent = self.clock()
        try:
            future = self._submit(self.work, detach(run.state), run.data, budget)
        except RuntimeError as broken:
            future = Future()
            future.set_exception(broken)
        future.add_done_callback(lambda done: self._came_back(run, mine, sent, done))

    def _came_back(self, run: _Run, mine: object, sent: float, done: Future[Slice]) -> None:
        with self._lock:
            self._in_flight -= 1
            error = CancelledError("lost") if done.cancelled() else done.exception()
            # Of a slice that was lost nobody reports: the clock is all that there is.
            seconds = done.result().seconds if error is None else self.clock() - sent
            self._line.charge(run, seconds)
            if run.slice is mine:
                run.slice = None
                if error is None:
                    run.state, run.tries = join(run.state, done.result().state), 0
                else:
                    self._lost(run, error)
                if run.playing and not run.there:
                    self._keep(run)
                    self._line.enter(run)
                else:
                    self._stop(run)
            self._dispatch()

    def _lost(self, run: _Run, error: BaseException) -> None:
        """A worker died (send the slice again) or the slice itself raised (stop, say why)."""
        run.lost_slices += 1
        run.tries += 1
        if not _worker_died(error) or run.tries >= TRIES:
            run.playing = False
            run.error = str(error) or type(error).__name__

    def _sweep(self) -> None:
        """Let go of runs that nobody has looked at for long; of the oldest, if there are many."""
        idle = [(run.seen, run_id) for run_id, run in self._runs.items() if not run.playing]
        most = len(idle) - MOST_RUNS
        for place, (seen, run_id) in enumerate(sorted(idle)):
            if place < most or self.clock() - seen > DROPPED_AFTER:
                self._remove(run_id)

    # ----------------------------------------------------------------------- the place

    def _ensure_place(self) -> Place:
        if self._place is None:
            self._place = self.make()
        return self._place

    def _submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        """Give the workers something to do; new ones, if those there were have died meanwhile."""
        place = self._ensure_place()
        try:
            future = place.executor.submit(work, *args)
        except Exception:  # a pool whose workers died, a cluster whose scheduler is gone
            self._replace_place(place)
            place = self._ensure_place()
            future = place.executor.submit(work, *args)
        future.add_done_callback(lambda done: self._done(place, done))
        return future

    def _done(self, place: Place, done: Future[Any]) -> None:
        # A page may cancel what it asked for; a cluster that is gone cancels all that it had.
        gone = not place.there() if done.cancelled() else _broken(done.exception())
        if gone:
            with self._lock:
                self._replace_place(place)

    def _replace_place(self, broken: Place) -> None:
        # Whatever was with the dead place reports here; only the first may take it away.
        if self._place is broken:
            broken.close()
            self._place = None


def _broken(error: BaseException | None) -> bool:
    return isinstance(error, BrokenProcessPool)


def _worker_died(error: BaseException) -> bool:
    lost = _broken(error) or isinstance(error, CancelledError)  # nobody cancels a slice
    return lost or type(error).__name__ == "KilledWorker"


def _phase(run: _Run) -> str:
    if run.error:
        return "failed"
    if run.over:
        return "finished"
    if run.slice is not None:
        return "running"
    return "queued" if run.playing else "paused"
