"""A photograph or a file as the drawing."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import streamlit as st

from ui.draw import live
from ui.images import ImageError, open_image
from ui.ink import InkError, find_ink


def photo() -> None:
    """A fold that takes a picture, finds the digit in it, and brings it to the pad."""
    with st.popover("Use a photograph"):
        camera = st.toggle("Camera", key="d_camera")
        if camera:
            given = st.camera_input("Hold the digit into the picture", key="d_shot")
        else:
            given = st.file_uploader(
                "A picture with one digit, dark on light or light on dark", key="d_photo"
            )
        if given is None:
            return
        data = given.getvalue()
        ink, words = _found(data)
        if ink is None:
            with st.container(key="problem_photo"):
                st.markdown(words)
            return
        live.put_ink(f"photo-{crc32(data):08x}-{given.file_id}", ink)
        st.markdown(words)


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
