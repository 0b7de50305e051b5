"""Which connection a page runs for, and whether one is still there."""

from __future__ import annotations

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def me() -> str:
    """The connection that this run of the page is for; another one after a reload."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def connected(visitor: str) -> bool:
    """Whether that connection is there just now: no reload, no closed tab, no lost network."""
    return runtime.exists() and runtime.get_instance().is_active_session(visitor)
