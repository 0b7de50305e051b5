"""The window stage: an input, a window over it, a kernel, an output, and the sum between them.

Python works out every number once and sends it; playing, stepping, scrubbing and pointing happen
in the browser without a message. What comes back is what the student changed: a kernel or an
input cell, and the pinned cell where the page asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args

import numpy as np
import streamlit as st

from cnn.layers.activations import ACTIVATIONS
from ui import figures, link
from ui.browser_state import state_of
from ui.components import edits
from ui.components.arrays import pack
from ui.components.base import register
from ui.components.window_stage.animation import gif
from ui.components.window_stage.numbers import KINDS, Numbers, Setting, work_out
from ui.components.window_stage.shades import Still
from ui.components.window_stage.shown import (
    PLAIN,
    Compare,
    InputKind,
    KernelKind,
    Look,
    OutputKind,
    Reveal,
    Shown,
)

_MOUNT = register("window_stage")

_CHOICES: dict[str, tuple[str, ...]] = {
    "input_kind": get_args(InputKind),
    "kernel_kind": get_args(KernelKind),
    "output_kind": get_args(OutputKind),
    "reveal": get_args(Reveal),
}


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


def window_stage(key: str, shown: Shown, look: Look = PLAIN) -> StageResult:
    """Draw the stage; one sample, one filter.

    Args:
        key: Streamlit key, unique on the page.
        shown: The layer, its numbers, and what stands beside them.
        look: How it is shown, and what can be changed.

    Raises:
        ValueError: An argument that does not fit, named; from ``cnn`` where the window does not
            fit the padded input.
    """
    _check(shown, look)
    setting, given = shown.setting, _volume(shown.x, "x")
    mark = {"input": edits.mark(given)}
    x = edits.edited(key, "input", given)
    kernel = _kernel(key, setting, x, shown.weight)
    if shown.weight is not None:
        mark["kernel"] = edits.mark(_volume(shown.weight, "weight"))
    bias = shown.bias or 0.0
    numbers = work_out(x, kernel, bias, setting, shown.gradient)
    hidden = _flat(look.hide_output, numbers.y.shape)
    data = _payload(x, kernel, bias, setting, numbers) | _looks(look, kernel, key)
    data |= {
        "key": key,
        "biased": shown.bias is not None,
        "channelNames": _names(shown.channels, look.input_kind, len(x)),
        "backward": look.backward and shown.gradient is not None,
        "compare": _compared(shown.compare, x, bias, setting),
        "hidden": hidden,
        "sequence": {name: edits.sequence(key, name) for name in ("kernel", "input")},
        "mark": mark,
    }
    _MOUNT(key=key, data=data, on_kernel_change=_nothing, on_input_change=_nothing,
           on_cell_change=_nothing)  # fmt: skip
    if not look.compact:
        still = Still(look, figures.theme(), frozenset(hidden))
        _animation(key, partial(gif, kernel, setting, numbers, still))
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


def _looks(look: Look, kernel: np.ndarray | None, key: str) -> dict[str, Any]:
    titles = look.titles
    return {
        "inputKind": look.input_kind,
        "kernelKind": look.kernel_kind,
        "outputKind": look.output_kind,
        "titles": {"input": titles.input, "kernel": titles.kernel, "output": titles.output},
        "symbol": titles.symbol,
        "startCell": list(look.start_cell) if look.start_cell else None,
        "reveal": look.reveal,
        "showPartials": look.partials,
        "editable": look.editable and kernel is not None and not edits.is_fixed(key, "kernel"),
        "editableInput": look.editable_input and not edits.is_fixed(key, "input"),
        "reportCell": look.report_cell,
        "compact": look.compact,
        "projector": look.projector,
        "height": look.height,
    }


def _kernel(
    key: str, setting: Setting, x: np.ndarray, weight: np.ndarray | None
) -> np.ndarray | None:
    if setting.kind != "conv":
        if weight is not None:
            raise ValueError(
                f"weight: got one for {setting.kind!r}, need None: a pooling has no kernel"
            )
        return None
    if weight is None:
        raise ValueError("weight: got None, need (C, kh, kw) for a convolution")
    kernel = edits.edited(key, "kernel", _volume(weight, "weight"))
    if len(kernel) != len(x):
        raise ValueError(
            f"weight: got {len(kernel)} channels, need {len(x)}, as many as the input has"
        )
    if kernel.shape[1:] != setting.window.kernel:
        raise ValueError(
            f"weight: got {kernel.shape[1:]}, need the window's {setting.window.kernel}"
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


def _check(shown: Shown, look: Look) -> None:
    if shown.setting.kind not in KINDS:
        raise ValueError(f"kind: got {shown.setting.kind!r}, need one of {', '.join(KINDS)}")
    if shown.setting.activation not in (None, *ACTIVATIONS):
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"activation: got {shown.setting.activation!r}, need one of {known}")
    for name, allowed in _CHOICES.items():
        if getattr(look, name) not in allowed:
            got = getattr(look, name)
            raise ValueError(f"{name}: got {got!r}, need one of {', '.join(allowed)}")


def _names(names: Sequence[str] | None, input_kind: str, channels: int) -> list[str]:
    if names is not None:
        if len(names) != channels:
            raise ValueError(f"channels: got {len(names)}, need {channels}")
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
