"""What pictures drawn in Python look like: the page's type, its paper, its ink, its hairlines."""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit
from PIL import ImageFont

#: By theme.
PAPER = {"light": "#ffffff", "dark": "#14161a"}
INK = {"light": "#1d2126", "dark": "#e8e8e6"}
LINE = {"light": "#dcdcd8", "dark": "#34383f"}


@functools.lru_cache(maxsize=16)
def letters(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The page's own type, which Streamlit carries along; Pillow's if that is not to be had."""
    folder = Path(streamlit.__file__).parent / "static" / "static" / "media"
    for path in sorted(folder.glob("SourceSansVF-Upright*.woff2")):
        try:
            font = ImageFont.truetype(str(path), size)
            font.set_variation_by_axes([400])
        except OSError:
            continue
        return font
    return ImageFont.load_default(size)
