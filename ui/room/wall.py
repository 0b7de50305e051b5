"""The drawings that the teacher has shown, on a student's own screen; and what is opened of them.

Never one that is hidden: where one is hidden while a student has it open in the network, the pad
there is emptied, and its ink is sent to nobody any more.
"""

from __future__ import annotations

import hashlib
import re

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from classroom import drawings
from classroom.drawings import Batch
from classroom.students import Student
from cnn.arrays import Array
from cnn.data.datasets import DIGITS
from cnn.data.preprocess import resample
from cnn.learn.answers import NO_ANSWER, answers
from ui import lesson, link, readers
from ui.components.draw_pad import draw_pad
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.draw import live
from ui.draw.recent import remembered
from ui.remembered import Remembered
from ui.room import me, ribbon

_OPENED = re.compile(r"class-([A-Z0-9]{5})-(\d+)-\d+")
_TIMES = Remembered("_room_wall_opened", 0)
#: Whether the click in a grid has opened a drawing.
_ANSWERED = Remembered("_room_wall_answered", False)


def shown(seat: Student) -> None:
    """The grid, for a student; nothing where none is shown."""
    ribbon.each_drawing()
    batch = me.ask(lambda: drawings.shown(seat))
    if batch is None or not len(batch):
        return
    st.markdown("## What the class drew")
    # A new grid after each that was opened: nothing is clicked in it yet.
    key = f"room_wall_{_TIMES.get()}"
    picked = tile_grid(
        key, _rows(batch), side=64, selectable=True, legend=False, projector=lesson.projector()
    )
    st.caption(
        "Below each: what was meant → what LeNet-5 reads. Click one: it opens in the network."
    )
    if picked is None:
        return
    place = picked[1]
    answered = _ANSWERED.of(key)
    if not answered.get():
        answered.put(True)
        open_in_network(seat.code, int(batch.ids[place]), batch.images[place])


def open_in_network(code: str, number: int, image: NDArray[np.uint8]) -> None:
    """Go to the drawing page with this drawing on the pad."""
    times = _TIMES.get() + 1
    _TIMES.put(times)
    ink = resample(image / np.float32(255), draw_pad.SIDE, draw_pad.SIDE)
    live.put_ink(f"class-{code}-{number}-{times}", ink.clip(0, 1))
    link.go("draw")


def look_again() -> None:
    """On the drawing page, before the pad: is what a student has opened still shown?"""
    found = {name: _OPENED.fullmatch(name) for name in live.brought()}
    opened = {name: int(match[2]) for name, match in found.items() if match}
    if not opened or me.teacher() is not None:
        return
    ribbon.each_drawing()
    seat = me.student()
    batch = None if seat is None else me.ask(lambda: drawings.shown(seat))
    gone = [n for n, number in opened.items() if batch is None or number not in batch.ids]
    for name in gone:
        live.take_away(name)
    if gone:
        st.markdown("The drawing that was open here is not shown any more.")


def read(images: NDArray[np.uint8]) -> Array:
    """(N,) what the shipped LeNet-5 reads in (N, 28, 28) drawings, from one batch.

    Everybody who looks at the same drawings is given the same answer, worked out once. Of the
    drawings themselves only a digest is kept with it: a class that is over has none any more.
    """
    lenet, mark = readers.network("lenet"), hashlib.sha256(images.tobytes()).digest()
    found = remembered(
        lenet, ("class", mark), lambda: answers(lenet.scores(images / np.float32(255)), 1)
    )
    return np.array(found, np.int64)


def caption(label: int, answer: int) -> str:
    """What was meant → what the network reads."""
    return f"{label} → {'nothing' if answer == NO_ANSWER else DIGITS[answer]}"


def _rows(batch: Batch) -> list[Tiles]:
    captions = [
        caption(int(label), int(answer))
        for label, answer in zip(batch.labels, read(batch.images), strict=True)
    ]
    count = f"{len(batch)} drawing{'' if len(batch) == 1 else 's'}"
    return [Tiles(count, batch.images / np.float32(255), "grey", 1.0, captions)]
