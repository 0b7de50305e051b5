"""A photograph or a file as the drawing."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import streamlit as st

from ui import lesson
from ui.components.camera.camera import Shot, camera
from ui.draw import live
from ui.draw.ink import InkError, find_ink
from ui.images import ImageError, open_image
from ui.upload import upload


def photo() -> None:
    """A fold that takes a picture, finds the digit in it, and brings it to the pad."""
    if live.is_fixed():
        return
    with st.popover("Use a photograph"):
        if st.toggle("Camera", key="d_camera"):
            given = camera("d_shot", "Hold the digit into the picture.")
        else:
            given = _file()
        if given is None:
            return
        ink, words = _found(given.data)
        if ink is None:
            lesson.problem(words)
            return
        live.put_ink(f"photo-{crc32(given.data):08x}-{given.name}", ink)
        st.markdown(words)


def _file() -> Shot | None:
    given = upload("A picture with one digit, dark on light or light on dark", "d_photo")
    return Shot(given.file_id, given.getvalue()) if given else None


@st.cache_data(max_entries=16, show_spinner=False)
def _found(data: bytes) -> tuple[np.ndarray | None, str]:
    """The ink in a picture and what was done to find it; or None and why there is none."""
    try:
        picture = open_image(data)
        found = find_ink(picture.grey)
    except (ImageError, InkError) as error:
        return None, str(error)
    paper = "dark on light" if found.dark_on_light else "light on dark"
    return found.ink, " ".join([f"Found ink, {paper}; it is on the pad.", *picture.notes])
