"""Pictures from outside: opened with care, whatever they are.

An upload may be anything. :func:`open_image` gives either floats of a bounded size, with notes on
what was done to them, or one sentence on why it cannot. What decoding would cost is told from the
header before it begins (:mod:`ui.image_cost`), the picture is made small in little memory
(:mod:`ui.image_planes`), and what would not be seen is made visible (:mod:`ui.image_tone`).
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

import numpy as np
from PIL import Image
from PIL.ImageFile import ImageFile

from ui.image_cost import MOST_PIXELS, refusal
from ui.image_planes import Planes, of_canvas, planes, turned, with_lower_bytes
from ui.image_tone import LUMA, SMALL_PART_DEEP, laid_on_ground, spread, stretched

#: Formats whose decoders are opened at all; the names are Pillow's.
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
READABLE = "PNG, JPEG, WebP, GIF, BMP or TIFF"
MAX_BYTES = 20 * 1024 * 1024
#: However many students send one at once, the memory of one is taken at a time.
_ONE_AT_A_TIME = threading.Lock()
_ORIENTATION = 274  # tag of a camera's note on how it was held


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
    with _ONE_AT_A_TIME:
        image = _header(data)
        if problem := refusal(image):
            raise ImageError(problem)
        try:
            return _decode(image, data, max_side)
        except Exception as error:  # decoders raise whatever they like on damaged data
            raise ImageError("The picture is damaged or incomplete and cannot be read.") from error


def _header(data: bytes) -> ImageFile:
    """Open without decoding: only the header is read, so a bomb is still harmless."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(
            f"The picture has far too many pixels; at most {MOST_PIXELS // 10**6} million are read."
        ) from error
    except Exception as error:
        raise ImageError(f"This is not a picture that can be read: use {READABLE}.") from error


def _decode(image: ImageFile, data: bytes, max_side: int) -> ImageResult:
    notes = []
    if getattr(image, "is_animated", False):
        image.seek(0)
        notes.append("The file holds several pictures; this is the first.")
    if image.mode in ("CMYK", "YCCK", "LAB", "HSV"):
        notes.append(f"Converted from {image.mode} to RGB.")
    width, height = image.size
    orientation = image.getexif().get(_ORIENTATION, 1)
    scale = min(1.0, max_side / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    found = _small(image, data, size, max_side)
    if orientation in range(2, 9):
        notes.append("Turned as its camera noted.")
        if image.format != "TIFF":  # Pillow turns these itself
            found = turned(found, orientation)
    found, stretching = stretched(found)
    found, ground = laid_on_ground(found)
    notes += stretching + ground
    if scale < 1:
        before = (height, width) if size != found.colour.shape[:0:-1] else (width, height)
        rows, columns = found.colour.shape[1:]
        notes.append(f"Scaled down from {before[0]} × {before[1]} to {columns} × {rows} pixels.")
    return _result(found.colour, tuple(notes))


def _small(image: ImageFile, data: bytes, size: tuple[int, int], side: int) -> Planes:
    """The decoded picture at ``size``; decoded twice where one byte of its 16 bits is too few."""
    image.draft("RGB", size)  # a large JPEG is decoded at a fraction of its size
    if image.format == "WEBP":
        return _webp(image, side).resized(*size)
    image.load()
    found = planes(image, side).resized(*size)
    low, high = spread(found)
    if image.mode.startswith("RGB") and high - low < SMALL_PART_DEEP:
        image.close()  # the memory of one at a time
        return with_lower_bytes(found, _header(data), side) or found
    return found


def _webp(image: ImageFile, side: int) -> Planes:
    """Taken from the decoder itself: Pillow would hold a fourth copy of the picture."""
    decoder, size = vars(image).pop("_decoder"), image.size
    frame = decoder.get_next()
    del decoder
    if frame is None:
        raise ValueError("no picture in it")
    return of_canvas(frame[0], size, image.mode == "RGBA", side)


def _result(colour: np.ndarray, notes: tuple[str, ...]) -> ImageResult:
    rgb = np.ascontiguousarray(np.broadcast_to(colour, (3, *colour.shape[1:])), np.float32)
    return ImageResult(np.clip(rgb, 0, 1), notes, bool((rgb != rgb[:1]).any()))
