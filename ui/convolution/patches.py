"""Convolution as one matrix product: windows are rows, the kernel a column, the map their product.

That is what "matrix multiplication" means where texts speak of convolution, and how a shape such as
(200, 576, 5, 5) comes about: 200 pictures, 576 windows each, 5×5 cells a window.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnn.arrays import Array
from cnn.functional import unfold
from cnn.layers.activations import ACTIVATIONS
from cnn.window.geometry import Window
from ui import lesson
from ui.components.graph_stage.graph_stage import Grid, Node, Reason, graph_stage
from ui.components.panels.panels import Cells, panels
from ui.numerals import words as number

#: More rows or columns than these do not stand on a screen with their numbers.
MOST_ROWS, MOST_COLUMNS = 25, 12
#: With at most so many rows there is room for larger numbers: rows, pixels.
LARGER = ((9, 24), (16, 17), (MOST_ROWS, 14))
#: Of a larger matrix so many rows are shown, as colours.
ROWS_SHOWN = 60


@dataclass(frozen=True)
class Product:
    """A convolution as a matrix product.

    Attributes:
        x: (C, H, W).
        rows: (OH·OW, C·kh·kw), each window a row.
        column: (C·kh·kw, 1), the kernel.
        bias: Added to every product.
        z: (OH, OW).
        y: (OH, OW) after the activation, if there is one.
        kernel: (kh, kw).
        source: (OH·OW, C·kh·kw) which cell of x, counted flat, stands there; −1 for padding.
    """

    x: Array
    rows: Array
    column: Array
    bias: float
    z: Array
    y: Array | None
    kernel: tuple[int, int]
    source: Array

    @property
    def fits(self) -> bool:
        """Whether it can be shown with its numbers."""
        return len(self.rows) <= MOST_ROWS and len(self.column) <= MOST_COLUMNS


def product(
    x: Array, weight: Array, bias: float, activation: str | None, window: Window | None = None
) -> Product:
    """The product for one filter.

    Args:
        x: (C, H, W).
        weight: (C, kh, kw).
        bias: Added to every sum.
        activation: A name of :data:`cnn.layers.activations.ACTIVATIONS`, or None.
        window: Its stride, padding (as much before as after) and dilation, where it has any.
    """
    kernel = (weight.shape[1], weight.shape[2])
    window = window or Window(kernel)
    placed = (window.dilation, (window.padding[0], window.padding[2]), window.stride)
    rows = unfold(x[None], kernel, *placed)[0].T
    places = np.arange(1, x.size + 1, dtype=float).reshape(x.shape)
    source = unfold(places[None], kernel, *placed)[0].T.astype(int) - 1
    column = weight.reshape(-1, 1)
    shape = window.output_size(*x.shape[1:])
    z = (rows @ column + bias).reshape(shape)
    y = ACTIVATIONS[activation]()(z[None, None])[0, 0] if activation else None
    return Product(x, rows, column, bias, z, y, kernel, source)


def nodes(p: Product, input_kind: str) -> list[Node]:
    """Input → windows as rows × kernel as a column (+ bias) = products → map."""
    count, taps = p.rows.shape
    channels, height, width = p.x.shape
    stacked = p.x.reshape(-1, width)
    kind = "activation" if input_kind == "activation" else "grey"
    hues = (np.tile(np.arange(taps), count).tolist(), taps)
    found = [
        Node("X", f"({channels}, {height}, {width})", Grid("x", "X", stacked, kind)),
        Node(
            "windows",
            f"({count}, {taps})",
            Grid("p", "windows", p.rows, kind, hues=hues),
            "as rows",
        ),
        Node(
            "kernel",
            f"({taps}, 1)",
            Grid("w", "kernel", p.column, "weight", hues=(range(taps), taps)),
            "as a column",
            "×",
        ),
    ]
    if p.bias:
        found.append(Node("b", "", Grid("b", "b", np.array([[p.bias]]), "weight"), "to each", "+"))
    column = Grid("z", "products", p.z.reshape(-1, 1))
    found.append(Node("products", f"({count}, 1)", column, sign="="))
    shape = f"({p.z.shape[0]}, {p.z.shape[1]})"
    found.append(Node("map", shape, Grid("m", "map", p.z), "as a map"))
    if p.y is not None:
        found.append(Node("y", shape, Grid("y", "y", p.y), "activation"))
    return found


def reasons(p: Product) -> dict[str, list[Reason]]:
    """For each number where it comes from or goes to."""
    count, taps = p.rows.shape
    grid = p.z.shape
    found = {
        "x": [_copies(p, cell) for cell in range(p.x.size)],
        "p": [
            Reason(
                f"In window {r}, tap {t}: {number(float(p.rows[r, t]))}, which the kernel "
                f"multiplies by {number(float(p.column[t, 0]))}.",
                {"x": _inside(p.source[r, t]), "w": [t], "z": [r]},
            )
            for r, t in np.ndindex(count, taps)
        ],
        "w": [
            Reason(
                f"This weight, {number(float(p.column[t, 0]))}, multiplies a whole column: one "
                "cell of every window.",
                {"p": [r * taps + t for r in range(count)]},
            )
            for t in range(taps)
        ],
        "z": [_row(p, r) for r in range(count)],
        "m": [
            Reason(
                f"Product {r} is the map's cell [{r // grid[1]}, {r % grid[1]}] = "
                f"{number(float(p.z.flat[r]))}.",
                {"z": [r], "x": _inside(p.source[r])},
            )
            for r in range(count)
        ],
    }
    return found


def _copies(p: Product, cell: int) -> Reason:
    copies = np.flatnonzero(p.source.ravel() == cell)
    times = "once" if len(copies) == 1 else f"{len(copies)} times"
    return Reason(
        f"{number(float(p.x.flat[cell]))} stands in the rows {times}: so many windows cover it.",
        {"p": copies.tolist()},
    )


def _row(p: Product, r: int) -> Reason:
    taps = p.rows.shape[1]
    terms = " + ".join(
        f"{number(float(v))}·{_factor(float(w))}"
        for v, w in zip(p.rows[r], p.column[:, 0], strict=True)
    )
    bias = f" + {_factor(p.bias)}" if p.bias else ""
    lit = {"p": [r * taps + t for t in range(taps)], "w": range(taps), "x": _inside(p.source[r])}
    return Reason(f"Row {r} × kernel: {terms}{bias} = {number(float(p.z.flat[r]))}", lit)


def _inside(cells: Array) -> list[int]:
    """Those of the cells that are the input's own, not padding."""
    flat = np.ravel(cells)
    return [int(cell) for cell in flat[flat >= 0]]


