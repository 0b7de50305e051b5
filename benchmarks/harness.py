"""Times NumPy and PyTorch side by side, so that whatever slows the machine slows both.

A case is one piece of work done by several contenders. Rounds go through the contenders in turn,
and each repeats its work for a few hundredths of a second; its time in that round is the fastest
repeat, which is what the work takes when nobody else wants the processor. What is reported are
medians over the rounds: of each contender's time, and of the ratio of NumPy's to it.
All use the same number of threads. Between contenders there is a short rest: BLAS and OpenMP
threads spin for a while after their work, and would take the cores from the next contender.

Peak memory is measured in a process of its own for each contender: the highest resident size
while it is set up and works three times, less what it was before.
"""

from __future__ import annotations

import argparse
import os
import sys

THREADS = int(os.environ.get("BENCH_THREADS", len(os.sched_getaffinity(0))))
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)  # before NumPy and PyTorch are imported, or it has no effect

import gc  # noqa: E402
import multiprocessing  # noqa: E402
import platform  # noqa: E402
import statistics  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterable, Sequence  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from pathlib import Path  # noqa: E402

import numpy as np  # noqa: E402

try:
    import torch

    torch.set_num_threads(THREADS)
except ImportError:
    sys.exit("The benchmark compares with PyTorch; first: pip install -r requirements-bench.txt")

Work = Callable[[], object]
Maker = Callable[[], Work]
NUMPY, TORCH, CHANNELS_LAST = "numpy", "torch", "channels_last"


@dataclass(frozen=True)
class Case:
    """One piece of work.

    Attributes:
        name: What the table calls it.
        contenders: By name, what sets a contender up and returns its work. Must be picklable (a
            ``partial`` of a module's function): memory is measured in other processes.
        target: Ratio to PyTorch that is hoped for, if any.
    """

    name: str
    contenders: dict[str, Maker]
    target: float | None = None


@dataclass
class Result:
    """What a case took: seconds and MiB by contender."""

    case: Case
    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak: dict[str, float] = field(default_factory=dict)

    def median(self, contender: str) -> float:
        """Seconds."""
        return statistics.median(self.seconds[contender])

    def ratio(self, contender: str) -> float:
        """NumPy's time divided by ``contender``'s: below 1 NumPy is faster."""
        rounds = zip(self.seconds[NUMPY], self.seconds[contender], strict=True)
        return statistics.median(ours / theirs for ours, theirs in rounds)


def measure(case: Case, rounds: int = 15, stretch: float = 0.05, rest: float = 0.03) -> Result:
    """Time a case: in every round each contender repeats its work for ``stretch`` seconds."""
    works = {name: make() for name, make in case.contenders.items()}
    result = Result(case, {name: [] for name in works})
    for work in works.values():
        for _ in range(3):
            work()
    names = list(works)
    for turn in range(rounds):
        for name in names if turn % 2 else reversed(names):
            time.sleep(rest)
            works[name]()
            result.seconds[name].append(_fastest(works[name], stretch))
    return result


def _fastest(work: Work, stretch: float) -> float:
    fastest = float("inf")
    end = time.perf_counter() + stretch
    begin = 0.0
    while begin < end:
        begin = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - begin)
    return fastest


def peak_memory(make: Maker) -> float:
    """MiB that a contender takes at its peak, in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_peak, (make,))


def _peak(make: Maker) -> float:
    _start_libraries()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # resets the high-water mark
    before = _resident("VmRSS")
    work = make()
    for _ in range(3):
        work()
    return _resident("VmHWM") - before


def _start_libraries() -> None:
    """What NumPy and PyTorch set up once is not part of any case."""
    np.ones((99, 99), np.float32) @ np.ones((99, 99), np.float32)
    image = torch.ones(1, 1, 9, 9, requires_grad=True)
    torch.nn.functional.conv2d(image, torch.ones(1, 1, 3, 3)).sum().backward()


def _resident(entry: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(entry):
            return int(line.split()[1]) / 1024
    raise OSError(f"no {entry} in /proc/self/status")


COLUMNS = f"{'':<56}{'NumPy':>10}{'PyTorch':>10}{'ratio':>8}{'ch. last':>10}{'ratio':>8}"


def header(memory: bool) -> str:
    """What was measured on what, and the head of the table."""
    lines = [
        f"NumPy {np.__version__} ({blas()}), PyTorch {torch.__version__}, "
        f"{platform.machine()}, {THREADS} thread{'s' * (THREADS > 1)} each.",
        "Milliseconds. Ratio = NumPy / PyTorch: below 1 NumPy is faster; * = target met.",
        "",
        COLUMNS + (f"{'MiB':>8}{'PyTorch':>9}" if memory else ""),
    ]
    return "\n".join(lines)


def blas() -> str:
    """The BLAS that NumPy calls, and the kernels it chose for this processor if it says so."""
    build = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    core = os.environ.get("OPENBLAS_CORETYPE")
    return f"{build}, kernels set to {core}" if core else str(build)


def row(result: Result) -> str:
    """One line of the table."""
    text = f"{result.case.name:<56}{_milliseconds(result.median(NUMPY))}"
    for contender in (TORCH, CHANNELS_LAST):
        if contender in result.seconds:
            ratio = result.ratio(contender)
            met = contender == TORCH and result.case.target and ratio <= result.case.target
            mark = "*" if met else " "
            text += f"{_milliseconds(result.median(contender))}{ratio:>7.2f}{mark}"
        else:
            text += f"{'–':>10}{'–':>7} "
    for contender in (NUMPY, TORCH):
        if contender in result.peak:
            text += f"{result.peak[contender]:>8.0f}" + " " * (contender == TORCH)
    return text


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:>10.3f}" if seconds < 0.1 else f"{seconds * 1e3:>10.1f}"


def measured(title: str, cases: Iterable[Case], options: argparse.Namespace) -> list[Result]:
    """Measure the cases that ``options`` ask for and print their rows."""
    cases = [case for case in cases if options.only in case.name]
    results = []
    if cases:
        print(f"{title}", flush=True)
    for case in cases:
        result = measure(case, options.rounds)
        if options.memory:
            for contender in (NUMPY, TORCH):
                if contender in result.seconds:
                    result.peak[contender] = peak_memory(case.contenders[contender])
        print(row(result), flush=True)
        results.append(result)
    return results


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Options that all benchmarks share."""
    parser = argparse.ArgumentParser(description="NumPy against PyTorch, side by side.")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each contender")
    parser.add_argument("--no-memory", dest="memory", action="store_false")
    return parser.parse_args(arguments)
