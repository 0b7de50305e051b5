"""Augmentation: its controls, and one image in sixteen variants."""

from __future__ import annotations

import numpy as np
import streamlit as st

from cnn.data.augment import Augmentation, moving
from cnn.data.datasets import Split
from cnn.learn.state import RunConfig
from ui import lesson, link
from ui.components.tile_grid.tile_grid import tile_grid
from ui.train.tiles import picture_tiles

VARIANTS = 16
#: What the button below an image without variants sets: as far as a hand itself varies.
USUAL = {"tr_shift": 2.0, "tr_turn": 12.0, "tr_warp": 1.0}


def controls() -> dict[str, float]:
    """Draw the controls; the fields of a :class:`cnn.learn.state.RunConfig` that they set."""
    with lesson.more("Augmentation"):
        return {
            "shift": link.slider("Shift, up to (pixels)", "tr_shift", 0.0, 6.0, 0.0, 0.5),
            "rotate": link.slider("Turn, up to (degrees)", "tr_turn", 0.0, 90.0, 0.0, 1.0),
            "elastic": link.slider("Warp (pixels)", "tr_warp", 0.0, 4.0, 0.0, 0.25),
        }


def gallery(split: Split, changes: dict[str, float], seed: int) -> None:
    """One training image, and sixteen that the run may make of it.

    Args:
        split: The data.
        changes: What :func:`controls` gave.
        seed: Of the variants.
    """
    st.markdown("**One image, as augmentation changes it**")
    augment = moving(**changes)
    if augment is None:
        st.markdown("Augmentation is off: every epoch brings the very same images.")
        st.button(
            "Shift, turn and warp a little",
            key="tr_usual",
            on_click=link.assign,
            kwargs=USUAL,
            disabled=any(link.held(name) for name in USUAL),
        )
        return
    most = len(split.train) - 1
    index = min(link.slider("Training image", "tr_vary", 0, max(1, most), 0), most)
    tile_grid(
        "tr_variants",
        [
            picture_tiles("As it is", split.train.floats(slice(index, index + 1))),
            picture_tiles(f"{VARIANTS} variants", variants(split, index, augment, seed)),
        ],
        side=56,
        legend=False,
        projector=lesson.projector(),
    )
    st.markdown(
        "Each epoch draws every image anew, so that the network never meets the same one twice. "
        "The label stays: go too far, and it is no longer true. The **validation** images stay as "
        "they are."
    )


def variants(split: Split, index: int, augment: Augmentation, seed: int) -> np.ndarray:
    """(16, C, H, W) of one training image."""
    images = np.repeat(
        split.train.floats(slice(index, index + 1)), VARIANTS, axis=0
    )  # (16, C, H, W)
    return augment(images, np.random.default_rng([seed, index]))


def words(config: RunConfig) -> str:
    """What a run does to its images, in a few words; "" where nothing."""
    parts = [
        f"shifted by up to {config.shift:g} px" if config.shift else "",
        f"turned by up to {config.rotate:g}°" if config.rotate else "",
        f"warped by {config.elastic:g} px" if config.elastic else "",
    ]
    return ", ".join(part for part in parts if part)
