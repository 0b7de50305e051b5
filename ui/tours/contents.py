"""The tours that there are, on the home page: what each is for, and how long it takes."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ui.plain import plain
from ui.tours import progress
from ui.tours.progress import Place
from ui.tours.reading import Tour
from ui.tours.shelf import shelf


def listed() -> None:
    """A line for each; a press opens its first step."""
    tours = shelf().tours.values()
    if not tours:
        return
    with st.container(key="home_group_tours"):
        for row, tour in enumerate(tours):
            name, title, goal = st.columns([1, 2, 7], vertical_alignment="center")
            name.markdown("Tours" if row == 0 else "")
            with title:
                start(tour, plain(tour.title))
            goal.markdown(f"{time(tour)}{plain(tour.goal)}")


def start(tour: Tour, label: str) -> None:
    """The button that opens the first step."""
    st.button(
        label,
        key=f"tour_start_{tour.name}",
        type="tertiary",
        on_click=partial(progress.want, Place(tour, 1)),
    )


def time(tour: Tour) -> str:
    """How long it takes, before what else is said of it."""
    return f"{tour.minutes} minutes. " if tour.minutes else ""
