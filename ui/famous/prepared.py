"""How a photograph becomes a network's input: each step with its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from jobs.large import Seen
from ui import lesson
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.famous import photo

if TYPE_CHECKING:
    from ui.famous.sees import Shown


#: Pixels on the screen of the shorter side of the whole picture, and of its longer one at most.
_SHORT, _LONG = 224, 672


def width_of(height: int, width: int) -> int:
    """How wide a picture of this size stands on the screen, however thin it is."""
    return max(1, round(width * min(_SHORT / min(height, width), _LONG / max(height, width))))


def show(shown: Shown, found: Seen) -> None:
    """The steps of the network's own preparation."""
    of, pixels = shown.choice.preprocessing, shown.picture.pixels
    steps = dict(of.steps)
    box = tuple(round(edge) for edge in of.box(*pixels.shape[:2]))
    top, left, bottom, right = box
    with st.container(horizontal=True, key="photos_fn_steps", gap="large"):
        photo.show(
            photo.framed(pixels, (top, bottom, left, right)),
            caption=f"**1, resize**: {steps['resize']}",
            alt="The whole picture; a frame around what is kept",
            width=width_of(*pixels.shape[:2]),
        )
        photo.show(found.picture, caption=f"**2, crop**: {steps['crop']}", alt="The part kept")
    x = of.apply(pixels)
    tile_grid(
        "fn_input",
        [
            Tiles(
                f"3, scale: {steps['scale']}",
                x,
                "activation",
                float(np.abs(x).max()),
                ["red", "green", "blue"],
            )
        ],
        side=200,
        projector=lesson.projector(),
    )
    st.markdown(f"**4, order**: {steps['order']}.")
    st.markdown(
        "These steps belong to the weights, like the weights themselves: they were learned on "
        "pictures that had gone through exactly this. Squash the picture (under *Crop, move, "
        "cover*) and see what the names become: no error, only other answers."
    )
