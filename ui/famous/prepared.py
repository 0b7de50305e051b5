"""How a photograph becomes a network's input: each step with its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnn.arrays import Array
from ui import lesson
from ui.components.tile_grid.tile_grid import Tiles, tile_grid
from ui.famous import photo
from ui.famous.picture import GREY

if TYPE_CHECKING:
    from ui.famous.sees import Shown


#: Pixels of the whole picture's shorter side on the screen; its longer one has so many times more.
_SHORT, _MOST_TIMES = 224, 3
#: Pixels of the frame on the screen.
_FRAME = 3


def on_ground(pixels: Array) -> Array:
    """A picture (H, W, 3) that is thinner than a caption has grey on both sides of it."""
    least = -(-max(pixels.shape[:2]) // _MOST_TIMES)
    missing = [max(0, least - n) for n in pixels.shape[:2]]
    sides = [(more // 2, more - more // 2) for more in missing]
    return np.pad(pixels, [*sides, (0, 0)], constant_values=GREY)


def show(shown: Shown) -> None:
    """The steps of the network's own preparation."""
    of, pixels = shown.choice.preprocessing, shown.picture.pixels
    steps = dict(of.steps)
    box = tuple(round(edge) for edge in of.box(*pixels.shape[:2]))
    top, left, bottom, right = box
    thick = max(2, round(_FRAME * min(pixels.shape[:2]) / _SHORT))  # pixels of the picture
    whole = on_ground(photo.framed(pixels, (top, bottom, left, right), thick))
    with st.container(horizontal=True, key="photos_fn_steps", gap="large"):
        photo.show(
            whole,
            caption=f"**1, resize**: {steps['resize']}",
            alt="The whole picture; a frame around what is kept",
            width=max(_SHORT, round(_SHORT * whole.shape[1] / whole.shape[0])),
        )
        photo.show(shown.given, caption=f"**2, crop**: {steps['crop']}", alt="The part kept")
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
