"""Which connection a page runs for, what came along with it, and whether one is still there."""

from __future__ import annotations

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def me() -> str:
    """The connection that this run of the page is for; another one after a reload."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def connected(visitor: str) -> bool:
    """Whether that connection is there just now: no reload, no closed tab, no lost network."""
    return runtime.exists() and runtime.get_instance().is_active_session(visitor)


def cookie(name: str) -> str:
    """What the browser brought along under this name when it connected; "" if nothing."""
    return _text(st.context.cookies.get(name))


def address() -> str:
    """The network's address that the connection comes from; "" from this machine itself."""
    return _text(st.context.ip_address)


def url() -> str:
    """The page's address as the browser has it, without its query; "" if it is not known."""
    return _text(st.context.url)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
