"""The stage as an animation: a GIF of the window sliding over the input, from the same numbers.

:func:`scene` says what stands where: maps of coloured cells, with their numbers where they can be
read. :func:`gif` draws it once, with the whole output, and gives each frame its window and as much
of the output as has been reached. Nothing here knows Streamlit: it is drawn when somebody asks for
the file, beside the page.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from cnn.arrays import Array
from ui import palette
from ui.components.window_stage.numbers import Numbers, Setting
from ui.lettering import INK, LINE, PAPER, letters
from ui.palette import Theme

#: Pixels of the maps at most, of small kernels, and around and between them.
WIDTH, HEIGHT, KERNEL, MARGIN, GAP, BETWEEN, HEAD, FOOT = 860, 430, 130, 24, 44, 8, 46, 34
#: Pixels of a cell: at most, and from which on it carries its number.
LARGEST, READABLE = 46, 24
#: Maps side by side of a volume with more channels: the first of them.
MOST_MAPS = 16
#: Frames, milliseconds for all and for each; bytes, beyond which there are fewer frames.
FRAMES, WHOLE, SLOWEST, QUICKEST, LAST, BYTES = 150, 14_000, 700, 60, 1500, 2_000_000
_RGB_ENDS = ((255, 60, 50), (60, 215, 80), (70, 120, 255))


@dataclass(frozen=True)
class Look:
    """How the stage is shown: kinds as :func:`window_stage` takes them, titles, theme."""

    input_kind: str
    output_kind: str
    titles: tuple[str, str, str]
    theme: Theme
    hidden: frozenset[int] = frozenset()


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


def scene(kernel: Array | None, setting: Setting, numbers: Numbers, look: Look) -> Scene:
    """Lay the stage out.

    Args:
        kernel: (C, kh, kw), or None for a pooling.
        setting: What the layer does.
        numbers: All its numbers.
        look: How it is shown.
    """
    volumes = [("input", numbers.padded[:MOST_MAPS])]
    if kernel is not None:
        volumes.append(("kernel", kernel[:MOST_MAPS]))
    volumes.append(("output", numbers.y[:MOST_MAPS]))
    both, across = _cell([volume.shape for _, volume in volumes])
    maps: list[Map] = []
    words: list[tuple[int, int, str]] = []
    left = MARGIN
    for (role, volume), title in zip(volumes, _titles(look, kernel), strict=True):
        count, rows, columns = volume.shape
        wide = across if count > 1 else 1
        cell = _kernel_cell(both, volume.shape, wide) if role == "kernel" else both
        words.append((left, MARGIN - 6, title))
        words.append((left, MARGIN + 14, _size(role, kernel, setting, numbers)))
        for channel, values in enumerate(volume):
            x = left + channel % wide * (columns * cell + BETWEEN)
            y = MARGIN + HEAD + channel // wide * (rows * cell + BETWEEN)
            colours = _colours(role, channel, volume, values, numbers, look)
            texts = _texts(volume, values, cell, look.hidden if role == "output" else frozenset())
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
        captions=tuple(_caption(numbers.y, i, j, look.hidden) for i, j in cells),
    )


def _titles(look: Look, kernel: Array | None) -> list[str]:
    before, middle, after = look.titles
    return [before, after] if kernel is None else [before, middle, after]


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


# --- numbers and colours, as the browser has them ------------------------------------------------


def _texts(
    volume: Array, values: Array, cell: int, hidden: frozenset[int]
) -> tuple[tuple[str, ...], ...]:
    if cell < READABLE:
        return ()
    finite = volume[np.isfinite(volume)]
    decimals = next((d for d in (0, 1) if np.allclose(finite, np.round(finite, d), atol=1e-6)), 2)
    longest = max((len(number(v, decimals)) for v in finite.ravel()), default=1)
    while decimals and longest * _size_of(cell) * 0.52 > cell - 4:
        decimals, longest = decimals - 1, longest - (1 if decimals > 1 else 2)
    if longest * 11 * 0.5 > cell - 2:
        return ()
    columns = values.shape[1]
    return tuple(
        tuple("?" if r * columns + q in hidden else number(v, decimals) for q, v in enumerate(row))
        for r, row in enumerate(values)
    )


def number(value: float, decimals: int) -> str:
    """As the stage writes it: a true minus sign, no negative zero."""
    if not math.isfinite(value):
        return "−∞" if value < 0 else "∞"
    return f"{value:z.{decimals}f}".replace("-", "−")


def _size_of(cell: int) -> int:
    return max(11, min(18, int(cell * 0.42)))


def _caption(y: Array, i: int, j: int, hidden: frozenset[int]) -> str:
    if i * y.shape[2] + j in hidden:
        return f"y[{i}, {j}] = ?"
    values = ", ".join(number(v, 2).removesuffix(".00") for v in y[:3, i, j])
    return f"y[{i}, {j}] = {values}{', …' if len(y) > 3 else ''}"


def _colours(
    role: str, channel: int, volume: Array, values: Array, numbers: Numbers, look: Look
) -> Array:
    finite = volume[np.isfinite(volume)]
    top = float(np.abs(finite).max()) if finite.size else 0.0
    if role == "kernel":
        return _mixed(palette.DIVERGING["weight"][look.theme], _signed(values, top))
    if role == "input":
        colours = _input_colours(channel, values, finite, top, look)
        return _faint(colours, values, numbers, look.theme)
    if look.output_kind in ("activation", "gradient"):
        colours = _mixed(palette.DIVERGING[look.output_kind][look.theme], _signed(values, top))
    elif look.output_kind == "grey":
        low = min(0.0, float(finite.min()))
        colours = _mixed(palette.GREY[look.theme], (values - low) / ((top - low) or 1.0))
    else:
        colours = _mixed(("#000000", "#ffffff"), values / (top or 1.0))
    for flat in look.hidden:
        colours[divmod(flat, values.shape[1])] = _rgb(PAPER[look.theme])
    return colours


def _input_colours(channel: int, values: Array, finite: Array, top: float, look: Look) -> Array:
    low, high = min(0.0, float(finite.min())), max(0.0, float(finite.max()))
    place = (values - low) / ((high - low) or 1.0)
    if look.input_kind == "activation":
        return _mixed(palette.DIVERGING["activation"][look.theme], _signed(values, top))
    if look.input_kind == "grey":
        return _mixed(palette.GREY[look.theme], place)
    end = _RGB_ENDS[channel % 3] if look.input_kind == "rgb" else (255, 255, 255)
    return _mixed(("#000000", "#" + "".join(f"{v:02x}" for v in end)), place)


def _faint(colours: Array, values: Array, numbers: Numbers, theme: Theme) -> Array:
    """The padding half as strong; the paper itself where it is no number."""
    top, bottom, left, right = numbers.sides
    rows, columns = values.shape
    around = np.ones((rows, columns), bool)
    around[top : rows - bottom, left : columns - right] = False
    paper = np.array(_rgb(PAPER[theme]), float)
    colours[around] = np.rint((colours[around] + paper) / 2).astype(np.uint8)
    colours[~np.isfinite(values)] = paper.astype(np.uint8)
    return colours


def _signed(values: Array, top: float) -> Array:
    return (values / (top or 1.0) + 1) / 2


def _mixed(stops: Sequence[str], place: Array) -> Array:
    """(rows, columns, 3) uint8 of places from 0 to 1 along the stops."""
    colours = np.array([_rgb(stop) for stop in stops], float)
    at = np.clip(np.nan_to_num(place), 0, 1) * (len(colours) - 1)
    below = np.minimum(at.astype(int), len(colours) - 2)
    share = (at - below)[..., None]
    mixed: Array = np.rint(colours[below] * (1 - share) + colours[below + 1] * share)
    return mixed.astype(np.uint8)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


# --- drawing -------------------------------------------------------------------------------------


def gif(kernel: Array | None, setting: Setting, numbers: Numbers, look: Look) -> bytes:
    """The animation as a file of at most two megabytes; see :func:`scene`."""
    layout = scene(kernel, setting, numbers, look)
    whole, bare = _still(layout, look.theme)
    few = min(8, len(layout.windows))
    each = len(_packed(layout, whole, bare, look.theme, few)) / few
    most = min(FRAMES, int(0.9 * BYTES / each))  # a frame among many is smaller, not larger
    while True:
        file = _packed(layout, whole, bare, look.theme, most)
        if len(file) <= BYTES or most < 8:
            return file
        most //= 2


def _still(layout: Scene, theme: Theme) -> tuple[Image.Image, Image.Image]:
    """The picture with the whole output, and with none of it, in the same 256 colours."""
    picture = Image.new("RGB", layout.size, PAPER[theme])
    draw = ImageDraw.Draw(picture)
    for x, y, text in layout.words:
        size = 26 if len(text) == 1 else 17 if y < MARGIN else 14
        draw.text((x, y), text, fill=INK[theme], font=letters(size))
    for one in layout.maps:
        _draw_map(picture, draw, one, theme)
    # The last of the colours is the accent's: that one is exact.
    whole = picture.quantize(255, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours = (whole.getpalette() or [])[: 255 * 3]
    colours += [0] * (255 * 3 - len(colours)) + list(_rgb(palette.ACCENT[theme]))
    whole.putpalette(colours)
    for one in layout.maps:
        if one.role == "output":
            draw.rectangle(one.box(0, 0, *layout.output), fill=PAPER[theme])
            _draw_grid(draw, one, theme)
    return whole, picture.quantize(palette=whole, dither=Image.Dither.NONE)


def _draw_map(picture: Image.Image, draw: ImageDraw.ImageDraw, one: Map, theme: Theme) -> None:
    rows, columns = one.colours.shape[:2]
    small = Image.fromarray(one.colours, "RGB")
    large = small.resize((columns * one.cell, rows * one.cell), Image.Resampling.NEAREST)
    picture.paste(large, (one.x, one.y))
    _draw_grid(draw, one, theme)
    font = letters(_size_of(one.cell))
    for r, line in enumerate(one.texts):
        for q, text in enumerate(line):
            left, top, right, bottom = one.box(r, q)
            middle = ((left + right) / 2, (top + bottom) / 2)
            draw.text(middle, text, fill=_ink_on(one.colours[r, q]), font=font, anchor="mm")


def _draw_grid(draw: ImageDraw.ImageDraw, one: Map, theme: Theme) -> None:
    rows, columns = one.colours.shape[:2]
    left, top, right, bottom = one.box(0, 0, rows, columns)
    step = 1 if one.cell >= 12 else max(rows, columns)
    for r in range(0, rows + 1, step):
        draw.line((left, top + r * one.cell, right, top + r * one.cell), fill=LINE[theme])
    for q in range(0, columns + 1, step):
        draw.line((left + q * one.cell, top, left + q * one.cell, bottom), fill=LINE[theme])
    draw.rectangle((left, top, right, bottom), outline=LINE[theme])


def _packed(layout: Scene, whole: Image.Image, bare: Image.Image, theme: Theme, most: int) -> bytes:
    count = len(layout.windows)
    step = math.ceil(count / most)
    places = sorted({*range(0, count, step), count - 1})
    each = max(QUICKEST, min(SLOWEST, WHOLE // len(places)))
    frames = [_frame(layout, whole, bare, theme, place) for place in places]
    times = [*[each] * (len(frames) - 1), LAST]
    file = io.BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=False
    )
    return file.getvalue()


def _frame(
    layout: Scene, whole: Image.Image, bare: Image.Image, theme: Theme, place: int
) -> Image.Image:
    """The window at one output cell, and the output up to it."""
    picture = bare.copy()
    draw = ImageDraw.Draw(picture)
    columns = layout.output[1]
    row, column = divmod(place, columns)
    accent = 255
    for one in layout.maps:
        wide = 3 if one.cell >= 12 else 2
        if one.role == "output":
            above, line = one.box(0, 0, row, columns), one.box(row, 0, 1, column + 1)
            for part in (above, line):
                if part[3] > part[1]:
                    left, top, right, bottom = part
                    edge = (left, top, right + 1, bottom + 1)
                    picture.paste(whole.crop(edge), edge[:2])
            draw.rectangle(one.box(row, column), outline=accent, width=wide)
        elif one.role == "input":
            r, q = layout.windows[place]
            draw.rectangle(one.box(r, q, *layout.span), outline=accent, width=wide)
            if len(layout.taps) < layout.span[0] * layout.span[1]:
                for a, b in layout.taps:
                    draw.rectangle(one.box(r + a, q + b), outline=accent, width=wide - 1)
    words = Image.new("RGB", (240, 22), PAPER[theme])
    ImageDraw.Draw(words).text((0, 2), layout.captions[place], INK[theme], font=letters(15))
    small = words.quantize(palette=whole, dither=Image.Dither.NONE)
    picture.paste(small, (min(layout.maps[-1].x, layout.size[0] - 240), layout.size[1] - FOOT))
    return picture


def _ink_on(colour: Array) -> str:
    """Black or white, whichever reads better: as the browser has it."""
    light = [v / 3295 if v <= 10.3 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in colour]
    shade = float(np.dot((0.2126, 0.7152, 0.0722), light))
    return "#000000" if shade > 0.179 else "#ffffff"
