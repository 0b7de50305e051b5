"""One axis of a window: its controls, its formula, its charts.

The controls cannot reach a setting that does not fit: each range follows from those above it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import streamlit as st

from cnn.arrays import Pair
from cnn.window.coverage import coverage_2d
from cnn.window.geometry import AxisGeometry, Window, output_geometry, output_size
from cnn.window.padding_asked import PaddingLike, resolve_padding
from ui import figures, link, palette
from ui.components.panels.panels import Cells, Curve

MODES = {
    "valid": "Valid: none",
    "same": "Same (odd cell after)",
    "same_lower": "Same (odd cell before)",
    "full": "Full",
    "explicit": "Explicit",
}
FILLS = {"zeros": "Zeros", "reflect": "Reflect", "replicate": "Replicate"}
#: Setting → index of its colour in the formula and in its chart.
COLOURS = {"n": 6, "f": 2, "p": 3, "s": 1, "d": 4, "out": 0}
SMALLEST, LARGEST = 3, 16
LARGEST_KERNEL, LARGEST_PADDING, LARGEST_STRIDE, LARGEST_DILATION = 7, 4, 4, 3


def controls(
    name: str,
    words: str,
    mode: str,
    fill: str,
    default: int = 7,
    uneven: bool = False,
    given: Pair | None = None,
) -> AxisGeometry:
    """Sliders for n, f, p, s and d of one axis.

    Args:
        name: Prefix of the settings in the link, e.g. ``"pa"``.
        words: What the axis is called in the labels, e.g. ``""`` or ``", width"``.
        mode: One of :data:`MODES`.
        fill: One of :data:`FILLS`.
        default: n at the start.
        uneven: Whether an explicit padding may differ before and after.
        given: n and f of matrices of one's own: then there are no sliders for them.
    """
    n, f = given or _sizes(name, words, default)
    sides = (0, 0)
    if mode == "explicit":
        most = largest_padding(n, fill)
        each = f"Padding p{' before' if uneven else ''}{words}"
        left, right = st.columns(2) if uneven else (st.container(), st.container())
        with left:
            p = link.slider(each, f"{name}_p", 0, most, min(1, most))
        sides = (p, p)
        if uneven:
            with right:
                q = link.slider(f"Padding p after{words}", f"{name}_q", 0, most, 0)
            sides = (p, q)
    room = largest_dilation(n, f, sum(sides), mode, fill)
    left, right = st.columns(2)
    with left:
        s = link.slider(f"Stride s{words}", f"{name}_s", 1, LARGEST_STRIDE, 1)
    with right:
        d = link.slider(f"Dilation d{words}", f"{name}_d", 1, room, 1)
    return output_geometry(n, f, s, _padding(mode, n, f, sides, s, d), d)


def _sizes(name: str, words: str, default: int) -> Pair:
    """n and f, two sliders abreast, so that the last is on the screen too where type is large."""
    left, right = st.columns(2)
    with left:
        n = link.slider(f"Input size n{words}", f"{name}_n", SMALLEST, LARGEST, default)
    with right:
        f = link.slider(f"Kernel size f{words}", f"{name}_f", 1, min(LARGEST_KERNEL, n), 3)
    return int(n), int(f)


def given(size: tuple[int, ...], kernel: tuple[int, ...]) -> tuple[Pair, Pair]:
    """n and f of the rows and of the columns of matrices (C, H, W) and (C, kh, kw)."""
    return (size[1], kernel[1]), (size[2], kernel[2])


def like(axis: AxisGeometry, given: Pair, mode: str, fill: str) -> AxisGeometry:
    """The other axis under the same settings, as far as they fit its own n and f."""
    n, f = given
    most = largest_padding(n, fill)
    sides = (min(axis.before, most), min(axis.after, most))
    room = largest_dilation(n, f, sum(sides), mode, fill)
    d = min(axis.dilation, room)
    padding = _padding(mode, n, f, sides, axis.stride, d)
    return output_geometry(n, f, axis.stride, padding, d)


def window(rows: AxisGeometry, columns: AxisGeometry) -> Window:
    """Both axes as one window."""
    return Window(
        (rows.kernel, columns.kernel),
        (rows.stride, columns.stride),
        (rows.before, rows.after, columns.before, columns.after),
        (rows.dilation, columns.dilation),
    )


def ones(rows: AxisGeometry, columns: AxisGeometry) -> np.ndarray:
    """The kernel (1, kh, kw) that only adds: the eye is on the geometry."""
    return kernel_of_ones(rows.kernel, columns.kernel)


def kernel_of_ones(height: int, width: int) -> np.ndarray:
    """(1, kh, kw)."""
    return np.ones((1, height, width))


def largest_padding(n: int, fill: str) -> int:
    """A reflection cannot be longer than what it mirrors."""
    return min(LARGEST_PADDING, n - 1) if fill == "reflect" else LARGEST_PADDING


def largest_dilation(n: int, f: int, padding: int, mode: str, fill: str) -> int:
    """How far the taps may spread before the kernel is wider than the input and ``padding``."""
    if f == 1:
        return 1
    if mode in ("valid", "explicit"):
        room = n + padding - 1
    elif fill == "reflect":
        room = n - 1
    else:
        room = LARGEST_DILATION * (f - 1)
    return max(1, min(LARGEST_DILATION, room // (f - 1)))


def _padding(mode: str, n: int, f: int, sides: Pair, s: int, d: int) -> Pair:
    if mode == "explicit":
        return sides
    top, bottom, _, _ = resolve_padding(mode, f, s, d, (n, n))
    return top, bottom


def formula(axis: AxisGeometry) -> str:
    r"""⌊(n + 2p − d(f − 1) − 1)/s⌋ + 1 in LaTeX, the letters and below them the numbers."""
    even = axis.before == axis.after
    letters = "2p" if even else r"p_\text{before} + p_\text{after}"
    padding = rf"2\cdot {axis.before}" if even else f"{axis.before} + {axis.after}"
    room = axis.padded - axis.effective_kernel
    floor = (
        rf"\lfloor {room / axis.stride:.2f} \rfloor" if room % axis.stride else room // axis.stride
    )

    def written(n: str, p: str, d: str, f: str, s: str) -> str:
        return rf"\left\lfloor \frac{{{n} + {p} - {d}({f} - 1) - 1}}{{{s}}} \right\rfloor + 1"

    named = written(
        _coloured("n"),
        _coloured("p", letters),
        _coloured("d") + r"\,",
        _coloured("f"),
        _coloured("s"),
    )
    live = written(
        _coloured("n", axis.n),
        _coloured("p", padding),
        _coloured("d", axis.dilation) + r"\cdot",
        _coloured("f", axis.kernel),
        _coloured("s", axis.stride),
    )
    return rf"{named} = {live} = {floor} + 1 = {_coloured('out', axis.size)}"


def _coloured(setting: str, written: str | int = "") -> str:
    """A letter of the formula, or its number, in the colour that its chart has."""
    colour = palette.CATEGORICAL[figures.theme()][COLOURS[setting]]
    return rf"\textcolor{{{colour}}}{{{written or setting}}}"


def in_words(axis: AxisGeometry, direction: str, mode: str = "") -> str | None:
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
            f"One more window would not fit, so the floor drops {cells} at the {direction} rim "
            f"({lost})."
        )
    if axis.before != axis.after:
        said.append(f"The padding is {axis.before} before and {axis.after} after.")
        if mode.startswith("same"):
            said.append(
                "Where the odd cell goes is a convention: PyTorch and TensorFlow put it after, "
                "ONNX also knows before (SAME_LOWER)."
            )
    return " ".join(said) or None


def size_charts(axis: AxisGeometry, mode: str, fill: str) -> list[Curve]:
    """Output size against each setting, the others as they are; the present point marked.

    Where the mode decides the padding, it follows the setting that is varied.
    """
    found = list(_charts(axis, mode, fill))
    top = max(max(sizes) for _, _, sizes, _, _ in found)
    return [
        Curve(
            label,
            {"": (x, sizes)},
            here=(here, axis.size),
            top=top,
            setting=setting,
            colour=COLOURS[label[-1]],
        )
        for label, x, sizes, here, setting in found
    ]


def _charts(
    axis: AxisGeometry, mode: str, fill: str
) -> Iterator[tuple[str, list[int], list[int], int, str]]:
    n, f, s, d = axis.n, axis.kernel, axis.stride, axis.dilation
    sides = (axis.before, axis.after)
    extra = axis.after - axis.before
    even = mode == "explicit" and not extra
    most = largest_padding(n, fill)
    spread = largest_dilation(n, f, sum(sides), mode, fill)

    def size(n: int = n, f: int = f, s: int = s, d: int = d) -> int | None:
        return _size(n, f, s, _padding(mode, n, f, sides, s, d), d)

    tried = {
        "input n": (range(SMALLEST, LARGEST + 1), lambda v: size(n=v), n, "n"),
        "kernel f": (range(1, min(LARGEST_KERNEL, n) + 1), lambda v: size(f=v), f, "f"),
        "padding p": (
            range(0, max(most, axis.before) + 1),
            lambda v: _size(n, f, s, (v, v + extra), d),
            axis.before,
            "p" if even else "",
        ),
        "stride s": (range(1, LARGEST_STRIDE + 1), lambda v: size(s=v), s, "s"),
        "dilation d": (range(1, spread + 1), lambda v: size(d=v), d, "d"),
    }
    for label, (values, of, here, setting) in tried.items():
        found = [(v, out) for v in values if (out := of(v)) is not None]
        yield label, [v for v, _ in found], [out for _, out in found], here, setting


def _size(n: int, f: int, s: int, sides: Pair, d: int) -> int | None:
    """Output size, or None where the kernel does not fit."""
    if min(sides) < 0 or n + sum(sides) < d * (f - 1) + 1:
        return None
    return output_size(n, f, s, sides, d)


def pick(name: str, setting: str, value: float) -> None:
    """A point of a chart was picked: its slider goes there."""
    link.assign(**{f"{name}_{setting}": int(value)})


def shrinking(n: int, f: int, layers: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Size after each of ``layers`` layers of kernel ``f``: without padding, and with "same"."""
    sizes = [n]
    while len(sizes) <= layers and sizes[-1] >= f:
        sizes.append(output_size(sizes[-1], f))
    return {
        "same padding": (np.arange(layers + 1), np.full(layers + 1, n)),
        "no padding": (np.arange(len(sizes)), np.array(sizes)),
    }


