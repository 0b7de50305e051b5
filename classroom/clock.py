"""How much time went by, for all processes of a machine alike, however its clock is turned.

A small computer without a battery starts in the past and jumps years ahead when it finds the
network; a hand turns a clock back. A class must neither be deleted in mid-lesson by the one, nor
live for ever by the other. So time is counted on the machine's own counter, which only grows and
is the same for all processes. It starts anew with the machine: across that gap the clock on the
wall is asked, and never believed that time went backwards.
"""

from __future__ import annotations

import contextlib
import functools
import time
from dataclasses import dataclass
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Instant:
    """A moment, as the machine can tell it.

    Attributes:
        boot: Names the machine's present run; "" where the system has no name for it.
        ticks: Seconds on the counter, which starts with the machine and counts its sleep too
            where the system can.
        wall: Seconds of the clock on the wall.
    """

    boot: str
    ticks: float
    wall: float


def instant() -> Instant:
    """This moment."""
    return Instant(_boot(), _ticks(), time.time())


def elapsed(before: Instant, after: Instant) -> float:
    """Seconds from one moment to a later one, never negative.

    Where the machine's runs have no names, the longer of the two opinions counts: what was
    promised to be deleted after a time is.
    """
    counted, shown = after.ticks - before.ticks, after.wall - before.wall
    if before.boot != after.boot:
        return max(0.0, shown)
    if before.boot:
        return max(0.0, counted)
    return max(0.0, counted, shown)


@functools.cache
def _boot() -> str:
    with contextlib.suppress(OSError, UnicodeError):
        return _BOOT.read_text("ascii").strip()
    return ""


def _ticks() -> float:
    source = getattr(time, "CLOCK_BOOTTIME", None)  # Linux: the only one that counts sleep
    return time.monotonic() if source is None else time.clock_gettime(source)
