"""What the server does when it starts and when it ends; what visitors see is :mod:`ui.shell`.

Streamlit's own greeting asks a host on the internet for this machine's address there. It is
switched off (``.streamlit/config.toml``); this one names the addresses on the local networks.
"""

from __future__ import annotations

import signal
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

import streamlit as st
from streamlit import net_util

from ui.serving import keeping
from ui.serving.addresses import local_addresses
from ui.serving.answers import base_path

#: Servers that listen to everybody have one of these addresses, or none.
_EVERYBODY = ("", "0.0.0.0", "::")


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Around the life of the server: greet, open the browser, delete what is over, end quietly."""
    ask_nobody()
    end_quietly()
    print(greeting(), flush=True)
    if not st.get_option("server.headless"):
        # A moment later, when the server answers.
        opening = threading.Timer(0.3, webbrowser.open, [here()])
        opening.daemon = True
        opening.start()
    async with keeping.deleting():
        yield


def here() -> str:
    """The app's address on this machine."""
    address = st.get_option("server.address") or ""
    return _url("localhost" if address in _EVERYBODY else address)


def for_others() -> list[str]:
    """Its addresses on the local networks; none if it listens to this machine alone.

    A name of this machine that the starter gave (``browser.serverAddress``) comes first.
    """
    if (st.get_option("server.address") or "") not in _EVERYBODY:
        return []
    name = st.get_option("browser.serverAddress")
    hosts = [] if name in ("", "localhost") else [name]
    return [_url(host) for host in dict.fromkeys([*hosts, *local_addresses()])]


def greeting() -> str:
    """What the terminal says when the app has started."""
    lines = ["", "  ConvScope is open in your browser, or here:", f"    {here()}"]
    others = for_others()
    if others:
        lines += ["  For others on the same network:", *(f"    {url}" for url in others)]
    return "\n".join([*lines, ""])


def _url(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return f"{scheme}://{host}:{st.get_option('server.port')}{base_path()}"


def ask_nobody() -> None:
    """Streamlit would ask the internet who we are when a browser comes from another site."""
    net_util._external_ip = ""  # known: no address


def end_quietly() -> None:
    """Ctrl-C and a friendly kill let the server finish, and the command ends with status 0.

    Left alone it would raise the signal once more when everything has ended; the workers that
    train would then outlive it.
    """
    server: Any = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    if not hasattr(server, "should_exit"):
        return  # it is not uvicorn that runs us

    def end(number: int, frame: FrameType | None) -> None:
        server.force_exit = server.should_exit  # the second time, at once
        server.should_exit = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
