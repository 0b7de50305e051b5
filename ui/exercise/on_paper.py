"""What stands below a lesson for the same exercise on paper: check mine, copy the answer."""

from __future__ import annotations

import streamlit as st

from ui import link
from ui.exercise import check, copying
from ui.exercise.exercise import Exercise


def section(name: str, exercise: Exercise, secret: bool) -> None:
    """Draw it, folded.

    Args:
        name: Prefix of its settings in the link.
        exercise: What stands on the stage.
        secret: Whether the answer must not be told yet: a guess hides it, or a class votes.
    """
    with st.container(key=f"{name}_paper"):
        st.markdown("**On paper.** The same exercise in your notebook?")
        with st.container(horizontal=True):
            checks = link.toggle("Check my output", f"{name}_mine")
            copies = link.toggle("Copy the answer", f"{name}_copy")
        if checks:
            check.panel(name, exercise, secret)
        if copies and secret:
            st.markdown("The answer can be copied once the guess is answered or revealed.")
        elif copies:
            copying.panel(name, exercise)
