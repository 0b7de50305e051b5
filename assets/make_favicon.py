"""Draws ``favicon.png``: a small picture under a window. Run it again with Pillow installed."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

CELL, CELLS = 15, 4
SIZE = CELL * CELLS + 4
INK = ((0, 1, 1, 0), (1, 0, 1, 0), (0, 0, 1, 0), (0, 0, 1, 0))
PAPER, DARK, ACCENT = "#e6e6e2", "#3b4252", "#de0368"


def draw() -> Image.Image:
    """A 1 in four by four cells, the window over its upper right."""
    image = Image.new("RGBA", (SIZE, SIZE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for i, row in enumerate(INK):
        for j, ink in enumerate(row):
            x, y = 2 + j * CELL, 2 + i * CELL
            pen.rectangle((x, y, x + CELL - 2, y + CELL - 2), fill=DARK if ink else PAPER)
    x = 2 + CELL
    pen.rectangle((x - 3, 0, x + 2 * CELL + 1, 2 * CELL + 3), outline=ACCENT, width=5)
    return image


if __name__ == "__main__":
    draw().save(Path(__file__).with_name("favicon.png"), optimize=True)
