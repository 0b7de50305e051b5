"""How long a slider takes while another student runs a large network, and while nobody does.

One visitor moves the slider of the lesson on pooling; another opens *Run it* again and again, now
with VGG-16, now with Inception-v4, so that networks are loaded and run all the time. In turns. The
network works in a process of its own with one BLAS thread, after everything else on the machine.
Needs no PyTorch and no browser.

    python -m benchmarks.bench_large
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.bench_browser import started
from benchmarks.classmates import Visitor, resident, visiting

TARGET = 0.4  # seconds, at the median
NETWORKS = ("vgg16", "inception_v4")
_PAUSE = 0.3  # a hand at a slider
_SLIDER = "po_k"


async def slide(visitor: Visitor, turns: int) -> list[float]:
    """Seconds from each move of the slider to the end of the page's run."""
    found = []
    for turn in range(turns):
        message = visitor.asking()
        slider = message.rerun_script.widget_states.widgets.add()
        slider.id = visitor.find(_SLIDER)
        slider.double_array_value.data.append(2.0 + turn % 2)
        began = time.perf_counter()
        await visitor.run(message)
        found.append(time.perf_counter() - began)
        await asyncio.sleep(_PAUSE)
    return found


async def run_one(url: str, slug: str) -> None:
    """Open the page, press *Run it*, and look until the network has run."""
    async with visiting(url, "famous", {}, f"fn_view=run&fn_net={slug}") as visitor:
        message = visitor.asking()
        button = message.rerun_script.widget_states.widgets.add()
        button.id, button.trigger_value = visitor.find("fn_run"), True
        await visitor.run(message)
        looking = asyncio.create_task(visitor.look())
        while not any(key.startswith("fn_maps") for key in visitor.widgets):
            await asyncio.sleep(0.1)
        looking.cancel()


@contextlib.asynccontextmanager
async def running(url: str) -> AsyncIterator[list[str]]:
    """Large networks run one after another; which ones came to their end."""
    done: list[str] = []

    async def forever() -> None:
        while True:
            slug = NETWORKS[len(done) % len(NETWORKS)]
            await run_one(url, slug)
            done.append(slug)

    task = asyncio.create_task(forever())
    try:
        yield done
    finally:
        if task.done():
            task.result()  # raises what went wrong
        task.cancel()


async def measure(url: str, pid: int, turns: int) -> tuple[list[float], list[float], int, float]:
    """Waits without and with a large network, how many ran, and the most memory it took (MiB)."""
    async with visiting(url, "pooling", {}) as visitor:
        await slide(visitor, 3)
        alone = await slide(visitor, turns)
        most = 0.0
        async with running(url) as done:
            beside: list[float] = []
            while len(beside) < turns or (len(done) < len(NETWORKS) and len(beside) < 10 * turns):
                beside += await slide(visitor, 1)
                most = max([most, *(resident(child) for child in children(pid))])
            return alone, beside, len(done), most


def children(pid: int) -> list[int]:
    """The processes that a process has started; none where that cannot be read."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has ended meanwhile
            found += [int(one) for one in thread.read_text("ascii").split()]
    return found


def main() -> None:
    """Print the medians of both, and how many networks ran meanwhile."""
    parser = argparse.ArgumentParser(description="A slider beside a large network.")
    parser.add_argument("--turns", type=int, default=40, help="moves of the slider (default: 40)")
    options = parser.parse_args()
    with started() as (url, pid):
        alone, beside, ran, most = asyncio.run(measure(url, pid, options.turns))
    for name, found in (("alone", alone), ("beside a large network", beside)):
        print(
            f"{name:>24}: median {statistics.median(found) * 1e3:6.0f} ms, "
            f"longest {max(found) * 1e3:6.0f} ms"
        )
    print(f"networks that ran: {ran}; the largest process of the server held {most:,.0f} MiB")
    verdict = "met" if statistics.median(beside) <= TARGET else "missed"
    print(f"Target {verdict}: {TARGET * 1e3:.0f} ms at the median")


if __name__ == "__main__":
    main()
