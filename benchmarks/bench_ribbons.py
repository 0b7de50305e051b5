"""What the ribbons of an idle class cost: thirty students' pages beside thirty without a class.

Both only wait; the students' ribbons ask for news every few seconds. In turns, and from the
processor time of the server alone. Needs no PyTorch and no browser.

    python -m benchmarks.bench_ribbons
    python -m benchmarks.bench_ribbons -n 60 --seconds 30
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import tempfile
from pathlib import Path

from benchmarks.bench_browser import started
from benchmarks.bench_visitors import spent
from benchmarks.classmates import a_class, listen, visiting
from classroom import classes, codes, students
from classroom.folder import FILE
from classroom.store import Store
from ui.room import me

TARGET = 2.0  # per cent of a core
PAGE = "padding"


async def idle(url: str, pid: int, seats: list[str], count: int, seconds: float) -> float:
    """Per cent of a core that the server takes while ``count`` pages wait.

    Args:
        url: The app's.
        pid: The server's process.
        seats: Whose ribbons ask; none if nobody is in a class.
        count: Pages that are open.
        seconds: How long it is looked at.
    """
    async with contextlib.AsyncExitStack() as stack:
        for n in range(count):
            cookies = {me.SEAT: seats[n]} if seats else {}
            await stack.enter_async_context(visiting(url, PAGE, cookies))
        asking = [asyncio.create_task(listen(url, PAGE, seat)) for seat in seats]
        await asyncio.sleep(4)  # each ribbon has asked, and what opening them left is done
        before = spent(pid)
        await asyncio.sleep(seconds)
        found = 100 * (spent(pid) - before) / seconds
        for one in asking:
            if one.done():
                one.result()  # raises what went wrong
            one.cancel()
        return found


def main() -> None:
    """Print one line a round, then the medians."""
    parser = argparse.ArgumentParser(description="What the ribbons of an idle class cost.")
    parser.add_argument("-n", type=int, default=30, help="students (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="a turn (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each (default: 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_class(Path(folder) / "class"):
        store = Store(Path(folder) / "class" / FILE)
        code = classes.start(store).code
        devices = [codes.new_key() for _ in range(options.n)]
        for device in devices:
            students.join(store, code, device)
        seats = [f"{code}.{device}" for device in devices]
        print(f"{options.n} idle pages, per cent of a core: without a class, with ribbons")
        alone, listening = [], []
        with started() as (url, pid):
            for _ in range(options.rounds):
                alone.append(asyncio.run(idle(url, pid, [], options.n, options.seconds)))
                listening.append(asyncio.run(idle(url, pid, seats, options.n, options.seconds)))
                print(f"{alone[-1]:8.2f} {listening[-1]:8.2f}", flush=True)
        store.close()
        more = statistics.median(b - a for a, b in zip(alone, listening, strict=True))
        print(f"the ribbons: {more:.2f} (wanted: less than {TARGET:g})")


if __name__ == "__main__":
    main()
