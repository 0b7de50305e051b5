"""The student's own set: kept, counted, written, and read only if it is what it claims to be."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import numpy as np
import pytest

from cnn.data.datasets import DIGITS
from ui import collection
from ui.collection import EMPTY, Collection, CollectionError, from_bytes


def some(labels: str = "3 7 3", seed: int = 0) -> Collection:
    rng = np.random.default_rng(seed)
    gathered = EMPTY
    for label in labels.split():
        gathered = gathered.add(rng.random((28, 28)), label)
    return gathered


def npz(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


GOOD = {
    "images": np.zeros((2, 28, 28), np.uint8),
    "labels": np.array([0, 1]),
    "classes": np.array(["a", "b"]),
}


def test_drawings_become_a_data_set() -> None:
    mine = some()
    data = mine.dataset()
    assert data.images.shape == (3, 1, 28, 28)
    assert data.classes == DIGITS
    assert list(data.labels) == [3, 7, 3]
    assert mine.counts() == {"3": 2, "7": 1}
    assert len(EMPTY) == 0
    assert len(EMPTY.dataset()) == 0


def test_other_labels_make_their_own_classes() -> None:
    data = some("circle 7 arrow circle").dataset()
    assert data.classes == ("7", "arrow", "circle")
    assert list(data.labels) == [2, 0, 1, 2]


def test_values_are_rounded_and_clipped() -> None:
    image = np.full((28, 28), 0.5)
    image[0, :3] = -1, 2, 1 / 255
    grey = EMPTY.add(image, "0").images[0]
    assert list(grey[0, :4]) == [0, 255, 1, 128]


def test_one_can_be_taken_out() -> None:
    mine = some("1 2 3")
    assert mine.without(1).names == ("1", "3")
    np.testing.assert_array_equal(mine.without(-1).images, mine.images[:2])
    assert mine.names == ("1", "2", "3")
    assert len(EMPTY.without(0)) == 0


@pytest.mark.parametrize("labels", ["3 7 3", "circle 7 日本", ""])
def test_the_file_gives_back_the_set(labels: str) -> None:
    mine = some(labels)
    back = from_bytes(mine.to_bytes())
    assert back.names == mine.names
    np.testing.assert_array_equal(back.images, mine.images)


@pytest.mark.parametrize(
    ("label", "words"), [("", "label"), (" \n\t", "label"), ("x" * 25, "at most 24")]
)
def test_labels_are_checked(label: str, words: str) -> None:
    with pytest.raises(CollectionError, match=words):
        some().add(np.zeros((28, 28)), label)


def test_labels_are_tidied() -> None:
    assert some("").add(np.zeros((28, 28)), "  big\n cat ").names == ("big cat",)


def test_a_set_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "MOST_IMAGES", 3)
    with pytest.raises(CollectionError, match="full"):
        some("1 2 3").add(np.zeros((28, 28)), "4")
    monkeypatch.setattr(collection, "MOST_IMAGES", 300)
    many = some(" ".join(f"n{i}" for i in range(collection.MOST_CLASSES)))
    with pytest.raises(CollectionError, match="different labels"):
        many.add(np.zeros((28, 28)), "one more")
    assert len(many.add(np.zeros((28, 28)), "n0")) == collection.MOST_CLASSES + 1


def _bomb() -> bytes:
    """A small archive that unfolds to 400 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("images.npy", "w") as stream:
            for _ in range(400):
                stream.write(bytes(2**20))
        archive.writestr("labels.npy", b"")
        archive.writestr("classes.npy", b"")
    return out.getvalue()


def _boast() -> bytes:
    """An array that claims 2⁴⁰ images and has none."""
    body = io.BytesIO()
    header = {"descr": "|u1", "fortran_order": False, "shape": (2**40, 28, 28)}
    np.lib.format.write_array_header_1_0(body, header)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("images.npy", body.getvalue())
    return out.getvalue()


def _pickled() -> bytes:
    objects = np.array([{"a": 1}, None], dtype=object)
    out = io.BytesIO()
    np.savez(out, images=objects, labels=GOOD["labels"], classes=GOOD["classes"])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a set"),
        (b"hello", "not a set"),
        (some().to_bytes()[:-40], "not a set"),
        (npz(weights=np.zeros(3)), "not a set"),
        (_bomb(), "not a set"),
        (_boast(), "not a set"),
        (_pickled(), "not a set"),
        (bytes(collection.MOST_BYTES + 1), "MB"),
        (npz(**{**GOOD, "images": np.zeros((2, 32, 32), np.uint8)}), "28 × 28"),
        (npz(**{**GOOD, "images": np.zeros((2, 28, 28))}), "28 × 28"),
        (npz(**{**GOOD, "labels": np.array([0, 1, 1])}), "do not belong"),
        (npz(**{**GOOD, "labels": np.array([0.5, 1])}), "do not belong"),
        (npz(**{**GOOD, "labels": np.array([0, 2])}), "without a name"),
        (npz(**{**GOOD, "labels": np.array([-1, 0])}), "without a name"),
        (npz(**{**GOOD, "classes": np.arange(2)}), "names"),
        (npz(**{**GOOD, "classes": np.array([2**31, 65], np.uint32).view("U1")}), "names"),
        (npz(**{**GOOD, "classes": np.array(["a", "b" * 99])}), "24"),
    ],
)
def test_a_bad_file_gets_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(CollectionError, match=words) as raised:
        from_bytes(data)
    assert str(raised.value).endswith(".")
    assert str(raised.value).count(". ") == 0


@pytest.mark.parametrize("way", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_is_not_unpacked_further_than_a_set_can_reach(way: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", way) as archive, archive.open("images.npy", "w") as stream:
        for _ in range(100):
            stream.write(bytes(2**20))
    tracemalloc.start()
    with pytest.raises(CollectionError, match="not a set"):
        from_bytes(out.getvalue())
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_the_good_file_of_the_tests_is_good() -> None:
    assert from_bytes(npz(**GOOD)).names == ("a", "b")
