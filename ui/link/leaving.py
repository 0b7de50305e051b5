"""What a page says after it was left is not answered.

A component may speak while the next page is on its way: the drawing pad as a sample draws itself,
a run that is looked at twice a second, a finger that is faster than the network. Such a message
asks for a part of the page that was left and names that page. Streamlit 1.67 keeps it until the
next page has run, finds no such part any more, and tells the browser that the former page is
there again: the browser clears the screen for it, and nothing comes to fill it.
"""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests


def leave_the_page_before() -> None:
    """Forget the parts of the page before: whoever asks for one from now on is not heard.

    What was asked a moment ago and still waits becomes a run of the new page, which starts anew.
    """
    run = get_script_run_ctx()
    if run is None:
        return
    run.fragment_storage.clear()
    if run.script_requests is not None and _asks_for_a_part(run.script_requests):
        st.rerun()


def _asks_for_a_part(waiting: ScriptRequests) -> bool:
    """Streamlit has no question for this; it is the same that it asks itself at every element."""
    return bool(waiting._rerun_data.fragment_id_queue) and waiting._state.name == "RERUN"
