"""Files that students bring: read as they were meant, or refused in a sentence, in little room."""

from __future__ import annotations

import contextlib
import gzip
import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cnn.arrays import Array
from cnn.data.brought import guesses, limits
from cnn.data.brought.files import File, Meter
from cnn.data.brought.found import Found, from_bytes, to_bytes
from cnn.data.brought.limits import FileProblem
from cnn.data.brought.meant import Meaning, dataset, guessed, images_of
from cnn.data.brought.reading import Options, read
from cnn.data.brought.rows import Reservoir
from cnn.data.datasets import DIGITS
from cnn.data.recipes import Recipe, load_recipe
from tests import brought_files as made

DATA = made.digits(40)
IMAGES, LABELS = DATA.images[:, 0], DATA.labels
ROWS = [[*row, label] for row, label in zip(IMAGES.reshape(40, -1).tolist(), LABELS, strict=True)]


def opened(*files: bytes, names: tuple[str, ...] = (), **options: object) -> Found:
    called = names or tuple(f"file{i}" for i in range(len(files)))
    parts = [File(name, data) for name, data in zip(called, files, strict=True)]
    return read(parts, made.decoded, Options(**options))  # type: ignore[arg-type]


def assert_the_digits(found: Found) -> None:
    """The forty digits of :data:`DATA`, in their order."""
    np.testing.assert_array_equal(found.images[:, 0], IMAGES)
    np.testing.assert_array_equal(found.labels, LABELS)
    assert (found.classes, found.low, found.high) == (DIGITS, 0, 255)


def csv_excel() -> bytes:
    return made.table(ROWS, "\t", encoding="utf-16")


def csv_pandas() -> bytes:
    """With the column that pandas writes of its own accord."""
    head = ["", *(f"{i}" for i in range(784)), "label"]
    return made.table([head, *([i, *row] for i, row in enumerate(ROWS))])


TABLES: dict[str, Callable[[], bytes]] = {
    "Kaggle, names": lambda: made.kaggle(IMAGES, LABELS),
    "Kaggle, no names": lambda: made.kaggle(IMAGES, LABELS, named=False),
    "label last": lambda: made.table(ROWS),
    "semicolons and quotes": lambda: made.table(ROWS, ";", quoted=True),
    "bars": lambda: made.table(ROWS, "|"),
    "spaces": lambda: made.table(ROWS, " "),
    "a spreadsheet's UTF-16": csv_excel,
    "UTF-8 with its mark": lambda: made.table(ROWS, encoding="utf-8-sig"),
    "Windows' ends of lines": lambda: made.table(ROWS).replace(b"\n", b"\r\n"),
    "an index and names": csv_pandas,
    "numbers written as 5.0": lambda: made.table([[float(n) for n in row] for row in ROWS]),
    "an empty line at the end": lambda: made.table(ROWS) + b"\n\n",
    "gzipped": lambda: gzip.compress(made.table(ROWS)),
    "zipped, beside a table without labels": lambda: made.zipped(
        {"train.csv": made.kaggle(IMAGES, LABELS), "test.csv": b"pixel0\n0\n"}
    ),
}


@pytest.mark.parametrize("form", list(TABLES))
def test_a_table_is_read_whatever_form_it_has(form: str) -> None:
    assert_the_digits(opened(TABLES[form]()))


ARRAYS: dict[str, Callable[[], bytes]] = {
    "Keras": lambda: made.keras(
        x_train=IMAGES[:30], y_train=LABELS[:30], x_test=IMAGES[30:], y_test=LABELS[30:]
    ),
    "MedMNIST": lambda: made.keras(
        train_images=IMAGES[:20], train_labels=LABELS[:20, None],
        val_images=IMAGES[20:30], val_labels=LABELS[20:30, None],
        test_images=IMAGES[30:], test_labels=LABELS[30:, None],
    ),
    "rows of pixels, in floats": lambda: made.keras(
        X=IMAGES.reshape(40, -1).astype(np.float32), y=LABELS.astype(np.float64)
    ),
    "channels last, labels one-hot": lambda: made.keras(
        data=IMAGES[..., None], labels=np.eye(10, dtype=np.float32)[LABELS]
    ),
    "column by column": lambda: made.keras(x=np.asfortranarray(IMAGES), y=LABELS),
}  # fmt: skip


@pytest.mark.parametrize("form", list(ARRAYS))
def test_arrays_are_read_under_the_names_that_tools_give_them(form: str) -> None:
    found = opened(ARRAYS[form]())
    assert_the_digits(found)
    assert found.tests == (10 if form in ("Keras", "MedMNIST") else 0)


