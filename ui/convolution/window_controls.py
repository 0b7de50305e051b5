"""Stride, padding and dilation of the window: the controls, none of which can be set wrongly."""

from __future__ import annotations

from cnn.arrays import Array, Pair
from cnn.functional import pad
from cnn.window.geometry import Window
from ui import codecs, link, samples

LARGEST_STRIDE, LARGEST_PADDING, LARGEST_DILATION = 4, 4, 3


def window(name: str, size: tuple[int, ...], kernel: tuple[int, ...]) -> Window:
    """Draw the controls.

    Args:
        name: Prefix of the settings in the link.
        size: (H, W) of the input.
        kernel: (kh, kw).
    """
    apart = link.now(f"{name}_hw", False, codecs.BOOL)
    rows = columns = _axis(name, "", ", height" if apart else "", _tighter(size, kernel, apart))
    if apart:
        columns = _axis(name, "w", ", width", [(size[1], kernel[1])])
    link.toggle(
        "Height and width apart",
        f"{name}_hw",
        help="Another stride, padding and dilation along the rows than along the columns.",
    )
    (sh, ph, dh), (sw, pw, dw) = rows, columns
    return Window((kernel[0], kernel[1]), (sh, sw), (ph, ph, pw, pw), (dh, dw))


def _tighter(size: tuple[int, ...], kernel: tuple[int, ...], apart: bool) -> list[Pair]:
    """(n, f) of each axis that one setting has to fit."""
    axes = list(zip(size, kernel, strict=True))
    return axes[:1] if apart else axes


def _axis(name: str, suffix: str, words: str, axes: list[Pair]) -> tuple[int, int, int]:
    """(stride, padding, dilation) of one axis, or of both at once.

    Args:
        name: Prefix of the settings in the link.
        suffix: After them.
        words: After their labels.
        axes: (n, f) of each axis that has to be fitted.
    """
    least = max(0, *(-(-(f - n) // 2) for n, f in axes))
    stride = link.slider(f"Stride{words}", f"{name}_s{suffix}", 1, LARGEST_STRIDE, 1)
    padding = link.slider(
        f"Padding{words}",
        f"{name}_p{suffix}",
        least,
        LARGEST_PADDING,
        least,
        help="With less the kernel would not fit the input."
        if least
        else "Zeros around the input, on each side.",
    )
    rooms = [(n + 2 * padding - 1) // (f - 1) for n, f in axes if f > 1]
    most = max(1, min([LARGEST_DILATION, *rooms]))
    dilation = link.slider(f"Dilation{words}", f"{name}_d{suffix}", 1, most, 1)
    return int(stride), int(padding), int(dilation)


def first_cell(x: Array, window: Window) -> tuple[int, int]:
    """The output cell where the window stands first: not on blank paper.

    Args:
        x: (C, H, W).
        window: Where it may stand.
    """
    row, column = samples.first_cell(padded(x, window), span(window))
    rows, columns = window.output_size(*x.shape[1:])
    return min(row // window.stride[0], rows - 1), min(column // window.stride[1], columns - 1)


def telling(x: Array, window: Window) -> Array:
    """(OH, OW): at which outputs there is something to see below the window.

    Arguments as :func:`first_cell`'s.
    """
    places = samples.telling(padded(x, window), span(window))
    found: Array = places[:: window.stride[0], :: window.stride[1]]
    return found


def padded(x: Array, window: Window) -> Array:
    """x with its zeros around it, (C, H', W')."""
    top, bottom, left, right = window.padding
    whole: Array = pad(x[None], (left, right, top, bottom), "constant", 0.0)[0]
    return whole


def span(window: Window) -> tuple[int, int]:
    """Rows and columns from the first tap to the last, both included."""
    (kh, kw), (dh, dw) = window.kernel, window.dilation
    return dh * (kh - 1) + 1, dw * (kw - 1) + 1
