"""A student's own picture: a file or a shot of the camera, opened with care."""

from __future__ import annotations

from zlib import crc32

from ui import lesson
from ui.components.camera.camera import camera
from ui.images import ImageError, ImageResult, open_image
from ui.remembered import Remembered
from ui.upload import upload

#: How a picture of one's own comes here.
WAYS = {"upload": "A file of yours", "camera": "Your camera"}
#: Larger pictures are scaled down to this.
MAX_SIDE = 512
#: The last picture, with a mark of the file that it was in.
_OPENED: Remembered[tuple[tuple[int, int], ImageResult] | None] = Remembered("_opened", None)


def given(prefix: str, way: str) -> ImageResult | None:
    """The student's file or shot; None as long as there is none to show, and a sentence if it is
    not one that can be.

    Args:
        prefix: Of the keys of the widgets, unique to the page.
        way: One of :data:`WAYS`.
    """
    if way == "camera":
        shot = camera(f"{prefix}_shot")
        data = shot.data if shot else None
    else:
        data = uploaded(prefix)
    return None if data is None else opened(prefix, data)


def uploaded(prefix: str) -> bytes | None:
    """A field for a file, and what it holds."""
    file = upload(
        "A picture: PNG, JPEG, WebP, GIF, BMP or TIFF",
        f"{prefix}_file",
        help="It stays here: it goes to this app and nowhere else, and it is not part of the link.",
    )
    return file.getvalue() if file else None


def opened(prefix: str, data: bytes) -> ImageResult | None:
    """The picture in a file; None, with a sentence, if there is none in it.

    Decoded once a session, not at every turn of a slider.
    """
    last, mark = _OPENED.of(prefix), (len(data), crc32(data))
    kept = last.get()
    if kept is None or kept[0] != mark:
        try:
            kept = (mark, open_image(data, MAX_SIDE))
        except ImageError as error:
            lesson.problem(str(error))
            return None
        last.put(kept)
    return kept[1]
