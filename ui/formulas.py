"""Formulas and sentences that several lessons write, for the setting at hand."""

from __future__ import annotations

import numpy as np

from cnn.arrays import Array

#: Activation → how a formula writes it around a sum.
FUNCTIONS = {"relu": r"\max", "sigmoid": r"\sigma", "tanh": r"\tanh"}


def window_sum(channels: int, activation: str | None) -> str:
    """y at i, j as a sum over the window, LaTeX with ``<kh>``, ``<kw>`` and ``<channels>``.

    Args:
        channels: How many the input has; c is left out where there is only one.
        activation: A key of :data:`FUNCTIONS`, or None.
    """
    c, over_channels = ("c,", r"\sum_{c \,<\, <channels>}\;") if channels > 1 else ("", "")
    total = (
        rf"b + {over_channels}\sum_{{u \,<\, <kh>}}\;\sum_{{v \,<\, <kw>}}"
        rf" w_{{{c}u,v}}\, x_{{{c}\,i+u,\,j+v}}"
    )
    if activation is None:
        return rf"y_{{i,j}} = {total}"
    before = "0,\\; " if activation == "relu" else ""
    return rf"y_{{i,j}} = {FUNCTIONS[activation]}\Bigl({before}{total}\Bigr)"


def turned(weight: Array) -> str:
    """What half a turn does to a filter (C, kh, kw), and so to its answers before the bias."""
    half = weight[:, ::-1, ::-1]
    if np.array_equal(half, weight):
        return "Half a turn leaves this kernel as it was: both answers are the same."
    if np.array_equal(half, -weight):
        return "Half a turn changes the sign of every weight of this kernel, and so of every sum."
    return "Half a turn makes another kernel of this one: the two answers differ."
