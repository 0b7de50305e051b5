"""What looking inside a network costs on "Draw a digit": growing, fooling, the first map, the dot.

Needs no PyTorch. Processor time of one core, the median of a few turns, so that a busy machine
does not count.

    python -m benchmarks.bench_inside
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import statistics
import time
from collections.abc import Callable

import numpy as np

from cnn.explain import fool
from ui import presets, readers
from ui.components.draw_pad.draw_pad import DrawPadState
from ui.components.network_view.views import Selection
from ui.draw import asked, digits, fooling, looks_for, planes

TURNS = 7
#: What each may take at most, in milliseconds.
TARGETS = {"grow two pictures": 300, "fool, all bounds": 300, "the first map": 1000}


def took(work: Callable[[], object]) -> float:
    """Milliseconds of this process, the median."""
    spent = []
    for _ in range(TURNS):
        began = time.process_time()
        work()
        spent.append(1000 * (time.process_time() - began))
    return statistics.median(spent)


def tasks(name: str) -> dict[str, Callable[[], object]]:
    """What is measured with one network."""
    of = readers.network(name)
    preset = presets.by_id("3")
    assert preset
    reading = readers.read(of, DrawPadState(preset.ink()), True)
    unit = asked.unit(reading, Selection())
    image = np.clip(reading.snap.x, 0, 1)
    found = planes.planes(of)
    plane = found[planes.default(of)]

    def first_map() -> None:
        digits.forget()
        for make in (planes.make_planes, planes.make_samples, planes.make_answers):
            make(of)

    def dot() -> None:
        plane.near(plane.here(reading) or (0, 0))

    return {
        "grow two pictures": lambda: looks_for.grow_both(of, unit),
        "fool, all bounds": lambda: fool(of.net, image, fooling.BOUNDS),
        "the first map": first_map,
        "the dot of a stroke": dot,
    }


def main() -> None:
    """Print a table."""
    print(f"{'':22} {'LeNet-5':>10} {'dense':>10}   ms of one core")
    both = [tasks(name) for name in readers.NAMES]
    for task in both[0]:
        times = [took(each[task]) for each in both]
        most = TARGETS.get(task)
        met = most is None or max(times) <= most
        wanted = "" if most is None else f"   at most {most}: {'met' if met else 'MISSED'}"
        print(f"{task:22} {times[0]:10.1f} {times[1]:10.1f}{wanted}")


if __name__ == "__main__":
    main()
