"""The drawing pad: its ink reaches Python while the pen moves, and Python's answer comes back.

Use it inside a fragment, so that a stroke reruns nothing else, in this order::

    state = draw_pad.read("pad", presets, start)   # the drawing as it is now
    ...                                            # compute, draw what depends on it
    with left:
        draw_pad.draw_pad("pad", fit=..., presets=presets, start=start)

The pad comes last because mounting it answers the browser: only then does the pad send its next
drawing, which would interrupt whatever of the script were still to run.
"""

from __future__ import annotations

import base64
import binascii
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from cnn.data import strokes
from cnn.data.preprocess import FittedDigit
from ui.browser_state import state_of
from ui.components.arrays import as_bytes
from ui.components.base import register
from ui.remembered import Remembered

SIDE = 112
MAPS = 8  # at a glance
UNIT = 65535  # a preset's points count the side in so many steps
LABEL = (
    "Drawing pad. Draw with mouse, stylus or finger, or with the keyboard: arrow keys move the "
    "pen, Space or Enter puts it down and lifts it."
)

_mount = register("draw_pad")
#: The drawing as the browser sent it last, and what no drawing may have begun with.
_LAST: Remembered[Mapping[str, Any] | None] = Remembered("_drawing", None)
_WITHDRAWN: Remembered[frozenset[str]] = Remembered("_drawing_withdrawn", frozenset())


@dataclass(frozen=True)
class Preset:
    """A drawing that draws itself.

    Attributes:
        id: Short name, used in links.
        label: What it is, for a tooltip and a screen reader.
        strokes: Each (points, 2) uint16: x, y, where ``UNIT`` is the whole side.
        width: Width of the pen in pixels of the ink.
    """

    id: str
    label: str
    strokes: tuple[np.ndarray, ...]
    width: float = 9.0

    def ink(self) -> np.ndarray:
        """(112, 112) float32, what the pad makes of the same strokes; not to be written to."""
        return self._ink

    @functools.cached_property
    def _ink(self) -> np.ndarray:
        # Every visitor begins with a preset, and a page reads the pad several times.
        ink = strokes.draw([s.astype(np.float32) / UNIT for s in self.strokes], SIDE, self.width)
        ink.flags.writeable = False
        return ink


@dataclass(frozen=True)
class DrawPadState:
    """What is on the pad.

    Attributes:
        ink: (112, 112) float32, 0 = paper, 1 = ink.
        sequence: Number of this drawing; grows with every change that Python was told of.
        preset: Id of the preset that the drawing is, unchanged, or is becoming, or None.
        epoch: The link's that the pad had taken up by then; None before anything was drawn.
        loaded: Id of the last picture taken over through ``load``, or None.
        moving: Whether the pen is down, or a preset is still drawing itself.
        held: Marks of what the browser holds (:class:`ui.components.wire.Kept`), for components
            that answer the drawing.
    """

    ink: np.ndarray = field(repr=False)
    sequence: int = 0
    preset: str | None = None
    epoch: int | None = None
    loaded: str | None = None
    moving: bool = False
    held: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def empty(self) -> bool:
        """Whether there is no ink."""
        return not bool((self.ink > 0.05).any())


def read(
    key: str, presets: Sequence[Preset] = (), start: str | None = None, *, fixed: bool = False
) -> DrawPadState:
    """The drawing on the pad ``key``; before anything is drawn, or if it is fixed, ``start``.

    The drawing is remembered for the session, so that it is still there when the page is left
    and opened again.
    """
    drawing, last = state_of(key).get("drawing"), _LAST.of(key)
    if drawing is not None:
        last.put(drawing)
    else:
        drawing = last.get()
    if drawing is not None and fixed:
        ink = next((p.ink() for p in presets if p.id == start), np.zeros((SIDE, SIDE), np.float32))
        return replace(from_message(drawing), ink=ink, preset=start, loaded=None)
    if drawing is not None:
        found = from_message(drawing)
        gone = found.loaded is not None and found.loaded in _WITHDRAWN.of(key).get()
        return replace(found, ink=np.zeros_like(found.ink), preset=None) if gone else found
    for preset in presets:
        if preset.id == start:
            return DrawPadState(preset.ink(), preset=preset.id)
    return DrawPadState(np.zeros((SIDE, SIDE), np.float32))


