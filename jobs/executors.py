"""Where slices run: a small process pool here, or a Dask cluster where one is given.

``DASK_SCHEDULER_ADDRESS`` in the environment chooses the cluster (``pip install distributed``).
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from jobs.politeness import stand_back

#: In the environment: how many worker processes, where this is one of several servers of a machine.
WORKERS = "CONVSCOPE_WORKERS"
#: One BLAS thread a worker: workers then share the cores instead of fighting for them.
BLAS_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Place:
    """Where slices run.

    Attributes:
        executor: Takes them.
        slots: How many it can run at once.
        name: For a person.
        close_too: What else is to be closed with it.
        there: Whether it can still be reached, where that is known without trying.
    """

    executor: Executor
    slots: int
    name: str
    close_too: Callable[[], None] | None = None
    there: Callable[[], bool] = lambda: True

    def close(self) -> None:
        """Send nothing more, and wait for nothing."""
        with contextlib.suppress(Exception):  # of a cluster that is gone little is to be closed
            if self.there():
                self.executor.shutdown(wait=False)
            if self.close_too is not None:
                self.close_too()


def make_place() -> Place:
    """The place named by the environment: a Dask cluster, else a process pool on this machine.

    A cluster that does not answer stops no lesson: training runs on this machine then, and the log
    says so.

    Raises:
        RuntimeError: a cluster is named, and the package for it is not installed.
    """
    address = os.environ.get("DASK_SCHEDULER_ADDRESS", "").strip()
    if address:
        try:
            return dask_place(address)
        except (OSError, ValueError) as wrong:
            logging.getLogger(__name__).warning(
                "No Dask scheduler answers at %s; training runs on this machine. (%s)",
                address,
                wrong,
            )
    return pool_place()


def pool_place(workers: int | None = None, *, polite: bool = True) -> Place:
    """A pool of ``workers`` processes.

    Without a number there are as many as the environment says, else one a core, at most four.
    Polite ones let everything else on the machine go first.
    """
    count = workers or _named() or max(1, min(4, os.cpu_count() or 1))
    for name in BLAS_VARIABLES:
        # Read when NumPy is imported: the server has done that, its children have not.
        os.environ[name] = "1"
    pool = ProcessPoolExecutor(
        max_workers=count,
        # Not fork: the server has threads, and a forked copy of a held lock never opens.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=begin,
        initargs=(polite,),
    )
    return Place(pool, count, f"{count} worker process{'es' if count > 1 else ''} on this machine")


def _named() -> int:
    """The number in the environment; 0 if there is none that can be meant."""
    said = os.environ.get(WORKERS, "").strip()
    return min(int(said), 64) if said.isdecimal() else 0


def dask_place(address: str) -> Place:
    """The Dask cluster whose scheduler listens at ``address``.

    Raises:
        RuntimeError: the package for it is not installed.
        OSError: it does not answer.
        ValueError: that is no address.
    """
    try:
        from distributed import Client
    except ImportError as missing:
        raise RuntimeError(
            "DASK_SCHEDULER_ADDRESS is set but the package `distributed` is not installed: "
            "run `pip install distributed`, or unset the variable to train on this machine."
        ) from missing
    client = Client(address, timeout="5s")
    slots = max(1, sum(client.nthreads().values()))
    # Slices of one run differ although they look alike to Dask; pure=False keeps it from
    # answering a slice from its cache.
    executor = client.get_executor(pure=False)
    name = f"the Dask cluster at {address}"
    return Place(executor, slots, name, client.close, lambda: bool(client.status == "running"))


def begin(polite: bool) -> None:
    """What a worker does first."""
    if polite:
        stand_back(10)
    threading.Thread(target=_end_with_the_server, daemon=True).start()


def _end_with_the_server() -> None:
    """A server that is killed cannot end its workers, and they would wait for it for ever."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)