@pytest.mark.parametrize("packed", [True, False])
def test_idx_files_are_read_whatever_they_are_called(packed: bool) -> None:
    images, labels = made.idx(IMAGES, packed), made.idx(LABELS, packed)
    assert_the_digits(opened(labels, images))
    assert_the_digits(opened(made.zipped({"a/one": images, "a/two": labels})))
    four = opened(
        made.idx(LABELS[30:]), made.idx(IMAGES[:30]), made.idx(IMAGES[30:]), made.idx(LABELS[:30])
    )
    assert_the_digits(four)
    assert four.tests == 10


def test_pictures_in_folders_are_read_with_their_folders_as_labels() -> None:
    found = opened(made.folders(IMAGES, [f"digit {n}" for n in LABELS]))
    order = np.argsort(LABELS, kind="stable")
    assert found.classes == tuple(f"digit {n}" for n in range(10))
    np.testing.assert_array_equal(found.labels, LABELS[order])
    assert sorted(found.images[:, 0].sum((1, 2))) == sorted(IMAGES.sum((1, 2)))


def test_pictures_of_all_sizes_are_brought_to_one_in_their_proportions() -> None:
    wide = np.full((20, 60, 3), 200, np.uint8)
    wide[5:15, 20:40] = (250, 20, 20)
    parts = {
        "train/a/1.png": made.picture(wide),
        "train/a/2.jpg": made.picture(wide[:, :20], "JPEG"),
        "train/b/x.PNG": made.picture(wide[:, :, 0]),
        "test/b/y.png": made.picture(wide),
        "__MACOSX/train/a/._1.png": b"litter",
        "notes.txt": b"mine",
    }
    found = opened(made.zipped(parts), side=32)
    assert (found.images.shape, found.classes, found.tests) == ((4, 3, 32, 32), ("a", "b"), 1)
    assert (found.images[0, :, 0, 0] == 200).all(), "around it lies the colour of its rim"
    assert any("different sizes" in note for note in found.notes)
    assert any("1 file in it that are no pictures" in note for note in found.notes)


def test_numbers_keep_what_they_were_and_their_range_is_guessed() -> None:
    for values, span in (
        (IMAGES / 255, "unit"),
        (IMAGES / 127.5 - 1, "signed"),
        (np.rint(IMAGES / 255 * 16), "sixteen"),
        (IMAGES.astype(np.uint16) * 257, "deep"),
        (IMAGES / 255 * 7 - 3, "file"),
        (IMAGES, "byte"),
    ):
        found = opened(made.keras(x=values, y=LABELS))
        assert guesses.span(found) == span
        shown = images_of(found.images, found, guessed(found))
        assert np.abs(shown[:, 0].astype(int) - IMAGES).max() <= (8 if span == "sixteen" else 1)


def test_paper_is_told_from_ink() -> None:
    assert guessed(opened(made.keras(x=255 - IMAGES, y=LABELS))).inverted
    assert not guessed(opened(made.keras(x=IMAGES, y=LABELS))).inverted


@pytest.mark.parametrize(
    ("count", "first", "names", "turned"),
    [
        (26, 1, "ABZ", True),
        (26, 0, "ABZ", False),
        (47, 0, "01t", True),
        (62, 0, "01z", True),
        (10, 0, "019", False),
    ],
)
def test_the_sets_of_emnist_have_their_names_and_lie_turned(
    count: int, first: int, names: str, turned: bool
) -> None:
    images = np.resize(IMAGES, (2 * count, 28, 28))
    labels = np.arange(2 * count) % count + first
    found = opened(made.idx(images), made.idx(labels))
    meaning = guessed(found)
    assert "".join(meaning.names[i] for i in (0, 1, -1)) == names
    assert meaning.turned == turned
    data = dataset(found, meaning, np.arange(len(found)))
    assert len(data.classes) == count
    expected = images.swapaxes(1, 2) if turned else images
    np.testing.assert_array_equal(data.images[:, 0], expected)


def test_words_are_labels_and_of_a_set_with_gaps_only_what_occurs_is_a_class() -> None:
    found = opened(made.kaggle(IMAGES, [["cat", "dog", "é"][i % 3] for i in range(40)]))
    assert found.classes == ("cat", "dog", "é")
    found = opened(made.kaggle(IMAGES, [[-1, 7][i % 2] for i in range(40)]))
    assert found.classes == ("-1", "7")


