"""Scene 2: the backward pass of a convolution is two convolutions.

∂E/∂f is the input correlated with ∂E/∂Z, its cells the stride apart. ∂E/∂X is ∂E/∂Z with zeros
between its cells (stride − 1) and around it (kernel − 1), correlated with f turned by 180°.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array, Sides
from cnn.functional import conv2d_backward
from cnn.window.geometry import output_geometry
from cnn.window.named_kernels import turned
from ui import guess, lesson, link
from ui.backpropagation import questions
from ui.components.window_stage.numbers import Setting
from ui.components.window_stage.shown import Look, Shown, Titles
from ui.components.window_stage.window_stage import window_stage
from ui.numerals import words as number

OF = {"f": "∂E/∂f", "x": "∂E/∂X"}
MOST = 2  # channels, and filters


@dataclass(frozen=True)
class Layer:
    """A convolution without padding, and the gradient that arrives at its output.

    Attributes:
        x: (C, n, n).
        f: (K, C, k, k).
        dz: (K, o, o).
        stride: In both directions.
        dropped: Rows (and columns) of x at the far rim that no window reached.
    """

    x: Array
    f: Array
    dz: Array
    stride: int
    dropped: int

    @property
    def reached(self) -> Array:
        """(C, n − dropped, n − dropped) the part of x that windows reached."""
        end = self.x.shape[1] - self.dropped
        return self.x[:, :end, :end]

    @property
    def spread(self) -> Array:
        """dz with stride − 1 zeros between its cells, (K, s (o − 1) + 1, …)."""
        length = self.stride * (self.dz.shape[1] - 1) + 1
        wide = np.zeros((len(self.dz), length, length))
        wide[:, :: self.stride, :: self.stride] = self.dz
        return wide

    @property
    def around(self) -> Sides:
        """Zeros around ``spread``, (top, bottom, left, right)."""
        near = self.f.shape[2] - 1
        return near, near + self.dropped, near, near + self.dropped

    def turned(self, channel: int) -> Array:
        """(K, k, k) the kernels of one channel, turned by half."""
        return turned(self.f[:, channel])

    def gradients(self) -> tuple[Array, Array]:
        """∂E/∂X (C, n, n) and ∂E/∂f (K, C, k, k), from the backward pass of ``cnn``."""
        dx, df, _ = conv2d_backward(self.dz[None], self.x[None], self.f, None, self.stride)
        return dx[0], df


def layer(size: int, kernel: int, stride: int, channels: int, filters: int, seed: int) -> Layer:
    """Whole numbers for everything, dealt from a seed."""
    axis = output_geometry(size, kernel, stride)
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 10, (channels, size, size)).astype(float)
    f = rng.integers(-2, 4, (filters, channels, kernel, kernel)).astype(float)
    dz = rng.integers(-3, 4, (filters, axis.size, axis.size)).astype(float)
    return Layer(x, f, dz, stride, axis.dropped)


def words(layer: Layer, of: str) -> str:
    """What the stage shows, for the setting at hand."""
    places = layer.dz.shape[1] ** 2
    if of == "f":
        apart = f", its cells {layer.stride} apart as the windows were" if layer.stride > 1 else ""
        return (
            f"**∂E/∂f is a convolution of the input with ∂E/∂Z**{apart}. Each weight was used at "
            f"{places} places, one for each output cell: point at a cell of the result, and all of "
            "them light up. Its gradient is the sum over them: that is **weight sharing**. There "
            "is one such map for each channel of each filter."
        )
    zeros = f" and {_zeros(layer.stride - 1)} between its cells" if layer.stride > 1 else ""
    sums = " The parts of all filters are added." if len(layer.dz) > 1 else ""
    return (
        f"**∂E/∂X is a convolution of ∂E/∂Z with f turned by 180°**: true convolution. ∂E/∂Z gets "
        f"{_zeros(layer.f.shape[2] - 1)} around it{zeros}, so that each input cell meets every "
        f"weight that ever lay on it.{sums}"
    )


def _zeros(count: int) -> str:
    return "one row of zeros" if count == 1 else f"{count} rows of zeros"


def shared_weight(layer: Layer) -> str:
    """One weight's gradient written out as the sum over its places."""
    s = layer.stride
    cells = [(i, j) for i, j in np.ndindex(layer.dz.shape[1:])]
    terms = " + ".join(
        f"{_factor(layer.dz[0, i, j])}·{_factor(layer.x[0, s * i, s * j])}" for i, j in cells
    )
    total = float(layer.gradients()[1][0, 0, 0, 0])
    return f"The first weight of the first filter: {terms} = {number(total)}."


