"""Arrays by name from a zip of NumPy's files, looked at before memory is taken for them.

What comes from outside may be a bomb, hold pickled objects, or say that it is larger than it is.
Nothing here takes more memory than the file itself.
"""

from __future__ import annotations

import io
import math
import zipfile

import numpy as np

from cnn.arrays import Array
from cnn.nets.storage import FileError, array_header

#: Numbers of these kinds: floats, whole numbers.
KINDS = "fiu"
#: Members of a run with forty moments of a network of a hundred arrays.
MOST_MEMBERS = 10_000


def read(data: bytes, what: str) -> dict[str, Array]:
    """The arrays of an ``.npz`` that ``numpy.savez`` wrote: plainly stored, each of another name.

    Args:
        data: The file.
        what: It should be, for a sentence: "a run saved here".

    Raises:
        FileError: it is none, or it would unpack to more than it is.
        zipfile.BadZipFile, ValueError, …: it is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        infos = file.infolist()
        names = [info.filename for info in infos]
        if len(infos) > MOST_MEMBERS or len(set(names)) < len(names):
            raise FileError(f"file: this is not {what}: it has too many parts, or two of one name")
        plain = all(
            info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size
            for info in infos
        )
        if not plain or sum(info.file_size for info in infos) > len(data):
            raise FileError(f"file: this is not {what}: it would unpack to more than it is")
        return {info.filename.removesuffix(".npy"): _array(file, info, what) for info in infos}


def _array(file: zipfile.ZipFile, info: zipfile.ZipInfo, what: str) -> Array:
    with file.open(info) as stream:
        shape, dtype = array_header(stream)
        if dtype.kind not in KINDS or math.prod(shape) * dtype.itemsize > info.file_size:
            raise FileError(
                f"file: this is not {what}: {info.filename} holds {dtype} of shape {shape}"
            )
    with file.open(info) as stream:
        array = np.lib.format.read_array(stream, allow_pickle=False)
        if stream.read(1):  # reading to the very end also checks the sum
            raise FileError(f"file: this is not {what}: {info.filename} is longer than it says")
        return array
