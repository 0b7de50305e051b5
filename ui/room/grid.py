"""The drawings of a class, for its teacher: ask for them, look, hide, show them to all.

They start covered: on the projector nothing stands that the teacher has not looked at. Each has the
network's answer below it, all from one batch; the misread ones come first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from classroom import drawings, leading
from classroom.classes import Teacher
from classroom.drawings import Batch
from classroom.leading import Offer
from classroom.trouble import Trouble
from cnn.arrays import Array
from cnn.data.datasets import DIGITS
from ui import browser_state, lesson
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.remembered import Remembered
from ui.room import me, wall

#: Seconds between two looks at what has come.
EVERY = 1.0
_SAID = Remembered("_room_grid_said", "")
_LABEL = "room_ask"
_MOVED = Remembered("_room_grid_moved", 0)
#: Where a grid was clicked, and the number of the drawing that stood there.
_PICKED: Remembered[tuple[tuple[int, int], int] | None] = Remembered("_room_grid_picked", None)
ANY = "any digit"


def drawn(leader: Teacher) -> None:
    """The section of the teacher's board."""
    st.markdown("## Drawings")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Everyone draws", [*DIGITS, ANY], index=4, key=_LABEL, width=160)
        st.button(
            "Ask the class",
            key="room_ask_go",
            on_click=_tell,
            args=(lambda: _ask(leader),),
            help="Students see a button that leads to the pad; they hand in by a button there.",
        )
        if me.ask(lambda: drawings.asked(leader)) is not None:
            stop = (lambda: drawings.stop(leader),)
            st.button("Take no more", key="room_ask_stop", on_click=_tell, args=stop)
    if said := _SAID.take():
        st.markdown(f"**{said}**")
    _live(leader)


@st.fragment(run_every=EVERY)
def _live(leader: Teacher) -> None:
    batch = me.ask(lambda: drawings.handed_in(leader))
    if batch is None or not len(batch):
        st.markdown("Nothing has been handed in yet.")
        return
    read = wall.read(batch.images)
    st.markdown(_in_words(batch, read))
    covered = me.ask(lambda: drawings.covered(leader)) is not False
    show = "Show them to all" if covered else "Cover them"
    args = (lambda: drawings.cover(leader, not covered),)
    st.button(show, key="room_grid_cover", on_click=_tell, args=args)
    if covered:
        with st.expander("Look at them first (off the projector)"):
            _grid(leader, batch, read, "room_grid_before")
    else:
        _grid(leader, batch, read, "room_grid_shown")


def _grid(leader: Teacher, batch: Batch, read: Array, key: str) -> None:
    order = _misread_first(batch, read)
    # Places change when one is hidden: a grid of its own, in which nothing is clicked yet.
    key = f"{key}_{int(batch.hidden.sum())}_{_MOVED.get()}"
    last = _PICKED.of(key)
    before = last.get()
    picked = tile_grid(
        key,
        _rows(batch, read, order),
        side=64,
        chosen=None if before is None else before[0],
        selectable=True,
        legend=False,
        projector=lesson.projector(),
    )
    st.caption("Below each: what was meant → what the network reads. Click one to hide or open it.")
    if picked is None:
        return
    place = int(order[picked[0]][picked[1]])
    now = (picked, int(batch.ids[place]))
    if before is not None and before[0] == now[0] and before[1] != now[1]:
        # Another drawing has come to stand where one was clicked: it is not meant.
        _MOVED.put(_MOVED.get() + 1)
        return
    last.put(now)
    _one(leader, batch, place)


def _rows(batch: Batch, read: Array, order: list[Array]) -> list[Tiles]:
    titles = ("Misread", "Read as they were meant", "Hidden: on no screen but this list")
    rows = []
    for title, which in zip(titles, order, strict=True):
        # A hidden one shows where it was, not what it was.
        maps = batch.images[which] / np.float32(255)
        maps = maps * ~batch.hidden[which][:, None, None]
        captions = [wall.caption(int(batch.labels[i]), int(read[i])) for i in which]
        rows.append(Tiles(f"{title}: {len(which)}", maps, "grey", 1.0, captions))
    return rows


def _one(leader: Teacher, batch: Batch, place: int) -> None:
    """What can be done with the drawing that was clicked."""
    number, hidden = int(batch.ids[place]), bool(batch.hidden[place])
    with st.container(horizontal=True):
        label = "Show it again" if hidden else "Hide it"
        args = (lambda: drawings.hide(leader, number, not hidden),)
        st.button(label, key="room_grid_hide", on_click=_tell, args=args)
        if st.button("Open it in the network", key="room_grid_open"):
            wall.open_in_network(leader.code, number, batch.images[place])


def _in_words(batch: Batch, read: Array) -> str:
    seen = ~batch.hidden
    right = int((read == batch.labels)[seen].sum())
    count, people = int(seen.sum()), len(set(batch.students.tolist()))
    hidden = f", {len(batch) - count} hidden" if count < len(batch) else ""
    share = f" ({right / count:.0%})" if count else ""
    agreed = f"; LeNet-5 reads {right} of {count} as they were meant{share}"
    drawings_ = f"**{len(batch)}** {'drawing' if len(batch) == 1 else 'drawings'}"
    by = f"{people} {'student' if people == 1 else 'students'}"
    return f"{drawings_} by {by}{hidden}{agreed}."


def _misread_first(batch: Batch, read: Array) -> list[Array]:
    """Indices: those that are misread, those that are read right, the hidden ones.

    In the order in which they came, so that nothing moves when another one comes.
    """
    right = read == batch.labels
    kinds = (~right & ~batch.hidden, right & ~batch.hidden, batch.hidden)
    return [np.flatnonzero(kind) for kind in kinds]


def _ask(leader: Teacher) -> None:
    label = str(browser_state.value(_LABEL))
    asked = drawings.ask(leader, None if label == ANY else int(label))
    what = "any digit" if asked.label is None else f"a {asked.label}"
    leading.offer(leader, Offer("draw", {}, f"Draw a digit, and draws {what}"))


def _tell(act: Callable[[], object]) -> None:
    try:
        act()
    except Trouble as trouble:
        _SAID.put(getattr(trouble, "teacher", str(trouble)))
