"""All processes of a class's server, from the first one to Ctrl-C."""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from deploy.child import Child, WillNotRunError
from deploy.plan import HEALTH, LOOPBACK, Plan
from ui.tours import checking

#: Seconds in which everything has to answer after the start; a busy, old machine takes its time.
PATIENCE = 180.0
#: Seconds between two looks whether all are there.
EVERY = 0.5
#: Seconds that processes have to end by themselves.
TO_END = 10.0


class Stop:
    """Whether we were told to end: by Ctrl-C, by a friendly kill, by the terminal's closing.

    The second time, whatever still runs is ended at once.
    """

    def __init__(self, children: Sequence[Child]) -> None:
        self.told = threading.Event()
        self._children = children

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """Around all the work: signals come here."""
        names = [n for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n)]
        before = {n: signal.signal(getattr(signal, n), self._hear) for n in names}
        try:
            yield
        finally:
            for name, handler in before.items():
                signal.signal(getattr(signal, name), handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.told.is_set():
            for child in self._children:
                child.kill()
        self.told.set()


def serve(
    plan: Plan, caddy: str, say: Callable[[str], None], opened: Callable[[], object] | None = None
) -> None:
    """Start everything, and keep it until we are told to end.

    Args:
        plan: Of the server.
        caddy: Path of Caddy.
        say: Takes what the teacher is to read.
        opened: Called once, when the class can come.

    Raises:
        WillNotRunError: Something does not start; whatever did has been ended again.
    """
    with tempfile.TemporaryDirectory(prefix="convscope-serving-") as folder:
        children = made(plan, caddy, Path(folder))
        stop = Stop(children)
        with stop.heard(), _ended(children):
            for child in children:
                child.start()
            if _all_answer(plan, children, stop):
                say(greeting(plan))
                checking.begin()
                if opened is not None:
                    opened()
            while not stop.told.wait(EVERY):
                for child in children:
                    if told := child.revive():
                        say(told)


def made(plan: Plan, caddy: str, folder: Path) -> list[Child]:
    """The processes of the app, and Caddy; not started yet.

    Args:
        plan: Of the server.
        caddy: Path of Caddy.
        folder: Where they leave what they say.
    """
    apps = [
        Child(
            f"Process {number} of the app",
            plan.app_command(port),
            {**plan.app_environment(), "CONVSCOPE_TURN": str(folder / "large")},
            folder / f"app-{number}.log",
        )
        for number, port in enumerate(plan.app_ports, start=1)
    ]
    front = Child(
        "Caddy", plan.caddy_command(caddy), plan.caddy_environment(), folder / "caddy.log"
    )
    return [*apps, front]


def greeting(plan: Plan) -> str:
    """What the terminal says when the class can come."""
    lines = [
        "",
        f"  ConvScope is open for a class: {len(plan.app_ports)} processes behind Caddy.",
        f"  For you, to lead it:\n    http://localhost:{plan.port}/teach",
        "  For the class:",
        *(f"    {one}" for one in plan.plain),
        "  With camera and clipboard, too; browsers warn of a certificate they do not know:",
        *(f"    {one}" for one in plan.secure),
        "  Ctrl-C ends it.",
        "",
    ]
    return "\n".join(lines)


def free(port: int, bind: str) -> bool:
    """Whether we can listen there."""
    with socket.socket() as probe:
        # As Caddy does: a port that was ours a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> tuple[int, ...]:
    """As many ports of this machine that nobody listens to."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return tuple(int(probe.getsockname()[1]) for probe in probes)


def answers(host: str, port: int) -> bool:
    """Whether whoever listens there says that it is well.

    It is asked straight, whatever proxy the environment names for the world outside.
    """
    line = http.client.HTTPConnection(host, port, timeout=5)
    try:
        line.request("GET", HEALTH)
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _all_answer(plan: Plan, children: Sequence[Child], stop: Stop) -> bool:
    """Wait until every process and Caddy answer; False if we are told to end before.

    Raises:
        WillNotRunError: One of them does not.
    """
    asked = [*((LOOPBACK, port) for port in plan.app_ports), plan.entrance]
    until = time.monotonic() + PATIENCE
    while not stop.told.is_set():
        asked = [place for place in asked if not answers(*place)]
        if not asked:
            return True
        for child in children:
            child.revive()
        if time.monotonic() > until:
            port = asked[0][1]
            raise WillNotRunError(f"Port {port} does not answer after {PATIENCE:.0f} seconds.")
        stop.told.wait(0.2)
    return False


@contextlib.contextmanager
def _ended(children: Sequence[Child]) -> Iterator[None]:
    """Whatever happens inside, nothing of it outlives us."""
    try:
        yield
    finally:
        for child in reversed(children):  # Caddy first: nobody is sent to a process that ends
            child.tell_to_end()
        until = time.monotonic() + TO_END
        for child in children:
            child.end(until - time.monotonic())
