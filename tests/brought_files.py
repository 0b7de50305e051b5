"""Files as the tools make them that students have: for the tests of what is read."""

from __future__ import annotations

import csv
import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from PIL import Image

from cnn.arrays import Array
from cnn.data.brought.files import File
from cnn.data.datasets import Dataset
from cnn.data.handwriting import generate


@lru_cache(maxsize=4)
def digits(count: int = 40, seed: int = 3) -> Dataset:
    """Some digits: (N, 1, 28, 28) uint8 and labels."""
    return generate(count, seed)


def kaggle(images: Array, labels: Sequence[object] | Array, named: bool = True) -> bytes:
    """As Kaggle's train.csv: ``label,pixel0,…``, a picture a row."""
    flat = images.reshape(len(images), int(np.prod(images.shape[1:])))
    head = ["label", *(f"pixel{i}" for i in range(flat.shape[1]))]
    rows = ([label, *row] for label, row in zip(labels, flat.tolist(), strict=True))
    return table([head, *rows] if named else rows)


def table(rows: object, separator: str = ",", quoted: bool = False, encoding: str = "") -> bytes:
    """Rows as Python's own csv writes them."""
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator="\n").writerows(rows)  # type: ignore[call-overload]
    return out.getvalue().encode(encoding or "utf-8")


def keras(**arrays: Array) -> bytes:
    """As Keras' mnist.npz: arrays by name."""
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def idx(array: Array, packed: bool = True) -> bytes:
    """As MNIST's files: a header of big-endian numbers, then the bytes."""
    header = struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    content = header + array.astype(np.uint8).tobytes()
    return gzip.compress(content, mtime=0) if packed else content


def picture(pixels: Array, form: str = "PNG") -> bytes:
    """One picture's file, of (H, W) or (H, W, 3) bytes."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form)
    return out.getvalue()


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts, as any computer packs them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def folders(images: Array, labels: Sequence[object] | Array, top: str = "digits/") -> bytes:
    """A zip of pictures in folders named by class."""
    named = zip(images, labels, strict=True)
    return zipped({f"{top}{label}/{i}.png": picture(one) for i, (one, label) in enumerate(named)})


def file(data: bytes, name: str = "data.csv") -> File:
    """A file as it is uploaded."""
    return File(name, data)


def decoded(data: bytes) -> Array:
    """What the app's own decoder gives: (3, H, W) in [0, 1]."""
    from ui.images import open_image

    return open_image(data, 256).rgb


Make = Callable[[], bytes]
