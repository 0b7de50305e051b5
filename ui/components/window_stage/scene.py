"""The stage as it stands on a picture: what lies where, and what moves on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cnn.arrays import Array
from ui.components.window_stage.cell_words import READABLE, caption, texts_of
from ui.components.window_stage.numbers import Numbers, Setting
from ui.components.window_stage.shades import Still, colours_of
from ui.components.window_stage.shown import Titles

#: Pixels of the maps at most, of small kernels, and around and between them.
WIDTH, HEIGHT, KERNEL, MARGIN, GAP, BETWEEN, HEAD, FOOT = 860, 430, 130, 24, 44, 8, 46, 34
#: Pixels of a cell at most.
LARGEST = 46
#: Maps side by side of a volume with more channels: the first of them.
MOST_MAPS = 16


@dataclass(frozen=True)
class Map:
    """A matrix on the picture.

    Attributes:
        role: ``input``, ``kernel`` or ``output``.
        channel: Which of the volume.
        x: Pixels from the left to its corner.
        y: Pixels from the top.
        cell: Pixels of a cell's side.
        colours: (rows, columns, 3) uint8.
        texts: What its cells say, row by row; none where they are too small.
    """

    role: str
    channel: int
    x: int
    y: int
    cell: int
    colours: Array
    texts: tuple[tuple[str, ...], ...] = ()

    def box(self, row: int, column: int, rows: int = 1, columns: int = 1) -> tuple[int, ...]:
        """Left, top, right, bottom of these cells, in pixels."""
        left, top = self.x + column * self.cell, self.y + row * self.cell
        return left, top, left + columns * self.cell, top + rows * self.cell


@dataclass(frozen=True)
class Scene:
    """What stands where, and what moves.

    Attributes:
        size: (width, height) in pixels.
        maps: All of them.
        words: (x, y, text) of titles and signs.
        windows: For each output cell in playing order the padded input's (row, column) below the
            window's corner.
        span: (rows, columns) that the window covers.
        taps: (row, column) of each cell that it reads, counted from its corner.
        output: (OH, OW).
        captions: What the last line says at each output cell.
    """

    size: tuple[int, int]
    maps: tuple[Map, ...]
    words: tuple[tuple[int, int, str], ...]
    windows: tuple[tuple[int, int], ...]
    span: tuple[int, int]
    taps: tuple[tuple[int, int], ...]
    output: tuple[int, int]
    captions: tuple[str, ...]


def scene(kernel: Array | None, setting: Setting, numbers: Numbers, still: Still) -> Scene:
    """Lay the stage out.

    Args:
        kernel: (C, kh, kw), or None for a pooling.
        setting: What the layer does.
        numbers: All its numbers.
        still: How it is shown.
    """
    hidden, symbol = still.hidden, still.look.titles.symbol
    volumes = [("input", numbers.padded[:MOST_MAPS])]
    if kernel is not None:
        volumes.append(("kernel", kernel[:MOST_MAPS]))
    volumes.append(("output", numbers.y[:MOST_MAPS]))
    both, across = _cell([volume.shape for _, volume in volumes])
    maps: list[Map] = []
    words: list[tuple[int, int, str]] = []
    left = MARGIN
    for (role, volume), title in zip(volumes, _titles(still.look.titles, kernel), strict=True):
        count, rows, columns = volume.shape
        wide = across if count > 1 else 1
        cell = _kernel_cell(both, volume.shape, wide) if role == "kernel" else both
        words.append((left, MARGIN - 6, title))
        words.append((left, MARGIN + 14, _size(role, kernel, setting, numbers)))
        for channel, values in enumerate(volume):
            x = left + channel % wide * (columns * cell + BETWEEN)
            y = MARGIN + HEAD + channel // wide * (rows * cell + BETWEEN)
            colours = colours_of(role, channel, volume, values, numbers, still)
            texts = texts_of(volume, values, cell, hidden if role == "output" else frozenset())
            maps.append(Map(role, channel, x, y, cell, colours, texts))
        taken = min(count, wide)
        left += max(taken * columns * cell + (taken - 1) * BETWEEN, 96) + GAP
        if role != "output":
            sign = "→" if kernel is None else "*" if role == "input" else "="
            words.append((left - GAP // 2 - 6, MARGIN + HEAD + 28, sign))
    bottom = max(one.box(len(one.colours), 0)[1] for one in maps)
    kh, kw = setting.window.kernel
    sh, sw = setting.window.stride
    dh, dw = setting.window.dilation
    oh, ow = numbers.y.shape[1:]
    cells = [(i, j) for i in range(oh) for j in range(ow)]
    return Scene(
        size=(left - GAP + MARGIN, bottom + FOOT + 6),
        maps=tuple(maps),
        words=tuple(words),
        windows=tuple((i * sh, j * sw) for i, j in cells),
        span=(dh * (kh - 1) + 1, dw * (kw - 1) + 1),
        taps=tuple((a * dh, b * dw) for a in range(kh) for b in range(kw)),
        output=(oh, ow),
        captions=tuple(caption(numbers.y, i, j, hidden, symbol) for i, j in cells),
    )


def _titles(titles: Titles, kernel: Array | None) -> list[str]:
    return [titles.input, *(() if kernel is None else (titles.kernel,)), titles.output]


def _size(role: str, kernel: Array | None, setting: Setting, numbers: Numbers) -> str:
    shapes = {"kernel": None if kernel is None else kernel.shape, "output": numbers.y.shape}
    top, bottom, left, right = numbers.sides
    count, rows, columns = numbers.padded.shape
    shape = shapes.get(role) or (count, rows - top - bottom, columns - left - right)
    each = f"{shape[1]} × {shape[2]}"
    if role == "input" and any(numbers.sides):
        each += ", padded"
    if shape[0] > MOST_MAPS:
        return f"{each}, {MOST_MAPS} of {shape[0]}"
    return each if shape[0] == 1 else f"{shape[0]} × {each}"


def _cell(shapes: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """The largest cell with which everything fits, and how many channels stand abreast."""
    found = (0.0, 1)
    for across in range(1, max(count for count, _, _ in shapes) + 1):
        wide = [min(across, count) for count, _, _ in shapes]
        deep = [math.ceil(count / n) for (count, _, _), n in zip(shapes, wide, strict=True)]
        gaps = (len(shapes) - 1) * GAP + sum((n - 1) * BETWEEN for n in wide)
        columns = sum(n * width for (_, _, width), n in zip(shapes, wide, strict=True))
        lows = [
            (HEIGHT - (n - 1) * BETWEEN) / (n * height)
            for (_, height, _), n in zip(shapes, deep, strict=True)
        ]
        found = max(found, (min((WIDTH - gaps) / columns, *lows), across))
    return max(2, min(LARGEST, int(found[0]))), found[1]


def _kernel_cell(cell: int, shape: tuple[int, ...], across: int) -> int:
    """Larger where the maps' cells are small: there are few weights, and they want to be read."""
    count, _, columns = shape
    wide = min(across, count)
    room = (KERNEL - (wide - 1) * BETWEEN) // (wide * columns)
    return max(cell, min(READABLE + 12, room))
