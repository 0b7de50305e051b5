"""The one runner of training runs, for the pages on which something is trained."""

from __future__ import annotations

import atexit

import streamlit as st

from jobs.keeper import Keeper
from jobs.runner import Runner
from jobs.shelf import from_environment


@st.cache_resource
def runner() -> Runner:
    """The one runner of this server; its workers start at once, so that nobody waits for them."""
    shelf = from_environment()
    made = Runner(keeper=None if shelf is None else Keeper(shelf))
    if made.keeper is not None:
        atexit.register(made.keeper.flush, timeout=3)
    made.warm()
    return made