def withdraw(key: str, loaded: str) -> None:
    """From now on a drawing that began with this picture (``load``) counts as empty paper."""
    gone = _WITHDRAWN.of(key)
    gone.put(gone.get() | {loaded})


def draw_pad(
    key: str,
    *,
    fit: dict[str, Any] | None = None,
    text: str = "",
    glance: dict[str, Any] | None = None,
    presets: Sequence[Preset] = (),
    start: str | None = None,
    load: tuple[str, np.ndarray] | None = None,
    recall: bool = False,
    epoch: int = 0,
    fixed: bool = False,
    on_rest: Callable[[], None] | None = None,
    brush: float = 9.0,
    side: int = 380,
    label: str = LABEL,
    projector: bool = False,
) -> DrawPadState:
    """Mount the pad and answer the drawing that :func:`read` gave in this run.

    Args:
        key: Key of the component; also the target of ``announceField`` (shared/field.js),
            with which another component outlines a part of the network's input on the paper.
        fit: What the network sees, from :func:`fitted` or :func:`unfitted`; None shows nothing.
        text: The answer in words, shown below the paper; read out politely once the pen rests.
        glance: What to show of the answer on a phone, right above and below the paper, in place of
            ``text``; from :func:`at_a_glance`.
        presets: Offered below the pad; a click draws one as a hand would.
        start: Id of the preset to begin with, complete, while nothing has been drawn. The first
            stroke replaces it.
        load: (id, (112, 112) ink in [0, 1]) replaces the drawing once for each new id.
        recall: Whether, before anything is drawn in this session, what this browser tab remembers
            of the pad comes before ``start``: after a reload, or when the server was started anew.
        epoch: When it changes the pad begins anew with ``start`` (:func:`ui.link.epoch`).
        fixed: ``start`` stays on the paper, whatever the browser says.
        on_rest: Called when the drawing has not changed for a while, for what takes too long to
            be worked out during a stroke: ``lambda: st.rerun("key of another fragment")``.
        brush: Width of the pen at first, in pixels of the ink.
        side: Largest side of the paper on the screen, CSS pixels.
        label: The pad's accessible name.
        projector: Larger type, thicker marks.

    Raises:
        ValueError: ``load`` brings ink of another shape.
    """
    state = read(key, presets, start, fixed=fixed)
    fresh = not state_of(key).get("drawing")
    data: dict[str, Any] = {
        "key": key,
        "sequence": state.sequence,
        "fit": fit,
        "text": text,
        "glance": glance,
        # The browser keeps the presets it was given; an answer to a stroke stays short.
        "samples": [_packed(preset) for preset in presets] if fresh else None,
        "start": start,
        "recall": recall and not fixed,
        "fixed": fixed,
        "epoch": epoch,
        "tellsRest": on_rest is not None,
        "brush": brush,
        "side": side,
        "label": label,
        "projector": projector,
    }
    if fresh and state.sequence:
        # The element is new but the drawing is not: give it back.
        data["restore"] = as_bytes(state.ink)
        data["start"] = state.preset
    if load is not None and not fixed:
        name, ink = load
        if ink.shape != (SIDE, SIDE):
            raise ValueError(f"load must bring ink of shape ({SIDE}, {SIDE}), not {ink.shape}")
        data["load"] = {"id": name} if state.loaded == name else {"id": name, "ink": as_bytes(ink)}
    _mount(key=key, data=data, on_drawing_change=_nothing, on_rest_change=on_rest or _nothing)
    return state


