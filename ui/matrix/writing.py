"""A matrix written down: plain, for a spreadsheet, in Python, NumPy, MATLAB, LaTeX, Markdown.

Each form is read back by :mod:`ui.matrix.reading`; numbers are exact unless digits are asked for.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnn.arrays import Array


def number(value: float, digits: int | None = None) -> str:
    """One number, as short as it can be and still be the same; or with so many digits."""
    value = float(value) + 0.0
    if digits is not None:
        value = float(f"{value:.{digits}g}")
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if 1e-6 <= abs(value) < 1e15:
        return np.format_float_positional(value, unique=True, trim="-")
    return repr(value)


def plain(values: Array, digits: int | None = None) -> str:
    """Right-aligned columns, an empty line between channels."""
    texts = [[[number(v, digits) for v in row] for row in channel] for channel in values]
    width = max(len(cell) for channel in texts for row in channel for cell in row)
    return "\n\n".join(
        "\n".join(" ".join(cell.rjust(width) for cell in row) for row in channel)
        for channel in texts
    )


def tabs(values: Array, digits: int | None = None) -> str:
    """Cells parted by tabs: pasted into a spreadsheet each goes into a cell of its own."""
    return _rows(values, digits, "\t", "\n", "\n\n")


def python(values: Array, digits: int | None = None) -> str:
    """Nested lists; one channel is a list of rows."""
    channels = [f"[[{_rows(channel[None], digits, ', ', '], [', '')}]]" for channel in values]
    return channels[0] if len(channels) == 1 else f"[{', '.join(channels)}]"


def numpy(values: Array, digits: int | None = None) -> str:
    """``np.array([[1, 2], [3, 4]])``, a row a line."""
    lists = python(values, digits)
    inner = "],\n          [".join(lists.split("], ["))
    return f"np.array({inner})"


def matlab(values: Array, digits: int | None = None) -> str:
    """``[1 2; 3 4]``; of several channels ``cat(3, [1 2; 3 4], [5 6; 7 8])``."""
    each = [f"[{_rows(c[None], digits, ' ', '; ', '')}]" for c in values]
    return each[0] if len(each) == 1 else f"cat(3, {', '.join(each)})"


def latex(values: Array, digits: int | None = None) -> str:
    """A ``bmatrix`` for each channel."""

    def cell(value: float) -> str:
        mantissa, power, exponent = number(value, digits).partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if power else mantissa

    return "\n".join(
        "\\begin{bmatrix}\n"
        + " \\\\\n".join(" & ".join(cell(v) for v in row) for row in channel)
        + "\n\\end{bmatrix}"
        for channel in values
    )


def markdown(values: Array, digits: int | None = None) -> str:
    """A table for each channel; Markdown wants a head, which is left empty."""

    def line(cells: list[str]) -> str:
        return f"| {' | '.join(cells)} |"

    width = values.shape[2]
    head = [line([" "] * width), line(["---:"] * width)]
    return "\n\n".join(
        "\n".join([*head, *(line([number(v, digits) for v in row]) for row in channel)])
        for channel in values
    )


#: Name → how it is written.
FORMS: dict[str, Callable[..., str]] = {
    "plain": plain,
    "tabs": tabs,
    "python": python,
    "numpy": numpy,
    "matlab": matlab,
    "latex": latex,
    "markdown": markdown,
}


def _rows(values: Array, digits: int | None, cell: str, row: str, channel: str) -> str:
    return channel.join(
        row.join(cell.join(number(v, digits) for v in line) for line in one) for one in values
    )