def test_of_too_many_images_some_are_drawn_by_lot_from_all_of_them() -> None:
    kept = Reservoir(100 * 784)
    for first in range(0, 5000, 50):
        rows = np.zeros((50, 784), np.uint8)
        kept.add(rows, np.arange(first, first + 50))
    rows, labels = kept.taken()
    assert len(rows) == len(labels) == 100 and kept.seen == 5000
    assert (np.diff(labels) > 0).all() and labels[20] < 2500 < labels[80]


def test_what_was_found_comes_back_as_it_was_kept() -> None:
    found = opened(ARRAYS["Keras"](), names=("![x](y).npz",))
    back = from_bytes(to_bytes(found))
    assert_the_digits(back)
    assert (back.name, back.tests, back.form) == ("![x](y).npz", 10, "NumPy file")
    with pytest.raises(ValueError, match="something else"):
        from_bytes(b"nonsense")


def test_a_recipe_takes_the_file_s_own_tests_or_deals_by_lot() -> None:
    found = opened(ARRAYS["Keras"]())
    base = Recipe("file", count=100, digest="d", names=found.classes, seed=1)
    own = load_recipe(base, found)
    assert sorted(own.validation.images.sum((1, 2, 3))) == sorted(IMAGES[30:].sum((1, 2)))
    assert len(own.train) == 30
    lot = load_recipe(Recipe(**{**vars(base), "own_tests": False}), found)
    assert len(lot.train) + len(lot.validation) == 40
    two = load_recipe(Recipe(**{**vars(base), "classes": (0, 1)}), found)
    assert two.train.classes == ("0", "1")
    with pytest.raises(ValueError, match="choose the file once more"):
        load_recipe(base, None)


# --- hostile --------------------------------------------------------------------------------------


def bomb(size: int) -> bytes:
    """Zeros, a thousand times smaller than what they unpack to."""
    return gzip.compress(bytes(size), 9)


def npz(**parts: bytes) -> bytes:
    return made.zipped({f"{name}.npy": data for name, data in parts.items()})


def npy(array: Array, shape: tuple[int, ...] | None = None, dtype: str = "") -> bytes:
    """One array's file; its header claims ``shape`` and ``dtype``."""
    out = io.BytesIO()
    descr = dtype or array.dtype.str
    head = {"descr": descr, "fortran_order": False, "shape": shape or array.shape}
    np.lib.format.write_array_header_1_0(out, head)  # type: ignore[arg-type]
    return out.getvalue() + array.tobytes()


def renamed(name: str) -> bytes:
    return made.zipped({name: made.picture(IMAGES[0]), "b/2.png": made.picture(IMAGES[1])})


def locked() -> bytes:
    data = bytearray(made.folders(IMAGES[:2], [0, 1]))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := data.find(mark, start + 1)) >= 0:
            data[start + at] |= 1
    return bytes(data)


def pickled() -> bytes:
    out = io.BytesIO()
    objects = np.array([{"a": 1}] * 3, dtype=object)
    np.savez(out, x_train=objects, y_train=np.arange(3))
    return out.getvalue()


