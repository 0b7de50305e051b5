"""One axis of a window: its controls, its formula, its charts.

The controls cannot reach a setting that does not fit: each range follows from those above it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cnn.geometry import (
    AxisGeometry,
    PaddingLike,
    Pair,
    coverage_2d,
    output_geometry,
    output_size,
    resolve_padding,
)
from ui import figures, link, palette

MODES = {"valid": "Valid", "same": "Same", "full": "Full", "explicit": "Explicit"}
FILLS = {"zeros": "Zeros", "reflect": "Reflect", "replicate": "Replicate"}
LARGEST_KERNEL, LARGEST_PADDING, LARGEST_DILATION = 7, 4, 3


def controls(name: str, words: str, mode: str, fill: str, default: int = 7) -> AxisGeometry:
    """Sliders for n, f, p, s and d of one axis.

    Args:
        name: Prefix of the settings in the link, e.g. ``"pa"``.
        words: What the axis is called in the labels, e.g. ``""`` or ``" (width)"``.
        mode: One of :data:`MODES`.
        fill: One of :data:`FILLS`.
        default: n at the start.
    """
    n = link.slider(f"Input size n{words}", f"{name}_n", 3, 16, default)
    f = link.slider(f"Kernel size f{words}", f"{name}_f", 1, min(LARGEST_KERNEL, n), 3)
    p = 0
    if mode == "explicit":
        p = link.slider(f"Padding p{words}", f"{name}_p", 0, largest_padding(n, fill), 1)
    s = link.slider(f"Stride s{words}", f"{name}_s", 1, 4, 1)
    d = link.slider(f"Dilation d{words}", f"{name}_d", 1, largest_dilation(n, f, p, mode, fill), 1)
    return output_geometry(n, f, s, _padding(mode, n, f, p, s, d), d)


def largest_padding(n: int, fill: str) -> int:
    """A reflection cannot be longer than what it mirrors."""
    return min(LARGEST_PADDING, n - 1) if fill == "reflect" else LARGEST_PADDING


def largest_dilation(n: int, f: int, p: int, mode: str, fill: str) -> int:
    """How far the taps may spread before the kernel is wider than the padded input."""
    if f == 1:
        return 1
    if mode in ("valid", "explicit"):
        room = n + 2 * p - 1
    elif fill == "reflect":
        room = n - 1
    else:
        room = LARGEST_DILATION * (f - 1)
    return max(1, min(LARGEST_DILATION, room // (f - 1)))


def _padding(mode: str, n: int, f: int, p: int, s: int, d: int) -> Pair:
    if mode == "explicit":
        return p, p
    top, bottom, _, _ = resolve_padding(mode, f, s, d, (n, n))
    return top, bottom


def formula(axis: AxisGeometry) -> str:
    r"""⌊(n + 2p − d(f − 1) − 1)/s⌋ + 1 in LaTeX, the letters and below them the numbers."""
    even = axis.before == axis.after
    letters = "2p" if even else r"p_\text{before} + p_\text{after}"
    padding = rf"2\cdot {axis.before}" if even else f"{axis.before} + {axis.after}"
    name = figures.theme()
    kernel = rf"\textcolor{{{palette.DIVERGING['weight'][name][4]}}}"
    output = rf"\textcolor{{{palette.DIVERGING['activation'][name][4]}}}"
    room = axis.padded - axis.effective_kernel
    floor = (
        rf"\lfloor {room / axis.stride:.2f} \rfloor" if room % axis.stride else room // axis.stride
    )
    return (
        rf"\left\lfloor \frac{{n + {letters} - d\,({kernel}{{f}} - 1) - 1}}{{s}} \right\rfloor + 1"
        rf" = \left\lfloor \frac{{{axis.n} + {padding} - {axis.dilation}\cdot({kernel}"
        rf"{{{axis.kernel}}} - 1) - 1}}{{{axis.stride}}} \right\rfloor + 1"
        rf" = {floor} + 1 = {output}{{{axis.size}}}"
    )


def in_words(axis: AxisGeometry, direction: str) -> str | None:
    """What the floor drops, and what an uneven padding does; None if neither happens."""
    said = []
    if axis.dropped:
        cells = "1 cell" if axis.dropped == 1 else f"{axis.dropped} cells"
        of_input = axis.dropped_input
        lost = (
            "all of it padding"
            if not of_input
            else f"{of_input} of the input itself"
            if axis.after
            else "of the input itself"
        )
        said.append(
            f"The next window would start inside but end outside, so the floor drops {cells} at "
            f"the {direction} rim ({lost})."
        )
    if axis.before != axis.after:
        said.append(
            f"The padding is odd in all: {axis.before} before and {axis.after} after. Which side "
            "gets the odd cell is a convention; this is PyTorch's and TensorFlow's."
        )
    return " ".join(said) or None


def size_charts(axis: AxisGeometry) -> go.Figure:
    """Output size against each setting, the others as they are; the present point marked."""
    charts = list(_charts(axis))
    figure = make_subplots(1, len(charts), shared_yaxes=True, horizontal_spacing=0.02)
    name = figures.theme()
    for column, (label, x, y, here) in enumerate(charts, start=1):
        line = {"color": palette.CATEGORICAL[name][0], "width": 1.5}
        dots = {"size": 5}
        figure.add_scatter(
            x=x, y=y, mode="lines+markers", line=line, marker=dots, row=1, col=column
        )
        mark = {"color": palette.ACCENT[name], "size": 11}
        figure.add_scatter(x=[here], y=[axis.size], mode="markers", marker=mark, row=1, col=column)
        figure.update_xaxes(title_text=label, row=1, col=column, dtick=1 if len(x) < 9 else 4)
    figure.update_yaxes(title_text="output size", rangemode="tozero", row=1, col=1)
    figure.update_traces(hovertemplate="%{x} → %{y}<extra></extra>")
    return figure


def _charts(axis: AxisGeometry) -> Iterator[tuple[str, list[int], list[int], int]]:
    n, f, s, d = axis.n, axis.kernel, axis.stride, axis.dilation
    sides = (axis.before, axis.after)
    extra = axis.after - axis.before
    tried = {
        "input n": (range(1, 17), lambda v: (v, f, s, sides, d), n),
        "kernel f": (range(1, LARGEST_KERNEL + 1), lambda v: (n, v, s, sides, d), f),
        "padding p": (
            range(0, max(LARGEST_PADDING, axis.before) + 1),
            lambda v: (n, f, s, (v, v + extra), d),
            axis.before,
        ),
        "stride s": (range(1, 5), lambda v: (n, f, v, sides, d), s),
        "dilation d": (range(1, LARGEST_DILATION + 1), lambda v: (n, f, s, sides, v), d),
    }
    for label, (values, settings, here) in tried.items():
        found = [(v, size) for v in values if (size := _size(*settings(v))) is not None]
        yield label, [v for v, _ in found], [size for _, size in found], here


def _size(n: int, f: int, s: int, sides: Pair, d: int) -> int | None:
    """Output size, or None where the kernel does not fit."""
    if min(sides) < 0 or n + sum(sides) < d * (f - 1) + 1:
        return None
    return output_size(n, f, s, sides, d)


def shrinking(n: int, f: int, layers: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Size after each of ``layers`` layers of kernel ``f``: without padding, and with "same"."""
    sizes = [n]
    while len(sizes) <= layers and sizes[-1] >= f:
        sizes.append(output_size(sizes[-1], f))
    return {
        "same padding": (np.arange(layers + 1), np.full(layers + 1, n)),
        "no padding": (np.arange(len(sizes)), np.array(sizes)),
    }


def shrunk_in_words(sizes: dict[str, tuple[np.ndarray, np.ndarray]], f: int) -> str:
    """What the chart of :func:`shrinking` shows."""
    layers = len(sizes["same padding"][0]) - 1
    steps, unpadded = sizes["no padding"]
    if len(steps) <= layers:
        return (
            f"After {steps[-1]} layers only {unpadded[-1]} of {unpadded[0]} cells "
            f"{'is' if unpadded[-1] == 1 else 'are'} left: the next kernel of {f} no longer fits."
        )
    return (
        f"After {layers} layers {unpadded[-1]} of {unpadded[0]} cells are left in each direction."
    )


def coverage_or_none(
    rows: AxisGeometry, columns: AxisGeometry, padding: PaddingLike
) -> np.ndarray | None:
    """(n, m) how many outputs each input cell feeds; None if the kernel does not fit."""
    kernel = (rows.kernel, columns.kernel)
    stride, dilation = (rows.stride, columns.stride), (rows.dilation, columns.dilation)
    try:
        return coverage_2d((rows.n, columns.n), kernel, stride, padding, dilation)
    except ValueError:
        return None
