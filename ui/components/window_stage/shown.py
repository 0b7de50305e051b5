"""What stands on a stage, and how it looks: the two things that a page says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from cnn.arrays import Array
from ui.components.window_stage.numbers import Setting

InputKind = Literal["grey", "photo", "rgb", "activation", "gradient"]
KernelKind = Literal["weight", "gradient"]
OutputKind = Literal["activation", "grey", "photo", "gradient"]
Reveal = Literal["auto", "cells", "whole"]


@dataclass(frozen=True)
class Compare:
    """A second output beside the first.

    Attributes:
        title: What it is, e.g. "true convolution".
        weight: Its kernel, (C, kh, kw), shown too; the output is worked out from it.
        output: Or the output itself, (OH, OW), where there is no such kernel.
    """

    title: str
    weight: Array | None = None
    output: Array | None = None


@dataclass(frozen=True)
class Shown:
    """One layer on one sample, with one filter.

    Attributes:
        x: Input (C, H, W), or (H, W) for one channel.
        setting: What the layer does: its window, what lies around the input, the activation.
        weight: Kernel (C, kh, kw), or (kh, kw) for one channel; None for a pooling.
        bias: Added to every sum; None where there is none to speak of.
        channels: One short name a channel; None: their numbers, or R, G, B.
        gradient: d loss / d y, (K, OH, OW): adds a switch that shows it routed back to the input.
        compare: A second output beside the first.
    """

    x: Array = field(repr=False)
    setting: Setting
    weight: Array | None = field(default=None, repr=False)
    bias: float | None = 0.0
    channels: Sequence[str] | None = None
    gradient: Array | None = field(default=None, repr=False)
    compare: Compare | None = None


@dataclass(frozen=True)
class Titles:
    """Above the three pictures, and what a cell of the output is called in its sum."""

    input: str = "input"
    kernel: str = "kernel"
    output: str = "output"
    symbol: str = "y"


@dataclass(frozen=True)
class Look:
    """How a stage looks, and what of it can be changed.

    Attributes:
        input_kind: Colours of the input: ``grey`` (ink: 1 is dark on light paper), ``photo``
            (1 is white), ``rgb`` (three channels in their own colours), ``activation`` or
            ``gradient`` (signed).
        kernel_kind: Colours of the kernel: ``weight`` or ``gradient``.
        output_kind: Colours of the output: ``activation`` or ``gradient`` (signed), ``grey``,
            ``photo``.
        titles: What stands above the pictures.
        start_cell: Output (row, column) where the window stands first.
        reveal: ``cells`` shows outputs as the window reaches them, ``whole`` shows all at once,
            ``auto`` shows a large output whole until it is played.
        hide_output: Output cells (row, column) or (channel, row, column) shown as "?".
        partials: Draw each channel's partial map between kernel and output.
        backward: Where the gradient's switch stands; a change moves it.
        editable: Kernel cells take typing and dragging.
        editable_input: Input cells too, where they carry their numbers.
        report_cell: Send the pinned cell to Python on click or Enter.
        compact: A miniature that plays by itself with little around it.
        projector: Larger type and thicker lines.
        height: Pixels for the maps; by default what fits above the fold at 1440×900.
    """

    input_kind: InputKind = "grey"
    kernel_kind: KernelKind = "weight"
    output_kind: OutputKind = "activation"
    titles: Titles = Titles()
    start_cell: tuple[int, int] | None = None
    reveal: Reveal = "auto"
    hide_output: Sequence[tuple[int, ...]] = ()
    partials: bool = False
    backward: bool = True
    editable: bool = False
    editable_input: bool = False
    report_cell: bool = False
    compact: bool = False
    projector: bool = False
    height: int | None = None


PLAIN = Look()
