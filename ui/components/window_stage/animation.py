"""The stage as an animation: a GIF of the window sliding over the input, from the same numbers.

:func:`~ui.components.window_stage.scene.scene` says what stands where: maps of coloured cells, with
their numbers where they can be read. :func:`gif` draws it once, with the whole output, and gives
each frame its window and as much of the output as has been reached. Nothing here knows Streamlit:
it is drawn when somebody asks for the file, beside the page.
"""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw

from cnn.arrays import Array
from ui import palette
from ui.components.window_stage.cell_words import type_size
from ui.components.window_stage.numbers import Numbers, Setting
from ui.components.window_stage.scene import FOOT, MARGIN, Map, Scene, scene
from ui.components.window_stage.shades import Still, ink_on, rgb
from ui.lettering import INK, LINE, PAPER, letters
from ui.palette import Theme

#: Frames, milliseconds for all and for each; bytes, beyond which there are fewer frames.
FRAMES, WHOLE, SLOWEST, QUICKEST, LAST, BYTES = 150, 14_000, 700, 60, 1500, 2_000_000


def gif(kernel: Array | None, setting: Setting, numbers: Numbers, still: Still) -> bytes:
    """The animation as a file of at most two megabytes; see :func:`scene`."""
    layout = scene(kernel, setting, numbers, still)
    whole, bare = _still(layout, still.theme)
    few = min(8, len(layout.windows))
    each = len(_packed(layout, whole, bare, still.theme, few)) / few
    most = min(FRAMES, int(0.9 * BYTES / each))  # a frame among many is smaller, not larger
    while True:
        file = _packed(layout, whole, bare, still.theme, most)
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
    colours += [0] * (255 * 3 - len(colours)) + list(rgb(palette.ACCENT[theme]))
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
    font = letters(type_size(one.cell))
    for r, line in enumerate(one.texts):
        for q, text in enumerate(line):
            left, top, right, bottom = one.box(r, q)
            middle = ((left + right) / 2, (top + bottom) / 2)
            draw.text(middle, text, fill=ink_on(one.colours[r, q]), font=font, anchor="mm")


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
