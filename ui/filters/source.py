"""Where the picture comes from: bundled, a file, the camera, or the student's own drawing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import streamlit as st

from ui import lesson, link, pictures
from ui import presets as drawings
from ui.components.draw_pad import draw_pad
from ui.given import WAYS, given
from ui.images import ImageResult

OWN = {**WAYS, "draw": "Your own drawing"}
COLOURS = {"grey": "Grey, 1", "rgb": "Colour, 3"}
START = "house"
_PAD = "fi_pad"
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
    if (found := given("fi", name)) is None:
        st.markdown(f"Until then: {pictures.BUNDLED[START].lower()}.")
    return found
