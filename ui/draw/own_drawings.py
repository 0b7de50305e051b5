"""Make your own data: drawings with labels, kept in the session, saved and loaded as one file."""

from __future__ import annotations

import streamlit as st

from ui import browser_state, collection, figures
from ui.collected import collected, keep_in_tab
from ui.collection import Collection, CollectionError
from ui.draw import live
from ui.plain import plain
from ui.readers import Reading
from ui.remembered import Remembered
from ui.upload import upload, uploaded

#: Drawings shown, the newest first.
SHOWN = 40
WIDTH = 56  # of a drawing in the row, in screen pixels
_PROBLEM = Remembered("_own_problem", "")
_LABEL = "d_label"
_FILE = "d_file"


def show(reading: Reading) -> None:
    """Add the drawing, look at the set, take it along."""
    mine = collected()
    left, right = st.columns([1, 2], gap="large")
    with left:
        st.markdown("Give the drawing a label and add it: a digit, or any word.")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Label", key=_LABEL, placeholder=reading.answer, max_chars=24, width=140)
            st.button(
                "Add this drawing",
                key="d_add",
                on_click=_add,
                args=(reading,),
                disabled=reading.state.empty,
            )
        if problem := _PROBLEM.take():
            _complain(problem)
        _files(mine)
    with right:
        _gallery(mine)
    keep_in_tab()


def _add(before: Reading) -> None:
    reading = live.newest(before)
    if reading.state.empty:
        _PROBLEM.put("There is nothing on the paper.")
        return
    try:
        label = browser_state.value(_LABEL) or reading.answer
        mine = collection.current().add(reading.image, label)
    except CollectionError as error:
        _PROBLEM.put(str(error))
    else:
        collection.keep(mine)


def _complain(sentence: str) -> None:
    with st.container(key="problem_own"):
        st.markdown(plain(sentence))


def _files(mine: Collection) -> None:
    st.download_button(
        "Save the set as a file",
        data=mine.to_bytes(),
        file_name="own-drawings.npz",
        mime="application/octet-stream",
        key="d_save",
        disabled=not len(mine),
        on_click="ignore",
    )
    upload("Load a set", _FILE, type="npz", most_mb=8, on_change=_load)


def _load() -> None:
    given = uploaded(_FILE)
    if given is None:
        return
    try:
        collection.keep(collection.from_bytes(given.getvalue()))
    except CollectionError as error:
        _PROBLEM.put(str(error))


def _gallery(mine: Collection) -> None:
    if not len(mine):
        st.markdown("The set is empty. It stays with this tab until you close it, or in a file.")
        return
    counts = ", ".join(f"{count} × {plain(name)}" for name, count in mine.counts().items())
    st.markdown(f"**{len(mine)} drawings**: {counts}")
    newest = range(len(mine) - 1, max(-1, len(mine) - 1 - SHOWN), -1)
    pictures = [figures.picture(mine.images[i] / 255, None, limit=1.0) for i in newest]
    captions = [plain(mine.names[i]) for i in newest]
    alt = [f"A drawing kept as {mine.names[i]}" for i in newest]
    figures.image(pictures, caption=captions, width=WIDTH, alt=alt)
    with st.container(horizontal=True):
        st.button("Take the last one out", key="d_undo", on_click=_drop)
        st.button(
            "Empty the set", key="d_empty", on_click=collection.keep, args=(collection.EMPTY,)
        )
    st.caption("The lesson *Train a network* can train on this set.")


def _drop() -> None:
    collection.keep(collection.current().without(-1))
