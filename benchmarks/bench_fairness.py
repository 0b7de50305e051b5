"""Whether runs of all sizes get equal shares of the workers, in real processes.

Eight runs of different sizes train on two workers. Of each slice the worker reports how long it
kept a processor; what each run has had of that is compared with an even share. The clock beside it
also holds a slice's way there and back, and what others leave of the machine. Needs no PyTorch.

    python -m benchmarks.bench_fairness                      (a minute)
    python -m benchmarks.bench_fairness --seconds 120 --workers 4
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from cnn.data.recipes import Recipe, load_recipe
from cnn.learn.state import RunConfig, RunState
from cnn.learn.training import begin
from cnn.nets.spec import Spec, outline
from jobs.executors import Place, pool_place
from jobs.runner import Runner
from jobs.worker import Slice
from ui.networks import PRESETS, RELU, conv, dense, head_blocks, pool, too_large

RECIPE = Recipe("strokes", count=1000, seed=1)
#: How far a run may be off its share.
TARGET = 0.2
ENDLESS = 100_000

DEEP = [block for _ in range(8) for block in (conv(20, 3, padding=1), RELU)]
WIDE = [conv(64, 5, padding=2), RELU, pool(), conv(64, 3, padding=1), RELU, pool()]
#: What is trained: name → blocks before the last layer, and the batch size.
RUNS: dict[str, tuple[Spec, int]] = {
    "one filter, batch 4": (PRESETS["one"].blocks, 4),
    "one filter, batch 256": (PRESETS["one"].blocks, 256),
    "dense, 64 units": (PRESETS["dense"].blocks, 64),
    "dense, 3 × 512 units": ([dense(512), RELU] * 3, 64),
    "LeNet-5": (PRESETS["lenet"].blocks, 64),
    "all convolutions": (PRESETS["allconv"].blocks, 128),
    "two wide convolutions": (WIDE, 64),
    "eight convolutions": (DEEP, 32),
}


@dataclass
class Account:
    """What one run has had."""

    slices: int = 0
    seconds: float = 0.0  #: of a processor
    clock: float = 0.0


@dataclass
class Counting(Executor):
    """Passes everything on, and keeps account of each run by its seed."""

    inner: Executor
    accounts: dict[int, Account] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As any executor."""
        sent = time.perf_counter()
        future: Future[Any] = self.inner.submit(fn, *args, **kwargs)
        future.add_done_callback(lambda done: self._count(args, sent, done))
        return future

    def _count(self, args: tuple[Any, ...], sent: float, done: Future[Any]) -> None:
        if not args or not isinstance(args[0], RunState) or done.cancelled() or done.exception():
            return
        back: Slice = done.result()
        with self._lock:
            account = self.accounts.setdefault(args[0].config.seed, Account())
            account.slices += 1
            account.seconds += back.seconds
            account.clock += time.perf_counter() - sent

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor."""
        self.inner.shutdown(wait, cancel_futures=cancel_futures)


def states() -> list[RunState]:
    """A run of each size, its place its seed."""
    split = load_recipe(RECIPE)
    classes = len(split.train.classes)
    found = []
    for seed, (name, (blocks, batch)) in enumerate(RUNS.items()):
        spec = [*blocks, *head_blocks("dense", classes)]
        refused = too_large(outline(spec, split.train.shape).rows, batch)
        if refused:
            raise ValueError(f"{name}: {refused}")
        config = RunConfig(
            spec, split.train.shape, classes, len(split.train),
            batch_size=batch, epochs=ENDLESS, seed=seed,
        )  # fmt: skip
        found.append(begin(config))
    return found


def trained(workers: int, seconds: float) -> dict[int, Account]:
    """What each run has had after so long."""
    inner = pool_place(workers)
    counting = Counting(inner.executor)
    runner = Runner(
        make=lambda: Place(counting, inner.slots, inner.name), forgotten_after=float("inf")
    )
    try:
        for state in states():
            runner.open(str(state.config.seed), state, RECIPE)
        runner.prepare(RECIPE)
        for seed in range(len(RUNS)):
            runner.play(str(seed))
        time.sleep(seconds)
        return {seed: Account(**vars(one)) for seed, one in counting.accounts.items()}
    finally:
        runner.shutdown()


def main() -> None:
    """Print one line a run."""
    parser = argparse.ArgumentParser(description="Eight runs of different sizes share workers.")
    parser.add_argument("--seconds", type=float, default=60.0, help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="default: %(default)s")
    options = parser.parse_args()
    accounts = trained(options.workers, options.seconds)
    fair = sum(one.seconds for one in accounts.values()) / len(RUNS)
    print(f"{'run':24} {'slices':>7} {'s each':>7} {'clock':>7} {'s in all':>9} {'of share':>9}")
    off = 0.0
    for seed, name in enumerate(RUNS):
        one = accounts.get(seed, Account())
        count = max(1, one.slices)
        off = max(off, abs(one.seconds / fair - 1))
        print(
            f"{name:24} {one.slices:7} {one.seconds / count:7.2f} {one.clock / count:7.2f} "
            f"{one.seconds:9.2f} {one.seconds / fair:9.0%}"
        )
    print(f"Farthest from its share: {off:.0%} (wanted: at most {TARGET:.0%})")


if __name__ == "__main__":
    main()
