"""Classes that are over are deleted while the server runs, whether another begins or not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from classroom import classes
from classroom.store import from_environment
from classroom.trouble import Unkept

#: Seconds between two looks.
EVERY = 600.0


def tidy() -> None:
    """Delete what is over, if there ever was a class; a file is not made for it."""
    store = from_environment()
    if store is None or not store.path.exists():
        return
    with contextlib.suppress(Unkept):  # said in the terminal; the next look tries again
        classes.tidy(store)
    store.close()


@contextlib.asynccontextmanager
async def deleting(every: float = EVERY) -> AsyncIterator[None]:
    """Around the life of the server: look at its start, and now and then."""
    keeper = asyncio.create_task(_now_and_then(every))
    try:
        yield
    finally:
        keeper.cancel()


async def _now_and_then(every: float) -> None:
    while True:
        await asyncio.to_thread(tidy)
        await asyncio.sleep(every)
