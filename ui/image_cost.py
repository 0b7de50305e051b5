"""What decoding a picture will cost, told from its header before any memory is taken for it.

A file of a few bytes may claim a picture of any size. What counts is not the size of the file but
the bytes that its decoder takes at its peak: the picture itself, and what the format needs beside.
"""

from __future__ import annotations

from PIL import Image

#: Bytes that a picture may take while it is decoded.
MOST_BYTES = 290_000_000
MOST_PIXELS = 50_000_000
#: Pixels along one side; each row has a cost of its own, however short it is.
LONGEST_SIDE = 50_000
#: Bytes that Pillow keeps for a pixel; modes that are not named take four.
_PIXEL_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2}
_UNCOMPRESSED = 1  # TIFF's number for it
_COMPRESSION, _BITS, _SAMPLES, _ORIENTATION = 259, 258, 277, 274  # TIFF tags
_STRIP_ROWS, _TILE_WIDTH, _TILE_LENGTH = 278, 322, 323


def refusal(image: Image.Image) -> str | None:
    """Why an opened picture, of which only the header was read, is not decoded; or None."""
    width, height = image.size
    size = f"The picture has {width:,} × {height:,} pixels"
    if width * height > MOST_PIXELS:
        return f"{size}; at most {MOST_PIXELS // 10**6} million are read."
    if max(width, height) > LONGEST_SIDE:
        return f"{size}; a side has at most {LONGEST_SIDE:,}."
    cost = decoding_bytes(image)
    if cost > MOST_BYTES:
        return (
            f"{size} and would take {cost / 1e6:,.0f} million bytes to decode; at most "
            f"{MOST_BYTES // 10**6} million are spent: save it smaller."
        )
    return None


def decoding_bytes(image: Image.Image) -> int:
    """Most bytes that exist at one time while ``image`` is decoded; call it before ``draft``."""
    pixels = image.width * image.height
    if image.format in ("JPEG", "MPO"):
        # Decoded at a fraction of its size; but of one that comes in several scans, and the header
        # does not tell, two bytes are kept for every sample until the last has been read.
        return 2 * _jpeg_samples(image)
    if image.format == "WEBP":
        return 12 * pixels  # the canvas, the one before it, and the copy that is handed over
    stored = _PIXEL_BYTES.get(image.mode, 4) * pixels
    if image.format != "TIFF":
        return stored
    return stored + max(_tiff_piece(image), stored if _turned(image) else 0)


def _jpeg_samples(image: Image.Image) -> int:
    """Samples of all components; a component's factors say how densely it is sampled."""
    layers = getattr(image, "layer", [])
    if not layers:
        return 4 * image.width * image.height
    across, down = max(h for _, h, _, _ in layers), max(v for _, _, v, _ in layers)
    share = sum(h * v for _, h, v, _ in layers) / max(1, across * down)
    return round(share * (image.width + 64) * (image.height + 64))


def _turned(image: Image.Image) -> bool:
    """Whether Pillow will make a second picture, the right way up."""
    return getattr(image, "tag_v2", {}).get(_ORIENTATION, 1) != 1


def _tiff_piece(image: Image.Image) -> int:
    """Bytes of the largest strip or tile, which a compressed one is unpacked into."""
    tags = getattr(image, "tag_v2", {})
    if tags.get(_COMPRESSION, _UNCOMPRESSED) == _UNCOMPRESSED:
        return 0
    bits = tags.get(_BITS, (1,))
    depth = max(bits) if isinstance(bits, tuple) else int(bits)
    pixel = max(4, -(-depth * int(tags.get(_SAMPLES, 1)) // 8))
    if _TILE_WIDTH in tags:
        return int(tags[_TILE_WIDTH]) * int(tags.get(_TILE_LENGTH, 1)) * pixel
    return min(int(tags.get(_STRIP_ROWS, image.height)), image.height) * image.width * pixel