def fitted(fit: FittedDigit) -> dict[str, Any]:
    """The steps of :func:`cnn.data.preprocess.fit_digit`, for the pad to show."""
    side = len(fit.image)
    down, across = fit.shift
    rows, columns = fit.box_shape
    if fit.empty:
        caption = "Nothing yet."
    else:
        moves = [
            f"{abs(n)} {forward if n > 0 else back}"
            for n, forward, back in ((across, "right", "left"), (down, "down", "up"))
            if n
        ]
        moved = f"moved {' and '.join(moves)}" if moves else "already centred"
        caption = f"Fitted into {columns}×{rows} pixels, {moved} by its centre of mass."
    return {
        "image": as_bytes(fit.image),
        "side": side,
        "box": fit.bounding_box,
        "centre": [round(v, 2) for v in fit.centre_of_mass],
        "shift": list(fit.shift),
        "scale": fit.scale,
        "frame": [*fit.to_ink(0, 0), *fit.to_ink(side, side)],
        "caption": caption,
    }


def unfitted(image: np.ndarray) -> dict[str, Any]:
    """The whole paper made small, without the steps: ``image`` is (side, side) in [0, 1]."""
    return {
        "image": as_bytes(image),
        "side": len(image),
        "box": None,
        "frame": [0, 0, SIDE, SIDE],
        "caption": "The whole paper made small: not fitted, not centred.",
    }


def at_a_glance(
    best: Sequence[tuple[str, float, str]], maps: np.ndarray | None = None, limit: float = 1.0
) -> dict[str, Any]:
    """The strongest classes, and the maps of one layer, where the whole network is out of sight.

    Args:
        best: (name, share in [0, 1], the share in words), the strongest first; at most three.
        maps: (C, H, W) activations; the first eight maps are shown.
        limit: The end of their colour scale.
    """
    packed = None
    if maps is not None:
        shown = np.clip(np.nan_to_num(maps[:MAPS] / (limit or 1.0)), -1, 1) * 127
        values = np.rint(shown).astype(np.int8).reshape(-1)
        packed = {"shape": list(shown.shape), "values": values}
    answers = [{"name": name, "share": share, "text": text} for name, share, text in best[:3]]
    return {"best": answers, "maps": packed}


def _nothing() -> None:
    """The state has arrived; the fragment runs anyway."""


def from_message(drawing: Mapping[str, Any]) -> DrawPadState:
    """What the browser sent; anything unexpected counts as paper."""
    ink: np.ndarray = np.zeros((SIDE, SIDE), np.float32)
    try:
        raw = _runs(base64.b64decode(str(drawing.get("ink", "")), validate=True))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) == SIDE * SIDE:
        ink = np.frombuffer(raw, np.uint8).reshape(SIDE, SIDE) / np.float32(255)
    sequence = drawing.get("sequence", 0)
    preset, loaded, epoch = (drawing.get(name) for name in ("preset", "loaded", "epoch"))
    marks = drawing.get("held")
    marks = marks if isinstance(marks, list) else []
    return DrawPadState(
        ink,
        sequence=sequence if isinstance(sequence, int) else 0,
        preset=preset if isinstance(preset, str) else None,
        epoch=epoch if isinstance(epoch, int) else None,
        loaded=loaded if isinstance(loaded, str) else None,
        moving=bool(drawing.get("moving")),
        held=frozenset(m for m in marks if isinstance(m, str)),
    )


def _runs(packed: bytes) -> bytes:
    """One byte a pixel, from what ``packInk`` of ``ink.js`` made of them.

    Raises:
        ValueError: It is cut short, or more than a drawing.
    """
    pixels = bytearray()
    following = iter(packed)
    for value in following:
        run = next(following, None) if value in (0, 255) else 1
        if run is None or len(pixels) + run > SIDE * SIDE:
            raise ValueError(f"ink: got {len(packed)} bytes that are no drawing")
        pixels += bytes([value]) * run
    return bytes(pixels)


def _packed(preset: Preset) -> dict[str, Any]:
    return {
        "id": preset.id,
        "label": preset.label,
        "width": preset.width,
        "strokes": [s.reshape(-1) for s in preset.strokes],
    }
