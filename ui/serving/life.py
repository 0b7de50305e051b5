"""What the server does when it starts and when it ends; what visitors see is :mod:`ui.shell`.

Streamlit's own greeting asks a host on the internet for this machine's address there. It is
switched off (``.streamlit/config.toml``); this one names the addresses on the local networks.
"""

from __future__ import annotations

import os
import signal
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

import streamlit as st
from streamlit import net_util
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ui.serving import keeping
from ui.serving.addresses import local_addresses
from ui.serving.answers import base_path
from ui.tours import checking

#: In the environment, where a proxy stands before this process: under which addresses it is found,
#: the likeliest first, with spaces between them.
ADDRESSES = "CONVSCOPE_ADDRESSES"
#: uvicorn's own: from where a proxy may say for whom it asks.
_PROXIES = "FORWARDED_ALLOW_IPS"
#: Servers that listen to everybody have one of these addresses, or none.
_EVERYBODY = ("", "0.0.0.0", "::")


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Around the life of the server: greet, open the browser, delete what is over, end quietly."""
    ask_nobody()
    believe_nobody()
    end_quietly()
    if not proxied():  # else whoever started the proxy greets
        print(greeting(), flush=True)
        checking.begin()
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

    Behind a proxy they are those of the proxy. A name of this machine that the starter gave
    (``browser.serverAddress``) comes first.
    """
    if front := proxied():
        return front
    if (st.get_option("server.address") or "") not in _EVERYBODY:
        return []
    name = st.get_option("browser.serverAddress")
    hosts = [] if name in ("", "localhost") else [name]
    return [_url(host) for host in dict.fromkeys([*hosts, *local_addresses()])]


def proxied() -> list[str]:
    """The addresses of the proxy that stands before this process; none if there is no proxy."""
    return os.environ.get(ADDRESSES, "").split()


def greeting() -> str:
    """What the terminal says when the app has started; headless, no browser is opened."""
    alone = st.get_option("server.headless")
    where = "has started; open it here:" if alone else "opens in your browser, or here:"
    lines = ["", f"  ConvScope {where}", f"    {here()}"]
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


def believe_nobody() -> None:
    """Let no request say for whom it asks, unless the environment names a proxy to be believed.

    uvicorn by itself believes whoever speaks from this machine: a tunnel to the outside, say, whose
    visitors could then take another address for every wrong code that they try.
    """
    server: Any = _server()
    if server is None or os.environ.get(_PROXIES):
        return
    app = server.config.loaded_app
    if isinstance(app, ProxyHeadersMiddleware):
        server.config.loaded_app = app.app


def end_quietly() -> None:
    """Ctrl-C and a friendly kill let the server finish, and the command ends with status 0.

    Left alone it would raise the signal once more when everything has ended; the workers that
    train would then outlive it.
    """
    server: Any = _server()
    if server is None:
        return

    def end(number: int, frame: FrameType | None) -> None:
        server.force_exit = server.should_exit  # the second time, at once
        server.should_exit = True

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)


def _server() -> Any:
    """The uvicorn server that runs us; None if it is something else that does."""
    server = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    return server if hasattr(server, "should_exit") else None
