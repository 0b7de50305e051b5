"""Which reader a file is for: by what it holds, not by what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import ZipFile

from cnn.data.brought import archive, pictures
from cnn.data.brought.arrays import read_arrays
from cnn.data.brought.files import File, Meter
from cnn.data.brought.found import Found
from cnn.data.brought.idx_pair import is_idx, read_idx_files
from cnn.data.brought.limits import FileProblem
from cnn.data.brought.pictures import Decode, read_pictures
from cnn.data.brought.table import read_table

_ONE_PICTURE = "This is one picture: put pictures into folders, one for each class, and zip these."
#: First bytes of files that are none of ours → what to do with them.
_FOREIGN = (
    (b"\x89HDF", "This is an HDF5 file: save its arrays with np.savez as x_train and y_train."),
    (b"MATLAB", "This is a MATLAB file: save its arrays with np.savez as x_train and y_train."),
    (b"PAR1", "This is a Parquet file: save it as CSV."),
    (b"\x93NUMPY", "This is one array alone: save pictures and labels together, with np.savez."),
    (b"\x80", "This is a pickled file, which could run a program: it is not opened. Save its "
              "arrays with np.savez."),
    (b"%PDF", "This is a PDF, no data."),
    (b"Rar!", "This is a RAR archive: pack it as a zip."),
    (b"7z\xbc\xaf", "This is a 7z archive: pack it as a zip."),
    (b"\x89PNG", _ONE_PICTURE),
    (b"\xff\xd8\xff", _ONE_PICTURE),
)  # fmt: skip
MOST_FILES = 4
_TABLES = (".csv", ".tsv", ".txt", ".data")


@dataclass(frozen=True)
class Options:
    """What has to be known before a file is read.

    Attributes:
        where: Where a table has its labels (:data:`cnn.data.brought.columns.WHERE`).
        side: The size that pictures of a zip are brought to.
    """

    where: str = "auto"
    side: int = 28


def read(
    files: Sequence[File],
    decode: Decode,
    options: Options | None = None,
    meter: Meter | None = None,
) -> Found:
    """Read what somebody brought.

    Args:
        files: One file, or IDX files that belong together.
        decode: Makes numbers of a picture's file; see :mod:`cnn.data.brought.pictures`.
        options: How.
        meter: How much it may take.

    Raises:
        FileProblem: It cannot be read; the message is one sentence or two.
    """
    options, meter = options or Options(), meter or Meter()
    if not files:
        raise FileProblem("There is no file.")
    if len(files) > MOST_FILES:
        raise FileProblem(f"At most {MOST_FILES} files are read at once: pack pictures into a zip.")
    starts = [_checked(file, meter) for file in files]
    if all(is_idx(start) for start in starts):
        return read_idx_files(files, meter).called(_name_of(files))
    if len(files) > 1:
        raise FileProblem(
            "Only IDX files belong together, images and labels: bring any other file alone."
        )
    if starts[0].startswith((archive.MAGIC, archive.EMPTY)):
        return _of_zip(files[0], meter, decode, options).called(files[0].name)
    return read_table(files[0], meter, options.where).called(files[0].name)


def _checked(file: File, meter: Meter) -> bytes:
    """The first bytes of a file that may be one of ours."""
    start = file.start(meter)
    if not start:
        raise FileProblem(f"{file.name} is empty.")
    for magic, sentence in _FOREIGN:
        if start.startswith(magic):
            raise FileProblem(sentence)
    return start


def _name_of(files: Sequence[File]) -> str:
    """What files that belong together are called: by the first of the images."""
    return sorted(file.name for file in files)[0]


def _of_zip(file: File, meter: Meter, decode: Decode, options: Options) -> Found:
    """An ``.npz``, a zip of pictures, or one in which any of the others is packed."""
    with archive.opened(file) as opened:
        parts = archive.members(opened)
        endings = [archive.path_of(info).suffix.lower() for info in parts]
        if not parts:
            raise FileProblem(f"{file.name} is an empty archive.")
        if ".npy" in endings:
            return read_arrays(file, meter)
        if any(pictures.is_picture(info) for info in parts):
            return read_pictures(opened, meter, decode, options.side)
        if any(info.filename.startswith("xl/") for info in parts):
            raise FileProblem("This is a spreadsheet: save it as CSV.")
        if "data.pkl" in (archive.path_of(info).name for info in parts):
            raise FileProblem("This is a PyTorch file, which is pickled: it is not opened.")
        return _packed(opened, meter, options)


def _packed(opened: ZipFile, meter: Meter, options: Options) -> Found:
    """What is packed in a zip to be smaller: a table, or IDX files."""
    files = [archive.part(opened, info) for info in archive.members(opened)[: 4 * MOST_FILES]]
    starts = [(file, _checked(file, meter)) for file in files]
    idx = [file for file, start in starts if is_idx(start)]
    if idx:
        if len(idx) > MOST_FILES:
            raise FileProblem(
                f"The zip holds more than {MOST_FILES} IDX files: bring those that belong together."
            )
        return read_idx_files(idx, meter)
    tables = [f for f in files if f.name.lower().removesuffix(".gz").endswith(_TABLES)]
    train = [f for f in tables if "train" in f.name.lower()]
    if len(train) == 1:
        tables = train
    if len(tables) != 1:
        raise FileProblem(
            "The zip holds neither pictures in folders, nor a table, nor IDX files."
            if not tables
            else "The zip holds several tables: bring the one to train with."
        )
    return read_table(tables[0], meter, options.where)
