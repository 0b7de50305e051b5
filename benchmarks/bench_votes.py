"""A class that votes: thirty answer within ten seconds while the teacher's page is open.

One process, no browsers: each student hands in an answer by the page's own button and waits until
its page has run. The teacher's page counts once a second, the ribbons ask for news. Then the
teacher opens the second round and the class votes again, for as long as is wanted; each round is
counted: every vote, once. Last, how the server's memory grew.

    python -m benchmarks.bench_votes                     (two minutes)
    python -m benchmarks.bench_votes --seconds 600       (ten)
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.bench_browser import started
from benchmarks.classmates import Visitor, a_class, listen, resident, visiting
from classroom import classes, codes, students, votes
from classroom.classes import Teacher
from classroom.folder import FILE
from classroom.question import Question
from classroom.store import Store
from ui import questions
from ui.room import me

PAGE, GUESS = "padding", "pa_g1"
TARGET = 300.0  # milliseconds, the median
GROWTH = 5.0  # per cent of the memory after the first rounds
WITHIN = 10.0  # seconds in which the class votes


@dataclass
class Found:
    """What was measured.

    Attributes:
        waits: Milliseconds from the press to the end of the run, of every vote.
        lost: Votes that were not counted, or more than once.
        memory: MiB of the server after each round.
    """

    waits: list[float] = field(default_factory=list)
    lost: int = 0
    memory: list[float] = field(default_factory=list)


def asked() -> Question:
    """The question that every page is dealt first."""
    dealt = questions.size_after(np.random.default_rng([0, *GUESS.encode()]))
    return Question(
        PAGE, GUESS, 0, dealt.words, float(dealt.answer), tolerance=0.005, known=dealt.known
    )


def answering(student: Visitor, text: str) -> BackMsg:
    """The message of a browser whose user has typed an answer and pressed the button."""
    message = student.asking()
    states = message.rerun_script.widget_states
    states.widgets.add(id=student.find(f"{GUESS}_answer_"), string_value=text)
    states.widgets.add(id=student.find(f"{GUESS}_check_"), trigger_value=True)
    return message


async def vote(student: Visitor, text: str, found: Found) -> None:
    """Answer at some moment of the ten seconds."""
    await asyncio.sleep(random.uniform(0, WITHIN))
    begun = time.perf_counter()
    await student.run(answering(student, text))
    found.waits.append(1000 * (time.perf_counter() - begun))


async def lesson(url: str, pid: int, teacher: Teacher, key: str, seats: list[str],
                 seconds: float) -> Found:  # fmt: skip
    """Vote after vote until the time is over.

    Args:
        url: The app's.
        pid: The server's process.
        teacher: Who leads the class.
        key: The teacher's.
        seats: Of the students.
        seconds: About how long.
    """
    found = Found()
    end = time.monotonic() + seconds
    async with contextlib.AsyncExitStack() as stack:
        board = await stack.enter_async_context(visiting(url, PAGE, {me.LEAD: key}))
        looking = [asyncio.create_task(board.look())]
        class_ = [
            await stack.enter_async_context(visiting(url, PAGE, {me.SEAT: seat})) for seat in seats
        ]
        looking += [asyncio.create_task(listen(url, PAGE, seat)) for seat in seats]
        while time.monotonic() < end or not found.memory:
            number = votes.call(teacher, asked())
            await asyncio.gather(*(student.run() for student in class_))
            for round_ in (1, 2):
                texts = [str(n % 5) for n in range(len(class_))]
                await asyncio.gather(
                    *(vote(s, text, found) for s, text in zip(class_, texts, strict=True))
                )
                counted = votes.result(teacher, number)
                found.lost += abs(counted.answered[-1] - len(class_))
                found.lost += sum(abs(g.count - texts.count(g.label)) for g in counted.groups[-1])
                if round_ == 1:
                    votes.again(teacher, number)
                    await asyncio.gather(*(student.run() for student in class_))
            votes.reveal(teacher, number)
            await asyncio.gather(*(student.run() for student in class_))
            votes.drop(teacher, number)
            found.memory.append(resident(pid))
        for one in looking:
            if one.done():
                one.result()  # raises what went wrong
            one.cancel()
        failed = sum(visitor.failed for visitor in (board, *class_))
        if failed:
            raise RuntimeError(f"{failed} runs of a page failed")
    return found


def main() -> None:
    """Print what was measured beside what is wanted."""
    parser = argparse.ArgumentParser(description="A class that votes.")
    parser.add_argument("-n", type=int, default=30, help="students (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=120, help="(default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_class(Path(folder) / "class"):
        store = Store(Path(folder) / "class" / FILE)
        begun = classes.start(store)
        devices = [codes.new_key() for _ in range(options.n)]
        for device in devices:
            students.join(store, begun.code, device)
        seats = [f"{begun.code}.{device}" for device in devices]
        teacher = classes.lead(store, begun.key)
        with started() as (url, pid):
            found = asyncio.run(lesson(url, pid, teacher, begun.key, seats, options.seconds))
        store.close()
    waits = sorted(found.waits)
    print(f"{len(waits)} votes of {options.n} students, {found.lost} lost or counted twice")
    print(f"wait: median {statistics.median(waits):.0f} ms (wanted: {TARGET:.0f}), ", end="")
    print(f"19 of 20 below {waits[int(0.95 * (len(waits) - 1))]:.0f} ms, longest {waits[-1]:.0f}")
    first, last = found.memory[min(1, len(found.memory) - 1)], found.memory[-1]
    grown = 100 * (last - first) / first
    print(f"memory: {', '.join(f'{mib:.0f}' for mib in found.memory)} MiB; ", end="")
    print(f"{grown:+.1f} % since the second round (wanted: {GROWTH:g} at most)")


if __name__ == "__main__":
    main()
