"""Formulas and sentences of the page on convolution, for the setting at hand."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array
from cnn.window.geometry import AxisGeometry, Window

#: Activation → how a formula writes it around a sum.
FUNCTIONS = {"relu": r"\max", "sigmoid": r"\sigma", "tanh": r"\tanh"}


def window_sum(channels: int, activation: str | None, window: Window | None = None) -> str:
    """y at i, j as a sum over the window, LaTeX with ``<kh>``, ``<kw>`` and ``<channels>``.

    Args:
        channels: How many the input has; c is left out where there is only one.
        activation: A key of :data:`FUNCTIONS`, or None.
        window: Its stride, padding and dilation stand in the formula where they change anything.
    """
    row, column = ("i+u", "j+v") if window is None else _places(window)
    c, over_channels = ("c,", r"\sum_{c \,<\, <channels>}\;") if channels > 1 else ("", "")
    total = (
        rf"b + {over_channels}\sum_{{u \,<\, <kh>}}\;\sum_{{v \,<\, <kw>}}"
        rf" w_{{{c}u,v}}\, x_{{{c}\,{row},\,{column}}}"
    )
    if activation is None:
        return rf"y_{{i,j}} = {total}"
    before = "0,\\; " if activation == "relu" else ""
    return rf"y_{{i,j}} = {FUNCTIONS[activation]}\Bigl({before}{total}\Bigr)"


def _places(window: Window) -> tuple[str, str]:
    """Row and column of x that a tap reads: i+u, or 2i+u-1, or i+2u."""
    found = []
    letters = zip("ij", "uv", window.stride, window.padding[::2], window.dilation, strict=True)
    for at, tap, stride, before, dilation in letters:
        start = at if stride == 1 else f"{stride}{at}"
        step = tap if dilation == 1 else f"{dilation}{tap}"
        found.append(f"{start}+{step}" + (f"-{before}" if before else ""))
    return found[0], found[1]


def output_size(size: tuple[int, ...], window: Window) -> str:
    """Rows × columns of the output, LaTeX with its numbers.

    Args:
        size: (H, W) of the input.
        window: Its kernel, stride, padding and dilation.
    """
    rows, columns = window.axes(*size)
    if window == Window(window.kernel):
        sums = [f"({axis.n} - {axis.kernel} + 1)" for axis in (rows, columns)]
    else:
        sums = [_floor(axis) for axis in (rows, columns)]
    return rf"{sums[0]} \times {sums[1]} = {rows.size} \times {columns.size} \text{{ outputs}}"


def _floor(axis: AxisGeometry) -> str:
    padding = f" + {axis.before + axis.after}" if axis.before + axis.after else ""
    below = axis.effective_kernel
    room = f"{axis.n}{padding} - {below}"
    inner = room if axis.stride == 1 else rf"\lfloor ({room})/{axis.stride} \rfloor"
    return rf"({inner} + 1)"


def turned(weight: Array) -> str:
    """What half a turn does to a filter (C, kh, kw), and so to its answers before the bias."""
    half = weight[:, ::-1, ::-1]
    if np.array_equal(half, weight):
        return "Half a turn leaves this kernel as it was: both answers are the same."
    if np.array_equal(half, -weight):
        return "Half a turn changes the sign of every weight of this kernel, and so of every sum."
    return "Half a turn makes another kernel of this one: the two answers differ."
