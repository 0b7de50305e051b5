"""A matrix of the student's own on a page: in the link, typed, pasted, or edited on the stage."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from cnn.arrays import Array
from ui import browser_state, codecs, edited, lesson, link
from ui.codecs import Codec
from ui.components.matrix_field.matrix_field import Most, heard, matrix_field
from ui.matrix.reading import INPUT, MOST_FILTERS
from ui.remembered import Remembered

#: The option of a control that stands for a matrix of one's own.
OWN = "own"
#: What the page showed before one's own was chosen.
_SHOWN: Remembered[Array | None] = Remembered("_matrix_shown", None)


@cache
def _codec(most: Most) -> Codec[Array]:
    return codecs.shrunk(codecs.tensor(most))


@dataclass(frozen=True)
class Own:
    """Where a matrix of one's own is kept.

    Attributes:
        name: In the link.
        chooser: The control that chooses it: where a task holds that, it holds this too.
        title: What it is, above its field.
        most: Channels, rows and columns that fit.
        kind: What the numbers are, which decides their colours.
    """

    name: str
    chooser: str
    title: str
    most: Most = INPUT
    kind: str = "grey"

    @property
    def key(self) -> str:
        """The field's key."""
        return f"{self.name}_field"

    def matrix(self, start: Array) -> Array:
        """The matrix in force, (C, H, W); ``start`` where the link has none."""
        codec = _codec(self.most)
        link.hang(self.name, self.chooser)
        present = link.get(self.name, start, codec, self.title)
        arrived = heard(self.key, self.most)
        if arrived is not None and not link.held(self.name):
            link.put(self.name, arrived, codec)
            return arrived
        return present

    def on_stage(self, values: Array, stage: str, state: str) -> Array:
        """The same after the student's edits on a stage, which go to the link.

        Args:
            values: As :meth:`matrix` gave it, or fitted to what it is shown with.
            stage: The key of the component in which it is edited.
            state: That component's state, ``"input"`` or ``"kernel"``.
        """
        return edited.own(self.name, stage, state, values, _codec(self.most))

    def put(self, values: Array) -> None:
        """Put another matrix in its place, in a callback."""
        link.put(self.name, values, _codec(self.most))

    def show(self, values: Array, each: int = 0) -> None:
        """Draw the field in which it is typed or pasted.

        Args:
            values: What it holds.
            each: Channels of a filter, where it holds several.
        """
        matrix_field(
            self.key,
            values,
            title=self.title,
            most=self.most if not each else (MOST_FILTERS * each, *self.most[1:]),
            kind=self.kind,
            each=each,
            editable=not link.held(self.name),
            projector=lesson.projector(),
        )

    def start_from(self, values: Array) -> None:
        """Where one's own is chosen for the first time, it starts as what is shown: remember it."""
        _SHOWN.of(self.name).put(values)

    def begin(self) -> None:
        """A callback of the chooser: one's own starts as what was shown, if that fits."""
        shown = _SHOWN.of(self.name).get()
        if shown is None or link.chosen(self.name) or browser_state.value(self.chooser) != OWN:
            return
        if all(n <= most for n, most in zip(shown.shape, self.most, strict=True)):
            link.put(self.name, shown, _codec(self.most))


def text(values: Array, most: Most = INPUT) -> str:
    """How the link writes it, for :func:`ui.link.go`."""
    return _codec(most).encode(values)


def kernel_for(values: Array, channels: int) -> tuple[Array, str]:
    """A kernel of one's own for an input of so many channels, and a sentence where it was fitted.

    One channel serves all; what is too much is left out, what is missing is 0.
    """
    if len(values) == channels:
        return values, ""
    if len(values) == 1:
        return np.repeat(values, channels, axis=0), ""
    fitted = np.zeros((channels, *values.shape[1:]))
    common = min(channels, len(values))
    fitted[:common] = values[:common]
    rest = "the others are left out" if len(values) > channels else "the others are zeros"
    has = "1 channel" if channels == 1 else f"{channels} channels"
    return fitted, f"The kernel has {len(values)} channels, the input has {has}: {rest}."


def filters_for(values: Array, channels: int) -> tuple[Array, str]:
    """Filters (F, C, kh, kw) of the kernels of one's own, and a sentence how they were taken.

    Args:
        values: (K, kh, kw) kernels; where K is so many filters of C channels, they are those.
            Else each is a filter whose kernel serves all channels.
        channels: Of the input, C.
    """
    whole = len(values) % channels == 0
    each = channels if whole else 1
    used = values[: MOST_FILTERS * each]
    weight = used.reshape(-1, each, *values.shape[1:])
    count = "1 filter" if len(weight) == 1 else f"{len(weight)} filters"
    if channels == 1:
        said = f"{count}."
    elif whole:
        said = f"{count}, each with a kernel for each of the {channels} channels."
    else:
        weight = np.repeat(weight, channels, axis=1)
        said = (
            f"{count}: {len(values)} kernels are not {channels} for each filter, so that each of "
            "them serves all channels."
        )
    rest = len(values) - len(used)
    return weight, said + (f" {rest} more are left out." if rest else "")


def inside(kernel: Array, size: tuple[int, ...]) -> tuple[Array, str]:
    """A kernel as far as it fits into an input of (H, W), and a sentence where it was cut."""
    height, width = size
    cut = kernel[:, :height, :width]
    if cut.shape == kernel.shape:
        return kernel, ""
    return cut, "The kernel is larger than the input: what sticks out is left out."