def shrink_chart(sizes: dict[str, tuple[np.ndarray, np.ndarray]]) -> Curve:
    """The chart of :func:`shrinking`."""
    return Curve("size after each layer", sizes, x_label="layer")


def shrunk_in_words(sizes: dict[str, tuple[np.ndarray, np.ndarray]], f: int) -> str:
    """What the chart of :func:`shrinking` shows."""
    wanted = len(sizes["same padding"][0]) - 1
    steps, unpadded = sizes["no padding"]
    layers = int(steps[-1])
    after = f"After {layers} layer{'' if layers == 1 else 's'}"
    left = f"{unpadded[-1]} of {unpadded[0]} cells {'is' if unpadded[-1] == 1 else 'are'} left"
    if layers < wanted:
        return f"{after} only {left} in each direction: the next kernel of {f} no longer fits."
    return f"{after} {left} in each direction."


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


def coverage_maps(rows: AxisGeometry, columns: AxisGeometry) -> list[Cells]:
    """How many outputs each input cell feeds: without padding (where it fits), and as set."""
    found = []
    set_now = (rows.before, rows.after, columns.before, columns.after)
    for title, padding in (("without padding", 0), ("as set", set_now)):
        counts = coverage_or_none(rows, columns, padding)
        if counts is not None:
            words = f"corner {counts[0, 0]}, at most {counts.max()}"
            found.append(Cells(title, counts, kind="grey", caption=words))
    return found
