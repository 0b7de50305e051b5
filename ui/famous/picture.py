"""The picture that a large network is shown: whose it is; cropped, moved, covered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st

from cnn.arrays import Array
from ui import given, lesson, link, pictures
from ui.components.camera.camera import MOST_SIDE, camera
from ui.images import ImageResult, open_image
from ui.remembered import Remembered

HERE = Path(__file__).resolve().parents[2] / "assets" / "photographs"
#: Photographs that come with the app; where they are from says ``assets/photographs.md``.
PHOTOGRAPHS = {"coffee": "A cup of coffee", "cat": "A cat"}
START = "coffee"
NONE_YET = "Choose a picture, or start the camera."
#: Pixels that the picture is moved by at most, as a share of its side.
FARTHEST = 0.5
FITS = {"crop": "Its middle, as it is", "squash": "All of it, squashed"}
#: Pixels of the longer side of a picture of the running camera.
LIVE_SIDE = 400
#: In the session: the shot of the running camera that was answered last.
_ANSWERED = Remembered("_fn_answered", "")
#: Grey of what lies beyond the picture, and of the cover.
GREY = 127


@dataclass(frozen=True)
class Picture:
    """What is shown to a network.

    Attributes:
        pixels: (H, W, 3) uint8.
        words: What it is.
        mark: What tells it from others.
        notes: What was changed on the way, a sentence each.
        shot: Of the live camera, which one; "" otherwise.
    """

    pixels: Array
    words: str
    mark: str
    notes: tuple[str, ...] = ()
    shot: str = ""


@lru_cache(maxsize=len(PHOTOGRAPHS))
def photograph(name: str) -> ImageResult:
    """One of :data:`PHOTOGRAPHS`."""
    return open_image((HERE / f"{name}.jpg").read_bytes(), max_side=600)


def choose(live: bool = False) -> Picture | None:
    """The control, and the picture; None while a picture of one's own is not there yet.

    Args:
        live: The camera may run on while it is answered.
    """
    options = PHOTOGRAPHS | given.WAYS | pictures.BUNDLED
    name = link.choice("Picture", "fn_pic", options, START, kind="select")
    if name in PHOTOGRAPHS:
        return _of(photograph(name), PHOTOGRAPHS[name], name)
    if name in pictures.BUNDLED:
        return _of(pictures.bundled(name), f"{pictures.BUNDLED[name]}, drawn by a program", name)
    if name == "camera" and live:
        return _running()
    own = given.given("fn", name)
    if own is None:
        return None
    if own.notes:
        st.caption(" ".join(own.notes))
    return _of(own, given.WAYS[name], "")


def first() -> Picture:
    """What is shown until a picture of one's own is there."""
    return _of(photograph(START), PHOTOGRAPHS[START], START)


def _running() -> Picture | None:
    """What the camera sees: one picture, or one after another as each is answered."""
    live = link.toggle("Answer while the camera runs", "fn_live", True)
    shot = camera(
        "fn_shot",
        live=live,
        answered=_ANSWERED.get(),
        most=LIVE_SIDE if live else MOST_SIDE,
    )
    found = None if shot is None else given.opened("fn", shot.data)
    if shot is None or found is None:
        return None
    return replace(_of(found, given.WAYS["camera"], shot.name), shot=shot.name if live else "")


def answered(shot: str) -> None:
    """The network has answered this shot: the camera may take the next one."""
    if _ANSWERED.get() != shot:
        _ANSWERED.put(shot)
        st.rerun()


def _of(found: ImageResult, words: str, mark: str) -> Picture:
    pixels = np.rint(np.moveaxis(found.rgb, 0, 2) * 255).astype(np.uint8)
    return Picture(pixels, words, mark or str(hash(pixels.tobytes())), found.notes)


def changed(picture: Picture) -> Picture:
    """The picture after the controls by which a student crops, moves and covers it."""
    with lesson.more("Crop, move, cover"):
        fit = link.choice("What the network is given", "fn_fit", FITS, "crop", kind="radio")
        zoom = link.slider("Zoom, %", "fn_zoom", 30, 300, 100, 5)
        right = link.slider("Move to the right, %", "fn_right", -50, 50, 0, 5)
        down = link.slider("Move down, %", "fn_down", -50, 50, 0, 5)
        side = link.slider("Cover a square of, %", "fn_cover", 0, 80, 0, 5)
        across = link.slider("The square's middle: across, %", "fn_cover_x", 0, 100, 50, 5)
        along = link.slider("Down, %", "fn_cover_y", 0, 100, 50, 5)
    settings = (fit, zoom, right, down, side, across, along)
    pixels = squashed(picture.pixels) if fit == "squash" else picture.pixels
    pixels = moved(pixels, zoom / 100, down / 100, right / 100)
    pixels = covered(pixels, side / 100, along / 100, across / 100)
    return replace(picture, pixels=pixels, mark=f"{picture.mark} {settings}")


def squashed(pixels: Array) -> Array:
    """(S, S, 3): all of a picture, S its shorter side; what was round is an ellipse."""
    side = min(pixels.shape[:2])
    return _read(
        pixels, *(np.linspace(-0.5, n - 0.5, 2 * side + 1)[1::2] for n in pixels.shape[:2])
    )


def moved(pixels: Array, zoom: float, down: float, right: float) -> Array:
    """The picture (H, W, 3) larger by ``zoom`` around its middle, then moved.

    Args:
        pixels: (H, W, 3).
        zoom: Below 1 it gets smaller. What comes in from beyond is grey.
        down: A share of its short side.
        right: Likewise.
    """
    if (zoom, down, right) == (1, 0, 0):
        return pixels
    side = min(pixels.shape[:2])
    rows, columns = (
        (np.arange(n) - (n - 1) / 2 - share * side) / zoom + (n - 1) / 2
        for n, share in zip(pixels.shape[:2], (down, right), strict=True)
    )
    return _read(pixels, rows, columns)


def _read(pixels: Array, rows: Array, columns: Array) -> Array:
    """The pixels at these places, mixed of four; grey where there are none."""
    height, width = pixels.shape[:2]
    padded = np.pad(pixels, ((1, 1), (1, 1), (0, 0)), mode="edge").astype(np.float32)
    mixed = padded
    for axis, places, n in ((0, rows, height), (1, columns, width)):
        at = np.clip(places, -0.5, n - 0.5) + 1
        low = np.floor(at).astype(int)
        share = (at - low).astype(np.float32).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        high = np.minimum(low + 1, n + 1)
        mixed = mixed.take(low, axis) * (1 - share) + mixed.take(high, axis) * share
    beyond_rows = (rows < -0.5) | (rows > height - 0.5)
    beyond_columns = (columns < -0.5) | (columns > width - 0.5)
    mixed[beyond_rows] = GREY
    mixed[:, beyond_columns] = GREY
    return np.rint(mixed).astype(np.uint8)


def covered(pixels: Array, side: float, down: float, across: float) -> Array:
    """The picture (H, W, 3) with a grey square on it, as a share of the short side.

    Its middle is a share of the way down and across the square in the picture's middle.
    """
    if not side:
        return pixels
    found = pixels.copy()
    short = min(pixels.shape[:2])
    rows, columns = (
        slice(*(max(0, round((n - short) / 2 + (at + by) * short)) for by in (-side / 2, side / 2)))
        for n, at in zip(pixels.shape[:2], (down, across), strict=True)
    )
    found[rows, columns] = GREY
    return found