def _factor(value: float) -> str:
    shown = number(float(value))
    return f"({shown})" if value < 0 else shown


def show() -> None:
    """The scene."""
    stage, controls = lesson.stage()
    with controls:
        of = link.choice("Which gradient", "bp_of", OF, "f", kind="segmented")
        size = link.slider("Input size n", "bp_n", 3, 7, 5)
        kernel = link.slider("Kernel size f", "bp_f2", 2, 3, 2)
        stride = link.slider("Stride s", "bp_s", 1, 2, 1)
        channels = link.slider("Channels", "bp_c", 1, MOST, 1)
        filters = link.slider("Filters", "bp_k", 1, MOST, 1)
        with lesson.more():
            seed = link.number("Seed", "bp_seed", 0, 9999, 1)
            channel = link.slider("Of which channel", "bp_ci", 0, channels - 1, 0)
            one = link.slider("Of which filter", "bp_ki", 0, filters - 1, 0, disabled=of == "x")
    shown = layer(size, kernel, stride, channels, filters, seed)
    with stage:
        st.markdown(words(shown, of))
        if of == "f":
            _of_the_filter(shown, channel, one)
        else:
            _of_the_input(shown, channel)
    lesson.formula(FORMULA[of], s=stride)
    lesson.text(shared_weight(shown))
    asked = questions.places(guess.deal("bp_g6"))
    guess.number("bp_g6", asked.words, asked.answer, asked.explain, known=asked.known)


FORMULA = {
    "f": r"\frac{\partial E}{\partial f_{k,c,u,v}} = \sum_{i,j} "
    r"\frac{\partial E}{\partial Z_{k,i,j}}\, X_{c,\,si+u,\,sj+v}, \quad s = <s>",
    "x": r"\frac{\partial E}{\partial X_{c,m,n}} = \sum_k \sum_{i,j}"
    r" \frac{\partial E}{\partial Z_{k,i,j}}\, f_{k,c,\,m-si,\,n-sj}, \quad s = <s>",
}


def _of_the_filter(shown: Layer, channel: int, one: int) -> None:
    """∂E/∂f: the input correlated with the gradient that arrived at one filter's map."""
    window_stage(
        "bp_df",
        Shown(
            shown.reached[channel],
            Setting.of_kernel(shown.dz[one], dilation=shown.stride),
            shown.dz[one],
            bias=None,
        ),
        Look(
            kernel_kind="gradient",
            output_kind="gradient",
            titles=Titles(
                f"X, channel {channel}", f"∂E/∂Z of filter {one}", "∂E/∂f", symbol="∂E/∂f"
            ),
            projector=lesson.projector(),
        ),
    )


def _of_the_input(shown: Layer, channel: int) -> None:
    """∂E/∂X: the gradient, spread and padded, correlated with the turned kernels."""
    kernel = shown.turned(channel)
    window_stage(
        "bp_dx",
        Shown(
            shown.spread,
            Setting.of_kernel(kernel, padding=shown.around),
            kernel,
            bias=None,
            channels=[f"filter {k}" for k in range(len(shown.dz))],
        ),
        Look(
            input_kind="gradient",
            output_kind="gradient",
            titles=Titles(
                "∂E/∂Z, spread", "f, turned", f"∂E/∂X, channel {channel}", symbol="∂E/∂X"
            ),
            projector=lesson.projector(),
        ),
    )
