"""The part of a picture that a cell sees, as a square that grows layer by layer.

Picture and squares travel once; playing and stepping happen in the browser. What comes back is the
layer at which the student has come to rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from ui.browser_state import state_of
from ui.components.base import register
from ui.components.wire import Smooth

_MOUNT = register("field_view")


@dataclass(frozen=True)
class Square:
    """What a cell of one layer sees.

    Attributes:
        name: Of the layer.
        box: (row0, row1, column0, column1) in pixels of the picture, half open; it may reach
            beyond the picture.
        words: What is said of it.
    """

    name: str
    box: tuple[int, int, int, int]
    words: str


@dataclass(frozen=True)
class Heat:
    """How strongly a cell hangs on each pixel.

    Attributes:
        values: (H, W) from 0 to 1, as large as the picture.
        box: The square that holds most of it: rows and columns, half open.
    """

    values: np.ndarray
    box: tuple[int, int, int, int]


def field_view(
    key: str,
    picture: np.ndarray,
    squares: Sequence[Square],
    *,
    alt: str,
    at: int,
    epoch: int,
    on_step: Callable[[int], None],
    heat: Heat | None = None,
    fixed: bool = False,
    projector: bool = False,
) -> None:
    """Draw the picture, the square on it, and all squares in a list.

    Args:
        key: Streamlit key, unique on the page.
        picture: (3, H, W) uint8.
        squares: From the input on.
        alt: What the picture shows.
        at: Which square is shown.
        epoch: Where it changes, ``at`` was set from elsewhere, and holds.
        on_step: Called before the next run with the square that is shown, unchecked.
        heat: Of the square that is shown.
        fixed: Another one cannot be chosen.
        projector: Larger.

    Raises:
        ValueError: The heat is not as large as the picture.
    """
    if heat is not None and heat.values.shape != picture.shape[1:]:
        raise ValueError(f"heat: got shape {heat.values.shape}, need {picture.shape[1:]}")

    def changed() -> None:
        step = state_of(key).get("step")
        if isinstance(step, int) and not fixed:
            on_step(step)

    data = {
        "pixels": Smooth(picture),
        "rows": picture.shape[1],
        "columns": picture.shape[2],
        "alt": alt,
        "squares": [asdict(square) for square in squares],
        "at": at,
        "epoch": epoch,
        "heat": None if heat is None else np.rint(255 * heat.values).astype(np.uint8),
        "reach": None if heat is None else list(heat.box),
        "fixed": fixed,
        "projector": projector,
    }
    _MOUNT(key=key, data=data, on_step_change=changed)
