"""A map of samples as dots in a plane, and where one that changes lies among them.

Each dot is written as the mark of its class, in the colour of its class. The samples and their
places travel once (:class:`ui.components.wire.Kept`); with a stroke of the pen travels no more than
the place of the drawing. In the browser a dot is pointed at, or gone to with the arrow keys, and
its picture and its answer stand beside the map.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from ui.browser_state import state_of
from ui.components.arrays import as_bytes
from ui.components.base import register
from ui.components.wire import Kept, Smooth

_MOUNT = register("dot_map")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def samples(images: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> Kept:
    """What stays the same while the map changes: the pictures and their classes.

    Args:
        images: (N, H, W) in [0, 1].
        labels: (N,) index into ``classes``.
        classes: Their names.
    """
    pixels = as_bytes(images).reshape(images.shape)
    return Kept(
        {
            "images": Smooth(pixels),
            "side": list(images.shape[1:]),
            "labels": labels.astype(np.uint8),
            "classes": [str(name) for name in classes],
            "marks": marks(classes),
        }
    )


def marks(classes: Sequence[str]) -> list[str]:
    """A sign for each class, no two alike: its name where all are short, else letters in their
    order, and where there are too few of these, numbers."""
    names = [str(name) for name in classes]
    if all(0 < len(name) <= 2 for name in names):
        return names
    if len(names) <= len(_LETTERS):
        return list(_LETTERS[: len(names)])
    return [str(i) for i in range(1, len(names) + 1)]


def places(points: np.ndarray) -> Kept:
    """Where the samples lie, (N, 2), for :func:`dot_map`."""
    return Kept(np.ascontiguousarray(points, np.float32).reshape(-1))


def dot_map(
    key: str,
    *,
    of: Kept,
    at: Kept,
    answers: Kept,
    axes: tuple[str, str],
    label: str,
    here: tuple[float, float] | None = None,
    here_name: str = "your drawing",
    near: Sequence[int] = (),
    sequence: int = 0,
    picked: int | None = None,
    on_pick: Callable[[int | None], None] | None = None,
    epoch: int = 0,
    fixed: bool = False,
    held: Collection[str] = (),
    height: int = 520,
    projector: bool = False,
) -> None:
    """Draw the map; dots that have another place than before glide there.

    Args:
        key: Unique on the page.
        of: The samples, from :func:`samples`.
        at: Their places, from :func:`places`.
        answers: Kept list of N texts: what is said of each sample when it is pointed at.
        axes: What lies to the right, and upwards.
        label: What the map shows, in a sentence, for those who cannot see it.
        here: (x, y) of what moves among them; None shows nothing.
        here_name: What that is.
        near: The samples next to it, joined to it by lines, the nearest first.
        sequence: Number of the drawing; ``data-sequence`` once it is drawn.
        picked: The sample that is picked; taken over when ``epoch`` changes.
        on_pick: Called with the sample that was picked, or None, before the next run.
        epoch: Grows when ``picked`` comes from elsewhere (:func:`ui.link.epoch`).
        fixed: ``picked`` stays: a task holds it. The others can still be looked at.
        held: Marks of what the browser holds already.
        height: In pixels.
        projector: Larger type.
    """
    data: dict[str, Any] = {
        "samples": of.unless(held),
        "places": at.unless(held),
        "answers": answers.unless(held),
        "axes": list(axes),
        "label": label,
        "here": None if here is None else [float(v) for v in here],
        "hereName": here_name,
        "near": [int(n) for n in near],
        "sequence": int(sequence),
        "picked": picked,
        "epoch": epoch,
        "fixed": fixed,
        "height": height,
        "projector": projector,
    }
    count = len(of.value["labels"])

    def moved() -> None:
        value = state_of(key).get("picked")
        number = value if isinstance(value, int) and not isinstance(value, bool) else -1
        if on_pick is not None and not fixed:
            on_pick(number if 0 <= number < count else None)

    _MOUNT(key=key, data=data, on_picked_change=moved)