def _factor(value: float) -> str:
    return f"({number(value)})" if value < 0 else number(value)


def pictures(p: Product) -> list[Cells]:
    """The same as colours, where there are too many numbers."""
    count, taps = p.rows.shape
    first = _liveliest(p)
    last = min(count, first + ROWS_SHOWN)
    caption = f"rows {first:,} to {last - 1:,} of {count:,}" if last - first < count else ""
    return [
        Cells(f"windows as rows, ({count}, {taps})", p.rows[first:last], "grey", caption=caption),
        Cells(f"kernel as a column, ({taps}, 1)", p.column, "weight"),
        Cells(f"products ({count}, 1), as a map {p.z.shape}", p.z),
    ]


def _liveliest(p: Product) -> int:
    """The first of so many rows as are shown, where there is most to see."""
    varies = np.concatenate([[0.0], np.cumsum(p.rows.var(axis=1))])
    if len(p.rows) <= ROWS_SHOWN:
        return 0
    return int(np.argmax(varies[ROWS_SHOWN:] - varies[:-ROWS_SHOWN]))


def show(p: Product, input_kind: str) -> None:
    """Draw it in place of the window stage: with every number, or as colours."""
    st.markdown(words(p))
    if not p.fits:
        panels(
            "cv_patches",
            pictures(p),
            alt="Every window as a row, the kernel as a column, their product as a map.",
            height=420,
            projector=lesson.projector(),
        )
        return
    graph_stage(
        "cv_product",
        nodes(p, input_kind),
        title="The convolution as one matrix product",
        reasons=reasons(p),
        hint="Point at a number to see where it comes from, and where it goes.",
        font=next(pixels for most, pixels in LARGER if len(p.rows) <= most),
        projector=lesson.projector(),
    )


def words(p: Product) -> str:
    """The shapes, and what it costs."""
    count, taps = p.rows.shape
    return (
        f"**As one product.** {count:,} windows of {taps} numbers are the rows of a matrix "
        f"({count}, {taps}), the kernel is a column ({taps}, 1), and their product ({count}, 1) is "
        f"the map. The rows hold {count * taps:,} numbers where the input has {p.x.size:,}: each "
        "cell is copied into every window that covers it. For 200 pictures of 28×28 and a kernel "
        "of 5×5 there are 576 windows each: (200, 576, 5, 5)."
    )
