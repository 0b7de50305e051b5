"""Where the picture comes from: bundled, a file, the camera, or the student's own drawing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import streamlit as st

from ui import lesson, link, pictures
from ui import presets as drawings
from ui.components.camera.camera import camera
from ui.components.draw_pad import draw_pad
from ui.images import ImageError, ImageResult, open_image

OWN = {"upload": "A file of yours", "camera": "Your camera", "draw": "Your own drawing"}
COLOURS = {"grey": "Grey, 1", "rgb": "Colour, 3"}
START = "house"
#: Larger pictures are scaled down to this.
MAX_SIDE = 512
_PAD, _OPENED = "fi_pad", "_fi_opened"
_FIRST_DRAWING = "face"


@dataclass(frozen=True)
class Source:
    """A picture to lay a kernel over.

    Attributes:
        x: (C, H, W) float32, 0 (black) to 255 (white); C is 1 or 3.
        notes: What was changed on the way in, one sentence each.
        words: What it shows, for a text alternative.
    """

    x: np.ndarray
    notes: tuple[str, ...]
    words: str


@contextmanager
def source() -> Iterator[Source]:
    """Draw the controls; give the picture. A drawing pad is mounted at the end, as it wants."""
    name = link.choice("Picture", "fi_pic", pictures.BUNDLED | OWN, START, kind="select")
    words, place = (pictures.BUNDLED | OWN)[name], None
    if name in ("upload", "camera"):
        given = _given(name)
        picture = given or pictures.bundled(START)
        words = words if given else pictures.BUNDLED[START]
    elif name == "draw":
        place = st.container()
        ink = draw_pad.read(_PAD, _drawings(), _FIRST_DRAWING).ink
        paper = np.rint((1 - ink) * 255) / np.float32(255)
        picture = ImageResult(np.repeat(paper[None], 3, axis=0), coloured=False)
    else:
        picture = pictures.bundled(name)
    coloured = link.choice("Channels", "fi_col", COLOURS, "grey") == "rgb"
    yield Source(pictures.pixels(picture, coloured), picture.notes, words)
    if place is not None:
        with place:
            draw_pad.draw_pad(
                _PAD,
                presets=_drawings(),
                start=_FIRST_DRAWING,
                recall=True,
                side=250,
                epoch=link.epoch(),
                projector=lesson.projector(),
            )


def _drawings() -> list[draw_pad.Preset]:
    """The plain digits, and what is none."""
    ready = drawings.all_presets()
    return [*ready[:10], *ready[-3:]]


def _given(name: str) -> ImageResult | None:
    """The student's file or shot; None, with a sentence, as long as there is none to show."""
    if name == "camera":
        shot = camera("fi_shot")
        data = shot.data if shot else None
    else:
        file = st.file_uploader(
            "A picture: PNG, JPEG, WebP, GIF, BMP or TIFF", key="fi_file", help="It stays here: "
            "it goes to this app and nowhere else, and it is not part of the link."
        )  # fmt: skip
        data = file.getvalue() if file else None
    if data is None:
        st.markdown(f"Until then: {pictures.BUNDLED[START].lower()}.")
        return None
    try:
        return _opened(data)
    except ImageError as error:
        lesson.problem(str(error))
        return None


def _opened(data: bytes) -> ImageResult:
    """Decoded once a session, not at every turn of a slider."""
    mark = (len(data), crc32(data))
    kept = st.session_state.get(_OPENED)
    if kept is None or kept[0] != mark:
        kept = (mark, open_image(data, MAX_SIDE))
        st.session_state[_OPENED] = kept
    result: ImageResult = kept[1]
    return result
