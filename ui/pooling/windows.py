"""Window, stride and padding: the controls, none of which can be set wrongly."""

from __future__ import annotations

from cnn.arrays import Array, Pair
from cnn.window.geometry import AxisGeometry, Window
from ui import link, samples


def axis(name: str, words: str, n: int) -> tuple[int, int, int]:
    """(window, stride, padding) of one axis; none can be set so that the window does not fit.

    Args:
        name: Of the settings in the link: ``po_k`` and so on, or ``po_kw`` for the width.
        words: After their labels.
        n: Cells of the input.
    """
    size = link.slider(f"Window{words}", f"po_k{name}", 2, 4, 2)
    stride = link.slider(f"Stride{words}", f"po_s{name}", 1, 4, 2)
    least = max(0, -(-(size - n) // 2))
    padding = link.slider(
        f"Padding{words}",
        f"po_p{name}",
        least,
        size // 2,
        least,
        help="At most half the window, as in PyTorch.",
    )
    return int(size), int(stride), int(padding)


def lines(window: Window, size: tuple[int, ...]) -> list[tuple[str, AxisGeometry]]:
    """Rows and columns of an input (H, W), each with LaTeX that names it; one if they agree."""
    rows, columns = window.axes(*size)
    if rows == columns:
        return [("", rows)]
    return [(r"\text{rows: }", rows), (r"\text{columns: }", columns)]


def first_cell(
    x: Array, shape: tuple[int, ...], size: Pair, stride: Pair, padding: Pair
) -> tuple[int, int]:
    """The output cell (row, column) where the window stands first: not on blank paper."""
    places = samples.first_cell(x, size)
    row, column = (
        min((at + p) // s, length - 1)
        for at, p, s, length in zip(places, padding, stride, shape, strict=True)
    )
    return row, column
