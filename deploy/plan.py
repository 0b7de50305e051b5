"""Who listens where, and what each process is told: plain values, nothing is started here."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CADDYFILE = Path(__file__).with_name("Caddyfile")
#: The path at which a process of the app says that it is well.
HEALTH = "/_stcore/health"
#: More than these answer more drawings than any class can make.
MOST = 8
#: This machine, for whoever sits at it.
HERE = "localhost"
LOOPBACK = "127.0.0.1"
EVERYBODY = "0.0.0.0"


@dataclass(frozen=True)
class Plan:
    """A class's server.

    Attributes:
        port: Of plain http, for the class.
        https_port: Of https.
        bind: The address that both listen at; "0.0.0.0" is every one.
        hosts: Names and addresses of this machine for others, the likeliest first; perhaps none.
        app_ports: One for each process of the app; they listen to this machine alone.
        workers: Processes that train, for each process of the app.
    """

    port: int
    https_port: int
    bind: str
    hosts: tuple[str, ...]
    app_ports: tuple[int, ...]
    workers: int

    @property
    def plain(self) -> list[str]:
        """Addresses of plain http, for the class."""
        return [f"http://{host}:{self.port}" for host in self.hosts or (HERE,)]

    @property
    def secure(self) -> list[str]:
        """The same by https."""
        return [f"https://{host}:{self.https_port}" for host in self.hosts or (HERE,)]

    @property
    def entrance(self) -> tuple[str, int]:
        """Where this machine finds Caddy: host and port."""
        return (LOOPBACK if self.bind == EVERYBODY else self.bind), self.port

    def caddy_command(self, caddy: str) -> list[str]:
        """To start Caddy, whose path this is."""
        return [caddy, "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]

    def caddy_environment(self) -> dict[str, str]:
        """What the Caddyfile takes from the environment."""
        known = dict.fromkeys((*self.hosts, HERE, LOOPBACK))
        return {
            "CONVSCOPE_BIND": self.bind,
            "CONVSCOPE_HTTP_PORT": str(self.port),
            "CONVSCOPE_HTTPS_SITES": ", ".join(f"https://{h}:{self.https_port}" for h in known),
            "CONVSCOPE_HOST": next(iter(known)),
            "CONVSCOPE_PROCESSES": " ".join(["to", *(f"{LOOPBACK}:{p}" for p in self.app_ports)]),
        }

    def app_command(self, port: int) -> list[str]:
        """To start the process of the app that listens at ``port``."""
        told = {"port": str(port), "address": LOOPBACK, "headless": "true"}
        options = [word for name, value in told.items() for word in (f"--server.{name}", value)]
        return [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]

    def app_environment(self) -> dict[str, str]:
        """What each process of the app is told beside its port."""
        return {
            # For the join link: the app itself listens to this machine alone.
            "CONVSCOPE_ADDRESSES": " ".join([*self.plain, *self.secure]),
            # Whom to believe about who asks: Caddy, which comes from this machine.
            "FORWARDED_ALLOW_IPS": f"{LOOPBACK},::1",
            "CONVSCOPE_WORKERS": str(self.workers),
        }


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processes(cores: int) -> int:
    """How many processes of the app suit that many cores.

    One core is left to Caddy and to what trains. Two processes at least: when one dies there is
    another.
    """
    return min(MOST, max(2, cores - 1))


def workers(cores: int, processes: int) -> int:
    """Processes that train, for each process of the app: together about one a core."""
    return max(1, cores // processes)


def wrong(ports: Sequence[int]) -> str:
    """One sentence about ports that cannot be had; "" if all can."""
    for port in ports:
        if not 1 <= port <= 65535:
            return f"There is no port {port}; ports go from 1 to 65535."
    if len(set(ports)) < len(ports):
        return "http and https need a port each."
    return ""
