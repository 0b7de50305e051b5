"""The image lens: a picture, what a kernel makes of it, and one magnifier over both.

Python works out every number of the result and sends it once, as bytes; the browser adds up the
one window under the pointer, from the same pixels. Pointing sends nothing. What comes back is the
pinned cell.

A picture is sent once, too: the browser keeps it, so that another kernel costs only its result. If
the browser does not have it after all (a message was lost, the page was left), it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np

from ui.browser_state import state_of
from ui.components.arrays import pack
from ui.components.base import register
from ui.components.wire import Smooth
from ui.remembered import Remembered

_MOUNT = register("image_lens")
#: Which picture was given to the browser last, and the number of its request that this answered.
_SENT = Remembered("_lens_sent", ("", 0.0))

COMBINE = ("one", "magnitude", "direction")
KINDS = ("signed", "magnitude", "clipped", "direction")
LARGEST = 7


def image_lens(
    key: str,
    *,
    x: np.ndarray,
    kernels: Sequence[np.ndarray],
    planes: np.ndarray,
    kind: str,
    limit: float,
    first: np.ndarray | None = None,
    stride: int = 1,
    sides: tuple[int, int, int, int] = (0, 0, 0, 0),
    fill: str = "zeros",
    channels: str = "sum",
    combine: str = "one",
    title_in: str = "picture",
    title_out: str = "result",
    pinned: tuple[int, int] | None = None,
    epoch: int = 0,
    on_pin: Callable[[], None] | None = None,
    fixed: bool = False,
    height: int = 370,
    projector: bool = False,
) -> None:
    """Draw picture and result.

    Args:
        key: Streamlit key, unique on the page.
        x: (C, H, W), 0 to 255, C = 1 or 3.
        kernels: One (kh, kw), or two of one size for a magnitude or a direction.
        planes: (P, OH, OW) uint8, the result as ``kind`` has it: see
            :class:`ui.filters.apply.Shown`.
        kind: ``signed``, ``magnitude``, ``clipped`` or ``direction``.
        limit: What the strongest byte stands for.
        first: A kernel that went over the picture before, with padding that kept its size.
        stride: Pixels from one window to the next.
        sides: Padding (top, bottom, left, right).
        fill: ``zeros``, ``reflect`` or ``replicate``.
        channels: ``sum``: one result; ``each``: one for each channel.
        combine: ``one``, ``magnitude`` √(a² + b²), or ``direction`` atan2(b, a).
        title_in: Above the picture.
        title_out: Above the result.
        pinned: Output (row, column) under the magnifier at first.
        epoch: When it changes the magnifier goes to ``pinned`` (:func:`ui.link.epoch`).
        on_pin: Called when a cell was pinned or let go; see :func:`pinned_cell`.
        fixed: What is pinned stays, and nothing else can be: a task holds it.
        height: Pixels for a picture, about.
        projector: Larger type and thicker lines.

    Raises:
        ValueError: An argument that does not fit, named.
    """
    _check(x, kernels, planes, kind, channels, combine)
    data: dict[str, Any] = {
        "size": list(x.shape),
        "pixels": _pixels(key, x),
        "kernels": [pack(kernel) for kernel in kernels],
        "first": None if first is None else pack(first),
        "stride": stride,
        "sides": list(sides),
        "fill": fill,
        "channels": channels if len(x) > 1 else "sum",
        "combine": combine,
        "output": list(planes.shape),
        "planes": Smooth(planes),
        "kind": kind,
        "limit": limit,
        "titles": {"input": title_in, "output": title_out},
        "pinned": list(pinned) if pinned else None,
        "epoch": epoch,
        "fixed": fixed,
        "height": height,
        "projector": projector,
    }
    _MOUNT(key=key, data=data, on_cell_change=on_pin or _nothing, on_want_change=_nothing)


def pinned_cell(key: str) -> tuple[int, int] | None:
    """The output cell that the student pinned; None if there is none."""
    cell: Any = state_of(key).get("cell")
    if not isinstance(cell, Sequence) or len(cell) != 2:
        return None
    row, column = cell
    if not (isinstance(row, int) and isinstance(column, int)) or min(row, column) < 0:
        return None
    return row, column


def _nothing() -> None:
    """Streamlit keeps a state only if something listens to it."""


def _pixels(key: str, x: np.ndarray) -> dict[str, Any]:
    """The picture: one byte a number where whole numbers from 0 to 255 are all there is, else
    float32. Without its data where the browser has it from an earlier run.
    """
    whole = np.rint(x)
    if np.array_equal(whole, x) and x.min() >= 0 and x.max() <= 255:
        values, name = whole.astype(np.uint8), "u8"
    else:
        values, name = np.ascontiguousarray(x, np.float32), "f4"
    token = f"{crc32(values):08x}-{'x'.join(map(str, x.shape))}"
    before = _SENT.of(key)
    sent, served = before.get()
    asked = _asked(key, token)
    if sent == token and asked <= served:
        return {"token": token, "type": name, "data": None}
    before.put((token, max(asked, served)))
    return {"token": token, "type": name, "data": Smooth(values) if name == "u8" else values}


def _asked(key: str, token: str) -> float:
    """Number of the browser's last request for this picture; 0 if there was none."""
    want: Any = state_of(key).get("want")
    if not isinstance(want, Mapping) or want.get("token") != token:
        return 0.0
    number = want.get("sequence")
    return float(number) if isinstance(number, int | float) else 0.0


def _check(
    x: np.ndarray,
    kernels: Sequence[np.ndarray],
    planes: np.ndarray,
    kind: str,
    channels: str,
    combine: str,
) -> None:
    if x.ndim != 3 or len(x) not in (1, 3):
        raise ValueError(f"x: got shape {x.shape}, need (1, H, W) or (3, H, W)")
    wanted = 1 if combine == "one" else 2
    if len(kernels) != wanted or len({k.shape for k in kernels}) != 1 or kernels[0].ndim != 2:
        raise ValueError(
            f"kernels: got shapes {[k.shape for k in kernels]}, need {wanted} × (kh, kw) for "
            f"{combine!r}"
        )
    if max(kernels[0].shape) > LARGEST:
        raise ValueError(f"kernels: got {kernels[0].shape}, need at most {LARGEST} × {LARGEST}")
    for name, value, allowed in (
        ("kind", kind, KINDS),
        ("channels", channels, ("sum", "each")),
        ("combine", combine, COMBINE),
    ):
        if value not in allowed:
            raise ValueError(f"{name}: got {value!r}, need one of {', '.join(allowed)}")
    if planes.dtype != np.uint8 or planes.ndim != 3:
        raise ValueError(f"planes: got {planes.dtype} {planes.shape}, need uint8 (P, OH, OW)")
