"""The bar at the foot of every page, for whoever is on a tour."""

from __future__ import annotations

import streamlit as st

from classroom import leading
from classroom.leading import Offer
from classroom.trouble import Trouble
from ui import codecs, link
from ui.components.tour_bar.tour_bar import Stop, tour_bar
from ui.room import me
from ui.tours import progress
from ui.tours.progress import Place


def show(slug: str) -> None:
    """Go where it was asked to; draw the bar on the page of this slug, if there is a tour."""
    progress.follow()
    here = progress.present()
    if here is None:
        return
    leader = me.teacher()
    tour, step = here.tour, here.step
    with st.container(key="tour_bar"):
        tour_bar(
            Stop(
                tour=tour.title,
                mark=progress.CODEC.encode(here),
                number=here.number,
                count=len(tour.steps),
                title=step.title,
                sentence=step.sentence,
                here=slug == step.lesson,
                settings=step.settings,
                guess=step.guess if slug == step.lesson else "",
            ),
            on_go=lambda number: progress.want(progress.at(tour.name, number)),
            on_end=lambda: progress.want(None),
            on_bring=None if leader is None else lambda: _bring(here),
            projector=link.now("projector", False, codecs.BOOL),
        )


def _bring(here: Place) -> None:
    """Offer the step to the class, as its file has it."""
    leader, step = me.teacher(), here.step
    if leader is None:
        return
    said = f"{here.tour.title}, step {here.number}: {step.title}"
    offered = Offer(step.lesson, step.settings, said[:200], here.tour.name, here.number)
    try:
        leading.offer(leader, offered)
        st.toast(f"Offered to the class: step {here.number}.")
    except Trouble as trouble:
        st.toast(str(trouble))
