"""The window stage: an input, a window over it, a kernel, an output, and the sum between them.

Python works out every number once and sends it; playing, stepping, scrubbing and pointing happen
in the browser without a message. What comes back is what the student changed: a kernel or an
input cell, and the pinned cell where the page asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from cnn.layers.activations import ACTIVATIONS
from cnn.settings import PairLike
from cnn.window.geometry import Window
from cnn.window.padding_asked import PaddingLike
from ui import figures, link
from ui.browser_state import state_of
from ui.components import edits
from ui.components.arrays import pack
from ui.components.base import register
from ui.components.window_stage.animation import gif
from ui.components.window_stage.numbers import KINDS, Numbers, Setting, work_out
from ui.components.window_stage.shades import Look

_MOUNT = register("window_stage")

INPUT_KINDS = ("grey", "photo", "rgb", "activation", "gradient")
KERNEL_KINDS = ("weight", "gradient")
OUTPUT_KINDS = ("activation", "grey", "photo", "gradient")


@dataclass(frozen=True)
class Compare:
    """A second output beside the first.

    Attributes:
        title: What it is, e.g. "true convolution".
        weight: Its kernel, (C, kh, kw), shown too; the output is worked out from it.
        output: Or the output itself, (OH, OW), where there is no such kernel.
    """

    title: str
    weight: np.ndarray | None = None
    output: np.ndarray | None = None


@dataclass(frozen=True)
class StageResult:
    """What stands on the stage now.

    Attributes:
        kernel: (C, kh, kw) as the student left it, or None for a pooling.
        input: (C, H, W) as the student left it.
        output: (K, OH, OW), K = 1 for a convolution.
        z: The same before the activation.
        cell: (row, column) that was last pinned; None unless ``report_cell``.
    """

    kernel: np.ndarray | None
    input: np.ndarray
    output: np.ndarray
    z: np.ndarray
    cell: tuple[int, int] | None


def edited_kernel(key: str, weight: np.ndarray) -> np.ndarray:
    """The kernel that counts for the stage ``key``: the student's edit if newer than ``weight``.

    For pages that need it before they draw the stage (in a formula, in the link).
    """
    return edits.edited(key, "kernel", _volume(weight, "weight"))


def edited_input(key: str, x: np.ndarray) -> np.ndarray:
    """The same for the input."""
    return edits.edited(key, "input", _volume(x, "x"))


def window_stage(
    key: str,
    *,
    x: np.ndarray,
    weight: np.ndarray | None = None,
    bias: float | None = 0.0,
    kind: str = "conv",
    kernel_size: PairLike | None = None,
    stride: PairLike | None = None,
    padding: PaddingLike = 0,
    dilation: PairLike = 1,
    padding_mode: str | float = "zeros",
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    activation: str | None = None,
    input_kind: str = "grey",
    kernel_kind: str = "weight",
    output_kind: str = "activation",
    channel_names: Sequence[str] | None = None,
    title_in: str = "input",
    title_kernel: str = "kernel",
    title_out: str = "output",
    symbol: str = "y",
    start_cell: tuple[int, int] | None = None,
    reveal: str = "auto",
    editable: bool = False,
    editable_input: bool = False,
    kernel_step: float | None = None,
    input_step: float | None = None,
    compare: Compare | None = None,
    gradient: np.ndarray | None = None,
    backward: bool = True,
    show_partials: bool = False,
    compact: bool = False,
    hide_output: Sequence[tuple[int, ...]] = (),
    report_cell: bool = False,
    projector: bool = False,
    height: int | None = None,
) -> StageResult:
    """Draw the stage; one sample, one filter.

    Args:
        key: Streamlit key, unique on the page.
        x: Input (C, H, W), or (H, W) for one channel.
        weight: Kernel (C, kh, kw), or (kh, kw) for one channel; None for a pooling.
        bias: Added to every sum; None where there is none to speak of.
        kind: ``conv`` (cross-correlation, as in every CNN), ``max``, ``avg`` or ``sum``.
        kernel_size: The window of a pooling.
        stride: One number or (rows, columns); a pooling's default is its window.
        padding: Anything :func:`cnn.window.padding_asked.resolve_padding` takes.
        dilation: One number or (rows, columns).
        padding_mode: ``zeros``, ``reflect``, ``replicate``, ``circular``, or a number.
        ceil_mode: A last pooling window may stick out.
        count_include_pad: A mean divides by the padding's cells too.
        activation: ``relu``, ``leaky_relu``, ``sigmoid``, ``tanh``, ``gelu`` or None.
        input_kind: Colours of the input: ``grey`` (ink: 1 is dark on light paper), ``photo``
            (1 is white), ``rgb`` (three channels in their own colours), ``activation`` or
            ``gradient`` (signed).
        kernel_kind: Colours of the kernel: ``weight`` or ``gradient``.
        output_kind: Colours of the output: ``activation`` or ``gradient`` (signed), ``grey``,
            ``photo``.
        channel_names: One short name a channel; R, G, B for ``rgb``.
        title_in: Above the input.
        title_kernel: Above the kernel.
        title_out: Above the output.
        symbol: What a cell of the output is called where its sum is written out.
        start_cell: Output (row, column) where the window stands first.
        reveal: ``cells`` shows outputs as the window reaches them, ``whole`` shows all at once,
            ``auto`` shows a large output whole until it is played.
        editable: Kernel cells take typing and dragging.
        editable_input: Input cells too, where they carry their numbers.
        kernel_step: A drag's step in the kernel; 1 for whole numbers, else 0.1 by default.
        input_step: The same in the input.
        compare: A second output beside the first.
        gradient: d loss / d y, (K, OH, OW): adds a switch that shows it routed back to the input.
        backward: Where that switch stands; a change moves it.
        show_partials: Draw each channel's partial map between kernel and output.
        compact: A miniature that plays by itself with little around it.
        hide_output: Output cells (row, column) or (channel, row, column) shown as "?".
        report_cell: Send the pinned cell to Python on click or Enter.
        projector: Larger type and thicker lines.
        height: Pixels for the maps; by default what fits above the fold at 1440×900.

    Raises:
        ValueError: An argument that does not fit, named; from ``cnn`` where the window does not
            fit the padded input.
    """
    _check(kind, "kind", KINDS)
    _check(input_kind, "input_kind", INPUT_KINDS)
    _check(kernel_kind, "kernel_kind", KERNEL_KINDS)
    _check(output_kind, "output_kind", OUTPUT_KINDS)
    _check(reveal, "reveal", ("auto", "cells", "whole"))
    if activation is not None:
        _check(activation, "activation", tuple(ACTIVATIONS))
    given = _volume(x, "x")
    mark = {"input": edits.mark(given)}
    x = edits.edited(key, "input", given)
    kernel = _kernel(key, kind, x, weight)
    if weight is not None:
        mark["kernel"] = edits.mark(_volume(weight, "weight"))
    size = kernel_size if kernel is None else kernel.shape[1:]
    if size is None:
        raise ValueError(f"kernel_size: got None, need the window of the {kind} pooling")
    if stride is None:
        stride = size if kernel is None else 1
    window = Window.of(size, stride, padding, dilation, ceil_mode, input_size=x.shape[1:])
    setting = Setting(kind, window, padding_mode, activation, count_include_pad)
    added = bias or 0.0
    numbers = work_out(x, kernel, added, setting, gradient)
    data = _payload(x, kernel, added, setting, numbers)
    data |= {
        "key": key,
        "inputKind": input_kind,
        "kernelKind": kernel_kind,
        "biased": bias is not None,
        "symbol": symbol,
        "outputKind": output_kind,
        "channelNames": _names(channel_names, input_kind, len(x)),
        "titles": {"input": title_in, "kernel": title_kernel, "output": title_out},
        "startCell": list(start_cell) if start_cell else None,
        "reveal": reveal,
        "backward": backward and gradient is not None,
        "editable": editable and kernel is not None and not edits.is_fixed(key, "kernel"),
        "editableInput": editable_input and not edits.is_fixed(key, "input"),
        "kernelStep": kernel_step,
        "inputStep": input_step,
        "compare": _compared(compare, x, added, setting),
        "showPartials": show_partials,
        "compact": compact,
        "hidden": _flat(hide_output, numbers.y.shape),
        "reportCell": report_cell,
        "projector": projector,
        "height": height,
        "sequence": {
            "kernel": edits.sequence(key, "kernel"),
            "input": edits.sequence(key, "input"),
        },
        "mark": mark,
    }
    _MOUNT(key=key, data=data, on_kernel_change=_nothing, on_input_change=_nothing,
           on_cell_change=_nothing)  # fmt: skip
    if not compact:
        titles = (title_in, title_kernel, title_out)
        hidden = frozenset(data["hidden"])
        look = Look(input_kind, output_kind, titles, figures.theme(), hidden, symbol)
        _animation(key, partial(gif, kernel, setting, numbers, look))
    return StageResult(kernel, x, numbers.y, numbers.z, _cell(key, numbers.y.shape))


def _animation(key: str, make: Callable[[], bytes]) -> None:
    """The button that saves the stage as an animation; it is made beside the page, when pressed."""
    with st.container(key=f"take_away_{key}"):
        st.download_button(
            "Save animation",
            make,
            file_name=f"convscope-{link.page() or 'home'}.gif",
            mime="image/gif",
            on_click="ignore",
            type="tertiary",
            key=f"{key}_gif",
            help="The window on its way over the input, as a picture that moves (GIF).",
        )


def _nothing() -> None:
    """Streamlit keeps a state only if something listens to it."""


def _payload(
    x: np.ndarray, kernel: np.ndarray | None, bias: float, setting: Setting, numbers: Numbers
) -> dict[str, Any]:
    window = setting.window
    rows, columns = window.axes(*x.shape[1:])
    return {
        "kind": setting.kind,
        "size": list(x.shape),
        "kernel": list(window.kernel),
        "stride": list(window.stride),
        "dilation": list(window.dilation),
        "sides": list(numbers.sides),
        "fill": setting.fill if isinstance(setting.fill, str) else float(setting.fill),
        "dropped": [rows.dropped, columns.dropped],
        "output": list(numbers.y.shape),
        "bias": float(bias),
        "activation": setting.activation,
        "padded": pack(numbers.padded),
        "weight": None if kernel is None else pack(kernel),
        "partial": None if numbers.partial is None else pack(numbers.partial),
        "z": pack(numbers.z),
        "y": pack(numbers.y),
        "divisor": None if numbers.divisor is None else pack(numbers.divisor),
        "dz": None if numbers.dz is None else pack(numbers.dz),
        "dx": None if numbers.dx is None else pack(numbers.dx),
    }


def _kernel(key: str, kind: str, x: np.ndarray, weight: np.ndarray | None) -> np.ndarray | None:
    if kind != "conv":
        if weight is not None:
            raise ValueError(f"weight: got one for {kind!r}, need None: a pooling has no kernel")
        return None
    if weight is None:
        raise ValueError("weight: got None, need (C, kh, kw) for a convolution")
    kernel = edits.edited(key, "kernel", _volume(weight, "weight"))
    if len(kernel) != len(x):
        raise ValueError(
            f"weight: got {len(kernel)} channels, need {len(x)}, as many as the input has"
        )
    return kernel


def _compared(
    compare: Compare | None, x: np.ndarray, bias: float, setting: Setting
) -> dict[str, Any] | None:
    if compare is None:
        return None
    if compare.weight is not None:
        weight = _volume(compare.weight, "compare.weight")
        y = work_out(x, weight, bias, setting).y
        return {"title": compare.title, "weight": pack(weight), "y": pack(y)}
    if compare.output is None:
        raise ValueError("compare: got neither weight nor output, need one of them")
    return {"title": compare.title, "weight": None, "y": pack(_volume(compare.output, "output"))}


def _volume(array: np.ndarray, name: str) -> np.ndarray:
    """(C, H, W) float64 from (C, H, W) or (H, W)."""
    values = np.asarray(array, dtype=np.float64)
    if values.ndim == 2:
        values = values[None]
    if values.ndim != 3 or 0 in values.shape:
        raise ValueError(f"{name}: got shape {np.shape(array)}, need (C, H, W) or (H, W)")
    return values


def _check(value: str, name: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name}: got {value!r}, need one of {', '.join(allowed)}")


def _names(names: Sequence[str] | None, input_kind: str, channels: int) -> list[str]:
    if names is not None:
        if len(names) != channels:
            raise ValueError(f"channel_names: got {len(names)}, need {channels}")
        return [str(name) for name in names]
    if input_kind == "rgb" and channels == 3:
        return ["R", "G", "B"]
    return [f"channel {c}" for c in range(channels)]


def _flat(cells: Sequence[tuple[int, ...]], shape: tuple[int, ...]) -> list[int]:
    """Flat indices into (K, OH, OW); a (row, column) means every channel's."""
    found = []
    for cell in cells:
        channels = range(shape[0]) if len(cell) == 2 else [cell[0]]
        row, column = cell[-2:]
        if 0 <= row < shape[1] and 0 <= column < shape[2]:
            found += [(k * shape[1] + row) * shape[2] + column for k in channels if k < shape[0]]
    return found


def _cell(key: str, shape: tuple[int, ...]) -> tuple[int, int] | None:
    value: Any = state_of(key).get("cell")
    if isinstance(value, Mapping) or not isinstance(value, Sequence) or len(value) != 2:
        return None
    row, column = value
    if not (isinstance(row, int) and isinstance(column, int)):
        return None
    return (row, column) if 0 <= row < shape[1] and 0 <= column < shape[2] else None
