"""Pictures that change from frame to frame, played, stepped through and scrubbed in the browser.

A picture that grows step by step, a change that is allowed more and more: Python sends all frames
at once, and nothing waits for the server while one looks through them. Beside the pictures stand
curves over the frames, on which the present one is marked; below, what there is to say of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from ui.browser_state import state_of
from ui.components.arrays import pack
from ui.components.base import register
from ui.palette import Kind

_MOUNT = register("film")


@dataclass(frozen=True)
class Strip:
    """One picture through all frames.

    Attributes:
        title: Above it.
        frames: (T, H, W); or (1, H, W), one that stays.
        captions: Below it: one a frame, one for all, or none.
        kind: None for ink of 0 to ``limit``; else the signed scale, ±``limit``.
        limit: The end of its colours.
        alt: What it shows, for those who cannot see it; its title by default.
    """

    title: str
    frames: np.ndarray
    captions: Sequence[str] = ()
    kind: Kind | None = None
    limit: float = 1.0
    alt: str = ""


@dataclass(frozen=True)
class Line:
    """A curve over the frames: its name, (T,) values; dashed for what does not change."""

    name: str
    y: np.ndarray
    dashed: bool = False


def film(
    key: str,
    strips: Sequence[Strip],
    *,
    label: str,
    readouts: Sequence[str],
    words: tuple[str, str],
    lines: Sequence[Line] = (),
    x: np.ndarray | None = None,
    axes: tuple[str, str] = ("", ""),
    percent: bool = False,
    notes: Sequence[str] = (),
    mark: tuple[int, str] | None = None,
    at: int | None = None,
    on_move: Callable[[int], None] | None = None,
    epoch: int = 0,
    plays: bool = False,
    fixed: bool = False,
    side: int = 150,
    projector: bool = False,
) -> None:
    """Show the frames.

    Args:
        key: Unique on the page.
        strips: The pictures, from left to right.
        label: What it is, in a sentence, for those who cannot see it.
        readouts: (T,) what each frame is called: "step 12".
        words: What a frame is called in short and at length: ("step", "step of the ascent").
        lines: Curves over the frames.
        x: (T,) where the frames lie on the curves' axis.
        axes: What the curves' axes are.
        percent: Whether the curves are shares of 1.
        notes: (T,) what is said of each frame, below.
        mark: A frame that is marked on the curves, and why.
        at: The frame that is shown at first; the last, if none is given. Taken over when ``epoch``
            changes.
        on_move: Called with the frame that was gone to, before the next run.
        epoch: Grows when ``at`` comes from elsewhere (:func:`ui.link.epoch`).
        plays: Whether another content plays by itself, once, from the first frame on.
        fixed: ``at`` stays: a task holds it.
        side: Pixels of a picture on the screen, about.
        projector: Larger type.

    Raises:
        ValueError: Something has not as many frames as there are readouts.
    """
    count = len(readouts)
    _check(count, strips, lines, notes)
    last = count - 1
    data: dict[str, Any] = {
        "strips": [_packed(strip) for strip in strips],
        "lines": [{"name": c.name, "y": pack(c.y), "dashed": c.dashed} for c in lines],
        "x": pack(np.arange(count) if x is None else x),
        "axes": list(axes),
        "percent": percent,
        "readouts": [str(text) for text in readouts],
        "notes": [str(text) for text in notes],
        "mark": None if mark is None else {"at": int(mark[0]), "text": mark[1]},
        "label": label,
        "words": list(words),
        "at": last if at is None else min(max(0, at), last),
        "epoch": epoch,
        "content": _content(strips),
        "plays": plays and not fixed,
        "fixed": fixed,
        "side": round(side * 1.15) if projector else side,
        "projector": projector,
    }

    def moved() -> None:
        value = state_of(key).get("at")
        if isinstance(value, int) and not isinstance(value, bool) and on_move is not None:
            on_move(min(max(0, value), last))

    _MOUNT(key=key, data=data, on_at_change=moved)


def _check(
    count: int, strips: Sequence[Strip], lines: Sequence[Line], notes: Sequence[str]
) -> None:
    for strip in strips:
        if strip.frames.ndim != 3 or len(strip.frames) not in (1, count):
            got = strip.frames.shape
            raise ValueError(f"strip {strip.title!r}: got {got}, need ({count}, H, W)")
        if len(strip.captions) not in (0, 1, count):
            raise ValueError(f"strip {strip.title!r}: got {len(strip.captions)} captions")
    for line in lines:
        if len(line.y) != count:
            raise ValueError(f"line {line.name!r}: got {len(line.y)} values, need {count}")
    if len(notes) not in (0, count):
        raise ValueError(f"notes: got {len(notes)}, need {count}")


def _packed(strip: Strip) -> dict[str, Any]:
    shares = np.clip(np.nan_to_num(strip.frames / (strip.limit or 1.0)), -1, 1)
    if strip.kind is None:
        pixels = np.rint(np.maximum(shares, 0) * 255).astype(np.uint8)
    else:
        pixels = np.rint(shares * 127).astype(np.int8)
    return {
        "title": strip.title,
        "alt": strip.alt or strip.title,
        "kind": strip.kind or "grey",
        "shape": list(strip.frames.shape),
        "pixels": pixels.reshape(-1),
        "captions": [str(text) for text in strip.captions],
    }


def _content(strips: Sequence[Strip]) -> int:
    """Another number for other pictures."""
    mark = 0
    for strip in strips:
        mark = crc32(np.ascontiguousarray(strip.frames, np.float32).tobytes(), mark)
    return mark