Y = npy(LABELS)
WORDS = [[*row[:-1], "ab"[i % 2]] for i, row in enumerate(ROWS)]
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is empty"),
    "names alone": (lambda: made.kaggle(IMAGES[:0], []), "no rows"),
    "a million columns": (lambda: b"0," * 500_000 + b"0\n", "columns; a picture"),
    "a line that never ends": (lambda: b"1" * 3_000_000, "more than 1,048,576 characters"),
    "bytes": (lambda: b"a,b\0c\n" * 50, "bytes that are no text"),
    "one column": (lambda: b"5\n7\n" * 20, "one column only"),
    "no square": (lambda: made.table([[1, *range(13)], [2, *range(13)]]), "13 pixels"),
    "a picture alone": (lambda: made.table([r[:-1] for r in ROWS]), "none of labels"),
    "a ragged row": (lambda: made.table([*ROWS, [1, 2, 3]]), "Line 41 has 3 cells"),
    "a word among pixels": (
        lambda: made.table([*ROWS, ["x", *ROWS[0][1:]]]), "Line 41, column 1: “x” is no number"),
    "an empty cell": (lambda: made.table([*ROWS, [*ROWS[0][:9], "", *ROWS[0][10:]]]),
                      "Line 41, column 10: the cell is empty"),
    "NaN in a table": (lambda: made.table([*ROWS, ["nan", *ROWS[0][1:]]]), "NaN"),
    "infinity beside words": (
        lambda: made.table([*WORDS, ["inf", *WORDS[0][1:]]]), "Image 41 holds a value that is"),
    "a number that is no pixel's": (
        lambda: made.table([*WORDS, ["-1e300", *WORDS[0][1:]]]), "Image 41 holds a value bey"),
    "no label": (lambda: made.table([*ROWS, [*ROWS[0][:-1], ""]]), "Line 41 has no label"),
    "one class": (lambda: made.kaggle(IMAGES, [7] * 40), "the same label, 7"),
    "classes by the thousand": (
        lambda: made.kaggle(np.zeros((3000, 4, 4), int), range(3000)), "different values"),
    "a pickled array": (pickled, "pickled"),
    "a pickle": (lambda: b"\x80\x04\x95....", "pickled"),
    "labels without pictures": (lambda: npz(y_train=Y), "no pictures"),
    "pictures without labels": (lambda: npz(x_train=npy(IMAGES)), "no labels"),
    "arrays of other names": (lambda: npz(foo=npy(IMAGES)), "Its arrays are foo"),
    "one label too few": (
        lambda: npz(x_train=npy(IMAGES), y_train=npy(LABELS[1:])), "each picture"),
    "an array of words": (lambda: npz(x_train=npy(np.array(["a"] * 40)), y_train=Y), "N × rows"),
    "words as pictures": (
        lambda: npz(x_train=npy(np.array([["a"] * 16] * 40)), y_train=Y), "no numbers"),
    "complex numbers": (lambda: npz(x_train=npy(IMAGES.astype(complex)), y_train=Y), "complex"),
    "NaN in an array": (
        lambda: npz(x_train=npy(np.where(IMAGES, IMAGES, np.nan)), y_train=Y), "NaN"),
    "an array of numbers beyond all sense": (
        lambda: npz(x_train=npy(np.where(IMAGES, 1.7e308, -1.7e308)), y_train=Y), "beyond"),
    "words of no letters": (lambda: npz(x_train=npy(IMAGES), y_train=npy(LABELS, None, "<U0")),
                            "no pictures or labels"),
    "words of what is no letter": (
        lambda: npz(x_train=npy(IMAGES), y_train=npy(LABELS + 2**31, None, "<U2")), "damaged"),
    "a size that is a truth": (
        lambda: npz(x_train=npy(IMAGES), y_train=npy(LABELS, (True,))), "each picture needs one"),
    "a header that breaks off": (
        lambda: npz(x_train=npy(IMAGES), y_train=b"\x93NUMPY\1\0\2\0(("), "damaged"),
    "an array that claims terabytes": (
        lambda: npz(x_train=npy(IMAGES, (10**9, 28, 28)), y_train=Y), "claims more"),
    "an array that ends too early": (
        lambda: npz(x_train=npy(IMAGES[:5], (40, 28, 28)), y_train=Y), "ends too early"),
    "a negative size": (lambda: npz(x_train=npy(IMAGES, (-1, 28, 28)), y_train=Y), "claims more"),
    "pictures too large": (
        lambda: npz(x_train=npy(np.zeros((40, 300, 300), np.uint8)), y_train=Y), "300 × 300"),
    "no array": (lambda: npz(x_train=b"rubbish", y_train=Y), "damaged"),
    "a path that leaves": (lambda: renamed("../../evil/1.png"), "leads out of it"),
    "an absolute path": (lambda: renamed("/etc/1.png"), "leads out of it"),
    "a Windows path": (lambda: renamed("C:\\a\\1.png"), "leads out of it"),
    "a password": (locked, "password"),
    "another packing": (
        lambda: made.zipped({"a/1.png": made.picture(IMAGES[0])}, zipfile.ZIP_LZMA), "unusual way"),
    "pictures in no folder": (lambda: made.zipped({"1.png": made.picture(IMAGES[0])}), "no folder"),
    "pictures that are none": (
        lambda: made.zipped({"a/1.png": b"no", "b/2.png": b"no"}), "1.png: This is not a picture"),
    "an empty zip": (lambda: made.zipped({}), "empty archive"),
    "half a zip": (lambda: made.folders(IMAGES, LABELS)[:4000], "damaged"),
    "a zip of other things": (lambda: made.zipped({"a.doc": b"words"}), "neither pictures"),
    "a spreadsheet": (lambda: made.zipped({"xl/workbook.xml": b"<x/>"}), "spreadsheet"),
    "a network": (lambda: made.zipped({"archive/data.pkl": b"x"}), "PyTorch"),
    "HDF5": (lambda: b"\x89HDF\r\n\x1a\n", "HDF5"),
    "one picture": (lambda: made.picture(IMAGES[0]), "one picture"),
    "images without labels": (lambda: made.idx(IMAGES), "without labels"),
    "labels without images": (lambda: made.idx(LABELS), "without pictures"),
    "half a gzip": (lambda: made.idx(IMAGES)[:300], "damaged"),
    "IDX that claims terabytes": (
        lambda: struct.pack(">HBB3I", 0, 8, 3, 2**31, 28, 28) + bytes(99), "claims more"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_what_cannot_be_read_is_told_in_a_sentence(kind: str) -> None:
    make, said = HOSTILE[kind]
    with pytest.raises(FileProblem) as raised:
        opened(make())
    assert said in str(raised.value)
    assert str(raised.value).endswith((".", "?")) and len(str(raised.value)) < 260
    assert "\n" not in str(raised.value)


def test_files_that_do_not_belong_together_are_told() -> None:
    for files, said in (
        ((made.table(ROWS), made.table(ROWS)), "Only IDX files belong together"),
        ((made.idx(IMAGES), made.idx(LABELS[1:])), "each picture needs one"),
        ((made.idx(IMAGES),) * 5, "At most 4 files"),
        ((made.idx(IMAGES), made.idx(IMAGES)), "without labels"),
    ):
        with pytest.raises(FileProblem, match=said):
            opened(*files)


def test_an_archive_of_far_too_many_parts_is_not_even_listed() -> None:
    data = made.zipped({"a/1.png": b""}) + b"PK\x01\x02" * (limits.MOST_MEMBERS + 1)
    with pytest.raises(FileProblem, match="far too many parts"):
        opened(data)


def test_reading_ends_when_its_time_is_over() -> None:
    clock = iter(range(0, 100_000, 20))
    meter = Meter(clock=lambda: next(clock))
    with pytest.raises(FileProblem, match="took longer than 45 s"):
        read([File("a.csv", made.table(ROWS * 20))], made.decoded, meter=meter)


VALID: dict[str, Callable[[], list[bytes]]] = {
    "table": lambda: [made.kaggle(IMAGES[:12, ::2, ::2], LABELS[:12])],
    "arrays": lambda: [made.keras(x=IMAGES[:12] / 255, y=LABELS[:12])],
    "IDX": lambda: [made.idx(IMAGES[:12], False), made.idx(LABELS[:12])],
    "pictures": lambda: [made.folders(IMAGES[:12], LABELS[:12])],
}


@pytest.mark.parametrize("form", list(VALID))
def test_a_file_with_bytes_changed_at_random_is_read_or_told_in_a_sentence(form: str) -> None:
    rng = np.random.default_rng(5)
    whole = VALID[form]()
    for _ in range(60):
        changed = [bytearray(data) for data in whole]
        for data in changed:
            for _ in range(3):
                at = int(rng.integers(0, min(len(data), 300) if rng.random() < 0.5 else len(data)))
                if rng.random() < 0.3:
                    del data[at : at + 9]
                else:
                    data[at] = int(rng.integers(0, 256))
        with contextlib.suppress(FileProblem):  # any other error is one of ours
            opened(*map(bytes, changed))


#: Runs alone, so that what it takes at its peak is its own.
_PEAK = """
import resource, sys, time
from pathlib import Path
from cnn.data.brought.files import File
from cnn.data.brought.limits import FileProblem
from cnn.data.brought.reading import read
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.process_time()
try:
    said = f"{len(read([File('a', Path(sys.argv[1]))], None))} images"
except FileProblem as why:
    said = str(why)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((peak - before) / 1024, time.process_time() - began, said, sep="|")
"""


def wide_bomb() -> bytes:
    """An .npz whose pictures unpack to 141 MB, of floats that need a look at all of them."""
    return made.keras(x=np.zeros((45_000, 28, 28), np.float32), y=np.arange(45_000) % 10)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: bomb(200_000_000), "characters"),
        (lambda: made.zipped({"a.csv": bytes(100_000_000)}), "characters"),
        (lambda: npz(x_train=npy(IMAGES) + bytes(100_000_000), y_train=Y), "40 images"),
        (wide_bomb, "42799 images"),
    ],
    ids=["gzip", "zip", "npz", "floats"],
)
def test_a_bomb_takes_little_memory_and_little_time(
    make: Callable[[], bytes], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(make())
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True
    )
    peak, seconds, words = done.stdout.strip().split("|")
    assert said in words
    assert float(peak) < 160, f"{peak} MB"
    assert float(seconds) < 10 and time.monotonic() - began < 60
    assert [one.name for one in tmp_path.iterdir()] == ["bomb"], "nothing is written"


def test_a_meaning_needs_a_name_for_each_class() -> None:
    found = opened(made.table(ROWS))
    with pytest.raises(ValueError, match="names: got 1, need 10"):
        dataset(found, Meaning(names=("a",)), np.arange(3))
