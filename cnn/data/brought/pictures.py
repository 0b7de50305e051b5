"""A zip of pictures in folders, one a class: the folder's name is the label.

Pictures are decoded by who calls, who knows how to do that with care: here is NumPy alone. All are
brought to one square size, keeping their proportions: around what is left lies the colour of the
picture's own rim.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable

import numpy as np

from cnn.arrays import Array
from cnn.data.brought import archive
from cnn.data.brought.files import Meter
from cnn.data.brought.found import Found, by_lot, most_images, named, note_by_lot
from cnn.data.brought.limits import FileProblem
from cnn.data.brought.rows import Range
from cnn.data.preprocess import resample

#: (content of a file) → (3, H, W) float32 in [0, 1]; a ValueError says why it cannot.
Decode = Callable[[bytes], Array]
ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff")
SIDES = (28, 32, 48, 64)
#: Pictures that are decoded at all, and bytes of one.
MOST_PICTURES = 20_000
MOST_PICTURE_BYTES = 20 * 2**20
#: Folders that hold parts of the data, not a class.
_TEST = ("test", "testing", "val", "valid", "validation")
_PARTS = ("train", "training", *_TEST)


def is_picture(info: zipfile.ZipInfo) -> bool:
    """Whether a part of an archive is called as pictures are."""
    return archive.path_of(info).suffix.lower() in ENDINGS


def read_pictures(opened: zipfile.ZipFile, meter: Meter, decode: Decode, side: int) -> Found:
    """Read the pictures of an archive.

    Args:
        opened: The archive.
        meter: Of this reading.
        decode: Makes numbers of a picture's file.
        side: Rows and columns that each picture is brought to.

    Raises:
        FileProblem: They lie in no folders, or one cannot be read.
    """
    parts = [info for info in archive.members(opened) if is_picture(info)]
    others = len(archive.members(opened)) - len(parts)
    drawn = by_lot(len(parts), min(MOST_PICTURES, most_images(3 * side * side)))
    chosen = parts if drawn is None else [parts[i] for i in drawn]
    chosen = sorted(chosen, key=_is_test)  # stable: those to test with come last
    labels, classes = named([_class_of(info) for info in chosen])
    images = np.empty((len(chosen), 3, side, side), np.uint8)
    sizes: Counter[tuple[int, ...]] = Counter()
    byte = Range(0.0, 255.0)
    for at, info in enumerate(chosen):
        pixels = _decoded(opened, info, meter, decode)
        sizes[pixels.shape[1:]] += 1
        images[at] = byte.bytes_of(np.rint(255 * fitted(pixels, side)))
    notes = [*note_by_lot(len(parts), len(chosen)), *_about_sizes(sizes, side)]
    if others:
        notes.append(f"{others:,} file{'s' if others > 1 else ''} in it that are no pictures are "
                     "left out.")  # fmt: skip
    if (images == images[:, :1]).all():
        images = images[:, :1].copy()
    tests = sum(_is_test(info) for info in chosen)
    if tests == len(chosen):
        tests = 0
    return Found(images, labels, classes, "zip of pictures", tests=tests, notes=tuple(notes))


def fitted(pixels: Array, side: int) -> Array:
    """A picture (3, H, W) at ``side`` × ``side``, in its proportions, on the colour of its rim."""
    height, width = pixels.shape[1:]
    scale = side / max(height, width)
    rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
    small = pixels
    if (rows, columns) != (height, width):
        small = np.stack([resample(plane, rows, columns) for plane in pixels])
    if rows == columns == side:
        whole: Array = np.clip(small, 0, 1)
        return whole
    rim = np.concatenate(
        [small[:, 0], small[:, -1], small[:, :, 0], small[:, :, -1]], axis=1
    )  # (3, cells)
    made: Array = np.empty((3, side, side), np.float32)
    made[:] = np.median(rim, axis=1)[:, None, None]
    top, left = (side - rows) // 2, (side - columns) // 2
    made[:, top : top + rows, left : left + columns] = small
    made = np.clip(made, 0, 1)
    return made


def _class_of(info: zipfile.ZipInfo) -> str:
    folders = archive.path_of(info).parent.parts
    if not folders or folders[-1].lower() in _PARTS:
        raise FileProblem(
            f"{archive.path_of(info).name} lies in no folder of a class: put the pictures into "
            "folders, one for each class, and zip these."
        )
    return folders[-1]


def _is_test(info: zipfile.ZipInfo) -> bool:
    return any(part.lower() in _TEST for part in archive.path_of(info).parent.parts[:-1])


def _decoded(opened: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter, decode: Decode) -> Array:
    name = archive.path_of(info).name
    with archive.part(opened, info).open(meter) as stream:
        data = stream.read(MOST_PICTURE_BYTES + 1)
    if len(data) > MOST_PICTURE_BYTES:
        raise FileProblem(f"{name} has more than {MOST_PICTURE_BYTES // 2**20} MB.")
    try:
        return decode(data)
    except FileProblem:
        raise
    except ValueError as why:
        raise FileProblem(f"{name}: {str(why).rstrip('.')}.") from why


def _about_sizes(sizes: Counter[tuple[int, ...]], side: int) -> tuple[str, ...]:
    if set(sizes) == {(side, side)}:
        return ()
    if len(sizes) == 1:
        (height, width), = sizes  # fmt: skip
        return (f"Pictures of {height:,} × {width:,} are brought to {side} × {side}.",)
    return (f"Pictures of {len(sizes):,} different sizes are brought to {side} × {side}.",)
