"""Times every way of convolving on many shapes, and shows where the choice is not the best one.

    python -m benchmarks.calibrate_convolution [--rounds 7] [--threads 1]

Needs NumPy alone. The ways take turns, so that whatever slows the machine slows all of them; a
way's time in a round is its fastest repeat, in processor time if there is one thread, and what is
shown is the median over the rounds. A row that ends in a factor is one where another way than the
chosen one is faster by that. Rows of much more than 1.0 on your machine are a reason to move the
borders in ``cnn/layers/convolving/choose.py``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from types import ModuleType

options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
options.add_argument("--rounds", type=int, default=7, help="how often each way has its turn")
options.add_argument("--threads", type=int, default=1, help="of NumPy's matrix products")
options.add_argument("--only", default="", help="only shapes whose line has these letters in it")

if __name__ == "__main__":  # before NumPy is imported, or it has no effect
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(options.parse_args().threads)

import numpy as np  # noqa: E402

from cnn.layers.convolving import (  # noqa: E402
    by_rows,
    choose,
    depthwise,
    plain,
    pointwise,
    shifted,
    winograd,
)
from cnn.layers.convolving.choose import Case  # noqa: E402
from cnn.layers.convolving.first_product import ready  # noqa: E402
from cnn.window.geometry import Window  # noqa: E402

#: (C, H, W, N), O, kernel, stride, padding, groups
SHAPES = (
    ((1, 28, 28, 64), 6, 5, 1, 2, 1),
    ((6, 14, 14, 64), 16, 5, 1, 0, 1),
    ((6, 14, 14, 1), 16, 5, 1, 0, 1),
    ((16, 5, 5, 64), 120, 5, 1, 0, 1),
    ((3, 32, 32, 32), 32, 3, 1, 1, 1),
    ((32, 32, 32, 16), 32, 3, 1, 1, 1),
    ((32, 16, 16, 8), 32, 3, 1, 1, 1),
    ((32, 56, 56, 1), 32, 3, 1, 1, 1),
    ((32, 112, 112, 1), 64, 3, 1, 1, 1),
    ((40, 28, 28, 4), 40, 3, 1, 1, 1),
    ((64, 32, 32, 16), 64, 3, 1, 1, 1),
    ((64, 56, 56, 1), 64, 3, 1, 1, 1),
    ((3, 224, 224, 1), 64, 3, 1, 1, 1),
    ((64, 112, 112, 1), 64, 3, 1, 1, 1),
    ((256, 28, 28, 1), 256, 3, 1, 1, 1),
    ((512, 14, 14, 1), 512, 3, 1, 1, 1),
    ((3, 224, 224, 1), 64, 7, 2, 3, 1),
    ((128, 28, 28, 4), 128, 3, 2, 1, 1),
    ((256, 56, 56, 1), 64, 1, 1, 0, 1),
    ((32, 14, 14, 64), 32, 3, 1, 1, 32),
    ((128, 28, 28, 8), 128, 3, 1, 1, 128),
    ((16, 28, 28, 1), 16, 3, 1, 1, 16),
    ((64, 14, 14, 1), 64, 3, 1, 1, 64),
    ((32, 112, 112, 1), 32, 3, 1, 1, 32),
    ((32, 56, 56, 1), 32, 3, 2, 1, 32),
    ((64, 28, 28, 4), 64, 3, 2, 1, 64),
    ((96, 112, 112, 1), 96, 3, 2, 1, 96),
    ((192, 56, 56, 1), 192, 3, 1, 1, 192),
    ((240, 28, 28, 1), 240, 5, 1, 2, 240),
    ((64, 56, 56, 8), 64, 3, 1, 1, 64),
    ((96, 56, 56, 1), 96, 3, 2, 1, 96),
    ((64, 14, 14, 32), 64, 5, 1, 2, 64),
    ((144, 56, 56, 4), 144, 5, 2, 2, 144),
    ((480, 14, 14, 1), 480, 3, 1, 1, 480),
    ((1152, 7, 7, 1), 1152, 5, 1, 2, 1152),
)
TASKS = ("forward", "weight_gradient", "input_gradient")


def possible(task: str, case: Case) -> list[ModuleType]:
    """The ways that can do a task, the plain one first."""
    window = case.window
    ways = [plain]
    if pointwise.possible(window):
        ways.append(pointwise)
    if task == "input_gradient":
        rows, turned = by_rows.possible_input_gradient(window), winograd.mirrored(window)
    else:
        rows, turned = by_rows.possible(window), window
    alone = case.channels, case.filters, case.dtype
    if depthwise.possible(*alone):
        ways.append(depthwise)
    if shifted.possible(turned, *alone):
        ways.append(shifted)
    if rows:
        ways.append(by_rows)
    if task != "weight_gradient" and winograd.possible(turned, case.groups, case.dtype):
        ways.append(winograd)
    return ways


def fastest(work: Callable[[], object], clock: Callable[[], float], stretch: float = 0.03) -> float:
    """Seconds of the fastest of some repeats."""
    best, end = float("inf"), time.perf_counter() + stretch
    while True:
        begin = clock()
        work()
        best = min(best, clock() - begin)
        if time.perf_counter() > end:
            return best


def main() -> None:
    """Print a line for each shape and task."""
    chosen = options.parse_args()
    clock = time.process_time if chosen.threads == 1 else time.perf_counter
    ready()
    rng = np.random.default_rng(0)
    for shape, outputs, kernel, stride, padding, groups in SHAPES:
        window = Window.of(kernel, stride, padding)
        x = rng.standard_normal(shape, dtype=np.float32)
        weight_shape = outputs, shape[0] // groups, kernel, kernel
        weight = rng.standard_normal(weight_shape, dtype=np.float32)
        size = shape[1:3]
        dy_shape = outputs, *window.output_size(*size), shape[3]
        dy = rng.standard_normal(dy_shape, dtype=np.float32)
        case = Case.of(x, weight, size, window, groups)
        arrays = {
            "forward": (x, weight), "weight_gradient": (dy, x), "input_gradient": (dy, weight, size)
        }  # fmt: skip
        for task in TASKS:
            line = f"{shape} → {outputs}, {kernel}×{kernel}/{stride}, {groups} groups, {task}"
            if chosen.only not in line:
                continue
            works = {}
            for way in possible(task, case):
                function, name = getattr(way, task), way.__name__.rpartition(".")[2]
                works[name] = lambda f=function: f(*arrays[task], window, groups)  # noqa: B023
            taken = getattr(choose, task)(case).__module__.rpartition(".")[2]
            seconds: dict[str, list[float]] = {name: [] for name in works}
            for _ in range(chosen.rounds):
                for name, work in works.items():
                    seconds[name].append(fastest(work, clock))
            medians = {name: statistics.median(times) for name, times in seconds.items()}
            told = ", ".join(f"{n} {1e3 * s:.2f} ms" for n, s in medians.items())
            factor = medians[taken] / min(medians.values())
            better = f"   ← {factor:.2f}" if factor > 1.05 else ""
            print(f"{line}: {told}; takes {taken}{better}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
