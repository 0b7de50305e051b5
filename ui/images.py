"""Pictures from outside: opened with care, whatever they are.

An upload may be anything. :func:`open_image` gives either floats of a bounded size, with notes on
what was done to them, or one sentence on why it cannot.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

#: Formats whose decoders are opened at all; the names are Pillow's.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
READABLE = "PNG, JPEG, WebP, GIF, BMP or TIFF"
MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
#: Weights of red, green and blue in brightness (ITU-R BT.601).
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class ImageError(ValueError):
    """Why a file cannot be shown, in one sentence for the person who chose it."""


@dataclass(frozen=True)
class ImageResult:
    """A picture, ready for a network.

    Attributes:
        rgb: (3, H, W) float32 in [0, 1]; a grey picture has three equal channels.
        notes: What was changed on the way, one sentence each.
        coloured: Whether the channels differ.
    """

    rgb: np.ndarray
    notes: tuple[str, ...] = ()
    coloured: bool = True

    @property
    def grey(self) -> np.ndarray:
        """(H, W) brightness, float32 in [0, 1]."""
        return np.tensordot(LUMA, self.rgb, 1) if self.coloured else self.rgb[0]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.rgb.shape[1], self.rgb.shape[2]


def open_image(data: bytes, max_side: int = 512) -> ImageResult:
    """Decode an uploaded picture.

    Args:
        data: The file's content.
        max_side: Longer pictures are scaled down to this, with a note.

    Raises:
        ImageError: It cannot be shown; the message is one sentence.
    """
    if not data:
        raise ImageError("The file is empty.")
    if len(data) > MAX_BYTES:
        raise ImageError(
            f"The file has {len(data) / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB are read."
        )
    image = _header(data)
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"The picture has {width:,} × {height:,} pixels; "
            f"at most {MAX_PIXELS // 10**6} million are read."
        )
    try:
        return _decode(image, max_side)
    except ImageError:
        raise
    except Exception as error:  # decoders raise whatever they like on damaged data
        raise ImageError("The picture is damaged or incomplete and cannot be read.") from error


def _header(data: bytes) -> Image.Image:
    """Open without decoding: only the header is read, so a bomb is still harmless."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(
            f"The picture has far too many pixels; at most {MAX_PIXELS // 10**6} million are read."
        ) from error
    except Exception as error:
        raise ImageError(f"This is not a picture that can be read: use {READABLE}.") from error


def _decode(image: Image.Image, max_side: int) -> ImageResult:
    notes = []
    if getattr(image, "is_animated", False):
        image.seek(0)
        notes.append("The file holds several pictures; this is the first.")
    before = image.size
    image.draft("RGB", (max_side, max_side))  # a large JPEG is decoded at a fraction of its size
    image.load()
    turned = ImageOps.exif_transpose(image)
    if image.getexif().get(274, 1) in range(2, 9):
        notes.append("Turned as its camera noted.")
    if image.getexif().get(274, 1) in range(5, 9):
        before = (before[1], before[0])
    image, note = _plain(turned)
    notes += note
    width, height = before
    scale = min(1.0, max_side / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if scale < 1:
        notes.append(
            f"Scaled down from {width} × {height} to {size[0]} × {size[1]} pixels.",
        )
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    return _floats(image, tuple(notes))


def _plain(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """To mode RGB, L or F (floats 0 to 1), with what is worth saying about it."""
    mode = image.mode
    if mode.startswith(("I", "F")):
        return _deep(image)
    transparent = mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info
    if transparent:
        image = image.convert("RGBA")
        seen = image.getchannel("A").histogram()[255] < image.width * image.height
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        return white.convert("RGB"), ["Transparent parts lie on white."] if seen else []
    if mode in ("L", "1"):
        return image.convert("L"), []
    notes = [f"Converted from {mode} to RGB."] if mode in ("CMYK", "YCCK", "LAB", "HSV") else []
    return image.convert("RGB"), notes


def _deep(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """More than 8 bits: floats 0 to 1. Whole numbers count to 65535, others are stretched."""
    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if image.mode == "F" or low < 0 or high > 65535:
        values = (values - low) / (high - low) if high > low else np.zeros_like(values)
        note = f"Its values, {low:g} to {high:g}, are stretched to 0 to 1."
    else:
        values = values / np.float32(65535)
        note = "It has 16 bits a pixel; all of them are used."
    return Image.fromarray(values), [note]


def _floats(image: Image.Image, notes: tuple[str, ...]) -> ImageResult:
    if image.mode == "F":
        grey = np.clip(np.asarray(image, np.float32), 0, 1)
    else:
        grey = np.asarray(image, np.float32) / np.float32(255)
    if grey.ndim == 2:
        return ImageResult(np.repeat(grey[None], 3, axis=0), notes, coloured=False)
    rgb = np.ascontiguousarray(grey.transpose(2, 0, 1))
    coloured = bool((rgb != rgb[:1]).any())
    return ImageResult(rgb, notes, coloured)
