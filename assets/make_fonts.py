"""Cuts what this app shows out of the fonts that Streamlit carries.

The icon font has four thousand icons, of which Streamlit's own elements use eighty; the text fonts
have small capitals, alternates and letters for every language. ``ui/serving/bundle.py`` answers
with the cut file in place of exactly the one that it was cut from; of another version of Streamlit
the whole font is sent. Run it after an update::

    pip install fonttools brotli
    python assets/make_fonts.py
"""

from __future__ import annotations

import re
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from streamlit import file_util

STATIC = Path(file_util.get_static_dir()) / "static"
FONTS = Path(__file__).parent / "fonts"
ICONS = "MaterialSymbols-Rounded"
TEXT = ("SourceSansVF-Upright", "SourceSansVF-Italic")
ICON = re.compile(r":material/([a-z0-9_]+)")
#: Latin, Greek and Cyrillic letters, punctuation, arrows, signs of mathematics.
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2C6, 0x2DD), (0x300, 0x328), (0x370, 0x3FF),
    (0x400, 0x45F), (0x490, 0x491), (0x1E80, 0x1E9E), (0x2000, 0x209F), (0x20A0, 0x22FF),
    (0x2300, 0x25FF),
)  # fmt: skip
#: What the name of a changed font may not be, by its licence.
RESERVED = "Source"


def icon_names() -> set[str]:
    """Names of the icons in Streamlit's scripts."""
    return {
        name
        for script in sorted((STATIC / "js").glob("*.js"))
        for name in ICON.findall(script.read_text("utf-8"))
    }


def leave_icons(font: TTFont, names: set[str]) -> None:
    """Leave only these icons. An icon is the ligature of the letters of its name."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items() if code < 128}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if not hasattr(table, "ligatures"):
                continue
            for first, ligatures in table.ligatures.items():
                table.ligatures[first] = [
                    one
                    for one in ligatures
                    if "".join(letters.get(g, "?") for g in (first, *one.Component)) in names
                ]
            table.ligatures = {first: found for first, found in table.ligatures.items() if found}


def rename(font: TTFont) -> None:
    """Call it something else."""
    for record in font["name"].names:
        text = record.toUnicode()
        if RESERVED in text and record.nameID in (1, 3, 4, 6, 16, 18, 20, 21, 25):
            record.string = text.replace(RESERVED, "Cut")


def cut(font: TTFont, codes: set[int]) -> None:
    """Leave the glyphs of these characters, and what is done with them by default."""
    options = Options(flavor="woff2", notdef_outline=True)
    options.layout_features += ["tnum", "pnum", "lnum"]
    options.name_IDs = ["*"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font.flavor = "woff2"


def main() -> None:
    """Write each cut font under the name of the whole one, and the icons' names."""
    FONTS.mkdir(exist_ok=True)
    for old in FONTS.glob("*"):
        old.unlink()
    names = icon_names()
    for stem in (ICONS, *TEXT):
        (whole,) = (STATIC / "media").glob(f"{stem}.*.woff2")
        font = TTFont(whole)
        codes = {code for low, high in RANGES for code in range(low, high + 1)}
        if stem == ICONS:
            leave_icons(font, names)
            codes = {ord(letter) for letter in "".join(names)}
        else:
            rename(font)
        cut(font, codes)
        font.save(FONTS / whole.name)
    (FONTS / "icons.txt").write_text("\n".join(sorted(names)) + "\n", "ascii")


if __name__ == "__main__":
    main()
